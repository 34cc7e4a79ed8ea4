//! Key people, goals and pain points, on the page of their account.

use axum::extract::{Path, State};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::AccountId,
    book::{self, GoalId, NewGoal, PersonRole},
    contacts::ContactId,
    error::invalid,
};
use tend_views::urls;

use super::account::day;
use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{
        Answer,
        customers::{Two, done},
        inbox::Htmx,
    },
    who::{May, may::CustomersEdit},
};

type Editor = May<CustomersEdit>;

/// `contact` and `role`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Person {
    contact: String,
    role: String,
}

pub(crate) async fn add(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Htmx(is_htmx): Htmx,
    Form(sent): Form<Person>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let contact: ContactId =
            sent.contact.parse().map_err(|_| invalid("contact", "Choose somebody."))?;
        let role: PersonRole = sent.role.parse().map_err(|why| invalid("role", why))?;
        book::add_role(tx, &me, contact, role)
    })
    .await?;
    done(is_htmx, &urls::account(id))
}

pub(crate) async fn remove(
    who: Editor,
    State(app): State<App>,
    Path((id, contact, role)): Path<(String, String, String)>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let gone = |_| WebError::not_found();
    let id: AccountId = id.parse().map_err(gone)?;
    let contact: ContactId = contact.parse().map_err(gone)?;
    let role: PersonRole = role.parse().map_err(|_| WebError::not_found())?;
    let me = who.me.clone();
    app.write(move |tx| book::remove_role(tx, &me, contact, role)).await?;
    done(is_htmx, &urls::account(id))
}

pub(crate) async fn left(
    who: Editor,
    State(app): State<App>,
    Two(id, contact): Two<AccountId, ContactId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::left(tx, &me, contact)).await?;
    done(is_htmx, &urls::account(id))
}

pub(crate) async fn returned(
    who: Editor,
    State(app): State<App>,
    Two(id, contact): Two<AccountId, ContactId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::returned(tx, &me, contact)).await?;
    done(is_htmx, &urls::account(id))
}

/// What the form of a goal sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Goal {
    kind: String,
    text: String,
    status: String,
    due: String,
    unit: String,
    start: String,
    now: String,
    target: String,
}

impl Goal {
    fn read(&self) -> Result<NewGoal> {
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| invalid("now", "Write a number.")),
        };
        let due_on = match self.due.trim() {
            "" => None,
            text => Some(day(text).ok_or_else(|| {
                invalid("due", "Write a day as year-month-day, such as 2026-11-20.")
            })?),
        };
        Ok(NewGoal {
            kind: self.kind.parse().map_err(|why| invalid("kind", why))?,
            text: self.text.clone(),
            status: match self.status.as_str() {
                "" => book::GoalStatus::Open,
                it => it.parse().map_err(|why| invalid("status", why))?,
            },
            due_on,
            unit: self.unit.clone(),
            start_value: number(&self.start)?,
            now_value: number(&self.now)?,
            target_value: number(&self.target)?,
        })
    }
}

pub(crate) async fn add_goal(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Htmx(is_htmx): Htmx,
    Form(sent): Form<Goal>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::save_goal(tx, &me, id, None, &sent.read()?)).await?;
    done(is_htmx, &urls::account(id))
}

pub(crate) async fn change_goal(
    who: Editor,
    State(app): State<App>,
    Two(id, goal): Two<AccountId, GoalId>,
    Htmx(is_htmx): Htmx,
    Form(sent): Form<Goal>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::save_goal(tx, &me, id, Some(goal), &sent.read()?)).await?;
    done(is_htmx, &urls::account(id))
}

pub(crate) async fn remove_goal(
    who: Editor,
    State(app): State<App>,
    Two(id, goal): Two<AccountId, GoalId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::remove_goal(tx, &me, id, goal)).await?;
    done(is_htmx, &urls::account(id))
}
