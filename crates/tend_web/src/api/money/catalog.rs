//! What the company sells, and why customers leave: its own lists.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    error::not_found,
    money::{
        Product, ProductId,
        churn_reasons::{self, Reason, Used},
        products::{self, Sold},
        subscriptions::ReasonId,
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::super::{Answer, Body, Id, Keyed, List, Paging, Post, Query};
use crate::{
    App,
    who::{
        May,
        may::{RevenueEdit, RevenueRead},
    },
};

/// An entry of one of the two lists.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryOut {
    pub id: String,
    pub name: String,
    /// It is not chosen any more; what was recorded with it stays.
    pub archived: bool,
}

impl Keyed for EntryOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl From<Product> for EntryOut {
    fn from(it: Product) -> Self {
        let archived = it.archived_at.is_some();
        Self { id: it.id.to_string(), name: it.name, archived }
    }
}

impl From<Reason> for EntryOut {
    fn from(it: Reason) -> Self {
        let archived = it.archived_at.is_some();
        Self { id: it.id.to_string(), name: it.name, archived }
    }
}

/// A new entry.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryIn {
    pub name: String,
}

/// What is to be different; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProductPatch {
    pub name: Option<String>,
    pub archived: Option<bool>,
}

/// Whether it can be chosen.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonPatch {
    pub archived: bool,
}

/// Products
#[utoipa::path(get, path = "/api/v1/products", tag = "revenue", params(Paging), responses((status = 200, body = List<EntryOut>)))]
pub(crate) async fn products(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| products::all(tx, &me)).await?;
    List::cut(all.into_iter().map(EntryOut::from).collect(), &paging)
}

fn product(tx: &mut Tx, me: &Me, id: ProductId) -> tend_core::Result<EntryOut> {
    products::find(tx, me, id).map(EntryOut::from)
}

/// Add a product
#[utoipa::path(post, path = "/api/v1/products", tag = "revenue", request_body = EntryIn, responses((status = 201, body = EntryOut)))]
pub(crate) async fn add_product(
    who: May<RevenueEdit>,
    State(app): State<App>,
    new: Post<EntryIn>,
) -> Answer {
    new.create_and_show(&app, &who, |tx, me, new| products::save(tx, me, None, &new.name), product)
        .await
}

/// Rename a product, or sell it no more
#[utoipa::path(patch, path = "/api/v1/products/{id}", tag = "revenue", params(("id" = String, Path)), request_body = ProductPatch, responses((status = 200, body = EntryOut)))]
pub(crate) async fn change_product(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<ProductId>,
    Body(to): Body<ProductPatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        if let Some(name) = &to.name {
            products::save(tx, &me, Some(id), name)?;
        }
        if let Some(archived) = to.archived {
            let sold = if archived { Sold::NoMore } else { Sold::Again };
            products::archive(tx, &me, id, sold)?;
        }
        product(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}

/// Reasons why customers leave
#[utoipa::path(get, path = "/api/v1/churn-reasons", tag = "revenue", params(Paging), responses((status = 200, body = List<EntryOut>)))]
pub(crate) async fn reasons(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| churn_reasons::all(tx, &me)).await?;
    List::cut(all.into_iter().map(EntryOut::from).collect(), &paging)
}

fn reason(tx: &mut Tx, me: &Me, id: ReasonId) -> tend_core::Result<EntryOut> {
    let found = churn_reasons::all(tx, me)?.into_iter().find(|it| it.id == id);
    found.map(EntryOut::from).ok_or(not_found("reason"))
}

/// Add a reason
#[utoipa::path(post, path = "/api/v1/churn-reasons", tag = "revenue", request_body = EntryIn, responses((status = 201, body = EntryOut)))]
pub(crate) async fn add_reason(
    who: May<RevenueEdit>,
    State(app): State<App>,
    new: Post<EntryIn>,
) -> Answer {
    new.create_and_show(&app, &who, |tx, me, new| churn_reasons::add(tx, me, &new.name), reason)
        .await
}

/// Use a reason no more, or again
#[utoipa::path(patch, path = "/api/v1/churn-reasons/{id}", tag = "revenue", params(("id" = String, Path)), request_body = ReasonPatch, responses((status = 200, body = EntryOut)))]
pub(crate) async fn change_reason(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
    Body(to): Body<ReasonPatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let used = if to.archived { Used::NoMore } else { Used::Again };
        churn_reasons::archive(tx, &me, id, used)?;
        reason(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}
