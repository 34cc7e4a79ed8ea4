//! Where orders come from.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    error::invalid,
    orders::{
        ShopId, ShopKind,
        events::{self, Event, Health},
        shops::{self as verbs, ACCESS, NewShop, SECRET, ShopChange},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::super::{Answer, Body, Id, If, Keyed, List, Paging, Post, Query};
use crate::{
    App,
    pages::settings::shops::{sealed, secret_for},
    who::{May, may::ShopsManage},
};

type Manager = May<ShopsManage>;

/// A source of orders, and how it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderSourceOut {
    pub id: String,
    pub name: String,
    /// `shopify`, `woocommerce`, `stripe`, `webhook` or `api`.
    pub kind: String,
    /// Where it is asked what changed; empty if it can't be.
    pub address: String,
    /// Where it sends its messages, after the address of Tend.
    pub messages_to: String,
    pub enabled: bool,
    /// Whether there is a key with which it is asked.
    pub has_access_key: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Until when the secret before is taken too.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Timestamp>,
    pub orders: i64,
    /// When its last message came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub heard_at: Option<Timestamp>,
    /// How long that one was on its way.
    pub lag_seconds: Option<i64>,
    /// Messages that wait to be read.
    pub waiting: i64,
    /// Messages that could not be read.
    pub failed: i64,
    /// Changes of which it sent no message, found by asking.
    pub gaps_found: i64,
    pub gaps_healed: i64,
    /// So many changes were found by asking since its last message, longer than an hour ago: its
    /// webhook is switched off, or leads elsewhere. Nothing while it tells.
    pub silent: Option<i64>,
    /// When it last answered all that it was asked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub asked_at: Option<Timestamp>,
    /// Why it could not be asked since; empty if it could.
    pub asking_problem: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub refused_at: Option<Timestamp>,
    /// Why its last refused message was refused.
    pub refusal: String,
}

impl From<Health> for OrderSourceOut {
    fn from(it: Health) -> Self {
        let shop = it.shop;
        Self {
            id: shop.id.to_string(),
            name: shop.name,
            kind: shop.kind.to_string(),
            address: shop.address,
            messages_to: tend_views::urls::shop_hook(shop.id),
            enabled: shop.disabled_at.is_none(),
            has_access_key: shop.has_access,
            created_at: shop.created_at,
            old_secret_until: shop.old_secret_until,
            orders: it.orders,
            heard_at: it.heard_at,
            lag_seconds: it.lag.map(|it| it.as_secs()),
            waiting: it.waiting,
            failed: it.failed,
            gaps_found: it.gaps,
            gaps_healed: it.healed,
            silent: it.silent,
            asked_at: shop.polled_at,
            asking_problem: shop.polled_problem,
            refused_at: shop.refused_at,
            refusal: shop.refusal,
        }
    }
}

impl Keyed for OrderSourceOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// A source with its secret, if one was made: it is told this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderSourceWithSecret {
    #[serde(flatten)]
    pub source: OrderSourceOut,
    pub secret: Option<String>,
}

/// A source to be connected.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderSourceIn {
    pub name: String,
    /// `shopify`, `woocommerce`, `stripe`, `webhook` or `api`.
    pub kind: String,
    #[serde(default)]
    pub address: String,
    /// What its messages are signed with. For `woocommerce` and `webhook` one is made, if it is
    /// left out.
    #[serde(default)]
    pub secret: String,
    /// With what it is asked.
    #[serde(default)]
    pub access_key: String,
}

/// What shall be different.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OrderSourceChange {
    pub name: Option<String>,
    pub address: Option<String>,
    /// An empty one: it is not asked any more.
    pub access_key: Option<String>,
    /// Nothing is taken from a source that is not enabled; its orders stay.
    pub enabled: Option<bool>,
}

/// Another secret.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewSecret {
    /// For `woocommerce` and `webhook` one is made, if it is left out.
    pub secret: String,
}

fn load(id: ShopId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<OrderSourceOut> + Send + 'static {
    move |tx, me| events::health(tx, me, id).map(OrderSourceOut::from)
}

/// List order sources
#[utoipa::path(get, path = "/api/v1/order-sources", tag = "orders", params(Paging), responses((status = 200, body = List<OrderSourceOut>)))]
pub(crate) async fn list(
    who: Manager,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| {
        let all = verbs::all(tx, &me)?;
        all.into_iter().map(|it| load(it.id)(tx, &me)).collect::<tend_core::Result<Vec<_>>>()
    });
    List::cut(all.await?, &paging)
}

/// Connect an order source
///
/// It answers the secret if one was made; it is told this once.
#[utoipa::path(post, path = "/api/v1/order-sources", tag = "orders", request_body = OrderSourceIn, responses((status = 201, body = OrderSourceWithSecret)))]
pub(crate) async fn create(
    who: Manager,
    State(app): State<App>,
    post: Post<OrderSourceIn>,
) -> Answer {
    let it = post.input.clone();
    let kind: ShopKind =
        it.kind.parse().map_err(|why: &str| crate::WebError::from(invalid("kind", why)))?;
    let (secret, made) = secret_for(kind, &it.secret);
    let new = NewShop {
        name: it.name,
        kind,
        address: it.address,
        secret: sealed(&app, SECRET, &secret),
        access_key: sealed(&app, ACCESS, &it.access_key),
    };
    post.create(&app, &who, move |tx, me, _| {
        let id = verbs::create(tx, me, &new)?;
        Ok(OrderSourceWithSecret { source: load(id)(tx, me)?, secret: made.clone() })
    })
    .await
}

/// One order source
#[utoipa::path(get, path = "/api/v1/order-sources/{id}", tag = "orders", params(("id" = String, Path), If), responses((status = 200, body = OrderSourceOut)))]
pub(crate) async fn find(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ShopId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Change an order source
#[utoipa::path(patch, path = "/api/v1/order-sources/{id}", tag = "orders", params(("id" = String, Path), If), request_body = OrderSourceChange, responses((status = 200, body = OrderSourceOut)))]
pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ShopId>,
    seen: If,
    Body(it): Body<OrderSourceChange>,
) -> Answer {
    let access_key = it.access_key.map(|key| sealed(&app, ACCESS, &key));
    let to = ShopChange { name: it.name, address: it.address, access_key };
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::change(tx, me, id, &to)?;
        match it.enabled {
            Some(true) => verbs::enable(tx, me, id),
            Some(false) => verbs::disable(tx, me, id),
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load(id), work).await
}

/// Give an order source another secret
///
/// The one before is taken for a day more.
#[utoipa::path(post, path = "/api/v1/order-sources/{id}/rotate", tag = "orders", params(("id" = String, Path)), request_body = NewSecret, responses((status = 200, body = OrderSourceWithSecret)))]
pub(crate) async fn rotate(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ShopId>,
    post: Post<NewSecret>,
) -> Answer {
    let me = who.me.clone();
    let kind = app.read(move |tx| verbs::find(tx, &me, id)).await?.kind;
    let (secret, made) = secret_for(kind, &post.input.secret);
    if secret.is_empty() {
        return Err(invalid("secret", "Enter the new secret: this shop makes its own.").into());
    }
    let sealed = sealed(&app, SECRET, &secret);
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::rotate(tx, me, id, &sealed)?;
        Ok(OrderSourceWithSecret { source: load(id)(tx, me)?, secret: made.clone() })
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}

/// What a source sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageOfSource {
    pub id: String,
    pub topic: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// `waiting`, `done`, `ignored` or `failed`.
    pub state: String,
    /// Why it was ignored, or failed.
    pub note: String,
}

impl From<Event> for MessageOfSource {
    fn from(it: Event) -> Self {
        Self {
            id: it.id.to_string(),
            topic: it.topic,
            sent_at: it.sent_at,
            received_at: it.received_at,
            state: it.state,
            note: it.note,
        }
    }
}

/// List messages of an order source
///
/// The newest first, for thirty days.
#[utoipa::path(get, path = "/api/v1/order-sources/{id}/messages", tag = "orders", params(("id" = String, Path), Paging), responses((status = 200, body = List<MessageOfSource>)))]
pub(crate) async fn messages(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ShopId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| {
        verbs::find(tx, &me, id)?;
        events::list(tx, &me, id, None, from, limit)
    });
    Ok(into(List::of(page.await?, MessageOfSource::from)))
}

fn into(it: impl IntoResponse) -> Response {
    it.into_response()
}
