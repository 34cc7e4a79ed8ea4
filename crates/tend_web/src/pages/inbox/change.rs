//! Changing a conversation: each answers with the head of the thread, or leads back to it.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
};
use axum_extra::extract::Form;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    conversations::{self as verbs, Category, ConversationId, Priority},
    error::invalid,
    live::Standing,
    tags,
};
use tend_store::Tx;
use tend_views::urls;

use super::{Htmx, fragment, moment, read::head_of};
use crate::{
    App,
    api::Id,
    live::Doing,
    pages::{Answer, frame::Wanted, go},
    who::{
        May,
        may::{ConversationsAssign, ConversationsRead, ConversationsUpdate},
    },
};

/// What these forms send; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    subject: String,
    status: String,
    agent: String,
    team: String,
    priority: String,
    until: String,
    tag: Vec<String>,
    new: String,
    doing: String,
}

/// Makes the change and shows the head as it is then.
async fn answer(
    app: &App,
    wanted: Wanted,
    id: ConversationId,
    is_htmx: bool,
    work: impl Fn(&mut Tx, &Me) -> Result<()> + Send + 'static,
) -> Answer {
    let head = app
        .write(move |tx| {
            work(tx, &wanted.me)?;
            head_of(tx, &wanted, id, "mine")
        })
        .await?;
    Ok(if is_htmx { fragment(head) } else { go(&urls::conversation(id)) })
}

macro_rules! change {
    ($(#[$meta:meta])* $name:ident needs $may:ident, |$tx:ident, $me:ident, $id:ident, $sent:ident| $work:expr) => {
        $(#[$meta])*
        pub(crate) async fn $name(
            who: May<$may>,
            State(app): State<App>,
            Id($id): Id<ConversationId>,
            Htmx(is_htmx): Htmx,
            Form($sent): Form<Sent>,
        ) -> Answer {
            let wanted = Wanted::by(&who, "");
            answer(&app, wanted, $id, is_htmx, move |$tx, $me| $work).await
        }
    };
}

change! {
    /// `subject`.
    subject needs ConversationsUpdate, |tx, me, id, sent| verbs::set_subject(tx, me, id, &sent.subject)
}

change! {
    /// `status`: a status's id, or the word of a category.
    status needs ConversationsUpdate, |tx, me, id, sent| match sent.status.parse::<Category>() {
        Ok(category) => verbs::set_category(tx, me, id, category),
        Err(_) => {
            let status = sent.status.parse().map_err(|_| invalid("status", "There is no such status."))?;
            verbs::set_status(tx, me, id, status)
        }
    }
}

change! {
    /// `agent`: an id, or nothing for nobody.
    assignee needs ConversationsAssign, |tx, me, id, sent| verbs::assign(tx, me, id, optional(&sent.agent, "agent")?)
}

change! {
    /// `team`: an id, or nothing for none.
    team needs ConversationsAssign, |tx, me, id, sent| verbs::set_team(tx, me, id, optional(&sent.team, "team")?)
}

change! {
    /// `priority`: its word.
    priority needs ConversationsUpdate, |tx, me, id, sent| {
        let to: Priority = sent.priority.parse().map_err(|it: &'static str| invalid("priority", it))?;
        verbs::set_priority(tx, me, id, to)
    }
}

change! {
    /// `tag` several times, and `new`: all that shall stand on it.
    tags_of needs ConversationsUpdate, |tx, me, id, sent| set_tags(tx, me, id, &sent)
}

fn set_tags(tx: &mut Tx, me: &Me, id: ConversationId, sent: &Sent) -> Result<()> {
    verbs::find_visible(tx, me, id)?;
    let mut wanted = Vec::new();
    for it in &sent.tag {
        wanted.push(it.parse().map_err(|_| invalid("tag", "There is no such tag."))?);
    }
    if !sent.new.trim().is_empty() {
        wanted.push(tags::named(tx, me, &sent.new)?);
    }
    let on: Vec<_> = tags::of(tx, id.raw())?.into_iter().map(|it| it.id).collect();
    for it in wanted.iter().filter(|it| !on.contains(it)) {
        verbs::tag(tx, me, id, *it)?;
    }
    for it in on.iter().filter(|it| !wanted.contains(it)) {
        verbs::untag(tx, me, id, *it)?;
    }
    Ok(())
}

change! {
    /// `until`: `reply`, or a moment.
    snooze needs ConversationsUpdate, |tx, me, id, sent| match sent.until.as_str() {
        "" | "reply" => verbs::snooze(tx, me, id, None),
        text => {
            let at = moment(text, me).ok_or_else(|| invalid("until", "This is not a time."))?;
            verbs::snooze(tx, me, id, Some(at))
        }
    }
}

change! {
    /// Ends a snooze.
    wake needs ConversationsUpdate, |tx, me, id, _sent| verbs::set_category(tx, me, id, Category::Open)
}

change! {
    /// Hears of it from now on.
    follow needs ConversationsRead, |tx, me, id, _sent| verbs::follow(tx, me, id)
}

change! {
    /// Hears of it no more.
    unfollow needs ConversationsRead, |tx, me, id, _sent| verbs::unfollow(tx, me, id)
}

/// Seen as far as it goes.
pub(crate) async fn read(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::mark_read(tx, &me, id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Shown as unread again; leads back to the list.
pub(crate) async fn unread(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::mark_unread(tx, &me, id)).await?;
    let back = (HeaderName::from_static("hx-redirect"), HeaderValue::from_static("/"));
    Ok(if is_htmx { ([back], "").into_response() } else { go(&urls::home()) })
}

/// Says what I do here, for those who look too.
pub(crate) async fn presence(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| verbs::find_visible(tx, &me, id)).await?;
    let doing = sent.doing.parse().unwrap_or(Doing::Looking);
    let standing =
        Standing { inbox_id: it.inbox_id.raw(), assignee_id: it.assignee_id, team_id: it.team_id };
    app.live.is_at(&who.me, id, standing, doing);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn optional<T: std::str::FromStr>(text: &str, field: &'static str) -> Result<Option<T>> {
    match text {
        "" => Ok(None),
        it => it.parse().map(Some).map_err(|_| invalid(field, "There is no such one.")),
    }
}
