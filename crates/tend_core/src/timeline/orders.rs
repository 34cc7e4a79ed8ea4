//! What happened with a customer's orders, as sentences: what was done, and how it ends.

use crate::{
    journal::{Change, RemedyMoved},
    remedies::Kind,
};

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    if let Change::OrdersShown(it) = change {
        let gave = if it.how == "agent" { "made a link" } else { "asked for a link" };
        return Some((format!("{gave} to the orders of"), String::new()));
    }
    let it = match change {
        Change::OrderMoved(it) => it,
        Change::RemedyMoved(it) => return Some(remedy(it)),
        _ => return None,
    };
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

fn remedy(it: &RemedyMoved) -> (String, String) {
    let kind = it.kind.parse::<Kind>();
    let label = kind.map_or("a remedy", Kind::label).to_lowercase();
    let what = match it.amount.is_empty() {
        true => format!("{label} for {}", it.number),
        false => format!("{label} of {} for {}", it.amount, it.number),
    };
    let (did, rest) = match it.step.as_str() {
        "requested" => (format!("asked for {what} for"), ""),
        "handed" => (format!("gave {what} to a person to carry out, for"), ""),
        "done" => (format!("carried out {what} for"), ""),
        "failed" => (format!("could not carry out {what} for"), ": "),
        "unknown" => (format!("does not know whether {what} was carried out for"), ": "),
        "expired" => (format!("let {what} expire, which nobody decided, for"), ""),
        step => (format!("{step} {what} for"), ""),
    };
    let mut said: Vec<&str> =
        Some(it.detail.as_str()).filter(|it| !it.is_empty()).into_iter().collect();
    if it.step == "requested" {
        said.extend(it.above.iter().map(String::as_str));
    }
    match said.is_empty() || rest.is_empty() && it.step == "done" {
        true => (did, String::new()),
        false => (did, format!("{rest}{}", said.join(" "))),
    }
}
