//! Reads streams in order and merges them, looking at no more rows than it must.

use tend_store::{Tx, Value, row};

use super::{cond::Cond, source::Stream};
use crate::{Result, conversations::ConversationId, page::Cursor};

/// So many streams one statement merges.
const MOST_STREAMS: usize = 100;

/// By what, and which way, streams are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// `last_message_at` or `waiting_since`.
    pub column: &'static str,
    pub descending: bool,
}

row! {
    /// A conversation in its place.
    pub(super) struct Placed {
        id: ConversationId,
        key: i64,
    }
}

impl Placed {
    pub fn new(id: ConversationId, key: i64) -> Self {
        Self { id, key }
    }

    pub fn id(&self) -> ConversationId {
        self.id
    }

    pub fn key(&self) -> i64 {
        self.key
    }
}

/// What was found, in order. `stopped` is the last place that was looked at, when the search
/// ended there and not with the streams.
pub(super) struct Walked {
    pub found: Vec<Placed>,
    pub stopped: Option<Cursor>,
}

/// The first `limit` rows after a place that fit `rest`; the search may stop when so many rows
/// were looked at.
pub(super) fn walk(
    tx: &mut Tx,
    streams: &[Stream],
    rest: &Cond,
    order: Order,
    after: Option<Cursor>,
    limit: usize,
    looked_at: Option<usize>,
) -> Result<Walked> {
    let stopped = match looked_at {
        Some(most) => frontier(tx, streams, order, after, most)?,
        None => None,
    };
    let mut found: Vec<Placed> = Vec::new();
    for some in streams.chunks(MOST_STREAMS) {
        let (sql, args) = statement(tx, some, order, limit, |stream| {
            let mut cond = stream.prefix.clone().and(rest.clone());
            if let Some(at) = after {
                cond = cond.and(stream.beyond(order, at));
            }
            if let Some(at) = stopped {
                cond = cond.and(stream.up_to(order, at));
            }
            cond
        });
        found.extend(tx.rows::<Placed>(&sql, &args)?);
    }
    sort(&mut found, order);
    found.truncate(limit);
    // A full page ends where it is full.
    let stopped = if found.len() == limit { None } else { stopped };
    Ok(Walked { found, stopped })
}

pub(super) fn sort(found: &mut [Placed], order: Order) {
    found.sort_by_key(|it| (it.key, it.id));
    if order.descending {
        found.reverse();
    }
}

/// The first place, over all streams, at which one of them has shown its share of rows.
fn frontier(
    tx: &mut Tx,
    streams: &[Stream],
    order: Order,
    after: Option<Cursor>,
    most: usize,
) -> Result<Option<Cursor>> {
    let share = (most / streams.len().max(1)).max(most.min(100));
    let mut ends: Vec<Placed> = Vec::new();
    for some in streams.chunks(MOST_STREAMS) {
        let (sql, args) = statement_at(tx, some, order, 1, share - 1, |stream| match after {
            Some(at) => stream.prefix.clone().and(stream.beyond(order, at)),
            None => stream.prefix.clone(),
        });
        ends.extend(tx.rows::<Placed>(&sql, &args)?);
    }
    sort(&mut ends, order);
    Ok(ends.first().map(|it| Cursor { key: it.key, id: it.id.raw() }))
}

/// How many rows the streams have, counted up to `most`.
pub(super) fn size(tx: &mut Tx, streams: &[Stream], rest: &Cond, most: usize) -> Result<usize> {
    let mut total = 0;
    for some in streams.chunks(MOST_STREAMS) {
        let mut args: Vec<Value> = Vec::new();
        let parts: Vec<String> = some
            .iter()
            .enumerate()
            .map(|(n, stream)| {
                let mut bound = stream.prefix.clone().and(rest.clone()).bind(&mut args);
                let joined = bound.contains("conversations.");
                let from = stream.from(tx, joined);
                if stream.tagged && joined {
                    bound.push_str(" AND conversations.id = taggings.subject_id");
                }
                format!(
                    "SELECT one FROM (SELECT 1 AS one FROM {from} WHERE {bound} LIMIT {most}) AS s{n}"
                )
            })
            .collect();
        let sql = format!(
            "SELECT count(*) FROM (SELECT one FROM ({}) AS together LIMIT {most}) AS counted",
            parts.join(" UNION ALL ")
        );
        total += tx.scalar::<usize>(&sql, &args)?;
        if total >= most {
            return Ok(most);
        }
    }
    Ok(total)
}

fn statement(
    tx: &mut Tx,
    streams: &[Stream],
    order: Order,
    limit: usize,
    cond: impl Fn(&Stream) -> Cond,
) -> (String, Vec<Value>) {
    statement_at(tx, streams, order, limit, 0, cond)
}

fn statement_at(
    tx: &mut Tx,
    streams: &[Stream],
    order: Order,
    limit: usize,
    offset: usize,
    cond: impl Fn(&Stream) -> Cond,
) -> (String, Vec<Value>) {
    let mut args: Vec<Value> = vec![limit.into(), offset.into()];
    let way = if order.descending { "DESC" } else { "ASC" };
    let parts: Vec<String> = streams
        .iter()
        .enumerate()
        .map(|(n, stream)| {
            let mut bound = cond(stream).bind(&mut args);
            let joined = bound.contains("conversations.");
            let from = stream.from(tx, joined);
            if stream.tagged && joined {
                bound.push_str(" AND conversations.id = taggings.subject_id");
            }
            let (key, id) = (stream.key(order), stream.id());
            format!(
                "SELECT id, key FROM (SELECT {id} AS id, {key} AS key FROM {from} WHERE {bound}
                 ORDER BY {key} {way}, {id} {way} LIMIT $1 OFFSET $2) AS s{n}"
            )
        })
        .collect();
    (parts.join(" UNION ALL "), args)
}

impl Stream {
    pub fn key(&self, order: Order) -> String {
        match self.tagged {
            true => "taggings.sorted_at".to_owned(),
            false => format!("conversations.{}", order.column),
        }
    }

    pub fn id(&self) -> &'static str {
        if self.tagged { "taggings.subject_id" } else { "conversations.id" }
    }

    /// What is read, through the index that yields it in order.
    pub fn from(&self, tx: &Tx, with_conversation: bool) -> String {
        let index = tx.dialect().by_index(self.index);
        match (self.tagged, with_conversation) {
            (false, _) => format!("conversations {index}"),
            (true, false) => format!("taggings {index}"),
            // The order of the tables is the order of the loops.
            (true, true) => format!("taggings {index} CROSS JOIN conversations"),
        }
    }

    fn beyond(&self, order: Order, at: Cursor) -> Cond {
        self.compared(order, if order.descending { "<" } else { ">" }, at)
    }

    fn up_to(&self, order: Order, at: Cursor) -> Cond {
        self.compared(order, if order.descending { ">=" } else { "<=" }, at)
    }

    fn compared(&self, order: Order, op: &str, at: Cursor) -> Cond {
        let (key, id) = (self.key(order), self.id());
        Cond::new(format!("({key}, {id}) {op} (?, ?)"), vec![at.key.into(), at.id.into()])
    }
}
