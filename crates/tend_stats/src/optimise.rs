//! Maximum likelihood for models of a few parameters: Newton's method within a trust region, in
//! the logarithms of the parameters, inside a box.
//!
//! It takes the analytic gradient, and the analytic second derivatives where a model has them.
//! Five to fifteen looks at the data are enough, from any sensible start, without a penaliser.
//! Nocedal and Wright, Numerical Optimization (2006), chapters 4 and 16.7.

use crate::{
    Error, Result,
    matrix::{Cholesky, Matrix},
};

/// What a model's log-likelihood is at some point: its value, its gradient and, if they come
/// cheap, its second derivatives.
pub(crate) struct Look {
    pub value: f64,
    pub gradient: Vec<f64>,
    /// The lower half.
    pub curvature: Option<Matrix>,
}

impl Look {
    /// The same in the logarithms of the parameters, if this one is in the parameters.
    pub fn in_logarithms(mut self, parameters: &[f64]) -> Look {
        if let Some(curvature) = &mut self.curvature {
            for i in 0..parameters.len() {
                for j in 0..=i {
                    curvature.set(i, j, curvature.at(i, j) * parameters[i] * parameters[j]);
                }
                curvature.add(i, i, self.gradient[i] * parameters[i]);
            }
        }
        for (slope, parameter) in self.gradient.iter_mut().zip(parameters) {
            *slope *= parameter;
        }
        self
    }
}

/// Where a log-likelihood is highest.
pub(crate) struct Maximum {
    pub at: Vec<f64>,
    pub value: f64,
    /// The second derivatives there, the lower half.
    pub curvature: Matrix,
    /// Which coordinates ended on the wall of the box.
    pub on_edge: Vec<bool>,
    pub steps: usize,
}

/// After so many steps something is wrong with the model or with the data.
const MOST_STEPS: usize = 300;
/// How far a coordinate may go from its start: a factor of ten thousand, from where on a model
/// is not told from its limit.
const BOX: f64 = 9.21;
/// Steps that gain less than this lead along a ridge that does not end: a few of them, and it is
/// flat.
const CRAWL: f64 = 1e-3;
/// What the last step may still have gained, in units of log-likelihood, before it was taken.
const CLOSE: f64 = 1e-8;

/// Finds the highest log-likelihood near `start`.
pub(crate) fn maximise(model: impl Fn(&[f64]) -> Look, start: &[f64]) -> Result<Maximum> {
    let walls: Vec<(f64, f64)> = start.iter().map(|s| (s - BOX, s + BOX)).collect();
    let mut at = start.to_vec();
    let mut here = model(&at);
    if !here.value.is_finite() {
        return Err(Error::NoAnswer("The model cannot be computed for this data.".to_owned()));
    }
    let (mut radius, mut crawled) = (1.0, 0);
    for steps in 1..=MOST_STEPS {
        let curvature = match here.curvature.take() {
            Some(curvature) => curvature,
            None => forward(&model, &at, &here.gradient),
        };
        let free = free(&at, &here.gradient, &walls);
        let step = Step::find(&curvature, &here.gradient, &free, radius);
        let to = step.from(&at, &walls);
        let last = step.newton && step.gain < CLOSE;
        let there = model(&to);
        if last || step.length() < 1e-11 {
            // Rounding decides which of two such near points is higher: the step is right.
            let end = if there.value.is_finite() { to } else { at };
            return Ok(finish(&model, end, &walls, steps));
        }
        let gained = there.value - here.value;
        let ratio = gained / step.gain;
        radius = match ratio {
            r if r.is_nan() || r < 0.25 => 0.25 * step.length(),
            r if r > 0.75 && step.length() > 0.8 * radius => (2.0 * radius).min(4.0),
            _ => radius,
        };
        if ratio > 1e-4 {
            (at, here) = (to, there);
            crawled = if gained < CRAWL { crawled + 1 } else { 0 };
            if crawled == 4 {
                return Ok(finish(&model, at, &walls, steps));
            }
        } else {
            here.curvature = Some(curvature);
        }
    }
    Err(Error::NoAnswer("The fit does not settle on an answer for this data.".to_owned()))
}

fn finish(
    model: &impl Fn(&[f64]) -> Look,
    at: Vec<f64>,
    walls: &[(f64, f64)],
    steps: usize,
) -> Maximum {
    let look = model(&at);
    let curvature = look.curvature.unwrap_or_else(|| differences(model, &at));
    let on_edge =
        at.iter().zip(walls).map(|(x, (low, high))| x - low < 1e-3 || high - x < 1e-3).collect();
    Maximum { value: look.value, curvature, on_edge, steps, at }
}

/// The coordinates that are not held by a wall they press against.
fn free(at: &[f64], gradient: &[f64], walls: &[(f64, f64)]) -> Vec<usize> {
    let held = |i: &usize| {
        let (low, high) = walls[*i];
        (at[*i] <= low && gradient[*i] < 0.0) || (at[*i] >= high && gradient[*i] > 0.0)
    };
    (0..at.len()).filter(|i| !held(i)).collect()
}

/// Second derivatives from the gradient: central differences, for standard errors.
fn differences(model: &impl Fn(&[f64]) -> Look, at: &[f64]) -> Matrix {
    let width = 1e-4;
    from_columns(at.len(), |column| {
        let (up, down) = (beside(model, at, column, width), beside(model, at, column, -width));
        up.iter().zip(&down).map(|(u, d)| 0.5 * (u - d) / width).collect()
    })
}

/// … and forward differences, at half the price, good enough to find the way.
fn forward(model: &impl Fn(&[f64]) -> Look, at: &[f64], here: &[f64]) -> Matrix {
    let width = 1e-5;
    from_columns(at.len(), |column| {
        let up = beside(model, at, column, width);
        up.iter().zip(here).map(|(u, h)| (u - h) / width).collect()
    })
}

/// The gradient a little to one side.
fn beside(model: &impl Fn(&[f64]) -> Look, at: &[f64], column: usize, by: f64) -> Vec<f64> {
    let mut point = at.to_vec();
    point[column] += by;
    model(&point).gradient
}

/// Each pair of coordinates is seen twice, from either side: the mean of both.
fn from_columns(size: usize, column: impl Fn(usize) -> Vec<f64>) -> Matrix {
    let mut curvature = Matrix::zeros(size, size);
    for i in 0..size {
        for (j, slope) in column(i).into_iter().enumerate() {
            let both = if i == j { 1.0 } else { 0.5 };
            curvature.add(i.max(j), i.min(j), both * slope);
        }
    }
    curvature
}

/// Minus the second derivatives in the free coordinates, with `shift` on the diagonal: the
/// observed information.
pub(crate) fn information(curvature: &Matrix, free: &[usize], shift: f64) -> Matrix {
    let mut part = Matrix::zeros(free.len(), free.len());
    for (i, &row) in free.iter().enumerate() {
        for (j, &column) in free.iter().enumerate().take(i + 1) {
            part.set(i, j, -curvature.at(row, column));
        }
        part.add(i, i, shift);
    }
    part
}

/// A step to try.
struct Step {
    by: Vec<f64>,
    /// What a parabola through here promises.
    gain: f64,
    /// The parabola's very top, neither held back nor bent.
    newton: bool,
}

impl Step {
    /// The best step within the radius for a parabola with this slope and curvature. Where it
    /// does not bend down the step leans towards the slope.
    fn find(curvature: &Matrix, slope: &[f64], free: &[usize], radius: f64) -> Step {
        let slope_part: Vec<f64> = free.iter().map(|&i| slope[i]).collect();
        let scale = free.iter().map(|&i| curvature.at(i, i).abs()).fold(1e-12, f64::max);
        let mut shift = 0.0;
        loop {
            if let Ok(factor) = Cholesky::of(&information(curvature, free, shift)) {
                let mut by = vec![0.0; slope.len()];
                for (&i, v) in free.iter().zip(factor.solve(&slope_part)) {
                    by[i] = v;
                }
                let step = Step { gain: gain(curvature, slope, &by), by, newton: shift == 0.0 };
                if step.length() <= radius {
                    return step;
                }
            }
            shift = if shift == 0.0 { 1e-10 * scale } else { 2.0 * shift };
        }
    }

    fn length(&self) -> f64 {
        self.by.iter().fold(0.0_f64, |most, v| most.max(v.abs()))
    }

    fn from(&self, at: &[f64], walls: &[(f64, f64)]) -> Vec<f64> {
        let moved = at.iter().zip(&self.by).zip(walls);
        moved.map(|((x, by), (low, high))| (x + by).clamp(*low, *high)).collect()
    }
}

/// What the parabola rises by along this step; the lower half of the curvature is read.
fn gain(curvature: &Matrix, slope: &[f64], by: &[f64]) -> f64 {
    let linear: f64 = slope.iter().zip(by).map(|(s, b)| s * b).sum();
    let mut square = 0.0;
    for i in 0..by.len() {
        for j in 0..i {
            square += 2.0 * by[i] * curvature.at(i, j) * by[j];
        }
        square += by[i] * curvature.at(i, i) * by[i];
    }
    linear + 0.5 * square
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley, upside down, without second derivatives.
    fn valley(at: &[f64]) -> Look {
        let (x, y) = (at[0], at[1]);
        let value = -(100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2));
        let gradient = vec![400.0 * x * (y - x * x) + 2.0 * (1.0 - x), -200.0 * (y - x * x)];
        Look { value, gradient, curvature: None }
    }

    #[test]
    fn a_bent_valley_is_followed_to_its_end() {
        let top = maximise(valley, &[-1.2, 1.0]).expect("a maximum");
        assert!((top.at[0] - 1.0).abs() < 1e-6 && (top.at[1] - 1.0).abs() < 1e-6, "{:?}", top.at);
        assert!(top.steps < 60, "{} steps", top.steps);
        assert_eq!(top.on_edge, [false, false]);
    }

    #[test]
    fn a_slope_without_end_stops_at_the_wall_and_says_so() {
        let slope = |at: &[f64]| Look {
            value: at[0] - at[1] * at[1],
            gradient: vec![1.0, -2.0 * at[1]],
            curvature: None,
        };
        let top = maximise(slope, &[0.0, 1.0]).expect("a place");
        assert_eq!(top.on_edge, [true, false]);
    }
}
