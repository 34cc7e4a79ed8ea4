//! What the accounts of a list come to.

use tend_store::{Tx, Value, placeholders, row};

use super::{
    parent::today,
    portfolio::{Ask, Whose, ids, mates, sees_money},
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission},
    conversations::list::Where,
    error::not_found,
};

/// Renewals that are so near are told by themselves.
pub const SOON: i64 = 60;
/// A list with conditions is added up so far, and no further.
const MOST: usize = 10_000;

row! {
    /// What the accounts of a list come to.
    #[derive(Default, PartialEq)]
    pub struct Sums {
        pub accounts: i64,
        /// Of those that say what they pay: minor units of the home currency a year.
        pub arr: i64,
        pub arr_of: i64,
        /// Money expected to be lost, of those of which it is known.
        pub risk: i64,
        pub risk_of: i64,
        /// That renew within 60 days, and what they pay.
        pub soon: i64,
        pub soon_arr: i64,
    }
}

/// The sums of a list, and whether there are more accounts than were added up.
pub fn sums(tx: &mut Tx, me: &Me, ask: &Ask) -> Result<(Sums, bool)> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("account"));
    }
    let (sums, more) = added_up(tx, me, ask)?;
    let hidden = Sums { accounts: sums.accounts, soon: sums.soon, ..Sums::default() };
    Ok((if sees_money(me) { sums } else { hidden }, more))
}

fn added_up(tx: &mut Tx, me: &Me, ask: &Ask) -> Result<(Sums, bool)> {
    if ask.is_plain() {
        return Ok((of_owners(tx, me, ask.whose)?, false));
    }
    let (mut out, mut at) = (Sums::default(), None);
    loop {
        let (some, next) = ids(tx, me, ask, at, 200)?;
        let it = of_ids(tx, &some)?;
        out.accounts += it.accounts;
        out.arr += it.arr;
        out.arr_of += it.arr_of;
        out.risk += it.risk;
        out.risk_of += it.risk_of;
        out.soon += it.soon;
        out.soon_arr += it.soon_arr;
        match next {
            None => return Ok((out, false)),
            Some(_) if out.accounts as usize >= MOST => return Ok((out, true)),
            Some(next) => at = Some(next),
        }
    }
}

/// How many accounts a list has, counted to `most` and no further.
pub fn counted(tx: &mut Tx, me: &Me, ask: &Ask, most: i64) -> Result<i64> {
    if ask.is_plain() {
        let mut all = owned(tx, me, ask.whose)?;
        all.args.push(most.into());
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM account_figures WHERE {} LIMIT ${}) AS counted",
            all.sql,
            all.args.len()
        );
        return Ok(tx.scalar(&sql, &all.args)?);
    }
    let (mut n, mut at) = (0, None);
    loop {
        let (some, next) = ids(tx, me, ask, at, 200)?;
        n += some.len() as i64;
        match next {
            Some(next) if n < most => at = Some(next),
            _ => return Ok(n.min(most)),
        }
    }
}

fn owned(tx: &mut Tx, me: &Me, whose: Whose) -> Result<Where> {
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    let owners: Vec<AgentId> = match whose {
        Whose::All => return Ok(all),
        Whose::Mine => vec![me.id],
        Whose::Of(it) => vec![it],
        Whose::Team => mates(tx, me)?,
    };
    if owners.is_empty() {
        all.and("FALSE", []);
        return Ok(all);
    }
    let marks = vec!["?"; owners.len()].join(", ");
    all.and(&format!("owner_id IN ({marks})"), owners.into_iter().map(Value::from));
    Ok(all)
}

fn of_owners(tx: &mut Tx, me: &Me, whose: Whose) -> Result<Sums> {
    let all = owned(tx, me, whose)?;
    added(tx, &all.sql, all.args)
}

fn of_ids(tx: &mut Tx, ids: &[AccountId]) -> Result<Sums> {
    if ids.is_empty() {
        return Ok(Sums::default());
    }
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    added(tx, &format!("account_id IN ({})", placeholders(1, ids.len())), args)
}

fn added(tx: &mut Tx, condition: &str, mut args: Vec<Value>) -> Result<Sums> {
    let today = today(tx);
    let at = args.len();
    args.push(today.into());
    args.push((today + SOON + 1).into());
    let soon = format!("renews_on >= ${} AND renews_on < ${}", at + 1, at + 2);
    let sum = |what: &str| format!("COALESCE(CAST(sum({what}) AS BIGINT), 0)");
    let known = |it: &str| format!("CASE WHEN {it} >= 0 THEN {it} ELSE 0 END");
    let one = |it: &str| format!("CASE WHEN {it} THEN 1 ELSE 0 END");
    let sql = format!(
        "SELECT count(*) AS accounts, {} AS arr, {} AS arr_of, {} AS risk, {} AS risk_of,
             {} AS soon, {} AS soon_arr
         FROM account_figures WHERE {condition}",
        sum(&known("arr")),
        sum(&one("arr >= 0")),
        sum(&known("risk")),
        sum(&one("risk >= 0")),
        sum(&one(&soon)),
        sum(&format!("CASE WHEN {soon} AND arr >= 0 THEN arr ELSE 0 END")),
    );
    Ok(tx.one(&sql, &args)?)
}
