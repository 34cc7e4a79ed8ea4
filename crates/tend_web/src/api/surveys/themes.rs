use axum::{extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    error::invalid,
    surveys::themes::{self as verbs, Theme},
};
use utoipa::ToSchema;

use super::super::{Answer, Body, List, nothing};
use crate::{
    App,
    who::{
        May,
        may::{SurveysManage, SurveysRead},
    },
};

/// What some low scores are about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ThemeOut {
    /// Empty for those of which nobody said why.
    pub name: String,
    /// Low scores of the last eight weeks.
    pub count: i64,
    /// The same by week, the newest first.
    pub weeks: Vec<i64>,
    pub settled: i64,
    /// Who was asked again, and by how much the second score is higher in the mean.
    pub asked_again: i64,
    pub recovered: Option<f64>,
    pub owner_id: Option<String>,
    /// You said, we did.
    pub done: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
}

impl From<Theme> for ThemeOut {
    fn from(it: Theme) -> Self {
        let Theme { name, count, weeks, settled, asked_again, recovered, done, done_at, .. } = it;
        let owner_id = it.owner_id.map(|it| it.to_string());
        Self { name, count, weeks, settled, asked_again, recovered, owner_id, done, done_at }
    }
}

/// What low scores are about
///
/// In the last eight weeks, the most frequent first.
#[utoipa::path(get, path = "/api/v1/survey-themes", tag = "surveys", responses((status = 200, body = List<ThemeOut>)))]
pub(crate) async fn themes(who: May<SurveysRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let items = app.read(move |tx| verbs::table(tx, &me)).await?;
    let page = tend_core::page::Page { items, next: None };
    Ok(List::of(page, ThemeOut::from).into_response())
}

/// Who looks after a theme, and what was done about it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThemeIn {
    /// As the reason of follow-ups says it.
    pub name: String,
    #[serde(default)]
    pub owner_id: Option<String>,
    #[serde(default)]
    pub done: String,
}

/// Say who looks after a theme, and what was done about it
#[utoipa::path(put, path = "/api/v1/survey-themes", tag = "surveys", request_body = ThemeIn, responses((status = 204)))]
pub(crate) async fn say_theme(
    who: May<SurveysManage>,
    State(app): State<App>,
    Body(it): Body<ThemeIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let owner = it.owner_id.as_deref().map(str::parse).transpose();
        let owner = owner.map_err(|_| invalid("owner_id", "This is no agent’s id."))?;
        verbs::say(tx, &me, &it.name, owner, &it.done)
    })
    .await?;
    Ok(nothing())
}
