//! Views: lists of conversations that people describe themselves.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tend_core::{
    Result,
    agents::Me,
    conversations::list::{self, Count, Sort, Which},
    counts,
    error::invalid,
    views::{self as verbs, Audience, NewView, View, ViewId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query, nothing, out::ConversationOut};
use crate::{
    App, WebError,
    who::{May, may::ConversationsRead},
};

type Reader = May<ConversationsRead>;

/// A count goes no further.
const MOST_COUNTED: usize = 10_000;

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ViewOut {
    pub id: String,
    pub name: String,
    /// The agent who made it.
    pub owner_id: String,
    /// `personal`, `everyone`, or the id of a team.
    pub audience: String,
    /// `{"all": […]}`, `{"any": […]}`, `{"none": […]}`, nested, of tests such as
    /// `{"field": "priority", "op": "is", "value": ["high", "urgent"]}`.
    #[schema(value_type = Object)]
    pub condition: Value,
    /// The condition as a sentence.
    pub says: String,
    /// `newest`, `oldest`, `waiting`, `priority`.
    #[schema(value_type = String)]
    pub sort: Sort,
}

impl ViewOut {
    fn of(tx: &mut Tx, it: View) -> Result<Self> {
        Ok(Self {
            says: verbs::sentence(tx, &it.condition)?,
            id: it.id.to_string(),
            name: it.name,
            owner_id: it.owner.to_string(),
            audience: it.audience.to_string(),
            condition: it.condition.to_json(),
            sort: it.sort,
        })
    }
}

/// List views
///
/// The agent's own, then their teams', then everyone's.
#[utoipa::path(get, path = "/api/v1/views", tag = "views", params(Paging), responses((status = 200, body = List<ViewOut>)))]
pub(crate) async fn list(
    who: Reader,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let all = verbs::all(tx, &me)?;
            all.into_iter().map(|it| ViewOut::of(tx, it)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

fn load(id: ViewId) -> impl Fn(&mut Tx, &Me) -> Result<ViewOut> + Send + 'static {
    move |tx, me| {
        let it = verbs::find(tx, me, id)?;
        ViewOut::of(tx, it)
    }
}

/// One view
#[utoipa::path(get, path = "/api/v1/views/{id}", tag = "views", params(("id" = String, Path), If), responses((status = 200, body = ViewOut)))]
pub(crate) async fn find(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<ViewId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// A view to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewViewIn {
    pub name: String,
    /// As in the answer: `{"all": [{"field": "active", "op": "is", "value": true}]}`.
    #[schema(value_type = Object)]
    pub condition: Value,
    /// `newest`, `oldest`, `waiting`, `priority`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub sort: Sort,
    /// `personal` (the default), `everyone`, or the id of a team.
    pub audience: Option<String>,
}

/// What changes in a view; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewChangesIn {
    pub name: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub condition: Option<Value>,
    #[schema(value_type = Option<String>)]
    pub sort: Option<Sort>,
    pub audience: Option<String>,
}

fn audience(text: Option<&str>) -> Result<Audience> {
    let text = text.unwrap_or("personal");
    text.parse().map_err(|wrong| invalid("audience", wrong))
}

/// Make a view
///
/// Sharing it needs the permission.
#[utoipa::path(post, path = "/api/v1/views", tag = "views", request_body = NewViewIn, responses((status = 201, body = ViewOut)))]
pub(crate) async fn create(who: Reader, State(app): State<App>, post: Post<NewViewIn>) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let new = NewView {
            name: it.name.clone(),
            audience: audience(it.audience.as_deref())?,
            condition: verbs::read(&it.condition)?,
            sort: it.sort,
        };
        let id = verbs::save(tx, me, None, &new)?;
        load(id)(tx, me)
    })
    .await
}

/// Change a view
#[utoipa::path(patch, path = "/api/v1/views/{id}", tag = "views", params(("id" = String, Path), If), request_body = ViewChangesIn, responses((status = 200, body = ViewOut)))]
pub(crate) async fn change(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<ViewId>,
    seen: If,
    Body(it): Body<ViewChangesIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let before = verbs::find(tx, me, id)?;
        let new = NewView {
            name: it.name.clone().unwrap_or(before.name),
            audience: match it.audience.as_deref() {
                None => before.audience,
                given => audience(given)?,
            },
            condition: it.condition.as_ref().map_or(Ok(before.condition), verbs::read)?,
            sort: it.sort.unwrap_or(before.sort),
        };
        verbs::save(tx, me, Some(id), &new).map(|_| ())
    };
    seen.change(&app, &who, load(id), work).await
}

/// Archive a view
///
/// It is in no sidebar any more.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "views", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<ViewId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive(tx, me, id)).await
}

/// Views in their order.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderIn {
    #[schema(value_type = Vec<String>)]
    pub views: Vec<ViewId>,
}

/// Put views in order
///
/// Each must be one that the agent may change.
#[utoipa::path(put, path = "/api/v1/views", tag = "views", request_body = OrderIn, responses((status = 204)))]
pub(crate) async fn arrange(
    who: Reader,
    State(app): State<App>,
    Body(it): Body<OrderIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::arrange(tx, &me, &it.views)).await?;
    Ok(nothing())
}

/// List the conversations of a view
///
/// In the view's own order, of those that the agent may see.
#[utoipa::path(get, path = "/api/v1/views/{id}/conversations", tag = "views", params(("id" = String, Path), Paging), responses((status = 200, body = List<ConversationOut>)))]
pub(crate) async fn conversations(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<ViewId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ConversationOut>>, WebError> {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app
        .read(move |tx| {
            let sort = verbs::find(tx, &me, id)?.sort;
            let page = list::page(tx, &me, &Which::View(id), sort, from, limit)?;
            list::tagged(tx, page)
        })
        .await?;
    Ok(List::of(page, |it| ConversationOut::of_line(it.line, it.tags)))
}

/// How many.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountOut {
    pub n: usize,
    /// There are at least `n`; nobody counted further.
    pub more: bool,
}

impl From<Count> for CountOut {
    fn from(it: Count) -> Self {
        Self { n: it.n, more: it.more }
    }
}

/// Count the conversations of a view
#[utoipa::path(get, path = "/api/v1/views/{id}/count", tag = "views", params(("id" = String, Path)), responses((status = 200, body = CountOut)))]
pub(crate) async fn count(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<ViewId>,
) -> Result<Json<CountOut>, WebError> {
    let me = who.me.clone();
    let count = app
        .read(move |tx| {
            verbs::find(tx, &me, id)?;
            list::count(tx, &me, &Which::View(id), MOST_COUNTED)
        })
        .await?;
    Ok(Json(count.into()))
}

/// A number that stands beside something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountOf {
    pub id: String,
    pub n: usize,
    /// There are at least `n`; nobody counted further.
    pub more: bool,
}

/// The numbers in the agent's sidebar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountsOut {
    pub mine: i64,
    pub unassigned: i64,
    /// Where a note names the agent that they have not read.
    pub mentioned: i64,
    pub followed: i64,
    pub snoozed: i64,
    /// All that are to be done.
    pub active: i64,
    pub inboxes: Vec<CountOf>,
    pub teams: Vec<CountOf>,
    pub views: Vec<CountOf>,
}

/// Count what is to be done
///
/// The numbers in the agent's sidebar, of what the agent may see.
#[utoipa::path(get, path = "/api/v1/counts", tag = "views", responses((status = 200, body = CountsOut)))]
pub(crate) async fn counts(
    who: Reader,
    State(app): State<App>,
) -> Result<Json<CountsOut>, WebError> {
    let me = who.me.clone();
    let it = app.read(move |tx| counts::of(tx, &me)).await?;
    let exact =
        |id: String, n: i64| CountOf { id, n: usize::try_from(n).unwrap_or(0), more: false };
    let of_view =
        |(id, it): (ViewId, Count)| CountOf { id: id.to_string(), n: it.n, more: it.more };
    Ok(Json(CountsOut {
        mine: it.mine,
        unassigned: it.unassigned,
        mentioned: it.mentioned,
        followed: it.followed,
        snoozed: it.snoozed,
        active: it.active,
        inboxes: it.inboxes.into_iter().map(|it| exact(it.0.to_string(), it.1)).collect(),
        teams: it.teams.into_iter().map(|it| exact(it.0.to_string(), it.1)).collect(),
        views: it.views.into_iter().map(of_view).collect(),
    }))
}
