//! Remedies: asked for, approved, carried out.

mod report;
mod rules;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::{Me, Permission},
    remedies::{self, NewRemedy, Remedy, RemedyId, above::Passed, carry, decide, hand},
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

pub(crate) use report::*;
pub(crate) use rules::*;

use super::{Answer, Id, If, List, Paging, Post, Query, orders::id};
use crate::{
    App,
    router::{Access::Token, Route, delete, get, patch, post, put},
    who::{
        May, Who,
        may::{OrdersRead, RemediesApprove, RemediesGive},
    },
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{
        OrdersRead as See, RemediesApprove as Approve, RemediesGive as Give,
        RemediesManage as Manage,
    };
    vec![
        get("/api/v1/remedies", Token(See), list),
        post("/api/v1/remedies", Token(Give), request),
        get("/api/v1/remedies/{id}", Token(See), find),
        post("/api/v1/remedies/{id}/approve", Token(Approve), approve),
        post("/api/v1/remedies/{id}/decline", Token(Approve), decline),
        post("/api/v1/remedies/{id}/cancel", Token(Give), cancel),
        post("/api/v1/remedies/{id}/done", Token(Give), done),
        post("/api/v1/remedies/{id}/not-done", Token(Give), not_done),
        post("/api/v1/remedies/{id}/reconcile", Token(Give), reconcile),
        get("/api/v1/remedies/report", Token(See), report),
        get("/api/v1/remedy-rules", Token(See), rules),
        get("/api/v1/remedy-limits", Token(See), show_limits),
        patch("/api/v1/remedy-limits", Token(Manage), set_limits),
        post("/api/v1/remedy-reasons", Token(Manage), add_reason),
        get("/api/v1/remedy-reasons/{id}", Token(See), find_reason),
        patch("/api/v1/remedy-reasons/{id}", Token(Manage), change_reason),
        post("/api/v1/remedy-plans", Token(Manage), add_plan),
        get("/api/v1/remedy-plans/{id}", Token(See), find_plan),
        put("/api/v1/remedy-plans/{id}", Token(Manage), change_plan),
        delete("/api/v1/remedy-plans/{id}", Token(Manage), remove_plan),
    ]
}

/// A remedy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyOut {
    pub id: String,
    pub order_id: String,
    pub contact_id: String,
    pub conversation_id: Option<String>,
    pub reason_id: String,
    /// `partial_refund`, `full_refund`, `waive_shipping`, `discount`, `store_credit`, `gift_card`,
    /// `reship` or `goodwill_note`.
    pub kind: String,
    /// `pending`, `approved`, `executing`, `unknown`, `done`, `failed`, `declined`, `expired` or
    /// `cancelled`.
    pub state: String,
    /// Who carries it out: `shop`, `hand` or `none`.
    pub way: String,
    /// Minor units of the order's currency.
    pub amount: i64,
    pub currency: String,
    /// What counts against the limits: minor units of the home currency, rounded up.
    pub home_amount: i64,
    pub note: String,
    pub requested_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    pub needs_approval: bool,
    /// Why it needs approval: the limits that it passed when it was asked for.
    pub passed_limits: Vec<RemedyPassedOut>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    pub decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// What who decided said to it.
    pub decision: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub settled_at: Option<Timestamp>,
    /// By what it is found again in the shop.
    pub reference: String,
    /// For the customer: of a discount or a gift card.
    pub code: String,
    /// Why it failed, or is not known.
    pub problem: String,
}

impl From<Remedy> for RemedyOut {
    fn from(it: Remedy) -> Self {
        Self {
            id: it.id.to_string(),
            order_id: it.order_id.to_string(),
            contact_id: it.contact_id.to_string(),
            conversation_id: it.conversation_id.map(|it| it.to_string()),
            reason_id: it.reason_id.to_string(),
            kind: it.kind.to_string(),
            state: it.state.to_string(),
            way: it.way.to_string(),
            amount: it.amount,
            currency: it.currency.to_string(),
            home_amount: it.home_amount,
            note: it.note,
            requested_by: it.requested_by.to_string(),
            requested_at: it.requested_at,
            needs_approval: it.needs_approval,
            passed_limits: it.passed_limits.0.iter().map(RemedyPassedOut::from).collect(),
            expires_at: it.expires_at,
            decided_by: it.decided_by.map(|it| it.to_string()),
            decided_at: it.decided_at,
            decision: it.decision,
            settled_at: it.settled_at,
            reference: it.reference,
            code: it.code,
            problem: it.problem,
        }
    }
}

/// A limit that a remedy passed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyPassedOut {
    /// `alone`, `remedy`, `order`, `order_share`, `customer_year`, `agent_day` or `role_day`.
    pub limit: String,
    /// How much it allows, minor units of `currency` as all amounts here.
    pub most: i64,
    /// What counted already.
    pub used: i64,
    /// By how much the remedy, with what counted already, is above it.
    pub over: i64,
    /// The order's own for `order_share`, else the home currency.
    pub currency: String,
    /// The same in words.
    pub why: String,
}

impl From<&Passed> for RemedyPassedOut {
    fn from(it: &Passed) -> Self {
        Self {
            limit: it.word.to_string(),
            most: it.limit,
            used: it.used,
            over: it.over,
            currency: it.currency.to_string(),
            why: it.sentence(),
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyIn {
    pub order_id: String,
    /// Where it was talked about.
    #[serde(default)]
    pub conversation_id: Option<String>,
    pub reason_id: String,
    pub kind: String,
    /// Minor units of the order's currency. Of a full refund, of waived shipping and of a note it
    /// follows from the order; of goods that are sent again it is the order's total unless named.
    #[serde(default)]
    pub amount: Option<i64>,
    #[serde(default)]
    pub note: String,
}

/// What is said to it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RemedyWord {
    /// Of a decision.
    pub note: String,
    /// By what it is found again; of what a person did.
    pub reference: String,
    /// Why it was not done.
    pub why: String,
}

fn load(id: RemedyId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<RemedyOut> + Send + 'static {
    move |tx, me| remedies::find(tx, me, id).map(RemedyOut::from)
}

/// Which remedies.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct RemedyFilter {
    /// In this state.
    pub state: Option<String>,
    /// For this order.
    pub order_id: Option<String>,
    /// Of this contact.
    pub contact_id: Option<String>,
    /// For this reason.
    pub reason_id: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Asked for by this agent.
    pub agent_id: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List remedies
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/remedies", tag = "remedies", params(RemedyFilter), responses((status = 200, body = List<RemedyOut>)))]
pub(crate) async fn list(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(it): Query<RemedyFilter>,
) -> Answer {
    let which = remedies::Asked {
        state: id(it.state.as_deref(), "state")?,
        order: id(it.order_id.as_deref(), "order_id")?,
        contact: id(it.contact_id.as_deref(), "contact_id")?,
        reason: id(it.reason_id.as_deref(), "reason_id")?,
        kind: id(it.kind.as_deref(), "kind")?,
        agent: id(it.agent_id.as_deref(), "agent_id")?,
        ..remedies::Asked::default()
    };
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| remedies::page(tx, &me, &which, from, limit)).await?;
    Ok(List::of(page, RemedyOut::from).into_response())
}

/// Ask for a remedy
///
/// What the role may give alone, and passes no limit, is carried out at once; more waits for
/// somebody else's approval, and `passed_limits` says why. It counts against all limits from now on. With an `Idempotency-Key` the same request again is
/// the same remedy.
#[utoipa::path(post, path = "/api/v1/remedies", tag = "remedies", request_body = RemedyIn, responses((status = 201, body = RemedyOut)))]
pub(crate) async fn request(
    who: May<RemediesGive>,
    State(app): State<App>,
    post: Post<RemedyIn>,
) -> Answer {
    let it = &post.input;
    let wrong =
        || crate::WebError::from(tend_core::error::invalid("kind", "There is no such kind."));
    let new = NewRemedy {
        order: id(Some(&it.order_id), "order_id")?.ok_or_else(wrong)?,
        conversation: id(it.conversation_id.as_deref(), "conversation_id")?,
        reason: id(Some(&it.reason_id), "reason_id")?.ok_or_else(wrong)?,
        kind: it.kind.parse().map_err(|_| wrong())?,
        amount: it.amount,
        note: it.note.clone(),
        key: None,
    };
    let work = move |tx: &mut Tx, me: &Me, _: &RemedyIn| {
        let id = remedies::request(tx, me, &new)?;
        load(id)(tx, me)
    };
    post.create(&app, &who, work).await
}

/// One remedy
#[utoipa::path(get, path = "/api/v1/remedies/{id}", tag = "remedies", params(("id" = String, Path), If), responses((status = 200, body = RemedyOut)))]
pub(crate) async fn find(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Does something with one, and shows it.
async fn then(
    who: &Who,
    app: &App,
    id: RemedyId,
    post: Post<RemedyWord>,
    verb: fn(&mut Tx, &Me, RemedyId, &RemedyWord) -> tend_core::Result<()>,
) -> Result<Response, crate::WebError> {
    let work = move |tx: &mut Tx, me: &Me, it: &RemedyWord| {
        verb(tx, me, id, it)?;
        load(id)(tx, me)
    };
    post.done(app, who, work).await
}

/// Approve a remedy
///
/// By somebody else than who asked for it.
#[utoipa::path(post, path = "/api/v1/remedies/{id}/approve", tag = "remedies", params(("id" = String, Path)), request_body = RemedyWord, responses((status = 200, body = RemedyOut)))]
pub(crate) async fn approve(
    who: May<RemediesApprove>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    post: Post<RemedyWord>,
) -> Answer {
    then(&who, &app, id, post, |tx, me, id, it| decide::approve(tx, me, id, &it.note)).await
}

/// Decline a remedy
#[utoipa::path(post, path = "/api/v1/remedies/{id}/decline", tag = "remedies", params(("id" = String, Path)), request_body = RemedyWord, responses((status = 200, body = RemedyOut)))]
pub(crate) async fn decline(
    who: May<RemediesApprove>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    post: Post<RemedyWord>,
) -> Answer {
    then(&who, &app, id, post, |tx, me, id, it| decide::decline(tx, me, id, &it.note)).await
}

/// Take a remedy back
///
/// Before anything was done.
#[utoipa::path(post, path = "/api/v1/remedies/{id}/cancel", tag = "remedies", params(("id" = String, Path)), request_body = RemedyWord, responses((status = 200, body = RemedyOut)))]
pub(crate) async fn cancel(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    post: Post<RemedyWord>,
) -> Answer {
    then(&who, &app, id, post, |tx, me, id, _| decide::cancel(tx, me, id)).await
}

/// A person carried it out
///
/// With a `reference` by which it is found again.
#[utoipa::path(post, path = "/api/v1/remedies/{id}/done", tag = "remedies", params(("id" = String, Path)), request_body = RemedyWord, responses((status = 200, body = RemedyOut)))]
pub(crate) async fn done(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    post: Post<RemedyWord>,
) -> Answer {
    then(&who, &app, id, post, |tx, me, id, it| hand::done(tx, me, id, &it.reference)).await
}

/// It was not carried out
///
/// And won't be: it counts no more.
#[utoipa::path(post, path = "/api/v1/remedies/{id}/not-done", tag = "remedies", params(("id" = String, Path)), request_body = RemedyWord, responses((status = 200, body = RemedyOut)))]
pub(crate) async fn not_done(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    post: Post<RemedyWord>,
) -> Answer {
    then(&who, &app, id, post, |tx, me, id, it| hand::not_done(tx, me, id, &it.why)).await
}

/// Ask the shop what became of it
///
/// Of one whose state is `unknown`.
#[utoipa::path(post, path = "/api/v1/remedies/{id}/reconcile", tag = "remedies", params(("id" = String, Path)), request_body = RemedyWord, responses((status = 200, body = RemedyOut)))]
pub(crate) async fn reconcile(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    post: Post<RemedyWord>,
) -> Answer {
    then(&who, &app, id, post, |tx, me, id, _| carry::reconcile(tx, me, id)).await
}
