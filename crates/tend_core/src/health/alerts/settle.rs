//! What came of alerts: the account left within the horizon, or it stayed.

use tend_stats::metrics::{Precision, alert_precision};
use tend_store::{Tx, row};

use crate::{
    Result,
    accounts::AccountId,
    health::{AlertId, Outcome, options, outcomes, scoreboard::Quarter},
    money::figures::LEVEL,
};

/// So many are settled in one transaction.
const CHUNK: i64 = 500;

/// Writes down what came of the alerts of which it is known on a day; returns of how many.
pub fn settle(tx: &mut Tx, day: i64) -> Result<usize> {
    row! {
        struct Unsettled {
            id: AlertId,
            account_id: AccountId,
            day: i64,
        }
    }
    let open: Vec<Unsettled> = tx.rows(
        "SELECT id, account_id, day FROM health_alerts WHERE outcome IS NULL ORDER BY day, id",
        &[],
    )?;
    if open.is_empty() {
        return Ok(0);
    }
    let horizon = options(tx)?.horizon_days;
    let left = outcomes(tx, day)?;
    let mut done = 0;
    for it in open {
        let of = |left: &&Outcome| {
            left.account == it.account_id && (it.day..it.day + horizon).contains(&left.day)
        };
        let (word, on) = match left.iter().find(of) {
            Some(left) => ("left", left.day),
            None if it.day + horizon <= day => ("stayed", it.day + horizon),
            None => continue,
        };
        tx.execute(
            "UPDATE health_alerts SET outcome = $2, outcome_on = $3 WHERE id = $1",
            &[it.id.into(), word.into(), on.into()],
        )?;
        // Whoever stayed for so long need not be called for any more.
        super::act::end(tx, it.id)?;
        done += 1;
        if done as i64 >= CHUNK {
            break;
        }
    }
    Ok(done)
}

/// What is known of alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The day of each, and whether the account left.
    pub came: Vec<(i64, bool)>,
    /// So many are not known yet.
    pub open: u64,
}

impl Settled {
    /// Of all of them, or of those of a quarter.
    pub fn precision(&self, quarter: Option<Quarter>) -> Precision {
        let wanted = |it: &&(i64, bool)| quarter.is_none_or(|it_is| Quarter::of(it.0) == it_is);
        let came: Vec<bool> = self.came.iter().filter(wanted).map(|it| it.1).collect();
        alert_precision(&came, LEVEL)
    }
}

/// Alerts whose horizon ended on a day or later. One after which the account left counts when
/// those of its day are all known, so that what comes early does not count for more.
pub fn settled(tx: &mut Tx, since: i64) -> Result<Settled> {
    row! {
        struct Came {
            day: i64,
            outcome: Option<String>,
        }
    }
    let horizon = options(tx)?.horizon_days;
    let today = crate::health::today(tx);
    let all: Vec<Came> = tx.rows(
        "SELECT day, outcome FROM health_alerts WHERE day >= $1 ORDER BY day, id",
        &[(since - horizon).into()],
    )?;
    let mut it = Settled::default();
    for one in all {
        match one.outcome {
            Some(outcome) if one.day + horizon <= today => {
                it.came.push((one.day, outcome == "left"));
            }
            _ => it.open += 1,
        }
    }
    Ok(it)
}
