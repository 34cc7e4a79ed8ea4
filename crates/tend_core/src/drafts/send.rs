use jiff::Timestamp;
use tend_store::Tx;

use super::{Draft, DraftId, DraftKind, attach::attachments, find::find, save::remove};
use crate::{
    Result,
    agents::Me,
    conversations::{
        self, Category, ConversationId, Forwarded, MessageId, NewAttachment, NewForward, NewReply,
        NewStart, Recipients, Whom, address_in,
    },
    error::{conflict, invalid},
};

/// How a draft is sent.
#[derive(Clone, Debug, Default)]
pub struct Sending {
    /// The version that the writer saw; `None` sends what there is.
    pub version: Option<i64>,
    /// What the conversation becomes.
    pub then: Option<Category>,
    /// The last message that the writer had seen.
    pub seen: Option<MessageId>,
    pub send_at: Option<Timestamp>,
    /// `page` or `api`.
    pub source: &'static str,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    pub conversation: ConversationId,
    pub message: MessageId,
}

/// Makes a message of a draft and takes the draft away, both or neither.
pub fn send(tx: &mut Tx, me: &Me, id: DraftId, how: &Sending) -> Result<Sent> {
    let draft = find(tx, me, id)?;
    if how.version.is_some_and(|it| it != draft.version) {
        return Err(conflict("There is a newer version of this draft in another window."));
    }
    let files = files(tx, me, id)?;
    let sent = match (draft.kind, draft.conversation_id) {
        (DraftKind::New, _) => begin(tx, me, &draft, files, how)?,
        (_, None) => return Err(invalid("conversation", "This draft belongs nowhere.")),
        (DraftKind::Reply, Some(conversation)) => {
            let new = NewReply {
                html: draft.html(),
                recipients: draft.recipients(),
                subject: draft.subject.clone(),
                attachments: files,
                then: how.then,
                seen: how.seen,
                send_at: how.send_at,
                source: how.source,
            };
            let message = conversations::reply(tx, me, conversation, &new)?;
            Sent { conversation, message }
        }
        (DraftKind::Note, Some(conversation)) => {
            let html = draft.html();
            let named = conversations::mentioned_in(&html);
            let message = conversations::note(tx, me, conversation, &html, &files, &named)?;
            Sent { conversation, message }
        }
        (DraftKind::Forward, Some(conversation)) => {
            let new = NewForward {
                what: draft.message_id.map_or(Forwarded::Thread, Forwarded::Message),
                html: draft.html(),
                recipients: draft.recipients(),
                subject: draft.subject.clone(),
                attachments: files,
                with_files: true,
                send_at: how.send_at,
                source: how.source,
            };
            let message = conversations::forward(tx, me, conversation, &new)?;
            Sent { conversation, message }
        }
    };
    remove(tx, id)?;
    Ok(sent)
}

fn begin(
    tx: &mut Tx,
    me: &Me,
    draft: &Draft,
    attachments: Vec<NewAttachment>,
    how: &Sending,
) -> Result<Sent> {
    let inbox = draft.inbox_id.ok_or_else(|| invalid("inbox", "Choose the inbox to send from."))?;
    let recipients = draft.recipients();
    let whom = match (draft.contact_id, recipients.to.first()) {
        (Some(it), _) => Whom::Contact(it),
        (None, Some(first)) => {
            Whom::Address { name: name_in(first), email: address_in(first).to_owned() }
        }
        (None, None) => return Err(invalid("to", "Say to whom it goes.")),
    };
    let new = NewStart {
        inbox,
        whom,
        subject: draft.subject.clone(),
        html: draft.html(),
        recipients: Recipients { reply_to: Vec::new(), ..recipients },
        attachments,
        team: None,
        then: how.then,
        send_at: how.send_at,
        source: how.source,
    };
    let (conversation, message) = conversations::start(tx, me, &new)?;
    Ok(Sent { conversation, message })
}

/// `Carol` in `Carol <carol@…>`; nothing for a bare address.
fn name_in(text: &str) -> String {
    let name = text.split_once('<').map_or("", |it| it.0);
    name.trim().trim_matches('"').trim().to_owned()
}

fn files(tx: &mut Tx, me: &Me, id: DraftId) -> Result<Vec<NewAttachment>> {
    let made = |it: conversations::Attached| NewAttachment {
        file_id: it.file_id,
        name: it.name,
        media_type: it.media_type,
        size: it.size,
        content_id: it.content_id,
        is_inline: it.is_inline,
    };
    Ok(attachments(tx, me, id)?.into_iter().map(made).collect())
}
