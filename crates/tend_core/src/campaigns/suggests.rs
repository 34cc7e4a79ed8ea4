//! Products that somebody is likely to want next, as a value that a message puts in.

use tend_store::{Tx, row};

use super::Variant;
use crate::{
    Error, Result,
    contacts::Contact,
    money::{Currency, ProductId},
    recommend::{self, Suggested, Suggestion},
    templates::Scope,
};

/// What a text calls it.
pub(super) const NAME: &str = "contact.recommendations";
/// So many products, at most.
const MOST: usize = 3;
/// The rule by which somebody is refused for whom there are none.
const RULE: &str = "no_recommendation";

/// Whether a message puts them in.
pub(super) fn wants(all: &[Variant]) -> bool {
    all.iter().any(|it| it.text.contains(NAME) || it.subject.contains(NAME))
}

/// Puts them in, a line each: name, price and where it is bought. Without any there is no value.
pub(super) fn put(tx: &mut Tx, contact: &Contact, scope: &mut Scope) -> Result<()> {
    let Some(found) = of(tx, contact)? else { return Ok(()) };
    let mut lines = Vec::new();
    for it in &found.items {
        lines.push(line(tx, it)?);
    }
    scope.put(NAME, &lines.join("\n"));
    Ok(())
}

fn of(tx: &mut Tx, contact: &Contact) -> Result<Option<Suggested>> {
    recommend::for_message(tx, contact.account_id, contact.id, MOST)
}

row! {
    struct Price {
        price: i64,
        currency: Currency,
    }
}

/// What it cost when it was last bought stands for what it costs.
fn line(tx: &mut Tx, it: &Suggestion) -> Result<String> {
    let offer = &it.offer;
    let mut out = format!("• {}", offer.name);
    if let Some(cost) = last_price(tx, offer.id)? {
        out.push_str(&format!(", {}", cost.currency.exact(cost.price)));
    }
    if offer.url.starts_with("https://") {
        out.push_str(&format!(": {}", offer.url));
    }
    Ok(out)
}

fn last_price(tx: &mut Tx, id: ProductId) -> Result<Option<Price>> {
    Ok(tx.maybe(
        "SELECT order_lines.price, orders.currency FROM order_lines
         JOIN orders ON orders.id = order_lines.order_id
         WHERE order_lines.product_id = $1 AND order_lines.price > 0
         ORDER BY order_lines.id DESC LIMIT 1",
        &[id.into()],
    )?)
}

/// They were put into a message that reaches somebody.
pub(super) fn reached(tx: &mut Tx, contact: &Contact, all: &[Variant]) -> Result<()> {
    if !wants(all) {
        return Ok(());
    }
    match of(tx, contact)? {
        Some(it) => recommend::in_message(tx, contact.id, &it),
        None => Ok(()),
    }
}

/// The rule by which words could not be made.
pub(super) fn rule(error: &Error) -> &'static str {
    match error {
        Error::Invalid(all) if all.iter().any(|it| it.field == NAME) => RULE,
        _ => "render",
    }
}
