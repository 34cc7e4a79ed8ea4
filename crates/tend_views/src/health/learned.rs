//! What a model was learned from, in words: the same on every page.

use tend_core::health::Model;

use crate::parts::{counted, grouped};

/// "2,220 snapshots of 153 accounts; 194 of them, of 41 accounts, were followed by leaving within
/// 180 days". One account that leaves was seen several times before.
pub(crate) fn learned_from(it: &Model) -> String {
    let of = it.left_account_count.map(|n| format!(", of {},", counted(n, "account", "accounts")));
    format!(
        "{} of {}; {} of them{} {} followed by leaving within {}",
        counted(it.row_count, "snapshot", "snapshots"),
        counted(it.account_count, "account", "accounts"),
        grouped(it.outcome_count),
        of.unwrap_or_default(),
        if it.outcome_count == 1 { "was" } else { "were" },
        counted(it.horizon_days, "day", "days"),
    )
}
