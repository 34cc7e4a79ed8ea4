//! What remedies cost, as a page and as a file.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    customers::sheet,
    money::days,
    remedies::report::{self, By, Group, Report, Share},
};
use tend_store::Tx;
use tend_views::{
    remedies::{PERIODS, ReportPage, report_page},
    urls,
};

use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted, table_file},
    who::{May, may::OrdersRead},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    by: String,
    days: String,
}

impl Asked {
    fn period(&self) -> i64 {
        self.days.parse().ok().filter(|it| PERIODS.contains(it)).unwrap_or(365)
    }

    fn read(&self, tx: &mut Tx, me: &Me) -> Result<ReportPage> {
        let (by, period) = (self.by.parse().unwrap_or(By::Reason), self.period());
        let next = days::today(tx)? + 1;
        Ok(ReportPage { report: report::report(tx, me, by, (next - period, next))?, period })
    }
}

pub(crate) async fn show(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::remedies());
    let page = app.read(move |tx| {
        let it = asked.read(tx, &wanted.me)?;
        Ok(report_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn file(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app.read(move |tx| Ok(table(&asked.read(tx, &me)?.report)));
    Ok(table_file("remedies.csv", text.await?))
}

fn table(it: &Report) -> String {
    let head = [
        it.by.word(),
        "name",
        "remedies",
        "currency",
        "given",
        "older_than_90_days",
        "ordered_again",
        "low",
        "high",
        "had_subscription",
        "pays_no_more",
    ];
    let mut text = sheet::BOM.to_owned() + &sheet::line(head);
    for group in it.groups.iter().chain([&it.all]) {
        let cells = cells(it, group);
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }
    text
}

fn cells(it: &Report, group: &Group) -> [String; 11] {
    let end = |share: &Share, of: fn(&Share) -> Option<f64>| {
        of(share).map_or(String::new(), |it| format!("{it:.4}"))
    };
    [
        group.key.clone(),
        group.name.clone(),
        group.count.to_string(),
        it.home.to_string(),
        it.home.plain(group.given),
        group.again.n.to_string(),
        group.again.of.to_string(),
        end(&group.again, |it| it.interval.map(|it| it.lower)),
        end(&group.again, |it| it.interval.map(|it| it.upper)),
        group.churned.n.to_string(),
        group.churned.of.to_string(),
    ]
}
