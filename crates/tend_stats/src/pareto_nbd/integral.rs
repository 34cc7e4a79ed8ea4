//! The integrals behind the Pareto/NBD, stable where the ₂F₁ of the papers is not.

use std::sync::OnceLock;

use crate::special::ln_add_exp;

/// ln J and its derivatives, J = ∫₀^∞ (A+t)^−p (B+t)^−q dt, for A, B > 0 and p+q > 1.
///
/// With A ≥ B it is A^−p B^(1−q)/(p+q−1) · ₂F₁(1, p; p+q; 1−B/A), of which all terms are positive
/// and fall; where they fall slowly, the first part of the integral is taken by quadrature.
pub(super) struct Tail {
    pub ln: f64,
    pub p: f64,
    pub q: f64,
    pub a: f64,
    pub b: f64,
}

/// Up to here the series has a few hundred terms at most.
const SLOW: f64 = 0.9;

impl Tail {
    pub fn of(p: f64, q: f64, a: f64, b: f64) -> Tail {
        if a < b {
            let t = Tail::of(q, p, b, a);
            return Tail { ln: t.ln, p: t.q, q: t.p, a: t.b, b: t.a };
        }
        if (a - b) / a <= SLOW { Tail::series(p, q, a, b) } else { Tail::split(p, q, a, b) }
    }

    fn series(p: f64, q: f64, a: f64, b: f64) -> Tail {
        let (z, c) = ((a - b) / a, p + q);
        // One term; Σ 1/(p+k) − 1/(c+k) and Σ 1/(c+k) over the factors it has.
        let (mut term, mut in_p, mut in_q) = (1.0, 0.0, 0.0);
        let (mut sum, mut by_p, mut by_q, mut by_z) = (1.0, 0.0, 0.0, 0.0);
        let mut k = 0.0;
        loop {
            let (up, down) = (1.0 / (p + k), 1.0 / (c + k));
            let without_z = term * (p + k) * down;
            term = without_z * z;
            k += 1.0;
            in_p += up - down;
            in_q += down;
            sum += term;
            by_p += term * in_p;
            by_q += term * in_q;
            by_z += without_z * k;
            if term * k.max(1.0 + in_p) < 1e-17 * (1.0 - z) * sum {
                break;
            }
        }
        let ln_ab = (a.ln(), b.ln());
        let slope = by_z / sum;
        Tail {
            ln: -p * ln_ab.0 + (1.0 - q) * ln_ab.1 - (c - 1.0).ln() + f64::ln(sum),
            p: -ln_ab.0 - 1.0 / (c - 1.0) + by_p / sum,
            q: -ln_ab.1 - 1.0 / (c - 1.0) - by_q / sum,
            a: -p / a + slope * b / (a * a),
            b: (1.0 - q) / b - slope / a,
        }
    }

    /// From 0 to A − 2B by quadrature in ln(B+t), the rest by the series at z = ½. Where the
    /// integrand has died away before, neither the end nor the rest is looked at.
    fn split(p: f64, q: f64, a: f64, b: f64) -> Tail {
        let h = a - 2.0 * b;
        let (ln_a, ln_b) = (a.ln(), b.ln());
        let mut sums = [0.0; 5];
        let mut faded = false;
        for panel in panels((h / b).ln_1p()) {
            let before = sums[0];
            for (w, weight) in panel {
                let e = w.exp();
                let (at, ln_bt, inverse_bt) = (a + b * (e - 1.0), ln_b + w, 1.0 / (b * e));
                let ln_at = at.ln();
                let f = weight * (w * (1.0 - q) - p * (ln_at - ln_a)).exp();
                let each = [1.0, -ln_at, -ln_bt, -p / at, -q * inverse_bt];
                for (sum, value) in sums.iter_mut().zip(each) {
                    *sum += f * value;
                }
            }
            // It dies away ever faster once it does.
            if sums[0] - before < 1e-18 * sums[0] {
                faded = true;
                break;
            }
        }
        let near = -p * ln_a + (1.0 - q) * ln_b + sums[0].ln();
        let mean = sums.map(|sum| sum / sums[0]);
        if faded {
            return Tail { ln: near, p: mean[1], q: mean[2], a: mean[3], b: mean[4] };
        }
        let rest = Tail::series(p, q, a + h, b + h);
        let ln = ln_add_exp(near, rest.ln);
        let (share, other) = ((near - ln).exp(), (rest.ln - ln).exp());
        Tail {
            ln,
            p: share * mean[1] + other * rest.p,
            q: share * mean[2] + other * rest.q,
            a: share * mean[3] + other * rest.a,
            b: share * mean[4] + other * rest.b,
        }
    }
}

/// ∫₀^∞ e^(−zt) (1+t)^−s dt for z > 0, s > 0: e^z times the exponential integral of order s, and
/// the confluent Ψ(1, 2−s; z) of the paper on DERT. Taken in w = ln(1+t), where it is smooth.
pub(super) fn laplace(s: f64, z: f64) -> f64 {
    let nodes = panels((750.0 / z).ln_1p()).flatten();
    nodes.map(|(w, weight)| weight * (w * (1.0 - s) - z * w.exp_m1()).exp()).sum()
}

/// Gauss–Legendre nodes and weights on [0, end], sixteen on each stretch of at most 1.
fn panels(end: f64) -> impl Iterator<Item = impl Iterator<Item = (f64, f64)>> {
    let count = end.ceil().max(1.0);
    let half = 0.5 * end / count;
    (0..count as u32).map(move |panel| {
        let middle = (2.0 * f64::from(panel) + 1.0) * half;
        legendre().iter().map(move |(x, weight)| (middle + half * x, half * weight))
    })
}

const NODES: usize = 16;

/// Nodes and weights on [−1, 1]: the roots of the Legendre polynomial, by Newton's method.
fn legendre() -> &'static [(f64, f64); NODES] {
    static NODES_AND_WEIGHTS: OnceLock<[(f64, f64); NODES]> = OnceLock::new();
    NODES_AND_WEIGHTS.get_or_init(|| {
        let n = NODES as f64;
        std::array::from_fn(|i| {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..20 {
                let (mut now, mut before) = (x, 1.0);
                for k in 2..=NODES {
                    let k = k as f64;
                    (now, before) = (((2.0 * k - 1.0) * x * now - (k - 1.0) * before) / k, now);
                }
                slope = n * (x * now - before) / (x * x - 1.0);
                x -= now / slope;
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_integrals_come_out() {
        // p = 2, q = 0 and p = 0, q = 2: ∫ (A+t)^−2 dt = 1/A.
        assert!((Tail::of(2.0, 1e-14, 5.0, 0.01).ln - (0.2_f64).ln()).abs() < 1e-10);
        // ∫ 1/((A+t)(B+t)) dt = ln(A/B)/(A−B).
        for (a, b) in [(2.0, 1.0), (1.0, 2.0), (1000.0, 1.0), (1e6, 1e-3)] {
            let want = f64::ln(f64::ln(a / b) / (a - b));
            let got = Tail::of(1.0, 1.0, a, b).ln;
            assert!((got - want).abs() < 1e-13 * want.abs().max(1.0), "{a} {b}: {got} {want}");
        }
        // e·E₁(1).
        assert!((laplace(1.0, 1.0) - 0.596_347_362_323_194_1).abs() < 1e-14);
        // s → 0: 1/z.
        assert!((laplace(1e-15, 0.003) - 1.0 / 0.003).abs() < 1e-9);
    }

    #[test]
    fn derivatives_are_those_of_the_value() {
        let points = [
            [1.3, 0.7, 4.0, 3.0],
            [40.0, 1.6, 10.0, 12.0],
            [40.0, 1.6, 500.0, 2.0],
            [0.9, 700.0, 3.0, 90.0],
            [1000.5, 0.2, 90.0, 3.0],
        ];
        for x in points {
            let t = Tail::of(x[0], x[1], x[2], x[3]);
            for (i, slope) in [t.p, t.q, t.a, t.b].into_iter().enumerate() {
                let ln = |by: f64| {
                    let mut y = x;
                    y[i] += by;
                    Tail::of(y[0], y[1], y[2], y[3]).ln
                };
                let h = 1e-5 * x[i];
                let want = (ln(h) - ln(-h)) / (2.0 * h);
                let off = (slope - want).abs();
                assert!(off < 1e-6 * slope.abs() + 1e-9, "{x:?} in {i}: {slope}, not {want}");
            }
        }
    }
}
