//! Contacts and accounts.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod contact;
pub(crate) mod contacts;
pub(crate) mod export;
pub(crate) mod imports;
pub(crate) mod merge;
pub(crate) mod notes;

use axum::{
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use jiff::Timestamp;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    attributes::{self, About, AttributeId},
    conversations::ConversationId,
    page::{Cursor, Page},
    tags::{self, TagId},
    timeline::{Aspect, Told},
};
use tend_store::Tx;
use tend_views::{customers::TimelinePane, urls};

use super::{Answer, go, inbox::Htmx};
use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    who::{May, may::ConversationsUpdate},
};

/// How far lists are counted.
const MOST: i64 = 10_000;
/// How many lines a timeline shows at first.
const LINES: usize = 20;

/// Two ids in the path, in their order; what is no id of the kind is not found.
pub(crate) struct Two<A, B>(pub A, pub B);

impl<A: std::str::FromStr + Send, B: std::str::FromStr + Send> FromRequestParts<App> for Two<A, B> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let path = path.map_err(|_| WebError::not_found())?;
        let [(_, a), (_, b)] = path.as_slice() else { return Err(WebError::not_found()) };
        match (a.parse(), b.parse()) {
            (Ok(a), Ok(b)) => Ok(Self(a, b)),
            _ => Err(WebError::not_found()),
        }
    }
}

/// After a change: nothing for htmx, whose page hears of it by the live stream; else back.
pub(super) fn done(is_htmx: bool, back: &str) -> Answer {
    Ok(if is_htmx { StatusCode::NO_CONTENT.into_response() } else { go(back) })
}

/// What a timeline is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TimelineAsked {
    aspect: String,
    cursor: String,
    /// How many lines the page shows, when they are fetched anew.
    shown: usize,
}

impl TimelineAsked {
    fn aspect(&self) -> Aspect {
        self.aspect.parse().unwrap_or_default()
    }

    fn from(&self) -> Option<Cursor> {
        self.cursor.parse().ok()
    }

    fn limit(&self) -> usize {
        self.shown.clamp(LINES, 200)
    }

    /// With the page that was read.
    fn pane(&self, url: String, topic: String, page: Page<Told>) -> TimelinePane {
        let after = self.from().and_then(|it| Timestamp::from_microsecond(it.key).ok());
        TimelinePane {
            url,
            topic,
            aspect: self.aspect(),
            items: page.items,
            next: page.next,
            after,
        }
    }
}

/// The tag that a list is narrowed by.
fn tag_of(text: &str) -> Option<TagId> {
    text.parse().ok()
}

/// The attribute and value that a list is narrowed by: `name:value`.
fn attribute_of(tx: &mut Tx, about: About, text: &str) -> Result<Option<(AttributeId, String)>> {
    let Some((name, value)) = text.split_once(':') else { return Ok(None) };
    let all = attributes::definitions(tx, about)?;
    let found = all.into_iter().find(|it| it.name == name);
    Ok(found.map(|it| (it.id, value.to_owned())))
}

/// Which tags a form wants: those that are chosen, and new ones by their names.
fn wanted_tags(tx: &mut Tx, me: &Me, chosen: &[String], new: &str) -> Result<Vec<TagId>> {
    let mut all: Vec<TagId> = chosen.iter().filter_map(|it| it.parse().ok()).collect();
    for name in new.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        all.push(tags::named(tx, me, name)?);
    }
    Ok(all)
}

/// What a form sends that changes one attribute.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Attributed {
    name: String,
    value: String,
}

/// What a form sends that says which tags shall stand on something.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Tagged {
    tag: Vec<String>,
    new: String,
}

/// What is known of a conversation: `name` of an attribute and its `value`.
pub(crate) async fn conversation_attribute(
    who: May<ConversationsUpdate>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
    Form(it): Form<Attributed>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| attributes::set_on_conversation(tx, &me, id, &it.name, &it.value)).await?;
    done(is_htmx, &urls::conversation(id))
}
