//! WooCommerce's orders, as `wc/v3` and its webhooks write them.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Fulfilment, Payment, Way,
    json::{self, Unreadable, amount, list, must, name, text, time_gmt, total},
    parts::{Back, Buyer, GONE, Item, Money, ORDER, Parcel, Piece, State, Told},
};
use crate::money::Currency;

/// An order. Its times have whole seconds, so versions of one second are told apart by how far
/// they are; `asked` is when the shop was asked for it, which is newer than what it told.
pub(super) fn order(it: &Value, asked: Option<Timestamp>) -> Result<Told, Unreadable> {
    let key = json::id(&it["id"], "The order")?;
    let currency = json::currency(&it["currency"])?;
    let at = must(time_gmt(&it["date_modified_gmt"]), "date_modified_gmt")?;
    let status = text(&it["status"]);
    let refunds: Vec<Back> = list(&it["refunds"]).filter_map(|it| refund(currency, it)).collect();
    let sum = total(currency, &it["total"])?;
    let back: i64 = refunds.iter().map(|it| it.amount).sum();
    let is_paid =
        !it["date_paid_gmt"].is_null() || matches!(status.as_str(), "processing" | "completed");
    let (payment, fulfilment) = states(&status, is_paid, back, sum);
    let parcels = parcels(it);
    let state = State {
        number: format!(
            "#{}",
            Some(text(&it["number"])).filter(|it| !it.is_empty()).unwrap_or(key.clone())
        ),
        placed_at: must(time_gmt(&it["date_created_gmt"]), "date_created_gmt")?,
        cancelled_at: (status == "cancelled").then_some(at),
        currency,
        total: sum,
        tax: amount(currency, &it["total_tax"]).unwrap_or(0),
        shipping: amount(currency, &it["shipping_total"]).unwrap_or(0),
        discount: amount(currency, &it["discount_total"]).unwrap_or(0),
        payment,
        fulfilment,
        url: String::new(),
        buyer: buyer(it),
        items: list(&it["line_items"]).map(|it| item(currency, it)).collect(),
        parcels,
        payments: paid(it, sum, payment).into_iter().collect(),
        refunds,
        refunded: 0,
    };
    let tie = asked.map_or(
        rank(&status) * 100 + state.refunds.len().min(99) as i64,
        Timestamp::as_microsecond,
    );
    let piece = Piece::Order(Box::new(state));
    Ok(Told { order: key, part: ORDER.to_owned(), at, tie, piece })
}

/// How far an order is.
fn rank(status: &str) -> i64 {
    match status {
        "pending" | "checkout-draft" => 0,
        "on-hold" => 1,
        "processing" => 2,
        "completed" => 3,
        _ => 4,
    }
}

fn states(status: &str, is_paid: bool, back: i64, sum: i64) -> (Payment, Fulfilment) {
    let payment = match status {
        "refunded" => Payment::Refunded,
        "failed" => Payment::Failed,
        _ if is_paid && back > 0 && back >= sum => Payment::Refunded,
        _ if is_paid && back > 0 => Payment::PartiallyRefunded,
        _ if is_paid => Payment::Paid,
        "cancelled" => Payment::Voided,
        _ => Payment::Pending,
    };
    // The shop knows of an order that it is done, and nothing of its parcels.
    let fulfilment = match status {
        "completed" => Fulfilment::Fulfilled,
        _ => Fulfilment::Unfulfilled,
    };
    (payment, fulfilment)
}

fn buyer(it: &Value) -> Buyer {
    let billing = &it["billing"];
    Buyer {
        // 0 is a guest.
        id: Some(text(&it["customer_id"])).filter(|it| it != "0").unwrap_or_default(),
        email: text(&billing["email"]),
        phone: text(&billing["phone"]),
        name: name(&billing["first_name"], &billing["last_name"]),
    }
}

fn item(currency: Currency, it: &Value) -> Item {
    Item {
        id: text(&it["id"]),
        title: text(&it["name"]),
        sku: text(&it["sku"]),
        quantity: it["quantity"].as_i64().unwrap_or(1),
        price: amount(currency, &it["price"]).unwrap_or(0),
    }
}

/// Refunds are written as negative amounts.
fn refund(currency: Currency, it: &Value) -> Option<Back> {
    Some(Back {
        id: json::id(&it["id"], "The refund").ok()?,
        amount: amount(currency, &it["total"])?.abs(),
        reason: text(&it["reason"]),
        refunded_at: None,
    })
}

fn paid(it: &Value, sum: i64, payment: Payment) -> Option<Money> {
    let id = Some(text(&it["transaction_id"])).filter(|it| !it.is_empty());
    let at = time_gmt(&it["date_paid_gmt"]);
    payment.is_paid().then(|| Money {
        id: id.unwrap_or_else(|| "payment".to_owned()),
        method: text(&it["payment_method_title"]),
        amount: sum,
        state: Payment::Paid,
        paid_at: at,
    })
}

/// The tracking numbers that the shop's own extension for them keeps in the order's data.
fn parcels(it: &Value) -> Vec<Parcel> {
    let kept = list(&it["meta_data"]).find(|it| text(&it["key"]) == "_wc_shipment_tracking_items");
    let Some(kept) = kept else { return Vec::new() };
    let one = |it: &Value| {
        let tracking = text(&it["tracking_number"]);
        let carrier = [&it["tracking_provider"], &it["custom_tracking_provider"]];
        let id = Some(text(&it["tracking_id"])).filter(|it| !it.is_empty());
        (!tracking.is_empty()).then(|| Parcel {
            id: id.unwrap_or_else(|| tracking.clone()),
            carrier: carrier.map(text).into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
            url: json::web(&it["custom_tracking_link"]),
            tracking,
            state: Way::InTransit,
            shipped_at: text(&it["date_shipped"])
                .parse()
                .ok()
                .and_then(|it| Timestamp::from_second(it).ok()),
            delivered_at: None,
            changed_at: None,
        })
    };
    list(&kept["value"]).filter_map(one).collect()
}

/// `order.deleted` holds the id and no time: it is of when it came.
pub(super) fn deleted(it: &Value, received: Timestamp) -> Result<Told, Unreadable> {
    let order = json::id(&it["id"], "The order")?;
    Ok(Told { order, part: GONE.to_owned(), at: received, tie: 0, piece: Piece::Gone })
}
