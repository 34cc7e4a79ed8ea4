//! Campaigns: what is written to many, to whom it went, and what it did.

pub(crate) mod of_contact;
pub(crate) mod preview;
pub(crate) mod rules;

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::{Me, Permission},
    campaigns::{self as verbs, Campaign, CampaignId, NewCampaign, Plan, effect},
    contacts::ContactId,
    error::invalid,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query};
use crate::{
    App, WebError,
    router::{Access::Token, Route, get, patch, post, put},
    who::{
        May,
        may::{CampaignsManage, CustomersRead},
    },
};

/// All of it, onboarding with it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{CampaignsManage as Write, CustomersEdit as Edit, CustomersRead as See};
    let mut routes = vec![
        get("/api/v1/campaigns", Token(See), list),
        post("/api/v1/campaigns", Token(Write), create),
        get("/api/v1/campaigns/{id}", Token(See), find),
        patch("/api/v1/campaigns/{id}", Token(Write), change),
        post("/api/v1/campaigns/{id}/contacts", Token(Write), add),
        get("/api/v1/campaigns/{id}/effect", Token(See), effects),
        get("/api/v1/campaigns/{id}/dry-run", Token(Write), dry_run),
        get("/api/v1/campaigns/{id}/preview", Token(Write), preview::preview),
        get("/api/v1/message-rules", Token(Write), rules::show),
        patch("/api/v1/message-rules", Token(Write), rules::change),
        post("/api/v1/campaigns/{id}/{act}", Token(Write), act),
        get("/api/v1/contacts/{id}/reached", Token(See), of_contact::reached),
        get("/api/v1/contacts/{id}/consents", Token(See), of_contact::consents),
        put("/api/v1/contacts/{id}/consents", Token(Edit), of_contact::say),
        get("/api/v1/contacts/{id}/slot", Token(Edit), of_contact::slot),
    ];
    routes.extend(super::onboarding::routes());
    routes
}

/// A campaign, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CampaignOut {
    pub id: String,
    pub name: String,
    /// `announcement`, `triggered` or `sequence`.
    pub kind: String,
    /// `marketing`, `service` or `transactional`.
    pub purpose: String,
    /// One of the company's own; empty for none.
    pub topic: String,
    pub inbox_id: String,
    pub segment_id: Option<String>,
    /// What begins it, its steps, its goal and when it is left.
    #[schema(value_type = Object)]
    pub plan: Plan,
    /// Per cent who get nothing, to compare with.
    pub holdout: i64,
    pub priority: i64,
    /// Hours; 0 is never.
    pub useless_after: i64,
    pub per_minute: i64,
    /// `draft`, `running`, `paused`, `done` or `cancelled`.
    pub state: String,
    /// Why it paused by itself.
    pub problem: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// People who got at least one message.
    pub reached: i64,
    pub messages: i64,
    pub waiting: i64,
    /// By the campaign's own share.
    pub held_out: i64,
    /// Held out of all campaigns.
    pub held_back: i64,
    pub refused: i64,
    /// How often each rule said no.
    pub refused_by: Vec<RuleCount>,
}

/// A rule and how often it said no.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleCount {
    pub rule: String,
    pub count: i64,
}

fn pairs(all: Vec<(String, i64)>) -> Vec<RuleCount> {
    all.into_iter().map(|(rule, count)| RuleCount { rule, count }).collect()
}

fn out(tx: &mut Tx, me: &Me, it: Campaign) -> tend_core::Result<CampaignOut> {
    let far = verbs::progress_of(tx, &it)?;
    let refused = verbs::refused_by(tx, me, it.id)?;
    Ok(CampaignOut {
        id: it.id.to_string(),
        plan: it.plan(),
        name: it.name,
        kind: it.kind.to_string(),
        purpose: it.purpose.to_string(),
        topic: it.topic,
        inbox_id: it.inbox_id.to_string(),
        segment_id: it.segment_id.map(|it| it.to_string()),
        holdout: it.holdout,
        priority: it.priority,
        useless_after: it.useless_after,
        per_minute: it.per_minute,
        state: it.state.to_string(),
        problem: it.problem,
        started_at: it.started_at,
        ended_at: it.ended_at,
        reached: far.reached,
        messages: far.messages,
        waiting: far.waiting,
        held_out: far.held_out,
        held_back: far.held_back,
        refused: far.refused,
        refused_by: pairs(refused.into_iter().map(|it| (it.rule, it.count)).collect()),
    })
}

fn load(tx: &mut Tx, me: &Me, id: CampaignId) -> tend_core::Result<CampaignOut> {
    let it = verbs::find(tx, me, id)?;
    out(tx, me, it)
}

/// A campaign as it is written; what is left out of a change stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CampaignIn {
    pub name: Option<String>,
    /// `announcement`, `triggered` or `sequence`.
    pub kind: Option<String>,
    /// `marketing`, `service` or `transactional`.
    pub purpose: Option<String>,
    pub topic: Option<String>,
    /// Without one: the first inbox that has an address.
    pub inbox_id: Option<String>,
    /// Only people of accounts in it; empty for everybody.
    pub segment_id: Option<String>,
    /// `trigger` (`on`: order, usage, segment, date, inactive, onboarding, hand), `steps` (`do`:
    /// send, wait, wait_for, branch), `goal` (ordered, wrote, onboarded, used:EVENT), `goal_days`,
    /// `exits`.
    #[schema(value_type = Option<Object>)]
    pub plan: Option<serde_json::Value>,
    pub holdout: Option<i64>,
    pub priority: Option<i64>,
    pub useless_after: Option<i64>,
    pub per_minute: Option<i64>,
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    field: &'static str,
    text: &str,
) -> tend_core::Result<T> {
    text.parse().map_err(|why: T::Err| invalid(field, why.to_string()))
}

impl CampaignIn {
    fn over(&self, mut to: NewCampaign) -> tend_core::Result<NewCampaign> {
        if let Some(it) = &self.kind {
            to.kind = parsed("kind", it)?;
        }
        if let Some(it) = &self.purpose {
            to.purpose = parsed("purpose", it)?;
        }
        if let Some(it) = &self.inbox_id {
            to.inbox = Some(parsed("inbox_id", it)?);
        }
        if let Some(it) = &self.segment_id {
            to.segment = if it.is_empty() { None } else { Some(parsed("segment_id", it)?) };
        }
        if let Some(it) = &self.plan {
            to.plan = serde_json::from_value(it.clone())
                .map_err(|why| invalid("plan", format!("This can’t be read: {why}.")))?;
        }
        to.name = self.name.clone().unwrap_or(to.name);
        to.topic = self.topic.clone().unwrap_or(to.topic);
        to.holdout = self.holdout.unwrap_or(to.holdout);
        to.priority = self.priority.unwrap_or(to.priority);
        to.useless_after = self.useless_after.unwrap_or(to.useless_after);
        to.per_minute = self.per_minute.unwrap_or(to.per_minute);
        Ok(to)
    }
}

/// List campaigns
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/campaigns", tag = "campaigns", params(Paging), responses((status = 200, body = List<CampaignOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| {
        let page = verbs::all(tx, &me, from, limit)?;
        let mut items = Vec::new();
        for it in page.items {
            items.push(out(tx, &me, it)?);
        }
        Ok(tend_core::page::Page { items, next: page.next })
    });
    Ok(List::of(page.await?, |it: CampaignOut| it).into_response())
}

/// Write a campaign
///
/// It is a draft until it is started.
#[utoipa::path(post, path = "/api/v1/campaigns", tag = "campaigns", request_body = CampaignIn, responses((status = 201, body = CampaignOut)))]
pub(crate) async fn create(
    who: May<CampaignsManage>,
    State(app): State<App>,
    post: Post<CampaignIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it: &CampaignIn| {
        let id = verbs::create(tx, me, &it.over(NewCampaign::default())?)?;
        load(tx, me, id)
    })
    .await
}

/// One campaign
#[utoipa::path(get, path = "/api/v1/campaigns/{id}", tag = "campaigns", params(("id" = String, Path), If), responses((status = 200, body = CampaignOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx: &mut Tx, me: &Me| load(tx, me, id)).await
}

/// Change a draft
#[utoipa::path(patch, path = "/api/v1/campaigns/{id}", tag = "campaigns", params(("id" = String, Path), If), request_body = CampaignIn, responses((status = 200, body = CampaignOut)))]
pub(crate) async fn change(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    seen: If,
    Body(it): Body<CampaignIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let was = verbs::find(tx, me, id)?;
        verbs::change(tx, me, id, &it.over(NewCampaign::of(&was))?)
    };
    seen.change(&app, &who, move |tx: &mut Tx, me: &Me| load(tx, me, id), work).await
}

/// Start, pause, resume or cancel a campaign
///
/// Doing what is done already changes nothing, but for a start: that is once.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/{act}", tag = "campaigns", params(("id" = String, Path), ("act" = String, Path, description = "`start`, `pause`, `resume` or `cancel`")), request_body = super::post::Nothing, responses((status = 200, body = CampaignOut)))]
pub(crate) async fn act(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Path((id, act)): Path<(String, String)>,
    post: Post<super::post::Nothing>,
) -> Answer {
    let id: CampaignId = id.parse().map_err(|_| WebError::not_found())?;
    let does = match act.as_str() {
        "start" => verbs::start,
        "pause" => verbs::pause,
        "resume" => verbs::resume,
        "cancel" => verbs::cancel,
        _ => return Err(WebError::not_found()),
    };
    post.done(&app, &who, move |tx, me, _| {
        does(tx, me, id)?;
        load(tx, me, id)
    })
    .await
}

/// Somebody to be added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignContact {
    pub contact_id: String,
}

/// Add a contact to a campaign
///
/// To one whose trigger is `hand`, while it runs. Twice is once.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/contacts", tag = "campaigns", params(("id" = String, Path)), request_body = CampaignContact, responses((status = 204)))]
pub(crate) async fn add(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    post: Post<CampaignContact>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, it: &CampaignContact| {
        let contact: ContactId = parsed("contact_id", &it.contact_id)?;
        verbs::add_by_hand(tx, me, id, contact)
    })
    .await
}

/// What a campaign does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EffectOut {
    /// `goal`, `bought`, `used` or `wrote`.
    pub measure: String,
    pub treated: i64,
    pub treated_did: i64,
    /// Wilson's interval at 95 % of the share of the treated who did; null without anybody.
    pub treated_low: Option<f64>,
    pub treated_high: Option<f64>,
    pub held_out: i64,
    pub held_out_did: i64,
    /// The same of the held out.
    pub held_out_low: Option<f64>,
    pub held_out_high: Option<f64>,
    /// The share of the treated less that of the held out; nothing while an arm is too small.
    pub difference: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    /// Whether the interval leaves out 0.
    pub is_known: bool,
    /// About so many more people are needed to see a difference as large as the one of now.
    pub needs_more: Option<i64>,
}

/// The effect of a campaign
///
/// By intention to treat, over all whose window is over, with Newcombe's interval at 95 %.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/effect", tag = "campaigns", params(("id" = String, Path)), responses((status = 200, body = List<EffectOut>)))]
pub(crate) async fn effects(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| effect::effect(tx, &me, id)).await?;
    let items = all.into_iter().map(|it| EffectOut {
        measure: it.measure.word().to_owned(),
        is_known: it.is_known(),
        treated: it.treated,
        treated_did: it.treated_did,
        treated_low: it.treated_share().map(|it| it.lower),
        treated_high: it.treated_share().map(|it| it.upper),
        held_out: it.held_out,
        held_out_did: it.held_out_did,
        held_out_low: it.held_out_share().map(|it| it.lower),
        held_out_high: it.held_out_share().map(|it| it.upper),
        difference: it.difference.map(|it| it.value),
        lower: it.difference.map(|it| it.lower),
        upper: it.difference.map(|it| it.upper),
        needs_more: it.more,
    });
    let page = tend_core::page::Page { items: items.collect(), next: None };
    Ok(List::of(page, |it: EffectOut| it).into_response())
}

/// Who would get it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DryRunOut {
    /// Contacts that were tried.
    pub tried: i64,
    pub reached: i64,
    pub later: Vec<RuleCount>,
    pub refused: Vec<RuleCount>,
    /// There are more than were tried.
    pub and_more: bool,
    /// Of one that something begins: with whom that happened in so many days before.
    pub past_days: Option<i64>,
}

/// Try a campaign without sending
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/dry-run", tag = "campaigns", params(("id" = String, Path)), responses((status = 200, body = DryRunOut)))]
pub(crate) async fn dry_run(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
) -> Answer {
    let (me, keys) = (who.me.clone(), app.keys.clone());
    let it = app.read(move |tx| verbs::dry_run(tx, &me, &keys, id)).await?;
    Ok(axum::Json(DryRunOut {
        tried: it.tried,
        reached: it.reached,
        later: pairs(it.later),
        refused: pairs(it.refused),
        and_more: it.and_more,
        past_days: it.past_days,
    })
    .into_response())
}
