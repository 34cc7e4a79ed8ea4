//! The same done to all that a list holds: a job that goes on a piece at a time, shows how far
//! it has come, and can be taken back.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::{BulkAction, ConversationId, UndoId, all_of, bulk, list::Which, undo, undo_part};
use crate::{
    Error, Result,
    agents::{self, AgentId, Me},
    error::{conflict, invalid, not_found, refused},
    fold,
    jobs::{self, Job},
};

id!(BulkId, "blk");

/// One piece of long work does no more at once: others write too.
const PIECE: usize = 100;
/// So many may one order take in.
pub const MOST_IN_ALL: usize = 10_000;

row! {
    /// How far long work has come.
    pub struct LongBulk {
        pub id: BulkId,
        pub agent_id: AgentId,
        pub action: String,
        /// The one that it takes back.
        pub undoes: Option<BulkId>,
        pub at_subject: i64,
        pub total: i64,
        pub done: i64,
        pub refused: i64,
        /// Why the last one was refused.
        pub problem: String,
        pub made_at: Timestamp,
        pub ended_at: Option<Timestamp>,
    }
}

const COLUMNS: &str = "id, agent_id, action, undoes, at_subject, total, done, refused, problem, \
     made_at, ended_at";

/// Orders the same for every conversation that is in a list now, at most [`MOST_IN_ALL`].
/// `action` is a [`BulkAction`] as text.
pub fn begin_long_bulk(tx: &mut Tx, by: &Me, which: &Which, action: &str) -> Result<BulkId> {
    action.parse::<BulkAction>().map_err(|why| invalid("do", why))?;
    let ids = all_of(tx, by, which, MOST_IN_ALL)?;
    if ids.is_empty() {
        return Err(refused("Nothing is in this list now."));
    }
    let raw: Vec<i64> = ids.iter().map(|it| it.raw()).collect();
    order(tx, by, action, None, &raw, raw.len() as i64)
}

fn order(
    tx: &mut Tx,
    by: &Me,
    action: &str,
    undoes: Option<BulkId>,
    subjects: &[i64],
    total: i64,
) -> Result<BulkId> {
    let (id, now) = (BulkId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO bulks (id, agent_id, action, undoes, subjects, total, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            by.id.into(),
            action.into(),
            undoes.into(),
            serde_json::to_string(subjects).expect("numbers are plain data").into(),
            total.into(),
            now.into(),
        ],
    )?;
    jobs::now(tx, &Job::Bulk { bulk: id.to_string() })?;
    Ok(id)
}

/// Long work of the one who asks.
pub fn long_bulk(tx: &mut Tx, me: &Me, id: BulkId) -> Result<LongBulk> {
    let sql = format!("SELECT {COLUMNS} FROM bulks WHERE id = $1 AND agent_id = $2");
    tx.maybe(&sql, &[id.into(), me.id.into()])?.ok_or(not_found("order"))
}

/// Ends long work before its end; what is done stays done.
pub fn stop_long_bulk(tx: &mut Tx, me: &Me, id: BulkId) -> Result<()> {
    long_bulk(tx, me, id)?;
    let now = tx.now();
    tx.execute(
        "UPDATE bulks SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        &[id.into(), now.into()],
    )?;
    Ok(())
}

/// Orders long work to be taken back, a piece at a time as well.
pub fn undo_long_bulk(tx: &mut Tx, me: &Me, id: BulkId) -> Result<BulkId> {
    let it = long_bulk(tx, me, id)?;
    if it.ended_at.is_none() {
        return Err(conflict("It is not done yet. Stop it first."));
    }
    let parts: Vec<i64> = tx.column(
        "SELECT id FROM undos WHERE bulk_id = $1 AND undone_at IS NULL ORDER BY id DESC",
        &[id.into()],
    )?;
    if parts.is_empty() {
        return Err(refused("There is nothing to take back."));
    }
    order(tx, me, "undo", Some(id), &parts, it.done)
}

/// Does the next piece; `true` says that there is more. For the worker, in the name and with
/// the rights that the agent has now.
pub fn go_on_with_bulk(tx: &mut Tx, id: BulkId) -> Result<bool> {
    row! {
        struct Found {
            agent_id: AgentId,
            action: String,
            undoes: Option<BulkId>,
            subjects: String,
            at_subject: i64,
            ended_at: Option<i64>,
        }
    }
    let found: Option<Found> = tx.maybe(
        "SELECT agent_id, action, undoes, subjects, at_subject, ended_at FROM bulks WHERE id = $1",
        &[id.into()],
    )?;
    let Some(it) = found.filter(|it| it.ended_at.is_none()) else { return Ok(false) };
    let me = agents::me(tx, it.agent_id)?;
    let all: Vec<i64> = serde_json::from_str(&it.subjects).map_err(|_| not_found("order"))?;
    let from = usize::try_from(it.at_subject).unwrap_or(0).min(all.len());
    let size = if it.undoes.is_some() { 1 } else { PIECE };
    let piece = &all[from..(from + size).min(all.len())];
    let (done, refused, problem) = match it.undoes {
        Some(_) => take_back(tx, &me, piece)?,
        None => do_piece(tx, &me, id, &it.action, piece)?,
    };
    let at = from + piece.len();
    let ended = (at >= all.len()).then(|| tx.now());
    tx.execute(
        "UPDATE bulks SET at_subject = $2, done = done + $3, refused = refused + $4,
             problem = CASE WHEN $5 = '' THEN problem ELSE $5 END, ended_at = $6
         WHERE id = $1",
        &[
            id.into(),
            (at as i64).into(),
            done.into(),
            refused.into(),
            fold::one_line(&problem, 300).into(),
            ended.into(),
        ],
    )?;
    Ok(ended.is_none())
}

fn do_piece(
    tx: &mut Tx,
    me: &Me,
    id: BulkId,
    action: &str,
    piece: &[i64],
) -> Result<(i64, i64, String)> {
    let action: BulkAction = action.parse().map_err(|why| invalid("do", why))?;
    let ids: Vec<ConversationId> = piece.iter().map(|it| ConversationId::from_raw(*it)).collect();
    let outcome = undo_part(tx, me, id.raw(), &ids, |tx| bulk(tx, me, &ids, &action))?;
    let problem = outcome.refused.last().map(|it| it.1.clone()).unwrap_or_default();
    Ok((outcome.done.len() as i64, outcome.refused.len() as i64, problem))
}

fn take_back(tx: &mut Tx, me: &Me, piece: &[i64]) -> Result<(i64, i64, String)> {
    let (mut done, mut left, mut problem) = (0, 0, String::new());
    for part in piece {
        match undo(tx, me, UndoId::from_raw(*part)) {
            Ok(it) => {
                done += it.restored.len() as i64;
                left += it.left as i64;
            }
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                left += 1;
                problem = error.to_string();
            }
        }
    }
    Ok((done, left, problem))
}
