//! Accounts that are parts of others, and what a whole tree of them comes to.

use std::collections::HashSet;

use tend_store::{Tx, Value, placeholders, row};

use super::{portfolio::sees_money, refresh};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::refused,
    journal::{self, Change, Subject},
    usage::day_of,
};

/// So deep may a tree be.
const DEEPEST: usize = 10;
/// So many accounts of a tree are added up, and no more.
const MOST: usize = 5_000;

/// Makes an account a part of another, or of none. Doing it twice is doing it once.
///
/// # Errors
/// Refused when the parent is the account itself or a part of it, or when the tree would be
/// deeper than ten.
pub fn set_parent(tx: &mut Tx, by: &Me, id: AccountId, to: Option<AccountId>) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let id = accounts::find_visible(tx, by, id)?.id;
    belong(tx, Actor::Agent(by.id), id, to).map(drop)
}

/// Says whether that was news.
pub(crate) fn belong(tx: &mut Tx, by: Actor, id: AccountId, to: Option<AccountId>) -> Result<bool> {
    let account = accounts::find(tx, id)?;
    let parent = match to {
        Some(it) => Some(accounts::find(tx, it)?),
        None => None,
    };
    let to = parent.as_ref().map(|it| it.id);
    if account.parent_id == to {
        return Ok(false);
    }
    if let Some(parent) = &parent {
        let above = above(tx, parent.id)?;
        if parent.id == account.id || above.contains(&account.id) {
            let why = format!("{} is a part of {} already.", parent.name, account.name);
            return Err(refused(match parent.id == account.id {
                true => "An account can't be a part of itself.".to_owned(),
                false => why,
            }));
        }
        if above.len() + 1 + height(tx, account.id)? > DEEPEST {
            return Err(refused("Accounts can lie ten deep, and not deeper."));
        }
    }
    let now = tx.now();
    tx.execute(
        "UPDATE accounts SET parent_id = $2, changed_at = $3 WHERE id = $1",
        &[account.id.into(), to.into(), now.into()],
    )?;
    let change = Change::ParentSet {
        from: account.parent_id.map(|it| it.to_string()),
        to: to.map(|it| it.to_string()),
        name: parent.map(|it| it.name),
    };
    journal::record(tx, by, Subject::account(account.id.raw()), &change)?;
    refresh(tx, account.id)?;
    Ok(true)
}

fn parent_of(tx: &mut Tx, id: AccountId) -> Result<Option<AccountId>> {
    let sql = "SELECT parent_id FROM accounts WHERE id = $1 AND parent_id IS NOT NULL";
    match tx.maybe_scalar::<AccountId>(sql, &[id.into()])? {
        // Its parent may have been merged away since.
        Some(it) => Ok(Some(accounts::find(tx, it)?.id)),
        None => Ok(None),
    }
}

/// What an account is a part of, the nearest first.
fn above(tx: &mut Tx, id: AccountId) -> Result<Vec<AccountId>> {
    let (mut all, mut at) = (Vec::new(), id);
    while let Some(it) = parent_of(tx, at)? {
        if all.contains(&it) || all.len() > 2 * DEEPEST {
            break;
        }
        all.push(it);
        at = it;
    }
    Ok(all)
}

/// Whether an account is a part of another, directly or not.
pub(crate) fn is_below(tx: &mut Tx, id: AccountId, of: AccountId) -> Result<bool> {
    Ok(above(tx, id)?.contains(&of))
}

fn height(tx: &mut Tx, id: AccountId) -> Result<usize> {
    let (mut level, mut deep) = (vec![id], 0);
    while !level.is_empty() && deep <= DEEPEST {
        level = children(tx, &level)?;
        deep += 1;
    }
    Ok(deep)
}

fn children(tx: &mut Tx, of: &[AccountId]) -> Result<Vec<AccountId>> {
    let mut all = Vec::new();
    for some in of.chunks(500) {
        let sql = format!(
            "SELECT id FROM accounts WHERE parent_id IN ({}) AND merged_into IS NULL ORDER BY id",
            placeholders(1, some.len())
        );
        let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        all.extend(tx.column::<AccountId>(&sql, &args)?);
    }
    Ok(all)
}

/// An account with the one that it is a part of, and so on, the topmost first; without itself.
pub fn ancestors(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<(AccountId, String)>> {
    let id = accounts::find_visible(tx, me, id)?.id;
    let mut all = Vec::new();
    for it in above(tx, id)?.into_iter().rev() {
        all.push((it, accounts::find(tx, it)?.name));
    }
    Ok(all)
}

row! {
    /// A part of an account, with its own figures and without those of its own parts.
    pub struct Part {
        pub id: AccountId,
        pub name: String,
        pub stage: Option<String>,
        /// Minor units of the home currency; -1 if it is not known.
        pub arr: i64,
        pub open: i64,
        /// It has parts of its own.
        pub has_parts: bool,
    }
}

/// Its parts, by name; at most a hundred.
pub fn parts(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<Part>> {
    let id = accounts::find_visible(tx, me, id)?.id;
    let mut all: Vec<Part> = tx.rows(
        "SELECT accounts.id, accounts.name, stages.name AS stage,
             COALESCE(account_figures.arr, -1) AS arr,
             COALESCE(account_figures.open_count, 0) AS open,
             EXISTS (SELECT 1 FROM accounts AS below WHERE below.parent_id = accounts.id
                 AND below.merged_into IS NULL) AS has_parts
         FROM accounts LEFT JOIN account_figures ON account_figures.account_id = accounts.id
         LEFT JOIN stages ON stages.id = accounts.stage_id
         WHERE accounts.parent_id = $1 AND accounts.merged_into IS NULL
         ORDER BY accounts.name_folded, accounts.id LIMIT 100",
        &[id.into()],
    )?;
    if !sees_money(me) {
        all.iter_mut().for_each(|it| it.arr = -1);
    }
    Ok(all)
}

/// What an account and all its parts come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// Accounts that are added up, the topmost with them.
    pub accounts: i64,
    /// There are more than are added up.
    pub and_more: bool,
    /// Of those that say what they pay; minor units of the home currency.
    pub arr: i64,
    /// How many say so.
    pub arr_of: i64,
    pub open: i64,
    pub contacts: i64,
    /// Of use, in 30 days.
    pub events: i64,
    pub events_before: i64,
    /// Money expected to be lost, of those of which it is known.
    pub risk: i64,
    pub risk_of: i64,
}

/// Adds up an account and all its parts.
pub fn tree(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Tree> {
    let id = accounts::find_visible(tx, me, id)?.id;
    let (mut seen, mut level) = (HashSet::from([id]), vec![id]);
    while !level.is_empty() && seen.len() < MOST {
        level = children(tx, &level)?.into_iter().filter(|it| seen.insert(*it)).collect();
    }
    let mut out = Tree { and_more: seen.len() >= MOST, ..Tree::default() };
    let all: Vec<AccountId> = seen.into_iter().collect();
    for some in all.chunks(500) {
        add(tx, some, &mut out)?;
    }
    if !sees_money(me) {
        (out.arr, out.arr_of, out.risk, out.risk_of) = (0, 0, 0, 0);
    }
    Ok(out)
}

fn add(tx: &mut Tx, some: &[AccountId], out: &mut Tree) -> Result<()> {
    row! {
        struct Sum {
            accounts: i64,
            arr: i64,
            arr_of: i64,
            open: i64,
            contacts: i64,
            events: i64,
            events_before: i64,
            risk: i64,
            risk_of: i64,
        }
    }
    let sum = |what: &str| format!("COALESCE(CAST(sum({what}) AS BIGINT), 0)");
    let known = |what: &str| format!("CASE WHEN {what} >= 0 THEN {what} ELSE 0 END");
    let one = |what: &str| format!("CASE WHEN {what} >= 0 THEN 1 ELSE 0 END");
    let sql = format!(
        "SELECT count(*) AS accounts, {} AS arr, {} AS arr_of, {} AS open, {} AS contacts,
             {} AS events, {} AS events_before, {} AS risk, {} AS risk_of
         FROM accounts LEFT JOIN account_figures ON account_figures.account_id = accounts.id
         WHERE accounts.id IN ({})",
        sum(&known("arr")),
        sum(&one("arr")),
        sum("open_count"),
        sum("contact_count"),
        sum("events"),
        sum("events_before"),
        sum(&known("risk")),
        sum(&one("risk")),
        placeholders(1, some.len())
    );
    let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
    let it: Sum = tx.one(&sql, &args)?;
    out.accounts += it.accounts;
    out.arr += it.arr;
    out.arr_of += it.arr_of;
    out.open += it.open;
    out.contacts += it.contacts;
    out.events += it.events;
    out.events_before += it.events_before;
    out.risk += it.risk;
    out.risk_of += it.risk_of;
    Ok(())
}

/// Today, as a day since 1970.
pub(super) fn today(tx: &Tx) -> i64 {
    day_of(tx.now())
}
