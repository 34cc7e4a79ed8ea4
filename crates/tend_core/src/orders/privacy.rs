//! What a shop asks us to tell or to forget of its customers.
//!
//! Forgetting takes who it was out of orders: names, addresses, numbers, tracking, what was
//! written in refunds, and whose they are. What was bought, when and for how much stays, for the
//! books. An order that was made nobody's stays so, whatever is told of it later.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::{OrderId, ShopId, apply, domain, read::Person, shops, write};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::{self, ContactId, IdentityKind},
    error::not_found,
    journal::{self, Change, OrderMoved, Subject},
};

id!(RequestId, "srq");

/// So many orders are made nobody's in one step.
const AT_ONCE: i64 = 200;

row! {
    /// What was asked.
    #[derive(PartialEq)]
    pub struct Request {
        pub id: RequestId,
        pub shop_id: ShopId,
        /// `data_request`, `customer_redact` or `shop_redact`.
        pub kind: String,
        /// The shop's id of whom it is about.
        pub customer: String,
        pub contact_id: Option<ContactId>,
        /// How many orders it was about.
        pub orders: i64,
        pub received_at: Timestamp,
        /// When somebody said that all of it is done.
        pub done_at: Option<Timestamp>,
    }
}

/// What a shop asked, the newest first, at most a hundred.
pub fn requests(tx: &mut Tx, me: &Me, shop: ShopId) -> Result<Vec<Request>> {
    me.require(Permission::ShopsManage)?;
    Ok(tx.rows(
        "SELECT id, shop_id, kind, customer, contact_id, orders, received_at, done_at
         FROM shop_requests WHERE shop_id = $1 ORDER BY id DESC LIMIT 100",
        &[shop.into()],
    )?)
}

/// Somebody did what a request needs of a person. Doing it twice is doing it once.
pub fn done(tx: &mut Tx, me: &Me, id: RequestId) -> Result<ShopId> {
    me.require(Permission::ShopsManage)?;
    let shop: Option<ShopId> =
        tx.maybe_scalar("SELECT shop_id FROM shop_requests WHERE id = $1", &[id.into()])?;
    let shop = shop.ok_or(not_found("request"))?;
    let now = tx.now();
    let changed = tx.execute(
        "UPDATE shop_requests SET done_at = $2, done_by = $3 WHERE id = $1 AND done_at IS NULL",
        &[id.into(), now.into(), me.id.into()],
    )?;
    if changed > 0 {
        let name = shops::fetch(tx, shop)?.name;
        shops::record(tx, me, shop, &name, "request_done")?;
    }
    Ok(shop)
}

/// Which shop a message about privacy is for, beside the one whose secret signed it: an app has one
/// secret, and one address for what it is told, for all shops that have it.
pub(super) enum Meant {
    This,
    /// Which one, in a sentence.
    Another(String),
    /// What keeps us from knowing, in a sentence: nothing is erased by a guess.
    Unknown(String),
}

pub(super) fn meant(tx: &mut Tx, shop: ShopId, named: &str) -> Result<Meant> {
    let own = domain::own(tx, shop)?;
    Ok(match named {
        "" => Meant::Unknown("It does not say which shop it is about.".to_owned()),
        _ if own == named => Meant::This,
        _ if domain::is_shopifys(&own) => {
            Meant::Another(format!("It is about another shop, {named}."))
        }
        _ => Meant::Unknown(format!(
            "It is about {named}. If that is this shop, enter {named} as its address and have \
             this read again.",
        )),
    })
}

fn ask(
    tx: &mut Tx,
    shop: ShopId,
    kind: &str,
    who: (&str, Option<ContactId>),
    orders: i64,
) -> Result<()> {
    let (id, now) = (RequestId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO shop_requests (id, shop_id, kind, customer, contact_id, orders, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            shop.into(),
            kind.into(),
            who.0.into(),
            who.1.into(),
            orders.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Who that is here.
fn contact(tx: &mut Tx, shop: ShopId, who: &Person) -> Result<Option<ContactId>> {
    let known: Option<ContactId> = tx.maybe_scalar(
        "SELECT contact_id FROM shop_customers WHERE shop_id = $1 AND external_id = $2",
        &[shop.into(), who.id.as_str().into()],
    )?;
    match known {
        Some(it) => Ok(Some(it)),
        None => contacts::by_identity(tx, IdentityKind::Email, &who.email),
    }
}

pub(super) fn data_request(tx: &mut Tx, shop: ShopId, who: &Person) -> Result<()> {
    let contact = contact(tx, shop, who)?;
    let orders = i64::try_from(who.orders.len()).unwrap_or(i64::MAX);
    ask(tx, shop, "data_request", (&who.id, contact), orders)
}

pub(super) fn customer_redact(tx: &mut Tx, shop: ShopId, who: &Person) -> Result<()> {
    let contact = contact(tx, shop, who)?;
    let mut keys: Vec<String> = tx.column(
        "SELECT external_id FROM orders WHERE shop_id = $1 AND customer_id = $2
             AND customer_id <> ''",
        &[shop.into(), who.id.as_str().into()],
    )?;
    keys.extend(who.orders.iter().cloned());
    keys.sort();
    keys.dedup();
    for key in &keys {
        redact(tx, shop, key)?;
    }
    tx.execute(
        "DELETE FROM shop_customers WHERE shop_id = $1 AND external_id = $2",
        &[shop.into(), who.id.as_str().into()],
    )?;
    let orders = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    ask(tx, shop, "customer_redact", (&who.id, contact), orders)
}

/// The shop is gone: nothing more is taken from it, and its secrets go. Says whether all is done.
pub(super) fn shop_redact(tx: &mut Tx, shop: ShopId) -> Result<bool> {
    let keys: Vec<String> = tx.column(
        "SELECT external_id FROM orders WHERE shop_id = $1 AND redacted_at IS NULL
         ORDER BY id LIMIT $2",
        &[shop.into(), AT_ONCE.into()],
    )?;
    for key in &keys {
        redact(tx, shop, key)?;
    }
    if !keys.is_empty() {
        return Ok(false);
    }
    let (now, nothing): (_, &[u8]) = (tx.now(), &[]);
    tx.execute("DELETE FROM shop_customers WHERE shop_id = $1", &[shop.into()])?;
    tx.execute(
        "UPDATE shops SET disabled_at = COALESCE(disabled_at, $2), secret = '', old_secret = '',
             access_key = '' WHERE id = $1",
        &[shop.into(), now.into()],
    )?;
    tx.execute(
        "UPDATE shop_events SET body = $2 WHERE shop_id = $1",
        &[shop.into(), nothing.into()],
    )?;
    let orders: i64 =
        tx.scalar("SELECT count(*) FROM orders WHERE shop_id = $1", &[shop.into()])?;
    ask(tx, shop, "shop_redact", ("", None), orders)?;
    Ok(true)
}

/// Makes an order nobody's. One that is not known yet is none of ours to forget.
fn redact(tx: &mut Tx, shop: ShopId, key: &str) -> Result<()> {
    apply::scrub(tx, shop, key)?;
    forget_bodies(tx, shop, key)?;
    let Some(id) = write::by_key(tx, shop, key)? else { return Ok(()) };
    let number: String = tx.scalar("SELECT number FROM orders WHERE id = $1", &[id.into()])?;
    let now = tx.now();
    tx.execute(
        "UPDATE orders SET contact_id = NULL, customer_id = '', email = '', phone = '',
             customer_name = '', url = '', redacted_at = COALESCE(redacted_at, $2) WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    tx.execute(
        "UPDATE order_shipments SET tracking = '', url = '' WHERE order_id = $1",
        &[id.into()],
    )?;
    tx.execute("UPDATE order_refunds SET reason = '' WHERE order_id = $1", &[id.into()])?;
    tell(tx, id, &number)
}

/// The story of the order stays with the order; the timelines of people tell it no more.
fn tell(tx: &mut Tx, id: OrderId, number: &str) -> Result<()> {
    tx.execute(
        "UPDATE journal SET contact_id = NULL, account_id = NULL
         WHERE subject_id = $1 AND subject_kind = 'order'",
        &[id.into()],
    )?;
    let change = Change::OrderMoved(OrderMoved {
        order: id.to_string(),
        number: number.to_owned(),
        step: "redacted".to_owned(),
        detail: String::new(),
    });
    journal::record(tx, Actor::System, Subject::plain("order", id.raw()), &change)
}

fn forget_bodies(tx: &mut Tx, shop: ShopId, key: &str) -> Result<()> {
    let nothing: &[u8] = &[];
    tx.execute(
        "UPDATE shop_events SET body = $3 WHERE shop_id = $1 AND order_key = $2",
        &[shop.into(), key.into(), nothing.into()],
    )?;
    Ok(())
}

/// What is told late of an order that is nobody's is not kept as it came either.
pub(super) fn forget_if_redacted(tx: &mut Tx, shop: ShopId, key: &str) -> Result<()> {
    match write::is_redacted(tx, shop, key)? {
        true => forget_bodies(tx, shop, key),
        false => Ok(()),
    }
}
