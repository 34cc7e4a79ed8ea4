//! The till of a shop: gives money back and makes codes, as Shopify, WooCommerce and Stripe say of
//! themselves. It counts what it really paid.

use std::collections::VecDeque;

use serde_json::{Value, json};
use tend_core::orders::ShopKind;

use super::Answer;

/// How the till takes the next thing that it is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It does it, and says so.
    Well,
    /// It does it, and the answer is lost.
    Lost,
    /// It does nothing, and no answer comes.
    Deaf,
    /// It does nothing: it is asked too often.
    Busy,
    /// It does nothing, and answers 500.
    Broken,
}

/// Something that it did.
#[derive(Clone, Debug)]
pub struct Did {
    /// By which it knows it again; empty where there is no such thing.
    pub key: String,
    /// Minor units of the euro.
    pub amount: i64,
    /// What stands beside it.
    pub note: String,
    /// Of a coupon, a discount or a gift card.
    pub code: String,
}

/// The till: each order is worth `total` cents, all of it paid.
pub struct Till {
    pub kind: ShopKind,
    pub total: i64,
    /// How it takes what it is told, one after the other; then well.
    pub moods: VecDeque<Mood>,
    /// So many questions are answered with 429 first.
    pub busy: usize,
    pub refunds: Vec<Did>,
    pub codes: Vec<Did>,
    /// How often it was told to do something.
    pub told: usize,
}

impl Till {
    pub fn new(kind: ShopKind) -> Self {
        let (refunds, codes) = (Vec::new(), Vec::new());
        Self { kind, total: 10_000, moods: VecDeque::new(), busy: 0, refunds, codes, told: 0 }
    }

    /// What it gave back.
    pub fn paid_back(&self) -> i64 {
        self.refunds.iter().map(|it| it.amount).sum()
    }

    fn left(&self) -> i64 {
        self.total - self.paid_back()
    }

    /// Answers; nothing, when the answer is lost. `key` is the header `Idempotency-Key`.
    pub fn answer(&mut self, path: &str, key: &str, body: &str) -> Option<Answer> {
        let tells = match self.kind {
            ShopKind::Shopify => body.contains("mutation"),
            _ => !body.is_empty(),
        };
        if !tells {
            if self.busy > 0 {
                self.busy -= 1;
                return Some(busy());
            }
            return Some(said(200, &self.look(path, body)));
        }
        self.told += 1;
        match self.moods.pop_front().unwrap_or(Mood::Well) {
            Mood::Well => Some(self.act(path, key, body)),
            Mood::Lost => {
                self.act(path, key, body);
                None
            }
            Mood::Deaf => None,
            Mood::Busy => Some(busy()),
            Mood::Broken => Some(said(500, &json!({ "message": "Internal Server Error" }))),
        }
    }

    fn look(&self, path: &str, body: &str) -> Value {
        match self.kind {
            ShopKind::Stripe => self.charges(),
            ShopKind::WooCommerce if path.contains("/coupons") => {
                let wanted = path.split("code=").nth(1).unwrap_or_default();
                let has = |it: &&Did| it.code.eq_ignore_ascii_case(wanted);
                self.codes
                    .iter()
                    .filter(has)
                    .map(|it| json!({ "id": 77, "code": it.code }))
                    .collect()
            }
            ShopKind::WooCommerce => json!({
                "id": 5, "total": money(self.total),
                "refunds": self.refunds.iter().zip(900..).map(|(it, id)| json!({
                    "id": id, "reason": it.note, "total": format!("-{}", money(it.amount)) })).collect::<Vec<_>>(),
            }),
            _ => self.of_shopify(body),
        }
    }

    fn charges(&self) -> Value {
        let refunds: Vec<Value> = self
            .refunds
            .iter()
            .zip(900..)
            .map(|(it, id)| {
                json!({ "id": format!("re_{id}"), "amount": it.amount, "status": "succeeded",
                    "metadata": { "tend_remedy": it.note } })
            })
            .collect();
        json!({ "object": "list", "data": [{
            "id": "ch_1", "object": "charge", "status": "succeeded", "amount": self.total,
            "amount_refunded": self.paid_back(), "refunds": { "data": refunds },
        }] })
    }

    fn of_shopify(&self, body: &str) -> Value {
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        if body.contains("codeDiscountNodeByCode") {
            let has = |it: &&Did| it.code == asked["variables"]["code"];
            let node = self.codes.iter().find(has);
            return json!({ "data": { "codeDiscountNodeByCode": node.map(|_| json!({ "id": "gid://shopify/DiscountCodeNode/77" })) } });
        }
        if body.contains("giftCards") {
            let nodes: Vec<Value> = self
                .codes
                .iter()
                .map(|it| json!({ "id": "gid://shopify/GiftCard/77", "note": it.note }))
                .collect();
            return json!({ "data": { "giftCards": { "nodes": nodes } } });
        }
        let refunds: Vec<Value> = self
            .refunds
            .iter()
            .zip(900..)
            .map(|(it, id)| json!({ "id": format!("gid://shopify/Refund/{id}"), "note": it.note }))
            .collect();
        let left = json!({ "presentmentMoney": { "amount": money(self.left()) } });
        json!({ "data": { "order": {
            "presentmentCurrencyCode": "EUR", "refunds": refunds,
            "suggestedRefund": { "maximumRefundableSet": left, "suggestedTransactions": [{
                "gateway": "shopify_payments", "maximumRefundableSet": left,
                "parentTransaction": { "id": "gid://shopify/OrderTransaction/1" } }] },
        } } })
    }

    fn act(&mut self, path: &str, key: &str, body: &str) -> Answer {
        match self.kind {
            ShopKind::Stripe => self.refund_at_stripe(key, body),
            ShopKind::WooCommerce => self.act_at_woocommerce(path, body),
            _ => self.act_at_shopify(body),
        }
    }

    /// The same key again is the same refund.
    fn again(&self, key: &str) -> Option<usize> {
        self.refunds.iter().position(|it| !key.is_empty() && it.key == key)
    }

    fn refund_at_stripe(&mut self, key: &str, body: &str) -> Answer {
        let field = |name: &str| {
            let mut pairs = body.split('&').filter_map(|it| it.split_once('='));
            pairs.find(|it| it.0 == name).map(|it| it.1.to_owned()).unwrap_or_default()
        };
        let amount: i64 = field("amount").parse().unwrap_or(0);
        let at = match self.again(key) {
            Some(at) => at,
            None if amount > self.left() || amount <= 0 => {
                let why = "Refund amount is greater than the unrefunded amount on the charge";
                return said(400, &json!({ "error": { "message": why } }));
            }
            None => self.give_back(key, amount, &field("metadata[tend_remedy]")),
        };
        said(200, &json!({ "id": format!("re_{}", 900 + at), "status": "succeeded" }))
    }

    fn give_back(&mut self, key: &str, amount: i64, note: &str) -> usize {
        let (key, note, code) = (key.to_owned(), note.to_owned(), String::new());
        self.refunds.push(Did { key, amount, note, code });
        self.refunds.len() - 1
    }

    fn make_code(&mut self, it: &Value, amount: &Value, note: &Value) -> bool {
        let code = it.as_str().unwrap_or_default().to_owned();
        if self.codes.iter().any(|it| it.code.eq_ignore_ascii_case(&code)) {
            return false;
        }
        let note = note.as_str().unwrap_or_default().to_owned();
        self.codes.push(Did { key: String::new(), amount: cents(amount), note, code });
        true
    }

    fn act_at_woocommerce(&mut self, path: &str, body: &str) -> Answer {
        let it: Value = serde_json::from_str(body).unwrap_or_default();
        if path.ends_with("/coupons") {
            return match self.make_code(&it["code"], &it["amount"], &it["description"]) {
                true => said(201, &json!({ "id": 77, "code": it["code"] })),
                false => said(
                    400,
                    &json!({ "code": "woocommerce_rest_coupon_code_already_exists", "message": "The coupon code already exists" }),
                ),
            };
        }
        let amount = cents(&it["amount"]);
        if amount > self.left() || amount <= 0 {
            let why = json!({ "code": "woocommerce_rest_cannot_create_order_refund", "message": "Invalid refund amount." });
            return said(500, &why);
        }
        let at = self.give_back("", amount, it["reason"].as_str().unwrap_or_default());
        said(201, &json!({ "id": 900 + at, "amount": it["amount"], "reason": it["reason"] }))
    }

    fn act_at_shopify(&mut self, body: &str) -> Answer {
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let (input, none) = (&asked["variables"]["input"], json!([]));
        let exists = json!([{ "message": "Code must be unique. Please try a different code." }]);
        if body.contains("discountCodeBasicCreate") {
            let amount = &input["customerGets"]["value"]["discountAmount"]["amount"];
            let made = self.make_code(&input["code"], amount, &input["title"]);
            let node = made.then(|| json!({ "id": "gid://shopify/DiscountCodeNode/77" }));
            let errors = if made { none } else { exists };
            return said(
                200,
                &json!({ "data": { "discountCodeBasicCreate": { "codeDiscountNode": node, "userErrors": errors } } }),
            );
        }
        if body.contains("giftCardCreate") {
            let made = self.make_code(&input["code"], &input["initialValue"], &input["note"]);
            let node = made.then(|| json!({ "id": "gid://shopify/GiftCard/77" }));
            let errors = if made { none } else { exists };
            return said(
                200,
                &json!({ "data": { "giftCardCreate": { "giftCard": node, "userErrors": errors } } }),
            );
        }
        let key = asked["variables"]["key"].as_str().unwrap_or_default().to_owned();
        let parts = input["transactions"].as_array().cloned().unwrap_or_default();
        let amount: i64 = parts.iter().map(|it| cents(&it["amount"])).sum();
        let at = match self.again(&key) {
            _ if key.is_empty() || !body.contains("@idempotent") => {
                let why = json!([{ "message": "The @idempotent directive is required for this mutation but was not provided." }]);
                return said(200, &json!({ "errors": why }));
            }
            Some(at) => at,
            None if amount > self.left() || amount <= 0 => {
                let why = json!([{ "message": "Refund amount exceeds the amount received" }]);
                return said(
                    200,
                    &json!({ "data": { "refundCreate": { "refund": null, "userErrors": why } } }),
                );
            }
            None => self.give_back(&key, amount, input["note"].as_str().unwrap_or_default()),
        };
        let refund = json!({ "id": format!("gid://shopify/Refund/{}", 900 + at) });
        said(200, &json!({ "data": { "refundCreate": { "refund": refund, "userErrors": none } } }))
    }
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn cents(it: &Value) -> i64 {
    let text = it.as_str().unwrap_or("0");
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    format!("{whole}{part:0<2}").parse().unwrap_or(0)
}

fn said(status: u16, body: &Value) -> Answer {
    let body = body.to_string().into_bytes();
    Answer { status, link: None, retry_after: None, limit: None, body }
}

fn busy() -> Answer {
    let body = br#"{"errors":"Throttled"}"#.to_vec();
    Answer { status: 429, link: None, retry_after: Some(0.0), limit: None, body }
}
