//! Composers: what one starts with, and the drafts behind them.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Error, Result,
    agents::{Me, Permission},
    contacts,
    conversations::{
        self, ConversationId, Forwarded, MessageId, Recipients,
        thread::{self, Thread},
    },
    drafts::{self, Content, Draft, DraftKind, Place},
    inboxes::{self, Channel},
    uploads,
};
use tend_store::Tx;
use tend_views::{
    inbox::{
        Composer, UploadedFile,
        compose::{ForwardedShown, Kind},
        composer, draft_elsewhere, draft_state, new_conversation,
    },
    urls,
};

use super::{
    fragment, offered,
    send::{Written, stored_html},
};
use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted},
    who::{
        May,
        may::{ConversationsRead, ConversationsReply},
    },
};

/// Which composer is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: Option<String>,
    message: Option<String>,
    contact: Option<String>,
    draft: Option<String>,
}

/// The composer as a fragment.
pub(crate) async fn show(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let offered = offered(tx, &wanted.me)?;
            let thread = thread::thread(tx, &wanted.me, id, 1)?;
            let (kind, message) = (asked.kind.as_deref(), asked.message.as_deref());
            let it = composer_of(tx, &wanted.me, &thread, kind, message)?;
            let it = it.ok_or(Error::Forbidden("conversations.reply"))?;
            Ok(composer(&frame, &it, &offered))
        })
        .await?;
    Ok(fragment(page))
}

/// The form of a new conversation.
pub(crate) async fn new(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::new_conversation());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let mut offered = offered(tx, me)?;
            offered.inboxes.retain(|it| it.channel == Channel::Email);
            let mut it = Composer::blank(None, Kind::New, "");
            it.key = key(tx);
            it.inbox = offered.inboxes.first().map(|it| it.id);
            if let Some(id) = asked.contact.as_deref().and_then(|it| it.parse().ok()) {
                it.recipients.to.extend(contacts::primary_email(tx, id)?);
            }
            if let Some(id) = asked.draft.as_deref().and_then(|it| it.parse().ok()) {
                let draft = drafts::find(tx, me, id)?;
                it.draft = draft.id.to_string();
                it.inbox = draft.inbox_id.or(it.inbox);
                take_up(tx, me, &mut it, &draft)?;
            }
            Ok(new_conversation(&frame, &it, &offered))
        })
        .await?;
    Ok(page.into_response())
}

/// The composer that a thread starts with, or goes on with: none for who may not write.
pub(super) fn composer_of(
    tx: &mut Tx,
    me: &Me,
    thread: &Thread,
    kind: Option<&str>,
    message: Option<&str>,
) -> Result<Option<Composer>> {
    let c = &thread.conversation;
    let (may_reply, may_note) = (thread.may.reply, thread.may.note);
    let usual = if may_reply { Kind::Reply } else { Kind::Note };
    let kind = kind.and_then(Kind::of).unwrap_or(usual);
    let allowed = if kind == Kind::Note { may_note } else { may_reply };
    if !allowed || kind == Kind::New {
        return Ok(None);
    }
    let defaults = conversations::reply_to(tx, me, c.id)?;
    let mut it = Composer::blank(Some(c.id), kind, &thread.contact.name);
    (it.may_reply, it.may_note) = (may_reply, may_note);
    it.has_others = defaults.has_others();
    it.is_mail = thread.inbox.channel == Channel::Email;
    it.inbox = Some(thread.inbox.id);
    it.seen = defaults.seen;
    it.key = key(tx);
    it.recipients = match kind {
        Kind::ReplyAll => defaults.reply_all,
        Kind::Reply => defaults.reply,
        _ => Recipients::default(),
    };
    let draft = drafts::of(tx, me, c.id)?.into_iter().find(|it| it.kind == kept_as(kind));
    if kind == Kind::Forward {
        it.subject = format!("Fwd: {}", c.subject);
        let asked: Option<MessageId> = message.and_then(|it| it.parse().ok());
        let message = asked.or(draft.as_ref().and_then(|it| it.message_id));
        let what = message.map_or(Forwarded::Thread, Forwarded::Message);
        it.forwarded = Some(match forwarded(tx, me, c.id, what) {
            // The one of the draft was deleted since.
            Err(Error::NotFound(_)) if asked.is_none() => {
                forwarded(tx, me, c.id, Forwarded::Thread)?
            }
            other => other?,
        });
    }
    if let Some(draft) = draft {
        take_up(tx, me, &mut it, &draft)?;
    }
    Ok(Some(it))
}

/// What is forwarded stands below the words, and goes along as it is.
fn forwarded(tx: &mut Tx, me: &Me, id: ConversationId, what: Forwarded) -> Result<ForwardedShown> {
    let preview = conversations::forward_preview(tx, me, id, what)?;
    let message = match what {
        Forwarded::Message(message) => Some(message),
        Forwarded::Thread => None,
    };
    Ok(ForwardedShown { message, html: preview.html, files: preview.files })
}

/// What is sent goes out once: the form has a key of its own.
fn key(tx: &mut Tx) -> String {
    tend_store::encode("key", tx.now().as_microsecond())
}

fn kept_as(kind: Kind) -> DraftKind {
    match kind {
        Kind::Reply | Kind::ReplyAll => DraftKind::Reply,
        Kind::Note => DraftKind::Note,
        Kind::Forward => DraftKind::Forward,
        Kind::New => DraftKind::New,
    }
}

/// Goes on with a draft.
fn take_up(tx: &mut Tx, me: &Me, it: &mut Composer, draft: &Draft) -> Result<()> {
    it.html = draft.html();
    if !draft.recipients().to.is_empty() {
        it.recipients = draft.recipients();
    }
    if !draft.subject.is_empty() {
        it.subject.clone_from(&draft.subject);
    }
    it.kept_at = Some(draft.changed_at);
    it.version = draft.version;
    for file in drafts::attachments(tx, me, draft.id)? {
        it.files.push(UploadedFile {
            id: file.id.to_string(),
            name: file.name,
            size: file.size,
            media_type: file.media_type,
        });
    }
    Ok(())
}

/// Keeps the draft of a conversation.
pub(crate) async fn keep(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Form(written): Form<Written>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let kept = app
        .write(move |tx| {
            let me = &wanted.me;
            let kind = Kind::of(&written.kind).unwrap_or(Kind::Reply);
            let content = Content {
                html: stored_html(&written),
                recipients: written.recipients(),
                subject: written.subject.clone(),
                message: written.message.parse().ok(),
                ..Content::default()
            };
            let place = Place::In(id, kept_as(kind));
            let saved = drafts::save(tx, me, place, written.version, &content)?;
            uploads::tie(tx, me, saved.id, &written.files())?;
            let frame = wanted.read(tx)?;
            Ok(draft_state(&frame, Some(frame.now.at), saved.version, None))
        })
        .await;
    match kept {
        Ok(page) => Ok(fragment(page)),
        Err(error) if error.status == StatusCode::CONFLICT => {
            Ok((StatusCode::CONFLICT, draft_elsewhere()).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Throws the drafts of a conversation away.
pub(crate) async fn discard(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        for draft in drafts::of(tx, &me, id)? {
            drafts::discard(tx, &me, draft.id)?;
        }
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// After sending: what was kept of it is needed no more.
pub(super) fn forget(tx: &mut Tx, me: &Me, id: ConversationId, kind: Kind) -> Result<()> {
    let drafts = drafts::of(tx, me, id)?;
    match drafts.into_iter().find(|it| it.kind == kept_as(kind)) {
        Some(it) => drafts::discard(tx, me, it.id),
        None => Ok(()),
    }
}

/// The inbox of a new conversation: the one that was chosen, or the only one.
pub(super) fn chosen_inbox(tx: &mut Tx, me: &Me, text: &str) -> Result<inboxes::InboxId> {
    me.require(Permission::ConversationsReply)?;
    if let Ok(id) = text.parse() {
        return Ok(inboxes::find_visible(tx, me, id)?.id);
    }
    let only = inboxes::only_of_channel(tx, me, Channel::Email)?;
    only.map(|it| it.id)
        .ok_or_else(|| tend_core::error::invalid("inbox", "Choose from which inbox to write."))
}
