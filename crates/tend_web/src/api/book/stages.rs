//! The stages of an account's life.

use axum::extract::State;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    book::{self, Meaning, NewStage, StageId, StageTone},
    error::invalid,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::out::StageOut;
use crate::{
    App,
    api::{Answer, Body, Id, If, List, Paging, Post, Query},
    who::{
        May,
        may::{CustomersRead, StagesManage},
    },
};

/// A stage.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageIn {
    pub name: String,
    /// `before`, `customer`, `churned`.
    pub means: String,
    /// `plain` if it is left out.
    pub tone: Option<String>,
    /// 1 to 3650; never, if it is left out.
    pub stuck_days: Option<i64>,
}

impl StageIn {
    fn read(&self) -> Result<NewStage> {
        let means: Meaning = self.means.parse().map_err(|why| invalid("means", why))?;
        let tone = match self.tone.as_deref() {
            None => StageTone::Plain,
            Some(it) => it.parse().map_err(|why| invalid("tone", why))?,
        };
        Ok(NewStage { name: self.name.clone(), means, tone, stuck_days: self.stuck_days })
    }
}

fn load(id: StageId) -> impl Fn(&mut Tx, &Me) -> Result<StageOut> + Send + 'static {
    move |tx, _| book::find_stage(tx, id).map(StageOut::from)
}

/// List stages
///
/// Those that are offered, in their order.
#[utoipa::path(get, path = "/api/v1/stages", tag = "stages", params(Paging), responses((status = 200, body = List<StageOut>)))]
pub(crate) async fn list(
    _who: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(book::stages).await?;
    List::cut(all.into_iter().map(StageOut::from).collect(), &paging)
}

/// One stage
#[utoipa::path(get, path = "/api/v1/stages/{id}", tag = "stages", params(("id" = String, Path), If), responses((status = 200, body = StageOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<StageId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Define a stage
///
/// It comes after the others.
#[utoipa::path(post, path = "/api/v1/stages", tag = "stages", request_body = StageIn, responses((status = 201, body = StageOut)))]
pub(crate) async fn define(
    who: May<StagesManage>,
    State(app): State<App>,
    post: Post<StageIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let id = book::define_stage(tx, me, &it.read()?)?;
        load(id)(tx, me)
    })
    .await
}

/// Change a stage
#[utoipa::path(patch, path = "/api/v1/stages/{id}", tag = "stages", params(("id" = String, Path), If), request_body = StageIn, responses((status = 200, body = StageOut)))]
pub(crate) async fn change(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<StageId>,
    seen: If,
    Body(it): Body<StageIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| book::change_stage(tx, me, id, &it.read()?);
    seen.change(&app, &who, load(id), work).await
}

/// Archive a stage
///
/// It is offered no more; accounts that stand in it stay there.
#[utoipa::path(delete, path = "/api/v1/stages/{id}", tag = "stages", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<StageId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| book::archive_stage(tx, me, id)).await
}
