//! What agents believe of an account, as sentences: what was done, and how it ends.

use crate::journal::Change;

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    Some(match change {
        Change::RiskJudged(it) => {
            let for_days =
                if it.days == 1 { "a day".to_owned() } else { format!("{} days", it.days) };
            let detail = format!("{}% for {for_days}: {}", it.percent, it.reason);
            ("judged the risk of".to_owned(), detail)
        }
        Change::JudgementWithdrawn {} => {
            ("took back what was said of the risk of".to_owned(), String::new())
        }
        _ => return None,
    })
}
