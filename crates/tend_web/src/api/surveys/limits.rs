use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::surveys::limits::{self as verbs, Limits};
use utoipa::ToSchema;

use super::super::{Answer, Body};
use crate::{
    App,
    who::{
        May,
        may::{SurveysManage, SurveysRead},
    },
};

/// How often a customer may be asked, over all surveys and ways together.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyLimits {
    /// Days between any two, 1 to 365.
    pub between_any: i64,
    /// Days between two of one kind, 1 to 730.
    pub between_same: i64,
    /// Days between two NPS, 1 to 730.
    pub between_nps: i64,
    /// So many in 365 days, 0 to 52.
    pub a_year: i64,
}

impl From<Limits> for SurveyLimits {
    fn from(it: Limits) -> Self {
        let Limits { between_any, between_same, between_nps, a_year } = it;
        Self { between_any, between_same, between_nps, a_year }
    }
}

/// How often a customer may be asked
#[utoipa::path(get, path = "/api/v1/survey-limits", tag = "surveys", responses((status = 200, body = SurveyLimits)))]
pub(crate) async fn limits(_: May<SurveysRead>, State(app): State<App>) -> Answer {
    let it = app.read(verbs::limits).await?;
    Ok(Json(SurveyLimits::from(it)).into_response())
}

/// Say how often a customer may be asked
///
/// It holds from the next survey on.
#[utoipa::path(put, path = "/api/v1/survey-limits", tag = "surveys", request_body = SurveyLimits, responses((status = 200, body = SurveyLimits)))]
pub(crate) async fn set_limits(
    who: May<SurveysManage>,
    State(app): State<App>,
    Body(to): Body<SurveyLimits>,
) -> Answer {
    let SurveyLimits { between_any, between_same, between_nps, a_year } = to;
    let (me, to) = (who.me.clone(), Limits { between_any, between_same, between_nps, a_year });
    app.write(move |tx| verbs::set(tx, &me, &to)).await?;
    Ok(Json(SurveyLimits::from(to)).into_response())
}
