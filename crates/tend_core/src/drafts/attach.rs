use tend_store::Tx;

use super::{DraftId, find::find};
use crate::{
    Result,
    agents::Me,
    conversations::{Attached, NewAttachment},
    error::refused,
    fold,
};

/// So many files may one draft have.
const MOST_FILES: usize = 100;
/// Together they may have so many bytes: mail servers take little more.
const MOST_BYTES: i64 = 25 * 1024 * 1024;

/// Puts a file, which is stored already, on a draft. The number is the attachment's.
pub fn attach(tx: &mut Tx, me: &Me, draft: DraftId, it: &NewAttachment) -> Result<i64> {
    find(tx, me, draft)?;
    let there = attachments(tx, me, draft)?;
    let bytes: i64 = there.iter().map(|it| it.size).sum();
    if there.len() >= MOST_FILES || bytes + it.size > MOST_BYTES {
        return Err(refused("The files of one message may have 25 MB together."));
    }
    let (id, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO attachments (id, draft_id, agent_id, file_id, name, media_type, size,
             content_id, is_inline, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id.into(),
            draft.into(),
            me.id.into(),
            it.file_id.into(),
            fold::one_line(&it.name, 200).into(),
            it.media_type.as_str().into(),
            it.size.into(),
            it.content_id.as_str().into(),
            it.is_inline.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// Takes a file off again. One that is gone already is gone.
pub fn detach(tx: &mut Tx, me: &Me, draft: DraftId, attachment: i64) -> Result<()> {
    find(tx, me, draft)?;
    tx.execute(
        "DELETE FROM attachments WHERE id = $1 AND draft_id = $2",
        &[attachment.into(), draft.into()],
    )?;
    Ok(())
}

/// The files of a draft of the one who asks.
pub fn attachments(tx: &mut Tx, me: &Me, draft: DraftId) -> Result<Vec<Attached>> {
    find(tx, me, draft)?;
    Ok(tx.rows(
        "SELECT id, message_id, file_id, name, media_type, size, content_id, is_inline
         FROM attachments WHERE draft_id = $1 ORDER BY id",
        &[draft.into()],
    )?)
}
