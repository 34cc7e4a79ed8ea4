use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::{
    agents::{TeamId, teams},
    error::{invalid, refused},
    inboxes::{self, Changes, Channel, InboxId, NewInbox},
    mail_accounts::{self, Auth, Kind, MailAccount, NewMailAccount, NewOAuth, Security},
};
use tend_views::{
    parts::Problems,
    settings::{self, InboxForm, MailServer, ServerForm},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    WebError,
    api::Ids,
    app::App,
    asked::Form,
    forms::{Parsed, Ticked},
    pages::{Answer, go},
    who::{May, may},
};

type Manager = May<may::InboxesManage>;

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    show_section(&app, &who, "inboxes", StatusCode::OK, move |tx, at| {
        let mut rows = Vec::new();
        for inbox in inboxes::all(tx)? {
            let servers = mail_accounts::visible(tx, &me, inbox.id)?;
            let problem = servers.into_iter().map(|it| it.problem).find(|it| !it.is_empty());
            rows.push((inbox, problem));
        }
        Ok(settings::inboxes(at, &rows))
    })
    .await
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct New {
    name: String,
    address: String,
    channel: String,
}

pub(crate) async fn new(who: Manager, State(app): State<App>) -> Answer {
    form(&who, &app, New::default(), StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(who: Manager, State(app): State<App>, Form(said): Form<New>) -> Answer {
    let (me, it) = (who.me.clone(), said.clone());
    let made = app
        .write(move |tx| {
            let channel: Channel = it.channel.parse().map_err(|why| invalid("channel", why))?;
            let new = NewInbox { name: it.name.clone(), address: it.address.clone(), channel };
            inboxes::create(tx, &me, &new)
        })
        .await;
    let to = made.as_ref().map(|id| urls::settings_item("inboxes", id)).unwrap_or_default();
    match done(made, &to)? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => form(&who, &app, said, status, wrong).await,
    }
}

async fn form(who: &Manager, app: &App, said: New, status: StatusCode, wrong: Problems) -> Answer {
    show_section(app, who, "inboxes", status, move |_, at| {
        let said = (said.name.as_str(), said.address.as_str(), said.channel.as_str());
        Ok(settings::new_inbox(at, said, &wrong))
    })
    .await
}

pub(crate) async fn one(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<InboxId>>,
) -> Answer {
    page(&who, &app, id, StatusCode::OK, Wrong::default()).await
}

#[derive(Clone, Deserialize)]
pub(crate) struct Said {
    name: String,
    #[serde(default)]
    sender_name: Option<String>,
    #[serde(default)]
    aliases: Option<String>,
    #[serde(default)]
    catch_all: Ticked,
    #[serde(default)]
    template_html: Option<String>,
    #[serde(default)]
    auto_reply_subject: Option<String>,
    #[serde(default)]
    auto_reply_html: Option<String>,
    reopen_days: i64,
    #[serde(default)]
    team: Vec<TeamId>,
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<InboxId>>,
    Form(it): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let changed = app
        .write(move |tx| {
            let changes = Changes {
                name: Some(it.name.clone()),
                sender_name: it.sender_name.clone(),
                template_html: it.template_html.clone(),
                auto_reply_html: it.auto_reply_html.clone(),
                auto_reply_subject: it.auto_reply_subject.clone(),
                catch_all: it.aliases.is_some().then_some(it.catch_all.0),
                reopen_days: Some(it.reopen_days),
            };
            inboxes::change(tx, &me, id, &changes)?;
            if let Some(aliases) = &it.aliases {
                let lines: Vec<String> = aliases.lines().map(str::to_owned).collect();
                inboxes::set_aliases(tx, &me, id, &lines)?;
            }
            inboxes::set_teams(tx, &me, id, &it.team)
        })
        .await;
    match done(changed, &urls::settings_item("inboxes", id))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            page(&who, &app, id, status, Wrong { inbox: wrong, ..Wrong::default() }).await
        }
    }
}

pub(crate) async fn archive(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<InboxId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| inboxes::archive(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("inboxes")))
}

pub(crate) async fn keep_server(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Ids<InboxId, Kind>,
    Form(it): Form<HashMap<String, String>>,
) -> Answer {
    let kept = keep(&who, &app, id, kind, &it).await;
    match done(kept, &urls::settings_item("inboxes", id))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            let mut wrong = match kind {
                Kind::Imap => Wrong { imap: wrong, ..Wrong::default() },
                Kind::Smtp => Wrong { smtp: wrong, ..Wrong::default() },
            };
            wrong.said = Some((kind, it.into_iter().collect()));
            page(&who, &app, id, status, wrong).await
        }
    }
}

async fn keep(
    who: &Manager,
    app: &App,
    inbox: InboxId,
    kind: Kind,
    it: &HashMap<String, String>,
) -> Result<(), WebError> {
    let get = |name: &str| it.get(name).map(|it| it.trim().to_owned()).unwrap_or_default();
    let host = get("host");
    // An admin's host is not the way into our own network.
    if let Err(error) = app.outside.guard().check(&host).await {
        return Err(invalid("host", error.to_string()).into());
    }
    let port = get("port").parse().map_err(|_| invalid("port", "A port is 1 to 65535."))?;
    let security: Security =
        get("security").parse().map_err(|_| invalid("security", "Choose one of them."))?;
    let username = get("username");
    let auth = match get("auth").as_str() {
        "oauth2" => Auth::OAuth2,
        _ if username.is_empty() => Auth::None,
        _ => Auth::Password,
    };
    let oauth = (auth == Auth::OAuth2).then(|| NewOAuth {
        token_endpoint: get("token_endpoint"),
        client_id: get("client_id"),
        client_secret: it.get("client_secret").filter(|it| !it.is_empty()).cloned(),
        scope: get("scope"),
    });
    let secret = it.get("secret").filter(|it| !it.is_empty()).cloned();
    let new = NewMailAccount {
        inbox,
        kind,
        host,
        port,
        security,
        username,
        auth,
        secret,
        oauth,
        folder: get("folder"),
        mark_seen: it.contains_key("mark_seen"),
        only_new: it.contains_key("only_new"),
        lmtp: it.contains_key("lmtp"),
    };
    let (me, keys) = (who.me.clone(), app.keys.clone());
    app.write(move |tx| mail_accounts::save(tx, &me, &keys, &new)).await?;
    Ok(())
}

/// Signs in to the server that was kept, and says how that went.
pub(crate) async fn test_server(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Ids<InboxId, Kind>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| mail_accounts::visible(tx, &me, id)).await?;
    let account = all.into_iter().find(|it| it.kind == kind).ok_or_else(WebError::not_found)?;
    let Some(servers) = app.mail_servers() else {
        return Err(WebError::from(refused("This Tend has nobody who speaks to mail servers.")));
    };
    let (server, found) = (account.id, servers.sign_in(account).await);
    app.write(move |tx| match &found {
        Ok(()) => mail_accounts::worked(tx, server),
        Err(why) => mail_accounts::failed(tx, server, why),
    })
    .await?;
    Ok(go(&urls::settings_item("inboxes", id)))
}

pub(crate) async fn remove_server(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Ids<InboxId, Kind>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| mail_accounts::remove(tx, &me, id, kind)).await?;
    Ok(go(&urls::settings_item("inboxes", id)))
}

#[derive(Default)]
struct Wrong {
    inbox: Problems,
    imap: Problems,
    smtp: Problems,
    /// What was entered for a server.
    said: Option<(Kind, Vec<(String, String)>)>,
}

async fn page(who: &Manager, app: &App, id: InboxId, status: StatusCode, wrong: Wrong) -> Answer {
    let me = who.me.clone();
    let (receiver, base) = (app.config.receiver.clone(), app.config.address.clone());
    show_section(app, who, "inboxes", status, move |tx, at| {
        let servers = mail_accounts::visible(tx, &me, id)?;
        let said =
            |kind| wrong.said.iter().filter(move |it| it.0 == kind).flat_map(|it| it.1.clone());
        let server = |kind, problems| ServerForm {
            known: servers.iter().find(|it| it.kind == kind).map(shown),
            said: said(kind).collect(),
            problems,
        };
        let view = InboxForm {
            inbox: inboxes::find(tx, id)?,
            aliases: inboxes::aliases(tx, id)?,
            teams: inboxes::teams(tx, id)?,
            all_teams: teams::all(tx)?,
            problems: wrong.inbox.clone(),
            imap: server(Kind::Imap, wrong.imap.clone()),
            smtp: server(Kind::Smtp, wrong.smtp.clone()),
            receiver: receiver.clone(),
            base: base.clone(),
        };
        Ok(settings::inbox(at, &view))
    })
    .await
}

fn shown(it: &MailAccount) -> MailServer {
    MailServer {
        host: it.host.clone(),
        port: it.port,
        security: it.security.word().to_owned(),
        username: it.username.clone(),
        has_secret: it.has_secret(),
        folder: it.folder.clone(),
        problem: it.problem.clone(),
        works: it.ok_at.is_some(),
        checked_at: it.checked_at,
        oauth: it.oauth(),
        mark_seen: it.mark_seen,
        since: it.since,
        lmtp: it.lmtp,
    }
}
