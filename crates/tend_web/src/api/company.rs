//! The company, and the tokens by which programs act.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    actor::Actor,
    agents::{
        self, Me, TokenId,
        tokens::{self, Token},
    },
    error::not_found,
    holidays, settings,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, Keyed, List, Paging, Query};
use crate::{
    App,
    who::{
        May, SignedIn,
        may::{SettingsManage, TokensManage},
    },
};

/// The company.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompanyOut {
    pub name: String,
    /// IANA name.
    pub time_zone: String,
    /// Where Tend is to be found, as links in mails say it; may be empty.
    pub base_url: String,
    /// Days on which nobody works, in order, each as `2026-12-25 Christmas Day`.
    pub holidays: Vec<String>,
}

fn load(fixed: Option<String>) -> impl Fn(&mut Tx, &Me) -> Result<CompanyOut> + Send + 'static {
    move |tx, _| {
        let kept = settings::get_or(tx, settings::BASE_URL, "")?;
        Ok(CompanyOut {
            name: settings::get_or(tx, settings::COMPANY, "")?,
            time_zone: settings::get_or(tx, settings::TIME_ZONE, "UTC")?,
            base_url: fixed.clone().unwrap_or(kept),
            holidays: holidays::text(tx)?.lines().map(str::to_owned).collect(),
        })
    }
}

/// The company
#[utoipa::path(get, path = "/api/v1/company", tag = "company", params(If), responses((status = 200, body = CompanyOut)))]
pub(crate) async fn show(who: SignedIn, State(app): State<App>, seen: If) -> Answer {
    let load = load(app.config.base_url.clone());
    seen.show(&app, &who, load).await
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyIn {
    pub name: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// All of them, each as `2026-12-25 Christmas Day`; the name may be left out.
    pub holidays: Option<Vec<String>>,
}

/// Change the company
#[utoipa::path(patch, path = "/api/v1/company", tag = "company", params(If), request_body = CompanyIn, responses((status = 200, body = CompanyOut)))]
pub(crate) async fn change(
    who: May<SettingsManage>,
    State(app): State<App>,
    seen: If,
    Body(it): Body<CompanyIn>,
) -> Answer {
    let load = load(app.config.base_url.clone());
    let work = move |tx: &mut Tx, me: &Me| {
        let (name, zone) = (
            settings::get_or(tx, settings::COMPANY, "")?,
            settings::get_or(tx, settings::TIME_ZONE, "UTC")?,
        );
        let name = it.name.as_ref().unwrap_or(&name);
        let zone = it.time_zone.as_ref().unwrap_or(&zone);
        let (name, zone) = agents::checked_company(name, zone)?;
        if let Some(all) = &it.holidays {
            holidays::keep(tx, Actor::Agent(me.id), &all.join("\n"))?;
        }
        settings::set(tx, Actor::Agent(me.id), settings::COMPANY, &name)?;
        settings::set(tx, Actor::Agent(me.id), settings::TIME_ZONE, &zone)
    };
    seen.change(&app, &who, load, work).await
}

/// A token; its text is nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenOut {
    pub id: String,
    pub name: String,
    /// The last four characters.
    pub hint: String,
    /// None means all that the agent may.
    pub scopes: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

impl From<Token> for TokenOut {
    fn from(it: Token) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name,
            hint: it.hint,
            scopes: it.scopes.iter().map(|it| it.word().to_owned()).collect(),
            created_at: it.created_at,
            expires_at: it.expires_at,
            last_used_at: it.last_used_at,
        }
    }
}

impl Keyed for TokenOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// List tokens
///
/// One's own that were not revoked, the newest first. They are made in the settings, or on the
/// machine, so that their text goes through nobody else's hands.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "company", params(Paging), responses((status = 200, body = List<TokenOut>)))]
pub(crate) async fn list(
    who: May<TokensManage>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| tokens::mine(tx, &me)).await?;
    List::cut(all.into_iter().map(TokenOut::from).collect(), &paging)
}

/// Revoke a token
///
/// One's own; who manages agents, anybody's. It counts no more from the next request on.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "company", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn revoke(
    who: May<TokensManage>,
    State(app): State<App>,
    Id(id): Id<TokenId>,
    seen: If,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| {
        let own = tokens::mine(tx, me)?.into_iter().find(|it| it.id == id);
        own.map(TokenOut::from).ok_or(not_found("token"))
    };
    seen.remove(&app, &who, load, move |tx, me| tokens::revoke(tx, me, id)).await
}
