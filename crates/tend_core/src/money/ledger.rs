//! The ledger of recurring revenue, month by month: opening, what came and went, closing. It is
//! made of the accounts' steps alone, so each month adds up to the cent, for the company, for
//! some of its accounts, and for one.

pub use tend_stats::revenue::{Ledger, Moved, Movement, Span, ledger as add_up};
use tend_store::{Tx, row};

use super::{
    Currency, days,
    figures::{self, Figure, Which},
    rates,
};
use crate::{
    Result,
    accounts::{self, AccountId, list::Filter},
    agents::{Me, Permission},
    book::SegmentId,
    conversations::list::Where,
    error::invalid,
};

/// The most months that are asked for at once.
pub const MOST_MONTHS: i64 = 60;

/// What is added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// A month's worth.
    #[default]
    Mrr,
    /// A year's worth.
    Arr,
}

impl Measure {
    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mrr => "mrr",
            Self::Arr => "arr",
        }
    }
}

impl std::str::FromStr for Measure {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "mrr" | "" => Ok(Self::Mrr),
            "arr" => Ok(Self::Arr),
            _ => Err("The measure is mrr or arr."),
        }
    }
}

/// Whose revenue, and which months.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Of one account alone.
    pub account: Option<AccountId>,
    /// Of the accounts that this finds.
    pub filter: Filter,
    /// Of those that are in this segment today.
    pub segment: Option<SegmentId>,
    pub measure: Measure,
    /// The last month; this month without it.
    pub month: Option<i64>,
    /// How many months.
    pub months: i64,
}

/// One month.
#[derive(Clone, Debug)]
pub struct Month {
    /// 12 × year + month − 1.
    pub month: i64,
    /// Whether it is over.
    pub is_over: bool,
    pub ledger: Ledger,
}

/// The ledger and the figures of its last month.
#[derive(Clone, Debug)]
pub struct Report {
    pub currency: Currency,
    pub measure: Measure,
    /// Oldest first.
    pub months: Vec<Month>,
    /// Of the last month.
    pub of_month: Vec<Figure>,
    /// The twelve months to the end of the last one, from opening to closing.
    pub year: Ledger,
    pub of_year: Vec<Figure>,
    /// Today.
    pub today: i64,
}

row! {
    struct Row {
        account_id: AccountId,
        day: i64,
        mrr: i64,
        arr: i64,
    }
}

/// What one account paid, at the end of each day asked for.
struct Paid {
    account: AccountId,
    /// The first day it paid anything.
    since: i64,
    at: Vec<i64>,
}

impl Paid {
    fn span(&self, from: usize, to: usize, from_day: i64) -> Span {
        Span { start: self.at[from], end: self.at[to], was_customer: self.since <= from_day }
    }
}

/// What the accounts paid at the end of these days, oldest first.
fn paid_on(tx: &mut Tx, me: &Me, asked: &Asked, ends: &[i64]) -> Result<Vec<Paid>> {
    let mut rows: Vec<Row> = match (asked.account, &asked.filter) {
        (Some(id), _) => tx.rows(
            "SELECT account_id, day, mrr, arr FROM revenue_steps WHERE account_id = $1
             ORDER BY account_id, day",
            &[id.into()],
        )?,
        (None, filter) if *filter == Filter::default() => tx.rows(
            "SELECT account_id, day, mrr, arr FROM revenue_steps ORDER BY account_id, day",
            &[],
        )?,
        (None, filter) => {
            let some: Where = accounts::list::conditions(tx, filter)?;
            let sql = format!(
                "SELECT account_id, day, mrr, arr FROM revenue_steps WHERE account_id IN
                     (SELECT accounts.id FROM accounts WHERE {}) ORDER BY account_id, day",
                some.sql
            );
            tx.rows(&sql, &some.args)?
        }
    };
    let ids = rows.iter().map(|it| it.account_id);
    if let Some(within) = super::within(tx, me, asked.segment, ids)? {
        rows.retain(|it| within.contains(&it.account_id));
    }
    let amount = |it: &Row| if asked.measure == Measure::Mrr { it.mrr } else { it.arr };
    let of_one = |steps: &[Row]| {
        let since = steps.iter().find(|it| amount(it) > 0).map_or(i64::MAX, |it| it.day);
        let (mut next, mut now) = (0, 0);
        let at = ends.iter().map(|end| {
            while let Some(step) = steps.get(next).filter(|it| it.day <= *end) {
                (now, next) = (amount(step), next + 1);
            }
            now
        });
        Paid { account: steps[0].account_id, since, at: at.collect() }
    };
    Ok(rows.chunk_by(|a, b| a.account_id == b.account_id).map(of_one).collect())
}

/// The ledger.
///
/// # Errors
/// Invalid for a month that has not begun.
pub fn report(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<Report> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let now = days::month_of(today);
    let last = asked.month.unwrap_or(now);
    if last > now {
        return Err(invalid("month", "This month has not begun."));
    }
    let months = asked.months.clamp(1, MOST_MONTHS);
    let first = last - months.max(12) + 1;
    // Today stands for the end of a month that is not over.
    let ends: Vec<i64> = (first - 1..=last).map(|month| days::last_of(month).min(today)).collect();
    let paid = paid_on(tx, me, asked, &ends)?;
    let between =
        |from: usize, to: usize| add_up(paid.iter().map(|it| it.span(from, to, ends[from])));
    let end = ends.len() - 1;
    let shown = usize::try_from(months).unwrap_or(1);
    let months: Vec<Month> = (end + 1 - shown..=end)
        .map(|at| Month {
            month: days::month_of(ends[at]),
            is_over: days::last_of(days::month_of(ends[at])) <= today,
            ledger: between(at - 1, at),
        })
        .collect();
    let year = between(end - 12, end);
    let of_month = months.last().map(|it| figures::of(&it.ledger)).unwrap_or_default();
    Ok(Report {
        currency: rates::home(tx)?,
        measure: asked.measure,
        of_month,
        of_year: figures::of(&year),
        year,
        months,
        today,
    })
}

/// The months of which there is something to tell, the newest first, at most twenty years.
pub fn months_told(tx: &mut Tx, me: &Me) -> Result<Vec<i64>> {
    me.require(Permission::RevenueRead)?;
    let now = days::month_of(days::today(tx)?);
    let first: Option<i64> = tx.scalar("SELECT MIN(day) FROM revenue_steps", &[])?;
    let first = first.map_or(now, days::month_of).clamp(now - 240, now);
    Ok((first..=now).rev().collect())
}

/// One account behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub account: AccountId,
    pub name: String,
    pub start: i64,
    pub end: i64,
    pub movement: Movement,
}

/// The accounts behind a figure, the largest first: of the month, or of the twelve months to its
/// end.
pub fn lines(tx: &mut Tx, me: &Me, asked: &Asked, over: Over, which: Which) -> Result<Vec<Line>> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let month = asked.month.unwrap_or(days::month_of(today));
    let back = if over == Over::Year { 12 } else { 1 };
    let ends = [days::last_of(month - back).min(today), days::last_of(month).min(today)];
    let mut found: Vec<Line> = Vec::new();
    for it in paid_on(tx, me, asked, &ends)? {
        let (movement, _) = it.span(0, 1, ends[0]).movement();
        let (start, end) = (it.at[0].max(0), it.at[1].max(0));
        if is_of(which, movement, start, end) {
            found.push(Line { account: it.account, name: String::new(), start, end, movement });
        }
    }
    let weight = |it: &Line| match which {
        Which::Start => it.start,
        Which::End => it.end,
        _ => (it.end - it.start).abs(),
    };
    found.sort_by_key(|it| (-weight(it), it.account));
    let names = super::of_account::names(tx, found.iter().map(|it| it.account))?;
    for it in &mut found {
        it.name = names.get(&it.account).cloned().unwrap_or_default();
    }
    Ok(found)
}

/// How long a period a figure is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    #[default]
    Month,
    /// Twelve months, to the end of the month.
    Year,
}

fn is_of(which: Which, movement: Movement, start: i64, end: i64) -> bool {
    match which {
        Which::Start => start > 0,
        Which::End => end > 0,
        Which::Moved => movement != Movement::Same,
        Which::New => movement == Movement::New,
        Which::Reactivation => movement == Movement::Reactivation,
        Which::Expansion => movement == Movement::Expansion,
        Which::Contraction => movement == Movement::Contraction,
        Which::Churn => movement == Movement::Churn,
    }
}
