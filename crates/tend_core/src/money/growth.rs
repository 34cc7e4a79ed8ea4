//! How a portfolio grows: what the accounts that an agent had at the start pay more or less, with
//! accounts that changed hands apart.

use std::collections::{BTreeMap, HashMap};

use tend_store::{Tx, row};

use super::{Currency, days, rates};
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission},
};

/// From today on, somebody else looks after an account, or nobody.
pub(crate) fn handed_over(
    tx: &mut Tx,
    account: AccountId,
    from: Option<AgentId>,
    to: Option<AgentId>,
) -> Result<()> {
    let today = days::today(tx)?;
    tx.execute(
        "INSERT INTO owner_history (account_id, day, owner_id) VALUES ($1, 0, $2)
         ON CONFLICT DO NOTHING",
        &[account.into(), from.into()],
    )?;
    tx.execute(
        "INSERT INTO owner_history (account_id, day, owner_id) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, day) DO UPDATE SET owner_id = excluded.owner_id",
        &[account.into(), today.into(), to.into()],
    )?;
    Ok(())
}

/// One agent's portfolio. Home currency, a year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portfolio {
    /// `None` for accounts that nobody looks after.
    pub owner: Option<AgentId>,
    pub name: String,
    /// Accounts that paid at the start.
    pub accounts: u64,
    pub start: i64,
    /// What those pay at the end that are still theirs.
    pub kept: i64,
    /// What those paid at the start that are still theirs.
    pub kept_start: i64,
    /// Accounts that paid nothing at the start and pay at the end, and were theirs at the end.
    pub won: i64,
    /// Of other hands: what they pay at the end.
    pub received: i64,
    /// To other hands: what they paid at the start.
    pub handed: i64,
    pub end: i64,
}

impl Portfolio {
    /// Of what stayed in these hands: end less start.
    pub fn growth(&self) -> i64 {
        self.kept - self.kept_start
    }

    /// The same as a share of the start.
    pub fn rate(&self) -> Option<f64> {
        (self.kept_start > 0).then(|| self.growth() as f64 / self.kept_start as f64)
    }
}

/// All portfolios over some months.
#[derive(Clone, Debug)]
pub struct Growth {
    pub currency: Currency,
    pub from_day: i64,
    pub to_day: i64,
    /// The largest first.
    pub portfolios: Vec<Portfolio>,
}

row! {
    struct Step {
        account_id: AccountId,
        day: i64,
        arr: i64,
    }
}

row! {
    struct Hand {
        account_id: AccountId,
        day: i64,
        owner_id: Option<AgentId>,
    }
}

row! {
    struct Owned {
        id: AccountId,
        owner_id: Option<AgentId>,
        owner: Option<String>,
    }
}

type Hands = HashMap<AccountId, Vec<(i64, Option<AgentId>)>>;

/// Over the last `months` months, to today.
pub fn report(tx: &mut Tx, me: &Me, months: i64) -> Result<Growth> {
    me.require(Permission::RevenueRead)?;
    let to_day = days::today(tx)?;
    let from_day = days::after_months(to_day, -months.clamp(1, 60));
    let owned: Vec<Owned> = tx.rows(
        "SELECT accounts.id, accounts.owner_id, agents.name AS owner
         FROM account_money JOIN accounts ON accounts.id = account_money.account_id
         LEFT JOIN agents ON agents.id = accounts.owner_id",
        &[],
    )?;
    let hands = hands(tx)?;
    let names = agent_names(tx)?;
    let paid = paid(tx, from_day, to_day)?;
    let mut all: BTreeMap<Option<AgentId>, Portfolio> = BTreeMap::new();
    for it in &owned {
        let (start, end) = paid.get(&it.id).copied().unwrap_or_default();
        let at = |day: i64| owner_on(&hands, it.id, day).unwrap_or(it.owner_id);
        let (before, after) = (at(from_day), it.owner_id);
        let had = all.entry(before).or_default();
        if start > 0 {
            had.accounts += 1;
            had.start += start;
        }
        match before == after {
            true if start > 0 => {
                had.kept_start += start;
                had.kept += end;
            }
            true => had.won += end,
            false => had.handed += start,
        }
        let has = all.entry(after).or_default();
        has.end += end;
        if before != after {
            has.received += end;
        }
    }
    let mut portfolios: Vec<Portfolio> = all
        .into_iter()
        .map(|(owner, it)| {
            let name = owner.and_then(|it| names.get(&it).cloned());
            Portfolio { owner, name: name.unwrap_or_else(|| "Nobody".to_owned()), ..it }
        })
        .filter(|it| it.start > 0 || it.end > 0)
        .collect();
    portfolios.sort_by_key(|it| (-it.start, it.owner));
    Ok(Growth { currency: rates::home(tx)?, from_day, to_day, portfolios })
}

fn agent_names(tx: &mut Tx) -> Result<HashMap<AgentId, String>> {
    row! {
        struct Named {
            id: AgentId,
            name: String,
        }
    }
    let all: Vec<Named> = tx.rows("SELECT id, name FROM agents", &[])?;
    Ok(all.into_iter().map(|it| (it.id, it.name)).collect())
}

fn hands(tx: &mut Tx) -> Result<Hands> {
    let rows: Vec<Hand> = tx.rows(
        "SELECT account_id, day, owner_id FROM owner_history ORDER BY account_id, day",
        &[],
    )?;
    let mut all: Hands = HashMap::new();
    for it in rows {
        all.entry(it.account_id).or_default().push((it.day, it.owner_id));
    }
    Ok(all)
}

/// Who had it on a day; `None` when it never changed hands.
fn owner_on(hands: &Hands, account: AccountId, day: i64) -> Option<Option<AgentId>> {
    let own = hands.get(&account)?;
    own.iter().rev().find(|it| it.0 <= day).map(|it| it.1)
}

/// What each account paid a year at the end of two days.
fn paid(tx: &mut Tx, from: i64, to: i64) -> Result<HashMap<AccountId, (i64, i64)>> {
    let steps: Vec<Step> = tx.rows(
        "SELECT account_id, day, arr FROM revenue_steps WHERE day <= $1 ORDER BY account_id, day",
        &[to.into()],
    )?;
    let mut all: HashMap<AccountId, (i64, i64)> = HashMap::new();
    for it in steps {
        let at = all.entry(it.account_id).or_default();
        if it.day <= from {
            at.0 = it.arr;
        }
        at.1 = it.arr;
    }
    Ok(all)
}
