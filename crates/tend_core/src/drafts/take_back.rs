use jiff::SignedDuration;
use tend_store::Tx;

use super::{Content, DraftId, DraftKind, Place, of, save};
use crate::{
    Result,
    agents::Me,
    conversations::{
        self, Attached, ConversationId, MessageId, NewAttachment, SendState, as_written,
        thread::{self, Message},
    },
    html::Html,
    uploads,
};

/// So long after its beginning a conversation that nobody has answered was never begun.
const JUST_BEGUN: SignedDuration = SignedDuration::from_mins(1);

/// Where what was taken back can be written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// In the conversation, in a draft of this kind.
    In(ConversationId, DraftKind),
    /// The conversation has not begun: this draft would begin it.
    New(DraftId),
}

/// Takes a message back that has not left ([`undo_send`](conversations::undo_send)), and makes a
/// draft of it again, as its writer had it: a forward is a forward, and a conversation that was
/// only just begun with it is gone. What was begun to write since follows it in the same draft.
pub fn take_back(tx: &mut Tx, me: &Me, id: MessageId) -> Result<TakenBack> {
    let (message, files) = thread::message(tx, me, id)?;
    let forward = as_written(tx, id)?;
    let kind = if forward.is_some() { DraftKind::Forward } else { DraftKind::Reply };
    let place = Place::In(message.conversation_id, kind);
    let back = TakenBack::In(message.conversation_id, kind);
    conversations::undo_send(tx, me, id)?;
    // Twice is once: its text is in a draft already.
    if message.state == SendState::Cancelled {
        return Ok(back);
    }
    let mut content = Content { recipients: message.recipients(), ..Content::default() };
    if let Some(forward) = forward {
        let own = usize::try_from(forward.own_files).unwrap_or(0).min(files.len());
        content.subject.clone_from(&message.subject);
        content.message = forward.shows_id;
        put_back(tx, me, place, content, &forward.html, &files[..own])?;
        return Ok(back);
    }
    let html = message.html().unwrap_or_else(|| Html::from_text(&message.text));
    let begun = conversations::find_visible(tx, me, message.conversation_id)?;
    if !begins(tx, me, &begun, &message) {
        put_back(tx, me, place, content, html.as_str(), &files)?;
        return Ok(back);
    }
    content.subject.clone_from(&message.subject);
    content.inbox = Some(begun.inbox_id);
    let draft = put_back(tx, me, Place::New, content, html.as_str(), &files)?;
    conversations::erase(tx, me, &begun)?;
    Ok(TakenBack::New(draft))
}

/// Whether the message is all that there is of a conversation that its writer began just now.
fn begins(tx: &mut Tx, me: &Me, it: &conversations::Conversation, message: &Message) -> bool {
    it.message_count == 1
        && message.agent_id == Some(me.id)
        && tx.now().duration_since(it.opened_at) <= JUST_BEGUN
}

fn put_back(
    tx: &mut Tx,
    me: &Me,
    place: Place,
    mut what: Content,
    html: &str,
    files: &[Attached],
) -> Result<DraftId> {
    let (mut html, mut ids) = (html.to_owned(), Vec::new());
    for file in files {
        let copy = NewAttachment {
            file_id: file.file_id,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            content_id: String::new(),
            is_inline: false,
        };
        let id = uploads::copy(tx, me, &copy)?.id;
        if !file.content_id.is_empty() {
            html = html.replace(&format!("cid:{}", file.content_id), &format!("cid:{id}@upload"));
        }
        ids.push(id);
    }
    let mut seen = 0;
    if let Place::In(conversation, kind) = place {
        let all = of(tx, me, conversation)?;
        if let Some(begun) = all.into_iter().find(|it| it.kind == kind) {
            html += begun.html().as_str();
            seen = begun.version;
        }
    }
    what.html = Html::sanitise(&html);
    let saved = save(tx, me, place, seen, &what)?;
    uploads::tie(tx, me, saved.id, &ids)?;
    Ok(saved.id)
}
