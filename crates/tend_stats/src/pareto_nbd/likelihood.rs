//! The log-likelihood of all customers with its gradient.

use super::integral::Tail;
use crate::{history::Rows, optimise::Look, rising::Rising, special::logistic};

/// At the logarithms of r, α, s, β.
pub(super) fn look(rows: &Rows, by_repeats: &[(u64, f64)], at: &[f64]) -> Look {
    let p: Vec<f64> = at.iter().map(|v| v.exp()).collect();
    let (r, alpha, s, beta) = (p[0], p[1], p[2], p[3]);
    let n = rows.customers as f64;
    let mut value = n * (r * alpha.ln() + s * beta.ln());
    let mut slope = [n * alpha.ln(), n * r / alpha, n * beta.ln(), n * s / beta];
    for &(repeats, customers) in by_repeats {
        let bought = Rising::of(r, repeats);
        value += customers * bought.ln;
        slope[0] += customers * bought.slope;
    }
    for (history, customers) in &rows.rows {
        let power = r + history.repeats as f64;
        let since = Tail::of(power, s + 1.0, alpha + history.last, beta + history.last);
        let beyond = Tail::of(power + 1.0, s, alpha + history.age, beta + history.age);
        let (one, two) = (s.ln() + since.ln, power.ln() + beyond.ln);
        let share = logistic(one - two);
        let (first, second) = (customers * share, customers * (1.0 - share));
        value += customers * if share > 0.5 { one - share.ln() } else { two - (-share).ln_1p() };
        slope[0] += first * since.p + second * (1.0 / power + beyond.p);
        slope[1] += first * since.a + second * beyond.a;
        slope[2] += first * (1.0 / s + since.q) + second * beyond.q;
        slope[3] += first * since.b + second * beyond.b;
    }
    Look { value, gradient: slope.to_vec(), curvature: None }.in_logarithms(&p)
}
