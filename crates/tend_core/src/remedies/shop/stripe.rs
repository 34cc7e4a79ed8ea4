//! Stripe: refunds of a payment, found again by their metadata and by the idempotency key.

use serde_json::Value;

use super::{Carried, Errand, Looked, Question, Said, encoded};
use crate::{
    money::Currency,
    orders::json::{list, text},
};

/// An order of Stripe is a payment intent, or a charge without one.
fn of(it: &Errand) -> &'static str {
    if it.order_key.starts_with("ch_") { "charge" } else { "payment_intent" }
}

/// Stripe gives two decimals to these two, which have none.
fn factor(currency: Currency) -> i64 {
    if matches!(currency.word(), "ISK" | "UGX") { 100 } else { 1 }
}

/// All charges of the payment with their newest refunds; a payment seldom has two.
pub(super) fn look(it: &Errand) -> Question {
    let (address, key) = (&it.address, encoded(&it.order_key));
    let expand = "expand[]=data.refunds&limit=10";
    let url = match of(it) {
        "charge" => format!("{address}/v1/charges/{key}?expand[]=refunds"),
        _ => format!("{address}/v1/charges?payment_intent={key}&{expand}"),
    };
    Question { url, body: None, idempotency_key: None }
}

pub(super) fn looked(it: &Errand, json: &Value) -> Result<Looked, String> {
    let charges: Vec<&Value> = match json["object"].as_str() {
        Some("charge") => vec![json],
        _ => list(&json["data"]).collect(),
    };
    if charges.is_empty() {
        return Err("The shop knows no payment of this order.".to_owned());
    }
    let mut known = Looked { refundable: Some(0), ..Looked::default() };
    for charge in charges.into_iter().filter(|it| it["status"] == "succeeded") {
        let left = charge["amount"].as_i64().unwrap_or(0)
            - charge["amount_refunded"].as_i64().unwrap_or(0);
        let before = known.refundable.unwrap_or(0);
        known.refundable = Some(before + left.max(0) / factor(it.currency));
        let ours = |one: &&Value| text(&one["metadata"]["tend_remedy"]) == it.remedy.to_string();
        let live = |one: &&Value| !matches!(one["status"].as_str(), Some("failed" | "canceled"));
        let refunds = list(&charge["refunds"]["data"]);
        if let Some(refund) = refunds.filter(ours).find(live) {
            let (reference, code) = (text(&refund["id"]), String::new());
            known.found = Some(Carried { reference, code });
        }
    }
    Ok(known)
}

pub(super) fn tell(it: &Errand) -> Question {
    let body = format!(
        "{}={}&amount={}&metadata[tend_remedy]={}&reason=requested_by_customer",
        of(it),
        encoded(&it.order_key),
        it.amount * factor(it.currency),
        it.remedy
    );
    Question {
        url: format!("{}/v1/refunds", it.address),
        body: Some(("application/x-www-form-urlencoded", body)),
        idempotency_key: Some(it.remedy.to_string()),
    }
}

pub(super) fn told(json: &Value) -> Said {
    let reference = text(&json["id"]);
    match json["status"].as_str() {
        _ if reference.is_empty() => Said::Unclear("The refund has no id.".to_owned()),
        Some("failed" | "canceled") => Said::Refused(format!(
            "The shop refused it: {}",
            text(&json["failure_reason"]).replace('_', " ")
        )),
        _ => Said::Done(Carried { reference, code: String::new() }),
    }
}
