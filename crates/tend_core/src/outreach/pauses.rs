//! While a customer is hurt, nothing is promoted to them.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{Result, contacts::ContactId, words::words};

id!(PauseId, "pau");

words! {
    /// Why nothing is promoted.
    Why, "A promotion pauses for a low_score, a remedy, or by hand." {
        LowScore = "low_score" "A low score that is not settled",
        Remedy = "remedy" "A remedy that is not carried out",
        Hand = "hand" "Paused by an agent",
    }
}

row! {
    /// A pause, open as long as it has no end.
    #[derive(PartialEq)]
    pub struct Pause {
        pub id: PauseId,
        pub contact_id: ContactId,
        pub why: Why,
        /// The raw id of the answer, the remedy or the agent that it came of.
        pub source_id: i64,
        pub began_at: Timestamp,
        pub ended_at: Option<Timestamp>,
    }
}

/// Promotes nothing to somebody from now on. Beginning what is open changes nothing.
pub fn begin(tx: &mut Tx, contact: ContactId, why: Why, source: i64) -> Result<()> {
    let open: Option<PauseId> = tx.maybe_scalar(
        "SELECT id FROM promotion_pauses
         WHERE contact_id = $1 AND ended_at IS NULL AND why = $2 AND source_id = $3",
        &[contact.into(), why.into(), source.into()],
    )?;
    if open.is_some() {
        return Ok(());
    }
    let (id, now) = (PauseId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO promotion_pauses (id, contact_id, why, source_id, began_at)
         VALUES ($1, $2, $3, $4, $5)",
        &[id.into(), contact.into(), why.into(), source.into(), now.into()],
    )?;
    Ok(())
}

/// Ends what came of this source, whoever it is about.
pub fn end(tx: &mut Tx, why: Why, source: i64) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE promotion_pauses SET ended_at = $3
         WHERE source_id = $2 AND why = $1 AND ended_at IS NULL",
        &[why.into(), source.into(), now.into()],
    )?;
    Ok(())
}

/// What is open for somebody, the oldest first.
pub fn open(tx: &mut Tx, contact: ContactId) -> Result<Vec<Pause>> {
    Ok(tx.rows(
        "SELECT id, contact_id, why, source_id, began_at, ended_at FROM promotion_pauses
         WHERE contact_id = $1 AND ended_at IS NULL ORDER BY id",
        &[contact.into()],
    )?)
}
