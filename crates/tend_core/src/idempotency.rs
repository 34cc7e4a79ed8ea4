//! A key that a caller gives to a request, so that asking again does not do it again.
//!
//! The key, what was asked and what was answered are written in the transaction of the
//! change itself: either all of it is there, or none.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx, row};

use crate::{
    Result,
    error::{conflict, invalid},
};

/// How long an answer is remembered.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

row! {
    /// What was answered the first time.
    #[derive(PartialEq)]
    pub struct Answer {
        /// Of HTTP.
        pub status: i64,
        /// JSON.
        pub answer: String,
    }
}

row! {
    struct Known {
        request_hash: String,
        status: Option<i64>,
        answer: String,
        created_at: jiff::Timestamp,
    }
}

/// The answer that was given to this key before, if there was one.
///
/// # Errors
/// A key that was used for something else is refused.
pub fn before(tx: &mut Tx, owner: &str, key: &str, request: &str) -> Result<Option<Answer>> {
    if key.is_empty() || key.len() > 200 {
        return Err(invalid("Idempotency-Key", "A key has 1 to 200 characters."));
    }
    let known: Option<Known> = tx.maybe(
        "SELECT request_hash, status, answer, created_at FROM idempotency_keys
         WHERE owner = $1 AND name = $2",
        &[owner.into(), key.into()],
    )?;
    let Some(known) = known else {
        return Ok(None);
    };
    if tx.now().duration_since(known.created_at) > REMEMBERED {
        tx.execute(
            "DELETE FROM idempotency_keys WHERE owner = $1 AND name = $2",
            &[owner.into(), key.into()],
        )?;
        return Ok(None);
    }
    if known.request_hash != request {
        return Err(invalid("Idempotency-Key", "This key was used for another request."));
    }
    match known.status {
        Some(status) => Ok(Some(Answer { status, answer: known.answer })),
        None => Err(conflict("The first request with this key is still under way.")),
    }
}

/// Remembers an answer, in the transaction of what it tells of.
pub fn remember(tx: &mut Tx, owner: &str, key: &str, request: &str, it: &Answer) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO idempotency_keys (owner, name, request_hash, status, answer, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            owner.into(),
            key.into(),
            request.into(),
            it.status.into(),
            it.answer.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Forgets what is too old; says how many.
pub fn sweep(tx: &mut Tx) -> Result<u64> {
    let before =
        tx.now().checked_sub(REMEMBERED).map_err(|it| StoreError::Failed(it.to_string()))?;
    Ok(tx.execute("DELETE FROM idempotency_keys WHERE created_at < $1", &[before.into()])?)
}
