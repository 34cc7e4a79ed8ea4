//! Referrals, testimonials and references.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    accounts::AccountId,
    agents::{Me, Permission},
    error::invalid,
    money::{
        advocates::{self, AdvocateId, Kind, NewAdvocate},
        days,
        referrals::{self, ReferralId, State as Came},
    },
};
use tend_store::Tx;
use tend_views::{
    revenue::{AdvocacyPage, Said, advocacy_page},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{Answer, book::account::named_as, frame::Wanted, go, problems},
    who::{
        May, Who,
        may::{RenewalsEdit, RevenueRead},
    },
};

pub(crate) async fn show(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Said::default()).await
}

async fn page(who: &Who, app: &App, status: StatusCode, said: Said) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let (currency, referrals) = referrals::all(tx, me)?;
        let see = me.may(Permission::CustomersRead);
        let it = AdvocacyPage {
            currency,
            referrals,
            advocates: if see { advocates::all(tx, me)? } else { Vec::new() },
            today: days::today(tx)?,
            said: said.clone(),
            may_edit: me.may(Permission::RenewalsEdit) && see,
        };
        Ok(advocacy_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

async fn after(who: &Who, app: &App, said: Said, done: Result<(), WebError>) -> Answer {
    match done {
        Ok(()) => Ok(go(&urls::advocacy())),
        Err(error) => {
            let (status, problems) = problems(error)?;
            page(who, app, status, Said { problems, ..said }).await
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
    /// By its name or id.
    fn account(&self, tx: &mut Tx, me: &Me) -> tend_core::Result<AccountId> {
        match self.account.trim() {
            "" => Err(invalid("account", "Write which account it is.")),
            text => named_as(tx, me, text, "account"),
        }
    }

    fn said(&self, form: impl Into<String>) -> Said {
        let all = [
            ("account", self.account.as_str()),
            ("name", &self.name),
            ("state", &self.state),
            ("kind", &self.kind),
            ("quote", &self.quote),
            ("consent", &self.consent),
            ("until", &self.until),
            ("asks", &self.asks),
            ("purpose", &self.purpose),
        ];
        Said::of(form, &all)
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
    let (me, said) = (who.me.clone(), sent.said("refer"));
    let done = app
        .write(move |tx| {
            let (today, by) = (days::today(tx)?, sent.account(tx, &me)?);
            referrals::add(tx, &me, by, &sent.name, today).map(drop)
        })
        .await;
    after(&who, &app, said, done).await
}

pub(crate) async fn settle(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<ReferralId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said(format!("settle {id}")));
    let done = app
        .write(move |tx| {
            let state: Came = sent.state.parse().map_err(|why: &str| invalid("state", why))?;
            let became = match state {
                Came::Accepted => Some(sent.account(tx, &me)?),
                _ => None,
            };
            referrals::settle(tx, &me, id, state, became)
        })
        .await;
    after(&who, &app, said, done).await
}

pub(crate) async fn add(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said("add"));
    let done = app
        .write(move |tx| {
            let asks = sent.asks.trim().parse();
            let new = NewAdvocate {
                account: sent.account(tx, &me)?,
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
    after(&who, &app, said, done).await
}

pub(crate) async fn ask(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said(format!("ask {id}")));
    let done = app.write(move |tx| advocates::ask(tx, &me, id, &sent.purpose)).await;
    after(&who, &app, said, done).await
}

pub(crate) async fn consent(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| advocates::consent(tx, &me, id, None)).await;
    after(&who, &app, Said::default(), done).await
}

pub(crate) async fn withdraw(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| advocates::withdraw(tx, &me, id)).await;
    after(&who, &app, Said::default(), done).await
}
