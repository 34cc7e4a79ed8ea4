//! Changing a conversation: each answers with the head of the thread, or leads back to it.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{self, Me},
    conversations::{self as verbs, Category, ConversationId, Priority},
    error::invalid,
    live::Standing,
    tags,
};
use tend_store::Tx;
use tend_views::urls;

use super::{Htmx, fragment, moment, read::head_of, undo::undoable};
use crate::{
    App,
    api::Id,
    asked::Form,
    live::Doing,
    pages::{
        Answer,
        frame::{Wanted, now},
        go,
    },
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

/// Makes the change and shows the head as it is then, with a word about it and the way back.
async fn answer(
    app: &App,
    wanted: Wanted,
    id: ConversationId,
    is_htmx: bool,
    work: impl Fn(&mut Tx, &Me) -> Result<String> + Send + 'static,
) -> Answer {
    let head = app
        .write(move |tx| {
            let said = undoable(tx, &wanted.me, &[id], |tx| work(tx, &wanted.me))?;
            let head = head_of(tx, &wanted, id, "mine")?;
            Ok(maud::html! { (head) (said) })
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

/// `#1042 is resolved.`
fn stands(tx: &mut Tx, id: ConversationId) -> Result<String> {
    let it = verbs::find(tx, id)?;
    let all = verbs::statuses(tx)?;
    let name = all.into_iter().find(|status| status.id == it.status_id).map(|it| it.name);
    let name = name.unwrap_or_else(|| it.category.label().to_owned());
    Ok(format!("#{} is {}.", it.number, name.to_lowercase()))
}

change! {
    /// `subject`.
    subject needs ConversationsUpdate, |tx, me, id, sent| {
        verbs::set_subject(tx, me, id, &sent.subject)?;
        Ok(String::new())
    }
}

change! {
    /// `status`: a status's id, or the word of a category.
    status needs ConversationsUpdate, |tx, me, id, sent| {
        match sent.status.parse::<Category>() {
            Ok(category) => verbs::set_category(tx, me, id, category)?,
            Err(_) => {
                let no = |_| invalid("status", "There is no such status.");
                verbs::set_status(tx, me, id, sent.status.parse().map_err(no)?)?;
            }
        }
        stands(tx, id)
    }
}

change! {
    /// `agent`: an id, or nothing for nobody.
    assignee needs ConversationsAssign, |tx, me, id, sent| {
        let to = optional(&sent.agent, "agent")?;
        verbs::assign(tx, me, id, to)?;
        let number = verbs::find(tx, id)?.number;
        Ok(match to {
            Some(to) if to == me.id => format!("#{number} is yours."),
            Some(to) => format!("#{number} is {}’s.", agents::find(tx, to)?.name),
            None => format!("#{number} is back in the queue."),
        })
    }
}

change! {
    /// `team`: an id, or nothing for none.
    team needs ConversationsAssign, |tx, me, id, sent| {
        let to = optional(&sent.team, "team")?;
        verbs::set_team(tx, me, id, to)?;
        let number = verbs::find(tx, id)?.number;
        Ok(match to {
            Some(to) => format!("#{number} is with {}.", agents::teams::find(tx, to)?.name),
            None => format!("#{number} is with no team."),
        })
    }
}

change! {
    /// `priority`: its word.
    priority needs ConversationsUpdate, |tx, me, id, sent| {
        let to: Priority = sent.priority.parse().map_err(|it: &'static str| invalid("priority", it))?;
        verbs::set_priority(tx, me, id, to)?;
        Ok(format!("The priority is {} now.", to.word()))
    }
}

change! {
    /// `tag` several times, and `new`: all that shall stand on it.
    tags_of needs ConversationsUpdate, |tx, me, id, sent| {
        set_tags(tx, me, id, &sent)?;
        Ok("Its tags were changed.".to_owned())
    }
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
    snooze needs ConversationsUpdate, |tx, me, id, sent| {
        let until = match sent.until.as_str() {
            "" | "reply" => None,
            text => {
                let at = moment(text, me);
                Some(at.ok_or_else(|| invalid("until", "This is not a time."))?)
            }
        };
        verbs::snooze(tx, me, id, until)?;
        let number = verbs::find(tx, id)?.number;
        Ok(match until {
            Some(at) => format!("#{number} comes back {}.", now(tx, me).until_text(at)),
            None => format!("#{number} comes back when the customer writes."),
        })
    }
}

change! {
    /// Ends a snooze.
    wake needs ConversationsUpdate, |tx, me, id, _sent| {
        verbs::set_category(tx, me, id, Category::Open)?;
        stands(tx, id)
    }
}

change! {
    /// Hears of it from now on.
    follow needs ConversationsRead, |tx, me, id, _sent| {
        verbs::follow(tx, me, id)?;
        Ok(String::new())
    }
}

change! {
    /// Hears of it no more.
    unfollow needs ConversationsRead, |tx, me, id, _sent| {
        verbs::unfollow(tx, me, id)?;
        Ok(String::new())
    }
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
