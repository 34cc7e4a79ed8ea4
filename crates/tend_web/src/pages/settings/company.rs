use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{Actor, Result, agents, error::invalid, holidays, notifications::Shows, settings};
use tend_views::{
    parts::Problems,
    settings::{Company, company},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    app::App,
    asked::Form,
    pages::Answer,
    who::{May, may},
};

pub(crate) async fn show(who: May<may::SettingsManage>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default(), None).await
}

#[derive(Clone, Deserialize)]
pub(crate) struct CompanyForm {
    company: String,
    time_zone: String,
    #[serde(default)]
    base_url: String,
    #[serde(default)]
    push_shows: String,
    #[serde(default)]
    holidays: String,
}

pub(crate) async fn change(
    who: May<may::SettingsManage>,
    State(app): State<App>,
    Form(form): Form<CompanyForm>,
) -> Answer {
    let (me, is_fixed) = (who.me.clone(), app.config.base_url.is_some());
    let typed = form.clone();
    let changed = app
        .write(move |tx| {
            let by = Actor::Agent(me.id);
            let (name, zone) = agents::checked_company(&form.company, &form.time_zone)?;
            settings::set(tx, by, settings::COMPANY, &name)?;
            settings::set(tx, by, settings::TIME_ZONE, &zone)?;
            if let Some(it) = Shows::ALL.into_iter().find(|it| it.word() == form.push_shows) {
                settings::set(tx, by, settings::PUSH_SHOWS, it.word())?;
            }
            holidays::keep(tx, by, &form.holidays)?;
            match is_fixed {
                true => Ok(()),
                false => settings::set(tx, by, settings::BASE_URL, &base_url(&form.base_url)?),
            }
        })
        .await;
    match done(changed, &urls::settings_section("company"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(&who, &app, status, wrong, Some(typed)).await,
    }
}

/// Scheme and host, without a path.
fn base_url(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let host = text.strip_prefix("https://").or(text.strip_prefix("http://"));
    let plain = |it: &str| {
        !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    };
    match text.is_empty() || host.is_some_and(plain) {
        true => Ok(text.to_owned()),
        false => Err(invalid("base_url", "An address looks like https://desk.example.com.")),
    }
}

/// The form as it is kept, or as somebody typed it.
async fn page(
    who: &May<may::SettingsManage>,
    app: &App,
    status: StatusCode,
    problems: Problems,
    typed: Option<CompanyForm>,
) -> Answer {
    let fixed = app.config.base_url.clone();
    show_section(app, who, "company", status, move |tx, at| {
        let mut view = Company {
            company: settings::get_or(tx, settings::COMPANY, "")?,
            time_zone: settings::get_or(tx, settings::TIME_ZONE, "UTC")?,
            base_url_is_fixed: fixed.is_some(),
            base_url: settings::get_or(tx, settings::BASE_URL, "")?,
            push_shows: Shows::chosen(tx)?.word(),
            holidays: holidays::text(tx)?,
            problems,
        };
        if let Some(it) = typed {
            (view.company, view.time_zone) = (it.company, it.time_zone);
            (view.base_url, view.holidays) = (it.base_url, it.holidays);
        }
        view.base_url = fixed.unwrap_or(view.base_url);
        Ok(company(at, &view))
    })
    .await
}
