//! Shopify's Admin API (GraphQL): refunds, found again by the mark in their note and by the
//! idempotency key that `refundCreate` demands; discounts and gift cards, found again by their
//! code, of which there can be only one.

use serde_json::{Value, json};

use super::{Back, Carried, Errand, Kind, Looked, Question, Said};
use crate::{
    fold,
    orders::{
        asking::VERSION,
        json::{amount, list, text},
    },
};

const ORDER: &str = "query($id: ID!) { order(id: $id) { presentmentCurrencyCode \
    refunds(first: 100) { id note } \
    suggestedRefund(suggestFullRefund: true) { maximumRefundableSet { presentmentMoney { amount } } \
    suggestedTransactions { gateway maximumRefundableSet { presentmentMoney { amount } } \
    parentTransaction { id } } } } }";
const DISCOUNT: &str = "query($code: String!) { codeDiscountNodeByCode(code: $code) { id } }";
const GIFT_CARDS: &str =
    "query($query: String!) { giftCards(first: 50, query: $query) { nodes { id note } } }";
const REFUND: &str = "mutation($input: RefundInput!, $key: String!) { \
    refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { message } } }";
const MAKE_DISCOUNT: &str = "mutation($input: DiscountCodeBasicInput!) { \
    discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { message } } }";
const MAKE_GIFT_CARD: &str = "mutation($input: GiftCardCreateInput!) { \
    giftCardCreate(input: $input) { giftCard { id } userErrors { message } } }";

fn ask(it: &Errand, query: &str, variables: &Value) -> Question {
    Question {
        url: format!("{}/admin/api/{VERSION}/graphql.json", it.address),
        body: Some((
            "application/json",
            json!({ "query": query, "variables": variables }).to_string(),
        )),
        idempotency_key: None,
    }
}

fn order_id(it: &Errand) -> String {
    format!("gid://shopify/Order/{}", it.order_key)
}

fn customer_id(it: &Errand) -> Option<String> {
    (!it.customer_key.is_empty()).then(|| format!("gid://shopify/Customer/{}", it.customer_key))
}

pub(super) fn look(it: &Errand, code: &str) -> Question {
    match it.kind {
        Kind::Discount => ask(it, DISCOUNT, &json!({ "code": code })),
        Kind::GiftCard => {
            let last = &code[code.len().saturating_sub(4)..];
            let query = format!("last_characters:{}", last.to_lowercase());
            ask(it, GIFT_CARDS, &json!({ "query": query }))
        }
        _ => ask(it, ORDER, &json!({ "id": order_id(it) })),
    }
}

/// GraphQL says with 200 what went wrong.
fn data(json: &Value) -> Result<&Value, String> {
    match list(&json["errors"]).next() {
        Some(it) => {
            Err(format!("The shop answers: {}", fold::one_line(&text(&it["message"]), 200)))
        }
        None => Ok(&json["data"]),
    }
}

pub(super) fn looked(it: &Errand, code: &str, json: &Value) -> Result<Looked, String> {
    let data = data(json)?;
    let found = |one: &Value, code: &str| {
        (!text(&one["id"]).is_empty())
            .then(|| Carried { reference: number(one), code: code.to_owned() })
    };
    let ours = |one: &&Value| text(&one["note"]).contains(&it.mark());
    match it.kind {
        Kind::Discount => {
            Ok(Looked { found: found(&data["codeDiscountNodeByCode"], code), ..Looked::default() })
        }
        Kind::GiftCard => {
            let card = list(&data["giftCards"]["nodes"]).find(ours);
            Ok(Looked { found: card.and_then(|it| found(it, code)), ..Looked::default() })
        }
        _ if !data["order"].is_object() => Err("The shop does not know this order.".to_owned()),
        _ => {
            let (order, suggested) = (&data["order"], &data["order"]["suggestedRefund"]);
            let of = |at: &Value| {
                amount(it.currency, &at["maximumRefundableSet"]["presentmentMoney"]["amount"])
            };
            let back = |one: &Value| Back {
                payment: text(&one["parentTransaction"]["id"]),
                gateway: text(&one["gateway"]),
                amount: of(one).unwrap_or(0),
            };
            let handle: Vec<Back> = list(&suggested["suggestedTransactions"])
                .map(back)
                .filter(|it| it.amount > 0 && !it.payment.is_empty())
                .collect();
            let sum: i64 = handle.iter().map(|it| it.amount).sum();
            let paid_in = text(&order["presentmentCurrencyCode"]);
            let refused = (paid_in != it.currency.word()).then(|| {
                format!(
                    "This was paid in {paid_in}, and is kept in {}. Give it back in the shop.",
                    it.currency
                )
            });
            Ok(Looked {
                refused,
                found: list(&order["refunds"]).find(ours).and_then(|it| found(it, "")),
                refundable: Some(of(suggested).unwrap_or(0).min(sum)),
                handle,
            })
        }
    }
}

/// The number at the end of `gid://shopify/Refund/929361465`.
fn number(it: &Value) -> String {
    text(&it["id"]).rsplit('/').next().unwrap_or_default().to_owned()
}

pub(super) fn tell(it: &Errand, code: &str, known: &Looked) -> Question {
    let sum = it.currency.plain(it.amount);
    match it.kind {
        Kind::Discount => {
            let who = match customer_id(it) {
                Some(id) => json!({ "customers": { "add": [id] } }),
                None => json!({ "all": "ALL" }),
            };
            let input = json!({
                "title": it.note(), "code": code, "startsAt": format!("{:.0}", it.now),
                "context": who, "usageLimit": 1, "appliesOncePerCustomer": true,
                "customerGets": { "items": { "all": true }, "value": {
                    "discountAmount": { "amount": sum, "appliesOnEachItem": false } } },
            });
            ask(it, MAKE_DISCOUNT, &json!({ "input": input }))
        }
        Kind::GiftCard => {
            let mut input = json!({ "initialValue": sum, "code": code, "note": it.note() });
            if let Some(id) = customer_id(it) {
                input["customerId"] = json!(id);
            }
            ask(it, MAKE_GIFT_CARD, &json!({ "input": input }))
        }
        _ => {
            let input = json!({
                "orderId": order_id(it), "note": it.note(), "notify": false,
                "currency": it.currency.word(), "transactions": transactions(it, known),
            });
            ask(it, REFUND, &json!({ "input": input, "key": it.remedy.to_string() }))
        }
    }
}

/// Gives it back over the payments that it came from, as far as each goes.
fn transactions(it: &Errand, known: &Looked) -> Vec<Value> {
    let mut left = it.amount;
    let mut all = Vec::new();
    for back in &known.handle {
        let part = left.min(back.amount);
        if part <= 0 {
            break;
        }
        left -= part;
        all.push(json!({
            "orderId": order_id(it), "parentId": back.payment, "gateway": back.gateway,
            "kind": "REFUND", "amount": it.currency.plain(part),
        }));
    }
    all
}

pub(super) fn told(it: &Errand, code: &str, json: &Value) -> Said {
    let data = match data(json) {
        Ok(it) => it,
        Err(why) => return Said::Unclear(why),
    };
    let (verb, made) = match it.kind {
        Kind::Discount => ("discountCodeBasicCreate", "codeDiscountNode"),
        Kind::GiftCard => ("giftCardCreate", "giftCard"),
        _ => ("refundCreate", "refund"),
    };
    if let Some(error) = list(&data[verb]["userErrors"]).next() {
        let why = fold::one_line(&text(&error["message"]), 200);
        return Said::Refused(format!("The shop refused it: {why}"));
    }
    let code = if it.kind.is_refund() { "" } else { code };
    match number(&data[verb][made]) {
        it if it.is_empty() => Said::Unclear("What the shop made has no id.".to_owned()),
        reference => Said::Done(Carried { reference, code: code.to_owned() }),
    }
}
