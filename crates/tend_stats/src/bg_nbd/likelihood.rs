//! The log-likelihood of all customers with its first two derivatives, in one walk.

use super::Stops;
use crate::{history::Rows, matrix::Matrix, optimise::Look, rising::Rising};

/// The histories in the shape the walk wants: what depends on x alone, or on T alone, is worked
/// out once for each.
pub(super) struct Data {
    pub mean_age: f64,
    pub customers: u64,
    by_repeats: Vec<(u64, f64)>,
    ages: Vec<f64>,
    rows: Vec<Row>,
    extra: u64,
}

struct Row {
    /// x
    repeats: f64,
    /// t_x
    last: f64,
    /// Which of the ages T is.
    age: u32,
    customers: f64,
}

/// r, α, a, b.
const R: usize = 0;
const ALPHA: usize = 1;
const A: usize = 2;
const B: usize = 3;

impl Data {
    pub fn new(counted: Rows, stops: Stops) -> Data {
        let by_repeats = counted.by_repeats();
        let mut ages: Vec<f64> = counted.rows.iter().map(|(history, _)| history.age).collect();
        ages.sort_unstable_by(f64::total_cmp);
        ages.dedup();
        let row = |(history, customers): &(crate::history::History, f64)| Row {
            repeats: history.repeats as f64,
            last: history.last,
            age: ages.partition_point(|age| *age < history.age) as u32,
            customers: *customers,
        };
        Data {
            mean_age: counted.mean_age,
            customers: counted.customers,
            rows: counted.rows.iter().map(row).collect(),
            by_repeats,
            ages,
            extra: u64::from(stops == Stops::AfterEach),
        }
    }

    /// At the logarithms of the parameters.
    pub fn look(&self, at: &[f64]) -> Look {
        let p: Vec<f64> = at.iter().map(|v| v.exp()).collect();
        let mut sum = Sum { value: 0.0, slope: [0.0; 4], bend: [[0.0; 4]; 4] };
        self.counts(&p, &mut sum);
        self.times(&p, &mut sum);
        let mut curvature = Matrix::zeros(4, 4);
        for i in 0..4 {
            for j in 0..=i {
                curvature.set(i, j, sum.bend[i][j]);
            }
        }
        let look =
            Look { value: sum.value, gradient: sum.slope.to_vec(), curvature: Some(curvature) };
        look.in_logarithms(&p)
    }

    /// What depends on how often customers bought, not when.
    fn counts(&self, p: &[f64], sum: &mut Sum) {
        for &(repeats, customers) in &self.by_repeats {
            let throws = repeats + self.extra;
            let bought = Rising::of(p[R], repeats);
            let stayed = Rising::of(p[B], throws);
            let thrown = Rising::of(p[A] + p[B], throws);
            sum.value += customers * (bought.ln + stayed.ln - thrown.ln);
            sum.slope[R] += customers * bought.slope;
            sum.bend[R][R] += customers * bought.bend;
            sum.slope[A] -= customers * thrown.slope;
            sum.slope[B] += customers * (stayed.slope - thrown.slope);
            sum.bend[A][A] -= customers * thrown.bend;
            sum.bend[B][A] -= customers * thrown.bend;
            sum.bend[B][B] += customers * (stayed.bend - thrown.bend);
        }
        let n = self.customers as f64;
        let (r, alpha) = (p[R], p[ALPHA]);
        sum.value += n * r * alpha.ln();
        sum.slope[R] += n * alpha.ln();
        sum.slope[ALPHA] += n * r / alpha;
        sum.bend[ALPHA][R] += n / alpha;
        sum.bend[ALPHA][ALPHA] -= n * r / (alpha * alpha);
    }

    /// What depends on when they bought.
    fn times(&self, p: &[f64], sum: &mut Sum) {
        let (r, alpha, a, b) = (p[R], p[ALPHA], p[A], p[B]);
        let ages: Vec<(f64, f64)> =
            self.ages.iter().map(|t| ((alpha + t).ln(), 1.0 / (alpha + t))).collect();
        let ln_a = a.ln();
        let mut known = (0.0, 0.0, 0.0);
        for row in &self.rows {
            let (ln_end, end) = ages[row.age as usize];
            let (n, power) = (row.customers, r + row.repeats);
            sum.value -= n * power * ln_end;
            sum.slope[R] -= n * ln_end;
            sum.slope[ALPHA] -= n * power * end;
            sum.bend[ALPHA][R] -= n * end;
            sum.bend[ALPHA][ALPHA] += n * power * end * end;
            let throws = row.repeats + self.extra as f64;
            if throws == 0.0 {
                continue;
            }
            // Rows are in the order of x: what depends on it alone changes rarely.
            if throws != known.0 {
                let beside = b + throws - 1.0;
                known = (throws, ln_a - beside.ln(), 1.0 / beside);
            }
            // The log-odds z of having stopped at t_x, and softplus(z) with its derivatives.
            let then = alpha + row.last;
            let silence = ln_end - then.ln();
            let (start, inverse_b) = (1.0 / then, known.2);
            let z = known.1 + power * silence;
            sum.stopped(n, z, &Odds { silence, power, end, start, a, inverse_b });
        }
    }
}

/// The log-odds of having stopped, in what its derivatives are made of.
struct Odds {
    /// ln((α+T)/(α+t_x))
    silence: f64,
    /// r+x
    power: f64,
    /// 1/(α+T)
    end: f64,
    /// 1/(α+t_x)
    start: f64,
    a: f64,
    /// 1/(b+throws−1)
    inverse_b: f64,
}

struct Sum {
    value: f64,
    slope: [f64; 4],
    /// The lower half.
    bend: [[f64; 4]; 4],
}

impl Sum {
    fn stopped(&mut self, n: f64, z: f64, odds: &Odds) {
        let e = (-z.abs()).exp();
        self.value += n * (z.max(0.0) + e.ln_1p());
        let s = if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
        let (first, second) = (n * s, n * s * (1.0 - s));
        let d = odds.end - odds.start;
        let dz = [odds.silence, odds.power * d, 1.0 / odds.a, -odds.inverse_b];
        for i in 0..4 {
            self.slope[i] += first * dz[i];
            for j in 0..=i {
                self.bend[i][j] += second * dz[i] * dz[j];
            }
        }
        self.bend[ALPHA][R] += first * d;
        self.bend[ALPHA][ALPHA] -= first * odds.power * d * (odds.end + odds.start);
        self.bend[A][A] -= first / (odds.a * odds.a);
        self.bend[B][B] += first * odds.inverse_b * odds.inverse_b;
    }
}
