//! Where events come from: a website, an app, a server, each with a key of its own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tend_store::{FromValue, StoreError, Tx, Value, id, row};

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{not_found, refused},
    journal::{self, Change, Subject},
};

id!(SourceId, "src");

/// After another took its place, a key is taken for so long: pages that are open have it still.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// How many there may be.
const MOST: i64 = 200;

/// Who can know the key, and so how far its claims are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// Anybody: it stands in a web page or an app. Its events count, and its claims are shown as
    /// claims; it changes nobody whom somebody else has vouched for.
    Browser,
    /// Our own servers. What they say of users and accounts is believed.
    Server,
}

impl Trust {
    pub const ALL: [Self; 2] = [Self::Browser, Self::Server];

    /// The word in tables and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Server => "server",
        }
    }
}

impl std::str::FromStr for Trust {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("A source is used in browsers (browser) or on servers (server).")
    }
}

impl FromValue for Trust {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

row! {
    /// A source.
    pub struct Source {
        pub id: SourceId,
        pub name: String,
        /// `tracking`.
        pub kind: String,
        pub trust: Trust,
        /// The last four characters of its newest key.
        pub hint: String,
        pub created_at: Timestamp,
        /// Since when nothing is taken from it.
        pub disabled_at: Option<Timestamp>,
        /// Until when the key before is taken too.
        pub old_key_until: Option<Timestamp>,
        /// When the last request came that was counted.
        pub heard_at: Option<Timestamp>,
    }
}

const SELECT: &str = "SELECT sources.id, name, kind, trust, sources.created_at, disabled_at,
        COALESCE((SELECT hint FROM source_keys WHERE source_id = sources.id AND ends_at IS NULL), '')
            AS hint,
        (SELECT MAX(ends_at) FROM source_keys WHERE source_id = sources.id AND ends_at > $1)
            AS old_key_until,
        heard_at
    FROM sources";

/// A source to be made; the text of its key is made outside of the transaction and shown once.
#[derive(Clone, Debug)]
pub struct NewSource {
    pub name: String,
    pub trust: Trust,
    pub fingerprint: String,
    pub hint: String,
}

/// A source, also a disabled one.
pub fn find(tx: &mut Tx, me: &Me, id: SourceId) -> Result<Source> {
    me.require(Permission::SourcesManage)?;
    let now = tx.now();
    tx.maybe(&format!("{SELECT} WHERE sources.id = $2"), &[now.into(), id.into()])?
        .ok_or(not_found("source"))
}

/// All of them, in the order in which they were made.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Source>> {
    me.require(Permission::SourcesManage)?;
    let now = tx.now();
    Ok(tx.rows(&format!("{SELECT} ORDER BY sources.id"), &[now.into()])?)
}

/// Makes a source.
pub fn create(tx: &mut Tx, me: &Me, new: &NewSource) -> Result<SourceId> {
    me.require(Permission::SourcesManage)?;
    let (id, now, name) = (SourceId::new(tx), tx.now(), fields::name(&new.name)?);
    let count: i64 = tx.scalar("SELECT count(*) FROM sources", &[])?;
    if count >= MOST {
        return Err(refused(format!("There are {MOST} sources already. Use one of them.")));
    }
    tx.execute(
        "INSERT INTO sources (id, name, kind, trust, created_at)
         VALUES ($1, $2, 'tracking', $3, $4)",
        &[id.into(), name.as_str().into(), new.trust.word().into(), now.into()],
    )?;
    keep_key(tx, id, &new.fingerprint, &new.hint)?;
    record(tx, me, id, &Change::SourceCreated { name })?;
    Ok(id)
}

/// Changes what it is called, and how far it is believed.
pub fn change(
    tx: &mut Tx,
    me: &Me,
    id: SourceId,
    name: Option<&str>,
    trust: Option<Trust>,
) -> Result<()> {
    let before = find(tx, me, id)?;
    let name = name.map_or(Ok(before.name.clone()), fields::name)?;
    let trust = trust.unwrap_or(before.trust);
    if name == before.name && trust == before.trust {
        return Ok(());
    }
    tx.execute(
        "UPDATE sources SET name = $2, trust = $3 WHERE id = $1",
        &[id.into(), name.as_str().into(), trust.word().into()],
    )?;
    record(tx, me, id, &Change::SourceChanged { name })
}

/// Gives it another key. The one before is taken for a day more, so that nothing is lost while
/// the new one is brought to where it is used.
pub fn rotate(tx: &mut Tx, me: &Me, id: SourceId, fingerprint: &str, hint: &str) -> Result<()> {
    let it = find(tx, me, id)?;
    let now = tx.now();
    let until = now.checked_add(GRACE).map_err(|it| StoreError::Failed(it.to_string()))?;
    tx.execute(
        "UPDATE source_keys SET ends_at = $2 WHERE source_id = $1 AND ends_at IS NULL",
        &[id.into(), until.into()],
    )?;
    keep_key(tx, id, fingerprint, hint)?;
    record(tx, me, id, &Change::SourceKeyMade { name: it.name })
}

/// Takes nothing more from it; what it sent stays. Doing it twice is doing it once.
pub fn disable(tx: &mut Tx, me: &Me, id: SourceId) -> Result<()> {
    let it = find(tx, me, id)?;
    if it.disabled_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("UPDATE sources SET disabled_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, me, id, &Change::SourceDisabled { name: it.name })
}

/// Takes events from it again. Doing it twice is doing it once.
pub fn enable(tx: &mut Tx, me: &Me, id: SourceId) -> Result<()> {
    let it = find(tx, me, id)?;
    if it.disabled_at.is_none() {
        return Ok(());
    }
    tx.execute("UPDATE sources SET disabled_at = NULL WHERE id = $1", &[id.into()])?;
    record(tx, me, id, &Change::SourceEnabled { name: it.name })
}

/// Whose key this is, if it counts.
pub fn by_key_hash(tx: &mut Tx, hash: &str) -> Result<Option<SourceId>> {
    let now = tx.now();
    Ok(tx.maybe_scalar(
        "SELECT sources.id FROM source_keys JOIN sources ON sources.id = source_keys.source_id
         WHERE key_hash = $1 AND (ends_at IS NULL OR ends_at > $2) AND disabled_at IS NULL",
        &[hash.into(), now.into()],
    )?)
}

fn keep_key(tx: &mut Tx, id: SourceId, fingerprint: &str, hint: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO source_keys (key_hash, source_id, hint, created_at) VALUES ($1, $2, $3, $4)",
        &[fingerprint.into(), id.into(), hint.into(), now.into()],
    )?;
    Ok(())
}

fn record(tx: &mut Tx, me: &Me, id: SourceId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(me.id), Subject::plain("source", id.raw()), change)
}
