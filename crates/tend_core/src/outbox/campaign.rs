use tend_store::Tx;

use super::{OutboxId, is_held, key};
use crate::{
    Result,
    campaigns::CampaignId,
    conversations::SendState,
    error::refused,
    fold,
    inboxes::Inbox,
    jobs::{self, Job},
};

/// Queues a message of a campaign, or a test of one without it, sent at most once. What it says is
/// sealed in `payload`, for links in it speak for whom they were made for. Bounces come to the
/// inbox.
pub(crate) fn queue_letter(
    tx: &mut Tx,
    inbox: &Inbox,
    to: &str,
    payload: &str,
    campaign: Option<CampaignId>,
) -> Result<OutboxId> {
    let Some(address) = fold::email(to) else {
        return Err(refused("This is no address."));
    };
    // Nothing is owed for what waits for a person: releasing it owes it.
    let state = if is_held(tx)? { SendState::Held } else { SendState::Queued };
    let (id, now) = (OutboxId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO outbox (id, inbox_id, class, kind, mail_message_id, envelope_from, payload,
             state, due_at, created_at, campaign_id)
         VALUES ($1, $2, 'at_most_once', 'campaign', '', $3, $4, $6, $5, $5, $7)",
        &[
            id.into(),
            inbox.id.into(),
            inbox.address.as_str().into(),
            payload.into(),
            now.into(),
            state.into(),
            campaign.into(),
        ],
    )?;
    tx.execute(
        "INSERT INTO deliveries (outbox_id, address, state) VALUES ($1, $2, 'queued')",
        &[id.into(), address.into()],
    )?;
    if state == SendState::Queued {
        jobs::once(tx, now, &key(id), &Job::Send { outbox: id.to_string() })?;
    }
    Ok(id)
}
