//! The ledger: each time a customer was asked or told something, and each time it was refused.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::{Channel, Kind};
use crate::{Result, contacts::ContactId};

id!(TouchId, "tch");

row! {
    /// One time that a customer was asked or told something.
    #[derive(PartialEq)]
    pub struct Touch {
        pub id: TouchId,
        pub contact_id: ContactId,
        pub kind: Kind,
        /// Of a survey `csat`, `ces`, `nps` or `own`; of a message `marketing`, `service` or
        /// `transactional`.
        pub topic: String,
        pub channel: Channel,
        /// The raw id of the survey or of the message.
        pub source_id: i64,
        pub happened_at: Timestamp,
    }
}

row! {
    /// One time that a customer was not asked or told something.
    #[derive(PartialEq)]
    pub struct Refusal {
        pub id: TouchId,
        pub contact_id: ContactId,
        pub kind: Kind,
        pub topic: String,
        pub source_id: i64,
        /// The rule's word: `consent`, `quiet_hours`, `frequency`, `paused`, …
        pub rule: String,
        /// For people: why the rule applied.
        pub detail: String,
        pub happened_at: Timestamp,
    }
}

/// What is about to reach somebody.
#[derive(Clone, Copy, Debug)]
pub struct What<'a> {
    pub contact: ContactId,
    pub kind: Kind,
    pub topic: &'a str,
    /// The raw id of the survey or of the message.
    pub source: i64,
}

/// Writes down that it went. To be written in the transaction that decides it: of two that
/// decide at once for one customer, the second sees what the first wrote.
pub fn record(tx: &mut Tx, what: What<'_>, channel: Channel) -> Result<TouchId> {
    let (id, now) = (TouchId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO touches (id, contact_id, kind, topic, channel, source_id, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            what.contact.into(),
            what.kind.into(),
            what.topic.into(),
            channel.into(),
            what.source.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// Writes down that it did not go, and by which rule.
pub fn refuse(tx: &mut Tx, what: What<'_>, rule: &str, detail: &str) -> Result<()> {
    let (id, now) = (TouchId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO touch_refusals
             (id, contact_id, kind, topic, source_id, rule, detail, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            what.contact.into(),
            what.kind.into(),
            what.topic.into(),
            what.source.into(),
            rule.into(),
            detail.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// What reached a customer since then, the newest first, at most a hundred.
pub fn of_contact(tx: &mut Tx, contact: ContactId, since: Timestamp) -> Result<Vec<Touch>> {
    Ok(tx.rows(
        "SELECT id, contact_id, kind, topic, channel, source_id, happened_at FROM touches
         WHERE contact_id = $1 AND happened_at >= $2
         ORDER BY happened_at DESC, id DESC LIMIT 100",
        &[contact.into(), since.into()],
    )?)
}

/// The surveys that reached a customer since then, the newest first, at most two hundred.
pub fn surveys_of(tx: &mut Tx, contact: ContactId, since: Timestamp) -> Result<Vec<Touch>> {
    Ok(tx.rows(
        "SELECT id, contact_id, kind, topic, channel, source_id, happened_at FROM touches
         WHERE contact_id = $1 AND happened_at >= $2 AND kind = $3
         ORDER BY happened_at DESC, id DESC LIMIT 200",
        &[contact.into(), since.into(), Kind::Survey.into()],
    )?)
}

/// What was refused for a customer since then, the newest first, at most a hundred.
pub fn refused_of(tx: &mut Tx, contact: ContactId, since: Timestamp) -> Result<Vec<Refusal>> {
    Ok(tx.rows(
        "SELECT id, contact_id, kind, topic, source_id, rule, detail, happened_at
         FROM touch_refusals WHERE contact_id = $1 AND happened_at >= $2
         ORDER BY happened_at DESC, id DESC LIMIT 100",
        &[contact.into(), since.into()],
    )?)
}

row! {
    /// How often a rule said no.
    #[derive(PartialEq)]
    pub struct Count {
        pub rule: String,
        pub count: i64,
    }
}

/// How often each rule refused a survey or a message since then, the most frequent first.
pub fn refused_by(tx: &mut Tx, source: i64, since: Timestamp) -> Result<Vec<Count>> {
    Ok(tx.rows(
        "SELECT rule, COUNT(*) AS count FROM touch_refusals
         WHERE source_id = $1 AND happened_at >= $2 GROUP BY rule ORDER BY count DESC, rule",
        &[source.into(), since.into()],
    )?)
}
