//! A shop that behaves as Shopify, WooCommerce and Stripe say of themselves: what they send when
//! an order changes, and what they answer when they are asked, a page at a time.

mod bucket;
mod till;
mod webhook;

pub use bucket::Bucket;
pub use till::{Mood, Till};
pub use webhook::{Standing, Webhook};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tend_core::orders::{Payment, ShopKind};

/// How the life of an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Delivered,
    PartlyRefunded,
    Refunded,
    Cancelled,
    Shipped,
}

/// What happens in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Placed,
    Paid,
    Shipped,
    Delivered,
    HalfBack,
    AllBack,
    Cancelled,
}

/// An order of the shop, with all that ever happens to it.
#[derive(Clone, Debug)]
pub struct Sale {
    pub id: i64,
    steps: Vec<(Timestamp, Step)>,
}

/// What the shop sends when something happened.
#[derive(Clone, Debug)]
pub struct Telling {
    pub topic: String,
    pub body: Vec<u8>,
    /// By what the shop knows the message again.
    pub key: Option<String>,
    pub at: Timestamp,
}

/// What the shop answers.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub link: Option<String>,
    /// Seconds to wait.
    pub retry_after: Option<f64>,
    /// How full the shop's bucket is.
    pub limit: Option<String>,
    pub body: Vec<u8>,
}

/// The shop.
pub struct FakeShop {
    pub kind: ShopKind,
    pub sales: Vec<Sale>,
    /// Each so-manieth question is answered with 429: come back later.
    pub limit_every: usize,
    /// What it has of each product; nothing for what it does not count.
    pub stock: Vec<(String, Option<i64>)>,
    /// How often it lets itself be asked, if that has a limit.
    pub bucket: Option<Bucket>,
    asked: usize,
    address: String,
    /// Stripe's events, the newest first, once they were asked for.
    events: Vec<Value>,
}

const TOTAL: i64 = 10_000;

impl Sale {
    /// How it ends, as a shop's own page would say: payment, refunded, cancelled, shipped.
    pub fn end(&self, kind: ShopKind) -> (Payment, i64, bool, bool) {
        let has = |step| self.steps.iter().any(|it| it.1 == step);
        let back = if has(Step::AllBack) {
            TOTAL
        } else if has(Step::HalfBack) {
            TOTAL / 2
        } else {
            0
        };
        let payment = match back {
            TOTAL => Payment::Refunded,
            0 if has(Step::Cancelled) => Payment::Voided,
            0 => Payment::Paid,
            _ => Payment::PartiallyRefunded,
        };
        let shipped = has(Step::Shipped) && kind != ShopKind::Stripe;
        (payment, back, has(Step::Cancelled), shipped)
    }

    fn changed(&self) -> Timestamp {
        self.steps[self.steps.len() - 1].0
    }

    /// Up to and with the n-th step.
    fn until(&self, n: usize) -> Self {
        Self { id: self.id, steps: self.steps[..=n].to_vec() }
    }

    fn at(&self, step: Step) -> Option<Timestamp> {
        self.steps.iter().find(|it| it.1 == step).map(|it| it.0)
    }
}

impl FakeShop {
    /// With so many orders, the first placed at `from`, one each `apart`.
    pub fn new(kind: ShopKind, count: i64, from: Timestamp, apart: SignedDuration) -> Self {
        let sale = |n: i64| {
            let placed = from + apart * i32::try_from(n).expect("few orders");
            let steps: &[Step] = match (life(n), kind) {
                (Life::Delivered, ShopKind::Shopify) => {
                    &[Step::Placed, Step::Paid, Step::Shipped, Step::Delivered]
                }
                (Life::Delivered | Life::Shipped, _) => &[Step::Placed, Step::Paid, Step::Shipped],
                (Life::PartlyRefunded, _) => {
                    &[Step::Placed, Step::Paid, Step::Shipped, Step::HalfBack]
                }
                (Life::Refunded, _) => &[Step::Placed, Step::Paid, Step::AllBack],
                (Life::Cancelled, _) => &[Step::Placed, Step::Cancelled],
            };
            let is_known = |it: &&Step| kind != ShopKind::Stripe || **it != Step::Shipped;
            let each = steps.iter().filter(is_known).zip(0..);
            // Two changes fall into one second now and then, as they do in shops.
            let gap = if n % 7 == 0 { 0 } else { 600 };
            let steps = each.map(|(it, n)| (placed + SignedDuration::from_secs(gap * n), *it));
            Sale { id: 5_000_000 + n, steps: steps.collect() }
        };
        let address = match kind {
            ShopKind::Stripe => "https://api.stripe.com",
            _ => "https://shop.example",
        };
        let sales = (0..count).map(sale).collect();
        let (address, events) = (address.to_owned(), Vec::new());
        Self {
            kind,
            sales,
            limit_every: 0,
            stock: Vec::new(),
            bucket: None,
            asked: 0,
            address,
            events,
        }
    }

    /// At another address.
    pub fn at(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// All that it sends, in the order in which it happened.
    pub fn tellings(&self) -> Vec<Telling> {
        let mut all: Vec<Telling> = Vec::new();
        for sale in &self.sales {
            for n in 0..sale.steps.len() {
                all.extend(self.telling(&sale.until(n)));
            }
        }
        all.sort_by_key(|it| it.at);
        all
    }

    fn telling(&self, now: &Sale) -> Vec<Telling> {
        let (at, step) = now.steps[now.steps.len() - 1];
        let of = |topic: &str, body: Value, key: Option<String>| Telling {
            topic: topic.to_owned(),
            body: body.to_string().into_bytes(),
            key,
            at,
        };
        match self.kind {
            ShopKind::Shopify => {
                let topic = match step {
                    Step::Placed => "orders/create",
                    Step::Cancelled => "orders/cancelled",
                    _ => "orders/updated",
                };
                let key = format!("{}-{}", now.id, now.steps.len());
                let mut all = vec![of(topic, shopify(now), Some(key.clone()))];
                if matches!(step, Step::Shipped | Step::Delivered) {
                    let parcel = shopify(now)["fulfillments"][0].clone();
                    all.push(of("fulfillments/update", parcel, Some(format!("{key}-f"))));
                }
                all
            }
            ShopKind::WooCommerce => {
                let topic = if step == Step::Placed { "order.created" } else { "order.updated" };
                vec![of(topic, woocommerce(now), None)]
            }
            _ => stripe(now)
                .into_iter()
                .map(|it| {
                    let word = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
                    let (topic, key) = (word("type"), word("id"));
                    of(&topic, it, Some(key))
                })
                .collect(),
        }
    }

    /// Answers a question, or says that it is asked too often.
    pub fn answer(&mut self, url: &str) -> Answer {
        self.asked += 1;
        let full = self.bucket.as_mut().map(Bucket::call);
        let too_often = self.limit_every > 0 && self.asked.is_multiple_of(self.limit_every);
        let (limit, wait) = match full {
            Some(Ok(limit)) => (Some(limit), too_often.then_some(0.0)),
            Some(Err(wait)) => (None, Some(wait)),
            None => (None, too_often.then_some(0.0)),
        };
        if wait.is_some() {
            let body = br#"{"errors":"Exceeded 2 calls per second for api client."}"#.to_vec();
            return Answer { status: 429, link: None, retry_after: wait, limit, body };
        }
        let (link, body) = match self.kind {
            kind if url.contains("/products") => (None, stocked(kind, &self.stock)),
            ShopKind::Shopify => self.of_shopify(url),
            ShopKind::WooCommerce => (None, self.of_woocommerce(url)),
            _ => (None, self.of_stripe(url)),
        };
        let body = body.to_string().into_bytes();
        Answer { status: 200, link, retry_after: None, limit, body }
    }

    fn by_change(&self, after: Timestamp) -> Vec<&Sale> {
        let mut all: Vec<_> = self.sales.iter().filter(|it| it.changed() >= after).collect();
        all.sort_by_key(|it| (it.changed(), it.id));
        all
    }

    /// A page of 250, and the address of the next one, which says nothing but where it begins.
    fn of_shopify(&self, url: &str) -> (Option<String>, Value) {
        let from = param(url, "updated_at_min").or_else(|| param(url, "page_info"));
        let from = from.unwrap_or_default();
        let (start, begin) = from.split_once('~').unwrap_or((&from, "0"));
        let begin: usize = begin.parse().unwrap_or(0);
        let all = self.by_change(start.parse().unwrap_or(Timestamp::MIN));
        let page: Vec<_> = all.iter().skip(begin).take(250).map(|it| shopify(it)).collect();
        let next = begin + page.len();
        let link = (next < all.len()).then(|| {
            format!(
                "<{}/admin/api/2026-07/orders.json?limit=250&page_info={start}~{next}>; rel=\"next\"",
                self.address
            )
        });
        (link, json!({ "orders": page }))
    }

    fn of_woocommerce(&self, url: &str) -> Value {
        let after: Timestamp =
            param(url, "modified_after").and_then(|it| it.parse().ok()).unwrap_or(Timestamp::MIN);
        let page: usize = param(url, "page").and_then(|it| it.parse().ok()).unwrap_or(1);
        let all = self.by_change(after);
        // What changed in that very second is not after it.
        let all = all.into_iter().filter(|it| it.changed().as_second() > after.as_second());
        all.skip((page - 1) * 100).take(100).map(woocommerce).collect()
    }

    /// Events of the kinds that are asked for, the newest first.
    fn of_stripe(&mut self, url: &str) -> Value {
        if self.events.is_empty() {
            let lives = self.sales.iter().flat_map(|it| (0..it.steps.len()).map(|n| it.until(n)));
            self.events = lives.flat_map(|it| stripe(&it)).collect();
            let key =
                |it: &Value| std::cmp::Reverse((it["created"].as_i64(), it["id"].to_string()));
            self.events.sort_by_cached_key(key);
        }
        let from = param(url, "created[gte]").and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
        let after = param(url, "starting_after");
        let seen = after.and_then(|id| self.events.iter().position(|it| it["id"] == id.as_str()));
        let rest = self.events.iter().skip(seen.map_or(0, |at| at + 1));
        let rest: Vec<&Value> = rest.filter(|it| it["created"].as_i64() >= Some(from)).collect();
        let page: Vec<&Value> = rest.iter().take(100).copied().collect();
        let more = rest.len() > page.len();
        json!({ "object": "list", "url": "/v1/events", "has_more": more, "data": page })
    }
}

/// All products on one page.
fn stocked(kind: ShopKind, all: &[(String, Option<i64>)]) -> Value {
    let one = |(at, (name, pieces)): (usize, &(String, Option<i64>))| match kind {
        ShopKind::Shopify => json!({ "id": 77 + at, "title": name, "variants": [{
            "id": 78, "inventory_management": pieces.map(|_| "shopify"), "inventory_policy": "deny",
            "inventory_quantity": pieces.unwrap_or(0) }] }),
        _ => json!({ "id": 77 + at, "name": name, "manage_stock": pieces.is_some(),
            "stock_quantity": pieces, "stock_status": "instock" }),
    };
    let all: Vec<Value> = all.iter().enumerate().map(one).collect();
    if kind == ShopKind::Shopify { json!({ "products": all }) } else { json!(all) }
}

fn life(n: i64) -> Life {
    match n % 5 {
        0 => Life::Delivered,
        1 => Life::PartlyRefunded,
        2 => Life::Refunded,
        3 => Life::Cancelled,
        _ => Life::Shipped,
    }
}

fn param(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let pair = query.split('&').find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
    pair.map(|it| it.replace("%3A", ":"))
}

fn whole(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// An order as the Admin API (REST) writes it.
fn shopify(it: &Sale) -> Value {
    let paid = it.at(Step::Paid);
    let back = it
        .at(Step::HalfBack)
        .map(|at| (at, "50.00"))
        .or(it.at(Step::AllBack).map(|at| (at, "100.00")));
    let status = match (it.at(Step::AllBack), back, paid, it.at(Step::Cancelled)) {
        (Some(_), ..) => "refunded",
        (_, Some(_), ..) => "partially_refunded",
        (_, _, Some(_), _) => "paid",
        (.., Some(_)) => "voided",
        _ => "pending",
    };
    let came = it.at(Step::Delivered);
    let parcels: Vec<Value> = it.at(Step::Shipped).into_iter().map(|at| json!({
        "id": it.id * 10, "order_id": it.id, "status": "success", "created_at": whole(at),
        "updated_at": whole(came.unwrap_or(at)), "tracking_company": "DHL",
        "tracking_number": format!("JD{}", it.id), "tracking_url": format!("https://track.example/JD{}", it.id),
        "shipment_status": if came.is_some() { json!("delivered") } else { Value::Null },
    })).collect();
    let refunds: Vec<Value> = back.into_iter().map(|(at, amount)| json!({
        "id": it.id * 10 + 1, "order_id": it.id, "created_at": whole(at), "note": "Scratched",
        "transactions": [{ "id": it.id * 10 + 2, "kind": "refund", "status": "success", "amount": amount, "currency": "EUR" }],
    })).collect();
    let buyer = it.id % 97;
    json!({
        "id": it.id, "admin_graphql_api_id": format!("gid://shopify/Order/{}", it.id),
        "name": format!("#{}", it.id - 4_999_000), "email": format!("buyer{buyer}@example.com"),
        "created_at": whole(it.steps[0].0), "processed_at": whole(it.steps[0].0),
        "updated_at": whole(it.changed()), "cancelled_at": it.at(Step::Cancelled).map(whole),
        "currency": "EUR", "total_price": "100.00", "subtotal_price": "95.00", "total_tax": "15.97",
        "total_discounts": "0.00", "financial_status": status,
        "fulfillment_status": if parcels.is_empty() { Value::Null } else { json!("fulfilled") },
        "order_status_url": format!("https://shop.example/{}/status", it.id),
        "customer": { "id": 900 + buyer, "email": format!("buyer{buyer}@example.com"), "first_name": "Carol", "last_name": format!("Diaz {buyer}") },
        "line_items": [{ "id": it.id * 10 + 3, "product_id": 77, "title": "Probe", "quantity": 1, "price": "95.00", "sku": "PRB" }],
        "shipping_lines": [{ "price": "5.00" }],
        "fulfillments": parcels, "refunds": refunds,
    })
}

/// An order as `wc/v3` writes it.
fn woocommerce(it: &Sale) -> Value {
    let gmt = |at: Timestamp| whole(at).trim_end_matches('Z').to_owned();
    let has = |step| it.at(step).is_some();
    let status = match () {
        () if has(Step::AllBack) => "refunded",
        () if has(Step::Cancelled) => "cancelled",
        () if has(Step::Shipped) => "completed",
        () if has(Step::Paid) => "processing",
        () => "pending",
    };
    let back = it.at(Step::HalfBack).map(|_| "-50.00").or(it.at(Step::AllBack).map(|_| "-100.00"));
    let refunds: Vec<Value> = back
        .into_iter()
        .map(|total| json!({ "id": it.id * 10, "reason": "", "total": total }))
        .collect();
    let buyer = it.id % 97;
    json!({
        "id": it.id, "number": it.id.to_string(), "status": status, "currency": "EUR",
        "total": "100.00", "total_tax": "15.97", "shipping_total": "5.00", "discount_total": "0.00",
        "date_created_gmt": gmt(it.steps[0].0), "date_modified_gmt": gmt(it.changed()),
        "date_paid_gmt": it.at(Step::Paid).map(gmt), "transaction_id": "",
        "payment_method_title": "Card", "customer_id": if buyer == 0 { 0 } else { 900 + buyer },
        "billing": { "first_name": "Carol", "last_name": format!("Diaz {buyer}"), "email": format!("buyer{buyer}@example.com"), "phone": "" },
        "shipping": {}, "coupon_lines": [], "meta_data": [],
        "line_items": [{ "id": it.id * 10 + 3, "product_id": 77, "variation_id": 0, "name": "Probe", "quantity": 1, "sku": "PRB", "subtotal": "95.00", "total": "95.00", "price": 95 }],
        "shipping_lines": [], "refunds": refunds,
    })
}

/// The events of what happened last.
fn stripe(it: &Sale) -> Vec<Value> {
    let (at, step) = it.steps[it.steps.len() - 1];
    let (pi, ch) = (format!("pi_{}", it.id), format!("ch_{}", it.id));
    let created = it.steps[0].0.as_second();
    let buyer = it.id % 97;
    let status = match step {
        Step::Placed => "requires_payment_method",
        Step::Cancelled => "canceled",
        _ => "succeeded",
    };
    let intent = json!({
        "id": pi, "object": "payment_intent", "amount": TOTAL, "currency": "eur", "status": status,
        "created": created, "customer": format!("cus_{buyer}"), "receipt_email": null,
        "description": "Probe", "metadata": { "order_id": format!("#{}", it.id) },
        "canceled_at": it.at(Step::Cancelled).map(Timestamp::as_second), "last_payment_error": null,
    });
    let back = match step {
        Step::HalfBack => TOTAL / 2,
        Step::AllBack => TOTAL,
        _ => 0,
    };
    let charge = json!({
        "id": ch, "object": "charge", "amount": TOTAL, "amount_refunded": back, "captured": true,
        "currency": "eur", "status": "succeeded", "payment_intent": pi, "created": created,
        "customer": format!("cus_{buyer}"), "description": "Probe", "receipt_email": null,
        "billing_details": { "email": format!("buyer{buyer}@example.com"), "name": format!("Carol Diaz {buyer}"), "phone": null },
        "payment_method_details": { "type": "card" }, "receipt_url": null,
        "metadata": { "order_id": format!("#{}", it.id) },
    });
    let event = |kind: &str, object: &Value| {
        json!({
            "id": format!("evt_{}_{}_{kind}", it.id, it.steps.len()), "object": "event", "type": kind,
            "created": at.as_second(), "livemode": true, "api_version": "2026-06-30",
            "data": { "object": object },
        })
    };
    match step {
        Step::Placed => vec![event("payment_intent.created", &intent)],
        Step::Paid => {
            vec![event("payment_intent.succeeded", &intent), event("charge.succeeded", &charge)]
        }
        Step::HalfBack | Step::AllBack => vec![event("charge.refunded", &charge)],
        Step::Cancelled => vec![event("payment_intent.canceled", &intent)],
        Step::Shipped | Step::Delivered => Vec::new(),
    }
}
