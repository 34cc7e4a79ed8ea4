//! Where orders come from: a shop each, with the secret that it signs with and the key with which
//! it is asked.

use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx, id, row};

use super::{ShopKind, asking};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{invalid, not_found, refused},
    journal::{self, Change, ShopSaved, Subject},
};

id!(ShopId, "shp");

/// What secrets of shops are sealed for.
pub const SECRET: &str = "shop secret";
/// What keys to shops are sealed for.
pub const ACCESS: &str = "shop access";

/// After another took its place, a secret is taken for so long: a shop may sign with it for an
/// hour, and what is tried again was signed before.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// So often a refusal is noted at most.
const NOTED_EACH: SignedDuration = SignedDuration::from_mins(1);
/// How many there may be.
const MOST: i64 = 100;

row! {
    /// A shop.
    #[derive(PartialEq)]
    pub struct Shop {
        pub id: ShopId,
        pub name: String,
        pub kind: ShopKind,
        /// Where it is asked; empty if it can't be.
        pub address: String,
        pub created_at: Timestamp,
        /// Since when nothing is taken from it.
        pub disabled_at: Option<Timestamp>,
        /// Until when the secret before is taken too.
        pub old_secret_until: Option<Timestamp>,
        /// Whether there is a secret that its messages are signed with.
        pub has_secret: bool,
        /// Whether there is a key with which it is asked.
        pub has_access: bool,
        /// When a message of it was last refused, to the minute, and why.
        pub refused_at: Option<Timestamp>,
        pub refusal: String,
        /// All its changes up to here were asked for.
        pub polled_to: Option<Timestamp>,
        /// When it last answered all that it was asked.
        pub polled_at: Option<Timestamp>,
        /// Why it could not be asked since then; empty if it could.
        pub polled_problem: String,
    }
}

impl Shop {
    /// Whether it is asked what changed.
    pub fn is_asked(&self) -> bool {
        self.has_access && !self.address.is_empty() && self.disabled_at.is_none()
    }
}

const SELECT: &str = "SELECT id, name, kind, address, created_at, disabled_at, old_secret_until,
        secret <> '' AS has_secret, access_key <> '' AS has_access, refused_at, refusal, polled_to, polled_at, polled_problem
    FROM shops";

/// A shop to be connected. Secrets are sealed outside of the transaction.
#[derive(Clone, Debug)]
pub struct NewShop {
    pub name: String,
    pub kind: ShopKind,
    /// May be empty.
    pub address: String,
    /// Sealed for [`SECRET`]; empty for the kind `api`, which has none, and for Stripe's until it is
    /// known.
    pub secret: String,
    /// Sealed for [`ACCESS`]; empty if it is not to be asked.
    pub access_key: String,
}

/// What shall be different; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ShopChange {
    pub name: Option<String>,
    pub address: Option<String>,
    /// Sealed for [`ACCESS`]; empty: it is not asked any more.
    pub access_key: Option<String>,
}

/// A shop, also a disabled one.
pub fn find(tx: &mut Tx, me: &Me, id: ShopId) -> Result<Shop> {
    me.require(Permission::ShopsManage)?;
    fetch(tx, id)
}

pub(super) fn fetch(tx: &mut Tx, id: ShopId) -> Result<Shop> {
    tx.maybe(&format!("{SELECT} WHERE id = $1"), &[id.into()])?.ok_or(not_found("shop"))
}

/// A shop, for work that nobody asks for by hand.
pub(crate) fn by_system(tx: &mut Tx, id: ShopId) -> Result<Shop> {
    fetch(tx, id)
}

/// Where a shop is asked, and with which key, sealed for [`ACCESS`]; nothing if it can't be.
pub(crate) fn key_of(tx: &mut Tx, id: ShopId) -> Result<Option<(String, String)>> {
    row! {
        struct Place {
            address: String,
            access_key: String,
        }
    }
    let found: Option<Place> = tx.maybe(
        "SELECT address, access_key FROM shops
         WHERE id = $1 AND disabled_at IS NULL AND access_key <> '' AND address <> ''",
        &[id.into()],
    )?;
    Ok(found.map(|it| (it.address, it.access_key)))
}

/// All of them, in the order in which they were connected.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Shop>> {
    me.require(Permission::ShopsManage)?;
    Ok(tx.rows(&format!("{SELECT} ORDER BY id"), &[])?)
}

/// Whether orders can come from anywhere: who sells nothing in shops needs no page of them.
pub fn is_any(tx: &mut Tx) -> Result<bool> {
    let found: Option<ShopId> = tx.maybe_scalar("SELECT id FROM shops LIMIT 1", &[])?;
    Ok(found.is_some())
}

/// Connects a shop.
pub fn create(tx: &mut Tx, me: &Me, new: &NewShop) -> Result<ShopId> {
    me.require(Permission::ShopsManage)?;
    let name = fields::name(&new.name)?;
    let address = address(new.kind, &new.address)?;
    // Stripe tells its secret once it knows where to send.
    if new.secret.is_empty() && !matches!(new.kind, ShopKind::Api | ShopKind::Stripe) {
        return Err(invalid("secret", "Enter the secret with which the shop signs."));
    }
    let id = insert(tx, me, &name, new.kind)?;
    tx.execute(
        "UPDATE shops SET address = $2, secret = $3, access_key = $4 WHERE id = $1",
        &[id.into(), address.into(), new.secret.as_str().into(), new.access_key.as_str().into()],
    )?;
    asking::owe_now(tx, id)?;
    Ok(id)
}

fn insert(tx: &mut Tx, me: &Me, name: &str, kind: ShopKind) -> Result<ShopId> {
    let count: i64 = tx.scalar("SELECT count(*) FROM shops", &[])?;
    if count >= MOST {
        return Err(refused(format!("There are {MOST} shops already.")));
    }
    let (id, now) = (ShopId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO shops (id, name, kind, created_at) VALUES ($1, $2, $3, $4)",
        &[id.into(), name.into(), kind.into(), now.into()],
    )?;
    record(tx, me, id, name, "connected")?;
    Ok(id)
}

/// The sources of a kind that are in use, by name.
pub(super) fn of_kind(tx: &mut Tx, kind: ShopKind) -> Result<Vec<(ShopId, String)>> {
    let sql = format!("{SELECT} WHERE kind = $1 AND disabled_at IS NULL ORDER BY id");
    let all: Vec<Shop> = tx.rows(&sql, &[kind.into()])?;
    Ok(all.into_iter().map(|it| (it.id, it.name)).collect())
}

/// The place of orders that name none, if there is one yet.
pub(super) fn api(tx: &mut Tx) -> Result<Option<ShopId>> {
    Ok(of_kind(tx, ShopKind::Api)?.first().map(|it| it.0))
}

/// The place of orders that programs record and that name none.
pub(super) fn of_api(tx: &mut Tx, me: &Me) -> Result<Shop> {
    let sql = format!("{SELECT} WHERE kind = 'api' AND disabled_at IS NULL ORDER BY id LIMIT 1");
    match tx.maybe(&sql, &[])? {
        Some(it) => Ok(it),
        None => {
            let id = insert(tx, me, "API", ShopKind::Api)?;
            fetch(tx, id)
        }
    }
}

/// Changes what it is called, where it is asked, and with which key.
pub fn change(tx: &mut Tx, me: &Me, id: ShopId, to: &ShopChange) -> Result<()> {
    let it = find(tx, me, id)?;
    let name = to.name.as_deref().map_or(Ok(it.name.clone()), fields::name)?;
    let address =
        to.address.as_deref().map_or(Ok(it.address.clone()), |to| address(it.kind, to))?;
    tx.execute(
        "UPDATE shops SET name = $2, address = $3 WHERE id = $1",
        &[id.into(), name.as_str().into(), address.into()],
    )?;
    if let Some(key) = &to.access_key {
        tx.execute(
            "UPDATE shops SET access_key = $2 WHERE id = $1",
            &[id.into(), key.as_str().into()],
        )?;
    }
    asking::owe_now(tx, id)?;
    record(tx, me, id, &name, "changed")
}

/// Gives it another secret, sealed for [`SECRET`]. The one before is taken for a day more.
pub fn rotate(tx: &mut Tx, me: &Me, id: ShopId, secret: &str) -> Result<()> {
    let it = find(tx, me, id)?;
    if it.kind == ShopKind::Api {
        return Err(refused("Programs come with tokens here. There is no secret."));
    }
    let until = tx.now().checked_add(GRACE).map_err(|it| StoreError::Failed(it.to_string()))?;
    tx.execute(
        "UPDATE shops SET old_secret = secret, old_secret_until = $3, secret = $2 WHERE id = $1",
        &[id.into(), secret.into(), until.into()],
    )?;
    record(tx, me, id, &it.name, "secret")
}

/// Takes nothing more from it; its orders stay. Doing it twice is doing it once.
pub fn disable(tx: &mut Tx, me: &Me, id: ShopId) -> Result<()> {
    let it = find(tx, me, id)?;
    if it.disabled_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("UPDATE shops SET disabled_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, me, id, &it.name, "disabled")
}

/// Takes from it again. Doing it twice is doing it once.
pub fn enable(tx: &mut Tx, me: &Me, id: ShopId) -> Result<()> {
    let it = find(tx, me, id)?;
    if it.disabled_at.is_none() {
        return Ok(());
    }
    tx.execute("UPDATE shops SET disabled_at = NULL WHERE id = $1", &[id.into()])?;
    asking::owe_now(tx, id)?;
    record(tx, me, id, &it.name, "enabled")
}

pub(super) fn record(tx: &mut Tx, me: &Me, id: ShopId, name: &str, how: &str) -> Result<()> {
    let change = Change::ShopSaved(ShopSaved { name: name.to_owned(), how: how.to_owned() });
    journal::record(tx, Actor::Agent(me.id), Subject::plain("shop", id.raw()), &change)
}

/// Where a shop is asked: `kestrel.myshopify.com` is `https://kestrel.myshopify.com`. Stripe is
/// always at one place, unless another is named.
fn address(kind: ShopKind, text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let wrong =
        || invalid("address", "Write the address of the shop, such as https://kestrel.example.");
    match (kind, text) {
        (ShopKind::Stripe, "") => Ok("https://api.stripe.com".to_owned()),
        (_, "") => Ok(String::new()),
        (_, text)
            if text.len() > 300
                || text.contains(|it: char| it.is_whitespace() || "?#@".contains(it)) =>
        {
            Err(wrong())
        }
        (_, text) if text.starts_with("https://") || text.starts_with("http://") => {
            Ok(text.to_owned())
        }
        (_, text) if text.contains("://") || !text.contains('.') => Err(wrong()),
        (_, text) => Ok(format!("https://{text}")),
    }
}

row! {
    struct Sealed {
        kind: ShopKind,
        secret: String,
        old_secret: String,
        old_secret_until: Option<Timestamp>,
        refused_at: Option<Timestamp>,
    }
}

/// What a shop's messages are believed by.
#[derive(Clone, Debug)]
pub struct Listening {
    pub kind: ShopKind,
    /// Sealed for [`SECRET`]: the one of now, and the one before while it is taken.
    pub secrets: Vec<String>,
    /// A refusal was noted less than a minute ago: another one need not be.
    pub refused_of_late: bool,
}

/// By what a message to this shop is believed; nothing if there is none that takes messages.
pub fn listening(tx: &mut Tx, id: ShopId) -> Result<Option<Listening>> {
    let now = tx.now();
    let found: Option<Sealed> = tx.maybe(
        "SELECT kind, secret, old_secret, old_secret_until, refused_at FROM shops
         WHERE id = $1 AND disabled_at IS NULL AND kind <> 'api'",
        &[id.into()],
    )?;
    Ok(found.map(|it| {
        let old = it.old_secret_until.is_some_and(|until| until > now).then_some(it.old_secret);
        let secrets = std::iter::once(it.secret).chain(old).filter(|it| !it.is_empty());
        let of_late = |at: Timestamp| now.duration_since(at) <= NOTED_EACH;
        let refused_of_late = it.refused_at.is_some_and(of_late);
        Listening { kind: it.kind, secrets: secrets.collect(), refused_of_late }
    }))
}

/// Notes that a message was refused; at most once a minute, so that nobody keeps us busy.
pub fn refuse(tx: &mut Tx, id: ShopId, why: &str) -> Result<()> {
    let now = tx.now();
    let before = now.checked_sub(NOTED_EACH).map_err(|it| StoreError::Failed(it.to_string()))?;
    tx.execute(
        "UPDATE shops SET refused_at = $2, refusal = $3
         WHERE id = $1 AND (refused_at IS NULL OR refused_at < $4)",
        &[id.into(), now.into(), why.into(), before.into()],
    )?;
    Ok(())
}
