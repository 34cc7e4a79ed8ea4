//! The scoreboard, its rows, and both as files.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    agents::Permission,
    customers::sheet,
    error::not_found,
    health::scoreboard::{self, Interval, Line, OVER, Quarter, Score, Scoreboard, Which},
    money::{Currency, days, rates},
};
use tend_views::{
    proof::{ScoreRows, score_rows_page, scoreboard_page},
    urls,
};

use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted, table_file},
    who::{May, may::CustomersRead},
};

/// What it is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    over: String,
    which: String,
    quarter: String,
}

impl Asked {
    fn months(&self) -> i64 {
        self.over.parse().ok().filter(|it| OVER.contains(it)).unwrap_or(OVER[0])
    }

    fn which(&self) -> tend_core::Result<Which> {
        match self.which.as_str() {
            "" => Ok(Which::Said),
            text => text.parse().map_err(|_| not_found("page")),
        }
    }

    fn quarter(&self) -> Option<Quarter> {
        self.quarter.parse().ok()
    }
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::scoreboard());
    let page = app.read(move |tx| {
        let it = scoreboard::report(tx, &wanted.me, asked.months())?;
        Ok(scoreboard_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn rows(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::scoreboard());
    let page = app.read(move |tx| {
        let (which, quarter) = (asked.which()?, asked.quarter());
        let it = ScoreRows {
            which,
            quarter,
            months: asked.months(),
            lines: scoreboard::lines(tx, &wanted.me, asked.months(), quarter, which)?,
            currency: rates::home(tx)?,
            sees_money: wanted.me.may(Permission::RevenueRead),
        };
        Ok(score_rows_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// The figures by quarter and together, as a table.
pub(crate) async fn file(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| scoreboard::report(tx, &me, asked.months())).await?;
    Ok(table_file("scoreboard.csv", figures(&it)))
}

/// The rows behind a figure, as a table.
pub(crate) async fn rows_file(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app.read(move |tx| {
        let (which, quarter) = (asked.which()?, asked.quarter());
        let all = scoreboard::lines(tx, &me, asked.months(), quarter, which)?;
        Ok(lines(&all, rates::home(tx)?, me.may(Permission::RevenueRead)))
    });
    Ok(table_file("foretellings.csv", text.await?))
}

pub(super) fn number(it: Option<f64>) -> String {
    it.map_or(String::new(), |it| format!("{it:.6}"))
}

fn count(it: Option<usize>) -> String {
    it.map_or(String::new(), |it| it.to_string())
}

/// Value, low and high.
fn interval(it: Option<Interval>) -> [String; 3] {
    [number(it.map(|it| it.value)), number(it.map(|it| it.lower)), number(it.map(|it| it.upper))]
}

const HEAD: [&str; 36] = [
    "quarter",
    "foretellings",
    "accounts",
    "left",
    "accounts_left",
    "base_rate",
    "auc",
    "auc_low",
    "auc_high",
    "hand_auc",
    "hand_auc_low",
    "hand_auc_high",
    "hand_n",
    "better_than_hand",
    "better_than_hand_low",
    "better_than_hand_high",
    "judged_auc",
    "judged_auc_low",
    "judged_auc_high",
    "judged_n",
    "better_than_judged",
    "better_than_judged_low",
    "better_than_judged_high",
    "brier_skill",
    "brier_skill_low",
    "brier_skill_high",
    "lift_of_riskiest_tenth",
    "lift_low",
    "lift_high",
    "calibration_slope",
    "alerts",
    "alerts_right",
    "expected_to_be_lost",
    "lost",
    "definition",
    "version",
];

/// How the file calls what its columns mean, and in which version: what the page says under “What
/// these figures mean”.
const DEFINITION: (&str, i64) = ("scoreboard", 2);

fn figures(it: &Scoreboard) -> String {
    let mut text = sheet::BOM.to_owned() + &sheet::line(HEAD);
    let mut add = |name: String, score: &Score, alerts: (u64, u64), money: [String; 2]| {
        let mut cells = vec![
            name,
            score.n.to_string(),
            score.accounts.to_string(),
            score.left.to_string(),
            score.gone.to_string(),
            number((score.n > 0).then_some(score.base_rate)),
        ];
        cells.extend(interval(score.auc));
        cells.extend(interval(score.hand.map(|it| it.auc).or(score.hand_alone)));
        let alone = score.hand_alone.map(|_| score.scored);
        cells.push(count(score.hand.map(|it| it.n).or(alone)));
        cells.extend(interval(score.hand.and_then(|it| it.better)));
        cells.extend(interval(score.judged.map(|it| it.auc)));
        cells.push(count(score.judged.map(|it| it.n)));
        cells.extend(interval(score.judged.and_then(|it| it.better)));
        cells.extend(interval(score.skill));
        cells.extend(interval(score.lift));
        cells.push(number(score.calibration.map(|it| it.slope.value)));
        cells.extend([alerts.0.to_string(), alerts.1.to_string()]);
        cells.extend(money);
        cells.extend([DEFINITION.0.to_owned(), DEFINITION.1.to_string()]);
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    };
    for one in &it.quarters {
        let money = one.loss.map(|it_is| {
            [it.currency.plain(it_is.expected.round() as i64), it.currency.plain(it_is.lost)]
        });
        let alerts = (one.alerts.alerts, one.alerts.right);
        add(one.quarter.to_string(), &one.score, alerts, money.unwrap_or_default());
    }
    let alerts = (it.alerts.alerts, it.alerts.right);
    add("all".to_owned(), &it.score, alerts, Default::default());
    text
}

fn lines(all: &[Line], currency: Currency, sees_money: bool) -> String {
    let mut head = vec![
        "account",
        "name",
        "said_on",
        "probability",
        "hand_score",
        "judged",
        "left",
        "left_on",
    ];
    if sees_money {
        head.extend(["currency", "arr", "lost"]);
    }
    let mut text = sheet::BOM.to_owned() + &sheet::line(head);
    for line in all {
        let it = &line.it;
        let mut cells = vec![
            it.account.to_string(),
            line.name.clone(),
            days::text(it.day),
            number(it.p),
            number(it.rule),
            number(it.judged),
            it.left_on.is_some().to_string(),
            it.left_on.map_or(String::new(), days::text),
        ];
        if sees_money {
            cells.extend([currency.to_string(), currency.plain(it.arr), currency.plain(it.lost)]);
        }
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }
    text
}
