//! Two cohorts of subscribers over twelve years: success.md 5.3; Fader and Hardie (2007).

use tend_stats::{Cohort, ConstantChurn, Staying, bdw, sbg};

use crate::data::close;

/// The share that is left after each year, in percent: table 1 of the paper.
const REGULAR: [f64; 13] =
    [100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3];
const HIGH_END: [f64; 13] =
    [100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4];

/// The first years of a cohort of 1,000.
fn first(years: usize, of: &[f64]) -> Cohort {
    let thousand: Vec<f64> = of[..=years].iter().map(|share| (10.0 * share).round()).collect();
    Cohort::new(&thousand).expect("a cohort")
}

fn all_close(got: &[f64], want: &[f64], within: f64) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        close(*got, *want, within);
    }
}

fn percent(of: &impl Staying, years: std::ops::RangeInclusive<u32>) -> Vec<f64> {
    years.map(|t| 100.0 * of.survival(t)).collect()
}

/// The mean absolute percentage error from year `from` to year 12.
fn error(of: &impl Staying, from: u32, actual: &[f64]) -> f64 {
    let years = percent(of, from..=12);
    let off = years.iter().zip(&actual[from as usize..]).map(|(p, a)| 100.0 * (p / a - 1.0).abs());
    off.sum::<f64>() / years.len() as f64
}

#[test]
fn sbg_is_the_papers() {
    let regular = sbg::fit(&first(7, &REGULAR)).expect("a fit");
    close(regular.model.alpha, 0.7041, 5e-5);
    close(regular.model.beta, 1.1820, 5e-5);
    close(regular.log_likelihood, -1680.265, 5e-4);
    close(regular.model.mean_churn(), 0.3733, 5e-5);
    all_close(&percent(&regular.model, 8..=12), &[22.01, 20.44, 19.12, 17.99, 17.00], 0.005);
    close(error(&regular.model, 8, &REGULAR), 1.49, 0.005);
    let high_end = sbg::fit(&first(7, &HIGH_END)).expect("a fit");
    close(high_end.model.alpha, 0.6681, 5e-5);
    close(high_end.model.beta, 3.8061, 5e-5);
    close(high_end.log_likelihood, -1611.158, 5e-4);
    close(high_end.model.mean_churn(), 0.1493, 5e-5);
    all_close(&percent(&high_end.model, 8..=12), &[46.04, 43.58, 41.42, 39.51, 37.80], 0.005);
    close(error(&high_end.model, 8, &HIGH_END), 2.83, 0.005);
    assert!(regular.warnings.is_empty() && high_end.warnings.is_empty());
}

#[test]
fn retention_rises_as_the_paper_prints_it() {
    let retention = |of: &[f64]| {
        let model = sbg::fit(&first(7, of)).expect("a fit").model;
        (1..=7).map(|t| model.retention(t)).collect::<Vec<f64>>()
    };
    let regular = [0.6267, 0.7560, 0.8188, 0.8559, 0.8804, 0.8978, 0.9107];
    all_close(&retention(&REGULAR), &regular, 5e-5);
    let high_end = [0.8507, 0.8780, 0.8968, 0.9106, 0.9212, 0.9295, 0.9362];
    all_close(&retention(&HIGH_END), &high_end, 5e-5);
}

#[test]
fn the_value_of_a_customer_is_that_of_the_second_paper() {
    for (cohort, del, derl, constant) in [
        (first(7, &REGULAR), 3.6949, 6.8423, [0.2260, 3.374, 2.612]),
        (first(7, &HIGH_END), 5.9223, 7.5296, [0.1033, 5.411, 4.852]),
    ] {
        let model = sbg::fit(&cohort).expect("a fit").model;
        close(model.del(0.1).expect("a value"), del, 1e-4);
        close(model.derl(7, 0.1).expect("a value"), derl, 2e-4);
        close(cohort.constant_churn(), constant[0], 5e-5);
        // As printed, and so from the rounded share.
        let same = ConstantChurn { churn: constant[0] };
        close(same.del(0.1).expect("a value"), constant[1], 5e-4);
        close(same.derl(7, 0.1).expect("a value"), constant[2], 5e-4);
    }
}

#[test]
fn constant_churn_is_as_far_off_as_the_paper_says() {
    let same = |of: &[f64]| ConstantChurn { churn: first(7, of).constant_churn() };
    close(100.0 * same(&REGULAR).survival(12), 4.62, 0.005);
    close(100.0 * same(&HIGH_END).survival(12), 27.01, 0.005);
}

#[test]
fn bdw_is_the_papers_and_needs_less_than_sbg() {
    let regular = bdw::fit(&first(7, &REGULAR)).expect("a fit");
    all_close(
        &[regular.model.a, regular.model.b, regular.model.c],
        &[0.4556, 0.7793, 1.2835],
        1e-4,
    );
    close(regular.log_likelihood, -1679.603, 5e-4);
    close(100.0 * regular.model.survival(12), 17.73, 0.005);
    close(error(&regular.model, 8, &REGULAR), 1.38, 0.005);
    let high_end = bdw::fit(&first(7, &HIGH_END)).expect("a fit");
    all_close(
        &[high_end.model.a, high_end.model.b, high_end.model.c],
        &[0.2143, 1.4266, 1.7236],
        1e-4,
    );
    close(high_end.log_likelihood, -1605.314, 5e-4);
    close(100.0 * high_end.model.survival(12), 40.39, 0.005);
    close(error(&high_end.model, 8, &HIGH_END), 1.27, 0.005);
}

#[test]
fn four_years_are_enough_for_bdw_and_not_for_sbg() {
    let bdw = |of: &[f64]| bdw::fit(&first(4, of)).expect("a fit").model;
    let sbg = |of: &[f64]| sbg::fit(&first(4, of)).expect("a fit").model;
    let (regular, high_end) = (bdw(&REGULAR), bdw(&HIGH_END));
    all_close(&[regular.a, regular.b, regular.c], &[0.523, 0.8943, 1.1964], 5e-4);
    all_close(&[high_end.a, high_end.b, high_end.c], &[0.2593, 1.7226, 1.5844], 5e-4);
    close(error(&regular, 5, &REGULAR), 1.31, 0.005);
    close(error(&high_end, 5, &HIGH_END), 1.68, 0.005);
    let (regular, high_end) = (sbg(&REGULAR), sbg(&HIGH_END));
    all_close(&[regular.alpha, regular.beta], &[0.7637, 1.2958], 5e-4);
    all_close(&[high_end.alpha, high_end.beta], &[1.281, 7.7904], 5e-3);
    close(100.0 * regular.survival(12), 15.95, 0.005);
    close(100.0 * high_end.survival(12), 30.70, 0.005);
    close(error(&regular, 5, &REGULAR), 5.40, 0.005);
    close(error(&high_end, 5, &HIGH_END), 13.21, 0.005);
}
