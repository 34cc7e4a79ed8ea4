//! What happened with a customer's orders, as sentences: what was done, and how it ends.

use crate::journal::Change;

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    if let Change::OrdersShown(it) = change {
        let gave = if it.how == "agent" { "made a link" } else { "asked for a link" };
        return Some((format!("{gave} to the orders of"), String::new()));
    }
    let Change::OrderMoved(it) = change else { return None };
    let number = &it.number;
    let with = |word: &str| match it.detail.is_empty() {
        true => word.to_owned(),
        false => format!("{word}: {}", it.detail),
    };
    Some(match it.step.as_str() {
        "placed" => (format!("took in the order {number} of"), it.detail.clone()),
        "redacted" => (format!("erased whose order {number} was from"), String::new()),
        step => (format!("heard that the order {number} of"), with(&format!("was {step}"))),
    })
}
