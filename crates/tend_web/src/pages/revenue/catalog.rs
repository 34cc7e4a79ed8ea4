//! Products, rates and reasons for leaving.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    agents::Permission,
    money::{
        ProductId,
        churn_reasons::{self, Used},
        days, products,
        products::Sold,
        rates,
        subscriptions::ReasonId,
    },
};
use tend_views::{
    revenue::{CatalogPage, Said, catalog_page},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{Answer, frame::Wanted, go, problems},
    who::{
        May, Who,
        may::{RevenueEdit, RevenueRead, SettingsManage},
    },
};

pub(crate) async fn show(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Said::default()).await
}

async fn page(who: &Who, app: &App, status: StatusCode, said: Said) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let reasons = churn_reasons::all(tx, me)?.into_iter();
        let it = CatalogPage {
            home: rates::home(tx)?,
            products: products::all(tx, me)?,
            rates: rates::all(tx, me)?,
            reasons: reasons
                .map(|it| (it.id.to_string(), it.name, it.archived_at.is_some()))
                .collect(),
            said: said.clone(),
            today: days::today(tx)?,
            may_edit: me.may(Permission::RevenueEdit),
            may_set_home: me.may(Permission::SettingsManage),
        };
        Ok(catalog_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

/// Back to the page; with what is wrong, if something is.
async fn after(who: &Who, app: &App, said: Said, done: Result<(), WebError>) -> Answer {
    match done {
        Ok(()) => Ok(go(&urls::catalog())),
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
    name: String,
    reason: String,
    home_currency: String,
    currency: String,
    day: String,
    rate: String,
    sold: String,
    used: String,
}

impl Sent {
    fn said(&self, form: &str) -> Said {
        let all = [
            ("name", self.name.as_str()),
            ("reason", &self.reason),
            ("home_currency", &self.home_currency),
            ("currency", &self.currency),
            ("day", &self.day),
            ("rate", &self.rate),
        ];
        Said::of(form, &all)
    }
}

pub(crate) async fn add_product(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said("product"));
    let done = app.write(move |tx| products::save(tx, &me, None, &sent.name).map(drop)).await;
    after(&who, &app, said, done).await
}

pub(crate) async fn archive_product(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<ProductId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let sold = if sent.sold == "again" { Sold::Again } else { Sold::NoMore };
    let done = app.write(move |tx| products::archive(tx, &me, id, sold)).await;
    after(&who, &app, Said::default(), done).await
}

pub(crate) async fn set_home(
    who: May<SettingsManage>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said("home"));
    let done = app.write(move |tx| rates::set_home(tx, &me, &sent.home_currency)).await;
    if who.may(Permission::RevenueRead) {
        after(&who, &app, said, done).await
    } else {
        done.map(|()| go("/"))
    }
}

pub(crate) async fn set_rate(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said("rate"));
    let done = app
        .write(move |tx| {
            let day = days::read("day", &sent.day)?;
            rates::set(tx, &me, &sent.currency, day, &sent.rate)
        })
        .await;
    after(&who, &app, said, done).await
}

pub(crate) async fn add_reason(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.said("reason"));
    let done = app.write(move |tx| churn_reasons::add(tx, &me, &sent.reason).map(drop)).await;
    after(&who, &app, said, done).await
}

pub(crate) async fn archive_reason(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let used = if sent.used == "again" { Used::Again } else { Used::NoMore };
    let done = app.write(move |tx| churn_reasons::archive(tx, &me, id, used)).await;
    after(&who, &app, Said::default(), done).await
}
