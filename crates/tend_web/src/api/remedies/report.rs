//! What remedies cost, and what came after them.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    money::days,
    remedies::report::{self, By, Group, Share},
};
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Query, orders::id};
use crate::{
    App, WebError,
    who::{May, may::OrdersRead},
};

/// By what, and of when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct RemedyReportAsked {
    /// `reason` (if it is left out), `agent`, `kind` or `product`.
    pub by: Option<String>,
    /// So many days up to today: 1 to 3650, 365 if it is left out.
    pub days: Option<i64>,
}

/// A share with its interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyShare {
    /// So many did.
    pub n: u64,
    /// Of so many.
    pub of: u64,
    /// Wilson's interval at 95 %; null without anybody.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<&Share> for RemedyShare {
    fn from(it: &Share) -> Self {
        let (low, high) = (it.interval.map(|it| it.lower), it.interval.map(|it| it.upper));
        Self { n: it.of, of: it.n, low, high }
    }
}

/// Some remedies that were carried out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyGroup {
    /// The id or the word of what they have in common; empty for all.
    pub key: String,
    pub name: String,
    pub remedies: i64,
    /// Minor units of the home currency.
    pub given: i64,
    /// Of those that are older than 90 days: who ordered again within 90 days.
    pub ordered_again: RemedyShare,
    /// Customers whose account paid for something regularly, and of them those who pay nothing now.
    pub pays_no_more: RemedyShare,
}

impl From<&Group> for RemedyGroup {
    fn from(it: &Group) -> Self {
        Self {
            key: it.key.clone(),
            name: it.name.clone(),
            remedies: it.count,
            given: it.given,
            ordered_again: (&it.again).into(),
            pays_no_more: (&it.churned).into(),
        }
    }
}

/// What was given beside what was asked for and not given, in the same month for the same reason.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyLike {
    /// Who ordered again of those who were given something.
    pub given: u64,
    pub of_given: u64,
    pub not_given: u64,
    pub of_not_given: u64,
    /// The first share less the second; null while there are too few.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// What remedies cost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyReportOut {
    pub by: String,
    /// Days of the company's calendar, both among them.
    pub first_day: String,
    pub last_day: String,
    pub currency: String,
    pub all: RemedyGroup,
    /// The dearest first; by name, when they are too few to be ranked.
    pub groups: Vec<RemedyGroup>,
    /// All groups have 30 remedies.
    pub is_ranked: bool,
    /// Orders of that time for which nothing was made right, and who ordered again after them.
    pub without: RemedyShare,
    pub like_with_like: RemedyLike,
}

/// What remedies cost
///
/// And who ordered again after them, by reason, agent, kind or product, as the page says it.
#[utoipa::path(get, path = "/api/v1/remedies/report", tag = "remedies", params(RemedyReportAsked), responses((status = 200, body = RemedyReportOut)))]
pub(crate) async fn report(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(asked): Query<RemedyReportAsked>,
) -> Answer {
    let by = id(asked.by.as_deref(), "by")?.unwrap_or(By::Reason);
    let period = asked.days.unwrap_or(365);
    if !(1..=3650).contains(&period) {
        return Err(WebError::bad("The days are 1 to 3650."));
    }
    let me = who.me.clone();
    let it = app.read(move |tx| {
        let next = days::today(tx)? + 1;
        report::report(tx, &me, by, (next - period, next))
    });
    let it = it.await?;
    let like = &it.like;
    let out = RemedyReportOut {
        by: it.by.to_string(),
        first_day: days::text(it.days.0),
        last_day: days::text(it.days.1 - 1),
        currency: it.home.to_string(),
        all: (&it.all).into(),
        groups: it.groups.iter().map(RemedyGroup::from).collect(),
        is_ranked: it.is_ranked,
        without: (&it.without).into(),
        like_with_like: RemedyLike {
            given: like.given.0,
            of_given: like.given.1,
            not_given: like.not_given.0,
            of_not_given: like.not_given.1,
            difference: like.difference.map(|it| it.value),
            low: like.difference.map(|it| it.lower),
            high: like.difference.map(|it| it.upper),
        },
    };
    Ok(Json(out).into_response())
}
