//! Special functions, to about the accuracy of a double.

/// ln Γ(x) for x > 0.
pub fn ln_gamma(x: f64) -> f64 {
    statrs::function::gamma::ln_gamma(x)
}

/// ln B(a, b), the logarithm of the beta function, for a, b > 0.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// From here on the asymptotic series of ψ and ψ′ are exact to the last digits.
const ASYMPTOTIC: f64 = 12.0;

/// ψ(x), the derivative of ln Γ, for x > 0. Abramowitz and Stegun (1972), 6.3.5 and 6.3.18.
pub fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < ASYMPTOTIC {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let tail = y
        * (1.0 / 12.0
            - y * (1.0 / 120.0
                - y * (1.0 / 252.0
                    - y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * (691.0 / 32760.0))))));
    sum + x.ln() - 0.5 / x - tail
}

/// ψ′(x), the second derivative of ln Γ, for x > 0. Abramowitz and Stegun (1972), 6.4.12.
pub fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < ASYMPTOTIC {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let tail = y
        * (1.0 / 6.0
            - y * (1.0 / 30.0
                - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * (5.0 / 66.0 - y * (691.0 / 2730.0))))));
    sum + 1.0 / x + 0.5 * y + tail / x
}

/// ln(eᵃ + eᵇ), without overflow.
pub fn ln_add_exp(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// ln Σ exp(v), without overflow; −∞ for no values.
pub fn ln_sum_exp(values: &[f64]) -> f64 {
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !high.is_finite() {
        return high;
    }
    high + values.iter().map(|v| (v - high).exp()).sum::<f64>().ln()
}

/// ln(1 + eˣ), without overflow.
pub fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// 1 / (1 + e⁻ˣ), without overflow.
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// ln(p / (1 − p)) for 0 < p < 1.
pub fn logit(p: f64) -> f64 {
    p.ln() - (-p).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 2e-14 * want.abs().max(1.0), "{got} is not {want}");
    }

    #[test]
    fn gamma_and_its_derivatives_have_their_known_values() {
        use std::f64::consts::{LN_2, PI};
        let euler = 0.577_215_664_901_532_9;
        close(ln_gamma(0.5), 0.5 * PI.ln());
        close(ln_gamma(11.0), 3_628_800.0_f64.ln());
        close(ln_beta(2.0, 3.0), (1.0 / 12.0_f64).ln());
        close(digamma(1.0), -euler);
        close(digamma(0.5), -euler - 2.0 * LN_2);
        close(digamma(1e-3), -1_000.575_571_931_809);
        close(trigamma(1.0), PI * PI / 6.0);
        close(trigamma(0.5), PI * PI / 2.0);
        close(trigamma(30.0), 0.033_895_060_357_739_94);
    }

    #[test]
    fn sums_of_exponentials_do_not_overflow() {
        close(ln_add_exp(1000.0, 1000.0), 1000.0 + 2.0_f64.ln());
        close(ln_add_exp(f64::NEG_INFINITY, 3.0), 3.0);
        close(ln_sum_exp(&[-1000.0, -1000.0, -1000.0]), -1000.0 + 3.0_f64.ln());
        assert_eq!(ln_sum_exp(&[]), f64::NEG_INFINITY);
        close(softplus(800.0), 800.0);
        close(softplus(-800.0), 0.0);
        close(logistic(-800.0), 0.0);
        close(logit(logistic(0.3)), 0.3);
    }
}
