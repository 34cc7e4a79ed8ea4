//! Lists of accounts for those who look after them.
//!
//! A list is walked in the order of an index of `account_figures`: one stream for everybody's
//! accounts, or one for each of some owners, which are merged. A condition is asked of a few
//! hundred rows at a time, within bounds; a page may then be shorter than it was asked for, and
//! still say where the next begins.

use tend_store::{Tx, Value};

use super::{
    Condition,
    figures::{ALL, Figures},
    lines::{Line, lines},
    matching::matching,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission, teams},
    conversations::list::{Cond, Where},
    customers::words,
    error::not_found,
    page::{Cursor, Page},
};

/// Whose accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Of the one who asks.
    #[default]
    Mine,
    /// Of those who are in a team with the one who asks.
    Team,
    /// All.
    All,
    /// Of one agent.
    Of(AgentId),
}

impl Whose {
    /// The word in addresses and in the API; an agent's id for one agent.
    pub fn word(self) -> String {
        match self {
            Self::Mine => "mine".to_owned(),
            Self::Team => "team".to_owned(),
            Self::All => "all".to_owned(),
            Self::Of(it) => it.to_string(),
        }
    }
}

impl std::str::FromStr for Whose {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "mine" => Ok(Self::Mine),
            "team" => Ok(Self::Team),
            "all" => Ok(Self::All),
            id => id.parse().map(Self::Of).map_err(|_| "This is mine, team, all or an agent's id."),
        }
    }
}

macro_rules! orders {
    ($($name:ident $word:literal $label:literal $column:literal $index:literal $down:literal),* $(,)?) => {
        /// What a list is sorted by.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum By {
            #[default]
            $($name),*
        }
        impl By {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The word in addresses and in the API.
            pub fn word(self) -> &'static str { match self { $(Self::$name => $word),* } }
            /// As people read it.
            pub fn label(self) -> &'static str { match self { $(Self::$name => $label),* } }
            fn column(self) -> &'static str { match self { $(Self::$name => $column),* } }
            fn index(self) -> &'static str { match self { $(Self::$name => $index),* } }
            /// The largest comes first.
            pub fn is_down(self) -> bool { match self { $(Self::$name => $down),* } }
        }
    };
}

/// A list's order: by what, and whether the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    pub by: By,
    pub reversed: bool,
}

impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.reversed { "-" } else { "" }, self.by.word())
    }
}

impl std::str::FromStr for Order {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (reversed, word) = match text.strip_prefix('-') {
            Some(word) => (true, word),
            None => (false, text),
        };
        let by = By::ALL.iter().copied().find(|it| it.word() == word);
        by.map(|by| Self { by, reversed }).ok_or(
            "The order is arr, risk, name, renewal, owner, stage, touch, open or trend, with a - for the other way round.",
        )
    }
}

orders! {
    Arr "arr" "A year" "arr" "arr" true,
    Risk "risk" "At risk" "risk" "risk" true,
    Name "name" "Account" "name_folded" "name" false,
    Renewal "renewal" "Renews" "renews_on" "renewal" false,
    Owner "owner" "Owner" "owner_folded" "owner" false,
    Stage "stage" "Stage" "stage_place" "stage" false,
    Touch "touch" "Last touch" "touched_at" "touch" false,
    Open "open" "Open" "open_count" "open" true,
    Trend "trend" "Usage, 30 days" "trend" "trend" false,
}

/// What a list is sorted by unless somebody says otherwise: the money at risk once there is any,
/// and what accounts pay until then.
pub fn first_order(tx: &mut Tx) -> Result<Order> {
    let known: Option<i64> =
        tx.maybe_scalar("SELECT 1 AS n FROM account_figures WHERE risk > 0 LIMIT 1", &[])?;
    let by = if known.is_some() { By::Risk } else { By::Arr };
    Ok(Order { by, reversed: false })
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub whose: Whose,
    /// Each word begins a word of the name or of a domain.
    pub text: String,
    pub condition: Condition,
    pub order: Order,
}

impl Ask {
    /// All accounts of somebody, the most money first.
    pub fn of(whose: Whose) -> Self {
        let condition = Condition::All(Vec::new());
        Self { whose, text: String::new(), condition, order: Order::default() }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.text.trim().is_empty() && self.condition == Condition::All(Vec::new())
    }
}

/// So many rows are asked about a condition at once, and so many for one page.
const ROUND: usize = 400;
const MOST_LOOKED_AT: usize = 20_000;
/// So many owners' streams are merged.
const MOST_OWNERS: usize = 200;

/// A page of accounts. It may be short, and still have a next one.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    ask: &Ask,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    let limit = limit.clamp(1, 200);
    let (rows, next) = rows(tx, me, ask, from, limit)?;
    Ok(Page { items: lines(tx, me, rows)?, next })
}

/// The ids of a page, without what is shown of them.
pub(super) fn ids(
    tx: &mut Tx,
    me: &Me,
    ask: &Ask,
    from: Option<Cursor>,
    limit: usize,
) -> Result<(Vec<AccountId>, Option<Cursor>)> {
    let (rows, next) = rows(tx, me, ask, from, limit)?;
    Ok((rows.into_iter().map(|it| it.account_id).collect(), next))
}

fn rows(
    tx: &mut Tx,
    me: &Me,
    ask: &Ask,
    from: Option<Cursor>,
    limit: usize,
) -> Result<(Vec<Figures>, Option<Cursor>)> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("account"));
    }
    let walk = Walk::new(tx, me, ask)?;
    let mut at = match from {
        Some(it) => Some(walk.place(tx, it)?),
        None => None,
    };
    let round = if ask.is_plain() { limit + 1 } else { ROUND.max(limit + 1) };
    let (mut found, mut looked_at): (Vec<Figures>, usize) = (Vec::new(), 0);
    loop {
        let some = walk.round(tx, at.as_ref(), round)?;
        let more = some.len() == round;
        looked_at += some.len();
        let fits = match ask.condition == Condition::All(Vec::new()) {
            true => None,
            false => {
                let ids: Vec<AccountId> = some.iter().map(|it| it.account_id).collect();
                Some(matching(tx, me, &ask.condition, &ids)?)
            }
        };
        for it in some {
            if found.len() > limit {
                break;
            }
            at = Some(walk.place_of(&it));
            if fits.as_ref().is_none_or(|all| all.contains(&it.account_id)) {
                found.push(it);
            }
        }
        if found.len() > limit {
            found.truncate(limit);
            let next = found.last().map(|it| walk.place_of(it).cursor());
            return Ok((found, next));
        }
        if !more {
            return Ok((found, None));
        }
        if looked_at >= MOST_LOOKED_AT {
            return Ok((found, at.map(|it| it.cursor())));
        }
    }
}

/// Where a walk goes on.
struct Place {
    key: Value,
    id: i64,
}

impl Place {
    fn cursor(&self) -> Cursor {
        let key = if let Value::Int(it) = self.key { it } else { 0 };
        Cursor { key, id: self.id }
    }
}

struct Walk {
    order: Order,
    /// `None` for everybody's.
    owners: Option<Vec<AgentId>>,
    /// What the typed words ask for.
    text: Where,
    is_narrow: bool,
}

impl Walk {
    fn new(tx: &mut Tx, me: &Me, ask: &Ask) -> Result<Self> {
        let owners = match ask.whose {
            Whose::All => None,
            Whose::Mine => Some(vec![me.id]),
            Whose::Of(it) => Some(vec![it]),
            Whose::Team => Some(mates(tx, me)?),
        };
        let mut text = Where { sql: String::from("TRUE"), args: Vec::new() };
        words::narrow(tx, "account", "account_figures.account_id", &ask.text, &mut text)?;
        let is_narrow = text.sql != "TRUE";
        // An order would tell what one may not see.
        let hidden = matches!(ask.order.by, By::Arr | By::Risk) && !sees_money(me);
        let order = if hidden { Order { by: By::Name, reversed: false } } else { ask.order };
        Ok(Self { order, owners, text, is_narrow })
    }

    fn is_text(&self) -> bool {
        matches!(self.order.by, By::Name | By::Owner)
    }

    fn down(&self) -> bool {
        self.order.by.is_down() != self.order.reversed
    }

    /// A text is not in the cursor: the row itself knows it, also if it was changed since.
    fn place(&self, tx: &mut Tx, at: Cursor) -> Result<Place> {
        if !self.is_text() {
            return Ok(Place { key: at.key.into(), id: at.id });
        }
        let sql =
            format!("SELECT {} FROM account_figures WHERE account_id = $1", self.order.by.column());
        let key: Option<String> = tx.maybe_scalar(&sql, &[at.id.into()])?;
        Ok(Place { key: key.ok_or(not_found("page"))?.into(), id: at.id })
    }

    fn place_of(&self, it: &Figures) -> Place {
        let key: Value = match self.order.by {
            By::Arr => it.arr.into(),
            By::Risk => it.risk.into(),
            By::Name => it.name_folded.as_str().into(),
            By::Renewal => it.renews_on.into(),
            By::Owner => it.owner_folded.as_str().into(),
            By::Stage => it.stage_place.into(),
            By::Touch => it.touched_at.into(),
            By::Open => it.open_count.into(),
            By::Trend => it.trend.into(),
        };
        Place { key, id: it.account_id.raw() }
    }

    /// The next rows, in order.
    fn round(&self, tx: &mut Tx, at: Option<&Place>, limit: usize) -> Result<Vec<Figures>> {
        let Some(owners) = &self.owners else {
            return self.stream(tx, None, at, limit);
        };
        let mut all = Vec::new();
        for it in owners.iter().take(MOST_OWNERS) {
            all.extend(self.stream(tx, Some(*it), at, limit)?);
        }
        if owners.len() > 1 {
            all.sort_by(|a, b| {
                let way = self.compare(a, b);
                if self.down() { way.reverse() } else { way }
            });
            all.truncate(limit);
        }
        Ok(all)
    }

    fn compare(&self, a: &Figures, b: &Figures) -> std::cmp::Ordering {
        let number = |it: &Figures| if let Value::Int(n) = self.place_of(it).key { n } else { 0 };
        let keys = match self.order.by {
            By::Name => a.name_folded.cmp(&b.name_folded),
            By::Owner => a.owner_folded.cmp(&b.owner_folded),
            _ => number(a).cmp(&number(b)),
        };
        keys.then_with(|| a.account_id.raw().cmp(&b.account_id.raw()))
    }

    fn stream(
        &self,
        tx: &mut Tx,
        owner: Option<AgentId>,
        at: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Figures>> {
        let (column, way) = (self.order.by.column(), if self.down() { "DESC" } else { "ASC" });
        let mut all = Where { sql: self.text.sql.clone(), args: self.text.args.clone() };
        if let Some(it) = owner {
            all.and("account_figures.owner_id = ?", [it.into()]);
        }
        if let Some(it) = at {
            let op = if self.down() { "<" } else { ">" };
            let text =
                format!("(account_figures.{column}, account_figures.account_id) {op} (?, ?)");
            all.add(&Cond::new(text, vec![it.key.clone(), it.id.into()]));
        }
        let index = match (owner.is_some(), self.order.by, self.is_narrow) {
            // A few are found by their words, and sorted.
            (_, _, true) => String::new(),
            (true, By::Owner, _) => tx.dialect().by_index("account_figures_by_owner"),
            (true, by, _) => {
                tx.dialect().by_index(&format!("account_figures_owned_by_{}", by.index()))
            }
            (false, by, _) => tx.dialect().by_index(&format!("account_figures_by_{}", by.index())),
        };
        all.args.push(limit.into());
        let sql = format!(
            "SELECT {ALL} FROM account_figures {index} WHERE {}
             ORDER BY account_figures.{column} {way}, account_figures.account_id {way} LIMIT ${}",
            all.sql,
            all.args.len()
        );
        Ok(tx.rows(&sql, &all.args)?)
    }
}

/// Whether they may see what accounts pay.
pub(crate) fn sees_money(me: &Me) -> bool {
    me.may(Permission::RevenueRead)
}

/// Those who are in a team with the one who asks; themselves, if they are in any.
pub(crate) fn mates(tx: &mut Tx, me: &Me) -> Result<Vec<AgentId>> {
    let mut all = Vec::new();
    for team in &me.teams {
        for it in teams::members(tx, *team)? {
            if !all.contains(&it) {
                all.push(it);
            }
        }
    }
    Ok(all)
}
