use tend_store::{Tx, id};

use super::pack;
use crate::Result;

id!(BatchId, "ubt");

/// A request that was read and found good.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Of its key.
    pub key_hash: String,
    /// `batch`, or the word of a [`Call`](super::wire::Call).
    pub call: &'static str,
    pub events: usize,
    body: Vec<u8>,
}

impl Incoming {
    /// Packs the JSON, outside of the write.
    pub fn new(key_hash: String, call: &'static str, events: usize, json: &[u8]) -> Self {
        Self { key_hash, call, events, body: pack::pack(json) }
    }
}

/// Writes a request down as it came. `None`: there is no such key, or its source was disabled.
/// Nobody need be told: the roller looks by itself.
pub fn take_in(tx: &mut Tx, it: &Incoming) -> Result<Option<BatchId>> {
    let Some(source) = super::sources::by_key_hash(tx, &it.key_hash)? else { return Ok(None) };
    let (id, now) = (BatchId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO usage_batches (id, source_id, received_at, call, events, waits, body)
         VALUES ($1, $2, $3, $4, $5, TRUE, $6)",
        &[
            id.into(),
            source.into(),
            now.into(),
            it.call.into(),
            it.events.into(),
            it.body.as_slice().into(),
        ],
    )?;
    Ok(Some(id))
}
