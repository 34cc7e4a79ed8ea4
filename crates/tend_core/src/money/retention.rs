//! Who stays: accounts by the month they first came, and what share came back in each month after.

use std::collections::{BTreeMap, BTreeSet};

use tend_stats::cohorts::{by_brackets, by_calendar};
pub use tend_stats::{
    cohorts::{Cohort, Share},
    intervals::Interval,
};
use tend_store::{Tx, row};

use super::{days, figures::LEVEL};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    book::SegmentId,
    error::not_found,
};

/// What counts as having come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// They pay at the end of the month.
    #[default]
    Pays,
    /// An invoice was issued in the month, and it holds.
    Billed,
    /// The product was used in the month.
    Uses,
}

impl Basis {
    pub const ALL: [Self; 3] = [Self::Pays, Self::Billed, Self::Uses];

    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pays => "pays",
            Self::Billed => "billed",
            Self::Uses => "uses",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pays => "Pays",
            Self::Billed => "Is billed",
            Self::Uses => "Uses the product",
        }
    }
}

impl std::str::FromStr for Basis {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Ok(Self::Pays),
            _ => Self::ALL
                .into_iter()
                .find(|it| it.word() == text)
                .ok_or("The basis is pays, billed or uses."),
        }
    }
}

/// Months after the first one, both ends counted.
pub const BRACKETS: [(i64, i64); 5] = [(0, 0), (1, 3), (4, 6), (7, 12), (13, 24)];

/// Whose visits, and which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub basis: Basis,
    /// Of the accounts that are in this segment today.
    pub segment: Option<SegmentId>,
}

/// Which share of a cohort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Came {
    /// In that month.
    #[default]
    On,
    /// In that month or later.
    OnOrAfter,
}

/// Who stays.
#[derive(Clone, Debug)]
pub struct Retention {
    pub asked: Asked,
    /// The newest month that is over; nothing after it is counted.
    pub last_complete: i64,
    /// Oldest first. A month that is not over is in none of them.
    pub cohorts: Vec<Cohort>,
    /// Cohorts that began before the first of these, and the accounts in them.
    pub older: (u64, u64),
    /// All accounts together: who came at all in these months after their first.
    pub brackets: Vec<((i64, i64), Share)>,
}

/// With Wilson's interval at 95 %.
pub fn sure(it: &Share) -> Option<Interval> {
    it.interval(LEVEL)
}

#[derive(Clone, Copy)]
struct Visit {
    account: AccountId,
    month: i64,
}

/// So many months are told at most: twenty years.
pub const MOST_MONTHS: i64 = 240;

/// Cohorts of the last `months` complete months.
pub fn report(tx: &mut Tx, me: &Me, asked: Asked, months: i64) -> Result<Retention> {
    let (visits, last) = visits(tx, me, asked)?;
    let pairs = || visits.iter().map(|it| (it.account, it.month));
    let mut cohorts = by_calendar(pairs(), last);
    let first = last - months.clamp(1, MOST_MONTHS) + 1;
    let before = cohorts.iter().filter(|it| it.period < first);
    let older = before.fold((0, 0), |sum, it| (sum.0 + 1, sum.1 + it.n));
    cohorts.retain(|it| it.period >= first);
    let shares = by_brackets(pairs(), 1, &BRACKETS, last + 1);
    Ok(Retention {
        asked,
        last_complete: last,
        cohorts,
        older,
        brackets: BRACKETS.into_iter().zip(shares).collect(),
    })
}

/// Everybody's visits, and the newest month that is over.
fn visits(tx: &mut Tx, me: &Me, asked: Asked) -> Result<(Vec<Visit>, i64)> {
    me.require(Permission::RevenueRead)?;
    let last = days::month_of(days::today(tx)?) - 1;
    let mut visits = match asked.basis {
        Basis::Pays => paying(tx, last)?,
        Basis::Billed => billed(tx)?,
        Basis::Uses => using(tx)?,
    };
    let ids = visits.iter().map(|it| it.account);
    if let Some(within) = super::within(tx, me, asked.segment, ids)? {
        visits.retain(|it| within.contains(&it.account));
    }
    Ok((visits, last))
}

/// An account of a cohort.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub account: AccountId,
    pub name: String,
    /// It came, as the share counts it.
    pub came: bool,
}

/// The accounts behind a share: all that first came in the month `first`, those that came `k`
/// months later before the others, by their names.
///
/// # Errors
/// NotFound for a month that is not over, of which there is no share.
pub fn members(
    tx: &mut Tx,
    me: &Me,
    asked: Asked,
    (first, k): (i64, i64),
    how: Came,
) -> Result<Vec<Member>> {
    let (visits, last) = visits(tx, me, asked)?;
    if k < 0 || first.saturating_add(k) > last {
        return Err(not_found("cohort"));
    }
    let mut began: BTreeMap<AccountId, i64> = BTreeMap::new();
    for it in &visits {
        let month = began.entry(it.account).or_insert(it.month);
        *month = it.month.min(*month);
    }
    let wanted = first + k;
    let counts = |it: &&Visit| match how {
        Came::On => it.month == wanted,
        Came::OnOrAfter => (wanted..=last).contains(&it.month),
    };
    let came: BTreeSet<AccountId> = visits.iter().filter(counts).map(|it| it.account).collect();
    let all: Vec<AccountId> = began.iter().filter(|it| *it.1 == first).map(|it| *it.0).collect();
    let names = super::of_account::names(tx, all.iter().copied())?;
    let member = |account: AccountId| Member {
        account,
        name: names.get(&account).cloned().unwrap_or_default(),
        came: came.contains(&account),
    };
    let mut all: Vec<Member> = all.into_iter().map(member).collect();
    all.sort_by(|a, b| b.came.cmp(&a.came).then_with(|| a.name.cmp(&b.name)));
    Ok(all)
}

/// The months at whose end an account pays.
fn paying(tx: &mut Tx, last: i64) -> Result<Vec<Visit>> {
    row! {
        struct Step {
            account_id: AccountId,
            day: i64,
            mrr: i64,
        }
    }
    let steps: Vec<Step> =
        tx.rows("SELECT account_id, day, mrr FROM revenue_steps ORDER BY account_id, day", &[])?;
    let mut visits = Vec::new();
    for (n, it) in steps.iter().enumerate() {
        if it.mrr <= 0 {
            continue;
        }
        let next = steps.get(n + 1).filter(|next| next.account_id == it.account_id);
        let first = days::month_of(it.day);
        let end = next.map_or(days::last_of(last) + 1, |next| next.day);
        let mut month = first;
        while month <= last && days::last_of(month) < end {
            visits.push(Visit { account: it.account_id, month });
            month += 1;
        }
    }
    Ok(visits)
}

fn billed(tx: &mut Tx) -> Result<Vec<Visit>> {
    row! {
        struct Bill {
            account_id: AccountId,
            issued_day: i64,
        }
    }
    let bills: Vec<Bill> = tx.rows(
        "SELECT account_id, issued_day FROM invoices WHERE status IN ('open', 'paid')",
        &[],
    )?;
    let visit = |it: Bill| Visit { account: it.account_id, month: days::month_of(it.issued_day) };
    Ok(bills.into_iter().map(visit).collect())
}

fn using(tx: &mut Tx) -> Result<Vec<Visit>> {
    row! {
        struct Used {
            subject_id: AccountId,
            day: i64,
        }
    }
    let used: Vec<Used> =
        tx.rows("SELECT subject_id, day FROM usage_days WHERE is_account AND events > 0", &[])?;
    let visit = |it: Used| Visit { account: it.subject_id, month: days::month_of(it.day) };
    let mut visits: Vec<Visit> = used.into_iter().map(visit).collect();
    visits.sort_by_key(|it| (it.account, it.month));
    visits.dedup_by_key(|it| (it.account, it.month));
    Ok(visits)
}
