//! How much may reach customers, and when.

use axum::{extract::State, http::StatusCode};
use tend_core::campaigns::limits::{self, Limits};
use tend_views::{parts::Problems, settings, urls};

use super::{Done, done, show as show_section};
use crate::{
    app::App,
    asked::Form,
    pages::Answer,
    who::{May, may},
};

type Pairs = Vec<(String, String)>;

pub(crate) async fn show(who: May<may::CampaignsManage>, State(app): State<App>) -> Answer {
    page(&who, &app, None, (StatusCode::OK, Problems::default())).await
}

async fn page(
    who: &May<may::CampaignsManage>,
    app: &App,
    said: Option<Limits>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    show_section(app, who, "messages", status, move |tx, at| {
        let it = match said {
            Some(it) => it,
            None => limits::limits(tx)?,
        };
        Ok(settings::messages(at, &it, &problems))
    })
    .await
}

pub(crate) async fn change(
    who: May<may::CampaignsManage>,
    State(app): State<App>,
    Form(said): Form<Pairs>,
) -> Answer {
    let of = |name: &str| said.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    // What is no number is out of every range, and is told so.
    let number = |name: &str| of(name).trim().parse().unwrap_or(-1);
    let to = Limits {
        quiet_from: number("quiet_from"),
        quiet_to: number("quiet_to"),
        quiet_sundays: !of("quiet_sundays").is_empty(),
        marketing_day: number("marketing_day"),
        marketing_week: number("marketing_week"),
        service_day: number("service_day"),
        gap_hours: number("gap_hours"),
        needs_consent: !of("needs_consent").is_empty(),
        holdout: number("holdout"),
        topics: of("topics").lines().map(str::to_owned).collect(),
    };
    let (me, new) = (who.me.clone(), to.clone());
    let changed = app.write(move |tx| limits::set(tx, &me, &new)).await;
    match done(changed, &urls::settings_section("messages"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(&who, &app, Some(to), (status, wrong)).await,
    }
}
