//! What stands on an account: domains, those who write from them, tags.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::{self as verbs, AccountId, Stray},
    tags::{self, TagId},
};
use utoipa::ToSchema;

use super::{TagByName, out::AccountOut};
use crate::{
    App,
    api::{Answer, Id, Keyed, List, Paging, Post, Query, nothing, out::Named},
    pages::customers::Two,
    who::{May, may::CustomersEdit},
};

type Editor = May<CustomersEdit>;

/// A mail domain.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DomainIn {
    /// Such as `kestrel.example`.
    pub domain: String,
}

/// Add a domain
///
/// From now on its writers belong to the account. Those who are there already stay where they
/// are: see the strays.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/domains", tag = "accounts", params(("id" = String, Path)), request_body = DomainIn, responses((status = 201, body = AccountOut)))]
pub(crate) async fn add_domain(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<DomainIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        verbs::add_domain(tx, me, id, &it.domain)?;
        let account = verbs::find(tx, id)?;
        AccountOut::of(tx, account)
    })
    .await
}

/// Remove a domain
///
/// Its writers make accounts of their own again.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/domains/{domain}", tag = "accounts", params(("id" = String, Path), ("domain" = String, Path)), responses((status = 204)))]
pub(crate) async fn remove_domain(
    who: Editor,
    State(app): State<App>,
    Two(id, domain): Two<AccountId, String>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::remove_domain(tx, &me, id, &domain)).await?;
    Ok(nothing())
}

/// An account of one whose contact writes from the company's domain.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StrayOut {
    pub account_id: String,
    pub contact: Named,
    pub email: String,
}

impl Keyed for StrayOut {
    fn key(&self) -> String {
        self.account_id.clone()
    }
}

impl From<Stray> for StrayOut {
    fn from(it: Stray) -> Self {
        Self {
            account_id: it.account_id.to_string(),
            contact: Named { id: it.contact_id.to_string(), name: it.name },
            email: it.email,
        }
    }
}

/// List strays
///
/// Accounts of one whose contacts write from the account's domains.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/strays", tag = "accounts", params(("id" = String, Path), Paging), responses((status = 200, body = List<StrayOut>)))]
pub(crate) async fn strays(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::strays(tx, &me, id)).await?;
    List::cut(all.into_iter().map(StrayOut::from).collect(), &paging)
}

/// Which strays come to the company.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StraysIn {
    /// Of those that are listed; others are left alone.
    #[schema(value_type = Vec<String>)]
    pub accounts: Vec<AccountId>,
}

/// How many came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CameOut {
    pub came: u64,
}

/// Bring strays home
#[utoipa::path(post, path = "/api/v1/accounts/{id}/strays", tag = "accounts", params(("id" = String, Path)), request_body = StraysIn, responses((status = 200, body = CameOut)))]
pub(crate) async fn pull_in(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<StraysIn>,
) -> Answer {
    post.done(&app, &who, move |tx, me, it| {
        Ok(CameOut { came: verbs::pull_in(tx, me, id, &it.accounts)? })
    })
    .await
}

/// Tag an account
#[utoipa::path(post, path = "/api/v1/accounts/{id}/tags", tag = "accounts", params(("id" = String, Path)), request_body = TagByName, responses((status = 201, body = Named)))]
pub(crate) async fn tag(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<TagByName>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        verbs::find(tx, id)?;
        let tag = tags::named(tx, me, &it.name)?;
        verbs::tag(tx, me, id, tag)?;
        Ok(Named::from(tags::find(tx, tag)?))
    })
    .await
}

/// Take a tag off an account
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/tags/{tag}", tag = "accounts", params(("id" = String, Path), ("tag" = String, Path)), responses((status = 204)))]
pub(crate) async fn untag(
    who: Editor,
    State(app): State<App>,
    Two(id, tag): Two<AccountId, TagId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::untag(tx, &me, id, tag)).await?;
    Ok(nothing())
}
