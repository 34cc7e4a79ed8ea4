//! Who speaks for us: testimonials, and references who may be asked, with their consent and no
//! more often than they said.

use tend_store::{Tx, id, row};

use super::days;
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    contacts::ContactId,
    error::{invalid, not_found, refused},
    fold,
    journal::{self, Change, Subject},
    words::words,
};

id!(AdvocateId, "adv");
id!(AskId, "ask");

words! {
    /// What somebody does for us.
    Kind, "This is a testimonial or a reference." {
        /// What they said, and we may show.
        Testimonial = "testimonial" "Testimonial",
        /// They may be asked to speak with somebody.
        Reference = "reference" "Reference",
    }
}

row! {
    /// An advocate.
    #[derive(PartialEq)]
    pub struct Advocate {
        pub id: AdvocateId,
        pub account_id: AccountId,
        pub account: String,
        pub contact_id: Option<ContactId>,
        pub kind: Kind,
        pub quote: String,
        pub consent_day: Option<i64>,
        pub consent_until: Option<i64>,
        pub asks_a_year: i64,
        pub withdrawn: bool,
        /// How often they were asked in the last twelve months.
        pub asked: i64,
        pub last_asked: Option<i64>,
    }
}

/// Whether one may be asked or shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    May,
    /// They have not agreed.
    NoConsent,
    /// Their consent is over.
    Over,
    /// They were asked as often as they said.
    AskedEnough,
    Withdrawn,
}

impl Standing {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::May => "May be asked",
            Self::NoConsent => "No consent yet",
            Self::Over => "Consent is over",
            Self::AskedEnough => "Asked enough this year",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

impl Advocate {
    pub fn standing(&self, today: i64) -> Standing {
        match self.consent_day {
            _ if self.withdrawn => Standing::Withdrawn,
            None => Standing::NoConsent,
            Some(_) if self.consent_until.is_some_and(|it| it < today) => Standing::Over,
            Some(_) if self.kind == Kind::Reference && self.asked >= self.asks_a_year => {
                Standing::AskedEnough
            }
            Some(_) => Standing::May,
        }
    }
}

/// Somebody who speaks for us.
#[derive(Clone, Debug)]
pub struct NewAdvocate {
    pub account: AccountId,
    pub contact: Option<ContactId>,
    pub kind: Kind,
    pub quote: String,
    pub consent_day: Option<i64>,
    pub consent_until: Option<i64>,
    pub asks_a_year: i64,
}

const SELECT: &str = "SELECT advocates.id, advocates.account_id, accounts.name AS account,
        contact_id, advocates.kind, quote, consent_day, consent_until, asks_a_year,
        withdrawn_at IS NOT NULL AS withdrawn,
        (SELECT count(*) FROM advocate_asks
         WHERE advocate_id = advocates.id AND day > $1) AS asked,
        (SELECT MAX(day) FROM advocate_asks WHERE advocate_id = advocates.id) AS last_asked
    FROM advocates JOIN accounts ON accounts.id = advocates.account_id";

/// All of them, the newest first.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Advocate>> {
    me.require(Permission::CustomersRead)?;
    let since = days::after_months(days::today(tx)?, -12);
    Ok(tx.rows(&format!("{SELECT} ORDER BY advocates.id DESC LIMIT 500"), &[since.into()])?)
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: AdvocateId) -> Result<Advocate> {
    me.require(Permission::CustomersRead)?;
    let since = days::after_months(days::today(tx)?, -12);
    tx.maybe(&format!("{SELECT} WHERE advocates.id = $2"), &[since.into(), id.into()])?
        .ok_or(not_found("advocate"))
}

/// Records one.
pub fn add(tx: &mut Tx, me: &Me, new: &NewAdvocate) -> Result<AdvocateId> {
    me.require(Permission::RenewalsEdit)?;
    accounts::find_visible(tx, me, new.account)?;
    add_as(tx, Actor::Agent(me.id), new)
}

/// As [`add`], by somebody who says it of themselves.
pub(crate) fn add_as(tx: &mut Tx, by: Actor, new: &NewAdvocate) -> Result<AdvocateId> {
    let account = new.account;
    let quote = fold::shorten(new.quote.trim(), 2000);
    if new.kind == Kind::Testimonial && quote.is_empty() {
        return Err(invalid("quote", "Write what they said."));
    }
    if !(0..=52).contains(&new.asks_a_year) {
        return Err(invalid("asks", "They may be asked 0 to 52 times a year."));
    }
    if let (Some(from), Some(until)) = (new.consent_day, new.consent_until)
        && until < from
    {
        return Err(invalid("until", "The consent ends before it begins."));
    }
    let (id, now) = (AdvocateId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO advocates (id, account_id, contact_id, kind, quote, consent_day,
             consent_until, asks_a_year, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            id.into(),
            account.into(),
            new.contact.into(),
            new.kind.into(),
            quote.into(),
            new.consent_day.into(),
            new.consent_until.into(),
            new.asks_a_year.into(),
            now.into(),
        ],
    )?;
    record(tx, by, account, id, new.kind, "recorded")?;
    Ok(id)
}

/// They are asked for something: that is written down, so that nobody asks too often.
///
/// # Errors
/// Refused without consent, and when they were asked as often as they said.
pub fn ask(tx: &mut Tx, me: &Me, id: AdvocateId, purpose: &str) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let it = find(tx, me, id)?;
    let today = days::today(tx)?;
    match it.standing(today) {
        Standing::May => {}
        Standing::AskedEnough => {
            return Err(refused(format!(
                "{} was asked {} times in twelve months, as often as they agreed to.",
                it.account, it.asked
            )));
        }
        other => {
            return Err(refused(format!(
                "They cannot be asked: {}.",
                other.label().to_lowercase()
            )));
        }
    }
    let purpose = fold::one_line(purpose, 300);
    if purpose.is_empty() {
        return Err(invalid("purpose", "Write what they are asked for."));
    }
    let ask = AskId::new(tx);
    tx.execute(
        "INSERT INTO advocate_asks (id, advocate_id, day, purpose, agent_id)
         VALUES ($1, $2, $3, $4, $5)",
        &[ask.into(), id.into(), today.into(), purpose.into(), me.id.into()],
    )?;
    record(tx, Actor::Agent(me.id), it.account_id, id, it.kind, "asked")
}

/// They agree, from today until a day.
pub fn consent(tx: &mut Tx, me: &Me, id: AdvocateId, until: Option<i64>) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let it = find(tx, me, id)?;
    let today = days::today(tx)?;
    tx.execute(
        "UPDATE advocates SET consent_day = $2, consent_until = $3, withdrawn_at = NULL
         WHERE id = $1",
        &[id.into(), today.into(), until.into()],
    )?;
    record(tx, Actor::Agent(me.id), it.account_id, id, it.kind, "agreed")
}

/// They do not agree any more. Doing it twice is doing it once.
pub fn withdraw(tx: &mut Tx, me: &Me, id: AdvocateId) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let it = find(tx, me, id)?;
    if it.withdrawn {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("UPDATE advocates SET withdrawn_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, Actor::Agent(me.id), it.account_id, id, it.kind, "withdrawn")
}

fn record(
    tx: &mut Tx,
    by: Actor,
    account: AccountId,
    id: AdvocateId,
    kind: Kind,
    state: &str,
) -> Result<()> {
    let change = Change::AdvocateSaved {
        advocate: id.to_string(),
        of: kind.word().to_owned(),
        state: state.to_owned(),
    };
    journal::record(tx, by, Subject::account(account.raw()), &change)
}
