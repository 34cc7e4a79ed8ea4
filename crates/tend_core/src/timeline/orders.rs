//! What happened with a customer's orders, as sentences: what was done, and how it ends.

use crate::journal::Change;

pub(super) fn of(change: &Change) -> Option<(String, String)> {
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
