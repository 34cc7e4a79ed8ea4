use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::AgentId,
    surveys::{
        SurveyId,
        report::{self, FEW, Interval, Report, Scored, Span},
    },
};
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Id, Query};
use crate::{
    App,
    who::{May, may::SurveysRead},
};

/// A value with its 95 % interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyFigure {
    pub value: f64,
    /// Null where there are too few answers for an interval.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<Interval> for SurveyFigure {
    fn from(it: Interval) -> Self {
        let known = |it: f64| Some(it).filter(|it| it.is_finite());
        Self { value: it.value, low: known(it.lower), high: known(it.upper) }
    }
}

/// How often a score was given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyCount {
    pub score: i64,
    pub answers: u64,
}

/// A part of the answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyPart {
    pub agent_id: Option<String>,
    pub name: String,
    pub score: Option<SurveyFigure>,
    pub answers: u64,
}

/// What a survey says of a time. The denominator is who answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyReport {
    pub survey_id: String,
    /// CSAT: per cent of 4 and 5. CES and own: the mean. NPS: −100 to 100.
    pub score: Option<SurveyFigure>,
    pub answers: u64,
    /// Fewer than 30 answers: nothing is ranked by this.
    pub is_too_small: bool,
    /// Against the time before that is as long; null if it may be chance.
    pub change: Option<SurveyFigure>,
    pub sent: i64,
    /// Of those, from 0 to 1.
    pub response_rate: Option<SurveyFigure>,
    /// Links that were opened and not answered.
    pub provisional: i64,
    /// Openings that looked like a program's.
    pub voided: i64,
    pub counts: Vec<SurveyCount>,
    /// Only agents with 30 answers or more.
    pub by_agent: Vec<SurveyPart>,
    pub by_channel: Vec<SurveyPart>,
    pub by_product: Vec<SurveyPart>,
}

fn parts(them: Vec<report::Part>, of_agents: bool) -> Vec<SurveyPart> {
    let one = |it: report::Part| SurveyPart {
        agent_id: it.id.filter(|_| of_agents).map(|it| AgentId::from_raw(it).to_string()),
        name: it.name,
        score: it.scored.score.map(Into::into),
        answers: it.scored.n,
    };
    them.into_iter().map(one).collect()
}

impl From<Report> for SurveyReport {
    fn from(it: Report) -> Self {
        let Scored { counts, n, score } = it.scored;
        Self {
            survey_id: it.survey.id.to_string(),
            score: score.map(Into::into),
            answers: n,
            is_too_small: n < FEW,
            change: it.change.map(Into::into),
            sent: it.sent,
            response_rate: it.response.map(Into::into),
            provisional: it.provisional,
            voided: it.voided,
            counts: counts
                .into_iter()
                .map(|(score, answers)| SurveyCount { score, answers })
                .collect(),
            by_agent: parts(it.by_agent, true),
            by_channel: parts(it.by_channel, false),
            by_product: parts(it.by_product, false),
        }
    }
}

/// Of which time.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct SurveySpan {
    /// So many days back: 1 to 730, 90 if it is left out.
    pub days: Option<i64>,
}

/// What a survey says
///
/// Each score with its 95 % interval and with how many answered.
#[utoipa::path(get, path = "/api/v1/surveys/{id}/report", tag = "surveys", params(("id" = String, Path), SurveySpan), responses((status = 200, body = SurveyReport)))]
pub(crate) async fn report(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    Query(it): Query<SurveySpan>,
) -> Answer {
    let (me, days) = (who.me.clone(), it.days.unwrap_or(90).clamp(1, 730));
    let found = app.read(move |tx| {
        let span = Span::days(tx.now(), days);
        report::report(tx, &me, id, span)
    });
    let out = SurveyReport::from(found.await?);
    Ok(axum::response::IntoResponse::into_response(axum::Json(out)))
}
