//! How a portfolio grows: what the accounts that an agent had at the start pay more or less, with
//! accounts that changed hands apart.

use std::collections::{BTreeMap, HashMap};

use tend_stats::by_account;
use tend_store::{Tx, row};

use super::{Currency, days, figures::LEVEL, rates};
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission},
    words::words,
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
    /// `None` for accounts that nobody looks after, and for all together.
    pub owner: Option<AgentId>,
    pub name: String,
    /// Accounts that paid at the start.
    pub accounts: u64,
    pub start: i64,
    /// Of those, the accounts that are still theirs: of these the growth is.
    pub stayed: u64,
    /// What those pay at the end.
    pub kept: i64,
    /// What those paid at the start.
    pub kept_start: i64,
    /// The share of growth, from and to, at 95 %.
    pub sure: Option<(f64, f64)>,
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

words! {
    /// Some accounts of a portfolio.
    Among, "The accounts are start, stayed, won, received, handed or end." {
        /// They paid at the start and were theirs.
        Start = "start" "At the start",
        /// They paid at the start and are theirs still: of these the growth is.
        Stayed = "stayed" "Stayed in the same hands",
        /// They paid nothing at the start.
        Won = "won" "Won",
        /// Others had them at the start.
        Received = "received" "Received",
        /// Others have them now.
        Handed = "handed" "Handed over",
        /// They pay now and are theirs.
        End = "end" "Now",
    }
}

/// Whose portfolio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Of {
    /// All together: nothing is handed from one to the other.
    #[default]
    All,
    /// Of accounts that nobody looks after.
    Nobody,
    Agent(AgentId),
}

impl std::str::FromStr for Of {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Ok(Self::All),
            "nobody" => Ok(Self::Nobody),
            id => id.parse().map(Self::Agent).map_err(|_| "This is nobody, or an agent's id."),
        }
    }
}

/// All portfolios over some months.
#[derive(Clone, Debug)]
pub struct Growth {
    pub currency: Currency,
    pub months: i64,
    pub from_day: i64,
    pub to_day: i64,
    /// The largest first.
    pub portfolios: Vec<Portfolio>,
    pub together: Portfolio,
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
    }
}

type Hands = HashMap<AccountId, Vec<(i64, Option<AgentId>)>>;

/// An account at both ends.
struct Held {
    account: AccountId,
    before: Option<AgentId>,
    after: Option<AgentId>,
    start: i64,
    end: i64,
}

impl Held {
    /// Whether it is among these of somebody's.
    fn is(&self, of: Of, which: Among) -> bool {
        let theirs = |hand: Option<AgentId>| match of {
            Of::All => true,
            Of::Nobody => hand.is_none(),
            Of::Agent(it) => hand == Some(it),
        };
        let (had, has) = (theirs(self.before), theirs(self.after));
        match which {
            Among::Start => had && self.start > 0,
            Among::Stayed => had && has && self.start > 0,
            Among::Won => had && has && self.start == 0 && self.end > 0,
            Among::Received => !had && has && self.end > 0,
            Among::Handed => had && !has && self.start > 0,
            Among::End => has && self.end > 0,
        }
    }
}

/// The first day, today, and the accounts at both.
fn held(tx: &mut Tx, months: i64) -> Result<(i64, i64, Vec<Held>)> {
    let to_day = days::today(tx)?;
    // As the ledger opens: at the end of the month so many months ago.
    let from_day = days::last_of(days::month_of(to_day) - months.clamp(1, 60));
    let owned: Vec<Owned> = tx.rows(
        "SELECT accounts.id, accounts.owner_id
         FROM account_money JOIN accounts ON accounts.id = account_money.account_id",
        &[],
    )?;
    let hands = hands(tx)?;
    let paid = paid(tx, from_day, to_day)?;
    let held = |it: Owned| {
        let (start, end) = paid.get(&it.id).copied().unwrap_or_default();
        let before = owner_on(&hands, it.id, from_day).unwrap_or(it.owner_id);
        Held { account: it.id, before, after: it.owner_id, start, end }
    };
    Ok((from_day, to_day, owned.into_iter().map(held).collect()))
}

fn added_up(all: &[Held], of: Of) -> Portfolio {
    let mut it = Portfolio::default();
    let mut stayed = Vec::new();
    for one in all {
        let is = |which| one.is(of, which);
        if is(Among::Start) {
            it.accounts += 1;
            it.start += one.start;
        }
        if is(Among::Stayed) {
            it.stayed += 1;
            it.kept_start += one.start;
            it.kept += one.end;
            stayed.push((one.start as f64, one.end as f64));
        }
        it.won += if is(Among::Won) { one.end } else { 0 };
        it.received += if is(Among::Received) { one.end } else { 0 };
        it.handed += if is(Among::Handed) { one.start } else { 0 };
        it.end += if is(Among::End) { one.end } else { 0 };
    }
    let sure = by_account::ratio(&stayed, LEVEL).and_then(|it| it.1);
    it.sure = sure.map(|it| (it.lower - 1.0, it.upper - 1.0));
    it
}

/// Over the last `months` months of the ledger, this one with them, to today.
pub fn report(tx: &mut Tx, me: &Me, months: i64) -> Result<Growth> {
    me.require(Permission::RevenueRead)?;
    let (from_day, to_day, all) = held(tx, months)?;
    let names = agent_names(tx)?;
    let mut by: BTreeMap<Option<AgentId>, Vec<usize>> = BTreeMap::new();
    for (n, it) in all.iter().enumerate() {
        by.entry(it.before).or_default().push(n);
        if it.after != it.before {
            by.entry(it.after).or_default().push(n);
        }
    }
    let mut portfolios: Vec<Portfolio> = Vec::new();
    for (owner, own) in by {
        let own: Vec<Held> = own.iter().map(|n| Held { ..all[*n] }).collect();
        let it = added_up(&own, owner.map_or(Of::Nobody, Of::Agent));
        let name = owner.and_then(|it| names.get(&it).cloned());
        let name = name.unwrap_or_else(|| "Nobody".to_owned());
        portfolios.push(Portfolio { owner, name, ..it });
    }
    portfolios.retain(|it| it.start > 0 || it.end > 0);
    portfolios.sort_by_key(|it| (-it.start, it.owner));
    let together = Portfolio { name: "Together".to_owned(), ..added_up(&all, Of::All) };
    let currency = rates::home(tx)?;
    Ok(Growth { currency, months: months.clamp(1, 60), from_day, to_day, portfolios, together })
}

/// An account behind a figure. Home currency, a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub account: AccountId,
    pub name: String,
    pub start: i64,
    pub end: i64,
}

/// The accounts behind a figure of a portfolio, those that moved most first.
pub fn lines(tx: &mut Tx, me: &Me, months: i64, of: Of, which: Among) -> Result<Vec<Line>> {
    me.require(Permission::RevenueRead)?;
    let (_, _, all) = held(tx, months)?;
    let mut found: Vec<Line> = all
        .iter()
        .filter(|it| it.is(of, which))
        .map(|it| Line { account: it.account, name: String::new(), start: it.start, end: it.end })
        .collect();
    found.sort_by_key(|it| (-(it.end - it.start).abs(), -it.end, it.account));
    let names = super::of_account::names(tx, found.iter().map(|it| it.account))?;
    for it in &mut found {
        it.name = names.get(&it.account).cloned().unwrap_or_default();
    }
    Ok(found)
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
