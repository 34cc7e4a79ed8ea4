//! Segments: accounts that a condition describes, by a name.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tend_core::{
    Result,
    agents::Me,
    book::{self, Ask, Segment, SegmentId, Whose},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::out::PortfolioLine;
use crate::{
    App, WebError,
    api::{Answer, Body, Id, If, Keyed, List, Paging, Post, Query},
    who::{
        May,
        may::{CustomersRead, StagesManage},
    },
};

/// So far members are counted.
const MOST: i64 = 10_000;

/// A segment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentOut {
    pub id: String,
    pub name: String,
    /// `{"all": […]}`, `any`, `none`, or a test: `{"field", "op", "value"}`.
    #[schema(value_type = Object)]
    pub condition: Value,
    /// The condition in words.
    pub says: String,
    /// How many accounts are in it now, counted to 10,000 and no further.
    pub accounts: i64,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl Keyed for SegmentOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl SegmentOut {
    fn of(tx: &mut Tx, me: &Me, it: Segment) -> Result<Self> {
        Ok(Self {
            id: it.id.to_string(),
            says: book::sentence(tx, &it.condition)?,
            accounts: book::count_segment(tx, me, &it.condition, MOST)?,
            condition: it.condition.to_json(),
            name: it.name,
            changed_at: it.changed_at,
        })
    }
}

fn load(id: SegmentId) -> impl Fn(&mut Tx, &Me) -> Result<SegmentOut> + Send + 'static {
    move |tx, me| {
        let it = book::find_segment(tx, me, id)?;
        SegmentOut::of(tx, me, it)
    }
}

/// A segment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SegmentIn {
    pub name: String,
    #[schema(value_type = Object)]
    pub condition: Value,
}

/// What changes in a segment; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SegmentChangesIn {
    pub name: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub condition: Option<Value>,
}

/// List segments
#[utoipa::path(get, path = "/api/v1/segments", tag = "segments", params(Paging), responses((status = 200, body = List<SegmentOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let all = book::segments(tx, &me)?;
            all.into_iter().map(|it| SegmentOut::of(tx, &me, it)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

/// One segment
#[utoipa::path(get, path = "/api/v1/segments/{id}", tag = "segments", params(("id" = String, Path), If), responses((status = 200, body = SegmentOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Make a segment
///
/// Conditions nest: `{"all": [{"field": "arr", "op": "at_least", "value": 10000}, {"none":
/// [{"field": "usage", "name": "Report exported", "op": "at_least", "value": {"times": 1,
/// "days": 30}}]}]}`. Amounts are whole units of the home currency.
#[utoipa::path(post, path = "/api/v1/segments", tag = "segments", request_body = SegmentIn, responses((status = 201, body = SegmentOut)))]
pub(crate) async fn create(
    who: May<StagesManage>,
    State(app): State<App>,
    post: Post<SegmentIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let condition = book::read_condition(&it.condition)?;
        let id = book::save_segment(tx, me, None, &it.name, &condition)?;
        load(id)(tx, me)
    })
    .await
}

/// Change a segment
#[utoipa::path(patch, path = "/api/v1/segments/{id}", tag = "segments", params(("id" = String, Path), If), request_body = SegmentChangesIn, responses((status = 200, body = SegmentOut)))]
pub(crate) async fn change(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
    seen: If,
    Body(it): Body<SegmentChangesIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let before = book::find_segment(tx, me, id)?;
        let condition = match &it.condition {
            Some(it) => book::read_condition(it)?,
            None => before.condition,
        };
        let name = it.name.clone().unwrap_or(before.name);
        book::save_segment(tx, me, Some(id), &name, &condition).map(drop)
    };
    seen.change(&app, &who, load(id), work).await
}

/// Archive a segment
#[utoipa::path(delete, path = "/api/v1/segments/{id}", tag = "segments", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| book::archive_segment(tx, me, id)).await
}

/// The accounts of a segment
///
/// Those that are in it now, by what they pay.
#[utoipa::path(get, path = "/api/v1/segments/{id}/accounts", tag = "segments", params(("id" = String, Path), Paging), responses((status = 200, body = List<PortfolioLine>)))]
pub(crate) async fn members(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<PortfolioLine>>, WebError> {
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let it = book::find_segment(tx, &me, id)?;
            let ask = Ask { condition: it.condition, ..Ask::of(Whose::All) };
            book::page(tx, &me, &ask, from, limit)
        })
        .await?;
    Ok(List::of(page, PortfolioLine::from))
}
