//! What no model was made for: each fit ends soon, with an answer or a sentence.

use std::time::{Duration, Instant};

use tend_stats::{
    Buying, Cohort, Error, History, Result, bdw, bg_bb, bg_bb::Turns, bg_nbd, bg_nbd::Stops,
    gamma_gamma, gamma_gamma::Spend, nbd, pareto_nbd, random::Random, sbg,
};

/// Every model of buying on these histories: whether all have an answer, which is a number.
fn all_fit(histories: &[History]) -> Vec<Result<f64>> {
    let customer = History::new(1, 1.0, 2.0);
    let ask = |model: &dyn Buying| model.expected(&customer, 3.0) + model.alive(&customer);
    vec![
        bg_nbd::fit(histories, Stops::AfterRepeats).map(|fit| ask(&fit.model)),
        bg_nbd::fit(histories, Stops::AfterEach).map(|fit| ask(&fit.model)),
        pareto_nbd::fit(histories).map(|fit| ask(&fit.model)),
        nbd::fit(histories).map(|fit| ask(&fit.model)),
    ]
}

#[test]
fn where_there_is_no_answer_a_sentence_says_why() {
    let one = [History::new(3, 5.0, 9.0)];
    let alike = vec![History::new(3, 5.0, 9.0); 10_000];
    let silent: Vec<_> = (0..1000).map(|i| History::new(0, 0.0, f64::from(i))).collect();
    let unborn = vec![History::new(0, 0.0, 0.0); 1000];
    for histories in [&[][..], &one, &alike, &silent, &unborn] {
        for answer in all_fit(histories) {
            let error = answer.expect_err("nothing to learn");
            assert!(matches!(error, Error::NotEnough { .. } | Error::NoAnswer(_)), "{error}");
            assert!(error.to_string().ends_with('.'));
        }
    }
    let spend = |mean: f64| vec![Spend { purchases: 2, mean }; 100];
    assert!(matches!(gamma_gamma::fit(&spend(5.0)), Err(Error::NoAnswer(_))));
    assert!(matches!(gamma_gamma::fit(&spend(0.0)), Err(Error::NotEnough { .. })));
    assert!(matches!(gamma_gamma::fit(&spend(-1.0)), Err(Error::BadValue { row: 0, .. })));
    assert!(matches!(gamma_gamma::fit(&spend(f64::NAN)), Err(Error::BadValue { .. })));
}

#[test]
fn the_odd_has_an_answer_that_is_a_number() {
    let nearly_alike: Vec<_> =
        (0..100).map(|i| History::new(3, 5.0 + f64::from(i % 2), 9.0)).collect();
    let never_stops: Vec<_> =
        (1..200).map(|i| History::new(i / 10 + 1, 39.0, 39.0 + f64::from(i as u32 % 3))).collect();
    let stops_at_once: Vec<_> = (1..200)
        .map(|i| History::new(u64::from(i % 2 == 0), f64::from(i % 2 == 0) * 0.1, 50.0))
        .collect();
    let huge: Vec<_> = (1..100)
        .map(|i| History::new(1_000_000 * i, 1e9 + i as f64, 2e9))
        .chain((0..50).map(|i| History::new(0, 0.0, 1e-9 * f64::from(i))))
        .collect();
    for histories in [nearly_alike, never_stops, stops_at_once, huge] {
        for answer in all_fit(&histories) {
            let answer = answer.expect("an answer");
            assert!(answer.is_finite() && answer >= 0.0, "{answer}");
        }
    }
}

#[test]
fn a_million_different_customers_are_fitted_in_bounded_time() {
    let mut random = Random::of_seed(7);
    let customer = |_| {
        let age = 10.0 + 40.0 * random.unit();
        let repeats = (6.0 * random.unit() * random.unit()) as u64;
        let last = if repeats == 0 { 0.0 } else { age * (0.05 + 0.9 * random.unit()) };
        History::new(repeats, last, age)
    };
    let histories: Vec<History> = (0..1_000_000).map(customer).collect();
    let start = Instant::now();
    let fit = bg_nbd::fit(&histories, Stops::AfterRepeats).expect("an answer");
    // Seconds on any machine; the bound only says that it is no matter of hours.
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    assert_eq!(fit.customers, 1_000_000);
    assert!(fit.steps < 60);
}

#[test]
fn cohorts_at_the_edge_have_an_answer() {
    for customers in [
        vec![1000.0, 999.0, 998.0, 997.0, 996.0],
        vec![1000.0, 1.0, 1.0, 1.0, 1.0],
        vec![1000.0, 500.0, 250.0, 125.0, 62.5],
        vec![1000.0, 1000.0, 1000.0, 10.0, 0.0],
        vec![1e12, 9e11, 8.5e11, 8e11],
    ] {
        let cohort = Cohort::new(&customers).expect("a cohort");
        for survival in [
            sbg::fit(&cohort).map(|fit| tend_stats::Staying::survival(&fit.model, 8)),
            bdw::fit(&cohort).map(|fit| tend_stats::Staying::survival(&fit.model, 8)),
        ] {
            let survival = survival.expect("an answer");
            assert!((0.0..=1.0).contains(&survival), "{customers:?}: {survival}");
        }
    }
}

#[test]
fn many_opportunities_are_bounded() {
    let turn = |taken| (Turns { taken, last: taken, given: 1000 }, 3);
    let rows: Vec<_> = (0..=40).map(|i| turn(i * 25)).collect();
    let fit = bg_bb::fit(&rows).expect("an answer");
    assert!(fit.log_likelihood.is_finite());
    let too_many = [(Turns { taken: 1, last: 1, given: 1001 }, 99)];
    assert!(matches!(bg_bb::fit(&too_many), Err(Error::BadValue { .. })));
}
