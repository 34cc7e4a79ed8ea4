//! Stripe's payments as orders: a payment intent is one, and its charges and its checkout say
//! more of it.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Fulfilment, Payment,
    json::{self, Unreadable, list, must, seconds, text},
    parts::{Back, Buyer, Item, Money, ORDER, Piece, SESSION, State, Told},
};
use crate::money::Currency;

/// What an event tells of orders. `None`: nothing.
pub(super) fn event(it: &Value) -> Result<Option<Told>, Unreadable> {
    let at = must(seconds(&it["created"]), "created")?;
    let object = &it["data"]["object"];
    match text(&object["object"]).as_str() {
        "payment_intent" => intent(object, at).map(Some),
        "charge" => charge(object, at).map(Some),
        "checkout.session" => session(object, at),
        _ => Ok(None),
    }
}

/// Which of its events tell of orders.
pub(super) const TOPICS: [&str; 12] = [
    "payment_intent.created",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.succeeded",
    "charge.failed",
    "charge.captured",
    "charge.refunded",
    "checkout.session.completed",
];

/// Stripe writes amounts in the smallest unit, except that it gives two decimals to these two,
/// which have none.
fn minor(currency: Currency, it: &Value) -> i64 {
    let amount = it.as_i64().unwrap_or(0).clamp(-1_000_000_000_000_000, 1_000_000_000_000_000);
    if matches!(currency.word(), "ISK" | "UGX") { amount / 100 } else { amount }
}

fn state(currency: Currency, number: String, placed_at: Timestamp, total: i64) -> State {
    State {
        number,
        placed_at,
        cancelled_at: None,
        currency,
        total,
        tax: 0,
        shipping: 0,
        discount: 0,
        payment: Payment::Pending,
        fulfilment: Fulfilment::None,
        url: String::new(),
        buyer: Buyer::default(),
        items: Vec::new(),
        parcels: Vec::new(),
        payments: Vec::new(),
        refunds: Vec::new(),
        refunded: 0,
    }
}

/// The shop's own number of the order, if it tells Stripe, or the id's end.
fn number(it: &Value, key: &str) -> String {
    let own = ["order_id", "order_number", "order"].map(|name| text(&it["metadata"][name]));
    let own = own.into_iter().find(|it| !it.is_empty());
    own.unwrap_or_else(|| key.chars().skip(key.chars().count().saturating_sub(8)).collect())
}

fn intent(it: &Value, at: Timestamp) -> Result<Told, Unreadable> {
    let key = json::id(&it["id"], "The payment intent")?;
    let currency = json::currency(&it["currency"])?;
    let placed = must(seconds(&it["created"]), "created")?;
    let mut state = state(currency, number(it, &key), placed, minor(currency, &it["amount"]));
    let (tie, payment) = match text(&it["status"]).as_str() {
        "requires_payment_method" if !it["last_payment_error"].is_null() => (1, Payment::Failed),
        "requires_confirmation" => (2, Payment::Pending),
        "requires_action" => (3, Payment::Pending),
        "processing" => (4, Payment::Pending),
        "requires_capture" => (5, Payment::Authorized),
        "canceled" => (6, Payment::Voided),
        "succeeded" => (7, Payment::Paid),
        _ => (0, Payment::Pending),
    };
    state.payment = payment;
    state.cancelled_at = seconds(&it["canceled_at"]);
    state.buyer.id = text(&it["customer"]);
    state.buyer.email = text(&it["receipt_email"]);
    add_item(&mut state, &text(&it["description"]));
    let piece = Piece::Order(Box::new(state));
    Ok(Told { order: key, part: ORDER.to_owned(), at, tie, piece })
}

/// What was bought, as far as a payment knows it: its description.
fn add_item(state: &mut State, title: &str) {
    if !title.is_empty() {
        let (id, sku) = (String::new(), String::new());
        state.items.push(Item {
            id,
            title: title.to_owned(),
            sku,
            quantity: 1,
            price: state.total,
        });
    }
}

fn charge(it: &Value, at: Timestamp) -> Result<Told, Unreadable> {
    let id = json::id(&it["id"], "The charge")?;
    let order = Some(text(&it["payment_intent"])).filter(|it| !it.is_empty());
    let order = order.unwrap_or_else(|| id.clone());
    let currency = json::currency(&it["currency"])?;
    let placed = must(seconds(&it["created"]), "created")?;
    let mut state = state(currency, number(it, &order), placed, minor(currency, &it["amount"]));
    let back = minor(currency, &it["amount_refunded"]);
    let paid = match text(&it["status"]).as_str() {
        "succeeded" if it["captured"] == false => Payment::Authorized,
        "succeeded" => Payment::Paid,
        "failed" => Payment::Failed,
        _ => Payment::Pending,
    };
    state.payment = match paid {
        Payment::Paid if back > 0 && back >= state.total => Payment::Refunded,
        Payment::Paid if back > 0 => Payment::PartiallyRefunded,
        other => other,
    };
    state.refunded = back;
    state.refunds = list(&it["refunds"]["data"]).filter_map(|it| refund(currency, it)).collect();
    let (billing, receipt) = (&it["billing_details"], text(&it["receipt_email"]));
    state.buyer = Buyer {
        id: text(&it["customer"]),
        email: if receipt.is_empty() { text(&billing["email"]) } else { receipt },
        phone: text(&billing["phone"]),
        name: text(&billing["name"]),
    };
    state.url = json::web(&it["receipt_url"]);
    state.payments.push(Money {
        id: id.clone(),
        method: text(&it["payment_method_details"]["type"]),
        amount: state.total,
        state: paid,
        paid_at: Some(placed).filter(|_| paid == Payment::Paid),
    });
    add_item(&mut state, &text(&it["description"]));
    // What was refunded only grows, so it tells what came later in one second.
    let tie = back * 2 + i64::from(it["captured"] == true);
    let part = format!("charge:{id}");
    Ok(Told { order, part, at, tie, piece: Piece::Order(Box::new(state)) })
}

fn refund(currency: Currency, it: &Value) -> Option<Back> {
    let live = !matches!(text(&it["status"]).as_str(), "failed" | "canceled");
    live.then(|| Back {
        id: text(&it["id"]),
        amount: minor(currency, &it["amount"]),
        reason: text(&it["reason"]).replace('_', " "),
        refunded_at: seconds(&it["created"]),
    })
}

/// A checkout without a payment intent began a subscription or a trial, and is no order.
fn session(it: &Value, at: Timestamp) -> Result<Option<Told>, Unreadable> {
    let order = text(&it["payment_intent"]);
    if order.is_empty() {
        return Ok(None);
    }
    let currency = json::currency(&it["currency"])?;
    let placed = must(seconds(&it["created"]), "created")?;
    let mut state =
        state(currency, number(it, &order), placed, minor(currency, &it["amount_total"]));
    let details = &it["total_details"];
    state.tax = minor(currency, &details["amount_tax"]);
    state.shipping = minor(currency, &details["amount_shipping"]);
    state.discount = minor(currency, &details["amount_discount"]);
    if text(&it["payment_status"]) == "paid" {
        state.payment = Payment::Paid;
    }
    let who = &it["customer_details"];
    state.buyer = Buyer {
        id: text(&it["customer"]),
        email: text(&who["email"]),
        phone: text(&who["phone"]),
        name: text(&who["name"]),
    };
    for it in list(&it["line_items"]["data"]) {
        let quantity = it["quantity"].as_i64().unwrap_or(1).max(1);
        state.items.push(Item {
            id: text(&it["id"]),
            title: text(&it["description"]),
            sku: String::new(),
            quantity,
            price: minor(currency, &it["amount_total"]) / quantity,
        });
    }
    let piece = Piece::Order(Box::new(state));
    Ok(Some(Told { order, part: SESSION.to_owned(), at, tie: 0, piece }))
}
