use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{COLUMNS, Draft, DraftId, DraftKind};
use crate::{
    Result,
    agents::Me,
    conversations::{self, ConversationId},
    error::not_found,
    fold,
    html::Html,
};

/// A draft of the one who asks.
pub fn find(tx: &mut Tx, me: &Me, id: DraftId) -> Result<Draft> {
    let sql = format!("SELECT {COLUMNS} FROM drafts WHERE id = $1 AND agent_id = $2");
    tx.maybe(&sql, &[id.into(), me.id.into()])?.ok_or(not_found("draft"))
}

/// What the one who asks has begun to write in a conversation.
pub fn of(tx: &mut Tx, me: &Me, conversation: ConversationId) -> Result<Vec<Draft>> {
    conversations::find_visible(tx, me, conversation)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM drafts WHERE agent_id = $1 AND conversation_id = $2 ORDER BY id"
    );
    Ok(tx.rows(&sql, &[me.id.into(), conversation.into()])?)
}

row! {
    struct Found {
        id: DraftId,
        conversation_id: Option<ConversationId>,
        number: Option<i64>,
        matter: Option<String>,
        kind: DraftKind,
        subject: String,
        html: String,
        changed_at: Timestamp,
    }
}

/// A draft in the list of one's own.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: DraftId,
    pub kind: DraftKind,
    pub conversation: Option<ConversationId>,
    /// The conversation's public number.
    pub number: Option<i64>,
    /// Its own subject, or the conversation's.
    pub subject: String,
    /// How it begins.
    pub preview: String,
    pub changed_at: Timestamp,
}

/// All drafts of the one who asks, the newest first; at most 200.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Listed>> {
    let found: Vec<Found> = tx.rows(
        "SELECT drafts.id, drafts.conversation_id, conversations.number,
             conversations.subject AS matter, drafts.kind, drafts.subject, drafts.html,
             drafts.changed_at
         FROM drafts LEFT JOIN conversations ON conversations.id = drafts.conversation_id
         WHERE drafts.agent_id = $1 ORDER BY drafts.changed_at DESC, drafts.id DESC LIMIT 200",
        &[me.id.into()],
    )?;
    let mut seen = Vec::with_capacity(found.len());
    for it in found {
        // One that was taken out of their sight takes its subject along.
        if let Some(id) = it.conversation_id
            && !conversations::list::visible(tx, me, id)?
        {
            continue;
        }
        seen.push(Listed {
            id: it.id,
            kind: it.kind,
            conversation: it.conversation_id,
            number: it.number,
            subject: if it.subject.is_empty() { it.matter.unwrap_or_default() } else { it.subject },
            preview: fold::one_line(&Html::stored(it.html).to_text(), 160),
            changed_at: it.changed_at,
        });
    }
    Ok(seen)
}
