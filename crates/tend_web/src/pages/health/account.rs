//! How one account fares, and what an agent believes instead.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Error, Result,
    accounts::{self, AccountId},
    error::invalid,
    health::{self, JudgementId},
    money::days,
};
use tend_store::Tx;
use tend_views::{
    health::{HealthPage, JudgeForm, health_page},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, customers::Two, frame::Wanted, go, inbox::Htmx, lead, problems},
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// Two days, as year-month-day; without them, the last thirty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    from: String,
    to: String,
}

/// What the form of an override sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    percent: String,
    reason: String,
    days: String,
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::accounts());
    let found = app
        .read(move |tx| {
            let it = accounts::find_visible(tx, &wanted.me, id)?;
            // An id that was merged away leads to the one that stayed.
            if it.id != id {
                return Ok(Err(it.id));
            }
            let page = read(tx, &wanted, id, &asked, JudgeForm::default())?;
            Ok(Ok(health_page(&wanted.read(tx)?, &page)))
        })
        .await?;
    Ok(match found {
        Ok(page) => page.into_response(),
        Err(survivor) => go(&urls::account_health(survivor)),
    })
}

fn read(
    tx: &mut Tx,
    wanted: &Wanted,
    id: AccountId,
    asked: &Asked,
    form: JudgeForm,
) -> Result<HealthPage> {
    let of = health::of_account(tx, &wanted.me, id)?;
    let to = days::parse(&asked.to).unwrap_or(of.today);
    let from = days::parse(&asked.from).unwrap_or(to - 30);
    let changed = match health::between(tx, &wanted.me, id, from, to) {
        Ok(it) => Some(it),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(HealthPage { of, days: (from, to), changed, form })
}

/// `percent`, `reason`, `days`.
pub(crate) async fn judge(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, it) = (who.me.clone(), sent.clone());
    let judged = app
        .write(move |tx| {
            let percent: f64 =
                it.percent.trim().parse().map_err(|_| {
                    invalid("leaves", "Write a probability from 0 to 100 per cent.")
                })?;
            let days =
                it.days.trim().parse().map_err(|_| {
                    invalid("days", "Write for how many days it holds, from 1 to 365.")
                })?;
            health::judge(tx, &me, id, percent / 100.0, &it.reason, days)
        })
        .await;
    match judged {
        Ok(_) => Ok(go(&urls::account_health(id))),
        Err(error) => again(&who, &app, id, sent, error).await,
    }
}

async fn again(
    who: &May<CustomersEdit>,
    app: &App,
    id: AccountId,
    sent: Sent,
    error: WebError,
) -> Answer {
    let (status, wrong): (StatusCode, _) = problems(error)?;
    let wanted = Wanted::by(who, urls::accounts());
    let page = app
        .read(move |tx| {
            let form = JudgeForm {
                percent: sent.percent.clone(),
                reason: sent.reason.clone(),
                days: sent.days.clone(),
                problems: wrong.clone(),
            };
            let page = read(tx, &wanted, id, &Asked::default(), form)?;
            Ok(health_page(&wanted.read(tx)?, &page))
        })
        .await?;
    Ok((status, page).into_response())
}

pub(crate) async fn withdraw(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(id, judgement): Two<AccountId, JudgementId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| health::withdraw(tx, &me, id, judgement)).await?;
    Ok(lead(&urls::account_health(id), is_htmx))
}
