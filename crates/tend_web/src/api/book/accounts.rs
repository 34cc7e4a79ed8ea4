//! Where one account stands in the book of business.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::{AgentId, Me, Permission},
    book::{self, GoalId, Health, NewGoal, PersonRole, StageId, Tree},
    contacts::ContactId,
    error::invalid,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::out::{GoalIn, GoalOut, PersonOut, day, read_day};
use crate::{
    App, WebError,
    api::{Answer, Body, Id, List, Post, nothing, out::Named, present},
    pages::customers::Two,
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// What an account and all its parts come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TreeOut {
    /// Accounts that are added up, this one with them.
    pub accounts: i64,
    /// What they pay a year, of those that say so; null for a reader who may not see money.
    pub arr_minor: Option<i64>,
    /// How many say so.
    pub arr_of: Option<i64>,
    pub open_conversations: i64,
    pub contacts: i64,
    /// Events of use in 30 days, and in the 30 before.
    pub events: i64,
    pub events_before: i64,
}

impl TreeOut {
    fn of(me: &Me, it: Tree) -> Self {
        let money = |it: i64| me.may(Permission::RevenueRead).then_some(it);
        Self {
            accounts: it.accounts,
            arr_minor: money(it.arr),
            arr_of: money(it.arr_of),
            open_conversations: it.open,
            contacts: it.contacts,
            events: it.events,
            events_before: it.events_before,
        }
    }
}

/// Where an account stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingOut {
    pub owner: Option<Named>,
    pub stage: Option<Named>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub stage_since: Option<Timestamp>,
    /// What it is a part of, the topmost first.
    pub above: Vec<Named>,
    pub parts: Vec<Named>,
    /// It and all its parts together.
    pub tree: TreeOut,
    /// What it pays a year, in minor units of `currency`.
    pub arr_minor: Option<i64>,
    /// Where that is known from: `subscriptions`, or `entered`.
    pub arr_source: Option<String>,
    /// ISO 4217.
    pub currency: String,
    pub renews_on: Option<String>,
    /// The probability that it leaves within the horizon, as the model foretells it; null while
    /// it is not known.
    pub leaves: Option<f64>,
    /// What an agent said instead, as long as that holds: then it is what counts.
    pub r#override: Option<f64>,
    /// Why it is not known.
    pub leaves_unknown: Option<String>,
}

fn load(tx: &mut Tx, me: &Me, id: AccountId) -> Result<StandingOut> {
    let account = accounts::find_visible(tx, me, id)?;
    let it = book::standing(tx, me, id)?;
    let owner = match account.owner_id {
        Some(id) => {
            let name = tend_core::agents::find(tx, id)?.name;
            Some(Named { id: id.to_string(), name })
        }
        None => None,
    };
    let named = |(id, name): (AccountId, String)| Named { id: id.to_string(), name };
    let unknown = match &it.health {
        Health::NotKnown(why) => Some(why.clone().into_owned()),
        Health::Leaves { .. } => None,
    };
    Ok(StandingOut {
        owner,
        stage: it.stage.map(|it| Named { id: it.id.to_string(), name: it.name }),
        stage_since: account.stage_since,
        above: it.above.into_iter().map(named).collect(),
        parts: it.parts.into_iter().map(|it| named((it.id, it.name))).collect(),
        tree: TreeOut::of(me, book::tree(tx, me, id)?),
        arr_minor: it.money.arr,
        arr_source: it.money.source.map(|it| it.to_string()),
        currency: it.currency,
        renews_on: it.money.renews_on.map(day),
        leaves: it.health.leaves(),
        r#override: it.judged.map(|it| it.p),
        leaves_unknown: unknown,
    })
}

/// Where an account stands
///
/// Its owner, stage, parent and parts, with what all of them come to.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/standing", tag = "accounts", params(("id" = String, Path)), responses((status = 200, body = StandingOut)))]
pub(crate) async fn standing(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| load(tx, &me, id)).await?;
    Ok(Json(it).into_response())
}

/// What is to be different; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StandingIn {
    /// Null for nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub owner: Option<Option<AgentId>>,
    /// What the next owner should know.
    #[serde(default)]
    pub note: String,
    /// Null for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub stage: Option<Option<StageId>>,
    /// Null for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<AccountId>>,
    /// As long as no subscription says so; null for not known.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    pub arr_minor: Option<Option<i64>>,
    /// Null for not known.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub renews_on: Option<Option<String>>,
}

/// Change where an account stands
///
/// Only what is given changes. The next owner is told, with the note.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}/standing", tag = "accounts", params(("id" = String, Path)), request_body = StandingIn, responses((status = 200, body = StandingOut)))]
pub(crate) async fn change(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Body(it): Body<StandingIn>,
) -> Answer {
    let day = match &it.renews_on {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => Some(Some(read_day(text)?)),
    };
    let me = who.me.clone();
    let shown = app
        .write(move |tx| {
            if let Some(to) = it.owner {
                book::hand_over(tx, &me, id, to, &it.note)?;
            }
            if let Some(to) = it.stage {
                book::set_stage(tx, &me, id, to)?;
            }
            if let Some(to) = it.parent {
                book::set_parent(tx, &me, id, to)?;
            }
            book::say_money(tx, &me, id, it.arr_minor, day)?;
            load(tx, &me, id)
        })
        .await?;
    Ok(Json(shown).into_response())
}

/// That an account went from one to the next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PassedOut {
    /// The name; null for none.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Who did it; null for an import or for Tend itself.
    pub agent: Option<String>,
    /// Of a hand-over: what the next owner should know.
    pub note: String,
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Timestamp,
}

/// The stages that an account went through
///
/// The last first.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/stage-changes", tag = "accounts", params(("id" = String, Path)), responses((status = 200, body = List<PassedOut>)))]
pub(crate) async fn stage_changes(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| book::stage_history(tx, &me, id)).await?;
    let items = all.into_iter().map(|it| PassedOut {
        from: it.came_from,
        to: it.went_to,
        agent: it.agent,
        note: String::new(),
        happened_at: it.happened_at,
    });
    Ok(whole(items.collect()))
}

/// The owners that an account had
///
/// The last hand-over first, each with its note.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/handovers", tag = "accounts", params(("id" = String, Path)), responses((status = 200, body = List<PassedOut>)))]
pub(crate) async fn handovers(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| book::handovers(tx, &me, id)).await?;
    let items = all.into_iter().map(|it| PassedOut {
        from: it.came_from,
        to: it.went_to,
        agent: it.agent,
        note: it.note,
        happened_at: it.happened_at,
    });
    Ok(whole(items.collect()))
}

fn whole<T: Serialize>(items: Vec<T>) -> axum::response::Response {
    Json(List { items, next_cursor: None }).into_response()
}

/// The key people of an account
#[utoipa::path(get, path = "/api/v1/accounts/{id}/people", tag = "accounts", params(("id" = String, Path)), responses((status = 200, body = List<PersonOut>)))]
pub(crate) async fn people(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let id = accounts::find_visible(tx, &me, id)?.id;
            book::key_people(tx, id)
        })
        .await?;
    Ok(whole(all.into_iter().map(PersonOut::from).collect()))
}

/// What somebody is in their company.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonIn {
    /// All that they are: `champion`, `sponsor`, `decision_maker`, `user`, `blocker`. Of none, they
    /// are no key person.
    pub roles: Vec<String>,
    /// Whether they are there no more.
    #[serde(default)]
    pub left: bool,
}

/// Say what somebody is in their company
///
/// Exactly these roles, and whether they are there still.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/people/{contact}", tag = "accounts", params(("id" = String, Path), ("contact" = String, Path)), request_body = PersonIn, responses((status = 204)))]
pub(crate) async fn set_person(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(_id, contact): Two<AccountId, ContactId>,
    Body(it): Body<PersonIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let mut wanted: Vec<PersonRole> = Vec::new();
        for role in &it.roles {
            wanted.push(role.parse().map_err(|why: &'static str| invalid("roles", why))?);
        }
        for role in PersonRole::ALL {
            match wanted.contains(role) {
                true => book::add_role(tx, &me, contact, *role)?,
                false => book::remove_role(tx, &me, contact, *role)?,
            }
        }
        match it.left {
            true => book::left(tx, &me, contact),
            false => book::returned(tx, &me, contact),
        }
    })
    .await?;
    Ok(nothing())
}

/// The goals and pain points of an account
#[utoipa::path(get, path = "/api/v1/accounts/{id}/goals", tag = "accounts", params(("id" = String, Path)), responses((status = 200, body = List<GoalOut>)))]
pub(crate) async fn goals(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| book::goals(tx, &me, id)).await?;
    Ok(whole(all.into_iter().map(GoalOut::from).collect()))
}

fn changed(it: &GoalIn, mut goal: NewGoal) -> Result<NewGoal> {
    if let Some(kind) = &it.kind {
        goal.kind = kind.parse().map_err(|why: &'static str| invalid("kind", why))?;
    }
    if let Some(status) = &it.status {
        goal.status = status.parse().map_err(|why: &'static str| invalid("status", why))?;
    }
    if let Some(text) = &it.text {
        goal.text.clone_from(text);
    }
    if let Some(unit) = &it.unit {
        goal.unit.clone_from(unit);
    }
    if let Some(text) = &it.due_on {
        let wrong = || invalid("due_on", "Write a day as year-month-day, such as 2026-11-20.");
        goal.due_on = Some(read_day(text).map_err(|_: WebError| wrong())?);
    }
    goal.start_value = it.start_value.or(goal.start_value);
    goal.now_value = it.now_value.or(goal.now_value);
    goal.target_value = it.target_value.or(goal.target_value);
    Ok(goal)
}

fn find(tx: &mut Tx, me: &Me, id: AccountId, goal: GoalId) -> Result<tend_core::book::Goal> {
    let all = book::goals(tx, me, id)?;
    all.into_iter().find(|it| it.id == goal).ok_or(tend_core::error::not_found("goal"))
}

/// Add a goal
#[utoipa::path(post, path = "/api/v1/accounts/{id}/goals", tag = "accounts", params(("id" = String, Path)), request_body = GoalIn, responses((status = 201, body = GoalOut)))]
pub(crate) async fn add_goal(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<GoalIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let goal = book::save_goal(tx, me, id, None, &changed(it, NewGoal::default())?)?;
        find(tx, me, id, goal).map(GoalOut::from)
    })
    .await
}

/// Change a goal
#[utoipa::path(patch, path = "/api/v1/accounts/{id}/goals/{goal}", tag = "accounts", params(("id" = String, Path), ("goal" = String, Path)), request_body = GoalIn, responses((status = 200, body = GoalOut)))]
pub(crate) async fn change_goal(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(id, goal): Two<AccountId, GoalId>,
    Body(it): Body<GoalIn>,
) -> Answer {
    let me = who.me.clone();
    let shown = app
        .write(move |tx| {
            let before = NewGoal::of(&find(tx, &me, id, goal)?);
            book::save_goal(tx, &me, id, Some(goal), &changed(&it, before)?)?;
            find(tx, &me, id, goal)
        })
        .await?;
    Ok(Json(GoalOut::from(shown)).into_response())
}

/// Remove a goal
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/goals/{goal}", tag = "accounts", params(("id" = String, Path), ("goal" = String, Path)), responses((status = 204)))]
pub(crate) async fn remove_goal(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(id, goal): Two<AccountId, GoalId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::remove_goal(tx, &me, id, goal)).await?;
    Ok(nothing())
}
