//! Figures as files: each row names what its figure means, of how many it is, and how sure.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    customers::sheet,
    money::{
        Currency,
        acquisition::{self, Won},
        days,
        figures::Definition,
        growth, lifetime, meanings, opportunities, rates,
        renewals::{self, Line, Lost},
        retention::{self, Share},
    },
};
use tend_store::Tx;

use crate::{
    App,
    asked::Query,
    pages::{Answer, table_file},
    who::{May, may::RevenueRead},
};

/// A file while it is written.
pub(crate) struct Sheet(String);

impl Sheet {
    pub(crate) fn new<'a>(head: impl IntoIterator<Item = &'a str>) -> Self {
        Self(sheet::BOM.to_owned() + &sheet::line(head))
    }

    pub(crate) fn row(&mut self, cells: &[String]) {
        self.0.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }

    /// A row that ends with what its figure means and in which version.
    pub(crate) fn of(&mut self, cells: impl IntoIterator<Item = String>, means: &Definition) {
        let mut all: Vec<String> = cells.into_iter().collect();
        all.extend([means.id.to_owned(), means.version.to_string()]);
        self.row(&all);
    }

    pub(crate) fn file(self, name: &str) -> Response {
        table_file(name, self.0)
    }
}

/// What a file is asked for; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    months: String,
    basis: String,
    segment: String,
}

fn number(it: Option<f64>) -> String {
    it.map_or(String::new(), |it| format!("{it:.6}"))
}

fn both(it: Option<(f64, f64)>) -> [String; 2] {
    [number(it.map(|it| it.0)), number(it.map(|it| it.1))]
}

pub(crate) async fn growth_table(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (me, months) = (who.me.clone(), asked.months.parse().unwrap_or(12));
    let it = app.read(move |tx| growth::report(tx, &me, months)).await?;
    let mut file = Sheet::new([
        "owner",
        "name",
        "from",
        "to",
        "currency",
        "accounts",
        "start",
        "growth",
        "rate",
        "low",
        "high",
        "n",
        "won",
        "received",
        "handed_over",
        "end",
        "definition",
        "version",
    ]);
    let money = |minor: i64| it.currency.plain(minor);
    for one in it.portfolios.iter().chain([&it.together]) {
        let [low, high] = both(one.sure);
        let cells = [
            one.owner.map(|it| it.to_string()).unwrap_or_default(),
            one.name.clone(),
            days::text(it.from_day),
            days::text(it.to_day),
            it.currency.to_string(),
            one.accounts.to_string(),
            money(one.start),
            money(one.growth()),
            number(one.rate()),
            low,
            high,
            one.stayed.to_string(),
            money(one.won),
            money(one.received),
            money(-one.handed),
            money(one.end),
        ];
        file.of(cells, &meanings::GROWTH);
    }
    Ok(file.file("growth.csv"))
}

pub(crate) async fn churn_table(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| renewals::reasons(tx, &me)).await?;
    let mut file = Sheet::new([
        "row",
        "reason",
        "from",
        "to",
        "accounts",
        "share",
        "low",
        "high",
        "n",
        "currency",
        "arr",
        "definition",
        "version",
    ]);
    let mut line = |row: &str, reason: &str, lost: Lost, share: [String; 3]| {
        let [share, low, high] = share;
        let cells = [
            row.to_owned(),
            reason.to_owned(),
            days::text(it.from_day),
            days::text(it.to_day),
            lost.accounts.to_string(),
            share,
            low,
            high,
            it.total.accounts.to_string(),
            it.currency.to_string(),
            it.currency.plain(lost.arr),
        ];
        file.of(cells, &meanings::CHURN_BY_REASON);
    };
    for one in &it.rows {
        let [low, high] = both(one.share.map(|it| (it.lower, it.upper)));
        let share = [number(one.share.map(|it| it.value)), low, high];
        line("reason", one.reason.as_deref().unwrap_or_default(), one.lost, share);
    }
    for (row, lost) in
        [("with_reason", it.said), ("without_reason", it.unsaid), ("total", it.total)]
    {
        line(row, "", lost, <[String; 3]>::default());
    }
    Ok(file.file("churn-reasons.csv"))
}

pub(crate) async fn acquisition_table(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (me, months) = (who.me.clone(), asked.months.parse().unwrap_or(12));
    let it = app.read(move |tx| acquisition::report(tx, &me, months)).await?;
    let mut file = Sheet::new([
        "of",
        "name",
        "currency",
        "spend",
        "customers",
        "first_month",
        "cost",
        "cost_low",
        "cost_high",
        "payback_months",
        "payback_low",
        "payback_high",
        "margin",
        "definition",
        "version",
    ]);
    let mut line = |of: &str, one: &Won| {
        let money = |minor: f64| it.currency.plain(minor.round() as i64);
        let [low, high] = match one.cost_between {
            Some((low, high)) => [money(low), money(high)],
            None => <[String; 2]>::default(),
        };
        let [back_low, back_high] = both(one.payback_between);
        let cells = [
            of.to_owned(),
            one.name.clone(),
            it.currency.to_string(),
            it.currency.plain(one.spend),
            one.customers.to_string(),
            it.currency.plain(one.mrr),
            one.cost.map(money).unwrap_or_default(),
            low,
            high,
            number(one.payback),
            back_low,
            back_high,
            it.margin.to_string(),
        ];
        file.of(cells, &meanings::CAC);
    };
    it.channels.iter().for_each(|one| line("channel", one));
    it.months.iter().for_each(|one| line("month", one));
    line("together", &it.together);
    Ok(file.file("acquisition.csv"))
}

pub(crate) async fn retention_table(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let wants = retention::Asked {
        basis: asked.basis.parse().unwrap_or_default(),
        segment: asked.segment.parse().ok(),
    };
    let it = app.read(move |tx| retention::report(tx, &me, wants, retention::MOST_MONTHS)).await?;
    let mut file = Sheet::new([
        "basis",
        "cohort",
        "months_after",
        "until",
        "k",
        "n",
        "share",
        "low",
        "high",
        "definition",
        "version",
    ]);
    let mut line = |cohort: &str, (from, to): (i64, String), share: &Share, means: &Definition| {
        let sure = retention::sure(share);
        let [low, high] = both(sure.map(|it| (it.lower, it.upper)));
        let cells = [
            it.asked.basis.word().to_owned(),
            cohort.to_owned(),
            from.to_string(),
            to,
            share.k.to_string(),
            share.n.to_string(),
            number(sure.map(|it| it.value)),
            low,
            high,
        ];
        file.of(cells, means);
    };
    for cohort in &it.cohorts {
        let month = days::month_text(cohort.period);
        for (shares, means) in [
            (&cohort.return_on, &meanings::RETENTION_ON),
            (&cohort.on_or_after, &meanings::RETENTION_LATER),
        ] {
            for (k, share) in (0..).zip(shares) {
                line(&month, (k, String::new()), share, means);
            }
        }
    }
    for ((from, to), share) in &it.brackets {
        line("", (*from, to.to_string()), share, &meanings::RETENTION_BRACKET);
    }
    Ok(file.file("retention.csv"))
}

pub(crate) async fn lifetime_table(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (me, segment) = (who.me.clone(), asked.segment.parse().ok());
    let it = app.read(move |tx| lifetime::report(tx, &me, segment)).await?;
    let mut file = Sheet::new([
        "way",
        "chosen",
        "currency",
        "value",
        "low",
        "high",
        "horizon",
        "holds",
        "n",
        "margin",
        "says",
        "definition",
        "version",
    ]);
    let money = |minor: i64| it.currency.plain(minor);
    for one in &it.all {
        let cells = [
            one.way.word().to_owned(),
            (one.way == it.chosen).to_string(),
            it.currency.to_string(),
            one.value.map(money).unwrap_or_default(),
            one.interval.map(|it| money(it.0)).unwrap_or_default(),
            one.interval.map(|it| money(it.1)).unwrap_or_default(),
            one.way.horizon().to_owned(),
            one.holds.to_string(),
            one.n.to_string(),
            it.margin.to_string(),
            one.says.join(" "),
        ];
        file.of(cells, one.way.means());
    }
    Ok(file.file("lifetime-value.csv"))
}

/// So many renewals are written, and no more.
const MOST: usize = 50_000;

fn all_renewals(tx: &mut Tx, me: &Me) -> Result<(Currency, Vec<Line>)> {
    let asked = renewals::Asked { months: 12, ..renewals::Asked::default() };
    let mut all = renewals::to_come(tx, me, asked, None, MOST)?.items;
    all.extend(renewals::settled(tx, me, None, MOST)?.items);
    Ok((rates::home(tx)?, all))
}

pub(crate) async fn renewals_table(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let (currency, all) = app.read(move |tx| all_renewals(tx, &me)).await?;
    let mut file = Sheet::new([
        "subscription",
        "account",
        "name",
        "owner",
        "product",
        "plan",
        "due",
        "forecast",
        "auto_renew",
        "currency",
        "arr",
        "outcome",
        "renewed",
        "reason",
        "note",
        "definition",
        "version",
    ]);
    for it in all {
        let means = match it.outcome {
            Some(_) => &meanings::RENEWAL_MONEY,
            None => &meanings::RENEWAL_FORECAST,
        };
        let cells = [
            it.subscription_id.to_string(),
            it.account_id.to_string(),
            it.account,
            it.owner.unwrap_or_default(),
            it.product.unwrap_or_default(),
            it.plan,
            days::text(it.due_day),
            it.category.word().to_owned(),
            it.auto_renew.to_string(),
            currency.to_string(),
            currency.plain(it.amount),
            it.outcome.map(|it| it.word().to_owned()).unwrap_or_default(),
            it.renewed.map(|it| currency.plain(it)).unwrap_or_default(),
            it.reason.unwrap_or_default(),
            it.note,
        ];
        file.of(cells, means);
    }
    Ok(file.file("renewals.csv"))
}

pub(crate) async fn opportunities_table(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let (currency, all) =
        app.read(move |tx| Ok((rates::home(tx)?, opportunities::all(tx, &me, None)?))).await?;
    let mut file = Sheet::new([
        "opportunity",
        "name",
        "kind",
        "account",
        "account_name",
        "product",
        "stage",
        "closes",
        "currency",
        "arr",
        "definition",
        "version",
    ]);
    for it in all {
        let cells = [
            it.id.to_string(),
            it.name,
            it.kind.word().to_owned(),
            it.account_id.to_string(),
            it.account,
            it.product.unwrap_or_default(),
            it.stage.word().to_owned(),
            it.close_day.map(days::text).unwrap_or_default(),
            currency.to_string(),
            currency.plain(it.amount),
        ];
        file.of(cells, &meanings::OPPORTUNITIES);
    }
    Ok(file.file("opportunities.csv"))
}
