//! What the company has said about customer success: what leaving is, how often owners are called,
//! when somebody counts as silent, which features are key, how long events are kept.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Permission,
    book,
    error::not_found,
    health::{
        self, Options,
        alerts::{self, MakesTasks},
    },
    usage::{self, names},
};
use utoipa::ToSchema;

use super::{Answer, Body, Keyed, List, Paging, Query};
use crate::{
    App,
    router::{Access::Token, Route, get, patch, put},
    who::{
        May,
        may::{CustomersRead, SourcesManage, StagesManage},
    },
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{CustomersRead as See, SourcesManage as Sources, StagesManage as Manage};
    vec![
        get("/api/v1/health/options", Token(See), options),
        patch("/api/v1/health/options", Token(Manage), set_options),
        get("/api/v1/portfolio/silence", Token(See), silence),
        put("/api/v1/portfolio/silence", Token(Manage), set_silence),
        get("/api/v1/usage/features", Token(See), features),
        put("/api/v1/usage/features", Token(Sources), name_feature),
        get("/api/v1/usage/retention", Token(Sources), retention),
        put("/api/v1/usage/retention", Token(Sources), set_retention),
    ]
}

/// What counts as leaving, and how often owners are called.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthOptionsOut {
    /// A probability is that of leaving within so many days.
    pub horizon_days: i64,
    /// Revenue that falls by so much of it counts as leaving, in per cent: 100 is all of it.
    pub drop_percent: i64,
    /// So many alerts an owner may get in a week.
    pub alerts_a_week: i64,
    /// An alert ends when the risk has fallen by so much of what called, in per cent.
    pub hysteresis_percent: i64,
    /// Each alert makes a task for the owner.
    pub alerts_make_tasks: bool,
}

fn options_out(tx: &mut tend_store::Tx) -> tend_core::Result<HealthOptionsOut> {
    let it = health::options(tx)?;
    Ok(HealthOptionsOut {
        horizon_days: it.horizon_days,
        drop_percent: it.drop_percent,
        alerts_a_week: it.alerts_a_week,
        hysteresis_percent: it.hysteresis_percent,
        alerts_make_tasks: alerts::makes_tasks(tx)?,
    })
}

/// What counts as leaving, and how often owners are called
#[utoipa::path(get, path = "/api/v1/health/options", tag = "health", responses((status = 200, body = HealthOptionsOut)))]
pub(crate) async fn options(_: May<CustomersRead>, State(app): State<App>) -> Answer {
    Ok(Json(app.read(options_out).await?).into_response())
}

/// What is to be different; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HealthOptionsIn {
    /// 30 to 730.
    pub horizon_days: Option<i64>,
    /// 10 to 100.
    pub drop_percent: Option<i64>,
    /// 1 to 50.
    pub alerts_a_week: Option<i64>,
    /// 0 to 90.
    pub hysteresis_percent: Option<i64>,
    pub alerts_make_tasks: Option<bool>,
}

/// Say what counts as leaving, and how often owners are called
///
/// What was foretold before keeps its own horizon.
#[utoipa::path(patch, path = "/api/v1/health/options", tag = "health", request_body = HealthOptionsIn, responses((status = 200, body = HealthOptionsOut)))]
pub(crate) async fn set_options(
    who: May<StagesManage>,
    State(app): State<App>,
    Body(it): Body<HealthOptionsIn>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let now = health::options(tx)?;
        let to = Options {
            horizon_days: it.horizon_days.unwrap_or(now.horizon_days),
            drop_percent: it.drop_percent.unwrap_or(now.drop_percent),
            alerts_a_week: it.alerts_a_week.unwrap_or(now.alerts_a_week),
            hysteresis_percent: it.hysteresis_percent.unwrap_or(now.hysteresis_percent),
        };
        if to != now {
            health::set_options(tx, &me, &to)?;
        }
        if let Some(yes) = it.alerts_make_tasks {
            alerts::set_makes_tasks(tx, &me, if yes { MakesTasks::Yes } else { MakesTasks::No })?;
        }
        options_out(tx)
    });
    Ok(Json(done.await?).into_response())
}

/// A number of days.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    /// 1 to 3650.
    pub days: i64,
}

/// After how many days a key person counts as silent
#[utoipa::path(get, path = "/api/v1/portfolio/silence", tag = "portfolio", responses((status = 200, body = Days)))]
pub(crate) async fn silence(_: May<CustomersRead>, State(app): State<App>) -> Answer {
    let days = app.read(book::silent_days).await?;
    Ok(Json(Days { days }).into_response())
}

/// Say after how many days a key person counts as silent
#[utoipa::path(put, path = "/api/v1/portfolio/silence", tag = "portfolio", request_body = Days, responses((status = 204)))]
pub(crate) async fn set_silence(
    who: May<StagesManage>,
    State(app): State<App>,
    Body(it): Body<Days>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::set_silent_days(tx, &me, it.days)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How many days usage events are kept as they came
#[utoipa::path(get, path = "/api/v1/usage/retention", tag = "usage", responses((status = 200, body = Days)))]
pub(crate) async fn retention(_: May<SourcesManage>, State(app): State<App>) -> Answer {
    let days = app.read(usage::retention).await?;
    Ok(Json(Days { days }).into_response())
}

/// Say how many days usage events are kept as they came
///
/// What was counted of them stays in any case.
#[utoipa::path(put, path = "/api/v1/usage/retention", tag = "usage", request_body = Days, responses((status = 204)))]
pub(crate) async fn set_retention(
    who: May<SourcesManage>,
    State(app): State<App>,
    Body(it): Body<Days>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| usage::set_retention(tx, &me, it.days)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An event that is use of the product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeatureOut {
    /// `track`, `page` or `screen`.
    pub r#type: String,
    pub event: String,
    /// A key feature: breadth and the time to first value are measured by these.
    pub is_key: bool,
}

impl Keyed for FeatureOut {
    fn key(&self) -> String {
        format!("{} {}", self.r#type, self.event)
    }
}

/// Features
///
/// Every event that is use of the product, key features first, then by name.
#[utoipa::path(get, path = "/api/v1/usage/features", tag = "usage", params(Paging), responses((status = 200, body = List<FeatureOut>)))]
pub(crate) async fn features(
    _: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(names::all).await?;
    let mut all: Vec<names::Name> = all.into_values().filter(names::Name::is_use).collect();
    all.sort_by(|a, b| (b.is_key, &a.name, &a.kind).cmp(&(a.is_key, &b.name, &b.kind)));
    let out = |it: names::Name| FeatureOut { r#type: it.kind, event: it.name, is_key: it.is_key };
    List::cut(all.into_iter().map(out).collect(), &paging)
}

/// Which event, and whether it is a key feature.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeatureIn {
    /// `track` if it is left out.
    #[serde(default = "track")]
    pub r#type: String,
    pub event: String,
    pub is_key: bool,
}

fn track() -> String {
    "track".to_owned()
}

/// Name a key feature, or take one back
#[utoipa::path(put, path = "/api/v1/usage/features", tag = "usage", request_body = FeatureIn, responses((status = 204)))]
pub(crate) async fn name_feature(
    who: May<SourcesManage>,
    State(app): State<App>,
    Body(it): Body<FeatureIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let all = names::all(tx)?;
        let found = all.values().find(|one| one.kind == it.r#type && one.name == it.event);
        let id = found.ok_or(not_found("event"))?.id;
        names::choose_key(tx, &me, id, it.is_key)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
