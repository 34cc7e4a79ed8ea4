//! How the company's product is taken up.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::usage::{
    adoption::{self, Adoption, Feature},
    meanings,
};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Query, revenue::DefinitionOut};
use crate::{
    App, WebError,
    who::{May, may::CustomersRead},
};

/// Over how long.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct AdoptionQuestion {
    /// How many days: 1 to 365, 90 if it is left out.
    pub days: Option<i64>,
}

/// A figure of adoption with its meaning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdoptionFigure {
    pub definition: DefinitionOut,
    /// Null where there is no answer.
    pub value: Option<f64>,
    /// The 95 % interval; null of what is counted and not estimated.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How many people or accounts it is of.
    pub n: u64,
}

/// One event over 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeatureOut {
    pub event: String,
    pub name: String,
    pub is_key: bool,
    pub times: u64,
    pub people: u64,
    pub accounts: u64,
    /// Of the accounts that were active, with the 95 % interval.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Where the rows are.
    pub rows: String,
}

/// How the product is taken up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdoptionOut {
    /// Active people of 30 days, of 7 and of 24 hours, stickiness, active accounts, breadth
    /// and seats in use.
    pub figures: Vec<AdoptionFigure>,
    /// Of the share of a feature.
    pub definition: DefinitionOut,
    /// Key features first, then the most used.
    pub features: Vec<FeatureOut>,
}

impl From<Adoption> for AdoptionOut {
    fn from(it: Adoption) -> Self {
        let figure = |one: adoption::Figure| AdoptionFigure {
            definition: one.definition.into(),
            value: one.value,
            low: one.sure.map(|it| it.0),
            high: one.sure.map(|it| it.1),
            n: one.n,
        };
        let feature = |one: &Feature| {
            let share = it.share(one);
            FeatureOut {
                event: one.event.clone(),
                name: one.name.clone(),
                is_key: one.is_key,
                times: one.count,
                people: one.people,
                accounts: one.accounts,
                share: share.map(|it| it.value),
                low: share.map(|it| it.lower),
                high: share.map(|it| it.upper),
                rows: "/api/v1/usage/events?group_by=account&event=".to_owned() + &one.event,
            }
        };
        Self {
            figures: it.figures().into_iter().map(figure).collect(),
            definition: (&meanings::FEATURE).into(),
            features: it.features.iter().map(feature).collect(),
        }
    }
}

/// Product adoption
///
/// Who is active, how often, and which features they use: as the page Product adoption says it.
#[utoipa::path(get, path = "/api/v1/usage/adoption", tag = "usage", params(AdoptionQuestion), responses((status = 200, body = AdoptionOut)))]
pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<AdoptionQuestion>,
) -> Answer {
    let days = it.days.unwrap_or(90);
    if !(1..=365).contains(&days) {
        return Err(WebError::bad("The days are 1 to 365."));
    }
    let me = who.me.clone();
    let it = app.read(move |tx| adoption::adoption(tx, &me, days)).await?;
    Ok(Json(AdoptionOut::from(it)).into_response())
}
