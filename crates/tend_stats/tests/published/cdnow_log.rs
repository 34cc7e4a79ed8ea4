//! CDNOW's log of purchases, the tenth and the whole: success.md 5.2. 39 weeks are learned from,
//! the next 39 held against the forecast.

use tend_stats::{
    Buying, History,
    bg_nbd::{self, BgNbd, Stops},
    cohorts::{Share, by_calendar},
    gamma_gamma::{self, Spend},
    hold_out::{HoldOut, hold_out},
    pareto_nbd::{self, ParetoNbd},
    recalibrate::recalibrate,
    rfm::{Purchase, Summary, Window, transactions_to_rfm},
    tracking::tracking,
};

use crate::data::{close, text};

/// 1 January 1997 is day 0.
const WINDOW: Window = Window { calibration_end: 272, observation_end: Some(545), unit_days: 7.0 };
const HORIZON: f64 = 39.0;

/// The day of a date of 1997 or 1998, as 19970101.
fn day(date: &str) -> i64 {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let number = |part: &str| part.parse::<usize>().expect("a number");
    let before: i64 = lengths[..number(&date[4..6]) - 1].iter().sum();
    365 * (number(&date[..4]) as i64 - 1997) + before + number(&date[6..]) as i64 - 1
}

/// The purchases of a log; customer and date are these of its columns, the value is the last.
fn log(file: &str, customer: usize, date: usize) -> Vec<Purchase<u32>> {
    let purchase = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let customer = fields.get(customer)?.parse().ok()?;
        let value = fields.last()?.parse().expect("a value");
        Some(Purchase { customer, day: day(fields[date]), value: Some(value) })
    };
    text(file).lines().filter_map(purchase).collect()
}

fn tenth() -> Vec<Purchase<u32>> {
    log("CDNOW_sample.txt", 0, 2)
}

fn master() -> Vec<Purchase<u32>> {
    log("CDNOW_master.txt", 0, 1)
}

fn histories(summaries: &[Summary<u32>]) -> Vec<History> {
    summaries.iter().map(|summary| summary.history).collect()
}

/// How a model did in the weeks that it had not seen.
fn judged(summaries: &[Summary<u32>], model: &dyn Buying) -> HoldOut {
    let repeats: Vec<u64> = summaries.iter().map(|s| s.history.repeats).collect();
    let predicted: Vec<f64> =
        summaries.iter().map(|s| model.expected(&s.history, HORIZON)).collect();
    let actual: Vec<f64> =
        summaries.iter().map(|s| s.held_out.expect("held out").purchases as f64).collect();
    hold_out(&repeats, &predicted, &actual).expect("a report")
}

#[test]
fn the_log_gives_the_summary_that_was_published() {
    let summaries = transactions_to_rfm(&tenth(), &WINDOW).expect("a summary");
    assert_eq!(summaries.len(), 2357);
    let repeats: u64 = summaries.iter().map(|s| s.history.repeats).sum();
    let later: u64 = summaries.iter().map(|s| s.held_out.expect("held out").purchases).sum();
    assert_eq!((repeats, later), (2457, 1882));
    let first = summaries[0].history;
    assert_eq!(first.repeats, 2);
    close(first.last, 30.43, 0.005);
    close(first.age, 38.86, 0.005);
    close(summaries[0].mean_value.expect("a value"), 22.345, 1e-9);
}

#[test]
fn the_forecast_for_the_tenth_is_as_good_as_published() {
    let summaries = transactions_to_rfm(&tenth(), &WINDOW).expect("a summary");
    let bg = bg_nbd::fit(&histories(&summaries), Stops::AfterRepeats).expect("a fit").model;
    let report = judged(&summaries, &bg);
    close(report.predicted, 1653.4, 0.05);
    close(report.actual, 1882.0, 0.0);
    close(report.bias.expect("a bias"), -0.1215, 5e-5);
    close(report.mean_absolute_error, 0.7855, 5e-5);
    close(report.root_mean_square_error, 1.6080, 5e-5);
    close(report.correlation.expect("a correlation"), 0.6256, 5e-5);
    let pareto = pareto_nbd::fit(&histories(&summaries)).expect("a fit").model;
    let other = judged(&summaries, &pareto);
    close(other.predicted, 1665.5, 0.05);
    close(other.bias.expect("a bias"), -0.1150, 5e-5);
    close(other.mean_absolute_error, 0.7545, 5e-5);
    close(other.root_mean_square_error, 1.6028, 5e-5);
    close(other.correlation.expect("a correlation"), 0.6302, 5e-5);
    let groups = [1411, 439, 214, 100, 62, 38, 29, 64];
    let actual = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359];
    let by_bg = [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157];
    let by_pareto = [0.138, 0.599, 1.196, 1.714, 2.398, 2.907, 3.819, 6.403];
    for i in 0..8 {
        assert_eq!(report.by_repeats[i].customers, groups[i]);
        close(report.by_repeats[i].actual, actual[i], 0.0006);
        close(report.by_repeats[i].predicted, by_bg[i], 0.0006);
        close(other.by_repeats[i].predicted, by_pareto[i], 0.0006);
    }
}

/// The reference wants a mean absolute error of 0.7545 at most, and a bias within 6 %. No forecast
/// has both: seven in ten customers buy nothing, and the error is least where as little as that is
/// foretold. Pareto/NBD meets the first because it foretells too little; as soon as its bias is
/// within 6 % it misses it, and so does who knows what each class bought in the mean.
#[test]
fn a_small_absolute_error_and_a_small_bias_exclude_each_other() {
    let summaries = transactions_to_rfm(&tenth(), &WINDOW).expect("a summary");
    let pareto = pareto_nbd::fit(&histories(&summaries)).expect("a fit").model;
    let repeats: Vec<u64> = summaries.iter().map(|s| s.history.repeats).collect();
    let came: Vec<f64> =
        summaries.iter().map(|s| s.held_out.expect("held out").purchases as f64).collect();
    let off = |told: &dyn Fn(usize) -> f64| {
        let told: Vec<f64> = (0..came.len()).map(told).collect();
        let it = hold_out(&repeats, &told, &came).expect("a report");
        (it.bias.expect("a bias"), it.mean_absolute_error)
    };
    let own: Vec<f64> = summaries.iter().map(|s| pareto.expected(&s.history, HORIZON)).collect();
    let (bias, error) = off(&|at| own[at]);
    assert!(bias < -0.11 && error < 0.7546);
    let (bias, error) = off(&|at| 1.0622 * own[at]);
    close(bias, -0.06, 1e-3);
    assert!(error > 0.768, "{error}");
    let whole = judged(&summaries, &pareto);
    let class = |at: usize| &whole.by_repeats[repeats[at].min(7) as usize];
    let (bias, error) = off(&|at| own[at] * class(at).actual / class(at).predicted);
    close(bias, 0.0, 1e-9);
    assert!(error > 0.80, "{error}");
}

#[test]
fn all_purchases_are_tracked_as_published() {
    let summaries = transactions_to_rfm(&tenth(), &WINDOW).expect("a summary");
    let bg = bg_nbd::fit(&histories(&summaries), Stops::AfterRepeats).expect("a fit").model;
    let pareto = pareto_nbd::fit(&histories(&summaries)).expect("a fit").model;
    let bg = tracking(&tenth(), &WINDOW, &bg).expect("a tracking");
    let pareto = tracking(&tenth(), &WINDOW, &pareto).expect("a tracking");
    assert_eq!(bg.time.len(), 78);
    close(bg.calibrated, 39.0, 0.0);
    for (week, actual, off, off_pareto) in
        [(39, 2457, 1.5, 2.8), (52, 3183, -1.7, 0.0), (78, 4339, -4.1, -1.6)]
    {
        assert_eq!(bg.actual[week - 1], actual);
        let percent = |predicted: f64| 100.0 * (predicted / actual as f64 - 1.0);
        close(percent(bg.predicted[week - 1]), off, 0.06);
        close(percent(pareto.predicted[week - 1]), off_pareto, 0.06);
    }
    close(bg.predicted[77], 4160.7, 0.15);
    close(pareto.predicted[77], 4270.0, 0.15);
}

#[test]
fn all_customers_are_fitted_without_a_penaliser() {
    let summaries = transactions_to_rfm(&master(), &WINDOW).expect("a summary");
    let all = histories(&summaries);
    assert_eq!(all.len(), 23_570);
    let bg = bg_nbd::fit(&all, Stops::AfterRepeats).expect("a fit");
    close(bg.model.r, 0.25162, 5e-6);
    close(bg.model.alpha, 4.78895, 1e-5);
    close(bg.model.a, 0.72343, 5e-6);
    close(bg.model.b, 2.16109, 5e-6);
    close(bg.log_likelihood, -95_368.444, 5e-4);
    let report = judged(&summaries, &bg.model);
    close(report.bias.expect("a bias"), -0.143, 5e-4);
    close(report.mean_absolute_error, 0.8187, 5e-5);
    close(report.correlation.expect("a correlation"), 0.6688, 5e-5);
    let pareto = pareto_nbd::fit(&all).expect("a fit");
    close(pareto.model.r, 0.59742, 5e-6);
    close(pareto.model.alpha, 11.58561, 1e-4);
    close(pareto.model.s, 0.52215, 1e-4);
    close(pareto.model.beta, 8.82646, 2e-3);
    close(pareto.log_likelihood, -95_415.119, 5e-4);
    let report = judged(&summaries, &pareto.model);
    close(report.bias.expect("a bias"), -0.129, 5e-4);
    close(report.mean_absolute_error, 0.7938, 5e-5);
    close(report.correlation.expect("a correlation"), 0.6708, 5e-5);
}

#[test]
fn the_money_of_all_customers_is_as_published() {
    let summaries = transactions_to_rfm(&master(), &WINDOW).expect("a summary");
    let spend = |s: &Summary<u32>| Spend {
        purchases: s.history.repeats,
        mean: s.mean_value.unwrap_or(0.0),
    };
    let spends: Vec<Spend> = summaries.iter().map(spend).collect();
    let money = gamma_gamma::fit(&spends).expect("a fit");
    assert_eq!(money.customers, 9_450);
    close(money.model.p, 6.27536, 5e-5);
    close(money.model.q, 3.62445, 5e-5);
    close(money.model.v, 14.98369, 5e-4);
    assert!(money.warnings[0].starts_with("Left out: 1 "), "{:?}", money.warnings);
    let bg = bg_nbd::fit(&histories(&summaries), Stops::AfterRepeats).expect("a fit").model;
    let predicted: Vec<f64> = summaries
        .iter()
        .zip(&spends)
        .map(|(s, spend)| {
            bg.expected(&s.history, HORIZON) * money.model.expected(spend).expect("finite")
        })
        .collect();
    let came = |s: &Summary<u32>| s.held_out.and_then(|h| h.value).expect("held out");
    let actual: Vec<f64> = summaries.iter().map(came).collect();
    let repeats: Vec<u64> = summaries.iter().map(|s| s.history.repeats).collect();
    let report = hold_out(&repeats, &predicted, &actual).expect("a report");
    close(report.actual, 776_961.13, 0.005);
    close(report.bias.expect("a bias"), -0.173, 5e-4);
    close(report.correlation.expect("a correlation"), 0.6687, 5e-5);
}

/// Nothing after the calibration is given to it.
fn recalibrated(log: &[Purchase<u32>]) -> (HoldOut, f64) {
    let known: Vec<Purchase<u32>> =
        log.iter().filter(|p| p.day <= WINDOW.calibration_end).cloned().collect();
    let fit = |histories: &[History], near: Option<&ParetoNbd>| {
        Ok(pareto_nbd::fit_near(histories, near)?.model)
    };
    let blind = Window { observation_end: None, ..WINDOW };
    let pareto = recalibrate(&known, &blind, HORIZON, &fit).expect("a factor");
    let fit = |histories: &[History], _: Option<&BgNbd>| {
        Ok(bg_nbd::fit(histories, Stops::AfterRepeats)?.model)
    };
    let bg = recalibrate(&known, &blind, HORIZON, &fit).expect("a factor");
    // What was known then chooses the model that did better after.
    assert!(pareto.mean_absolute_error < bg.mean_absolute_error);
    let summaries = transactions_to_rfm(log, &WINDOW).expect("a summary");
    let model = pareto_nbd::fit(&histories(&summaries)).expect("a fit").model;
    (judged(&summaries, &model), pareto.factor)
}

fn bias_is_small(log: &[Purchase<u32>]) {
    let (before, factor) = recalibrated(log);
    assert!(before.bias.expect("a bias") < -0.11);
    let after = before.predicted * factor / before.actual - 1.0;
    assert!(after.abs() < 0.05, "{after}");
    assert!(before.correlation.expect("a correlation") >= 0.62, "a factor leaves it");
}

#[test]
fn recalibration_takes_off_the_bias_for_the_tenth() {
    bias_is_small(&tenth());
}

#[test]
fn recalibration_takes_off_the_bias_for_all_customers() {
    bias_is_small(&master());
}

/// success.md, 4: cohorts by calendar month; the log ends with June 1998.
#[test]
fn cohorts_of_the_whole_log() {
    let month = |date: &str| {
        let number = |part: &str| part.parse::<i64>().expect("a number");
        12 * (number(&date[..4]) - 1997) + number(&date[4..6])
    };
    let text = text("CDNOW_master.txt");
    let visit = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        Some((fields.first()?.parse::<u32>().ok()?, month(fields.get(1)?)))
    };
    let found = by_calendar(text.lines().filter_map(visit), 18);
    let published = [
        (7846, [1157, 810, 720], [3654, 3140, 2677]),
        (8476, [1312, 783, 626], [3861, 3337, 2812]),
        (7248, [1032, 756, 561], [3300, 2828, 2371]),
    ];
    for (it, (n, on, after)) in found.iter().zip(published) {
        let at = |shares: &[Share]| [1, 3, 6].map(|k| shares[k].k);
        assert_eq!((it.n, at(&it.return_on), at(&it.on_or_after)), (n, on, after));
    }
    assert_eq!(found.len(), 3, "all began in the first quarter");
}
