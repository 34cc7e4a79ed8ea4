//! What a shop sent, understood.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    ShopKind,
    json::{Unreadable, list, text},
    parts::Told,
    plain, shopify, stripe, woocommerce,
};

/// What a message is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Orders.
    Told(Vec<Told>),
    /// Nothing for us, and why: a sentence.
    Ignored(String),
    /// What is known of a customer is asked for, or is to be erased. One address may be told of
    /// several shops: it is for the shop of this name in Shopify's domain.
    Privacy { domain: String, wish: Wish },
}

/// What is to become of what is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// It is asked for.
    Tell(Person),
    /// Who a customer was is to be erased.
    Forget(Person),
    /// Who all of a shop's customers were is to be erased.
    ForgetAll,
}

/// Whom a request about privacy is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// The shop's id.
    pub id: String,
    pub email: String,
    /// The shop's ids of the orders that are meant.
    pub orders: Vec<String>,
}

/// Reads a message of a shop, that was found to be signed.
///
/// # Errors
/// A sentence for who looks at what could not be read.
pub fn read(
    kind: ShopKind,
    topic: &str,
    body: &[u8],
    received: Timestamp,
) -> Result<Heard, Unreadable> {
    let json =
        || serde_json::from_slice::<Value>(body).map_err(|it| format!("It is no JSON: {it}."));
    match kind {
        ShopKind::Shopify => of_shopify(topic, &json()?),
        ShopKind::WooCommerce => of_woocommerce(topic, &json()?, received),
        ShopKind::Stripe => of_stripe(topic, &json()?),
        ShopKind::Webhook => plain::read(body).map(|it| Heard::Told(vec![it])),
        ShopKind::Api => Ok(ignored("Orders come by the API here, and not by messages.")),
    }
}

fn ignored(why: impl Into<String>) -> Heard {
    Heard::Ignored(why.into())
}

fn of_shopify(topic: &str, it: &Value) -> Result<Heard, Unreadable> {
    Ok(match topic {
        "orders/create"
        | "orders/updated"
        | "orders/edited"
        | "orders/paid"
        | "orders/cancelled"
        | "orders/fulfilled"
        | "orders/partially_fulfilled" => Heard::Told(vec![shopify::order(it, None)?]),
        "orders/delete" => {
            ignored("Shopify deletes orders without saying when. This one stays as it was.")
        }
        "fulfillments/create" | "fulfillments/update" => Heard::Told(vec![shopify::fulfilled(it)?]),
        "refunds/create" => match shopify::refunded(it)? {
            Some(told) => Heard::Told(vec![told]),
            None => ignored("No money went back with this refund."),
        },
        "customers/data_request" => of_privacy(it, Wish::Tell(person(it, "orders_requested"))),
        "customers/redact" => of_privacy(it, Wish::Forget(person(it, "orders_to_redact"))),
        "shop/redact" => of_privacy(it, Wish::ForgetAll),
        other => ignored(format!("Nothing is done with the topic {other}.")),
    })
}

fn of_privacy(it: &Value, wish: Wish) -> Heard {
    Heard::Privacy { domain: text(&it["shop_domain"]).to_lowercase(), wish }
}

fn person(it: &Value, orders: &str) -> Person {
    Person {
        id: text(&it["customer"]["id"]),
        email: text(&it["customer"]["email"]),
        orders: list(&it[orders]).map(text).filter(|it| !it.is_empty()).collect(),
    }
}

fn of_woocommerce(topic: &str, it: &Value, received: Timestamp) -> Result<Heard, Unreadable> {
    Ok(match topic {
        "order.created" | "order.updated" | "order.restored" => {
            Heard::Told(vec![woocommerce::order(it, None)?])
        }
        "order.deleted" => Heard::Told(vec![woocommerce::deleted(it, received)?]),
        other => ignored(format!("Nothing is done with the topic {other}.")),
    })
}

fn of_stripe(topic: &str, it: &Value) -> Result<Heard, Unreadable> {
    if !stripe::TOPICS.contains(&topic) {
        return Ok(ignored(format!("Nothing is done with events of the type {topic}.")));
    }
    Ok(match stripe::event(it)? {
        Some(told) => Heard::Told(vec![told]),
        None => ignored("It is of no payment by itself."),
    })
}
