//! What is expected to be lost, and the accounts behind it.

use axum::{
    extract::{Query, State},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    health::at_risk::{self, By, NONE},
    money::rates,
};
use tend_views::{
    proof::{AtRiskRows, at_risk_page, at_risk_rows_page},
    urls,
};

use crate::{
    App,
    pages::{Answer, frame::Wanted},
    who::{May, may::RevenueRead},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    by: String,
    of: String,
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::scoreboard());
    let page = app.read(move |tx| {
        let by: By = asked.by.parse().unwrap_or_default();
        let it = at_risk::report(tx, &wanted.me, by)?;
        Ok(at_risk_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::scoreboard());
    let page = app.read(move |tx| {
        let by: By = asked.by.parse().unwrap_or_default();
        let of = Some(asked.of.as_str()).filter(|it| !it.is_empty());
        let all = at_risk::report(tx, &wanted.me, by)?.groups;
        let id = of.map(|it| (it != NONE).then(|| it.to_owned()));
        let group = id.and_then(|id| all.into_iter().find(|it| it.id == id));
        let it = AtRiskRows {
            by,
            name: group.map(|it| it.name).unwrap_or_default(),
            currency: rates::home(tx)?,
            lines: at_risk::lines(tx, &wanted.me, by, of)?,
        };
        Ok(at_risk_rows_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}
