//! What a campaign sent and no server took, or gave back.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{CampaignId, find};
use crate::{Result, agents::Me};

/// So many are listed.
const MOST: i64 = 50;

row! {
    /// A mail that did not arrive, as far as anybody knows.
    #[derive(PartialEq)]
    pub struct Undelivered {
        pub address: String,
        /// `failed` or `unknown`.
        pub state: crate::conversations::SendState,
        /// What the server said.
        pub answer: String,
        pub settled_at: Option<Timestamp>,
    }
}

/// How many were not delivered, and the newest of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failures {
    pub count: i64,
    pub newest: Vec<Undelivered>,
}

/// What could not be delivered of a campaign.
pub fn undelivered(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<Failures> {
    find(tx, me, id)?;
    let count = tx.scalar(
        "SELECT count(*) FROM outbox WHERE campaign_id = $1 AND state IN ('failed', 'unknown')",
        &[id.into()],
    )?;
    let newest = tx.rows(
        "SELECT deliveries.address, outbox.state,
             CASE WHEN deliveries.answer = '' THEN outbox.answer ELSE deliveries.answer END
                 AS answer, settled_at
         FROM outbox JOIN deliveries ON deliveries.outbox_id = outbox.id
         WHERE campaign_id = $1 AND outbox.state IN ('failed', 'unknown')
         ORDER BY outbox.id DESC LIMIT $2",
        &[id.into(), MOST.into()],
    )?;
    Ok(Failures { count, newest })
}
