//! The partial likelihood and its slopes, in one pass from the last time to the first.

use super::super::Lives;
use crate::Result;
use crate::matrix::Matrix;
use crate::standard::Standard;

/// The log of the partial likelihood, its gradient and the negative of its second derivative
/// (lower triangle), per standard deviation of each column.
#[derive(Debug, Clone)]
pub(super) struct Likelihood {
    pub(super) log: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) information: Matrix,
}

/// The rows in the order of time, each column with mean 0 and standard deviation 1.
pub(super) struct Sorted<'a> {
    pub(super) lives: &'a Lives,
    pub(super) x: Matrix,
    pub(super) scale: Vec<f64>,
    moments: Vec<std::ops::Range<usize>>,
}

/// Sums over the customers under risk, and over those of them that end at a moment. Risks are
/// counted by the largest of them, so that none is too large, nor are all too small.
struct Sums {
    top: f64,
    weight: f64,
    first: Vec<f64>,
    second: Matrix,
}

impl Sums {
    fn zero(p: usize, top: f64) -> Self {
        Self { top, weight: 0.0, first: vec![0.0; p], second: Matrix::zeros(p, p) }
    }

    fn add(&mut self, log: f64, row: &[f64]) {
        if log > self.top {
            let less = (self.top - log).exp();
            self.weight *= less;
            self.first.iter_mut().for_each(|sum| *sum *= less);
            self.second.scale(less);
            self.top = log;
        }
        let weight = (log - self.top).exp();
        self.weight += weight;
        self.first.iter_mut().zip(row).for_each(|(sum, v)| *sum += weight * v);
        self.second.add_outer(weight, row);
    }
}

impl<'a> Sorted<'a> {
    /// # Errors
    /// A cell that is not a number, or a column that is the same everywhere.
    pub(super) fn of(lives: &'a Lives, x: &Matrix, names: &[String]) -> Result<Self> {
        let Standard { x, scales: scale, .. } = Standard::of(x, names)?;
        let x = x.pick(&lives.order);
        Ok(Self { lives, x, scale, moments: lives.moments().collect() })
    }

    /// Some of the columns.
    pub(super) fn pick(&self, columns: &[usize]) -> Self {
        Self {
            lives: self.lives,
            x: self.x.pick_columns(columns),
            scale: columns.iter().map(|&at| self.scale[at]).collect(),
            moments: self.moments.clone(),
        }
    }

    /// How far apart the ends of a column are.
    pub(super) fn reach(&self, column: usize) -> f64 {
        let cells = (0..self.x.rows()).map(|row| self.x.at(row, column));
        let (low, high) = cells.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cell| {
            (low.min(cell), high.max(cell))
        });
        high - low
    }

    /// Whether a column by itself tells without exception who leaves first: at each moment those
    /// with the largest value of all at risk, or always those with the least.
    pub(super) fn tells_all(&self, column: usize) -> bool {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut lowest, mut highest) = (true, true);
        for moment in self.moments.iter().rev() {
            for place in moment.clone() {
                let cell = self.x.at(place, column);
                (low, high) = (low.min(cell), high.max(cell));
            }
            for place in moment.clone().filter(|&place| self.lives.ended[place]) {
                let cell = self.x.at(place, column);
                (lowest, highest) = (lowest && cell == low, highest && cell == high);
            }
        }
        lowest || highest
    }

    /// Efron's approximation: of d that end together, the l-th sees the others at risk with a
    /// share of l/d less.
    pub(super) fn likelihood(&self, beta: &[f64]) -> Likelihood {
        let p = beta.len();
        let logs = self.x.times(beta);
        let mut all = Sums::zero(p, f64::NEG_INFINITY);
        let mut log = 0.0;
        let mut gradient = vec![0.0; p];
        let mut information = Matrix::zeros(p, p);
        for moment in self.moments.iter().rev() {
            moment.clone().for_each(|place| all.add(logs[place], self.x.row(place)));
            let ends = moment.clone().filter(|&place| self.lives.ended[place]);
            let mut tied: Option<(Sums, usize)> = None;
            for place in ends {
                let row = self.x.row(place);
                let (tied, d) = tied.get_or_insert_with(|| (Sums::zero(p, all.top), 0));
                tied.add(logs[place], row);
                *d += 1;
                log += logs[place] - all.top;
                gradient.iter_mut().zip(row).for_each(|(g, v)| *g += v);
            }
            if let Some((tied, d)) = tied {
                log -= take_away(&all, &tied, d, &mut gradient, &mut information);
            }
        }
        Likelihood { log, gradient, information }
    }

    /// What each end deviates from what was expected of those at risk (Schoenfeld 1982), in
    /// the order of time.
    pub(super) fn residuals(&self, beta: &[f64]) -> Vec<Vec<f64>> {
        let p = beta.len();
        let logs = self.x.times(beta);
        let mut top = f64::NEG_INFINITY;
        let (mut all_weight, mut all) = (0.0, vec![0.0; p]);
        let mut residuals = Vec::with_capacity(self.lives.events());
        for moment in self.moments.iter().rev() {
            let highest = moment.clone().map(|place| logs[place]).fold(top, f64::max);
            let less = (top - highest).exp();
            (top, all_weight) = (highest, all_weight * less);
            all.iter_mut().for_each(|sum| *sum *= less);
            let (mut weight, mut tied) = (0.0, vec![0.0; p]);
            let ends: Vec<usize> =
                moment.clone().filter(|&place| self.lives.ended[place]).collect();
            for place in moment.clone() {
                let w = (logs[place] - top).exp();
                let ended = self.lives.ended[place];
                all_weight += w;
                weight += if ended { w } else { 0.0 };
                for (j, v) in self.x.row(place).iter().enumerate() {
                    all[j] += w * v;
                    tied[j] += if ended { w * v } else { 0.0 };
                }
            }
            let d = ends.len() as f64;
            let mut expected = vec![0.0; p];
            for l in 0..ends.len() {
                let share = l as f64 / d;
                let below = (all_weight - share * weight) * d;
                for (j, e) in expected.iter_mut().enumerate() {
                    *e += (all[j] - share * tied[j]) / below;
                }
            }
            for &place in ends.iter().rev() {
                residuals
                    .push(self.x.row(place).iter().zip(&expected).map(|(v, e)| v - e).collect());
            }
        }
        residuals.reverse();
        residuals
    }
}

/// Takes the expectation of d ends from the gradient, adds its variance to the information,
/// and gives the sum of the logs of the weights at risk. The sums over l are of numbers only,
/// so many ties cost no more than one.
fn take_away(
    all: &Sums,
    tied: &Sums,
    d: usize,
    gradient: &mut [f64],
    information: &mut Matrix,
) -> f64 {
    let (mut log, mut inverse, mut shared) = (0.0, 0.0, 0.0);
    let (mut aa, mut at, mut tt) = (0.0, 0.0, 0.0);
    for l in 0..d {
        let share = l as f64 / d as f64;
        let weight = all.weight - share * tied.weight;
        log += weight.ln();
        inverse += 1.0 / weight;
        shared += share / weight;
        let square = 1.0 / (weight * weight);
        aa += square;
        at += share * square;
        tt += share * share * square;
    }
    for (i, slope) in gradient.iter_mut().enumerate() {
        let (a, t) = (all.first[i], tied.first[i]);
        *slope -= inverse * a - shared * t;
        for j in 0..=i {
            let (b, u) = (all.first[j], tied.first[j]);
            let mean = aa * a * b - at * (a * u + t * b) + tt * t * u;
            let value = inverse * all.second.at(i, j) - shared * tied.second.at(i, j) - mean;
            information.add(i, j, value);
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_the_likelihood() {
        let mut random = crate::random::Random::of_seed(4);
        let n = 80;
        let times: Vec<f64> = (0..n).map(|_| random.below(12) as f64).collect();
        let ended: Vec<bool> = (0..n).map(|_| random.unit() < 0.7).collect();
        let rows: Vec<[f64; 2]> = (0..n).map(|_| [random.normal(), random.unit()]).collect();
        let lives = Lives::new(&times, &ended).expect("80");
        let x = Matrix::from_rows(&rows).expect("pairs");
        let sorted = Sorted::of(&lives, &x, &["a".into(), "b".into()]).expect("they vary");
        let (beta, h) = ([0.3, -0.6], 1e-5);
        let here = sorted.likelihood(&beta);
        for j in 0..2 {
            let (mut up, mut down) = (beta, beta);
            up[j] += h;
            down[j] -= h;
            let (up, down) = (sorted.likelihood(&up), sorted.likelihood(&down));
            assert!(((up.log - down.log) / (2.0 * h) - here.gradient[j]).abs() < 1e-5);
            let second = (up.gradient[1] - down.gradient[1]) / (2.0 * h);
            assert!((second + here.information.at(1, j)).abs() < 1e-4);
        }
        let sums = sorted.residuals(&beta).into_iter().fold([0.0; 2], |mut sums, row| {
            sums.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
            sums
        });
        assert!((sums[0] - here.gradient[0]).abs() < 1e-9);
    }
}
