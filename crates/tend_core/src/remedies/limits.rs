//! How much may be given. What was asked for counts from the moment in which it was, until it is
//! declined, expires, is cancelled or fails; all of it is checked in the transaction that asks.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx, row};

use super::Kind;
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission, RoleId, roles},
    contacts::ContactId,
    error::invalid,
    journal::{self, Change, RemedyRulesSaved, Subject},
    money::{days, rates},
    orders::Order,
    words::words,
};

words! {
    /// What a limit holds for.
    Word, "A limit is alone, approve, agent_day, role_day, remedy, order, order_share, customer_year or company_month." {
        /// Of a role: what one may give without anybody's approval.
        Alone = "alone" "Alone",
        /// Of a role: what one may approve; without it any amount.
        Approve = "approve" "May approve",
        /// Of a role: what each of its agents may give in a day.
        AgentDay = "agent_day" "An agent a day",
        /// Of a role: what all of its agents together may give in a day.
        RoleDay = "role_day" "All of them a day",
        /// One remedy; may be of a kind.
        Remedy = "remedy" "One remedy",
        /// All remedies of an order.
        Order = "order" "An order",
        /// The same, in hundredths of a percent of the order's total.
        OrderShare = "order_share" "Share of an order",
        /// All that a customer gets in 365 days.
        CustomerYear = "customer_year" "A customer in 12 months",
        /// All that is given in a calendar month.
        CompanyMonth = "company_month" "All in a month",
    }
}

impl Word {
    /// Whether it holds for a role.
    pub fn is_of_role(self) -> bool {
        matches!(self, Self::Alone | Self::Approve | Self::AgentDay | Self::RoleDay)
    }
}

/// An order gets at most so much, until somebody says otherwise: 150 %.
const ORDER_SHARE: i64 = 15_000;
/// Units of the home currency that the built-in roles give alone, until somebody says otherwise.
/// A role of the company's own gives nothing alone until then.
const ALONE: [(&str, i64); 3] = [("admin", 200), ("lead", 200), ("agent", 50)];

row! {
    /// A limit that was set.
    #[derive(PartialEq)]
    pub struct Limit {
        pub word: Word,
        /// 0: whichever.
        pub role_id: i64,
        /// The word of a [`Kind`]; empty: whichever.
        pub kind: String,
        /// Minor units of the home currency; of [`Word::OrderShare`] hundredths of a percent.
        pub amount: i64,
    }
}

/// All that were set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits(pub Vec<Limit>);

/// Reads them.
pub fn all(tx: &mut Tx) -> Result<Limits> {
    Ok(Limits(tx.rows(
        "SELECT word, role_id, kind, amount FROM remedy_limits ORDER BY word, role_id, kind",
        &[],
    )?))
}

impl Limits {
    /// Of the company.
    pub fn of(&self, word: Word, kind: Option<Kind>) -> Option<i64> {
        let kind = kind.map_or("", Kind::word);
        self.0.iter().find(|it| it.word == word && it.kind == kind).map(|it| it.amount)
    }

    /// Of a role.
    pub fn of_role(&self, word: Word, role: RoleId) -> Option<i64> {
        self.0.iter().find(|it| it.word == word && it.role_id == role.raw()).map(|it| it.amount)
    }

    /// What an order gets at most, in hundredths of a percent.
    pub fn order_share(&self) -> i64 {
        self.of(Word::OrderShare, None).unwrap_or(ORDER_SHARE)
    }
}

/// What one of a role gives alone, minor units of the home currency.
pub fn alone(tx: &mut Tx, limits: &Limits, role: RoleId) -> Result<i64> {
    if let Some(it) = limits.of_role(Word::Alone, role) {
        return Ok(it);
    }
    let builtin = roles::find(tx, role)?.builtin.unwrap_or_default();
    let units = ALONE.iter().find(|it| it.0 == builtin).map_or(0, |it| it.1);
    Ok(units.saturating_mul(rates::home(tx)?.unit()))
}

/// What an agent gave without anybody else's eyes, for this order or to this customer on this day:
/// several small remedies are one large one.
pub(super) fn given_alone(tx: &mut Tx, it: &Giving<'_>) -> Result<i64> {
    let args = [it.me.id.into(), it.order.id.into(), it.contact.into(), it.day.into()];
    let which = "requested_by = $1 AND NOT needs_approval
         AND (order_id = $2 OR (contact_id = $3 AND day = $4))";
    sum(tx, "home_amount", which, &args)
}

/// A limit that is to hold: of what, of which role (0: whichever), of which kind (empty: whichever),
/// and how much; `None`: none.
pub type Setting = (Word, i64, String, Option<i64>);

/// Sets some; `None` takes a limit away. What stays as it is is not named.
pub fn set(tx: &mut Tx, me: &Me, them: &[Setting]) -> Result<()> {
    me.require(Permission::RemediesManage)?;
    for (word, role, kind, amount) in them {
        if word.is_of_role() != (*role != 0) || !kind.is_empty() && *word != Word::Remedy {
            return Err(invalid("limits", "This is no limit."));
        }
        if amount.is_some_and(|it| it < 0) {
            return Err(invalid("limits", "A limit is an amount, or nothing."));
        }
        let place = [(*word).into(), (*role).into(), kind.as_str().into()];
        tx.execute(
            "DELETE FROM remedy_limits WHERE word = $1 AND role_id = $2 AND kind = $3",
            &place,
        )?;
        if let Some(amount) = amount {
            let [word, role, kind] = place;
            tx.execute(
                "INSERT INTO remedy_limits (word, role_id, kind, amount) VALUES ($1, $2, $3, $4)",
                &[word, role, kind, (*amount).into()],
            )?;
        }
    }
    let what = RemedyRulesSaved { what: "limits".to_owned(), name: String::new() };
    let change = Change::RemedyRulesSaved(what);
    journal::record(tx, Actor::Agent(me.id), Subject::company(), &change)
}

/// A limit and what is used of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub word: Word,
    pub limit: i64,
    /// What counts already.
    pub used: i64,
    /// In the order's own currency; else in the home currency.
    pub is_abroad: bool,
}

impl Room {
    /// What may still be given; never less than nothing.
    pub fn left(&self) -> i64 {
        (self.limit - self.used).max(0)
    }
}

/// Who gives what to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Giving<'a> {
    pub me: &'a Me,
    pub order: &'a Order,
    pub contact: ContactId,
    pub kind: Kind,
    pub day: i64,
}

/// All limits that hold here, each with what is used.
pub(super) fn rooms(tx: &mut Tx, limits: &Limits, it: &Giving<'_>) -> Result<Vec<Room>> {
    let mut all = Vec::new();
    let home = |word, limit, used| Room { word, limit, used, is_abroad: false };
    for kind in [Some(it.kind), None] {
        if let Some(limit) = limits.of(Word::Remedy, kind) {
            all.push(home(Word::Remedy, limit, 0));
        }
    }
    let order = it.order.id;
    if let Some(limit) = limits.of(Word::Order, None) {
        let used = sum(tx, "home_amount", "order_id = $1", &[order.into()])?;
        all.push(home(Word::Order, limit, used));
    }
    all.push(Room {
        word: Word::OrderShare,
        limit: super::amount_of(it.order, limits.order_share()),
        used: sum(tx, "amount", "order_id = $1", &[order.into()])?,
        is_abroad: true,
    });
    if let Some(limit) = limits.of(Word::CustomerYear, None) {
        let since = a_year_ago(tx)?;
        let args = [it.contact.into(), since.into()];
        let used = sum(tx, "home_amount", "contact_id = $1 AND requested_at > $2", &args)?;
        all.push(home(Word::CustomerYear, limit, used));
    }
    let (role, day) = (it.me.role_id, it.day);
    if let Some(limit) = limits.of_role(Word::AgentDay, role) {
        let args = [day.into(), it.me.id.into()];
        let used = sum(tx, "home_amount", "day = $1 AND requested_by = $2", &args)?;
        all.push(home(Word::AgentDay, limit, used));
    }
    if let Some(limit) = limits.of_role(Word::RoleDay, role) {
        let used = sum(tx, "home_amount", "day = $1 AND role_id = $2", &[day.into(), role.into()])?;
        all.push(home(Word::RoleDay, limit, used));
    }
    if let Some(limit) = limits.of(Word::CompanyMonth, None) {
        let (first, next) = month_of(day);
        let used = sum(tx, "home_amount", "day >= $1 AND day < $2", &[first.into(), next.into()])?;
        all.push(home(Word::CompanyMonth, limit, used));
    }
    Ok(all)
}

/// The first day of the month of a day, and of the next month.
fn month_of(day: i64) -> (i64, i64) {
    let first = day - i64::from(days::date(day).day()) + 1;
    (first, days::after_months(first, 1))
}

/// 365 days before now.
pub(super) fn a_year_ago(tx: &Tx) -> Result<jiff::Timestamp> {
    let year = SignedDuration::from_hours(24 * 365);
    tx.now().checked_sub(year).map_err(|it| StoreError::Failed(it.to_string()).into())
}

fn sum(
    tx: &mut Tx,
    of: &'static str,
    which: &'static str,
    args: &[tend_store::Value],
) -> Result<i64> {
    let sql = format!(
        "SELECT CAST(COALESCE(SUM({of}), 0) AS BIGINT) AS n FROM remedies WHERE counts AND {which}"
    );
    Ok(tx.scalar(&sql, args)?)
}
