use axum::{Json, extract::State};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{
        self as verbs, AccountChange, AccountId, NewAccount,
        list::{self, Sort},
    },
    agents::{AgentId, Me},
    attributes::About,
    error::invalid,
    tags::TagId,
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{
    On, Values, attribute_of,
    out::{AccountLine, AccountOut},
    put_on, set,
};
use crate::{
    App, WebError,
    api::{Answer, Body, Id, If, List, Paging, Post, Query, present},
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// Which accounts; all conditions hold together.
#[derive(Clone, Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = AccountFilter)]
pub(crate) struct Filter {
    /// Each word begins a word of the name or of a domain.
    #[serde(default)]
    pub q: String,
    /// `company` or `person`.
    pub kind: Option<String>,
    /// The agent who looks after it.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub owner: Option<AgentId>,
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub tag: Option<TagId>,
    /// An attribute with exactly this value: `plan:Gold`.
    pub attribute: Option<String>,
    /// `name`, or `newest`.
    pub sort: Option<String>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

impl Filter {
    pub fn read(&self, tx: &mut Tx) -> Result<list::Filter> {
        let kind = match self.kind.as_deref() {
            None => None,
            Some("company") => Some("company"),
            Some("person") => Some("person"),
            Some(_) => return Err(invalid("kind", "The kind is company or person.")),
        };
        Ok(list::Filter {
            text: self.q.clone(),
            kind,
            owner: self.owner,
            tag: self.tag,
            attribute: attribute_of(tx, About::Account, self.attribute.as_deref())?,
        })
    }
}

/// List accounts
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", params(Filter), responses((status = 200, body = List<AccountLine>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Filter>,
) -> Result<Json<List<AccountLine>>, WebError> {
    let paging = Paging { limit: asked.limit, cursor: asked.cursor.clone() };
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let sort = asked.sort.as_deref().map_or(Ok(Sort::Name), str::parse).map_err(WebError::bad)?;
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let which = asked.read(tx)?;
            list::page(tx, &me, &which, sort, from, limit)
        })
        .await?;
    Ok(List::of(page, AccountLine::from))
}

/// An account of a company to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccountIn {
    pub name: String,
    /// Mail domains whose writers belong to it.
    #[serde(default)]
    pub domains: Vec<String>,
    /// The agent who looks after it.
    #[schema(value_type = Option<String>)]
    pub owner: Option<AgentId>,
    /// By their names; new ones are made if the agent may make tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// By the attributes' names.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Values,
}

/// Make an account
///
/// Of a company. Accounts of one are made with their contact.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = NewAccountIn, responses((status = 201, body = AccountOut)))]
pub(crate) async fn create(
    who: May<CustomersEdit>,
    State(app): State<App>,
    post: Post<NewAccountIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let new =
            NewAccount { name: it.name.clone(), domains: it.domains.clone(), owner: it.owner };
        let id = verbs::create(tx, me, &new).map_err(no_owner)?;
        put_on(tx, me, &it.tags, |tx, tag| verbs::tag(tx, me, id, tag))?;
        set(tx, me, On::Account(id), &it.attributes)?;
        let account = verbs::find(tx, id)?;
        AccountOut::of(tx, account)
    })
    .await
}

fn no_owner(error: tend_core::Error) -> tend_core::Error {
    match error {
        tend_core::Error::NotFound("agent") => invalid("owner", "There is no such agent."),
        other => other,
    }
}

/// One account
///
/// The id of one that was merged away leads to the one that took it in.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts", params(("id" = String, Path), If), responses((status = 200, body = AccountOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx, me| AccountOut::load(tx, me, id)).await
}

/// What changes in an account; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChangesIn {
    pub name: Option<String>,
    /// Null for nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub owner: Option<Option<AgentId>>,
    /// By the attributes' names; those that are left out stay, null clears one.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Values,
}

/// Change an account
///
/// Only what is given changes: name, owner, attributes.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", params(("id" = String, Path), If), request_body = AccountChangesIn, responses((status = 200, body = AccountOut)))]
pub(crate) async fn change(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    seen: If,
    Body(it): Body<AccountChangesIn>,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| AccountOut::load(tx, me, id);
    let work = move |tx: &mut Tx, me: &Me| {
        let id = verbs::find_visible(tx, me, id)?.id;
        let to = AccountChange { name: it.name.clone(), owner: it.owner };
        verbs::change(tx, me, id, &to).map_err(no_owner)?;
        set(tx, me, On::Account(id), &it.attributes)
    };
    seen.change(&app, &who, load, work).await
}
