//! What happened with a customer's money, as sentences: what was done, and how it ends.

use crate::journal::Change;

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    let reason = |it: &Option<String>| match it {
        Some(it) => format!("because of {it}"),
        None => String::new(),
    };
    Some(match change {
        Change::SubscriptionAdded { name, .. } => {
            (format!("added the subscription {name} to"), String::new())
        }
        Change::SubscriptionChanged { name, fields, .. } => {
            (format!("changed the {} of {name} for", fields.join(" and ")), String::new())
        }
        Change::SubscriptionEnded { name, reason: why, .. } => {
            (format!("ended the subscription {name} of"), reason(why))
        }
        Change::InvoiceAdded { number, .. } => {
            (format!("recorded the invoice {number} for"), String::new())
        }
        Change::InvoiceChanged { number, status, .. } => {
            (format!("set the invoice {number} of"), format!("to {status}"))
        }
        Change::RenewalForecast { category, .. } => {
            ("forecast the renewal of".to_owned(), format!("as {}", category.replace('_', " ")))
        }
        Change::RenewalClosed { outcome, reason: why, .. } => {
            let end = format!("as {outcome} {}", reason(why));
            ("settled the renewal of".to_owned(), end.trim_end().to_owned())
        }
        Change::OpportunitySaved { name, stage, .. } => {
            (format!("put the opportunity {name} of"), format!("at {stage}"))
        }
        Change::ChannelSet { channel } => ("said how they won".to_owned(), format!("by {channel}")),
        Change::ReferralSaved { name, state } => {
            (format!("recorded that {name} was {state} by"), String::new())
        }
        Change::AdvocateSaved { of, state, .. } => {
            (format!("recorded a {of} of"), format!("as {state}"))
        }
        _ => return None,
    })
}
