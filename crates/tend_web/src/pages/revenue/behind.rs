//! The accounts behind growth, churn by reason and the cost of customers: as pages and as files.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    error::not_found,
    money::{
        acquisition, days,
        growth::{self, Among, Of},
        meanings, rates, renewals,
    },
};
use tend_store::Tx;
use tend_views::{
    revenue::{BehindLine, BehindPage, Cell, Place, behind_page, day_name, month_name},
    urls,
};

use super::files::Sheet;
use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted},
    who::{May, Who, may::RevenueRead},
};

/// Which accounts; each page uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    owner: String,
    which: String,
    months: String,
    reason: String,
    channel: String,
    month: String,
}

impl Asked {
    fn months(&self) -> i64 {
        self.months.parse().unwrap_or(12)
    }

    /// The same as a file.
    fn file(&self, path: &str) -> String {
        let all = [
            ("owner", self.owner.as_str()),
            ("which", &self.which),
            ("months", &self.months),
            ("reason", &self.reason),
            ("channel", &self.channel),
            ("month", &self.month),
        ];
        let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
        urls::with_query(&format!("{path}.csv"), &some)
    }
}

type Read = fn(&mut Tx, &Me, &Asked) -> Result<BehindPage>;

async fn page(who: &Who, app: &App, asked: Asked, read: Read) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let it = read(tx, &wanted.me, &asked)?;
        Ok(behind_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

async fn table(who: &Who, app: &App, asked: Asked, read: Read, name: &str) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| read(tx, &me, &asked)).await?;
    Ok(file(&it, name))
}

fn file(it: &BehindPage, name: &str) -> Response {
    let head = ["account", "name"].into_iter().chain(it.columns.iter().copied());
    let mut sheet = Sheet::new(head.chain(["definition", "version"]));
    for one in &it.lines {
        let own = [one.account.to_string(), one.name.clone()];
        let cells = one.cells.iter().map(|cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Day(day) => days::text(*day),
            Cell::Money(minor) => it.currency.plain(*minor),
        });
        sheet.of(own.into_iter().chain(cells), it.definition);
    }
    sheet.file(name)
}

fn two(them: impl Iterator<Item = (i64, i64)>) -> Vec<Cell> {
    let (start, end) = them.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    [start, end, end - start].map(Cell::Money).to_vec()
}

fn of_growth(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<BehindPage> {
    let of: Of = asked.owner.parse().map_err(|_| not_found("portfolio"))?;
    let which = asked.which.parse().unwrap_or(Among::End);
    let report = growth::report(tx, me, asked.months())?;
    let lines = growth::lines(tx, me, asked.months(), of, which)?;
    let name = match of {
        Of::All => "All portfolios".to_owned(),
        Of::Nobody => "Nobody’s portfolio".to_owned(),
        Of::Agent(id) => tend_core::agents::find(tx, id)?.name,
    };
    Ok(BehindPage {
        place: Place::Growth,
        title: format!("{name}: {}", which.label()),
        says: format!(
            "From {} to {}, in yearly revenue.",
            day_name(report.from_day),
            day_name(report.to_day)
        ),
        back: urls::growth(),
        file: asked.file(&urls::growth_rows()),
        definition: &meanings::GROWTH,
        currency: report.currency,
        columns: vec!["Start", "Now", "Change"],
        sum: two(lines.iter().map(|it| (it.start, it.end))),
        lines: lines
            .into_iter()
            .map(|it| BehindLine {
                account: it.account,
                name: it.name,
                cells: two(std::iter::once((it.start, it.end))),
            })
            .collect(),
    })
}

pub(crate) async fn growth_rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&who, &app, asked, of_growth).await
}

pub(crate) async fn growth_file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    table(&who, &app, asked, of_growth, "growth-accounts.csv").await
}

fn of_churn(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<BehindPage> {
    let why = match asked.reason.as_str() {
        "" | "some" => None,
        "none" => Some(None),
        id => Some(Some(id.parse().map_err(|_| not_found("reason"))?)),
    };
    let mut lines = renewals::who_left(tx, me, why)?;
    lines.retain(|it| asked.reason != "some" || it.id.is_some());
    Ok(BehindPage {
        place: Place::Churn,
        title: match (asked.reason.as_str(), lines.first()) {
            ("", _) => "Who left".to_owned(),
            ("some", _) => "Who left with a reason".to_owned(),
            ("none", _) => "Who left without a reason".to_owned(),
            (_, it) => {
                let reason = it.and_then(|it| it.reason.clone()).unwrap_or_default();
                format!("Who left: {reason}")
            }
        },
        says: "Accounts of the ledger’s churn of twelve months, with what they paid a year at its start.".to_owned(),
        back: urls::churn(),
        file: asked.file(&urls::churn_rows()),
        definition: &meanings::CHURN_BY_REASON,
        currency: rates::home(tx)?,
        columns: vec!["Reason", "A year"],
        sum: vec![Cell::Text(String::new()), Cell::Money(lines.iter().map(|it| it.arr).sum())],
        lines: lines
            .into_iter()
            .map(|it| BehindLine {
                account: it.account,
                name: it.name,
                cells: vec![Cell::Text(it.reason.unwrap_or_default()), Cell::Money(it.arr)],
            })
            .collect(),
    })
}

pub(crate) async fn churn_rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&who, &app, asked, of_churn).await
}

pub(crate) async fn churn_file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    table(&who, &app, asked, of_churn, "accounts-that-left.csv").await
}

fn of_acquisition(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<BehindPage> {
    let which = acquisition::Which {
        channel: Some(asked.channel.clone()).filter(|it| !it.is_empty()),
        month: days::parse_month(&asked.month),
    };
    let lines = acquisition::lines(tx, me, asked.months(), &which)?;
    let month = which.month.map_or(String::new(), month_name);
    let of = [asked.channel.as_str(), &month];
    let of: Vec<_> = of.into_iter().filter(|it| !it.is_empty()).collect();
    let title = ["Who came"].into_iter().chain(of).collect::<Vec<_>>().join(", ");
    Ok(BehindPage {
        place: Place::Acquisition,
        title,
        says: "Accounts that paid for the first time, with what they paid in their first month."
            .to_owned(),
        back: urls::acquisition(),
        file: asked.file(&urls::acquisition_rows()),
        definition: &meanings::CAC,
        currency: rates::home(tx)?,
        columns: vec!["Since", "Won by", "First month"],
        sum: vec![
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Money(lines.iter().map(|it| it.mrr).sum()),
        ],
        lines: lines
            .into_iter()
            .map(|it| BehindLine {
                account: it.account,
                name: it.name,
                cells: vec![
                    Cell::Day(it.since),
                    Cell::Text(it.channel.unwrap_or_else(|| acquisition::UNKNOWN.to_owned())),
                    Cell::Money(it.mrr),
                ],
            })
            .collect(),
    })
}

pub(crate) async fn acquisition_rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&who, &app, asked, of_acquisition).await
}

pub(crate) async fn acquisition_file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    table(&who, &app, asked, of_acquisition, "customers-won.csv").await
}
