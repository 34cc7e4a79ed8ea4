//! What money is spoken of in: the home currency, exchange rates, the gross margin.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::money::{acquisition, days, rates};
use utoipa::ToSchema;

use super::super::{Answer, Body, Keyed, List, Paging, Query};
use crate::{
    App,
    who::{
        May,
        may::{RevenueEdit, RevenueRead, SettingsManage},
    },
};

/// What money is spoken of in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MoneyTermsOut {
    /// ISO 4217: the home currency.
    pub currency: String,
    /// The gross margin, in whole per cent.
    pub margin_percent: i64,
}

/// The home currency and the gross margin
#[utoipa::path(get, path = "/api/v1/revenue/terms", tag = "revenue", responses((status = 200, body = MoneyTermsOut)))]
pub(crate) async fn show(_: May<RevenueRead>, State(app): State<App>) -> Answer {
    let read = app.read(|tx| {
        Ok(MoneyTermsOut {
            currency: rates::home(tx)?.to_string(),
            margin_percent: (acquisition::margin(tx)? * 100.0).round() as i64,
        })
    });
    Ok(Json(read.await?).into_response())
}

/// A currency.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CurrencyIn {
    /// ISO 4217.
    pub currency: String,
}

/// Say which the home currency is
///
/// Refused once money was recorded in it: what was converted cannot be converted again.
#[utoipa::path(put, path = "/api/v1/revenue/currency", tag = "revenue", request_body = CurrencyIn, responses((status = 204)))]
pub(crate) async fn set_currency(
    who: May<SettingsManage>,
    State(app): State<App>,
    Body(it): Body<CurrencyIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| rates::set_home(tx, &me, &it.currency)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A share.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarginIn {
    /// 1 to 100.
    pub percent: i64,
}

/// Say how large the gross margin is
#[utoipa::path(put, path = "/api/v1/revenue/margin", tag = "revenue", request_body = MarginIn, responses((status = 204)))]
pub(crate) async fn set_margin(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Body(it): Body<MarginIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| acquisition::set_margin(tx, &me, it.percent)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What one unit of a currency is worth from a day on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeRate {
    /// ISO 4217.
    pub currency: String,
    /// `2026-11-20`
    pub day: String,
    /// In the home currency: `0.92`.
    pub rate: String,
}

impl Keyed for ExchangeRate {
    fn key(&self) -> String {
        format!("{} {}", self.currency, self.day)
    }
}

/// Exchange rates
///
/// By currency, the newest first.
#[utoipa::path(get, path = "/api/v1/revenue/rates", tag = "revenue", params(Paging), responses((status = 200, body = List<ExchangeRate>)))]
pub(crate) async fn rates(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| rates::all(tx, &me)).await?;
    let out = |it: rates::Rate| ExchangeRate {
        currency: it.currency.to_string(),
        day: days::text(it.day),
        rate: rates::text(it.rate),
    };
    List::cut(all.into_iter().map(out).collect(), &paging)
}

/// Enter an exchange rate
///
/// What was said before of the same currency and day is replaced. Subscriptions keep the rate of
/// the day on which they began.
#[utoipa::path(put, path = "/api/v1/revenue/rates", tag = "revenue", request_body = ExchangeRate, responses((status = 204)))]
pub(crate) async fn set_rate(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Body(it): Body<ExchangeRate>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let day = days::read("day", &it.day)?;
        rates::set(tx, &me, &it.currency, day, &it.rate)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
