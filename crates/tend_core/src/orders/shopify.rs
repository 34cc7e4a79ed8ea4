//! Shopify's orders, as its Admin API (REST) and its webhooks write them.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Fulfilment, Payment, Way,
    json::{self, Unreadable, amount, list, must, name, text, time, total, web},
    parts::{Back, Buyer, Item, Money, ORDER, Parcel, Piece, State, Told},
};
use crate::money::Currency;

/// An order. Its times have whole seconds, so versions of one second are told apart by how far
/// they are; `asked` is when the shop was asked for it, which is newer than what it told.
pub(super) fn order(it: &Value, asked: Option<Timestamp>) -> Result<Told, Unreadable> {
    let key = json::id(&it["id"], "The order")?;
    let currency = json::currency(&it["currency"])?;
    let placed = time(&it["processed_at"]).or_else(|| time(&it["created_at"]));
    let at = must(time(&it["updated_at"]), "updated_at")?;
    let transactions = list(&it["transactions"]).filter_map(|it| payment(currency, it));
    let shipping = list(&it["shipping_lines"]).filter_map(|it| amount(currency, &it["price"]));
    let state = State {
        number: number(it, &key),
        placed_at: must(placed, "created_at")?,
        cancelled_at: time(&it["cancelled_at"]),
        currency,
        total: total(currency, &it["total_price"])?,
        tax: amount(currency, &it["total_tax"]).unwrap_or(0),
        shipping: shipping.sum(),
        discount: amount(currency, &it["total_discounts"]).unwrap_or(0),
        payment: financial(&text(&it["financial_status"])),
        fulfilment: fulfilment(&text(&it["fulfillment_status"])),
        url: web(&it["order_status_url"]),
        buyer: buyer(it),
        items: list(&it["line_items"]).map(|it| item(currency, it)).collect(),
        parcels: list(&it["fulfillments"]).filter_map(|it| parcel(it).ok()).collect(),
        payments: transactions.collect(),
        refunds: list(&it["refunds"]).filter_map(|it| refund(currency, it)).collect(),
        refunded: 0,
    };
    let tie = asked.map_or_else(|| far(&state), Timestamp::as_microsecond);
    let piece = Piece::Order(Box::new(state));
    Ok(Told { order: key, part: ORDER.to_owned(), at, tie, piece })
}

/// How far an order is: of two versions of one second the further one is the newer.
fn far(it: &State) -> i64 {
    let payment = Payment::ALL.iter().position(|one| *one == it.payment).unwrap_or(0);
    let payment = i64::try_from(payment).unwrap_or(0);
    let ways: i64 = it.parcels.iter().map(|it| 1 + it.state.far()).sum();
    i64::from(it.cancelled_at.is_some()) * 100_000 + payment * 10_000 + ways.min(9_999)
}

fn number(it: &Value, key: &str) -> String {
    match text(&it["name"]) {
        name if name.is_empty() => format!("#{key}"),
        name => name,
    }
}

fn buyer(it: &Value) -> Buyer {
    let customer = &it["customer"];
    let first = |a: &Value, b: &Value| match text(a) {
        it if it.is_empty() => text(b),
        it => it,
    };
    Buyer {
        id: text(&customer["id"]),
        email: first(&it["email"], &customer["email"]),
        phone: first(&it["phone"], &customer["phone"]),
        name: name(&customer["first_name"], &customer["last_name"]),
    }
}

fn item(currency: Currency, it: &Value) -> Item {
    Item {
        id: text(&it["id"]),
        title: text(&it["title"]),
        sku: text(&it["sku"]),
        quantity: it["quantity"].as_i64().unwrap_or(1),
        price: amount(currency, &it["price"]).unwrap_or(0),
    }
}

fn payment(currency: Currency, it: &Value) -> Option<Money> {
    let state = match (text(&it["kind"]).as_str(), text(&it["status"]).as_str()) {
        ("sale" | "capture", "success") => Payment::Paid,
        ("authorization", "success") => Payment::Authorized,
        ("sale" | "capture" | "authorization", "failure" | "error") => Payment::Failed,
        ("sale" | "capture" | "authorization", "pending") => Payment::Pending,
        _ => return None,
    };
    Some(Money {
        id: json::id(&it["id"], "The payment").ok()?,
        method: text(&it["gateway"]),
        amount: amount(currency, &it["amount"])?,
        state,
        paid_at: time(&it["processed_at"]).filter(|_| state == Payment::Paid),
    })
}

/// Money that went back is what its transactions say; a refund that only restocks is none.
fn refund(currency: Currency, it: &Value) -> Option<Back> {
    let sums = list(&it["transactions"])
        .filter(|it| text(&it["kind"]) == "refund" && text(&it["status"]) == "success")
        .filter_map(|it| amount(currency, &it["amount"]));
    let sum: i64 = sums.sum();
    (sum > 0).then(|| Back {
        id: text(&it["id"]),
        amount: sum,
        reason: text(&it["note"]),
        refunded_at: time(&it["processed_at"]).or_else(|| time(&it["created_at"])),
    })
}

fn financial(word: &str) -> Payment {
    word.parse().unwrap_or(Payment::Pending)
}

fn fulfilment(word: &str) -> Fulfilment {
    match word {
        "fulfilled" => Fulfilment::Fulfilled,
        "partial" => Fulfilment::Partial,
        "restocked" => Fulfilment::Returned,
        _ => Fulfilment::Unfulfilled,
    }
}

fn parcel(it: &Value) -> Result<Parcel, Unreadable> {
    let changed = time(&it["updated_at"]);
    let state = match (text(&it["status"]).as_str(), text(&it["shipment_status"]).as_str()) {
        ("cancelled", _) => Way::Cancelled,
        ("error" | "failure", _) | (_, "failure" | "attempted_delivery") => Way::Failed,
        (_, "delivered") => Way::Delivered,
        (_, "out_for_delivery" | "ready_for_pickup") => Way::OutForDelivery,
        ("pending" | "open", _) | (_, "label_printed" | "label_purchased" | "confirmed") => {
            Way::Pending
        }
        _ => Way::InTransit,
    };
    Ok(Parcel {
        id: json::id(&it["id"], "The fulfilment")?,
        carrier: text(&it["tracking_company"]),
        tracking: text(&it["tracking_number"]),
        url: web(&it["tracking_url"]),
        state,
        shipped_at: time(&it["created_at"]),
        delivered_at: changed.filter(|_| state == Way::Delivered),
        changed_at: changed,
    })
}

/// What `fulfillments/create` and `fulfillments/update` hold.
pub(super) fn fulfilled(it: &Value) -> Result<Told, Unreadable> {
    let parcel = parcel(it)?;
    Ok(Told {
        order: json::id(&it["order_id"], "The order of the fulfilment")?,
        part: format!("parcel:{}", parcel.id),
        at: must(parcel.changed_at, "updated_at")?,
        tie: parcel.state.far(),
        piece: Piece::Parcel(parcel),
    })
}

/// What `refunds/create` holds. `None`: no money went back.
pub(super) fn refunded(it: &Value) -> Result<Option<Told>, Unreadable> {
    let order = json::id(&it["order_id"], "The order of the refund")?;
    let word = list(&it["transactions"]).map(|it| &it["currency"]).next().unwrap_or(&Value::Null);
    if word.is_null() {
        return Ok(None);
    }
    let currency = json::currency(word)?;
    let at: Timestamp = must(time(&it["created_at"]), "created_at")?;
    let Some(back) = refund(currency, it) else { return Ok(None) };
    let part = format!("refund:{}", back.id);
    Ok(Some(Told { order, part, at, tie: 0, piece: Piece::Back(back) }))
}
