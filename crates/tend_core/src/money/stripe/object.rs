//! Stripe's objects, as its API and its webhooks send them: a subscription, an invoice, a list of
//! them, or an event that carries one.

use serde_json::Value;

use super::{
    Billed, Customer, Item, Kind, Paid, Places, Subscribed, Told,
    discount::{self, Whole},
    table::interval,
};
use crate::{
    fold,
    money::{Currency, invoices::Status},
};

/// Those that the JSON tells of, each read or with what is wrong.
pub fn read(kind: Kind, json: &Value) -> Places {
    if let Some(list) = json.get("data").and_then(Value::as_array) {
        return list.iter().flat_map(|it| read(kind, it)).collect();
    }
    if let Some(object) = json.pointer("/data/object") {
        return read(kind, object);
    }
    if let Some(list) = json.as_array() {
        return list.iter().flat_map(|it| read(kind, it)).collect();
    }
    let id = text(json, "/id");
    let told = match (kind, text(json, "/object").as_str()) {
        (Kind::Subscriptions, "subscription" | "") => subscription(json).map(Told::Subscribed),
        (Kind::Invoices, "invoice" | "") => invoice(json).map(Told::Billed),
        (_, other) => Err(format!("This is a {other}, and {} are asked for.", kind.word())),
    };
    vec![(if id.is_empty() { "?".to_owned() } else { id }, told)]
}

type Read<T> = Result<T, String>;

pub(super) fn text(json: &Value, at: &str) -> String {
    json.pointer(at).and_then(Value::as_str).map(|it| fold::one_line(it, 300)).unwrap_or_default()
}

pub(super) fn number(json: &Value, at: &str) -> Option<i64> {
    json.pointer(at).and_then(Value::as_i64)
}

/// A moment in seconds, as its day in UTC.
pub(super) fn day(json: &Value, at: &str) -> Option<i64> {
    number(json, at).map(|it| it.div_euclid(86_400))
}

/// An id, or the object that has it.
pub(super) fn id_of(json: &Value, at: &str) -> String {
    match text(json, at) {
        it if it.is_empty() => text(json, &format!("{at}/id")),
        it => it,
    }
}

fn id(json: &Value) -> Read<String> {
    match text(json, "/id") {
        it if it.is_empty() => Err("It has no id.".to_owned()),
        it => Ok(it),
    }
}

fn currency(json: &Value) -> Read<Currency> {
    let word = text(json, "/currency");
    word.parse().map_err(|_| format!("“{word}” is no currency."))
}

/// Stripe counts some currencies in other units than their own.
pub(super) fn minor(amount: i64, currency: Currency) -> i64 {
    match currency.word() {
        "ISK" | "UGX" => amount / 100,
        "MGA" => amount.saturating_mul(100),
        _ => amount,
    }
}

fn customer(json: &Value) -> Customer {
    let first = |all: [&str; 2]| {
        all.into_iter().map(|it| text(json, it)).find(|it| !it.is_empty()).unwrap_or_default()
    };
    Customer {
        id: id_of(json, "/customer"),
        email: first(["/customer_email", "/customer/email"]),
        name: first(["/customer_name", "/customer/name"]),
    }
}

fn subscription(json: &Value) -> Read<Subscribed> {
    let currency = match currency(json) {
        Ok(it) => it,
        Err(why) => {
            let of_item = json.pointer("/items/data/0/price").or(json.pointer("/plan"));
            of_item.map_or(Err(why), self::currency)?
        }
    };
    let start = day(json, "/start_date").or(day(json, "/start")).or(day(json, "/created"));
    let start = start.ok_or("It does not say when it began.")?;
    let start = day(json, "/trial_end").filter(|it| *it > start).unwrap_or(start);
    let period_end =
        day(json, "/current_period_end").or(day(json, "/items/data/0/current_period_end"));
    let status = text(json, "/status");
    let at_end = json.pointer("/cancel_at_period_end").and_then(Value::as_bool).unwrap_or(false);
    let end = match status.as_str() {
        "canceled" => day(json, "/ended_at").or(day(json, "/canceled_at")).or(period_end),
        _ if at_end => day(json, "/cancel_at").or(period_end),
        _ => day(json, "/ended_at").or(day(json, "/cancel_at")),
    };
    Ok(Subscribed {
        id: id(json)?,
        customer: customer(json),
        currency,
        items: items(json, currency, start)?,
        status,
        start,
        period_end,
        end: end.map(|it| it.max(start)),
    })
}

/// An item as Stripe says it, before discounts and for its own interval.
struct Raw {
    key: String,
    name: String,
    plan: String,
    quantity: i64,
    every: (String, i64),
    whole: Whole,
}

fn items(json: &Value, currency: Currency, start: i64) -> Read<Vec<Item>> {
    let raw = raw_items(json, currency)?;
    let of_all = discount::of(json, currency)?;
    let amounts = of_all.iter().any(|it| matches!(it.off, discount::Off::Amount(_)));
    if amounts && raw.iter().any(|it| it.every != raw[0].every) {
        return Err("An amount is taken off invoices of items that are billed at different times: what each pays then cannot be known.".to_owned());
    }
    let wholes: Vec<Whole> = raw.iter().map(|it| it.whole.clone()).collect();
    let schedule = discount::schedule(&wholes, &of_all, start);
    let item = |(n, it): (usize, Raw)| {
        let (word, count) = &it.every;
        let mut paid: Vec<Paid> = Vec::new();
        let mut months = 1;
        for (day, amounts) in &schedule {
            let (every, amount) = interval(word, *count, amounts[n])?;
            let held = Paid::whole(*day, it.quantity, amount);
            months = every;
            let last = paid.last().map(|it| (it.quantity, it.price));
            if last != Some((held.quantity, held.price)) {
                paid.push(held);
            }
        }
        Ok(Item { key: it.key, product: it.name, plan: it.plan, months, paid })
    };
    raw.into_iter().enumerate().map(item).collect()
}

fn raw_items(json: &Value, currency: Currency) -> Read<Vec<Raw>> {
    let all = json.pointer("/items/data").and_then(Value::as_array);
    let Some(all) = all.filter(|it| !it.is_empty()) else {
        let plan = json.get("plan").filter(|it| it.is_object());
        let plan = plan.ok_or("It has no items.")?;
        return Ok(vec![raw_item(plan, number(json, "/quantity"), String::new(), currency)?]);
    };
    let mut items = Vec::new();
    for (n, it) in all.iter().enumerate() {
        let price = it.get("price").filter(|it| it.is_object()).or(it.get("plan"));
        let price = price.ok_or("An item has no price.")?;
        let key = if n == 0 { String::new() } else { text(it, "/id") };
        let mut raw = raw_item(price, number(it, "/quantity"), key, currency)?;
        raw.whole.own = discount::of(it, currency)?;
        items.push(raw);
    }
    Ok(items)
}

/// Of a price, or of what was called a plan.
fn raw_item(price: &Value, quantity: Option<i64>, key: String, currency: Currency) -> Read<Raw> {
    let quantity = quantity.unwrap_or(1);
    let unit = number(price, "/unit_amount").or(number(price, "/amount"));
    let amount = match unit {
        Some(it) => it.checked_mul(quantity).ok_or("This amount is too large.")?,
        // Parts of a cent: only the whole has a price in cents.
        None => {
            let parts = [text(price, "/unit_amount_decimal"), text(price, "/amount_decimal")];
            let one = parts.iter().find_map(|it| it.parse::<f64>().ok());
            let one = one.ok_or("An item has no price of its own, such as a metered one.")?;
            (one * quantity as f64).round() as i64
        }
    };
    let word = match text(price, "/recurring/interval") {
        it if it.is_empty() => text(price, "/interval"),
        it => it,
    };
    let count = number(price, "/recurring/interval_count").or(number(price, "/interval_count"));
    let named = [text(price, "/nickname"), text(price, "/lookup_key"), text(price, "/id")];
    let plan = named.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
    Ok(Raw {
        key,
        name: text(price, "/product/name"),
        plan,
        quantity: if unit.is_some() { quantity } else { 1 },
        every: (word, count.unwrap_or(1)),
        whole: Whole {
            product: discount::product_of(price),
            amount: minor(amount, currency),
            own: Vec::new(),
        },
    })
}

fn invoice(json: &Value) -> Read<Billed> {
    let currency = currency(json)?;
    let amount =
        number(json, "/total").or(number(json, "/amount_due")).ok_or("It has no total.")?;
    let issued = day(json, "/status_transitions/finalized_at")
        .or(day(json, "/created"))
        .or(day(json, "/date"))
        .ok_or("It does not say when it was issued.")?;
    let status = match text(json, "/status").as_str() {
        "" if json.pointer("/paid").and_then(Value::as_bool) == Some(true) => Status::Paid,
        "" => Status::Open,
        word => word.parse().map_err(|_| format!("{word} is no state of an invoice."))?,
    };
    let paid = number(json, "/amount_paid").unwrap_or(0);
    let of =
        [id_of(json, "/subscription"), id_of(json, "/parent/subscription_details/subscription")];
    Ok(Billed {
        id: id(json)?,
        customer: customer(json),
        number: text(json, "/number"),
        currency,
        amount: minor(amount, currency),
        paid: minor(if status == Status::Paid { amount } else { paid }, currency),
        issued,
        due: day(json, "/due_date").unwrap_or(issued).max(issued),
        paid_day: day(json, "/status_transitions/paid_at"),
        status,
        subscription: of.into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::money::days;

    #[test]
    fn objects_lists_and_events_are_read() {
        let one = json!({
            "id": "sub_1", "object": "subscription", "customer": "cus_1", "currency": "usd",
            "status": "active", "start_date": 1_704_067_200, "cancel_at_period_end": false,
            "current_period_end": 1_735_689_600,
            "items": { "data": [
                { "id": "si_1", "quantity": 3, "price": { "id": "price_1", "unit_amount": 4900,
                  "currency": "usd", "nickname": "Team", "recurring": { "interval": "month", "interval_count": 3 } } },
                { "id": "si_2", "price": { "id": "price_2", "unit_amount": null, "unit_amount_decimal": "0.5",
                  "recurring": { "interval": "week" } }, "quantity": 1000 },
            ] },
        });
        let event =
            json!({ "type": "customer.subscription.updated", "data": { "object": one.clone() } });
        let list = json!({ "object": "list", "data": [one.clone(), { "id": "in_1", "object": "invoice" }] });
        assert_eq!(read(Kind::Subscriptions, &event), read(Kind::Subscriptions, &one));
        let all = read(Kind::Subscriptions, &list);
        assert_eq!(all.len(), 2);
        assert!(all[1].1.as_ref().is_err_and(|why| why.contains("invoice")));
        let Ok(Told::Subscribed(it)) = &all[0].1 else { panic!("a subscription") };
        assert_eq!((days::text(it.start), it.end), ("2024-01-01".to_owned(), None));
        let paid = |it: &Item| (it.paid[0].quantity, it.paid[0].price, it.months);
        let items: Vec<_> = it.items.iter().map(paid).collect();
        assert_eq!(items, [(3, 4900, 3), (1, 26_000, 12)]);
        assert_eq!((it.items[0].key.as_str(), it.items[1].key.as_str()), ("", "si_2"));
    }
}
