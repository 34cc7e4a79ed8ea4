//! What an account pays, as far as it is known.

use tend_store::Tx;

use super::refresh;
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    journal::{self, Change, Subject},
    money::{Source, income, rates},
};

/// The company's own currency, in which sums are told: ISO 4217.
pub fn currency(tx: &mut Tx) -> Result<String> {
    Ok(rates::home(tx)?.to_string())
}

/// Enters what an account pays a year and when it renews, as long as no subscription says so.
/// `None` leaves it, `Some(None)` says that it is not known.
pub fn say_money(
    tx: &mut Tx,
    by: &Me,
    id: AccountId,
    arr: Option<Option<i64>>,
    renews_on: Option<Option<i64>>,
) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let id = accounts::find_visible(tx, by, id)?.id;
    say(tx, Actor::Agent(by.id), id, arr, renews_on).map(drop)
}

/// Says whether that was news.
pub(crate) fn say(
    tx: &mut Tx,
    by: Actor,
    id: AccountId,
    arr: Option<Option<i64>>,
    renews_on: Option<Option<i64>>,
) -> Result<bool> {
    let it = accounts::find(tx, id)?;
    if arr.flatten().is_some_and(|it| !(0..=9_000_000_000_000_000).contains(&it)) {
        return Err(invalid("arr", "Write what it pays a year as a number that is not negative."));
    }
    let (arr, day) = (arr.unwrap_or(it.said_arr), renews_on.unwrap_or(it.said_renewal));
    if (arr, day) == (it.said_arr, it.said_renewal) {
        return Ok(false);
    }
    let now = tx.now();
    tx.execute(
        "UPDATE accounts SET said_arr = $2, said_renewal = $3, changed_at = $4 WHERE id = $1",
        &[it.id.into(), arr.into(), day.into(), now.into()],
    )?;
    let all = [("yearly income", arr != it.said_arr), ("renewal", day != it.said_renewal)];
    let fields = all.iter().filter(|it| it.1).map(|it| it.0.to_owned()).collect();
    let change = Change::AccountChanged { fields };
    journal::record(tx, by, Subject::account(it.id.raw()), &change)?;
    refresh(tx, it.id)?;
    Ok(true)
}

/// An amount of the home currency in minor units, as people write it.
///
/// # Errors
/// Invalid, under `arr`, for what is no amount.
pub fn read_money(tx: &mut Tx, text: &str) -> Result<i64> {
    let home = rates::home(tx)?;
    home.read(text)
        .filter(|it| *it >= 0)
        .ok_or_else(|| invalid("arr", "Write an amount as a number: 18500 or 18500.50."))
}

/// How an account stands in a table: its stage, its parent's name (or id, if two have the name),
/// what it pays a year, where that is known from, the day of its renewal; each empty if it is not
/// known, or not for this reader to know.
pub(crate) fn cells(tx: &mut Tx, me: &Me, it: &accounts::Account) -> Result<[String; 5]> {
    let stage = match it.stage_id {
        Some(id) => super::find_stage(tx, id)?.name,
        None => String::new(),
    };
    let home = rates::home(tx)?;
    let day = |day: i64| {
        let at = jiff::civil::date(1970, 1, 1);
        at.checked_add(jiff::Span::new().days(day)).map_or(String::new(), |it| it.to_string())
    };
    let parent = match it.parent_id {
        Some(id) => parent_name(tx, id)?,
        None => String::new(),
    };
    let income = income::of_accounts(tx, me, &[it.id])?.remove(&it.id).unwrap_or_default();
    let arr = income.arr.map(|it| home.plain(it)).unwrap_or_default();
    let source = income.source.map_or("", Source::word).to_owned();
    Ok([stage, parent, arr, source, income.renews_on.map(day).unwrap_or_default()])
}

fn parent_name(tx: &mut Tx, id: AccountId) -> Result<String> {
    let parent = accounts::find(tx, id)?;
    let same: i64 = tx.scalar(
        "SELECT count(*) FROM accounts
         WHERE kind = 'company' AND name_folded = $1 AND merged_into IS NULL",
        &[crate::fold::fold(&parent.name).into()],
    )?;
    Ok(if same == 1 { parent.name } else { parent.id.to_string() })
}
