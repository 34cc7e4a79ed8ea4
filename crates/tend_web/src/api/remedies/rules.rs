//! Reasons, plans and limits of remedies: what holds, and how it is changed.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::{Me, RoleId},
    error::invalid,
    remedies::{
        PlanId, ReasonId,
        above::{self, Above},
        in_force::{self, InForce},
        limits,
        plans::{self, Much, Offer, Plan, When},
        reasons::{self, Reason, Used},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::super::{Answer, Body, Id, If, Post};
use crate::{
    App,
    who::{
        May,
        may::{OrdersRead, RemediesManage},
    },
};

/// A reason.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyReasonOut {
    pub id: String,
    pub name: String,
    /// It is not chosen any more.
    pub is_archived: bool,
}

/// An offer of a plan; without `share` and `amount` the agent says how much.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyOfferOut {
    pub kind: String,
    /// Of the order's total, in hundredths of a percent.
    #[serde(default)]
    pub share: Option<i64>,
    /// Minor units of the home currency.
    #[serde(default)]
    pub amount: Option<i64>,
}

/// A plan: the first one of its reason that fits counts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyPlanOut {
    pub id: String,
    pub reason_id: String,
    pub most_days: Option<i64>,
    pub least_value: Option<i64>,
    pub most_value: Option<i64>,
    pub tag_id: Option<String>,
    pub most_prior: Option<i64>,
    /// The default first.
    pub offers: Vec<RemedyOfferOut>,
}

/// A limit that holds. Where there is none, there is no limit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyLimitOut {
    /// `alone`, `approve`, `agent_day`, `role_day`, `remedy`, `order`, `order_share`,
    /// `customer_year` or `company_month`.
    pub limit: String,
    pub role_id: Option<String>,
    pub kind: Option<String>,
    /// Minor units of the home currency; of `order_share` hundredths of a percent.
    pub amount: i64,
    /// Nobody set it: it is as Tend comes.
    pub is_default: bool,
}

/// What holds for remedies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyRulesOut {
    pub reasons: Vec<RemedyReasonOut>,
    pub plans: Vec<RemedyPlanOut>,
    pub limits: Vec<RemedyLimitOut>,
    /// What becomes of more than a limit: `approve` or `refuse`.
    pub above: String,
}

fn reason(it: Reason) -> RemedyReasonOut {
    let (id, is_archived) = (it.id.to_string(), it.archived_at.is_some());
    RemedyReasonOut { id, name: it.name, is_archived }
}

fn plan(it: Plan) -> RemedyPlanOut {
    let offer = |it: &Offer| {
        let (share, amount) = match it.much {
            Much::Share(share) => (Some(share), None),
            Much::Fixed(amount) => (None, Some(amount)),
            Much::Open => (None, None),
        };
        RemedyOfferOut { kind: it.kind.to_string(), share, amount }
    };
    RemedyPlanOut {
        id: it.id.to_string(),
        reason_id: it.reason.to_string(),
        most_days: it.when.most_days,
        least_value: it.when.least_value,
        most_value: it.when.most_value,
        tag_id: it.when.tag.map(|it| it.to_string()),
        most_prior: it.when.most_prior,
        offers: it.offers.iter().map(offer).collect(),
    }
}

fn limit(InForce { limit: it, is_ready }: InForce) -> RemedyLimitOut {
    let role = RoleId::from_raw(it.role_id);
    RemedyLimitOut {
        limit: it.word.to_string(),
        role_id: (it.role_id != 0).then(|| role.to_string()),
        kind: Some(it.kind).filter(|it| !it.is_empty()),
        amount: it.amount,
        is_default: is_ready,
    }
}

fn load_rules(tx: &mut Tx, _: &Me) -> tend_core::Result<RemedyRulesOut> {
    Ok(RemedyRulesOut {
        reasons: reasons::all(tx)?.into_iter().map(reason).collect(),
        plans: plans::all(tx)?.into_iter().map(plan).collect(),
        limits: in_force::all(tx)?.into_iter().map(limit).collect(),
        above: above::policy(tx)?.to_string(),
    })
}

/// Reasons, plans and limits
#[utoipa::path(get, path = "/api/v1/remedy-rules", tag = "remedies", params(If), responses((status = 200, body = RemedyRulesOut)))]
pub(crate) async fn rules(who: May<OrdersRead>, State(app): State<App>, seen: If) -> Answer {
    seen.show(&app, &who, load_rules).await
}

/// A reason to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyReasonIn {
    pub name: String,
}

/// What shall be different.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RemedyReasonChange {
    pub name: Option<String>,
    /// Whether it is chosen no more; what was given for it stays.
    pub is_archived: Option<bool>,
}

type Loaded<T> = tend_core::Result<T>;

fn load_reason(id: ReasonId) -> impl Fn(&mut Tx, &Me) -> Loaded<RemedyReasonOut> + Send + 'static {
    move |tx, _| reasons::find(tx, id).map(reason)
}

/// Make a reason for remedies
#[utoipa::path(post, path = "/api/v1/remedy-reasons", tag = "remedies", request_body = RemedyReasonIn, responses((status = 201, body = RemedyReasonOut)))]
pub(crate) async fn add_reason(
    who: May<RemediesManage>,
    State(app): State<App>,
    post: Post<RemedyReasonIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it: &RemedyReasonIn| {
        let id = reasons::add(tx, me, &it.name)?;
        load_reason(id)(tx, me)
    })
    .await
}

/// One reason for remedies
#[utoipa::path(get, path = "/api/v1/remedy-reasons/{id}", tag = "remedies", params(("id" = String, Path), If), responses((status = 200, body = RemedyReasonOut)))]
pub(crate) async fn find_reason(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load_reason(id)).await
}

/// Change a reason for remedies
#[utoipa::path(patch, path = "/api/v1/remedy-reasons/{id}", tag = "remedies", params(("id" = String, Path), If), request_body = RemedyReasonChange, responses((status = 200, body = RemedyReasonOut)))]
pub(crate) async fn change_reason(
    who: May<RemediesManage>,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
    seen: If,
    Body(it): Body<RemedyReasonChange>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        if let Some(name) = &it.name {
            reasons::rename(tx, me, id, name)?;
        }
        match it.is_archived {
            Some(true) => reasons::archive(tx, me, id, Used::NoMore),
            Some(false) => reasons::archive(tx, me, id, Used::Again),
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load_reason(id), work).await
}

/// A plan: all of it. What is left out of the conditions does not narrow.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyPlanIn {
    /// Of a new one; it stays what it was.
    #[serde(default)]
    pub reason_id: Option<String>,
    /// The order was placed so many days ago at most.
    #[serde(default)]
    pub most_days: Option<i64>,
    /// The order's total is so much at least, and at most: minor units of the home currency.
    #[serde(default)]
    pub least_value: Option<i64>,
    #[serde(default)]
    pub most_value: Option<i64>,
    /// The contact or their account carries it.
    #[serde(default)]
    pub tag_id: Option<String>,
    /// They had so many remedies in 12 months at most.
    #[serde(default)]
    pub most_prior: Option<i64>,
    /// The default first, at most five.
    pub offers: Vec<RemedyOfferOut>,
}

impl RemedyPlanIn {
    fn read(&self) -> tend_core::Result<(When, Vec<Offer>)> {
        let tag = match self.tag_id.as_deref() {
            Some(text) => {
                let id = text.parse();
                Some(id.map_err(|_| invalid("tag_id", "This is no id of a tag."))?)
            }
            None => None,
        };
        let mut offers = Vec::new();
        for (n, it) in self.offers.iter().enumerate() {
            let wrong = |why: &str| invalid(format!("offers.{n}.kind"), why.to_owned());
            let much = match (it.share, it.amount) {
                (Some(share), None) => Much::Share(share),
                (None, Some(amount)) => Much::Fixed(amount),
                (None, None) => Much::Open,
                _ => return Err(invalid(format!("offers.{n}"), "It is a share or an amount.")),
            };
            offers.push(Offer { kind: it.kind.parse().map_err(wrong)?, much });
        }
        let when = When {
            most_days: self.most_days,
            least_value: self.least_value,
            most_value: self.most_value,
            tag,
            most_prior: self.most_prior,
        };
        Ok((when, offers))
    }
}

fn load_plan(id: PlanId) -> impl Fn(&mut Tx, &Me) -> Loaded<RemedyPlanOut> + Send + 'static {
    move |tx, _| plans::find(tx, id).map(plan)
}

/// Make a plan for remedies
///
/// It is tried before the others of its reason.
#[utoipa::path(post, path = "/api/v1/remedy-plans", tag = "remedies", request_body = RemedyPlanIn, responses((status = 201, body = RemedyPlanOut)))]
pub(crate) async fn add_plan(
    who: May<RemediesManage>,
    State(app): State<App>,
    post: Post<RemedyPlanIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it: &RemedyPlanIn| {
        let reason = it.reason_id.as_deref().and_then(|it| it.parse().ok());
        let reason = reason.ok_or_else(|| invalid("reason_id", "Say for which reason it is."))?;
        let (when, offers) = it.read()?;
        let id = plans::add(tx, me, reason, &when, &offers)?;
        load_plan(id)(tx, me)
    })
    .await
}

/// One plan for remedies
#[utoipa::path(get, path = "/api/v1/remedy-plans/{id}", tag = "remedies", params(("id" = String, Path), If), responses((status = 200, body = RemedyPlanOut)))]
pub(crate) async fn find_plan(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load_plan(id)).await
}

/// Change a plan for remedies
///
/// All of it but its reason.
#[utoipa::path(put, path = "/api/v1/remedy-plans/{id}", tag = "remedies", params(("id" = String, Path), If), request_body = RemedyPlanIn, responses((status = 200, body = RemedyPlanOut)))]
pub(crate) async fn change_plan(
    who: May<RemediesManage>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    seen: If,
    Body(it): Body<RemedyPlanIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let (when, offers) = it.read()?;
        plans::change(tx, me, id, &when, &offers)
    };
    seen.change(&app, &who, load_plan(id), work).await
}

/// Remove a plan for remedies
///
/// What was given by it stays.
#[utoipa::path(delete, path = "/api/v1/remedy-plans/{id}", tag = "remedies", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn remove_plan(
    who: May<RemediesManage>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    seen: If,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| plans::remove(tx, me, id);
    seen.remove(&app, &who, load_plan(id), work).await
}

/// The limits that hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemedyLimitsOut {
    pub limits: Vec<RemedyLimitOut>,
    /// What becomes of more than a limit of a remedy, an order, a customer or a day: `approve`, by
    /// somebody else, or `refuse`. More than `company_month` is always refused.
    pub above: String,
}

/// A limit to be set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyLimitIn {
    /// As it is listed.
    pub limit: String,
    /// Of `alone`, `approve`, `agent_day` and `role_day`.
    #[serde(default)]
    pub role_id: Option<String>,
    /// Of `remedy`, if it is for one kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// Null takes it away: there is no limit, or the one with which Tend comes.
    pub amount: Option<i64>,
}

/// Limits to be set; those that are not named stay.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyLimitsIn {
    #[serde(default)]
    pub limits: Vec<RemedyLimitIn>,
    /// `approve` or `refuse`; left out, it stays.
    #[serde(default)]
    pub above: Option<String>,
}

impl RemedyLimitIn {
    fn read(&self, n: usize) -> tend_core::Result<limits::Setting> {
        let wrong = |field: &str, why: &str| invalid(format!("limits.{n}.{field}"), why.to_owned());
        let word = self.limit.parse().map_err(|why: &str| wrong("limit", why))?;
        let role = match self.role_id.as_deref() {
            Some(text) => {
                let id: RoleId =
                    text.parse().map_err(|_| wrong("role_id", "This is no id of a role."))?;
                id.raw()
            }
            None => 0,
        };
        let kind = match self.kind.as_deref() {
            Some(text) => {
                let kind: tend_core::remedies::Kind =
                    text.parse().map_err(|why: &str| wrong("kind", why))?;
                kind.to_string()
            }
            None => String::new(),
        };
        Ok((word, role, kind, self.amount))
    }
}

fn load_limits(tx: &mut Tx, _: &Me) -> tend_core::Result<RemedyLimitsOut> {
    let limits = in_force::all(tx)?.into_iter().map(limit).collect();
    Ok(RemedyLimitsOut { limits, above: above::policy(tx)?.to_string() })
}

/// The limits of remedies
///
/// All that hold, those with which Tend comes among them.
#[utoipa::path(get, path = "/api/v1/remedy-limits", tag = "remedies", params(If), responses((status = 200, body = RemedyLimitsOut)))]
pub(crate) async fn show_limits(who: May<OrdersRead>, State(app): State<App>, seen: If) -> Answer {
    seen.show(&app, &who, load_limits).await
}

/// Set limits of remedies
///
/// Those that are named; the others stay.
#[utoipa::path(patch, path = "/api/v1/remedy-limits", tag = "remedies", params(If), request_body = RemedyLimitsIn, responses((status = 200, body = RemedyLimitsOut)))]
pub(crate) async fn set_limits(
    who: May<RemediesManage>,
    State(app): State<App>,
    seen: If,
    Body(it): Body<RemedyLimitsIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let mut all = Vec::new();
        for (n, one) in it.limits.iter().enumerate() {
            all.push(one.read(n)?);
        }
        if !all.is_empty() {
            limits::set(tx, me, &all)?;
        }
        match &it.above {
            Some(word) => {
                let chosen: Above = word.parse().map_err(|why: &str| invalid("above", why))?;
                above::choose(tx, me, chosen)
            }
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load_limits, work).await
}
