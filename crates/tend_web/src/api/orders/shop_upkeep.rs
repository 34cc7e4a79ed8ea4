//! What a person does about a shop: reading a message again, and what it asks for privacy's sake.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tend_core::orders::{
    ShopId,
    events::{self, EventId},
    privacy::{self, Request, RequestId},
    shops as verbs,
};
use utoipa::ToSchema;

use super::super::{Answer, Id, Ids, Keyed, List, Paging, Post, Query, post::Nothing};
use crate::{
    App,
    who::{May, may::ShopsManage},
};

type Manager = May<ShopsManage>;

/// Read a message of an order source again
///
/// One that failed, or that was read: nothing is taken twice. What is not kept any more is not
/// found.
#[utoipa::path(post, path = "/api/v1/order-sources/{id}/messages/{message}/replay", tag = "orders", params(("id" = String, Path), ("message" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn replay(
    who: Manager,
    State(app): State<App>,
    Ids(shop, message): Ids<ShopId, EventId>,
    post: Post<Nothing>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, _| match events::replay(tx, me, message)? == shop {
        true => Ok(()),
        false => Err(tend_core::error::not_found("message")),
    })
    .await
}

/// What a source asked to tell or to forget.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PrivacyRequestOut {
    pub id: String,
    /// `data_request`, `customer_redact` or `shop_redact`.
    pub kind: String,
    /// The source's id of whom it is about.
    pub customer: String,
    pub contact_id: Option<String>,
    /// How many orders it was about.
    pub orders: i64,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// When somebody said that all of it is done.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
}

impl From<Request> for PrivacyRequestOut {
    fn from(it: Request) -> Self {
        Self {
            id: it.id.to_string(),
            kind: it.kind,
            customer: it.customer,
            contact_id: it.contact_id.map(|it| it.to_string()),
            orders: it.orders,
            received_at: it.received_at,
            done_at: it.done_at,
        }
    }
}

impl Keyed for PrivacyRequestOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// List privacy requests of an order source
///
/// The newest hundred. Orders are redacted by themselves; what else is known of a contact is for a
/// person.
#[utoipa::path(get, path = "/api/v1/order-sources/{id}/privacy-requests", tag = "orders", params(("id" = String, Path), Paging), responses((status = 200, body = List<PrivacyRequestOut>)))]
pub(crate) async fn requests(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ShopId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| {
        verbs::find(tx, &me, id)?;
        privacy::requests(tx, &me, id)
    });
    List::cut(all.await?.into_iter().map(PrivacyRequestOut::from).collect(), &paging)
}

/// Say that a privacy request is done
#[utoipa::path(post, path = "/api/v1/order-sources/{id}/privacy-requests/{request}/done", tag = "orders", params(("id" = String, Path), ("request" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn done(
    who: Manager,
    State(app): State<App>,
    Ids(shop, request): Ids<ShopId, RequestId>,
    post: Post<Nothing>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, _| match privacy::done(tx, me, request)? == shop {
        true => Ok(()),
        false => Err(tend_core::error::not_found("request")),
    })
    .await
}
