//! The domain of an inbox: the keys of its signature, and what the DNS says about it.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    dkim_keys::{self, Algorithm, DkimKeyId},
    error::invalid,
    inboxes::{self, Inbox, InboxId},
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    settings::{self, DomainPage, KeyTrouble},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    WebError,
    api::Ids,
    app::App,
    asked::Form,
    domains::{self, of_inbox, own_key},
    forms::Parsed,
    pages::{Answer, go},
    who::{May, may},
};

type Manager = May<may::InboxesManage>;

pub(crate) async fn show(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<InboxId>>,
) -> Answer {
    page(&who, &app, id, StatusCode::OK, Problems::default(), None).await
}

/// What the name servers say; by itself a page, for browsers without JavaScript.
pub(crate) async fn records(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<InboxId>>,
    headers: HeaderMap,
) -> Answer {
    let me = who.me.clone();
    let question = app.read(move |tx| domains::question(tx, &me, id)).await?;
    let title = question.domain.clone();
    let found = match app.mail_servers() {
        Some(them) => settings::records(&them.records(question).await),
        None => settings::no_records("This Tend has nobody who asks name servers."),
    };
    if headers.contains_key("hx-request") {
        return Ok(found.into_response());
    }
    show_section(&app, &who, "inboxes", StatusCode::OK, move |_, at| Ok(at.whole(&title, found)))
        .await
}

#[derive(Clone, Deserialize)]
pub(crate) struct New {
    algorithm: String,
    #[serde(default)]
    selector: String,
}

pub(crate) async fn make(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<InboxId>>,
    Form(it): Form<New>,
) -> Answer {
    let made = keep_new(&who, &app, id, &it).await;
    match done(made, &urls::inbox_domain(id))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(&who, &app, id, status, wrong, None).await,
    }
}

async fn keep_new(who: &Manager, app: &App, id: InboxId, it: &New) -> Result<(), WebError> {
    let of: Algorithm = it.algorithm.parse().map_err(|why| invalid("algorithm", why))?;
    let new = domains::new_key(app, id, of, it.selector.clone()).await?;
    let (me, keys) = (who.me.clone(), app.keys.clone());
    app.write(move |tx| dkim_keys::make(tx, &me, &keys, &new)).await?;
    Ok(())
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Anyway {
    anyway: String,
}

/// Signs with a key from now on, if its record stands where it should.
pub(crate) async fn sign(
    who: Manager,
    State(app): State<App>,
    Ids(id, key): Ids<InboxId, DkimKeyId>,
    Form(it): Form<Anyway>,
) -> Answer {
    let me = who.me.clone();
    let known = app.read(move |tx| own_key(tx, &me, id, key)).await?;
    if it.anyway.is_empty()
        && let Some(says) = domains::trouble(&app, known).await?
    {
        let trouble = Some(KeyTrouble { key, says });
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(&who, &app, id, status, Problems::default(), trouble).await;
    }
    act(&who, &app, id, key, dkim_keys::sign_with).await
}

pub(crate) async fn stop(
    who: Manager,
    State(app): State<App>,
    Ids(id, key): Ids<InboxId, DkimKeyId>,
) -> Answer {
    act(&who, &app, id, key, dkim_keys::stop).await
}

pub(crate) async fn remove(
    who: Manager,
    State(app): State<App>,
    Ids(id, key): Ids<InboxId, DkimKeyId>,
) -> Answer {
    act(&who, &app, id, key, dkim_keys::remove).await
}

async fn act(
    who: &Manager,
    app: &App,
    inbox: InboxId,
    key: DkimKeyId,
    verb: fn(&mut Tx, &Me, DkimKeyId) -> Result<()>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        own_key(tx, &me, inbox, key)?;
        verb(tx, &me, key)
    })
    .await?;
    Ok(go(&urls::inbox_domain(inbox)))
}

async fn page(
    who: &Manager,
    app: &App,
    id: InboxId,
    status: StatusCode,
    problems: Problems,
    trouble: Option<KeyTrouble>,
) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "inboxes", status, move |tx, at| {
        let (inbox, domain) = of_inbox(tx, id)?;
        let same = |it: &Inbox| it.id != id && it.address.ends_with(&format!("@{domain}"));
        let all = inboxes::all(tx)?.into_iter().filter(same);
        let view = DomainPage {
            keys: dkim_keys::of_domain(tx, &me, &domain)?,
            shared: all.map(|it| it.address).collect(),
            inbox,
            domain,
            problems,
            trouble,
        };
        Ok(settings::domain(at, &view))
    })
    .await
}
