//! What else is done with a conversation: put together, shown to others, done to many.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::{self, AgentId, Me, TeamId},
    conversations::{
        self as verbs, BulkAction, Category, ConversationId, Forwarded, MergeId, MessageId,
        NewForward, Priority, Recipients, thread,
    },
    error::{invalid, not_found},
    html::Html,
    tags::{self, TagId},
    uploads::{self, UploadId},
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Id, If, List, Paging, Post, Query, nothing,
    out::{ConversationOut, MessageOut, Named},
    present,
};
use crate::{
    App,
    pages::customers::Two,
    who::{
        May,
        may::{
            ConversationsDelete, ConversationsMerge, ConversationsRead, ConversationsReply,
            ConversationsUpdate,
        },
    },
};

/// Delete a conversation
///
/// With all that was said in it, for good. Its number is never given again.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn delete(
    who: May<ConversationsDelete>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    seen: If,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| ConversationOut::load(tx, me, id);
    seen.remove(&app, &who, load, move |tx, me| verbs::delete(tx, me, id).map(drop)).await
}

/// End a snooze
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/snooze", tag = "conversations", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn wake(
    who: May<ConversationsUpdate>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::set_category(tx, &me, id, Category::Open)).await?;
    Ok(nothing())
}

/// List followers
///
/// The agents who follow a conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/followers", tag = "conversations", params(("id" = String, Path), Paging), responses((status = 200, body = List<Named>)))]
pub(crate) async fn followers(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            verbs::find_visible(tx, &me, id)?;
            let ids = verbs::followers(tx, id)?;
            let named = |it: agents::Agent| Named { id: it.id.to_string(), name: it.name };
            ids.into_iter().map(|it| agents::find(tx, it).map(named)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

/// To whom an answer goes if nobody says otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyToOut {
    /// For an answer to the one who wrote last.
    pub to: Vec<String>,
    /// For an answer to everyone on the last message.
    pub all_to: Vec<String>,
    pub all_cc: Vec<String>,
    pub subject: String,
    /// For `seen`: by it, a send that crossed with another is noticed.
    pub last_message_id: Option<String>,
}

/// To whom an answer goes
#[utoipa::path(get, path = "/api/v1/conversations/{id}/reply-to", tag = "conversations", params(("id" = String, Path)), responses((status = 200, body = ReplyToOut)))]
pub(crate) async fn reply_to(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| verbs::reply_to(tx, &me, id)).await?;
    Ok(Json(ReplyToOut {
        to: it.reply.to,
        all_to: it.reply_all.to,
        all_cc: it.reply_all.cc,
        subject: it.subject,
        last_message_id: it.seen.map(|it| it.to_string()),
    })
    .into_response())
}

/// Which conversation would go.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FromConversation {
    /// The one that goes.
    #[param(value_type = String, required = true)]
    pub from: Option<ConversationId>,
}

/// What a merge of two conversations would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CasePreviewOut {
    pub from_id: String,
    pub into_id: String,
    /// So many move.
    pub messages: i64,
    /// They are of different contacts: both see what is answered from then on.
    pub other_contact: bool,
}

/// Preview a merge of conversations
#[utoipa::path(get, path = "/api/v1/conversations/{id}/merges/preview", tag = "conversations", params(("id" = String, Path), FromConversation), responses((status = 200, body = CasePreviewOut)))]
pub(crate) async fn merge_preview(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Query(asked): Query<FromConversation>,
) -> Answer {
    let me = who.me.clone();
    let it = app
        .read(move |tx| {
            verbs::find_visible(tx, &me, id)?;
            let from = asked.from.ok_or_else(|| invalid("from", "Say which one goes."))?;
            verbs::merge_preview(tx, &me, from, id)
        })
        .await?;
    Ok(Json(CasePreviewOut {
        from_id: it.from.id.to_string(),
        into_id: it.into.id.to_string(),
        messages: it.messages,
        other_contact: it.other_contact,
    })
    .into_response())
}

/// Which conversation goes into the one in the path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseMergeIn {
    /// The one that goes. Its number and its mails lead to the one that stays.
    #[schema(value_type = String)]
    pub from: ConversationId,
}

/// A merge that was done, and the conversation that stays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseMerged {
    /// Of the merge, to take it back.
    pub id: String,
    pub conversation: ConversationOut,
}

/// Merge conversations
///
/// The one in the body goes into the one in the path. It can be taken back.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/merges", tag = "conversations", params(("id" = String, Path)), request_body = CaseMergeIn, responses((status = 201, body = CaseMerged)))]
pub(crate) async fn merge(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    post: Post<CaseMergeIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let merge = verbs::merge(tx, me, it.from, id)?;
        let conversation = ConversationOut::load(tx, me, id)?;
        Ok(CaseMerged { id: merge.to_string(), conversation })
    })
    .await
}

/// Take a merge of conversations back
///
/// What it moved, and nothing that came later.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/merges/{merge}", tag = "conversations", params(("id" = String, Path), ("merge" = String, Path)), responses((status = 204)))]
pub(crate) async fn unmerge(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    Two(id, merge): Two<ConversationId, MergeId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        verbs::find_visible(tx, &me, id)?;
        if verbs::merged_into(tx, merge)? != Some(id) {
            return Err(not_found("merge"));
        }
        verbs::unmerge(tx, &me, merge)
    })
    .await?;
    Ok(nothing())
}

/// A message, or the whole thread, for someone who does not take part.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForwardIn {
    /// Left out, the thread without its notes.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageId>,
    pub to: Vec<String>,
    #[serde(default)]
    pub cc: Vec<String>,
    #[serde(default)]
    pub bcc: Vec<String>,
    /// What you say to it: `text` or `html`, or nothing.
    pub text: Option<String>,
    pub html: Option<String>,
    /// Left out, `Fwd:` and the conversation's.
    #[serde(default)]
    pub subject: String,
    /// Further files that were uploaded before.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachments: Vec<UploadId>,
    /// The files of what is forwarded go with it.
    #[serde(default)]
    pub with_files: bool,
    /// Left out, now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
}

impl ForwardIn {
    fn send(&self, tx: &mut Tx, me: &Me, id: ConversationId) -> Result<MessageId> {
        let html = match (&self.text, &self.html) {
            (Some(text), None) => Html::from_text(text),
            (None, Some(html)) => Html::sanitise(html),
            (None, None) => Html::default(),
            _ => return Err(invalid("text", "Give either text or html.")),
        };
        let new = NewForward {
            what: self.message.map_or(Forwarded::Thread, Forwarded::Message),
            attachments: uploads::take_all(tx, me, &self.attachments, html.as_str())?,
            html,
            recipients: Recipients {
                to: self.to.clone(),
                cc: self.cc.clone(),
                bcc: self.bcc.clone(),
                ..Recipients::default()
            },
            subject: self.subject.clone(),
            with_files: self.with_files,
            send_at: self.send_at,
            source: "api",
        };
        verbs::forward(tx, me, id, &new)
    }
}

/// Forward a message or a thread
///
/// It stands in the thread with its own recipients; the customer still waits.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/forwards", tag = "messages", params(("id" = String, Path)), request_body = ForwardIn, responses((status = 201, body = MessageOut)))]
pub(crate) async fn forward(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    post: Post<ForwardIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let message = it.send(tx, me, id)?;
        let (message, files) = thread::message(tx, me, message)?;
        Ok(MessageOut::of(message, &files))
    })
    .await
}

/// What is done to many conversations: exactly one of these.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionIn {
    /// To an agent; null gives them back to the queue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub assign: Option<Option<AgentId>>,
    /// To a team; null takes them out of any.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<TeamId>>,
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
    #[schema(value_type = Option<String>)]
    pub priority: Option<Priority>,
    /// By its name; made if there is none and the agent may make one.
    pub tag: Option<String>,
    #[schema(value_type = Option<String>)]
    pub untag: Option<TagId>,
    /// Until a time; null, until the customer writes.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snooze: Option<Option<Timestamp>>,
    /// `true` for read, `false` for unread.
    pub read: Option<bool>,
}

impl ActionIn {
    fn meant(&self, tx: &mut Tx, me: &Me) -> Result<BulkAction> {
        let tag = match &self.tag {
            Some(name) => Some(BulkAction::Tag(tags::named(tx, me, name)?)),
            None => None,
        };
        let read = |it| if it { BulkAction::MarkRead } else { BulkAction::MarkUnread };
        let all = [
            tag,
            self.assign.map(BulkAction::Assign),
            self.team.map(BulkAction::Team),
            self.category.map(BulkAction::Category),
            self.priority.map(BulkAction::Priority),
            self.untag.map(BulkAction::Untag),
            self.snooze.map(BulkAction::Snooze),
            self.read.map(read),
        ];
        let mut given = all.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(invalid("action", "Say exactly one thing that is to be done.")),
        }
    }
}

/// Which conversations, and what is done to them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkIn {
    /// At most 200.
    #[schema(value_type = Vec<String>)]
    pub conversations: Vec<ConversationId>,
    pub action: ActionIn,
}

/// One that was left as it is, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedOut {
    pub id: String,
    /// A sentence for people.
    pub problem: String,
}

/// How it went with each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkOut {
    pub done: Vec<String>,
    pub refused: Vec<RefusedOut>,
}

/// Change many conversations
///
/// The same is done to each; what is refused for one does not hinder the others.
#[utoipa::path(post, path = "/api/v1/conversations/bulk", tag = "conversations", request_body = BulkIn, responses((status = 200, body = BulkOut)))]
pub(crate) async fn bulk(
    who: May<ConversationsRead>,
    State(app): State<App>,
    post: Post<BulkIn>,
) -> Answer {
    post.done(&app, &who, |tx, me, it| {
        let action = it.action.meant(tx, me)?;
        let out = verbs::bulk(tx, me, &it.conversations, &action)?;
        let refused =
            |(id, problem): (ConversationId, String)| RefusedOut { id: id.to_string(), problem };
        Ok(BulkOut {
            done: out.done.iter().map(ToString::to_string).collect(),
            refused: out.refused.into_iter().map(refused).collect(),
        })
    })
    .await
}
