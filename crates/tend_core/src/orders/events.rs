//! What shops sent: kept as it came before it is acknowledged, read by a job, and shown to who
//! looks after the shop.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tend_store::{StoreError, Tx, id, row};

use super::{
    Heard, ShopId, ShopKind, Wish, apply, domain,
    json::{seconds, text, time_gmt},
    privacy, read,
    shops::{self, fetch},
    signature::Headers,
    stock,
};
use crate::{
    Result,
    agents::{Me, Permission},
    error::not_found,
    fold,
    jobs::{self, Job},
    page::{Cursor, Page},
    secrets::fingerprint_bytes,
};

id!(EventId, "sev");

/// A larger message is refused. Bytes.
pub const LARGEST: usize = 1024 * 1024;
/// For so long what was read is kept as it came, so that it can be read again. Days.
pub const KEPT: i64 = 30;

/// A message that was found to be signed.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub topic: String,
    pub body: Vec<u8>,
    /// When it happened, as the shop says.
    pub sent_at: Option<Timestamp>,
    /// By what the shop knows it again, if it can be relied on.
    pub key: Option<String>,
    /// Of which shop it says to be, `kestrel.myshopify.com`; empty if it does not say.
    pub domain: String,
}

impl Arrived {
    /// What the head of a message, and the little of its body that every message has, say of it.
    pub fn read(kind: ShopKind, headers: Headers<'_>, body: Vec<u8>) -> Self {
        let header = |name: &str| headers(name).unwrap_or_default();
        let json = || serde_json::from_slice::<Value>(&body).unwrap_or(Value::Null);
        let own = |text: String| Some(text).filter(|it| !it.is_empty());
        let (topic, sent_at, key) = match kind {
            ShopKind::Shopify => {
                let at = header("x-shopify-triggered-at").parse().ok();
                (header("x-shopify-topic"), at, own(header("x-shopify-webhook-id")))
            }
            // Its delivery id is the same for all that it sends within a second.
            ShopKind::WooCommerce => {
                let at = time_gmt(&json()["date_modified_gmt"]);
                (header("x-wc-webhook-topic"), at, None)
            }
            ShopKind::Stripe => {
                let it = json();
                (text(&it["type"]), seconds(&it["created"]), own(text(&it["id"])))
            }
            ShopKind::Webhook | ShopKind::Api => {
                let at = header("webhook-timestamp").parse().ok();
                let at = at.and_then(|it| Timestamp::from_second(it).ok());
                ("order".to_owned(), at, own(header("webhook-id")))
            }
        };
        let domain = match kind {
            ShopKind::Shopify => header("x-shopify-shop-domain").trim().to_lowercase(),
            _ => String::new(),
        };
        Self { topic, body, sent_at, key, domain }
    }
}

/// Keeps a message as it came, and owes its reading. Says whether it was new: the same again does
/// nothing.
pub fn take_in(tx: &mut Tx, shop: ShopId, it: &Arrived) -> Result<bool> {
    let (id, now) = (EventId::new(tx), tx.now());
    // WooCommerce gives one id to all that it sends within a second: what it says tells them apart.
    let key = match &it.key {
        Some(key) => format!("{}:{}", it.topic, fold::shorten(key, 200)),
        None => format!("{}:{}", it.topic, fingerprint_bytes(&it.body)),
    };
    let kept = tx.execute(
        "INSERT INTO shop_events (id, shop_id, dedup_key, topic, body, sent_at, received_at, state,
             shop_domain)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8) ON CONFLICT (shop_id, dedup_key) DO NOTHING",
        &[
            id.into(),
            shop.into(),
            key.into(),
            fold::one_line(&it.topic, 100).into(),
            it.body.as_slice().into(),
            it.sent_at.into(),
            now.into(),
            fold::one_line(&it.domain, 255).into(),
        ],
    )?;
    if kept > 0 {
        jobs::now(tx, &Job::ReadShopEvent { event: id.to_string() })?;
    }
    Ok(kept > 0)
}

row! {
    struct Waiting {
        shop_id: ShopId,
        kind: ShopKind,
        topic: String,
        body: Vec<u8>,
        received_at: Timestamp,
        state: String,
        shop_domain: String,
    }
}

/// Reads a message that waits, and does what it says. What can't be read says why, and waits for
/// somebody to have it read again.
pub fn read_one(tx: &mut Tx, id: EventId) -> Result<()> {
    let it: Option<Waiting> = tx.maybe(
        "SELECT shop_id, shops.kind, topic, body, received_at, state, shop_domain
         FROM shop_events JOIN shops ON shops.id = shop_id WHERE shop_events.id = $1",
        &[id.into()],
    )?;
    let it = it.ok_or(not_found("message"))?;
    if it.state != "waiting" {
        return Ok(());
    }
    let heard = match read(it.kind, &it.topic, &it.body, it.received_at) {
        Ok(heard) => heard,
        Err(why) => return settle(tx, id, "failed", &why, ""),
    };
    match heard {
        Heard::Told(told) => {
            // It was acknowledged all the same: what is refused comes again eight times, and then
            // Shopify switches the webhook off that the other shop needs.
            if let Some(why) = domain::of_another(tx, it.shop_id, &it.shop_domain)? {
                shops::refuse(tx, it.shop_id, &why)?;
                return settle(tx, id, "ignored", &why, "");
            }
            let key = told.first().map_or(String::new(), |it| it.order.clone());
            apply::take_in(tx, it.shop_id, &told)?;
            settle(tx, id, "done", "", &key)?;
            privacy::forget_if_redacted(tx, it.shop_id, &key)
        }
        Heard::Ignored(why) => settle(tx, id, "ignored", &why, ""),
        Heard::Privacy { domain, wish } => match privacy::meant(tx, it.shop_id, &domain)? {
            privacy::Meant::This => obey(tx, id, it.shop_id, &wish),
            privacy::Meant::Another(why) => settle(tx, id, "ignored", &why, ""),
            privacy::Meant::Unknown(why) => settle(tx, id, "failed", &why, ""),
        },
    }
}

fn obey(tx: &mut Tx, id: EventId, shop: ShopId, wish: &Wish) -> Result<()> {
    match wish {
        Wish::Tell(person) => {
            privacy::data_request(tx, shop, person)?;
            forget(tx, id, "A request for what is known of a customer: it stands below.")
        }
        Wish::Forget(person) => {
            privacy::customer_redact(tx, shop, person)?;
            forget(tx, id, "Who the customer was is erased from the orders.")
        }
        Wish::ForgetAll => match privacy::shop_redact(tx, shop)? {
            true => forget(tx, id, "Who the customers were is erased from all orders."),
            // There is more: it goes on in another step.
            false => jobs::now(tx, &Job::ReadShopEvent { event: id.to_string() }).map(drop),
        },
    }
}

fn settle(tx: &mut Tx, id: EventId, state: &str, note: &str, key: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE shop_events SET state = $2, note = $3, order_key = $4, read_at = $5 WHERE id = $1",
        &[id.into(), state.into(), fold::one_line(note, 500).into(), key.into(), now.into()],
    )?;
    Ok(())
}

/// Settles a message about a person, and keeps nothing of what it said.
fn forget(tx: &mut Tx, id: EventId, note: &str) -> Result<()> {
    settle(tx, id, "done", note, "")?;
    let nothing: &[u8] = &[];
    tx.execute("UPDATE shop_events SET body = $2 WHERE id = $1", &[id.into(), nothing.into()])?;
    Ok(())
}

row! {
    /// A message, as it is listed.
    #[derive(PartialEq)]
    pub struct Event {
        pub id: EventId,
        pub topic: String,
        pub sent_at: Option<Timestamp>,
        pub received_at: Timestamp,
        /// `waiting`, `done`, `ignored` or `failed`.
        pub state: String,
        pub note: String,
        /// Whether it is still kept as it came.
        pub is_kept: bool,
    }
}

/// What a shop sent, the newest first; of one state if that is asked for.
pub fn list(
    tx: &mut Tx,
    me: &Me,
    shop: ShopId,
    state: Option<&str>,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Event>> {
    me.require(Permission::ShopsManage)?;
    let (key, id) = from.map_or((i64::MAX, i64::MAX), |it| (it.key, it.id));
    let found: Vec<Event> = tx.rows(
        "SELECT id, topic, sent_at, received_at, state, note, length(body) > 0 AS is_kept
         FROM shop_events WHERE shop_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2)
             AND (received_at < $3 OR (received_at = $3 AND id < $4))
         ORDER BY received_at DESC, id DESC LIMIT $5",
        &[shop.into(), state.into(), key.into(), id.into(), (limit + 1).into()],
    )?;
    let key = |it: &Event| Cursor { key: it.received_at.as_microsecond(), id: it.id.raw() };
    Ok(Page::of(found, limit, key))
}

/// Has a message that was read, or could not be, read again.
pub fn replay(tx: &mut Tx, me: &Me, id: EventId) -> Result<ShopId> {
    me.require(Permission::ShopsManage)?;
    let shop: Option<ShopId> = tx.maybe_scalar(
        "SELECT shop_id FROM shop_events WHERE id = $1 AND length(body) > 0",
        &[id.into()],
    )?;
    let shop = shop.ok_or(not_found("message"))?;
    tx.execute("UPDATE shop_events SET state = 'waiting', note = '' WHERE id = $1", &[id.into()])?;
    jobs::now(tx, &Job::ReadShopEvent { event: id.to_string() })?;
    Ok(shop)
}

/// How a shop is.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    pub shop: shops::Shop,
    /// When its last message came.
    pub heard_at: Option<Timestamp>,
    /// How long that one was on its way, as far as the shop says when it was sent.
    pub lag: Option<SignedDuration>,
    pub waiting: i64,
    pub failed: i64,
    /// Orders that changed without a word of it.
    pub gaps: i64,
    /// Of them, those that were taken in since.
    pub healed: i64,
    /// The newest of them.
    pub last_gap: Option<Timestamp>,
    /// So many changes were found by asking since its last message, which is longer ago than an
    /// hour: its webhook is switched off, or leads elsewhere. Nothing while it tells.
    pub silent: Option<i64>,
    pub stock: stock::Standing,
    pub orders: i64,
}

/// After so many changes that it did not tell a shop counts as silent: one or two are lost by
/// themselves.
const SILENT: i64 = 3;
const SILENT_FOR: SignedDuration = SignedDuration::from_hours(1);

/// How many changes were found since its last message, if they are enough to say that none come.
fn silent(tx: &mut Tx, shop: ShopId, heard: Option<Timestamp>) -> Result<Option<i64>> {
    let since = heard.unwrap_or(Timestamp::UNIX_EPOCH);
    if tx.now().duration_since(since) < SILENT_FOR {
        return Ok(None);
    }
    let n: i64 = tx.scalar(
        "SELECT count(*) FROM shop_gaps WHERE shop_id = $1 AND found_at > $2 AND changed_at > $2",
        &[shop.into(), since.into()],
    )?;
    Ok(Some(n).filter(|it| *it >= SILENT))
}

row! {
    struct Newest {
        received_at: Timestamp,
        sent_at: Option<Timestamp>,
    }
}

row! {
    struct Gaps {
        gaps: i64,
        healed: i64,
        last: Option<Timestamp>,
    }
}

/// How it stands with a shop.
pub fn health(tx: &mut Tx, me: &Me, shop: ShopId) -> Result<Health> {
    me.require(Permission::ShopsManage)?;
    let it = fetch(tx, shop)?;
    // What another shop says is no sign of this one.
    let own = domain::own(tx, shop)?;
    let own = if domain::is_shopifys(&own) { own } else { String::new() };
    let newest: Option<Newest> = tx.maybe(
        "SELECT received_at, sent_at FROM shop_events
         WHERE shop_id = $1 AND (shop_domain IN ('', $2) OR $2 = '')
         ORDER BY received_at DESC, id DESC LIMIT 1",
        &[shop.into(), own.into()],
    )?;
    let sql = "SELECT count(*) FROM shop_events WHERE shop_id = $1 AND state = $2";
    let gaps: Gaps = tx.one(
        "SELECT count(*) AS gaps, count(healed_at) AS healed, MAX(found_at) AS last
         FROM shop_gaps WHERE shop_id = $1",
        &[shop.into()],
    )?;
    let silent = silent(tx, shop, newest.as_ref().map(|it| it.received_at))?;
    let lag = |it: &Newest| it.sent_at.map(|sent| it.received_at.duration_since(sent));
    Ok(Health {
        heard_at: newest.as_ref().map(|it| it.received_at),
        lag: newest.as_ref().and_then(lag).map(|it| it.max(SignedDuration::ZERO)),
        waiting: tx.scalar(sql, &[shop.into(), "waiting".into()])?,
        failed: tx.scalar(sql, &[shop.into(), "failed".into()])?,
        gaps: gaps.gaps,
        healed: gaps.healed,
        last_gap: gaps.last,
        silent,
        stock: stock::standing(tx, shop)?,
        orders: tx.scalar("SELECT count(*) FROM orders WHERE shop_id = $1", &[shop.into()])?,
        shop: it,
    })
}

/// Lets go of what was read long ago; how many messages went.
pub(crate) fn sweep(tx: &mut Tx) -> Result<u64> {
    let before = tx
        .now()
        .checked_sub(SignedDuration::from_hours(24 * KEPT))
        .map_err(|it| StoreError::Failed(it.to_string()))?;
    Ok(tx.execute(
        "DELETE FROM shop_events WHERE received_at < $1 AND state IN ('done', 'ignored', 'failed')",
        &[before.into()],
    )?)
}
