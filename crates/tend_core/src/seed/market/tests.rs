use tend_stats::{
    health::{self, Book, Known},
    matrix::Matrix,
    metrics::{auc_clustered, calibration_clustered},
};

use super::*;

const AHEAD: usize = 6;

fn market(signal: f64, seed: u64) -> Market {
    Market::of(Wish { customers: 260, steps: 40, signal, seed })
}

/// What one learns of the first `until` steps, and what it foretells of the later ones.
struct Learnt {
    standing: health::Standing,
    later: Vec<Look>,
}

fn learnt(market: &Market, until: usize) -> Learnt {
    let past: Vec<Look> =
        market.looks(0..until - AHEAD, AHEAD).into_iter().filter(|it| it.step % 2 == 0).collect();
    let cells = past.iter().flat_map(|it| it.measures).collect();
    let (measures, rule) = (MEASURES.map(str::to_owned), RULE);
    let accounts: Vec<u64> = past.iter().map(|it| it.customer as u64).collect();
    let left: Vec<bool> = past.iter().map(|it| it.left).collect();
    let x = Matrix::from_cells(MEASURES.len(), cells).expect("rows of seven");
    let book = Book { measures: &measures, x: &x, left: &left, accounts: &accounts, rule: &rule };
    let standing = health::climb(&book).expect("a standing");
    Learnt { standing, later: market.looks(until..market.wish.steps, AHEAD) }
}

/// What the area of these scores comes to over all worlds of the same chances.
fn true_area(scores: &[f64], chances: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut stayed, mut right, mut events) = (0.0, 0.0, 0.0);
    for &row in &order {
        right += chances[row] * stayed;
        events += chances[row];
        stayed += 1.0 - chances[row];
    }
    right / (events * stayed)
}

/// The slope of the calibration over all worlds of the same chances: a logistic line through the
/// chances themselves (Newton's method).
fn true_slope(said: &[f64], chances: &[f64]) -> f64 {
    let x: Vec<f64> = said.iter().map(|p| (p / (1.0 - p)).ln()).collect();
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..40 {
        let (mut g1, mut g2, mut h11, mut h12, mut h22) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (x, chance) in x.iter().zip(chances) {
            let mu = 1.0 / (1.0 + (-a - b * x).exp());
            let (off, w) = (chance - mu, mu * (1.0 - mu));
            (g1, g2) = (g1 + off, g2 + off * x);
            (h11, h12, h22) = (h11 + w, h12 + w * x, h22 + w * x * x);
        }
        let determinant = h11 * h22 - h12 * h12;
        a += (h22 * g1 - h12 * g2) / determinant;
        b += (h11 * g2 - h12 * g1) / determinant;
    }
    b
}

#[test]
fn the_chance_is_what_happens() {
    let mut told = [(0.0, 0.0, 0.0); 5];
    for seed in 0..8 {
        for it in market(1.0, seed).looks(0..40, AHEAD) {
            let tenth = ((it.chance * 12.0) as usize).min(4);
            let at = &mut told[tenth];
            (at.0, at.1, at.2) =
                (at.0 + 1.0, at.1 + it.chance, at.2 + f64::from(u8::from(it.left)));
        }
    }
    for (n, chance, left) in told {
        assert!(n > 500.0, "{told:?}");
        let (said, came) = (chance / n, left / n);
        // Rows of a customer hang together, so the error is some times that of as many coins.
        let error = 3.0 * 2.5 * (said * (1.0 - said) / n).sqrt();
        assert!((said - came).abs() < error, "said {said}, came {came} of {n}");
    }
}

#[test]
fn the_same_wish_is_the_same_market() {
    let (a, b) = (market(1.0, 7), market(1.0, 7));
    let shown = |it: &Market| format!("{:?}", it.customers);
    assert_eq!(shown(&a), shown(&b));
    assert_ne!(shown(&a), shown(&market(1.0, 8)));
    let left = a.customers.iter().filter(|it| it.leaves.is_some()).count();
    assert!((40..160).contains(&left), "{left} of 260 left in 40 steps");
}

#[test]
fn with_signal_what_is_claimed_holds_against_the_truth() {
    let (mut slopes, mut near, mut areas, mut better) = (0, 0, 0, 0);
    let rounds = 6;
    for seed in 0..rounds {
        let market = market(1.0, 20 + seed);
        let Learnt { standing, later } = learnt(&market, 26);
        assert!(matches!(standing.known, Known::Yes { .. }), "{:?}", standing.known);
        let health = standing.health.expect("known");
        let said: Vec<f64> = later.iter().map(|it| health.probability(&it.measures)).collect();
        let left: Vec<bool> = later.iter().map(|it| it.left).collect();
        let who: Vec<u64> = later.iter().map(|it| it.customer as u64).collect();
        let chances: Vec<f64> = later.iter().map(|it| it.chance).collect();
        let slope = calibration_clustered(&said, &left, &who, 0.95).expect("a line").slope;
        let truly = true_slope(&said, &chances);
        slopes += usize::from(slope.lower <= truly && truly <= slope.upper);
        // Learned from the past, it is near 1 in the future.
        near += usize::from((0.7..1.4).contains(&truly));
        let area = auc_clustered(&said, &left, &who, 0.95).expect("both");
        let truth = true_area(&said, &chances);
        areas += usize::from(area.lower <= truth && truth <= area.upper);
        let rule: Vec<f64> = later
            .iter()
            .map(|it| -health::rule_score(&it.measures, &RULE).unwrap_or(0.5))
            .collect();
        better += usize::from(true_area(&rule, &chances) < truth);
        // Nobody can be better than who knows the truth.
        assert!(truth <= true_area(&chances, &chances) + 1e-9);
    }
    assert!(slopes >= 5, "the slope's interval holds the true one in {slopes} of {rounds}");
    assert!(near >= 5, "the slope is truly near 1 in {near} of {rounds}");
    assert!(areas >= 5, "the area's interval holds the true one in {areas} of {rounds}");
    assert!(better >= 5, "it beats the hand score in {better} of {rounds}");
}

#[test]
fn without_signal_it_says_that_it_does_not_know() {
    let silent = (0..6)
        .filter(|seed| {
            let standing = learnt(&market(0.0, 40 + seed), 30).standing;
            standing.health.is_none() && !matches!(standing.known, Known::Yes { .. })
        })
        .count();
    assert!(silent >= 5, "{silent} of 6 markets without signal are called so");
}

#[test]
fn with_few_outcomes_it_says_that_there_are_too_few() {
    let small = Market::of(Wish { customers: 12, steps: 14, signal: 1.0, seed: 3 });
    let standing = learnt(&small, 14).standing;
    assert!(matches!(standing.known, Known::TooFew { .. }), "{:?}", standing.known);
}
