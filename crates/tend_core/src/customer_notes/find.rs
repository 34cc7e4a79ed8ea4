use tend_store::Tx;

use super::{Note, NoteId};
use crate::{
    Result,
    error::not_found,
    page::{Cursor, Page},
};

const SELECT: &str = "SELECT customer_notes.id, customer_notes.subject_kind, \
     customer_notes.subject_id, customer_notes.author_id, agents.name AS author, \
     agents.picture_file_id AS author_picture, customer_notes.html AS html_text, \
     customer_notes.created_at, customer_notes.changed_at \
     FROM customer_notes JOIN agents ON agents.id = customer_notes.author_id";

/// A note that was not deleted.
pub fn find(tx: &mut Tx, id: NoteId) -> Result<Note> {
    let sql = format!("{SELECT} WHERE customer_notes.id = $1 AND deleted_at IS NULL");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("note"))
}

/// The notes on one contact or account, newest first.
pub fn newest(
    tx: &mut Tx,
    subject_id: i64,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page<Note>> {
    let before = after.map_or(i64::MAX, |it| it.id);
    let sql = format!(
        "{SELECT} WHERE customer_notes.subject_id = $1 AND customer_notes.id < $2
             AND deleted_at IS NULL
         ORDER BY customer_notes.id DESC LIMIT $3"
    );
    let limit = limit.clamp(1, 200);
    let rows = tx.rows(&sql, &[subject_id.into(), before.into(), (limit as i64 + 1).into()])?;
    Ok(Page::of(rows, limit, |it: &Note| Cursor { key: it.id.raw(), id: it.id.raw() }))
}

/// How many there are.
pub fn count(tx: &mut Tx, subject_id: i64) -> Result<i64> {
    Ok(tx.scalar(
        "SELECT count(*) FROM customer_notes WHERE subject_id = $1 AND deleted_at IS NULL",
        &[subject_id.into()],
    )?)
}
