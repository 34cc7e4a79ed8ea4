use axum::{Json, extract::State, http::StatusCode, response::Response};
use jiff::Timestamp;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{AgentId, Me, Permission},
    contacts::{self, Contact},
    conversations::{
        self as verbs, Category, Conversation, ConversationId, Direction, Incoming, MessageId,
        NewReply, Recipients, thread,
    },
    error::invalid,
    html::Html,
    inboxes::{self, Channel},
    outbox,
    uploads::{self, UploadId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Id, If, List, Paging, Post, Query, out::MessageOut, post::Nothing};
use crate::{
    App, WebError,
    pages::inbox::mail::{as_file, bytes_of},
    who::{
        May,
        may::{ConversationsRead, ConversationsReply},
    },
};

/// A message to be written.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageIn {
    /// `inbound`: the customer says it. `outbound`: we say it to them. `note`: to each other.
    #[schema(value_type = String)]
    pub direction: Option<Direction>,
    /// One of `text` and `html`.
    pub text: Option<String>,
    pub html: Option<String>,
    /// Of an outbound mail; left out, the contact.
    #[serde(default)]
    pub to: Vec<String>,
    #[serde(default)]
    pub cc: Vec<String>,
    #[serde(default)]
    pub bcc: Vec<String>,
    /// Of an outbound mail; left out, the conversation's.
    #[serde(default)]
    pub subject: String,
    /// Whom a note names.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub mentions: Vec<AgentId>,
    /// What the conversation becomes after an outbound message.
    #[schema(value_type = Option<String>)]
    pub then: Option<Category>,
    /// When an outbound mail leaves; left out, now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
    /// Files that were uploaded before, by their ids.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachments: Vec<UploadId>,
    /// The last message that the writer has seen: if there is a newer one, 409 is answered.
    #[schema(value_type = Option<String>)]
    pub seen: Option<MessageId>,
    /// What [`MessageIn::prepare`] made.
    #[serde(skip)]
    ready: Option<(Html, String)>,
}

impl MessageIn {
    /// Cleans its HTML before the write, where everybody else would wait for it.
    pub fn prepare(&mut self) -> Result<()> {
        self.ready = match self.html() {
            Ok(html) => Some((html, self.plain()?)),
            // Whether that is wrong is for the write to say: it knows what it is for.
            Err(_) => None,
        };
        Ok(())
    }

    pub fn html(&self) -> Result<Html> {
        if let Some((html, _)) = &self.ready {
            return Ok(html.clone());
        }
        match (&self.text, &self.html) {
            (Some(text), None) => Ok(Html::from_text(text)),
            (None, Some(html)) => Ok(Html::sanitise(html)),
            (None, None) if !self.attachments.is_empty() => Ok(Html::default()),
            _ => Err(invalid("text", "Give either text or html.")),
        }
    }

    /// The plain words of it.
    pub fn plain(&self) -> Result<String> {
        if let Some((_, plain)) = &self.ready {
            return Ok(plain.clone());
        }
        match &self.text {
            Some(text) if self.html.is_none() => Ok(text.trim().replace('\0', "")),
            _ => Ok(self.html()?.to_text()),
        }
    }
}

/// List messages
///
/// Of a conversation, oldest first.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages", tag = "messages", params(("id" = String, Path), Paging), responses((status = 200, body = List<MessageOut>)))]
pub(crate) async fn list(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<MessageOut>>, WebError> {
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let me = who.me.clone();
    let page = app.read(move |tx| thread::messages(tx, &me, id, from, limit)).await?;
    Ok(List::of(page, |it| MessageOut::of(it.0, &it.1)))
}

/// Write a message
///
/// As the customer (`inbound`), to the customer (`outbound`), or as a `note`.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", tag = "messages", params(("id" = String, Path)), request_body = MessageIn, responses((status = 201, body = MessageOut)))]
pub(crate) async fn create(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    mut post: Post<MessageIn>,
) -> Result<Response, WebError> {
    post.input.prepare()?;
    let show = |tx: &mut Tx, _: &Me, id| {
        let (message, files) = thread::own_message(tx, id)?;
        Ok(MessageOut::of(message, &files))
    };
    post.create_and_show(&app, &who, move |tx, me, it| write(tx, me, id, it), show).await
}

/// One message
#[utoipa::path(get, path = "/api/v1/messages/{id}", tag = "messages", params(("id" = String, Path), If), responses((status = 200, body = MessageOut)))]
pub(crate) async fn find(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx, me| shown(tx, me, id)).await
}

/// A message as it is answered.
pub(super) fn shown(tx: &mut Tx, me: &Me, id: MessageId) -> Result<MessageOut> {
    let (message, files) = thread::message(tx, me, id)?;
    Ok(MessageOut::of(message, &files))
}

/// Take a message back
///
/// As long as it has not begun to leave.
#[utoipa::path(delete, path = "/api/v1/messages/{id}", tag = "messages", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn undo(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
) -> Result<StatusCode, WebError> {
    let me = who.me.clone();
    app.write(move |tx| verbs::undo_send(tx, &me, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a message again
///
/// One that failed, that waits for its next try, or of which nobody knows whether it arrived:
/// under the same Message-ID, and only to those who did not get it.
#[utoipa::path(post, path = "/api/v1/messages/{id}/retry", tag = "messages", params(("id" = String, Path)), request_body = Nothing, responses((status = 200, body = MessageOut)))]
pub(crate) async fn retry(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    post: Post<Nothing>,
) -> Answer {
    post.done(&app, &who, move |tx, me, _| {
        outbox::retry(tx, me, id)?;
        let (message, files) = thread::message(tx, me, id)?;
        Ok(MessageOut::of(message, &files))
    })
    .await
}

/// Download a mail as it came
///
/// Of a message that came by mail.
#[utoipa::path(get, path = "/api/v1/messages/{id}/original", tag = "messages", params(("id" = String, Path)), responses((status = 200, content_type = "application/octet-stream", body = String)))]
pub(crate) async fn original(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
) -> Answer {
    let (_, bytes) = bytes_of(&app, &who, id).await?;
    Ok(as_file(&format!("{id}.eml"), bytes))
}

fn write(tx: &mut Tx, me: &Me, id: ConversationId, it: &MessageIn) -> Result<MessageId> {
    match it.direction {
        Some(Direction::Inbound) => {
            let conversation = verbs::find_visible(tx, me, id)?;
            let contact = contacts::find(tx, conversation.contact_id)?;
            let inbox = inboxes::find(tx, conversation.inbox_id)?;
            if inbox.channel != Channel::Api {
                let why = "Only in an API inbox can a program speak as the customer.";
                return Err(invalid("direction", why));
            }
            receive(tx, me, Incoming::new(inbox, contact), it, Some(conversation))
        }
        Some(Direction::Outbound) => reply(tx, me, id, it),
        Some(Direction::Note) => {
            let html = it.html()?;
            let files = uploads::take_all(tx, me, &it.attachments, html.as_str())?;
            verbs::note(tx, me, id, &html, &files, &it.mentions)
        }
        None => Err(invalid("direction", "Say inbound, outbound or note.")),
    }
}

/// Speaks as the customer; for those who may also answer.
pub(super) fn receive(
    tx: &mut Tx,
    me: &Me,
    mut incoming: Incoming,
    it: &MessageIn,
    into: Option<Conversation>,
) -> Result<MessageId> {
    me.require(Permission::ConversationsReply)?;
    incoming.text = it.plain()?;
    if it.html.is_some() {
        incoming.html = it.html()?;
    }
    incoming.attachments = uploads::take_all(tx, me, &it.attachments, incoming.html.as_str())?;
    if incoming.text.is_empty() && incoming.attachments.is_empty() {
        return Err(invalid("text", "Write something first."));
    }
    Ok(verbs::receive_into(tx, &incoming, into)?.message)
}

pub(super) fn reply(tx: &mut Tx, me: &Me, id: ConversationId, it: &MessageIn) -> Result<MessageId> {
    let html = it.html()?;
    let attachments = uploads::take_all(tx, me, &it.attachments, html.as_str())?;
    let new = NewReply {
        html,
        recipients: Recipients {
            to: it.to.clone(),
            cc: it.cc.clone(),
            bcc: it.bcc.clone(),
            ..Recipients::default()
        },
        subject: it.subject.clone(),
        attachments,
        then: it.then,
        seen: it.seen,
        send_at: it.send_at,
        source: "api",
    };
    verbs::reply(tx, me, id, &new)
}

/// The one whom the API names, known before or new.
pub(super) fn known(tx: &mut Tx, who: &contacts::Stranger) -> Result<Contact> {
    contacts::meet(tx, tend_core::Actor::System, who)
}
