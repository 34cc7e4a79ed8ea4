//! The pages with a made-up market whose truth is known.

use tend_core::{
    accounts::AccountId,
    agents::AgentId,
    book::Whose,
    health::{
        Alert, AlertId, AlertState, Chance, Learnt, Model, ModelId, Options,
        alerts::{AlertLine, Shown},
        at_risk::{AtRisk, By, Group},
        scoreboard::{
            Foretold, InQuarter, Interval, Known, Line, Loss, Precision, Quarter, Rung, Score,
            Scoreboard, Standing, Step, Which, score,
        },
    },
    money::Currency,
    seed::market::{Market, STEP, Wish},
    tasks::TaskId,
};

use super::{
    AlertsPage, AtRiskRows, ScoreRows, alerts_page, at_risk_page, at_risk_rows_page,
    score_rows_page, scoreboard_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
};

/// 20 November 2026.
const TODAY: i64 = 20_777;
const NAMES: [&str; 4] = ["Okada Pharma", "Muzeum Śląskie", "Cantina Ferri", "Al Noor Cold Chain"];

/// The pages.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let rows = told();
    let named = |it: &Foretold| Line { name: NAMES[it.day as usize % 4].to_owned(), it: *it };
    let lines = rows.iter().filter(|it| it.left_on.is_some()).map(named).take(12).collect();
    let rows_page = ScoreRows {
        which: Which::Left,
        quarter: None,
        months: 12,
        lines,
        currency: euro(),
        sees_money: true,
    };
    let none = ScoreRows { lines: Vec::new(), ..rows_page.clone() };
    let risk = at_risk();
    let risk_rows = AtRiskRows {
        of: String::new(),
        by: By::Owner,
        name: "Maren Solberg".into(),
        currency: risk.currency,
        lines: Vec::new(),
    };
    let empty_risk = AtRisk {
        total: Group::default(),
        groups: Vec::new(),
        words: String::new(),
        ..risk.clone()
    };
    vec![
        sample("scoreboard", scoreboard_page(&frame, &board(score(&rows), known()))),
        sample("scoreboard-unsure", scoreboard_page(&frame, &unsure(&rows))),
        sample("scoreboard-empty", scoreboard_page(&frame, &empty())),
        sample("scoreboard-rows", score_rows_page(&frame, &rows_page)),
        sample("scoreboard-rows-none", score_rows_page(&frame, &none)),
        sample("alerts", alerts_page(&frame, &alerts(called()))),
        sample("alerts-none", alerts_page(&frame, &alerts(Vec::new()))),
        sample("at-risk", at_risk_page(&frame, &risk)),
        sample("at-risk-empty", at_risk_page(&frame, &empty_risk)),
        sample("at-risk-accounts", at_risk_rows_page(&frame, &risk_rows)),
    ]
}

/// What who knows the truth would have said.
fn told() -> Vec<Foretold> {
    let market = Market::of(Wish { customers: 160, steps: 24, signal: 1.0, seed: 4 });
    let first = TODAY - 24 * STEP;
    let of = |it: tend_core::seed::market::Look| {
        let day = first + it.step as i64 * STEP;
        Foretold {
            account: AccountId::from_raw(it.customer as i64 + 1),
            day,
            p: Some(it.chance),
            rule: Some(100.0 * it.measures[0]),
            judged: it.customer.is_multiple_of(5).then_some(0.4 * it.chance + 0.05),
            arr: it.arr,
            left_on: it.left.then_some(day + 90),
            lost: if it.left { it.arr } else { 0 },
        }
    };
    market.looks(6..24, 6).into_iter().map(of).collect()
}

fn standing(step: Step, known: Known, rungs: Vec<Rung>) -> Standing {
    Standing {
        step,
        known,
        health: None,
        rungs,
        calibration: None,
        could_be_off: 0.083,
        leaks: Vec::new(),
    }
}

fn model(words: &str, of: Standing) -> (Model, Learnt) {
    let model = Model {
        id: ModelId::from_raw(1),
        day: TODAY - 12,
        made_at: sample_ago(17_000),
        horizon_days: 180,
        row_count: 1_912,
        outcome_count: 187,
        account_count: 171,
        left_account_count: match &of.known {
            Known::TooFew { left, .. } => i64::try_from(*left).ok(),
            _ => Some(41),
        },
        step: of.step.word().to_owned(),
        known: words.is_empty(),
        words: words.to_owned(),
        current: true,
    };
    (model, Learnt { columns: Vec::new(), standing: of })
}

fn known() -> Option<(Model, Learnt)> {
    let auc = Interval { value: 0.79, lower: 0.74, upper: 0.84 };
    let rung = |step, auc, skill| Rung { step, log_loss: 0.3, auc, skill };
    let rungs = vec![
        rung(Step::Curve, 0.741, 0.081),
        rung(Step::Line, 0.792, 0.134),
        rung(Step::Trees, 0.781, 0.117),
    ];
    Some(model("", standing(Step::Line, Known::Yes { auc }, rungs)))
}

fn board(score: Score, model: Option<(Model, Learnt)>) -> Scoreboard {
    let precision = |right, alerts| {
        let value = right as f64 / alerts as f64;
        let share = Interval { value, lower: value * 0.7, upper: value * 1.3 };
        Precision { alerts, right, share: Some(share) }
    };
    let quarters = (0..4).map(|n| {
        let quarter = Quarter { month: 2025 * 12 + 9 + n * 3 };
        let day = quarter.first();
        let loss = Loss {
            day,
            accounts: 120,
            expected: 9_410_000.0,
            spread: 2_120_000.0,
            lost: 8_120_000,
        };
        let alerts = precision(9 + n as u64, 31 + n as u64);
        InQuarter { quarter, score: score.clone(), loss: Some(loss), alerts }
    });
    Scoreboard {
        horizon: 180,
        months: 12,
        days: Some((TODAY - 520, TODAY - 181)),
        today: TODAY,
        currency: euro(),
        quarters: quarters.collect(),
        score,
        alerts: precision(42, 130),
        alerts_open: 17,
        alerts_a_week: 5,
        waiting: 812,
        model,
        one_in: 1,
        sees_money: true,
    }
}

fn unsure(rows: &[Foretold]) -> Scoreboard {
    let words = "Not enough outcomes to know: 6 accounts left, and it takes 10. Until then there is the rule score, which is not a probability.";
    let known = Known::TooFew { left: 6, needed: 10, sentence: words.to_owned() };
    let rows: Vec<Foretold> = rows.iter().map(|it| Foretold { p: None, ..*it }).collect();
    let model = model(words, standing(Step::Rule, known, Vec::new()));
    Scoreboard { quarters: Vec::new(), waiting: 0, ..board(score(&rows), Some(model)) }
}

fn empty() -> Scoreboard {
    Scoreboard { days: None, quarters: Vec::new(), waiting: 0, ..board(Score::default(), None) }
}

fn alerts(lines: Vec<AlertLine>) -> AlertsPage {
    AlertsPage {
        whose: Whose::Mine,
        shown: Shown::Open,
        lines,
        next: None,
        options: Options::default(),
        makes_tasks: false,
        of_week: 2,
        currency: "EUR".into(),
        today: TODAY,
        may_task: true,
        may_set: true,
        sees_money: true,
        problems: Problems::default(),
    }
}

fn called() -> Vec<AlertLine> {
    let line = |n: i64, state, outcome: Option<&str>| AlertLine {
        alert: Alert {
            id: AlertId::from_raw(n),
            account_id: AccountId::from_raw(n),
            owner_id: Some(AgentId::from_raw(1)),
            day: TODAY - n * 9,
            p: Some(0.41),
            rule_score: Some(38.0),
            why: "The chance that it leaves within 180 days is 41%; its rule score is 38.".into(),
            state,
            task_id: (n == 2).then(|| TaskId::from_raw(7)),
            outcome: outcome.map(str::to_owned),
            outcome_on: outcome.map(|_| TODAY - 3),
            made_at: sample_ago(n * 900),
            cleared_at: None,
        },
        account: NAMES[n as usize % 4].to_owned(),
        owner: Some((AgentId::from_raw(1), "Maren Solberg".into())),
        arr: Some(6_260_000),
        now: Chance { foretold: Some(0.41 - 0.05 * n as f64), judged: (n == 1).then_some(0.2) },
        is_gone: outcome == Some("left"),
        task_open: n == 2,
    };
    vec![
        line(1, AlertState::Open, None),
        line(2, AlertState::Seen, None),
        line(3, AlertState::Seen, Some("left")),
        line(4, AlertState::Open, Some("stayed")),
    ]
}

fn at_risk() -> AtRisk {
    let group = |id: &str, name: &str, expected: i64| Group {
        id: Some(id.to_owned()),
        name: name.to_owned(),
        accounts: 38,
        arr: expected * 9,
        expected,
        spread: expected / 4,
        entered: 3,
        entered_arr: 240_000,
        unknown: 2,
        unknown_arr: 310_000,
    };
    AtRisk {
        by: By::Owner,
        currency: euro(),
        horizon: 180,
        words: String::new(),
        total: group("", "All accounts", 31_240_000),
        groups: vec![
            group("agt_1", "Maren Solberg", 14_120_000),
            group("agt_2", "Jonas Weidner", 10_900_000),
            Group { id: None, name: "Nobody".into(), ..group("", "", 6_220_000) },
        ],
    }
}

fn euro() -> Currency {
    "EUR".parse().expect("a currency")
}
