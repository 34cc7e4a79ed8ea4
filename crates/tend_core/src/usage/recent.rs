use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{
    Corrected, SourceId, correct, roll_up,
    wire::{self, Call},
};
use crate::{
    Result,
    agents::{Me, Permission},
};

/// So many events are shown, of so many requests.
const EVENTS: usize = 100;
const REQUESTS: i64 = 300;

/// What the debugger is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub source: Option<SourceId>,
    /// A part of the event's name, its type, or the id of its user.
    pub text: String,
}

/// An event as it came.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub source: String,
    pub call: String,
    pub name: String,
    /// userId or anonymousId.
    pub who: String,
    pub group: String,
    pub message_id: String,
    pub time: Corrected,
    /// Why it was not taken.
    pub rejected: Option<String>,
    /// Not counted yet.
    pub waits: bool,
}

row! {
    struct Request {
        source: String,
        received_at: Timestamp,
        call: String,
        waits: bool,
        body: Vec<u8>,
    }
}

/// The newest events, the last first.
pub fn recent(tx: &mut Tx, me: &Me, wanted: &Wanted) -> Result<Vec<Arrived>> {
    me.require(Permission::SourcesManage)?;
    let text = wanted.text.trim().to_lowercase();
    let (mut found, mut below, mut looked) = (Vec::new(), i64::MAX, 0);
    while found.len() < EVENTS && looked < REQUESTS {
        let requests: Vec<(i64, Request)> = some(tx, wanted.source, below)?;
        let Some(last) = requests.last() else { break };
        below = last.0;
        looked += requests.len() as i64;
        for (_, it) in requests {
            let mut events = read(&it);
            events.retain(|it| text.is_empty() || has(it, &text));
            found.extend(events.into_iter().rev());
        }
    }
    found.truncate(EVENTS);
    Ok(found)
}

row! {
    struct Id {
        id: i64,
    }
}

fn some(tx: &mut Tx, source: Option<SourceId>, below: i64) -> Result<Vec<(i64, Request)>> {
    let ids: Vec<Id> = tx.rows(
        "SELECT id FROM usage_batches
         WHERE id < $1 AND (CAST($2 AS BIGINT) IS NULL OR source_id = $2)
         ORDER BY id DESC LIMIT 30",
        &[below.into(), source.into()],
    )?;
    let mut all = Vec::new();
    for it in ids {
        let sql = "SELECT sources.name AS source, received_at, call, waits, body
                   FROM usage_batches JOIN sources ON sources.id = source_id
                   WHERE usage_batches.id = $1";
        all.push((it.id, tx.one(sql, &[it.id.into()])?));
    }
    Ok(all)
}

fn read(it: &Request) -> Vec<Arrived> {
    let json = roll_up::json(&it.body);
    let Ok(request) = wire::read(Call::named(&it.call), &json) else { return Vec::new() };
    let arrived = |event: Result<wire::Event, wire::Rejected>| match event {
        Ok(event) => Arrived {
            source: it.source.clone(),
            call: event.call.word().to_owned(),
            who: event.user.or(event.anonymous).unwrap_or_default(),
            group: event.group.unwrap_or_default(),
            message_id: event.message_id,
            name: event.name,
            time: correct(event.original, event.sent, it.received_at),
            rejected: None,
            waits: it.waits,
        },
        Err(wrong) => Arrived {
            source: it.source.clone(),
            call: wrong.call,
            name: wrong.event,
            who: String::new(),
            group: String::new(),
            message_id: wrong.message_id,
            time: correct(None, None, it.received_at),
            rejected: Some(wrong.reason.into_owned()),
            waits: it.waits,
        },
    };
    request.events.into_iter().map(arrived).collect()
}

fn has(it: &Arrived, text: &str) -> bool {
    let all = [&it.name, &it.call, &it.who, &it.group, &it.message_id];
    all.iter().any(|it| it.to_lowercase().contains(text))
}

/// The newest request there is, so that a page can tell when another came.
pub fn newest(tx: &mut Tx) -> Result<i64> {
    Ok(tx.scalar("SELECT COALESCE(MAX(id), 0) FROM usage_batches", &[])?)
}
