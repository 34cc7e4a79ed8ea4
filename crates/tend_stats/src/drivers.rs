//! What an overall judgement rests on: relative weights (Johnson 2000).
//!
//! The drivers correlate, so a regression's weights jump about. Johnson's way goes over the
//! closest uncorrelated variables: with R the correlations of the drivers and Λ = R^½, the
//! weights of those on the judgement are β = Λ⁻¹r, and driver j has Σ Λ²ⱼₖ β²ₖ of the explained
//! variance. All of them are at least 0 and add up to R².

use crate::{
    Error, Result,
    intervals::{Bootstrap, Interval, percentiles},
    random::Random,
};

/// What a driver counts for, and how it is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// The share of the explained variance, 0–1, of all drivers together 1.
    pub importance: Interval,
    /// The mean.
    pub performance: Interval,
}

/// Relative weights of `columns` (each a driver over all rows) on `overall`: parts of R².
///
/// # Errors
/// Rows that vary in nothing, or drivers of which one is made of the others.
pub fn relative_weights(columns: &[Vec<f64>], overall: &[f64]) -> Result<Vec<f64>> {
    let (k, none) = (columns.len(), || Error::NoAnswer("A driver never varies.".into()));
    let y = standardised(overall).ok_or_else(none)?;
    let x: Option<Vec<_>> = columns.iter().map(|it| standardised(it)).collect();
    let x = x.ok_or_else(none)?;
    let correlation = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let r: Vec<Vec<f64>> =
        x.iter().map(|a| x.iter().map(|b| correlation(a, b)).collect()).collect();
    let with: Vec<f64> = x.iter().map(|a| correlation(a, &y)).collect();
    let (values, vectors) = eigen(r);
    if values.iter().any(|it| *it < 1e-9) {
        return Err(Error::NoAnswer("One driver is made of the others.".into()));
    }
    // Λ = V √D V', Λ⁻¹ = V 1/√D V'.
    let power = |p: f64, i: usize, j: usize| {
        (0..k).map(|m| vectors[i][m] * values[m].powf(p) * vectors[j][m]).sum::<f64>()
    };
    let beta: Vec<f64> =
        (0..k).map(|i| (0..k).map(|j| power(-0.5, i, j) * with[j]).sum()).collect();
    Ok((0..k).map(|j| (0..k).map(|m| (power(0.5, j, m) * beta[m]).powi(2)).sum()).collect())
}

/// To mean 0 and sum of squares 1; None if nothing varies.
fn standardised(of: &[f64]) -> Option<Vec<f64>> {
    let mean = of.iter().sum::<f64>() / of.len() as f64;
    let size = of.iter().map(|it| (it - mean).powi(2)).sum::<f64>().sqrt();
    (size > 1e-12).then(|| of.iter().map(|it| (it - mean) / size).collect())
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations (1846).
fn eigen(mut a: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.len();
    let mut v: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..100 {
        let off: f64 =
            (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j].powi(2)).sum();
        if off < 1e-24 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() < 1e-300 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut v {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

/// Importance against performance of each driver, with percentile bootstrap intervals (Efron
/// 1979) over the rows.
///
/// # Errors
/// As [`relative_weights`]; fewer than 30 rows or than 10 a driver.
pub fn drivers(columns: &[Vec<f64>], overall: &[f64], settings: Bootstrap) -> Result<Vec<Driver>> {
    let (n, k) = (overall.len(), columns.len());
    let least = least(k);
    if n < least || k == 0 {
        return Err(Error::too_few("answers", n, least));
    }
    let shares = |weights: Vec<f64>| {
        let all: f64 = weights.iter().sum();
        weights.into_iter().map(move |it| it / all).collect::<Vec<_>>()
    };
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let whole = shares(relative_weights(columns, overall)?);
    let mut random = Random::of_seed(settings.seed);
    let mut draws: Vec<(Vec<f64>, Vec<f64>)> = vec![(Vec::new(), Vec::new()); k];
    for _ in 0..settings.draws {
        let rows: Vec<usize> = (0..n).map(|_| random.below(n)).collect();
        let pick = |of: &[f64]| rows.iter().map(|&it| of[it]).collect::<Vec<_>>();
        let some: Vec<_> = columns.iter().map(|it| pick(it)).collect();
        for (at, column) in some.iter().enumerate() {
            draws[at].1.push(mean(column));
        }
        // A draw in which something does not vary says nothing of importance.
        if let Ok(weights) = relative_weights(&some, &pick(overall)) {
            for (at, share) in shares(weights).into_iter().enumerate() {
                draws[at].0.push(share);
            }
        }
    }
    let none = || Error::NoAnswer("The importance has no value in most resamples.".into());
    draws
        .into_iter()
        .enumerate()
        .map(|(at, (importance, performance))| {
            let own = mean(&columns[at]);
            Ok(Driver {
                importance: percentiles(whole[at], importance, settings.level).ok_or_else(none)?,
                performance: percentiles(own, performance, settings.level).ok_or_else(none)?,
            })
        })
        .collect()
}

/// How many answers so many drivers need.
pub fn least(drivers: usize) -> usize {
    30.max(10 * drivers)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of two drivers with correlation ρ, and a judgement of 2 a + 1 b and noise.
    fn made(n: usize, rho: f64, seed: u64) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut random = Random::of_seed(seed);
        let (mut a, mut b, mut y) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..n {
            let (u, v) = (random.normal(), random.normal());
            let w = rho * u + (1.0 - rho * rho).sqrt() * v;
            a.push(u);
            b.push(w);
            y.push(2.0 * u + w + random.normal());
        }
        (vec![a, b], y)
    }

    #[test]
    fn weights_of_two_drivers_are_as_the_closed_form_says() {
        // With two drivers, Λ has the diagonal c and the other cells s, (c, s) =
        // (√(1+ρ) ± √(1−ρ))/2, and so the weights can be written down.
        let (columns, y) = made(400, 0.6, 3);
        let x: Vec<_> = columns.iter().map(|it| standardised(it).expect("varies")).collect();
        let y0 = standardised(&y).expect("varies");
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (rho, r1, r2) = (dot(&x[0], &x[1]), dot(&x[0], &y0), dot(&x[1], &y0));
        let (c, s) = (
            ((1.0 + rho).sqrt() + (1.0 - rho).sqrt()) / 2.0,
            ((1.0 + rho).sqrt() - (1.0 - rho).sqrt()) / 2.0,
        );
        let d = c * c - s * s;
        let (b1, b2) = ((c * r1 - s * r2) / d, (c * r2 - s * r1) / d);
        let wanted = [c * c * b1 * b1 + s * s * b2 * b2, s * s * b1 * b1 + c * c * b2 * b2];
        let found = relative_weights(&columns, &y).expect("varies");
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
        }
        // Together they are R², here of the two-variable regression.
        let r2_all = (r1 * r1 + r2 * r2 - 2.0 * rho * r1 * r2) / (1.0 - rho * rho);
        assert!((found.iter().sum::<f64>() - r2_all).abs() < 1e-9);
    }

    #[test]
    fn uncorrelated_drivers_count_by_their_squared_correlations() {
        let columns = vec![
            vec![1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0],
            vec![1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0],
        ];
        let y: Vec<f64> = (0..8).map(|it| 3.0 * columns[0][it] + columns[1][it]).collect();
        let found = relative_weights(&columns, &y).expect("varies");
        assert!((found[0] - 0.9).abs() < 1e-12 && (found[1] - 0.1).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn what_counts_more_is_found_with_an_interval_around_it() {
        let (columns, y) = made(200, 0.3, 8);
        let found = drivers(&columns, &y, Bootstrap { draws: 400, ..Bootstrap::default() })
            .expect("enough");
        let (a, b) = (found[0].importance, found[1].importance);
        assert!((a.value + b.value - 1.0).abs() < 1e-9);
        assert!(a.lower < a.value && a.value < a.upper && a.lower > b.upper, "{a:?} {b:?}");
    }

    #[test]
    fn too_few_answers_and_drivers_that_repeat_each_other_say_so() {
        let (columns, y) = made(29, 0.3, 8);
        assert!(drivers(&columns, &y, Bootstrap::default()).is_err());
        let (columns, y) = made(60, 0.3, 8);
        let twice = vec![columns[0].clone(), columns[0].clone()];
        assert!(relative_weights(&twice, &y).is_err());
    }
}
