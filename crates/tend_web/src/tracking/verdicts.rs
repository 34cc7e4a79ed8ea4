//! What a client hears of each of its events with `?verbose=1`.

use axum::Json;
use serde::Serialize;
use tend_core::usage::{
    BatchId,
    roll_up::{Fate, Foretold},
    wire::{Event, Rejected},
};

/// All of a request.
#[derive(Default, Serialize)]
pub struct Verdicts {
    success: bool,
    /// How many will be counted, or say who somebody is.
    accepted: usize,
    /// How many were sent before, and count once.
    duplicates: usize,
    /// How many wait for the account of their user.
    held: usize,
    rejected: usize,
    /// Whether all was looked at by which duplicates are known.
    compared: bool,
    events: Vec<Verdict>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    /// Its place in the request, from 0.
    index: usize,
    message_id: String,
    r#type: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What was not understood of an event that was taken all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// Tells the verdicts of a request that was written down as `batch`.
pub fn answer(
    batch: BatchId,
    events: Vec<Result<Event, Rejected>>,
    told: Foretold,
) -> Json<Verdicts> {
    let mut all = Verdicts { success: true, compared: told.compared, ..Verdicts::default() };
    for (index, (event, fate)) in events.into_iter().zip(told.fates).enumerate() {
        let unread = event.as_ref().is_ok_and(|it| it.time_is_unread);
        let note = unread.then_some("Its timestamp cannot be read: it counts as of now.");
        let (message_id, kind) = match event {
            // What came without an id is known by its place in what came.
            Ok(it) if it.message_id.is_empty() => {
                (format!("{batch}-{index}"), it.call.word().into())
            }
            Ok(it) => (it.message_id, it.call.word().into()),
            Err(it) => (it.message_id, it.call),
        };
        let (count, status, reason) = match fate {
            Fate::Accepted => (&mut all.accepted, "accepted", None),
            Fate::Duplicate => (&mut all.duplicates, "duplicate", None),
            Fate::Held => (&mut all.held, "held", None),
            Fate::Rejected(why) => (&mut all.rejected, "rejected", Some(why)),
        };
        *count += 1;
        all.events.push(Verdict { index, message_id, r#type: kind, status, reason, note });
    }
    Json(all)
}
