//! The expected number of purchases.

/// The expected purchases within `time` of customers with Gamma(r, alpha) rates and a
/// Beta(a, b) coin after each: (a+b−1)/(a−1)·[1 − (α/(α+t))ʳ ₂F₁(r, b; a+b−1; t/(α+t))] of the
/// paper, equation 9.
///
/// That form breaks down at a = 1 and where a+b−1 is not positive. This one is a sum of positive
/// terms and does not: the chances to buy within `time` are negative binomial, and of n chances
/// a customer takes Σ (b)ₖ/(a+b)ₖ, k < n, before the coin falls.
pub(super) fn purchases(r: f64, alpha: f64, a: f64, b: f64, time: f64) -> f64 {
    let odds = time / (alpha + time);
    if odds.is_nan() || odds <= 0.0 {
        return 0.0;
    }
    // Weights of n chances, up to a factor; what n chances bring; both sums so far.
    let (mut weight, mut taken, mut stay) = (1.0_f64, 0.0_f64, 1.0_f64);
    let (mut weights, mut sum) = (1.0_f64, 0.0_f64);
    for k in 0..MOST_TERMS {
        let n = k as f64;
        taken += stay;
        stay *= (b + n) / (a + b + n);
        let ratio = odds * (r + n) / (n + 1.0);
        weight *= ratio;
        weights += weight;
        sum += weight * taken;
        // From here on the weights fall at least so fast, and what they bring rises by 1 at most.
        let fall = ratio.max(odds);
        if fall < 1.0 {
            let rest = weight / (1.0 - fall);
            if rest * (taken + 1.0 / (1.0 - fall)) < 1e-15 * sum {
                break;
            }
        }
        if weights > 1e250 {
            weight *= 1e-250;
            weights *= 1e-250;
            sum *= 1e-250;
        }
    }
    sum / weights
}

/// Reached only by horizons of a hundred thousand times what was observed; the sum is then short
/// by what lies beyond a few million purchases of one customer.
const MOST_TERMS: u32 = 4_000_000;

#[cfg(test)]
mod tests {
    use super::purchases;

    #[test]
    fn the_expectation_of_a_known_coin_is_met() {
        // All stop after the first purchase: the probability of one at all, 1 − (α/(α+t))ʳ.
        let first = purchases(0.5, 4.0, 1e12, 1e-6, 12.0);
        assert!((first - 0.5).abs() < 1e-9, "{first}");
        // Nobody stops: r·t/α.
        let all = purchases(0.5, 4.0, 1e-9, 1e6, 12.0);
        assert!((all - 1.5).abs() < 1e-9, "{all}");
        let many = purchases(2000.0, 4.0, 1e-12, 1e6, 12.0);
        assert!((many - 6000.0).abs() < 1e-6, "{many}");
        assert_eq!(purchases(0.5, 4.0, 1.0, 1.0, 0.0), 0.0);
    }

    #[test]
    fn nothing_happens_where_the_papers_formula_breaks_down() {
        let at = |a: f64| purchases(0.24, 4.4, a, 0.5, 39.0);
        assert!((at(1.0) - 0.5 * (at(1.0 - 1e-6) + at(1.0 + 1e-6))).abs() < 1e-9);
        assert!((at(0.5) - 0.5 * (at(0.5 - 1e-6) + at(0.5 + 1e-6))).abs() < 1e-9);
    }
}
