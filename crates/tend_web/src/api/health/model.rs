//! What was learned of who left and who stayed.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tend_core::{
    error::not_found,
    health::{self, Learnt, Model},
};
use utoipa::ToSchema;

use crate::{
    App,
    api::{Answer, book::out::day},
    who::{
        May,
        may::{CustomersRead, StagesManage},
    },
};

/// What was learned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelOut {
    pub id: String,
    /// It foretells for snapshots from this day on.
    pub day: String,
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    pub horizon_days: i64,
    /// Accounts at days in the past, and those of them that were followed by leaving: an account
    /// that left may be several.
    pub rows: i64,
    pub outcomes: i64,
    pub accounts: i64,
    /// How many of the accounts left, by which the steps are taken; null of what was learned
    /// before that was counted.
    pub left_accounts: Option<i64>,
    /// `rule`, `curve`, `line`, `trees`, `mean`.
    pub step: String,
    /// Whether a probability is shown.
    pub known: bool,
    /// Why not: a sentence.
    pub unknown: Option<String>,
    /// The steps that were tried: `step`, `auc`, `skill` and `log_loss` of accounts not seen.
    #[schema(value_type = Vec<Object>)]
    pub steps: Vec<Value>,
    /// The slope of the calibration with its interval, and the intercept.
    #[schema(value_type = Option<Object>)]
    pub calibration: Option<Value>,
    /// How much each measure weighs, by its key; empty while nothing is known.
    #[schema(value_type = Object)]
    pub weights: Value,
    /// Measures that know the outcome because they are written after it; they are not learned from.
    pub leaks: Vec<String>,
}

impl ModelOut {
    fn of(it: Model, learnt: &Learnt) -> Self {
        let keys = learnt.columns.iter().map(|it| it.measure.key());
        let weights = learnt.health().map(|it| it.weights()).unwrap_or_default();
        Self {
            id: it.id.to_string(),
            day: day(it.day),
            made_at: it.made_at,
            horizon_days: it.horizon_days,
            rows: it.row_count,
            outcomes: it.outcome_count,
            accounts: it.account_count,
            left_accounts: it.left_account_count,
            step: it.step,
            known: it.known,
            unknown: Some(it.words).filter(|it| !it.is_empty()),
            steps: learnt.standing.rungs.iter().map(|it| json!(it)).collect(),
            calibration: learnt.standing.calibration.as_ref().map(|it| json!(it)),
            weights: keys.zip(weights).map(|(key, weight)| (key, json!(weight))).collect(),
            leaks: learnt.standing.leaks.iter().map(|it| it.name.clone()).collect(),
        }
    }
}

/// What was learned last
///
/// Also when that is: not enough outcomes to know.
#[utoipa::path(get, path = "/api/v1/health/model", tag = "health", responses((status = 200, body = ModelOut)))]
pub(crate) async fn show(_who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let (it, learnt) = app
        .read(|tx| {
            let it = health::current_model(tx)?.ok_or(not_found("model"))?;
            health::find_model(tx, it.id)
        })
        .await?;
    Ok(Json(ModelOut::of(it, &learnt)).into_response())
}

/// Learn anew
///
/// It is done soon; until then the model before foretells. Asking twice is asking once.
#[utoipa::path(post, path = "/api/v1/health/model", tag = "health", responses((status = 202)))]
pub(crate) async fn learn(who: May<StagesManage>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| health::owe_fit(tx, &me)).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
