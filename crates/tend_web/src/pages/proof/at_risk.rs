//! What is expected to be lost, and the accounts behind it.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    customers::sheet,
    health::at_risk::{self, AtRisk, By, Line, NONE},
    money::{Currency, meanings::EXPECTED_LOSS, rates},
};
use tend_views::{
    proof::{AtRiskRows, at_risk_page, at_risk_rows_page},
    urls,
};

use super::scoreboard::number;
use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted, table_file},
    who::{May, may::RevenueRead},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    by: String,
    of: String,
}

impl Asked {
    fn by(&self) -> By {
        self.by.parse().unwrap_or_default()
    }

    /// The group's id; nothing for all.
    fn of(&self) -> Option<&str> {
        Some(self.of.as_str()).filter(|it| !it.is_empty())
    }
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::scoreboard());
    let page = app.read(move |tx| {
        let it = at_risk::report(tx, &wanted.me, asked.by())?;
        Ok(at_risk_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// The groups as a table.
pub(crate) async fn file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app.read(move |tx| Ok(groups(&at_risk::report(tx, &me, asked.by())?)));
    Ok(table_file("money-at-risk.csv", text.await?))
}

/// The accounts of a group as a table.
pub(crate) async fn rows_file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app.read(move |tx| {
        let all = at_risk::lines(tx, &me, asked.by(), asked.of())?;
        Ok(accounts(&all, rates::home(tx)?))
    });
    Ok(table_file("accounts-at-risk.csv", text.await?))
}

fn groups(it: &AtRisk) -> String {
    let head = [
        it.by.word(),
        "name",
        "accounts",
        "currency",
        "arr",
        "expected_to_be_lost",
        "low",
        "high",
        "accounts_not_known",
        "arr_not_known",
        "accounts_entered",
        "arr_entered",
        "definition",
        "version",
    ];
    let mut text = sheet::BOM.to_owned() + &sheet::line(head);
    for one in &it.groups {
        let (low, high) = one.range();
        let known = |money: i64| match one.accounts {
            0 => String::new(),
            _ => it.currency.plain(money),
        };
        let cells = [
            one.id.clone().unwrap_or_default(),
            one.name.clone(),
            one.accounts.to_string(),
            it.currency.to_string(),
            it.currency.plain(one.arr),
            known(one.expected),
            known(low),
            known(high),
            one.unknown.to_string(),
            it.currency.plain(one.unknown_arr),
            one.entered.to_string(),
            it.currency.plain(one.entered_arr),
            EXPECTED_LOSS.id.to_owned(),
            EXPECTED_LOSS.version.to_string(),
        ];
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }
    text
}

fn accounts(all: &[Line], currency: Currency) -> String {
    let head = [
        "account",
        "name",
        "owner",
        "leaves",
        "override",
        "counts",
        "currency",
        "arr",
        "expected_to_be_lost",
        "definition",
        "version",
    ];
    let mut text = sheet::BOM.to_owned() + &sheet::line(head);
    for it in all {
        let cells = [
            it.account.to_string(),
            it.name.clone(),
            it.owner.clone().unwrap_or_default(),
            number(it.chance.foretold),
            number(it.chance.judged),
            number(it.chance.counts()),
            currency.to_string(),
            currency.plain(it.arr),
            it.expected.map_or(String::new(), |it| currency.plain(it)),
            EXPECTED_LOSS.id.to_owned(),
            EXPECTED_LOSS.version.to_string(),
        ];
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }
    text
}

pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::scoreboard());
    let page = app.read(move |tx| {
        let (by, of) = (asked.by(), asked.of());
        let all = at_risk::report(tx, &wanted.me, by)?.groups;
        let id = of.map(|it| (it != NONE).then(|| it.to_owned()));
        let group = id.and_then(|id| all.into_iter().find(|it| it.id == id));
        let it = AtRiskRows {
            by,
            of: asked.of.clone(),
            name: group.map(|it| it.name).unwrap_or_default(),
            currency: rates::home(tx)?,
            lines: at_risk::lines(tx, &wanted.me, by, of)?,
        };
        Ok(at_risk_rows_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}
