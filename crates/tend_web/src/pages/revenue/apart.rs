//! The accounts that stand between the ledger and the portfolio.

use axum::{extract::State, response::IntoResponse};
use tend_core::{
    customers::sheet,
    money::{
        Currency, days,
        income::{self, Apart, Line},
        rates,
    },
};
use tend_views::{
    revenue::{ApartPage, apart_page},
    urls,
};

use super::Asked;
use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted, table_file},
    who::{May, may::RevenueRead},
};

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let part = asked.part.parse().unwrap_or(Apart::Entered);
        let it = ApartPage {
            part,
            lines: income::lines(tx, &wanted.me, &asked.asked(1), part)?,
            currency: rates::home(tx)?,
            owner: asked.owner.clone(),
            segment: asked.segment.clone(),
        };
        Ok(apart_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app.read(move |tx| {
        let part = asked.part.parse().unwrap_or(Apart::Entered);
        let all = income::lines(tx, &me, &asked.asked(1), part)?;
        Ok(table(&all, part, rates::home(tx)?))
    });
    Ok(table_file("accounts-apart.csv", text.await?))
}

fn table(all: &[Line], part: Apart, currency: Currency) -> String {
    let head = ["account", "name", "owner", "part", "currency", "arr", "renewal"];
    let mut text = sheet::BOM.to_owned() + &sheet::line(head);
    for it in all {
        let cells = [
            it.account.to_string(),
            it.name.clone(),
            it.owner.clone().unwrap_or_default(),
            part.word().to_owned(),
            currency.to_string(),
            currency.plain(it.arr),
            it.renews_on.map(days::text).unwrap_or_default(),
        ];
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }
    text
}
