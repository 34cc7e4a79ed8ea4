//! Opportunities and white space.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    accounts,
    agents::Permission,
    error::invalid,
    money::{
        days, meanings,
        opportunities::{self, Kind, NewOpportunity, OpportunityId, Stage},
        products, rates,
    },
};
use tend_views::{
    revenue::{OpportunitiesPage, Said, opportunities_page, white_space_page},
    urls,
};

use super::files::Sheet;
use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, book::account::named_as, frame::Wanted, go, problems},
    who::{
        May, Who,
        may::{RenewalsEdit, RevenueRead},
    },
};

/// What the page is asked for, and what its forms send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    account: String,
    product: String,
    name: String,
    kind: String,
    amount: String,
    close: String,
    stage: String,
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Sent>,
) -> Answer {
    page(&who, &app, asked, StatusCode::OK, Said::default()).await
}

async fn page(who: &Who, app: &App, asked: Sent, status: StatusCode, said: Said) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let account = match asked.account.parse() {
            Ok(id) => {
                let it = accounts::find_visible(tx, me, id)?;
                Some((it.id.to_string(), it.name))
            }
            Err(_) => None,
        };
        let it = OpportunitiesPage {
            all: opportunities::all(tx, me, None)?,
            currency: rates::home(tx)?,
            products: products::all(tx, me)?,
            named: if account.is_none() { asked.account.clone() } else { String::new() },
            account,
            stage: asked.stage.parse().ok(),
            kind: asked.kind.parse().ok().filter(|_| said.problems.is_empty()),
            product: asked.product.clone(),
            said: said.clone(),
            may_edit: me.may(Permission::RenewalsEdit),
        };
        Ok(opportunities_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

pub(crate) async fn add(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.clone());
    let made = app
        .write(move |tx| {
            let home = rates::home(tx)?;
            let amount = home.read(&said.amount);
            let new = NewOpportunity {
                account: named_as(tx, &me, said.account.trim(), "account")?,
                kind: said.kind.parse().unwrap_or(Kind::Upsell),
                product: said.product.parse().ok(),
                name: said.name.clone(),
                amount: amount.ok_or_else(|| {
                    invalid("amount", "Write what it is worth in a year, such as 1,200.")
                })?,
                close_day: match said.close.as_str() {
                    "" => None,
                    it => Some(days::read("close", it)?),
                },
            };
            opportunities::add(tx, &me, &new)
        })
        .await;
    match made {
        Ok(_) => Ok(go(&urls::opportunities())),
        Err(error) => {
            let (status, problems) = problems(error)?;
            let all = [
                ("account", sent.account.as_str()),
                ("name", &sent.name),
                ("kind", &sent.kind),
                ("amount", &sent.amount),
                ("close", &sent.close),
            ];
            let said = Said { problems, ..Said::of("new", &all) };
            page(&who, &app, sent, status, said).await
        }
    }
}

pub(crate) async fn stage(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<OpportunityId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let stage: Stage = sent.stage.parse().map_err(|why: &str| invalid("stage", why))?;
        opportunities::set_stage(tx, &me, id, stage)
    })
    .await?;
    Ok(go(&urls::opportunities()))
}

/// So many accounts are shown.
const MOST: i64 = 200;

/// Which products: `all`, or those that somebody has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Columns {
    products: String,
}

pub(crate) async fn white_space(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(columns): Query<Columns>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let it = opportunities::white_space(tx, &wanted.me, MOST)?;
        let may_edit = wanted.me.may(Permission::RenewalsEdit);
        Ok(white_space_page(&wanted.read(tx)?, &it, columns.products == "all", may_edit))
    });
    Ok(page.await?.into_response())
}

/// So many accounts are written.
const MOST_WRITTEN: i64 = 50_000;

/// The same as a table: a line for each account and product.
pub(crate) async fn white_space_file(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| opportunities::white_space(tx, &me, MOST_WRITTEN)).await?;
    let mut file = Sheet::new([
        "account",
        "name",
        "currency",
        "arr",
        "product",
        "product_name",
        "has_it",
        "opportunity_open",
        "definition",
        "version",
    ]);
    for line in &it.lines {
        let them = it.products.iter().zip(&line.owns).zip(&line.open);
        for ((product, owns), open) in them {
            let cells = [
                line.account.to_string(),
                line.name.clone(),
                it.currency.to_string(),
                it.currency.plain(line.arr),
                product.id.to_string(),
                product.name.clone(),
                owns.to_string(),
                open.to_string(),
            ];
            file.of(cells, &meanings::WHITE_SPACE);
        }
    }
    Ok(file.file("white-space.csv"))
}
