//! An order as our own API and the signed webhook say it: the whole of it, as it is now.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    json::Unreadable,
    parts::{ORDER, Piece, State, Told},
};
use crate::{Result, error::invalid};

/// The largest amount that is taken, in minor units, either way.
const MOST: i64 = 1_000_000_000_000_000;

/// The caller's own id of an order.
pub(super) fn key(text: &str) -> Result<String> {
    match text.trim() {
        it if it.is_empty() || it.len() > 200 => {
            Err(invalid("external_id", "Name the order by 1 to 200 characters of your own."))
        }
        it => Ok(it.to_owned()),
    }
}

/// Looks whether it can be taken.
pub(super) fn told(key: &str, at: Timestamp, state: State) -> Result<Told, Unreadable> {
    let amounts = [state.total, state.tax, state.shipping, state.discount, state.refunded];
    let each = state.items.iter().map(|it| it.price);
    let each = each.chain(state.payments.iter().map(|it| it.amount));
    let each = each.chain(state.refunds.iter().map(|it| it.amount));
    if amounts.into_iter().chain(each).any(|it| it.abs() >= MOST) {
        return Err("An amount is too large to be one.".to_owned());
    }
    if state.items.len() > 1000 || state.parcels.len() > 200 || state.payments.len() > 200 {
        return Err("An order has at most 1,000 items, 200 parcels and 200 payments.".to_owned());
    }
    if state.number.trim().is_empty() {
        return Err("The order has no number.".to_owned());
    }
    let web = |it: &str| it.is_empty() || it.starts_with("https://") || it.starts_with("http://");
    if !web(&state.url) || !state.parcels.iter().all(|it| web(&it.url)) {
        return Err("An address must begin with https://.".to_owned());
    }
    let piece = Piece::Order(Box::new(state));
    Ok(Told { order: key.to_owned(), part: ORDER.to_owned(), at, tie: 0, piece })
}

/// What a signed webhook holds: `{"external_id", "updated_at", "order": {…}}`.
pub(super) fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let it: Value = serde_json::from_slice(body).map_err(|it| format!("It is no JSON: {it}."))?;
    let key = super::json::id(&it["external_id"], "The order")?;
    let at = super::json::must(super::json::time(&it["updated_at"]), "updated_at")?;
    let state: State = serde_json::from_value(it["order"].clone())
        .map_err(|it| format!("The order can't be read: {it}."))?;
    told(&key, at, state)
}
