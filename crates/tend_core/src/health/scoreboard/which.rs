//! The rows behind each figure of the scoreboard.

use std::collections::HashMap;

use tend_store::{Tx, row};

use super::score::{FEW, Foretold, GREEN, by_risk, last_words, score};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    money::days,
};

/// A quarter of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// 12 × year + month − 1 of its first month.
    pub month: i64,
}

impl Quarter {
    /// That of a day.
    pub fn of(day: i64) -> Self {
        Self { month: days::month_of(day).div_euclid(3) * 3 }
    }

    /// Its first day.
    pub fn first(self) -> i64 {
        days::first_of(self.month)
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-Q{}", self.month.div_euclid(12), self.month.rem_euclid(12) / 3 + 1)
    }
}

impl std::str::FromStr for Quarter {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once("-Q").and_then(|(year, quarter)| {
            let (year, quarter) = (year.parse::<i64>().ok()?, quarter.parse::<i64>().ok()?);
            let fits = (1970..=2200).contains(&year) && (1..=4).contains(&quarter);
            fits.then_some(Self { month: year * 12 + (quarter - 1) * 3 })
        });
        parts.ok_or("Write a quarter as 2026-Q3.")
    }
}

/// Which foretellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All with a probability.
    Said,
    /// Those after which the account left.
    Left,
    /// A bin of like probabilities, the lowest first, from 0.
    Bin(usize),
    /// A tenth by risk, the riskiest first, from 0.
    Tenth(usize),
    /// Those that somebody of ours judged as well.
    Judged,
    /// The last word before an account left whose hand score was good.
    HandGreen,
    /// The last word before an account left whose probability was below the base rate.
    Green,
    /// All with a hand score, also before there was a probability.
    Scored,
    /// What was said on the first day of a quarter, of which the money is counted.
    First,
}

impl std::fmt::Display for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said => f.write_str("said"),
            Self::Left => f.write_str("left"),
            Self::Bin(n) => write!(f, "bin-{}", n + 1),
            Self::Tenth(n) => write!(f, "tenth-{}", n + 1),
            Self::Judged => f.write_str("judged"),
            Self::HandGreen => f.write_str("hand-green"),
            Self::Green => f.write_str("green"),
            Self::Scored => f.write_str("scored"),
            Self::First => f.write_str("first"),
        }
    }
}

impl std::str::FromStr for Which {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| text.parse().ok().filter(|n| (1..=10).contains(n));
        let found = match text {
            "said" => Some(Self::Said),
            "left" => Some(Self::Left),
            "judged" => Some(Self::Judged),
            "hand-green" => Some(Self::HandGreen),
            "green" => Some(Self::Green),
            "scored" => Some(Self::Scored),
            "first" => Some(Self::First),
            _ => match text.split_once('-') {
                Some(("bin", n)) => number(n).map(|n: usize| Self::Bin(n - 1)),
                Some(("tenth", n)) => number(n).map(|n: usize| Self::Tenth(n - 1)),
                _ => None,
            },
        };
        found.ok_or("The rows are said, left, judged, scored, green, hand-green, first, bin-1 to bin-10 or tenth-1 to tenth-10.")
    }
}

impl Which {
    /// As people read it.
    pub fn label(self) -> String {
        match self {
            Self::Said => "All that was said".to_owned(),
            Self::Left => "Said of those who left".to_owned(),
            Self::Bin(n) => format!("Bin {} of like probabilities", n + 1),
            Self::Tenth(0) => "The riskiest tenth".to_owned(),
            Self::Tenth(n) => format!("Tenth {} by risk", n + 1),
            Self::Judged => "Said by us as well".to_owned(),
            Self::HandGreen => format!("Left with a hand score of {GREEN:.0} or more"),
            Self::Green => "Left though less than the base rate was said".to_owned(),
            Self::Scored => "All hand scores".to_owned(),
            Self::First => "Said on the first day of the quarter".to_owned(),
        }
    }

    /// These of all rows.
    pub(super) fn pick(self, all: &[Foretold]) -> Vec<Foretold> {
        let said: Vec<Foretold> = all.iter().copied().filter(|it| it.p.is_some()).collect();
        let p = |rows: &[Foretold]| -> Vec<f64> {
            rows.iter().map(|it| it.p.unwrap_or_default()).collect()
        };
        let n = said.len();
        let some = |order: Vec<usize>, from: usize, to: usize| -> Vec<Foretold> {
            let part = order.get(from..to.min(n)).unwrap_or_default();
            part.iter().map(|&row| said[row]).collect()
        };
        match self {
            Self::Said => said,
            Self::Left => said.into_iter().filter(|it| it.left_on.is_some()).collect(),
            Self::Judged => said.into_iter().filter(|it| it.judged.is_some()).collect(),
            Self::Scored => all.iter().copied().filter(|it| it.rule.is_some()).collect(),
            Self::First => {
                said.into_iter().filter(|it| Quarter::of(it.day).first() == it.day).collect()
            }
            Self::Bin(at) => {
                let bins = (n / FEW).clamp(1, 10);
                let mut order = by_risk(&p(&said));
                order.reverse();
                some(order, at * n / bins, (at + 1) * n / bins)
            }
            Self::Tenth(at) => {
                let place = |tenth: usize| (tenth as f64 / 10.0 * n as f64).round() as usize;
                some(by_risk(&p(&said)), place(at), place(at + 1))
            }
            Self::HandGreen => {
                let good = |it: &Foretold| it.rule.is_some_and(|it| it >= GREEN);
                last_words(all).into_iter().filter(good).collect()
            }
            Self::Green => {
                let rate = score(all).base_rate;
                let good = |it: &Foretold| it.p.is_some_and(|it| it < rate);
                last_words(all).into_iter().filter(good).collect()
            }
        }
    }
}

/// A foretelling with its account's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub name: String,
    pub it: Foretold,
}

/// The rows behind a figure, the riskiest first; money only for who may see it.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn lines(
    tx: &mut Tx,
    me: &Me,
    months: i64,
    quarter: Option<Quarter>,
    which: Which,
) -> Result<Vec<Line>> {
    let (mut all, _) = super::foretold(tx, me, months)?;
    all.retain(|it| quarter.is_none_or(|quarter| Quarter::of(it.day) == quarter));
    let mut rows = which.pick(&all);
    rows.sort_by(|a, b| {
        let p = |it: &Foretold| it.p.unwrap_or(-1.0);
        p(b).total_cmp(&p(a)).then(a.account.cmp(&b.account)).then(a.day.cmp(&b.day))
    });
    let names = names(tx)?;
    let sees = me.may(Permission::RevenueRead);
    let line = |it: Foretold| Line {
        name: names.get(&it.account).cloned().unwrap_or_default(),
        it: if sees { it } else { Foretold { arr: 0, lost: 0, ..it } },
    };
    Ok(rows.into_iter().map(line).collect())
}

fn names(tx: &mut Tx) -> Result<HashMap<AccountId, String>> {
    row! {
        struct Named {
            id: AccountId,
            name: String,
        }
    }
    let all: Vec<Named> = tx.rows(
        "SELECT id, name FROM accounts
         WHERE id IN (SELECT account_id FROM health_snapshots)",
        &[],
    )?;
    Ok(all.into_iter().map(|it| (it.id, it.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(account: i64, p: f64) -> Foretold {
        Foretold {
            account: AccountId::from_raw(account),
            day: 20_000,
            p: Some(p),
            rule: None,
            judged: None,
            arr: 0,
            left_on: None,
            lost: 0,
        }
    }

    #[test]
    fn bins_and_tenths_are_the_rows_that_the_figures_are_of() {
        let all: Vec<Foretold> = (0..95).map(|n| row(n, n as f64 / 100.0)).collect();
        let it = score(&all);
        for (n, bin) in it.bins.iter().enumerate() {
            assert_eq!(Which::Bin(n).pick(&all).len() as u64, bin.n);
            let of = Which::Bin(n).pick(&all);
            let low = of.iter().filter_map(|it| it.p).fold(1.0, f64::min);
            assert_eq!(low, bin.from);
        }
        let tenths: usize = (0..10).map(|n| Which::Tenth(n).pick(&all).len()).sum();
        assert_eq!(tenths, 95);
        assert_eq!(Which::Tenth(0).pick(&all)[0].p, Some(0.94));
        assert!(Which::Bin(9).pick(&all).is_empty());
    }

    #[test]
    fn words_lead_back_to_what_they_name() {
        for it in [Which::Said, Which::Bin(2), Which::Tenth(9), Which::HandGreen, Which::First] {
            assert_eq!(it.to_string().parse(), Ok(it));
        }
        assert!("bin-0".parse::<Which>().is_err() && "tenth-11".parse::<Which>().is_err());
        let quarter = Quarter::of(days::parse("2026-08-15").expect("a day"));
        assert_eq!(quarter.to_string(), "2026-Q3");
        assert_eq!("2026-Q3".parse(), Ok(quarter));
        assert_eq!(days::text(quarter.first()), "2026-07-01");
        assert!("2026-Q5".parse::<Quarter>().is_err());
    }
}
