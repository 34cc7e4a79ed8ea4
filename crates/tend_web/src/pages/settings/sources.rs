//! Sources of usage events, and what arrives from them.

use axum::{
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    error::invalid,
    page::Cursor,
    secrets::Fresh,
    usage::{
        self, SourceId, Trust, Wanted,
        sources::{self, NewSource},
    },
};
use tend_views::{
    parts::Problems,
    settings::{self, Arrivals, Rejections, SourceForm},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    WebError,
    app::App,
    asked::{Form, Query},
    client::Client,
    forms::Parsed,
    pages::{Answer, go, problems},
    who::{May, may},
};

type Manager = May<may::SourcesManage>;

/// Where clients find us, as in `https://desk.example.com`.
pub(crate) struct Host(String);

impl Host {
    /// As in `https://desk.example.com`.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl FromRequestParts<App> for Host {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        if let Some(ours) = &app.config.base_url {
            return Ok(Self(ours.clone()));
        }
        let client = Client::from_request_parts(parts, app).await?;
        let protocol = if client.is_https { "https" } else { "http" };
        let host = parts.headers.get(header::HOST).and_then(|it| it.to_str().ok());
        Ok(Self(format!("{protocol}://{}", host.unwrap_or("localhost"))))
    }
}

#[derive(Clone, Deserialize)]
pub(crate) struct Said {
    name: String,
    trust: Parsed<Trust>,
}

impl From<&Said> for SourceForm {
    fn from(it: &Said) -> Self {
        Self { name: it.name.clone(), trust: it.trust.0 }
    }
}

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    list(&who, &app, None, StatusCode::OK, Problems::default()).await
}

async fn list(
    who: &Manager,
    app: &App,
    days: Option<String>,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "sources", status, move |tx, at| {
        let all = sources::all(tx, &me)?;
        let kept = usage::retention(tx)?.to_string();
        Ok(settings::sources(at, &all, &days.unwrap_or(kept), &problems))
    })
    .await
}

#[derive(Clone, Deserialize)]
pub(crate) struct Keep {
    days: String,
}

pub(crate) async fn keep(
    who: Manager,
    State(app): State<App>,
    Form(Keep { days }): Form<Keep>,
) -> Answer {
    let (me, text) = (who.me.clone(), days.clone());
    let kept = app.write(move |tx| {
        let wrong = || invalid("days", "Choose between 1 and 3650 days.");
        let days = text.trim().parse().map_err(|_| wrong())?;
        usage::set_retention(tx, &me, days)
    });
    match done(kept.await, &urls::settings_section("sources"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => list(&who, &app, Some(days), status, wrong).await,
    }
}

pub(crate) async fn new(who: Manager, State(app): State<App>) -> Answer {
    let it = SourceForm { name: String::new(), trust: Trust::Browser };
    form(&who, &app, it, StatusCode::OK, Problems::default()).await
}

async fn form(
    who: &Manager,
    app: &App,
    it: SourceForm,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    show_section(app, who, "sources", status, move |_, at| {
        Ok(settings::new_source(at, &it, &problems))
    })
    .await
}

/// Its key is in this answer and nowhere else.
pub(crate) async fn create(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Form(said): Form<Said>,
) -> Answer {
    let fresh = Fresh::make();
    let new = NewSource {
        name: said.name.clone(),
        trust: said.trust.0,
        fingerprint: fresh.fingerprint(),
        hint: fresh.hint(),
    };
    let me = who.me.clone();
    match app.write(move |tx| sources::create(tx, &me, &new)).await {
        Ok(id) => made(&who, &app, host, id, fresh).await,
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(&who, &app, (&said).into(), status, wrong).await
        }
    }
}

async fn made(who: &Manager, app: &App, host: Host, id: SourceId, fresh: Fresh) -> Answer {
    let host = host.0;
    let me = who.me.clone();
    show_section(app, who, "sources", StatusCode::OK, move |tx, at| {
        Ok(settings::source_made(at, &host, &sources::find(tx, &me, id)?, fresh.text()))
    })
    .await
}

pub(crate) async fn one(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Path(Parsed(id)): Path<Parsed<SourceId>>,
) -> Answer {
    page(&who, &app, host, id, None, StatusCode::OK, Problems::default()).await
}

async fn page(
    who: &Manager,
    app: &App,
    host: Host,
    id: SourceId,
    said: Option<SourceForm>,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let (me, host) = (who.me.clone(), host.0);
    show_section(app, who, "sources", status, move |tx, at| {
        let it = sources::find(tx, &me, id)?;
        let own = SourceForm { name: it.name.clone(), trust: it.trust };
        Ok(settings::source(at, &host, &it, &said.unwrap_or(own), &problems))
    })
    .await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Path(Parsed(id)): Path<Parsed<SourceId>>,
    Form(said): Form<Said>,
) -> Answer {
    let (me, it) = (who.me.clone(), said.clone());
    let changed =
        app.write(move |tx| sources::change(tx, &me, id, Some(&it.name), Some(it.trust.0))).await;
    match done(changed, &urls::settings_item("sources", id))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            page(&who, &app, host, id, Some((&said).into()), status, wrong).await
        }
    }
}

pub(crate) async fn rotate(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Path(Parsed(id)): Path<Parsed<SourceId>>,
) -> Answer {
    let (me, fresh) = (who.me.clone(), Fresh::make());
    let (fingerprint, hint) = (fresh.fingerprint(), fresh.hint());
    app.write(move |tx| sources::rotate(tx, &me, id, &fingerprint, &hint)).await?;
    made(&who, &app, host, id, fresh).await
}

pub(crate) async fn disable(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<SourceId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| sources::disable(tx, &me, id)).await?;
    Ok(go(&urls::settings_item("sources", id)))
}

pub(crate) async fn enable(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<SourceId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| sources::enable(tx, &me, id)).await?;
    Ok(go(&urls::settings_item("sources", id)))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    source: String,
    text: String,
    part: String,
    cursor: String,
}

/// A source that is none is every source.
pub(crate) async fn arrivals(
    who: Manager,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let shown = show_section(&app, &who, "sources", StatusCode::OK, move |tx, at| {
        let source = asked.source.parse::<SourceId>().ok();
        let wanted = Wanted { source, text: asked.text.clone() };
        let it = Arrivals {
            events: usage::recent(tx, &me, &wanted)?,
            sources: sources::all(tx, &me)?,
            source,
            text: asked.text,
        };
        Ok(match asked.part.as_str() {
            "list" => settings::arrived(at, &it),
            _ => settings::arrivals(at, &it),
        })
    });
    Ok(shown.await?.into_response())
}

pub(crate) async fn rejected(
    who: Manager,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let after = match asked.cursor.as_str() {
        "" => None,
        text => Some(text.parse::<Cursor>().map_err(WebError::bad)?),
    };
    show_section(&app, &who, "sources", StatusCode::OK, move |tx, at| {
        let page = usage::rejections(tx, &me, None, after, 50)?;
        let it = Rejections { events: page.items, next: page.next, is_further: after.is_some() };
        Ok(settings::rejected(at, &it))
    })
    .await
}
