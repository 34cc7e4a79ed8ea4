//! Files that an agent has put down and not yet sent: they belong to whoever uploaded them.

use tend_store::{Tx, id, row};

use crate::{
    Result,
    agents::{AgentId, Me},
    conversations::{self, Attached, ConversationId, MessageId, NewAttachment},
    drafts::DraftId,
    error::{invalid, not_found},
    fold,
    mails::{self, File, FileId, StoredFile},
};

id!(
    /// What the API calls a file, whether a message carries it yet or not.
    UploadId, "att"
);

const COLUMNS: &str = "id, message_id, file_id, name, media_type, size, content_id, is_inline";

/// Keeps a file whose bytes are stored, for the agent alone until it is sent.
pub fn keep(tx: &mut Tx, me: &Me, name: &str, it: &StoredFile) -> Result<Attached> {
    let file = mails::file(tx, it)?;
    let (id, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO attachments (id, agent_id, file_id, name, media_type, size, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            me.id.into(),
            file.into(),
            fold::one_line(name, 255).into(),
            it.media_type.as_str().into(),
            it.size.into(),
            now.into(),
        ],
    )?;
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE id = $1");
    Ok(tx.one(&sql, &[id.into()])?)
}

/// A file that is known already, as one of a canned response, put down for the agent.
pub fn copy(tx: &mut Tx, me: &Me, it: &NewAttachment) -> Result<Attached> {
    let (id, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO attachments (id, agent_id, file_id, name, media_type, size, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            me.id.into(),
            it.file_id.into(),
            it.name.as_str().into(),
            it.media_type.as_str().into(),
            it.size.into(),
            now.into(),
        ],
    )?;
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE id = $1");
    Ok(tx.one(&sql, &[id.into()])?)
}

/// Leaves an upload out again.
pub fn drop_one(tx: &mut Tx, me: &Me, id: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM attachments WHERE id = $1 AND agent_id = $2 AND message_id IS NULL",
        &[id.into(), me.id.into()],
    )?;
    Ok(())
}

/// Ties uploads of the agent to a draft of theirs, so that they are there when it is opened again.
pub fn tie(tx: &mut Tx, me: &Me, draft: DraftId, ids: &[i64]) -> Result<()> {
    for id in ids {
        tx.execute(
            "UPDATE attachments SET draft_id = $3
             WHERE id = $1 AND agent_id = $2 AND message_id IS NULL",
            &[(*id).into(), me.id.into(), draft.into()],
        )?;
    }
    Ok(())
}

/// Takes uploads of the agent for a message. Those that stand in its text as images
/// (`cid:ID@upload`) are inline.
pub fn take(tx: &mut Tx, me: &Me, ids: &[i64], html: &str) -> Result<Vec<NewAttachment>> {
    let mut taken = Vec::with_capacity(ids.len());
    for id in ids {
        let sql = format!(
            "SELECT {COLUMNS} FROM attachments
             WHERE id = $1 AND agent_id = $2 AND message_id IS NULL"
        );
        let Some(it): Option<Attached> = tx.maybe(&sql, &[(*id).into(), me.id.into()])? else {
            continue;
        };
        tx.execute("DELETE FROM attachments WHERE id = $1", &[(*id).into()])?;
        let content_id = format!("{id}@upload");
        let is_inline = html.contains(&format!("cid:{content_id}"));
        taken.push(NewAttachment {
            file_id: it.file_id,
            name: it.name,
            media_type: it.media_type,
            size: it.size,
            content_id: if is_inline { content_id } else { String::new() },
            is_inline,
        });
    }
    Ok(taken)
}

/// As [`take`], for one who names each file: one that is not there, or was taken by another
/// message, is refused.
pub fn take_all(tx: &mut Tx, me: &Me, ids: &[UploadId], html: &str) -> Result<Vec<NewAttachment>> {
    let mut raw: Vec<i64> = ids.iter().map(|it| it.raw()).collect();
    raw.dedup();
    let taken = take(tx, me, &raw, html)?;
    match taken.len() == raw.len() {
        true => Ok(taken),
        false => {
            let text = "One of these files is not there, or a message has it already.";
            Err(invalid("attachments", text))
        }
    }
}

row! {
    struct Whose {
        message_id: Option<MessageId>,
        agent_id: Option<AgentId>,
    }
}

/// A file of a message that the agent may see, or an upload of their own, and where its bytes are.
pub fn find(tx: &mut Tx, me: &Me, id: i64) -> Result<(Attached, File)> {
    let whose: Whose = tx
        .maybe("SELECT message_id, agent_id FROM attachments WHERE id = $1", &[id.into()])?
        .ok_or(not_found("file"))?;
    match whose.message_id {
        Some(message) => {
            let conversation: ConversationId =
                tx.scalar("SELECT conversation_id FROM messages WHERE id = $1", &[message.into()])?;
            conversations::find_visible(tx, me, conversation)?;
        }
        None if whose.agent_id == Some(me.id) => {}
        None => return Err(not_found("file")),
    }
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE id = $1");
    let attached: Attached = tx.one(&sql, &[id.into()])?;
    let file = mails::find_file(tx, FileId::from_raw(attached.file_id))?;
    Ok((attached, file))
}
