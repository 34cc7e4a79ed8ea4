//! Asking shops what changed: what they did not tell is found so, and taken in.
//!
//! Pages are asked for in the order of change, from the place up to which all is known, with a
//! little before it. What is answered goes the same way as what is told.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tend_store::{StoreError, Tx, id, row};

use super::{
    ShopId, ShopKind, apply,
    json::{Unreadable, list, text, time, time_gmt},
    parts::Told,
    shopify, stripe, woocommerce,
};
use crate::{
    Result,
    jobs::{self, Job},
};

id!(GapId, "gap");

/// How often a shop is asked.
pub const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// So much before the last place is asked for again: what is written there late is seen too.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// What changed so lately may still be on its way to us, and is no gap.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(5);
/// How many a page holds, as each shop allows at most.
const OF_SHOPIFY: usize = 250;
const OF_OTHERS: usize = 100;
/// The version of Shopify's API that is spoken.
pub(crate) const VERSION: &str = "2026-07";

/// What a shop is asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub kind: ShopKind,
    pub address: String,
    /// Sealed for [`shops::ACCESS`](super::shops::ACCESS).
    pub access_key: String,
    /// What changed since then.
    pub from: Timestamp,
    pub asked_at: Timestamp,
    /// Nothing is known of it yet: what it says are no gaps.
    pub is_first: bool,
}

row! {
    struct Asked {
        kind: ShopKind,
        address: String,
        access_key: String,
        polled_to: Option<Timestamp>,
        polled_at: Option<Timestamp>,
    }
}

fn minus(at: Timestamp, time: SignedDuration) -> Result<Timestamp> {
    at.checked_sub(time).map_err(|it| StoreError::Failed(it.to_string()).into())
}

/// What is to be asked of a shop; nothing if it is not to be asked.
pub fn begin(tx: &mut Tx, shop: ShopId) -> Result<Option<Question>> {
    let found: Option<Asked> = tx.maybe(
        "SELECT kind, address, access_key, polled_to, polled_at FROM shops
         WHERE id = $1 AND disabled_at IS NULL AND access_key <> '' AND address <> ''",
        &[shop.into()],
    )?;
    let (Some(it), now) = (found, tx.now()) else { return Ok(None) };
    let days = match it.kind {
        ShopKind::Shopify => 60,
        ShopKind::WooCommerce => 365,
        ShopKind::Stripe => 30,
        ShopKind::Webhook | ShopKind::Api => return Ok(None),
    };
    let from = match it.polled_to {
        Some(to) => minus(to, OVERLAP)?,
        None => minus(now, SignedDuration::from_hours(24 * days))?,
    };
    Ok(Some(Question {
        kind: it.kind,
        address: it.address,
        access_key: it.access_key,
        from,
        asked_at: now,
        is_first: it.polled_at.is_none(),
    }))
}

impl Question {
    /// The address of the first page.
    pub fn first(&self) -> String {
        let (at, from) = (&self.address, self.from);
        match self.kind {
            ShopKind::Shopify => format!(
                "{at}/admin/api/{VERSION}/orders.json?status=any&order=updated_at+asc\
                 &limit={OF_SHOPIFY}&updated_at_min={from:.0}"
            ),
            ShopKind::WooCommerce => self.of_woocommerce(from, 1),
            _ => self.of_stripe(None),
        }
    }

    fn of_woocommerce(&self, from: Timestamp, page: i64) -> String {
        format!(
            "{}/wp-json/wc/v3/orders?orderby=modified&order=asc&dates_are_gmt=true\
             &per_page={OF_OTHERS}&page={page}&modified_after={from:.0}",
            self.address
        )
    }

    fn of_stripe(&self, after: Option<&str>) -> String {
        let types: String = stripe::TOPICS.iter().map(|it| format!("&types[]={it}")).collect();
        let after = after.map_or(String::new(), |it| format!("&starting_after={it}"));
        let from = self.from.as_second();
        format!("{}/v1/events?limit={OF_OTHERS}&created[gte]={from}{types}{after}", self.address)
    }
}

/// A page that was read.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// What was told of orders, one after the other.
    pub told: Vec<Told>,
    /// What could not be read: the shop's id of the order.
    pub unread: Vec<String>,
    /// The address of the next page.
    pub next: Option<String>,
    /// All changes up to here have been seen now; nothing while they come in no such order.
    pub seen_to: Option<Timestamp>,
}

/// Reads a page. `asked` is its address, and `link` its header of that name.
///
/// # Errors
/// A sentence, when it is no such page.
pub fn answered(
    question: &Question,
    asked: &str,
    link: Option<&str>,
    body: &[u8],
) -> Result<Answered, Unreadable> {
    let json: Value =
        serde_json::from_slice(body).map_err(|_| "The answer is no JSON.".to_owned())?;
    let asked_at = Some(question.asked_at);
    let rows = match question.kind {
        ShopKind::Shopify => &json["orders"],
        ShopKind::WooCommerce => &json,
        _ => &json["data"],
    };
    let read = |row: &Value| match question.kind {
        ShopKind::Shopify => shopify::order(row, asked_at).map(Some),
        ShopKind::WooCommerce => woocommerce::order(row, asked_at).map(Some),
        _ => stripe::event(row),
    };
    if !rows.is_array() {
        return Err("The answer is not the list that was asked for.".to_owned());
    }
    let mut it = Answered::default();
    for row in list(rows) {
        match read(row) {
            Ok(told) => it.told.extend(told),
            Err(_) => it.unread.push(text(&row["id"])),
        }
    }
    let last = list(rows).last().unwrap_or(&Value::Null);
    match question.kind {
        ShopKind::Shopify => {
            it.next = link.and_then(next_link).filter(|it| same_place(it, &question.address));
            it.seen_to = time(&last["updated_at"]);
        }
        ShopKind::WooCommerce => {
            it.seen_to = time_gmt(&last["date_modified_gmt"]);
            let is_full = list(rows).count() >= OF_OTHERS;
            it.next = it.seen_to.filter(|_| is_full).map(|to| next_page(question, asked, to));
        }
        _ => {
            let more = json["has_more"] == true;
            it.next = more.then(|| question.of_stripe(Some(&text(&last["id"]))));
        }
    }
    Ok(it)
}

/// Pages by number shift when an order changes meanwhile, so the next page begins at the last
/// change; numbers count only within one second.
fn next_page(question: &Question, asked: &str, to: Timestamp) -> String {
    let of = |name: &str| {
        let (_, rest) = asked.split_once(&format!("&{name}="))?;
        Some(rest.split('&').next().unwrap_or_default().to_owned())
    };
    let before: Option<Timestamp> = of("modified_after").and_then(|it| it.parse().ok());
    let from = to.checked_sub(SignedDuration::from_secs(1)).unwrap_or(to);
    match before {
        Some(before) if before.as_second() >= from.as_second() => {
            let page: i64 = of("page").and_then(|it| it.parse().ok()).unwrap_or(1);
            question.of_woocommerce(before, page + 1)
        }
        _ => question.of_woocommerce(from, 1),
    }
}

/// The address with `rel="next"` of a `Link` header.
pub(super) fn next_link(header: &str) -> Option<String> {
    let next = header.split(',').find(|it| it.contains("rel=\"next\""))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}

/// The key goes nowhere but to the shop.
pub(super) fn same_place(url: &str, address: &str) -> bool {
    url.strip_prefix(address).is_some_and(|rest| rest.starts_with('/'))
}

/// Takes in what was answered, and notes what had not been told. Says how many that were.
pub fn take_in(tx: &mut Tx, shop: ShopId, question: &Question, told: &[Told]) -> Result<usize> {
    let late = minus(question.asked_at, ON_ITS_WAY)?;
    let mut gaps = 0;
    for one in told {
        let news = apply::take_in(tx, shop, std::slice::from_ref(one))?;
        if news && !question.is_first && one.at < late {
            gap(tx, shop, &one.order, one.at, Some(question.asked_at))?;
            gaps += 1;
        }
    }
    Ok(gaps)
}

/// Notes an order that could not be read.
pub fn unread(tx: &mut Tx, shop: ShopId, question: &Question, key: &str) -> Result<()> {
    let known: Option<i64> = tx.maybe_scalar(
        "SELECT id FROM shop_gaps WHERE shop_id = $1 AND order_key = $2 AND healed_at IS NULL",
        &[shop.into(), key.into()],
    )?;
    match known {
        Some(_) => Ok(()),
        None => gap(tx, shop, key, question.asked_at, None),
    }
}

fn gap(
    tx: &mut Tx,
    shop: ShopId,
    key: &str,
    changed: Timestamp,
    healed: Option<Timestamp>,
) -> Result<()> {
    let (id, now) = (GapId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO shop_gaps (id, shop_id, order_key, changed_at, found_at, healed_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[id.into(), shop.into(), key.into(), changed.into(), now.into(), healed.into()],
    )?;
    tx.execute(
        "UPDATE shop_gaps SET healed_at = $3
         WHERE shop_id = $1 AND order_key = $2 AND healed_at IS NULL AND CAST($3 AS BIGINT) IS NOT NULL",
        &[shop.into(), key.into(), healed.into()],
    )?;
    Ok(())
}

/// So far all is known: a shop that is asked again after a stop goes on here.
pub fn seen_to(tx: &mut Tx, shop: ShopId, to: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE shops SET polled_to = $2
         WHERE id = $1 AND (polled_to IS NULL OR polled_to < $2)",
        &[shop.into(), to.into()],
    )?;
    Ok(())
}

/// All was answered that was asked.
pub fn done(tx: &mut Tx, shop: ShopId, asked_at: Timestamp) -> Result<()> {
    let now = tx.now();
    seen_to(tx, shop, asked_at)?;
    tx.execute(
        "UPDATE shops SET polled_at = $2, polled_problem = '' WHERE id = $1",
        &[shop.into(), now.into()],
    )?;
    Ok(())
}

/// It could not be asked.
pub fn failed(tx: &mut Tx, shop: ShopId, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE shops SET polled_problem = $2 WHERE id = $1",
        &[shop.into(), crate::fold::one_line(why, 300).into()],
    )?;
    Ok(())
}

fn key(shop: ShopId) -> String {
    format!("ask-shop:{shop}")
}

/// Owes the asking as soon as can be, if the shop is to be asked.
pub(super) fn owe_now(tx: &mut Tx, shop: ShopId) -> Result<()> {
    match begin(tx, shop)? {
        Some(_) => owe(tx, shop, SignedDuration::ZERO),
        None => jobs::cancel(tx, &key(shop)),
    }
}

/// Owes the next asking.
pub fn owe(tx: &mut Tx, shop: ShopId, pause: SignedDuration) -> Result<()> {
    let due = tx.now().checked_add(pause).map_err(|it| StoreError::Failed(it.to_string()))?;
    jobs::once(tx, due, &key(shop), &Job::AskShop { shop: shop.to_string() }).map(drop)
}
