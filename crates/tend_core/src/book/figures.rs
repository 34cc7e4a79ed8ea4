//! The row of an account by which portfolios sort and narrow.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{Meaning, parent::today};
use crate::{
    Result,
    accounts::{Account, AccountId, COLUMNS},
    agents::AgentId,
    book::StageId,
    fold, health,
    money::income,
};

/// What is not known stands here where the smallest comes first.
pub const UNKNOWN_LAST: i64 = i64::MAX;
/// Sorts behind every name.
const NOBODY: &str = "\u{10ffff}";
/// Usage is counted over so many days, against as many before.
const DAYS: i64 = 30;

row! {
    /// What a portfolio knows of an account.
    #[derive(PartialEq)]
    pub struct Figures {
        pub account_id: AccountId,
        pub name_folded: String,
        pub owner_id: Option<AgentId>,
        pub owner_folded: String,
        pub stage_id: Option<StageId>,
        pub stage_place: i64,
        /// Minor units of the home currency a year; -1 if it is not known.
        pub arr: i64,
        /// Day since 1970; [`UNKNOWN_LAST`] if it is not known.
        pub renews_on: i64,
        /// Money expected to be lost; -1 while no health is known.
        pub risk: i64,
        /// Microseconds; 0 if nobody ever wrote.
        pub touched_at: i64,
        pub open_count: i64,
        pub contact_count: i64,
        /// The last day of any usage; -1 if there never was any.
        pub used_on: i64,
        /// Of use, in 30 days, and in the 30 before.
        pub events: i64,
        pub events_before: i64,
        /// In thousandths; [`UNKNOWN_LAST`] without a past.
        pub trend: i64,
    }
}

pub(super) const ALL: &str = "account_figures.account_id, account_figures.name_folded, \
     account_figures.owner_id, account_figures.owner_folded, account_figures.stage_id, \
     account_figures.stage_place, account_figures.arr, account_figures.renews_on, \
     account_figures.risk, account_figures.touched_at, account_figures.open_count, \
     account_figures.contact_count, account_figures.used_on, account_figures.events, \
     account_figures.events_before, account_figures.trend";

/// What a portfolio knows of an account; nothing of one that is in no book.
pub fn figures(tx: &mut Tx, id: AccountId) -> Result<Option<Figures>> {
    let sql = format!("SELECT {ALL} FROM account_figures WHERE account_id = $1");
    Ok(tx.maybe(&sql, &[id.into()])?)
}

/// Makes the row of an account right, or takes it away.
pub(crate) fn refresh(tx: &mut Tx, id: AccountId) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = $1");
    let found: Option<Account> = tx.maybe(&sql, &[id.into()])?;
    let in_book = |it: &Account| {
        let counts = it.kind == "company" || it.owner_id.is_some() || it.stage_id.is_some();
        it.merged_into.is_none() && counts
    };
    let Some(account) = found.filter(in_book) else {
        tx.execute("DELETE FROM account_figures WHERE account_id = $1", &[id.into()])?;
        return Ok(());
    };
    let now = counted(tx, &account)?;
    // Who writes nothing collides with nobody.
    if figures(tx, id)?.as_ref() != Some(&now) {
        write(tx, &now)?;
    }
    Ok(())
}

fn counted(tx: &mut Tx, it: &Account) -> Result<Figures> {
    let id = it.id;
    let stage = match it.stage_id {
        Some(stage) => Some(super::find_stage(tx, stage)?),
        None => None,
    };
    let stage_place = stage.as_ref().map_or(UNKNOWN_LAST, |it| it.position);
    let owner: Option<String> = match it.owner_id {
        Some(owner) => tx.maybe_scalar("SELECT name FROM agents WHERE id = $1", &[owner.into()])?,
        None => None,
    };
    let money = income::of(tx, id)?;
    let p = match stage.filter(|it| it.means == Meaning::Churned) {
        Some(_) => None,
        None => health::counts(tx, id)?,
    };
    let risk = health::at_risk(money.arr.unwrap_or(-1), p);
    let (events, events_before, used_on) = used(tx, id)?;
    let trend = match events_before {
        0 => UNKNOWN_LAST,
        before => (events - before) * 1000 / before,
    };
    Ok(Figures {
        account_id: id,
        name_folded: fold::fold(&it.name),
        owner_id: it.owner_id,
        owner_folded: owner.map_or_else(|| NOBODY.to_owned(), |it| fold::fold(&it)),
        stage_id: it.stage_id,
        stage_place,
        arr: money.arr.unwrap_or(-1),
        renews_on: money.renews_on.unwrap_or(UNKNOWN_LAST),
        risk,
        touched_at: touched(tx, id)?,
        open_count: tx.scalar(
            "SELECT count(*) FROM conversations
             WHERE account_id = $1 AND is_active = TRUE AND merged_into IS NULL",
            &[id.into()],
        )?,
        contact_count: tx.scalar(
            "SELECT count(*) FROM contacts WHERE account_id = $1 AND merged_into IS NULL",
            &[id.into()],
        )?,
        used_on,
        events,
        events_before,
        trend,
    })
}

/// When anybody last wrote, or noted something down.
fn touched(tx: &mut Tx, id: AccountId) -> Result<i64> {
    let mut last: Option<Timestamp> = None;
    for active in [true, false] {
        let at: Option<Timestamp> = tx.maybe_scalar(
            "SELECT last_message_at FROM conversations
             WHERE account_id = $1 AND is_active = $2 ORDER BY last_message_at DESC LIMIT 1",
            &[id.into(), active.into()],
        )?;
        last = last.max(at);
    }
    let noted: Option<Timestamp> = tx.maybe_scalar(
        "SELECT created_at FROM customer_notes
         WHERE subject_id = $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
        &[id.into()],
    )?;
    Ok(last.max(noted).map_or(0, Timestamp::as_microsecond))
}

fn used(tx: &mut Tx, id: AccountId) -> Result<(i64, i64, i64)> {
    row! {
        struct Used {
            events: i64,
            before: i64,
        }
    }
    let today = today(tx);
    let (first, earlier) = (today - DAYS + 1, today - 2 * DAYS + 1);
    let it: Used = tx.one(
        "SELECT COALESCE(CAST(sum(CASE WHEN day >= $2 THEN events ELSE 0 END) AS BIGINT), 0)
                 AS events,
             COALESCE(CAST(sum(CASE WHEN day < $2 THEN events ELSE 0 END) AS BIGINT), 0) AS before
         FROM usage_days WHERE subject_id = $1 AND day >= $3",
        &[id.into(), first.into(), earlier.into()],
    )?;
    let last: Option<i64> = tx.maybe_scalar(
        "SELECT day FROM usage_days WHERE subject_id = $1 AND events > 0
         ORDER BY day DESC LIMIT 1",
        &[id.into()],
    )?;
    Ok((it.events, it.before, last.unwrap_or(-1)))
}

fn write(tx: &mut Tx, it: &Figures) -> Result<()> {
    tx.execute(
        "INSERT INTO account_figures (account_id, name_folded, owner_id, owner_folded, stage_id,
             stage_place, arr, renews_on, risk, touched_at, open_count, contact_count, used_on,
             events, events_before, trend)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (account_id) DO UPDATE SET name_folded = excluded.name_folded,
             owner_id = excluded.owner_id, owner_folded = excluded.owner_folded,
             stage_id = excluded.stage_id, stage_place = excluded.stage_place,
             arr = excluded.arr, renews_on = excluded.renews_on, risk = excluded.risk,
             touched_at = excluded.touched_at, open_count = excluded.open_count,
             contact_count = excluded.contact_count, used_on = excluded.used_on,
             events = excluded.events, events_before = excluded.events_before,
             trend = excluded.trend",
        &[
            it.account_id.into(),
            it.name_folded.as_str().into(),
            it.owner_id.into(),
            it.owner_folded.as_str().into(),
            it.stage_id.into(),
            it.stage_place.into(),
            it.arr.into(),
            it.renews_on.into(),
            it.risk.into(),
            it.touched_at.into(),
            it.open_count.into(),
            it.contact_count.into(),
            it.used_on.into(),
            it.events.into(),
            it.events_before.into(),
            it.trend.into(),
        ],
    )?;
    Ok(())
}
