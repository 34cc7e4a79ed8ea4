use tend_store::Tx;

use super::{
    ConversationId, Direction, MessageId, MessageKind, NewAttachment, Recipients, SendState,
    find_visible, message,
};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    error::invalid,
    html::Html,
    journal::{self, Change},
    notifications,
};

/// Writes something that no customer ever sees, and tells those who are mentioned.
/// Agents who cannot see the conversation are not told.
pub fn note(
    tx: &mut Tx,
    by: &Me,
    id: ConversationId,
    html: &Html,
    attachments: &[NewAttachment],
    mentioned: &[AgentId],
) -> Result<MessageId> {
    by.require(Permission::ConversationsNote)?;
    let it = find_visible(tx, by, id)?;
    if html.is_blank() && attachments.is_empty() {
        return Err(invalid("html", "Write something first."));
    }
    let now = tx.now();
    let message = message::insert(
        tx,
        &it,
        &message::NewMessage {
            direction: Direction::Note,
            kind: MessageKind::Human,
            agent: Some(by.id),
            contact: None,
            sender_name: &by.name,
            sender_address: "",
            recipients: &Recipients::default(),
            subject: "",
            text: &html.to_text(),
            html,
            quote_at: None,
            message_id: "",
            mail: None,
            checks: "",
            source: "page",
            state: SendState::Kept,
            send_at: None,
            created_at: now,
            written_at: None,
            attachments,
        },
    )?;
    let change = Change::MessageAdded {
        message: message.to_string(),
        direction: Direction::Note.word().to_owned(),
        by_kind: MessageKind::Human.word().to_owned(),
    };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)?;
    notifications::of_note(tx, by, &it, message, mentioned)?;
    Ok(message)
}
