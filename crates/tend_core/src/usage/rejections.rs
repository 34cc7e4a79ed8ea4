use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{SourceId, wire::Rejected};
use crate::{
    Result,
    agents::{Me, Permission},
    page::{Cursor, Page},
};

row! {
    /// An event that could not be taken.
    pub struct Rejection {
        pub id: i64,
        pub source_id: SourceId,
        pub source: String,
        pub received_at: Timestamp,
        /// Its type, as it said.
        pub call: String,
        pub event: String,
        /// A whole sentence.
        pub reason: String,
        /// The start of it, as it came.
        pub sample: String,
    }
}

pub(super) fn keep(tx: &mut Tx, source: SourceId, at: Timestamp, it: &Rejected) -> Result<()> {
    let id = tx.next_id();
    tx.execute(
        "INSERT INTO usage_rejections (id, source_id, received_at, call, event, reason, sample)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            source.into(),
            at.into(),
            it.call.as_str().into(),
            it.event.as_str().into(),
            it.reason.as_ref().into(),
            it.sample.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Notes that a whole request could not be taken; nothing, if its key is of no source.
pub fn refuse(tx: &mut Tx, key_hash: &str, call: &str, reason: &'static str) -> Result<()> {
    let Some(source) = super::sources::by_key_hash(tx, key_hash)? else { return Ok(()) };
    let it = Rejected {
        call: call.to_owned(),
        event: String::new(),
        message_id: String::new(),
        reason: reason.into(),
        sample: String::new(),
    };
    let now = tx.now();
    keep(tx, source, now, &it)
}

/// The events that could not be taken, the newest first.
pub fn rejections(
    tx: &mut Tx,
    me: &Me,
    source: Option<SourceId>,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page<Rejection>> {
    me.require(Permission::SourcesManage)?;
    let (key, id) = after.map_or((i64::MAX, i64::MAX), |it| (it.key, it.id));
    let found: Vec<Rejection> = tx.rows(
        "SELECT usage_rejections.id, source_id, sources.name AS source, received_at, call, event,
                reason, sample
         FROM usage_rejections JOIN sources ON sources.id = source_id
         WHERE (received_at < $1 OR (received_at = $1 AND usage_rejections.id < $2))
             AND (CAST($3 AS BIGINT) IS NULL OR source_id = $3)
         ORDER BY received_at DESC, usage_rejections.id DESC LIMIT $4",
        &[key.into(), id.into(), source.into(), (limit + 1).into()],
    )?;
    let key = |it: &Rejection| Cursor { key: it.received_at.as_microsecond(), id: it.id };
    Ok(Page::of(found, limit, key))
}
