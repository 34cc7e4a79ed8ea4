//! What is known of somebody who is about to be reached, read in the transaction that decides.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tend_store::Tx;

use super::{
    Purpose,
    gates::{Before, Facts, Said},
};
use crate::{
    Result,
    contacts::{Contact, IdentityKind, identities},
    outreach::{
        Kind,
        consents::{self, MARKETING},
        pauses, touches,
    },
};

/// The topic of all that nobody waits for.
pub(super) const ALL: &str = "all";
/// A shop says when a refund began and not when it is through: so long it counts as under way.
const REFUND: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Where mail to somebody goes: an address that works, before one that does not.
pub(super) fn address(tx: &mut Tx, it: &Contact) -> Result<Option<(String, bool)>> {
    let mut all = identities(tx, it.id)?;
    all.retain(|it| it.kind == IdentityKind::Email);
    all.sort_by_key(|it| (it.undeliverable_at.is_some(), !it.is_primary));
    Ok(all.into_iter().next().map(|it| (it.value, it.undeliverable_at.is_some())))
}

/// So long before; the beginning of time at the earliest.
pub(super) fn before(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// So long after; the end of time at the latest.
pub(super) fn after(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// All that the gates ask for.
pub(super) fn read(
    tx: &mut Tx,
    it: &Contact,
    purpose: Purpose,
    topic: &str,
    company_zone: &TimeZone,
) -> Result<Facts> {
    let now = tx.now();
    let to = address(tx, it)?;
    let said = match purpose {
        Purpose::Transactional => Said::default(),
        _ => Said {
            all: consents::given(tx, it.id, ALL)?,
            marketing: consents::given(tx, it.id, MARKETING)?,
            topic: if topic.is_empty() { None } else { consents::given(tx, it.id, topic)? },
        },
    };
    let is_marketing = purpose == Purpose::Marketing;
    let pauses = if is_marketing { pauses::open(tx, it.id)? } else { Vec::new() };
    let week = before(now, SignedDuration::from_hours(24 * 7));
    let earlier = touches::of_contact(tx, it.id, week)?.into_iter().map(|it| Before {
        kind: it.kind,
        purpose: if it.kind == Kind::Message { it.topic.parse().ok() } else { None },
        at: it.happened_at,
    });
    let zone = match it.time_zone.is_empty() {
        true => company_zone.clone(),
        false => TimeZone::get(&it.time_zone).unwrap_or(company_zone.clone()),
    };
    Ok(Facts {
        purpose,
        said,
        on_page: false,
        has_address: to.is_some(),
        bounced: to.is_some_and(|it| it.1),
        blocked: it.blocked_at.is_some(),
        pauses: pauses.into_iter().map(|it| it.why).collect(),
        waits_for_us: is_marketing && waits(tx, it)?,
        refund_runs: is_marketing && refunds(tx, it, now)?,
        zone,
        before: earlier.collect(),
        now,
    })
}

/// Whether they wrote, and nobody has answered yet.
fn waits(tx: &mut Tx, it: &Contact) -> Result<bool> {
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 FROM conversations WHERE contact_id = $1 AND is_active
             AND waiting_since IS NOT NULL LIMIT 1",
        &[it.id.into()],
    )?;
    Ok(found.is_some())
}

/// Whether an order of theirs was cancelled after it was paid and the money is not back, or a part
/// of it went back on a day that the shop does not tell.
fn refunds(tx: &mut Tx, it: &Contact, now: Timestamp) -> Result<bool> {
    let since = before(now, REFUND);
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 FROM orders WHERE contact_id = $1 AND changed_at >= $2 AND gone_at IS NULL
             AND ((cancelled_at IS NOT NULL AND payment IN ('paid', 'partially_refunded')
                     AND refunded < total)
                 OR EXISTS (SELECT 1 FROM order_refunds WHERE order_refunds.order_id = orders.id
                     AND order_refunds.refunded_at IS NULL))
         LIMIT 1",
        &[it.id.into(), since.into()],
    )?;
    Ok(found.is_some())
}
