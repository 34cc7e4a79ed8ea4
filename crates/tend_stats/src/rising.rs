//! The rising factorial (a)ₙ = Γ(a+n)/Γ(a), which beta and gamma mixtures are made of.

use crate::special::{digamma, ln_gamma, trigamma};

/// ln (a)ₙ and its first two derivatives in a.
#[derive(Clone, Copy)]
pub(crate) struct Rising {
    pub ln: f64,
    pub slope: f64,
    pub bend: f64,
}

/// Up to so many factors are multiplied one by one: exact, and as fast as the gamma function.
const ONE_BY_ONE: u64 = 40;

impl Rising {
    pub fn of(a: f64, n: u64) -> Rising {
        if n > ONE_BY_ONE {
            let end = a + n as f64;
            return Rising {
                ln: ln_gamma(end) - ln_gamma(a),
                slope: digamma(end) - digamma(a),
                bend: trigamma(end) - trigamma(a),
            };
        }
        let (mut product, mut ln, mut slope, mut bend) = (1.0_f64, 0.0, 0.0, 0.0);
        for k in 0..n {
            let factor = a + k as f64;
            let inverse = 1.0 / factor;
            product *= factor;
            slope += inverse;
            bend -= inverse * inverse;
            if !(1e-200..1e200).contains(&product) {
                ln += product.ln();
                product = 1.0;
            }
        }
        Rising { ln: ln + product.ln(), slope, bend }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        for a in [1e-6, 0.3, 4.0, 1e6] {
            let (short, long) = (Rising::of(a, ONE_BY_ONE), Rising::of(a, ONE_BY_ONE + 1));
            let next = a + ONE_BY_ONE as f64;
            assert!((long.ln - short.ln - next.ln()).abs() < 1e-7, "ln at {a}");
            assert!((long.slope - short.slope - 1.0 / next).abs() < 1e-9 * short.slope + 1e-12);
            assert!((long.bend - short.bend + next.powi(-2)).abs() < -1e-9 * short.bend + 1e-12);
        }
    }
}
