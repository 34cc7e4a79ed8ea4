//! Who asks. Every handler takes one of these as its first parameter, and there
//! is no other way to learn who asks:
//!
//! - [`May<P>`]: an agent, or a program with an agent's token, who may do `P`.
//! - [`SignedIn`]: an agent, whatever they may do: for what is about themselves.
//! - [`Guest`]: anybody, for the few pages before signing in.
//!
//! Each of them also asks a request that changes something for its proof.

use std::{marker::PhantomData, ops::Deref, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use tend_core::{
    Error,
    agents::{self, Me, Permission, SessionId, TokenId, sessions, tokens},
    counts::Kept,
    secrets::{fingerprint, random_text},
};

use crate::{
    app::App,
    client::Client,
    cookies::Cookie,
    csrf::Secret,
    edge::{FormHead, is_safe},
    error::WebError,
};

/// By what one is known.
#[derive(Clone, Debug)]
pub enum Via {
    Session { id: SessionId, csrf: FormSecret },
    Token(TokenId),
}

/// The secret behind the forms of a session; it does not show itself.
#[derive(Clone, Debug)]
pub struct FormSecret(Secret);

/// An agent who asks, and by what we know them. Small: each of hundreds of handlers carries one.
#[derive(Clone, Debug)]
pub struct Who(Arc<Asker>);

/// What is known of a [`Who`].
#[derive(Debug)]
pub struct Asker {
    pub me: Arc<Me>,
    pub via: Via,
    /// The sums of this process, for the sidebar.
    pub kept: Kept,
}

impl Who {
    /// For the forms of a page; programs get no forms.
    pub fn csrf(&self) -> String {
        match &self.via {
            Via::Session { csrf, .. } => csrf.0.masked(),
            Via::Token(_) => String::new(),
        }
    }

    /// The same, for whom things have changed meanwhile.
    pub(crate) fn as_of_now(&self, me: Me) -> Self {
        let Asker { via, kept, .. } = &*self.0;
        Self(Arc::new(Asker { me: Arc::new(me), via: via.clone(), kept: kept.clone() }))
    }

    /// The session that asks.
    pub fn session(&self) -> Option<SessionId> {
        match self.via {
            Via::Session { id, .. } => Some(id),
            Via::Token(_) => None,
        }
    }

    /// What idempotency keys belong to.
    pub fn owner(&self) -> String {
        match self.via {
            Via::Session { id, .. } => id.to_string(),
            Via::Token(id) => id.to_string(),
        }
    }
}

impl Deref for Who {
    type Target = Asker;
    fn deref(&self) -> &Asker {
        &self.0
    }
}

impl Deref for Asker {
    type Target = Me;
    fn deref(&self) -> &Me {
        &self.me
    }
}

/// Names a permission as a type.
pub trait Needs: Send + Sync + 'static {
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident)*) => {
        /// Each permission as a type, for [`May`](super::May).
        pub mod may {
            $(
                #[derive(Clone, Copy, Debug)]
                pub struct $name;
                impl super::Needs for $name {
                    const PERMISSION: super::Permission = super::Permission::$name;
                }
            )*
            // One for each permission, whether or not a page asks for it by itself yet.
            const _: () = { $( let _ = $name; )* };
        }
    };
}

needs! {
    ConversationsRead ConversationsReply ConversationsNote ConversationsAssign
    ConversationsUpdate ConversationsMerge ConversationsDelete CustomersRead CustomersEdit
    CustomersMerge CustomersImport CustomersExport ViewsShare CannedShare TagsManage
    AttributesManage InboxesManage AgentsManage RolesManage TeamsManage SettingsManage
    MailQuarantine JobsManage TokensManage JournalRead SourcesManage RevenueRead RevenueEdit
    RenewalsEdit TasksEdit StagesManage OrdersRead OrdersEdit ShopsManage
    RemediesGive RemediesApprove RemediesManage
    SurveysRead SurveysManage
    CampaignsManage
}

/// An agent who may do `P`.
#[derive(Clone, Debug)]
pub struct May<P> {
    pub who: Who,
    permission: PhantomData<P>,
}

impl<P> Deref for May<P> {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.who
    }
}

impl<P: Needs> FromRequestParts<App> for May<P> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let who = allowed(parts, app, P::PERMISSION).await?;
        Ok(Self { who, permission: PhantomData })
    }
}

async fn allowed(parts: &Parts, app: &App, to: Permission) -> Result<Who, WebError> {
    let who = identify(parts, app).await?;
    if !who.me.may(to) {
        let text = match who.via {
            Via::Session { .. } => "Your role does not allow this",
            Via::Token(_) => "The scopes of this token, or its agent's role, do not allow this",
        };
        let text = format!("{text}: {}.", to.means().to_lowercase());
        return Err(WebError::forbidden(text));
    }
    Ok(who)
}

/// An agent, whatever they may do.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Who);

impl Deref for SignedIn {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.0
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        identify(parts, app).await.map(Self)
    }
}

/// Anybody, who may be signed in or not.
#[derive(Clone, Debug)]
pub struct Guest {
    secret: Secret,
    /// The text of a form cookie that has to be set with the answer.
    pub(crate) new_cookie: Option<String>,
    /// Fingerprint of the session that the browser says it has.
    pub(crate) session: Option<String>,
    pub client: Client,
    pub user_agent: String,
}

impl Guest {
    /// For the forms of a page.
    pub fn csrf(&self) -> String {
        self.secret.masked()
    }
}

impl FromRequestParts<App> for Guest {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let client = client(parts)?;
        let known = Cookie::Form.read(&parts.headers, client.is_https).map(str::to_owned);
        if let Some(cookie) = &known {
            prove(parts, &Secret::of_cookie(&app.keys, cookie))?;
        } else if !is_safe(&parts.method) {
            return Err(WebError::forged());
        }
        let cookie = known.clone().unwrap_or_else(random_text);
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
        Ok(Self {
            secret: Secret::of_cookie(&app.keys, &cookie),
            new_cookie: known.is_none().then_some(cookie),
            session: Cookie::Session.read(&parts.headers, client.is_https).map(fingerprint),
            client,
            user_agent: user_agent.unwrap_or_default().to_owned(),
        })
    }
}

async fn identify(parts: &Parts, app: &App) -> Result<Who, WebError> {
    match parts.uri.path().starts_with("/api/") {
        true => by_token(parts, app).await,
        false => by_session(parts, app).await,
    }
}

/// The agent for whom a refusal is put into words, if it is one.
pub(crate) async fn known(asker: &Parts, app: &App) -> Option<Who> {
    by_session(asker, app).await.ok()
}

async fn by_session(parts: &Parts, app: &App) -> Result<Who, WebError> {
    let https = client(parts)?.is_https;
    let Some(cookie) = Cookie::Session.read(&parts.headers, https) else {
        return Err(nobody(parts, app).await);
    };
    let print = fingerprint(cookie);
    let found = app.read(move |tx| sessions::who(tx, &print)).await?;
    let Some((session, me)) = found else { return Err(nobody(parts, app).await) };
    let secret = Secret::of_session(&session.csrf)
        .ok_or_else(|| WebError::broken("a session without a secret"))?;
    prove(parts, &secret)?;
    if session.is_stale(app.now()) {
        let id = session.id;
        app.db.submit(move |tx| sessions::noticed(tx, id), |_: Result<(), Error>| ());
    }
    let via = Via::Session { id: session.id, csrf: FormSecret(secret) };
    Ok(Who(Arc::new(Asker { kept: app.kept.clone(), me: Arc::new(me), via })))
}

async fn by_token(parts: &Parts, app: &App) -> Result<Who, WebError> {
    let Some(token) = bearer(&parts.headers) else { return Err(WebError::sign_in(None)) };
    let print = fingerprint(token);
    let found = app.read(move |tx| tokens::who(tx, &print)).await?;
    let Some((token, me)) = found else { return Err(WebError::sign_in(None)) };
    if token.is_stale(app.now()) {
        let id = token.id;
        app.db.submit(move |tx| tokens::noticed(tx, id), |_: Result<(), Error>| ());
    }
    let via = Via::Token(token.id);
    Ok(Who(Arc::new(Asker { kept: app.kept.clone(), me: Arc::new(me), via })))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, token) = value.split_once(' ')?;
    (kind.eq_ignore_ascii_case("bearer") && token.starts_with("tend_")).then(|| token.trim())
}

/// Where somebody goes who is not signed in: to the first run, or to the page
/// for it, and from there back to what they wanted to see.
async fn nobody(parts: &Parts, app: &App) -> WebError {
    let instead = match app.read(agents::is_started).await {
        Ok(true) => sign_in_and_back(parts),
        Ok(false) => "/start".to_owned(),
        Err(error) => return error,
    };
    WebError::sign_in(Some(instead))
}

fn sign_in_and_back(parts: &Parts) -> String {
    let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
    if path == "/" || parts.method != Method::GET {
        return "/sign-in".to_owned();
    }
    let plain = |it: &u8| it.is_ascii_alphanumeric() || b"-_.~/".contains(it);
    let encoded: String = path.as_bytes().iter().fold(String::new(), |mut out, byte| {
        match plain(byte) {
            true => out.push(char::from(*byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    });
    format!("/sign-in?next={encoded}")
}

fn client(parts: &Parts) -> Result<Client, WebError> {
    let client = parts.extensions.get::<Client>().copied();
    client.ok_or_else(|| WebError::broken("a request that did not pass the edge"))
}

/// Refuses a change without proof that its form is ours.
fn prove(parts: &Parts, secret: &Secret) -> Result<(), WebError> {
    if is_safe(&parts.method) {
        return Ok(());
    }
    let head = parts.extensions.get::<FormHead>();
    let proof = head.and_then(|it| it.csrf.as_deref()).unwrap_or_default();
    match secret.proves(proof) {
        true => Ok(()),
        false => Err(WebError::forged()),
    }
}
