//! Referrals, testimonials and references.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    accounts::{self, AccountId},
    agents::Permission,
    error::invalid,
    money::{
        advocates::{self, AdvocateId, Kind, NewAdvocate},
        days,
        referrals::{self, ReferralId, State as Came},
    },
};
use tend_views::{
    parts::Problems,
    revenue::{AdvocacyPage, advocacy_page},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{Answer, frame::Wanted, go, problems},
    who::{
        May, Who,
        may::{RenewalsEdit, RevenueRead},
    },
};

pub(crate) async fn show(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default()).await
}

async fn page(who: &Who, app: &App, status: StatusCode, problems: Problems) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let (currency, referrals) = referrals::all(tx, me)?;
        let see = me.may(Permission::CustomersRead);
        let companies =
            accounts::list::Filter { kind: Some("company"), ..accounts::list::Filter::default() };
        let known = match see {
            true => accounts::list::page(tx, me, &companies, Default::default(), None, 200)?.items,
            false => Vec::new(),
        };
        let it = AdvocacyPage {
            currency,
            referrals,
            advocates: if see { advocates::all(tx, me)? } else { Vec::new() },
            accounts: known.into_iter().map(|it| (it.id.to_string(), it.name)).collect(),
            today: days::today(tx)?,
            problems: problems.clone(),
            may_edit: me.may(Permission::RenewalsEdit) && see,
        };
        Ok(advocacy_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

async fn after(who: &Who, app: &App, done: Result<(), WebError>) -> Answer {
    match done {
        Ok(()) => Ok(go(&urls::advocacy())),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(who, app, status, wrong).await
        }
    }
}

/// What these forms send; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    account: String,
    name: String,
    state: String,
    kind: String,
    quote: String,
    consent: String,
    until: String,
    asks: String,
    purpose: String,
}

impl Sent {
    fn account(&self) -> tend_core::Result<AccountId> {
        self.account.parse().map_err(|_| invalid("account", "Choose an account."))
    }
}

fn maybe_day(field: &'static str, text: &str) -> tend_core::Result<Option<i64>> {
    if text.is_empty() { Ok(None) } else { days::read(field, text).map(Some) }
}

pub(crate) async fn refer(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let done = app
        .write(move |tx| {
            let today = days::today(tx)?;
            referrals::add(tx, &me, sent.account()?, &sent.name, today).map(drop)
        })
        .await;
    after(&who, &app, done).await
}

pub(crate) async fn settle(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<ReferralId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let done = app
        .write(move |tx| {
            let state: Came = sent.state.parse().map_err(|why: &str| invalid("state", why))?;
            referrals::settle(tx, &me, id, state, sent.account().ok())
        })
        .await;
    after(&who, &app, done).await
}

pub(crate) async fn add(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let done = app
        .write(move |tx| {
            let asks = sent.asks.trim().parse();
            let new = NewAdvocate {
                account: sent.account()?,
                contact: None,
                kind: sent.kind.parse().unwrap_or(Kind::Reference),
                quote: sent.quote.clone(),
                consent_day: maybe_day("consent", &sent.consent)?,
                consent_until: maybe_day("until", &sent.until)?,
                asks_a_year: asks.map_err(|_| invalid("asks", "Write a whole number."))?,
            };
            advocates::add(tx, &me, &new).map(drop)
        })
        .await;
    after(&who, &app, done).await
}

pub(crate) async fn ask(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| advocates::ask(tx, &me, id, &sent.purpose)).await;
    after(&who, &app, done).await
}

pub(crate) async fn consent(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| advocates::consent(tx, &me, id, None)).await;
    after(&who, &app, done).await
}

pub(crate) async fn withdraw(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| advocates::withdraw(tx, &me, id)).await;
    after(&who, &app, done).await
}
