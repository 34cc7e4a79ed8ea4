//! Orders, and the shops that they come from.

pub(crate) mod import;
pub(crate) mod shop_upkeep;
pub(crate) mod shops;

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tend_core::{
    agents::{Me, Permission},
    error::invalid,
    orders::{self, Asked as Which, Order, OrderId, Whole, parts},
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Body, Id, If, List, Paging, Post, Query};
use crate::{
    App,
    router::{Access::Token, Route, get, patch, post},
    who::{
        May,
        may::{OrdersEdit, OrdersRead},
    },
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{OrdersEdit as Edit, OrdersRead as See, ShopsManage as Manage};
    vec![
        get("/api/v1/orders", Token(See), list),
        post("/api/v1/orders", Token(Edit), record),
        post("/api/v1/orders/import", Token(Edit), import::take),
        get("/api/v1/orders/{id}", Token(See), find),
        patch("/api/v1/orders/{id}", Token(Edit), change),
        get("/api/v1/order-sources", Token(Manage), shops::list),
        post("/api/v1/order-sources", Token(Manage), shops::create),
        get("/api/v1/order-sources/{id}", Token(Manage), shops::find),
        patch("/api/v1/order-sources/{id}", Token(Manage), shops::change),
        post("/api/v1/order-sources/{id}/rotate", Token(Manage), shops::rotate),
        get("/api/v1/order-sources/{id}/messages", Token(Manage), shops::messages),
        post(
            "/api/v1/order-sources/{id}/messages/{message}/replay",
            Token(Manage),
            shop_upkeep::replay,
        ),
        get("/api/v1/order-sources/{id}/privacy-requests", Token(Manage), shop_upkeep::requests),
        post(
            "/api/v1/order-sources/{id}/privacy-requests/{request}/done",
            Token(Manage),
            shop_upkeep::done,
        ),
    ]
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderLine {
    pub id: String,
    /// The source that it came from.
    pub source_id: String,
    /// The source's own id of it.
    pub external_id: String,
    /// As the customer knows it.
    pub number: String,
    /// Who ordered, if that is known.
    pub contact_id: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub placed_at: Timestamp,
    /// When it last changed, as the source says.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// Minor units of the currency, as all amounts.
    pub total: i64,
    pub tax: i64,
    pub shipping: i64,
    pub discount: i64,
    pub refunded: i64,
    /// `pending`, `authorized`, `partially_paid`, `paid`, `partially_refunded`, `refunded`,
    /// `voided` or `failed`.
    pub payment: String,
    /// `unfulfilled`, `partial`, `fulfilled`, `returned` or `none`.
    pub fulfilment: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    /// When all of its parcels were delivered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// When the source deleted it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Timestamp>,
    /// Where the customer sees its state; empty if there is no such page.
    pub url: String,
}

impl From<Order> for OrderLine {
    fn from(it: Order) -> Self {
        Self {
            id: it.id.to_string(),
            source_id: it.shop_id.to_string(),
            external_id: it.external_id,
            number: it.number,
            contact_id: it.contact_id.map(|it| it.to_string()),
            placed_at: it.placed_at,
            updated_at: it.changed_at,
            currency: it.currency.to_string(),
            total: it.total,
            tax: it.tax,
            shipping: it.shipping,
            discount: it.discount,
            refunded: it.refunded,
            payment: it.payment.to_string(),
            fulfilment: it.fulfilment.to_string(),
            cancelled_at: it.cancelled_at,
            delivered_at: it.delivered_at,
            deleted_at: it.gone_at,
            url: it.url,
        }
    }
}

/// Who ordered.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OrderBuyer {
    /// The source's own id of them.
    pub id: String,
    /// By it the contact is found, or made.
    pub email: String,
    pub phone: String,
    pub name: String,
}

/// One thing that was ordered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderItem {
    #[serde(default)]
    pub id: String,
    /// The product of this name; it is made if it is not there.
    pub title: String,
    #[serde(default)]
    pub sku: String,
    pub quantity: i64,
    /// For one. Minor units.
    pub price: i64,
}

/// A shipment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderParcel {
    pub id: String,
    #[serde(default)]
    pub carrier: String,
    /// The number by which the carrier knows it.
    #[serde(default)]
    pub tracking: String,
    /// Where one sees how far it is.
    #[serde(default)]
    pub url: String,
    /// `pending`, `in_transit`, `out_for_delivery`, `delivered`, `failed` or `cancelled`.
    pub state: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub shipped_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
}

/// Money that came, or should have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderPayment {
    pub id: String,
    #[serde(default)]
    pub method: String,
    /// Minor units.
    pub amount: i64,
    /// `pending`, `authorized`, `paid`, `voided` or `failed`.
    pub state: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paid_at: Option<Timestamp>,
}

/// Money that went back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRefund {
    pub id: String,
    /// Minor units.
    pub amount: i64,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub refunded_at: Option<Timestamp>,
}

/// An order with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderOut {
    #[serde(flatten)]
    pub order: OrderLine,
    pub buyer: OrderBuyer,
    pub items: Vec<OrderItem>,
    pub parcels: Vec<OrderParcel>,
    pub payments: Vec<OrderPayment>,
    pub refunds: Vec<OrderRefund>,
}

impl From<Whole> for OrderOut {
    fn from(it: Whole) -> Self {
        let (buyer, order) = (&it.order, it.order.clone());
        let buyer = OrderBuyer {
            id: buyer.customer_id.clone(),
            email: buyer.email.clone(),
            phone: buyer.phone.clone(),
            name: buyer.customer_name.clone(),
        };
        let items = it.lines.into_iter().map(|it| OrderItem {
            id: it.external_id,
            title: it.title,
            sku: it.sku,
            quantity: it.quantity,
            price: it.price,
        });
        let parcels = it.shipments.into_iter().map(|it| OrderParcel {
            id: it.external_id,
            carrier: it.carrier,
            tracking: it.tracking,
            url: it.url,
            state: it.state.to_string(),
            shipped_at: it.shipped_at,
            delivered_at: it.delivered_at,
        });
        let payments = it.payments.into_iter().map(|it| OrderPayment {
            id: it.external_id,
            method: it.method,
            amount: it.amount,
            state: it.state.to_string(),
            paid_at: it.paid_at,
        });
        let refunds = it.refunds.into_iter().map(|it| OrderRefund {
            id: it.external_id,
            amount: it.amount,
            reason: it.reason,
            refunded_at: it.refunded_at,
        });
        Self {
            order: order.into(),
            buyer,
            items: items.collect(),
            parcels: parcels.collect(),
            payments: payments.collect(),
            refunds: refunds.collect(),
        }
    }
}

/// An order as it is now: all of it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderIn {
    /// A source of the kind `api`; without it, one that is there for that.
    #[serde(default, skip_serializing)]
    pub source_id: Option<String>,
    /// Your own id of it: the same again changes the order.
    #[serde(skip_serializing)]
    pub external_id: String,
    /// When it became so. What is older than what is known changes nothing. Without it: now.
    #[serde(default, skip_serializing)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
    /// As the customer knows it.
    pub number: String,
    #[schema(value_type = String, format = DateTime)]
    pub placed_at: Timestamp,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// Minor units of the currency, as all amounts.
    pub total: i64,
    #[serde(default)]
    pub tax: i64,
    #[serde(default)]
    pub shipping: i64,
    #[serde(default)]
    pub discount: i64,
    /// `pending`, `authorized`, `partially_paid`, `paid`, `partially_refunded`, `refunded`,
    /// `voided` or `failed`.
    pub payment: String,
    /// `unfulfilled`, `partial`, `fulfilled`, `returned` or `none`.
    pub fulfilment: String,
    /// Where the customer sees its state.
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub buyer: OrderBuyer,
    #[serde(default)]
    pub items: Vec<OrderItem>,
    #[serde(default)]
    pub parcels: Vec<OrderParcel>,
    #[serde(default)]
    pub payments: Vec<OrderPayment>,
    #[serde(default)]
    pub refunds: Vec<OrderRefund>,
}

/// What shall be different; a list takes the place of the one that was.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OrderChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<OrderItem>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parcels: Option<Vec<OrderParcel>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payments: Option<Vec<OrderPayment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Vec<OrderRefund>>,
}

fn state(it: Value) -> tend_core::Result<parts::State> {
    serde_json::from_value(it).map_err(|it| invalid("order", format!("This can’t be read: {it}.")))
}

fn json(it: &impl Serialize) -> Value {
    serde_json::to_value(it).expect("an order is plain data")
}

fn load(id: OrderId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<OrderOut> + Send + 'static {
    move |tx, me| orders::find(tx, me, id).map(OrderOut::from)
}

/// Which orders.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct OrderFilter {
    /// Of this source.
    pub source_id: Option<String>,
    /// Of this contact.
    pub contact_id: Option<String>,
    /// Of all people of this account.
    pub account_id: Option<String>,
    /// With the source's own id.
    pub external_id: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An id or a word that narrows a list.
pub(super) fn id<T: std::str::FromStr>(
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<T>, crate::WebError> {
    let wrong = || crate::WebError::from(invalid(field, "This is nothing of that kind."));
    text.map(|it| it.parse().map_err(|_| wrong())).transpose()
}

/// List orders
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(OrderFilter), responses((status = 200, body = List<OrderLine>)))]
pub(crate) async fn list(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(it): Query<OrderFilter>,
) -> Answer {
    let which = Which {
        shop: id(it.source_id.as_deref(), "source_id")?,
        contact: id(it.contact_id.as_deref(), "contact_id")?,
        account: id(it.account_id.as_deref(), "account_id")?,
        external_id: it.external_id,
        query: None,
    };
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| orders::page(tx, &me, &which, from, limit)).await?;
    Ok(axum::response::IntoResponse::into_response(List::of(page, OrderLine::from)))
}

/// Record an order
///
/// Of a source that is no shop: your own program says all of the order as it is now. The same
/// `external_id` again changes it; what is older than what is known changes nothing.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = OrderIn, responses((status = 200, body = OrderOut)))]
pub(crate) async fn record(
    who: May<OrdersEdit>,
    State(app): State<App>,
    post: Post<OrderIn>,
) -> Answer {
    let it = post.input.clone();
    let source = id(it.source_id.as_deref(), "source_id")?;
    let work = move |tx: &mut Tx, me: &Me| {
        let state = state(json(&it))?;
        let id = orders::record(tx, me, source, &it.external_id, it.updated_at, state)?;
        shown(tx, me, id)
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}

/// Who may only write is shown what they wrote.
fn shown(tx: &mut Tx, me: &Me, id: OrderId) -> tend_core::Result<OrderOut> {
    orders::recorded(tx, me, id).map(OrderOut::from)
}

/// One order
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path), If), responses((status = 200, body = OrderOut)))]
pub(crate) async fn find(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<OrderId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Change an order
///
/// One that was recorded by the API; others change at their shop.
#[utoipa::path(patch, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path), If), request_body = OrderChange, responses((status = 200, body = OrderOut)))]
pub(crate) async fn change(
    who: May<OrdersEdit>,
    State(app): State<App>,
    Id(id): Id<OrderId>,
    seen: If,
    Body(it): Body<OrderChange>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let (shop, key, before) = orders::state(tx, me, id)?;
        let mut whole = json(&before);
        if let (Some(whole), Value::Object(parts)) = (whole.as_object_mut(), json(&it)) {
            whole.extend(parts);
        }
        orders::record(tx, me, Some(shop), &key, None, state(whole)?).map(drop)
    };
    seen.change(&app, &who, move |tx, me| shown(tx, me, id), work).await
}
