//! Sources of usage events, each with a key.

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    error::invalid,
    secrets::Fresh,
    usage::{
        Source, SourceId, Trust,
        sources::{self as verbs, NewSource},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, Keyed, List, Paging, Post, Query, post::Nothing};
use crate::{
    App,
    who::{May, may::SourcesManage},
};

type Manager = May<SourcesManage>;

/// Where usage events come from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceOut {
    pub id: String,
    pub name: String,
    /// `tracking`.
    pub kind: String,
    /// `browser`: its key is public, and what comes with it is a claim. `server`: its key is a
    /// secret, and what it says of users and accounts is believed.
    pub trust: String,
    /// The last four characters of its key.
    pub key_hint: String,
    /// Whether events are taken from it.
    pub enabled: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The last request that was counted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub heard_at: Option<Timestamp>,
    /// Until when the key before is taken too.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_key_until: Option<Timestamp>,
}

impl From<Source> for SourceOut {
    fn from(it: Source) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name,
            kind: it.kind,
            trust: it.trust.word().to_owned(),
            key_hint: it.hint,
            enabled: it.disabled_at.is_none(),
            created_at: it.created_at,
            heard_at: it.heard_at,
            old_key_until: it.old_key_until,
        }
    }
}

impl Keyed for SourceOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// A source with its key, which is told this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceWithKey {
    #[serde(flatten)]
    pub source: SourceOut,
    /// What clients send with each request. Keep it: it is not shown again.
    pub write_key: String,
}

/// A source to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceIn {
    pub name: String,
    /// `tracking`, which is all there is.
    #[serde(default)]
    pub kind: Option<String>,
    /// `browser`, unless it says `server`.
    #[serde(default)]
    pub trust: Option<String>,
}

/// What shall be different.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SourceChange {
    pub name: Option<String>,
    /// `browser` or `server`.
    pub trust: Option<String>,
    /// Nothing is taken from a source that is not enabled; what it sent stays.
    pub enabled: Option<bool>,
}

fn trust(word: Option<&str>) -> tend_core::Result<Option<Trust>> {
    word.map(|it| it.parse().map_err(|why| invalid("trust", why))).transpose()
}

fn load(id: SourceId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<SourceOut> + Send + 'static {
    move |tx, me| verbs::find(tx, me, id).map(SourceOut::from)
}

/// List sources
#[utoipa::path(get, path = "/api/v1/sources", tag = "usage", params(Paging), responses((status = 200, body = List<SourceOut>)))]
pub(crate) async fn list(
    who: Manager,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::all(tx, &me)).await?;
    List::cut(all.into_iter().map(SourceOut::from).collect(), &paging)
}

/// Make a source
///
/// It answers the key with which clients send; it is told this once.
#[utoipa::path(post, path = "/api/v1/sources", tag = "usage", request_body = SourceIn, responses((status = 201, body = SourceWithKey)))]
pub(crate) async fn create(who: Manager, State(app): State<App>, post: Post<SourceIn>) -> Answer {
    let fresh = Fresh::make();
    post.create(&app, &who, move |tx, me, it| {
        if it.kind.as_deref().is_some_and(|it| it != "tracking") {
            return Err(invalid("kind", "The kind of a source is tracking."));
        }
        let new = NewSource {
            name: it.name.clone(),
            trust: trust(it.trust.as_deref())?.unwrap_or(Trust::Browser),
            fingerprint: fresh.fingerprint(),
            hint: fresh.hint(),
        };
        let id = verbs::create(tx, me, &new)?;
        let source = verbs::find(tx, me, id)?.into();
        Ok(SourceWithKey { source, write_key: fresh.text().to_owned() })
    })
    .await
}

/// One source
#[utoipa::path(get, path = "/api/v1/sources/{id}", tag = "usage", params(("id" = String, Path), If), responses((status = 200, body = SourceOut)))]
pub(crate) async fn find(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<SourceId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Change a source
#[utoipa::path(patch, path = "/api/v1/sources/{id}", tag = "usage", params(("id" = String, Path), If), request_body = SourceChange, responses((status = 200, body = SourceOut)))]
pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<SourceId>,
    seen: If,
    Body(it): Body<SourceChange>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::change(tx, me, id, it.name.as_deref(), trust(it.trust.as_deref())?)?;
        match it.enabled {
            Some(true) => verbs::enable(tx, me, id),
            Some(false) => verbs::disable(tx, me, id),
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load(id), work).await
}

/// Give a source another key
///
/// The one before is taken for a day more.
#[utoipa::path(post, path = "/api/v1/sources/{id}/rotate", tag = "usage", params(("id" = String, Path)), request_body = Nothing, responses((status = 200, body = SourceWithKey)))]
pub(crate) async fn rotate(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<SourceId>,
    post: Post<Nothing>,
) -> Answer {
    let fresh = Fresh::make();
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::rotate(tx, me, id, &fresh.fingerprint(), &fresh.hint())?;
        let source = verbs::find(tx, me, id)?.into();
        Ok(SourceWithKey { source, write_key: fresh.text().to_owned() })
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}
