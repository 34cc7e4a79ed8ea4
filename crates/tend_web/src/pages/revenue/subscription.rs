//! One subscription: its form, and its end.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::Permission,
    error::{invalid, not_found},
    money::{
        Currency, Subscription, SubscriptionId, churn_reasons, days, products, rates,
        subscriptions::{self, NewSubscription, SubscriptionChange, Terms},
    },
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    revenue::{SubscriptionForm, SubscriptionPage, subscription_page},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    forms::Ticked,
    pages::{Answer, frame::Wanted, go, problems},
    who::{
        May, Who,
        may::{RevenueEdit, RevenueRead},
    },
};

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    account: String,
    product: String,
    plan: String,
    quantity: String,
    price: String,
    currency: String,
    months: String,
    start: String,
    term_months: String,
    renewal: String,
    auto_renew: Ticked,
    from: String,
    end: String,
    reason: String,
}

impl Sent {
    fn form(&self) -> SubscriptionForm {
        SubscriptionForm {
            product: self.product.clone(),
            plan: self.plan.clone(),
            quantity: self.quantity.clone(),
            price: self.price.clone(),
            currency: self.currency.clone(),
            months: self.months.clone(),
            start: self.start.clone(),
            term_months: self.term_months.clone(),
            renewal: self.renewal.clone(),
            auto_renew: self.auto_renew.0,
            from: self.from.clone(),
        }
    }

    fn terms(&self, currency: Currency) -> Result<Terms> {
        Ok(Terms {
            quantity: whole("quantity", &self.quantity)?,
            price: currency.read(&self.price).ok_or_else(|| {
                invalid("price", format!("Write a price in {currency}, such as 49.00."))
            })?,
            months: whole("months", &self.months)?,
        })
    }

    fn renewal(&self) -> Result<Option<i64>> {
        match self.renewal.trim() {
            "" => Ok(None),
            it => days::read("renewal", it).map(Some),
        }
    }
}

fn whole(field: &'static str, text: &str) -> Result<i64> {
    text.trim().parse().map_err(|_| invalid(field, "Write a whole number."))
}

fn known_form(it: &Subscription, today: i64) -> SubscriptionForm {
    SubscriptionForm {
        product: it.product_id.map(|it| it.to_string()).unwrap_or_default(),
        plan: it.plan.clone(),
        quantity: it.quantity.to_string(),
        price: it.currency.plain(it.price),
        currency: it.currency.to_string(),
        months: it.months.to_string(),
        start: days::text(it.start_day),
        term_months: it.term_months.to_string(),
        renewal: days::text(it.renewal_day),
        auto_renew: it.auto_renew,
        from: days::text(today.max(it.start_day)),
    }
}

/// Which page is shown.
#[derive(Clone)]
enum Shown {
    New(AccountId, Option<SubscriptionForm>),
    Known(SubscriptionId, Option<SubscriptionForm>),
}

async fn page(
    who: &Who,
    app: &App,
    shown: Shown,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let today = days::today(tx)?;
        let (account, known, form) = match shown.clone() {
            Shown::New(account, form) => (account, None, form),
            Shown::Known(id, form) => {
                let it = subscriptions::find(tx, me, id)?;
                (it.account_id, Some(it), form)
            }
        };
        let account = accounts::find_visible(tx, me, account)?;
        let form = match (form, &known) {
            (Some(form), _) => form,
            (None, Some(it)) => known_form(it, today),
            (None, None) => new_form(tx, today)?,
        };
        let it = SubscriptionPage {
            account: (account.id.to_string(), account.name),
            known,
            form,
            products: products::all(tx, me)?,
            reasons: churn_reasons::all(tx, me)?
                .into_iter()
                .filter(|it| it.archived_at.is_none())
                .map(|it| (it.id.to_string(), it.name))
                .collect(),
            problems: problems.clone(),
            today,
            may_edit: me.may(Permission::RevenueEdit),
        };
        Ok(subscription_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

fn new_form(tx: &mut Tx, today: i64) -> Result<SubscriptionForm> {
    Ok(SubscriptionForm {
        quantity: "1".to_owned(),
        currency: rates::home(tx)?.to_string(),
        months: "12".to_owned(),
        start: days::text(today),
        term_months: "12".to_owned(),
        auto_renew: true,
        ..SubscriptionForm::default()
    })
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Of {
    account: String,
}

pub(crate) async fn new(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Query(of): Query<Of>,
) -> Answer {
    let account = of.account.parse().map_err(|_| WebError::not_found())?;
    page(&who, &app, Shown::New(account, None), StatusCode::OK, Problems::default()).await
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
) -> Answer {
    page(&who, &app, Shown::Known(id, None), StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let account: AccountId = sent.account.parse().map_err(|_| WebError::not_found())?;
    let (me, said) = (who.me.clone(), sent.clone());
    let made = app
        .write(move |tx| {
            let currency: Currency =
                said.currency.parse().map_err(|why: &str| invalid("currency", why))?;
            let new = NewSubscription {
                account,
                product: product(&said.product)?,
                plan: said.plan.clone(),
                currency,
                terms: said.terms(currency)?,
                start: days::read("start", &said.start)?,
                term_months: whole("term_months", &said.term_months)?,
                renewal: said.renewal()?,
                auto_renew: said.auto_renew.0,
                external_id: None,
            };
            subscriptions::add(tx, &me, &new)
        })
        .await;
    match made {
        Ok(_) => Ok(go(&urls::account(account))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, Shown::New(account, Some(sent.form())), status, wrong).await
        }
    }
}

fn product(text: &str) -> Result<Option<tend_core::money::ProductId>> {
    match text {
        "" => Ok(None),
        it => it.parse().map(Some).map_err(|_| not_found("product")),
    }
}

pub(crate) async fn change(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.clone());
    let done = app
        .write(move |tx| {
            let it = subscriptions::find(tx, &me, id)?;
            let to = SubscriptionChange {
                terms: Some((days::read("from", &said.from)?, said.terms(it.currency)?)),
                product: Some(product(&said.product)?),
                plan: Some(said.plan.clone()),
                term_months: Some(whole("term_months", &said.term_months)?),
                renewal: said.renewal()?,
                auto_renew: Some(said.auto_renew.0),
            };
            subscriptions::change(tx, &me, id, &to)
        })
        .await;
    after(&who, &app, id, Some(sent.form()), done).await
}

async fn after(
    who: &Who,
    app: &App,
    id: SubscriptionId,
    form: Option<SubscriptionForm>,
    done: std::result::Result<(), WebError>,
) -> Answer {
    match done {
        Ok(()) => Ok(go(&urls::subscription(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(who, app, Shown::Known(id, form), status, wrong).await
        }
    }
}

pub(crate) async fn end(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let done = app
        .write(move |tx| {
            let day = days::read("end", &sent.end)?;
            let reason = match sent.reason.as_str() {
                "" => None,
                it => Some(it.parse().map_err(|_| not_found("reason"))?),
            };
            subscriptions::end(tx, &me, id, day, reason)
        })
        .await;
    after(&who, &app, id, None, done).await
}

pub(crate) async fn resume(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| subscriptions::resume(tx, &me, id)).await;
    after(&who, &app, id, None, done).await
}
