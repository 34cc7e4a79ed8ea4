//! What the agent has begun to write, kept on the server.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::Me,
    contacts::ContactId,
    conversations::{Category, ConversationId, MessageId, NewAttachment, Recipients, thread},
    drafts::{self as verbs, Content, Draft, DraftId, DraftKind, Listed, Place, Sending},
    error::invalid,
    html::Html,
    inboxes::InboxId,
    uploads::{self, UploadId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{
    Answer, Body, Id, If, List, Paging, Post, Query, nothing,
    out::{AttachmentOut, MessageOut},
};
use crate::{
    App,
    pages::customers::Two,
    who::{May, may::ConversationsRead},
};

type Reader = May<ConversationsRead>;

/// A draft of the one who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftOut {
    pub id: String,
    /// `reply`, `note`, `forward`, `new`.
    #[schema(value_type = String)]
    pub kind: DraftKind,
    pub conversation_id: Option<String>,
    pub subject: String,
    pub html: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub inbox_id: Option<String>,
    pub contact_id: Option<String>,
    /// What a forward shows; null is the thread.
    pub message_id: Option<String>,
    pub attachments: Vec<AttachmentOut>,
    /// Grows with each change.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl DraftOut {
    fn of(tx: &mut Tx, me: &Me, it: Draft) -> Result<Self> {
        let files = verbs::attachments(tx, me, it.id)?;
        let Recipients { to, cc, bcc, .. } = it.recipients();
        Ok(Self {
            id: it.id.to_string(),
            kind: it.kind,
            conversation_id: it.conversation_id.map(|it| it.to_string()),
            subject: it.subject,
            html: it.html_text,
            to,
            cc,
            bcc,
            inbox_id: it.inbox_id.map(|it| it.to_string()),
            contact_id: it.contact_id.map(|it| it.to_string()),
            message_id: it.message_id.map(|it| it.to_string()),
            attachments: files.iter().map(AttachmentOut::from).collect(),
            version: it.version,
            changed_at: it.changed_at,
        })
    }
}

fn load(id: DraftId) -> impl Fn(&mut Tx, &Me) -> Result<DraftOut> + Send + 'static {
    move |tx, me| {
        let it = verbs::find(tx, me, id)?;
        DraftOut::of(tx, me, it)
    }
}

/// A draft in the list of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftLine {
    pub id: String,
    /// `reply`, `note`, `forward`, `new`.
    #[schema(value_type = String)]
    pub kind: DraftKind,
    pub conversation_id: Option<String>,
    /// The conversation's.
    pub number: Option<i64>,
    pub subject: String,
    pub preview: String,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl From<Listed> for DraftLine {
    fn from(it: Listed) -> Self {
        Self {
            id: it.id.to_string(),
            kind: it.kind,
            conversation_id: it.conversation.map(|it| it.to_string()),
            number: it.number,
            subject: it.subject,
            preview: it.preview,
            changed_at: it.changed_at,
        }
    }
}

/// List drafts
///
/// One's own, the newest first.
#[utoipa::path(get, path = "/api/v1/drafts", tag = "drafts", params(Paging), responses((status = 200, body = List<DraftLine>)))]
pub(crate) async fn list(
    who: Reader,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::all(tx, &me)).await?;
    List::cut(all.into_iter().map(DraftLine::from).collect(), &paging)
}

/// One draft
#[utoipa::path(get, path = "/api/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path), If), responses((status = 200, body = DraftOut)))]
pub(crate) async fn find(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<DraftId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// A draft to be kept, or what changes in one; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftIn {
    /// Only for a new draft: where it is written. Left out, a conversation that is to begin.
    #[schema(value_type = Option<String>)]
    pub conversation: Option<ConversationId>,
    /// Only for a new draft in a conversation: `reply`, `note` or `forward`.
    #[schema(value_type = Option<String>)]
    pub kind: Option<DraftKind>,
    pub subject: Option<String>,
    /// One of `text` and `html`.
    pub text: Option<String>,
    pub html: Option<String>,
    pub to: Option<Vec<String>>,
    pub cc: Option<Vec<String>>,
    pub bcc: Option<Vec<String>>,
    #[schema(value_type = Option<String>)]
    pub inbox: Option<InboxId>,
    #[schema(value_type = Option<String>)]
    pub contact: Option<ContactId>,
    /// What a forward shows.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageId>,
}

impl DraftIn {
    fn content(&self, before: Content) -> Result<Content> {
        let html = match (&self.text, &self.html) {
            (Some(text), None) => Html::from_text(text),
            (None, Some(html)) => Html::sanitise(html),
            (None, None) => before.html,
            _ => return Err(invalid("text", "Give either text or html.")),
        };
        let Recipients { to, cc, bcc, reply_to } = before.recipients;
        Ok(Content {
            html,
            recipients: Recipients {
                to: self.to.clone().unwrap_or(to),
                cc: self.cc.clone().unwrap_or(cc),
                bcc: self.bcc.clone().unwrap_or(bcc),
                reply_to,
            },
            subject: self.subject.clone().unwrap_or(before.subject),
            inbox: self.inbox.or(before.inbox),
            contact: self.contact.or(before.contact),
            message: self.message.or(before.message),
        })
    }
}

/// Keep a draft
///
/// One of each kind in a conversation: 409 if there is one with other words.
#[utoipa::path(post, path = "/api/v1/drafts", tag = "drafts", request_body = DraftIn, responses((status = 201, body = DraftOut)))]
pub(crate) async fn create(who: Reader, State(app): State<App>, post: Post<DraftIn>) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let place = match it.conversation {
            Some(id) => Place::In(id, it.kind.unwrap_or(DraftKind::Reply)),
            None => Place::New,
        };
        let saved = verbs::save(tx, me, place, 0, &it.content(Content::default())?)?;
        load(saved.id)(tx, me)
    })
    .await
}

/// Change a draft
#[utoipa::path(patch, path = "/api/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path), If), request_body = DraftIn, responses((status = 200, body = DraftOut)))]
pub(crate) async fn change(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<DraftId>,
    seen: If,
    Body(it): Body<DraftIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        if it.conversation.is_some() || it.kind.is_some() {
            return Err(invalid("conversation", "A draft stays where it was begun."));
        }
        let draft = verbs::find(tx, me, id)?;
        let before = Content {
            html: draft.html(),
            recipients: draft.recipients(),
            subject: draft.subject.clone(),
            inbox: draft.inbox_id,
            contact: draft.contact_id,
            message: draft.message_id,
        };
        let content = it.content(before)?;
        verbs::save(tx, me, Place::Known(id), draft.version, &content).map(|_| ())
    };
    seen.change(&app, &who, load(id), work).await
}

/// Discard a draft
#[utoipa::path(delete, path = "/api/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn discard(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<DraftId>,
    seen: If,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::find(tx, me, id)?;
        verbs::discard(tx, me, id)
    };
    seen.remove(&app, &who, load(id), work).await
}

/// A file that was uploaded before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachIn {
    #[schema(value_type = String)]
    pub attachment: UploadId,
}

/// Put a file on a draft
#[utoipa::path(post, path = "/api/v1/drafts/{id}/attachments", tag = "drafts", params(("id" = String, Path)), request_body = AttachIn, responses((status = 201, body = DraftOut)))]
pub(crate) async fn attach(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<DraftId>,
    post: Post<AttachIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        verbs::find(tx, me, id)?;
        let taken: Vec<NewAttachment> = uploads::take_all(tx, me, &[it.attachment], "")?;
        for file in &taken {
            verbs::attach(tx, me, id, file)?;
        }
        load(id)(tx, me)
    })
    .await
}

/// Take a file off a draft
#[utoipa::path(delete, path = "/api/v1/drafts/{id}/attachments/{attachment}", tag = "drafts", params(("id" = String, Path), ("attachment" = String, Path)), responses((status = 204)))]
pub(crate) async fn detach(
    who: Reader,
    State(app): State<App>,
    Two(id, attachment): Two<DraftId, UploadId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::detach(tx, &me, id, attachment.raw())).await?;
    Ok(nothing())
}

/// How a draft is sent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendIn {
    /// Only this version: 409 if there is a newer one.
    pub version: Option<i64>,
    /// What the conversation becomes.
    #[schema(value_type = Option<String>)]
    pub then: Option<Category>,
    /// The last message that the writer has seen: if there is a newer one, 409 is answered.
    #[schema(value_type = Option<String>)]
    pub seen: Option<MessageId>,
    /// Left out, now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
}

/// Send a draft
///
/// It becomes a message and is a draft no more, both or neither.
#[utoipa::path(post, path = "/api/v1/drafts/{id}/send", tag = "drafts", params(("id" = String, Path)), request_body = SendIn, responses((status = 201, body = MessageOut)))]
pub(crate) async fn send(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<DraftId>,
    post: Post<SendIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let how = Sending {
            version: it.version,
            then: it.then,
            seen: it.seen,
            send_at: it.send_at,
            source: "api",
        };
        let sent = verbs::send(tx, me, id, &how)?;
        let (message, files) = thread::message(tx, me, sent.message)?;
        Ok(MessageOut::of(message, &files))
    })
    .await
}
