//! How the company's product is taken up, of all customers together.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    money::days,
    usage::adoption::{self, Adoption, Day, Feature, Seats},
};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Asked};
use crate::{
    App, WebError,
    who::{May, may::CustomersRead},
};

/// What time is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Over {
    /// So many days, 1 to 730; 90 if it is left out.
    pub days: Option<i64>,
}

/// Product adoption. Days are of UTC. A share is null where there is nothing to divide by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdoptionOut {
    /// Of all figures.
    pub version: u32,
    /// Different people who were active in 24 hours, 7 days, 30 days.
    pub active_today: u64,
    pub active_week: u64,
    pub active_month: u64,
    /// Mean people a day over people of 30 days.
    pub stickiness: Option<f64>,
    /// Mean people a day against the 30 days before: 0.1 is a tenth more.
    pub growth: Option<f64>,
    pub accounts: u64,
    /// In 30 days.
    pub active_accounts: u64,
    /// Of active accounts: the mean share of key features that they used.
    pub breadth: Option<f64>,
    pub seats: Option<SeatsOut>,
    /// Events of 30 days, key features first, then the most used.
    pub features: Vec<FeatureOut>,
    /// The oldest first.
    pub days: Vec<DayOut>,
}

/// Licence use against entitlement, over 30 days, of accounts whose attribute `seats` says what
/// they pay for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatsOut {
    pub paid: f64,
    /// People who were active, up to the seats of each account.
    pub used: f64,
    pub accounts: u64,
    /// Accounts with more people than seats.
    pub over: u64,
    /// Accounts that used less than half of theirs.
    pub under_half: u64,
}

/// One event over 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeatureOut {
    pub event: String,
    pub is_key: bool,
    pub count: u64,
    pub people: u64,
    pub accounts: u64,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayOut {
    pub day: String,
    pub accounts: i64,
    pub people: i64,
    pub events: i64,
}

impl From<Seats> for SeatsOut {
    fn from(it: Seats) -> Self {
        let Seats { paid, used, accounts, over, under_half } = it;
        Self { paid, used, accounts, over, under_half }
    }
}

impl From<Adoption> for AdoptionOut {
    fn from(it: Adoption) -> Self {
        let day = |it: &Day| DayOut {
            day: days::text(it.day),
            accounts: it.accounts,
            people: it.people,
            events: it.events,
        };
        let feature = |it: &Feature| FeatureOut {
            event: it.event.clone(),
            is_key: it.is_key,
            count: it.count,
            people: it.people,
            accounts: it.accounts,
        };
        Self {
            version: adoption::VERSION,
            active_today: it.today,
            active_week: it.week,
            active_month: it.month,
            stickiness: it.stickiness(),
            growth: it.growth(),
            accounts: it.accounts,
            active_accounts: it.active_accounts,
            breadth: it.breadth.map(|it| it.0),
            seats: it.seats.map(SeatsOut::from),
            features: it.features.iter().map(feature).collect(),
            days: it.days.iter().map(day).collect(),
        }
    }
}

/// Product adoption
///
/// Who is active, how often, and with which features.
#[utoipa::path(get, path = "/api/v1/usage/adoption", tag = "usage", params(Over), responses((status = 200, body = AdoptionOut)))]
pub(crate) async fn report(
    who: May<CustomersRead>,
    State(app): State<App>,
    Asked(it): Asked<Over>,
) -> Answer {
    let (me, over) = (who.me.clone(), it.days.unwrap_or(90));
    if !(1..=730).contains(&over) {
        return Err(WebError::bad("Ask for 1 to 730 days."));
    }
    let found = app.read(move |tx| adoption::adoption(tx, &me, over)).await?;
    Ok(Json(AdoptionOut::from(found)).into_response())
}
