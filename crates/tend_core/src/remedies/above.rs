//! What is above a limit: somebody else approves it, or nobody gives it, as the company chose. Its
//! monthly budget, and what is left of an order, always hold.

use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Tx, Value};

use super::limits::{self, Giving, Limits, Room, Word};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::refused,
    money::{Currency, rates},
    settings,
    words::words,
};

words! {
    /// What becomes of a remedy that is above a limit of a remedy, an order, a customer, an agent's
    /// day or a role's day.
    Above, "What is above a limit is approve or refuse." {
        Approve = "approve" "Somebody else approves it",
        Refuse = "refuse" "Nobody gives it",
    }
}

const SETTING: &str = "remedies_above";

/// What the company chose; who never chose has somebody else approve it.
pub fn policy(tx: &mut Tx) -> Result<Above> {
    let chosen = settings::get(tx, SETTING)?.and_then(|it| it.parse().ok());
    Ok(chosen.unwrap_or(Above::Approve))
}

/// Chooses. What waits already stays what it is.
pub fn choose(tx: &mut Tx, me: &Me, above: Above) -> Result<()> {
    me.require(Permission::RemediesManage)?;
    settings::set(tx, Actor::Agent(me.id), SETTING, above.word())
}

/// A limit that a remedy passes, as it was when the remedy was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub word: Word,
    /// Minor units of `currency`, as all amounts here.
    pub limit: i64,
    /// What counted already.
    pub used: i64,
    /// By how much the remedy, with what counted already, is above the limit.
    pub over: i64,
    /// The order's own for the share of an order, else the home currency.
    pub currency: Currency,
}

impl Passed {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        let (limit, over) = (self.currency.exact(self.limit), self.currency.exact(self.over));
        match self.word {
            Word::Remedy => {
                format!("One remedy of this kind is at most {limit}; this is {over} more.")
            }
            Word::Order => format!("An order gets at most {limit}; with this it is {over} more."),
            Word::OrderShare => {
                format!("This order gets at most {limit}; with this it is {over} more.")
            }
            Word::CustomerYear => {
                format!(
                    "A customer gets at most {limit} in 12 months; with this it is {over} more."
                )
            }
            Word::AgentDay => {
                format!(
                    "An agent of this role gives at most {limit} in a day; with this it is {over} more."
                )
            }
            Word::RoleDay => {
                format!(
                    "All of this role give at most {limit} in a day; with this it is {over} more."
                )
            }
            _ => format!(
                "Alone, at most {limit} is given for an order and in a day to a customer; with this it is {over} more."
            ),
        }
    }

    /// In a few words.
    fn short(&self) -> String {
        let than = match self.word {
            Word::Remedy => "one remedy may be",
            Word::Order => "an order gets",
            Word::OrderShare => "this order gets",
            Word::CustomerYear => "a customer gets in 12 months",
            Word::AgentDay => "an agent gives in a day",
            Word::RoleDay => "a role gives in a day",
            _ => "one gives alone",
        };
        format!("{} more than {than}", self.currency.exact(self.over))
    }

    /// Why it is refused, where nobody may approve it.
    fn refusal(&self) -> String {
        let left = self.currency.exact((self.limit - self.used).max(0));
        let limit = self.currency.exact(self.limit);
        match self.word {
            Word::Remedy => format!("One remedy of this kind is at most {limit}."),
            Word::Order => format!("An order gets at most {limit}; of this one {left} is left."),
            Word::OrderShare => format!("This order gets at most {limit}; {left} of it is left."),
            Word::CustomerYear => {
                format!("A customer gets at most {limit} in 12 months; {left} of it is left.")
            }
            Word::AgentDay => {
                format!("You may give at most {limit} in a day; {left} of it is left.")
            }
            Word::RoleDay => {
                format!("Your role may give at most {limit} in a day; {left} of it is left.")
            }
            _ => format!("At most {limit} is given in a month; {left} of it is left."),
        }
    }
}

/// The limits that a remedy passed, as they are kept with it; the one that the requester gives
/// alone comes last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassedLimits(pub Vec<Passed>);

impl PassedLimits {
    /// Each in a sentence.
    pub fn sentences(&self) -> Vec<String> {
        self.0.iter().map(Passed::sentence).collect()
    }

    /// All in one line, for lists.
    pub fn short(&self) -> String {
        self.0.iter().map(Passed::short).collect::<Vec<_>>().join("; ")
    }
}

impl FromValue for PassedLimits {
    fn from_value(value: &Value) -> Option<Self> {
        serde_json::from_str(&String::from_value(value)?).ok().map(Self)
    }
}

impl From<&PassedLimits> for Value {
    fn from(it: &PassedLimits) -> Self {
        serde_json::to_string(&it.0).expect("amounts are plain data").into()
    }
}

/// Which limits an amount passes, so that somebody else has to approve it; none if one may give it
/// alone.
///
/// # Errors
/// Refused, by a sentence that says which limit, when nobody gives so much.
pub(super) fn weigh(
    tx: &mut Tx,
    limits: &Limits,
    rooms: &[Room],
    it: &Giving<'_>,
    (amount, home_amount): (i64, i64),
) -> Result<PassedLimits> {
    let (policy, home) = (policy(tx)?, rates::home(tx)?);
    let mut all = Vec::new();
    for Room { word, limit, used, is_abroad } in rooms.iter().copied() {
        let (currency, wanted) =
            if is_abroad { (it.order.currency, amount) } else { (home, home_amount) };
        let over = used.max(0).saturating_add(wanted) - limit;
        // What costs nothing fits, whatever was given before.
        if over <= 0 || wanted == 0 {
            continue;
        }
        let passed = Passed { word, limit, used, over, currency };
        if policy == Above::Refuse || word == Word::CompanyMonth {
            return Err(refused(passed.refusal()));
        }
        all.push(passed);
    }
    let (limit, used) = (limits::alone(tx, limits, it.me.role_id)?, limits::given_alone(tx, it)?);
    let over = used.saturating_add(home_amount) - limit;
    if over > 0 && home_amount > 0 {
        all.push(Passed { word: Word::Alone, limit, used, over, currency: home });
    }
    Ok(PassedLimits(all))
}
