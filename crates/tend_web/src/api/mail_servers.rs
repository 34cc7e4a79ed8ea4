//! The mail servers of an inbox. Secrets go in and never come out.

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::Me,
    error::{invalid, not_found, refused},
    inboxes::{self, InboxId},
    mail_accounts::{self as verbs, Auth, Kind, MailAccount, NewMailAccount, NewOAuth, Security},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{
    Answer, Body, Id, Ids, If, Keyed, List, Paging, Post, Query,
    post::{Nothing, Once},
};
use crate::{
    App, WebError,
    who::{May, may::InboxesManage},
};

type Manager = May<InboxesManage>;

/// Where access tokens come from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OAuthOut {
    pub token_endpoint: String,
    pub client_id: String,
    pub scope: String,
}

/// A mail server of an inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailServerOut {
    /// `imap`: mail is fetched from it. `smtp`: mail leaves through it.
    #[schema(value_type = String)]
    pub kind: Kind,
    pub host: String,
    pub port: i64,
    /// `tls`, `starttls`, `none`.
    #[schema(value_type = String)]
    pub security: Security,
    pub username: String,
    /// `password`, `oauth2`, `none`.
    #[schema(value_type = String)]
    pub auth: Auth,
    /// Whether a password or a refresh token was entered; it is never told.
    pub has_secret: bool,
    /// Only with `oauth2`.
    pub oauth: Option<OAuthOut>,
    /// Of IMAP: the folder that is fetched.
    pub folder: String,
    /// Of IMAP: mails are marked as seen on the server.
    pub mark_seen: bool,
    /// Of IMAP: only mail that came later is fetched; null means all.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Of SMTP: a mail store of ours that speaks LMTP.
    pub lmtp: bool,
    pub paused: bool,
    /// Why the last try failed; empty when it did not.
    pub problem: String,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl From<MailAccount> for MailServerOut {
    fn from(it: MailAccount) -> Self {
        let oauth = it.oauth().map(|it| OAuthOut {
            token_endpoint: it.token_endpoint,
            client_id: it.client_id,
            scope: it.scope,
        });
        Self {
            has_secret: it.has_secret(),
            oauth,
            kind: it.kind,
            host: it.host,
            port: it.port,
            security: it.security,
            username: it.username,
            auth: it.auth,
            folder: it.folder,
            mark_seen: it.mark_seen,
            since: it.since,
            lmtp: it.lmtp,
            paused: it.paused,
            problem: it.problem,
            changed_at: it.changed_at,
        }
    }
}

impl Keyed for MailServerOut {
    fn key(&self) -> String {
        self.kind.word().to_owned()
    }
}

/// Where access tokens come from.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OAuthIn {
    /// An https address.
    pub token_endpoint: String,
    pub client_id: String,
    /// Left out, the one that was entered stays; empty for public clients.
    pub client_secret: Option<String>,
    #[serde(default)]
    pub scope: String,
}

/// A mail server, as a whole.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailServerIn {
    pub host: String,
    pub port: u16,
    /// `tls`, `starttls`, `none`.
    #[schema(value_type = String)]
    pub security: Security,
    #[serde(default)]
    pub username: String,
    /// `password`, `oauth2`, `none`.
    #[schema(value_type = String)]
    pub auth: Auth,
    /// The password, or the refresh token of `oauth2`. Left out, the one that was entered stays.
    pub secret: Option<String>,
    pub oauth: Option<OAuthIn>,
    /// Of IMAP; left out, `INBOX`.
    #[serde(default)]
    pub folder: String,
    /// Of IMAP.
    #[serde(default)]
    pub mark_seen: bool,
    /// Of IMAP, when it is entered first: what lies in the folder already stays where it is.
    #[serde(default)]
    pub only_new: bool,
    /// Of SMTP.
    #[serde(default)]
    pub lmtp: bool,
}

/// How a sign-in went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignInOut {
    pub works: bool,
    /// Why not, in a sentence; empty when it works.
    pub problem: String,
}

/// Which one, as the path says it.
type Server = Ids<InboxId, Kind>;

/// The one that an inbox has; an inbox that one may not manage has none.
fn account(tx: &mut Tx, me: &Me, inbox: InboxId, kind: Kind) -> Result<MailAccount> {
    inboxes::find(tx, inbox)?;
    let all = verbs::visible(tx, me, inbox)?;
    all.into_iter().find(|it| it.kind == kind).ok_or(not_found("mail server"))
}

fn load(
    inbox: InboxId,
    kind: Kind,
) -> impl Fn(&mut Tx, &Me) -> Result<MailServerOut> + Send + 'static {
    move |tx, me| account(tx, me, inbox, kind).map(MailServerOut::from)
}

/// List mail servers
///
/// At most two: one for fetching, one for sending.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/mail-servers", tag = "inboxes", params(("id" = String, Path), Paging), responses((status = 200, body = List<MailServerOut>)))]
pub(crate) async fn list(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            inboxes::find(tx, id)?;
            verbs::visible(tx, &me, id)
        })
        .await?;
    List::cut(all.into_iter().map(MailServerOut::from).collect(), &paging)
}

/// One mail server
///
/// `kind` is `imap` or `smtp`.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/mail-servers/{kind}", tag = "inboxes", params(("id" = String, Path), ("kind" = String, Path), If), responses((status = 200, body = MailServerOut)))]
pub(crate) async fn find(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Server,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id, kind)).await
}

/// Set a mail server
///
/// In the place of the one that the inbox had. Nothing is tried: ask for a test afterwards.
#[utoipa::path(put, path = "/api/v1/inboxes/{id}/mail-servers/{kind}", tag = "inboxes", params(("id" = String, Path), ("kind" = String, Path), If), request_body = MailServerIn, responses((status = 200, body = MailServerOut)))]
pub(crate) async fn set(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Server,
    seen: If,
    Body(it): Body<MailServerIn>,
) -> Answer {
    // A host that somebody names is not the way into our own network.
    if let Err(error) = app.outside.guard().check(it.host.trim()).await {
        return Err(invalid("host", error.to_string()).into());
    }
    let oauth = it.oauth.filter(|_| it.auth == Auth::OAuth2).map(|it| NewOAuth {
        token_endpoint: it.token_endpoint,
        client_id: it.client_id,
        client_secret: it.client_secret,
        scope: it.scope,
    });
    let new = NewMailAccount {
        inbox: id,
        kind,
        host: it.host,
        port: it.port,
        security: it.security,
        username: it.username,
        auth: it.auth,
        secret: it.secret,
        oauth,
        folder: it.folder,
        mark_seen: it.mark_seen,
        only_new: it.only_new,
        lmtp: it.lmtp,
    };
    let keys = app.keys.clone();
    let work = move |tx: &mut Tx, me: &Me| verbs::save(tx, me, &keys, &new).map(drop);
    seen.change(&app, &who, load(id, kind), work).await
}

/// Remove a mail server
///
/// What was fetched stays; what waits to leave waits on.
#[utoipa::path(delete, path = "/api/v1/inboxes/{id}/mail-servers/{kind}", tag = "inboxes", params(("id" = String, Path), ("kind" = String, Path), If), responses((status = 204)))]
pub(crate) async fn remove(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Server,
    seen: If,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        inboxes::find(tx, id)?;
        verbs::remove(tx, me, id, kind)
    };
    seen.remove(&app, &who, load(id, kind), work).await
}

/// Test a mail server
///
/// Signs in and takes and sends nothing. That it does not work is an answer, too.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/mail-servers/{kind}/test", tag = "inboxes", params(("id" = String, Path), ("kind" = String, Path)), request_body = Nothing, responses((status = 200, body = SignInOut)))]
pub(crate) async fn test(
    who: Manager,
    State(app): State<App>,
    Ids(id, kind): Server,
    post: Post<Nothing>,
) -> Answer {
    let once: Once = post.once;
    if let Some(before) = once.before(&app, &who).await? {
        return Ok(before);
    }
    let me = who.me.clone();
    let known = app.read(move |tx| account(tx, &me, id, kind)).await?;
    let Some(servers) = app.mail_servers() else {
        return Err(WebError::from(refused("This Tend has nobody who speaks to mail servers.")));
    };
    let (server, found) = (known.id, servers.sign_in(known).await);
    let work = move |tx: &mut Tx, _: &Me| {
        match &found {
            Ok(()) => verbs::worked(tx, server)?,
            Err(why) => verbs::failed(tx, server, why)?,
        }
        Ok(SignInOut { works: found.is_ok(), problem: found.clone().err().unwrap_or_default() })
    };
    once.answer(&app, &who, StatusCode::OK, work).await
}
