//! Rolling-origin recalibration: how far a model's forecasts were off when they were made from
//! earlier in the history, and the factor that takes off what is off now.
//!
//! The models take it that customers never change. Where they do, forecasts drift, and they
//! drift further the further they reach beyond what was seen. So the model is fitted as of
//! several earlier days, and each time what it forecast until the end of the calibration is held
//! against what came. The logarithm of what came over what was forecast is taken to grow as
//! ln(1 + horizon / history), and least squares through zero give its slope. How far that slope
//! is luck is measured by a jackknife over tenths of the customers, and what may be luck is
//! shrunk away. Nothing after the end of the calibration is looked at.
//!
//! Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of
//! Forecasting 16 (4), on rolling origins; Shao and Wu (1989), A General Theory for Jackknife
//! Variance Estimation, Annals of Statistics 17 (3), on leaving groups out.

use serde::Serialize;

use crate::{
    Buying, Error, History, Result,
    history::enough,
    rfm::{Purchase, Summary, Window, transactions_to_rfm},
};

/// What earlier forecasts say about this one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recalibration {
    /// Forecasts are to be multiplied by this.
    pub factor: f64,
    /// The factor before what may be luck was shrunk away.
    pub unshrunk: f64,
    /// The standard error of the logarithm of the unshrunk factor.
    pub standard_error: f64,
    /// The mean absolute error of one customer's earlier forecasts, over all origins: by this
    /// models are chosen.
    pub mean_absolute_error: f64,
    /// How many customers there were by the end of the calibration, of whom earlier forecasts
    /// were made: all, or [`MOST_CUSTOMERS`] at most, evenly taken from them.
    pub customers: usize,
    /// The earlier forecasts.
    pub origins: Vec<Origin>,
}

/// A forecast made from earlier on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Origin {
    /// How much history it was made from, in units of time since the first purchase of all.
    pub history: f64,
    /// How far it reached.
    pub horizon: f64,
    /// How many purchases were forecast.
    pub predicted: f64,
    /// How many came.
    pub actual: f64,
}

/// How a model is fitted; starting from another fit saves time.
pub type Fitting<'a, M> = &'a dyn Fn(&[History], Option<&M>) -> Result<M>;

/// Where the earlier forecasts are made from, as a share of the history: from where they reach
/// twice as far as was seen to where they reach a fifth of it.
const ORIGINS: [f64; 6] = [0.33, 0.43, 0.53, 0.63, 0.73, 0.83];
/// Fewer than this do not make a line.
const FEWEST_ORIGINS: usize = 3;
/// Tenths of the customers that are left out in turn.
const GROUPS: usize = 10;
/// How far forecasts of these models are off as a rule, in logarithms: in the papers' own
/// hold-outs it is about a tenth. A correction is believed as far as it is surer than this.
const USUAL: f64 = 0.1;

/// Of more customers than these a part is looked at: what is learned here is one factor, and the
/// jackknife fits the model anew sixty times.
pub const MOST_CUSTOMERS: usize = 100_000;

/// Measures a model's earlier forecasts. `window` tells the end of the calibration; `horizon` is
/// how far the forecast is to reach beyond it, in units of time.
pub fn recalibrate<K: Ord + Clone, M: Buying>(
    purchases: &[Purchase<K>],
    window: &Window,
    horizon: f64,
    fit: Fitting<'_, M>,
) -> Result<Recalibration> {
    Earlier::look(purchases, window, horizon, fit)?.recalibration()
}

/// A model's earlier forecasts, before it is asked how far their drift is luck.
pub struct Earlier<'a, K, M> {
    looks: Vec<Look<K, M>>,
    fit: Fitting<'a, M>,
    /// ln(1 + horizon / history) of the forecast that is to be put right.
    reach: f64,
    customers: usize,
}

impl<'a, K: Ord + Clone, M: Buying> Earlier<'a, K, M> {
    /// Fits the model as of several earlier days. Parameters and errors are those of
    /// [`recalibrate`].
    pub fn look(
        purchases: &[Purchase<K>],
        window: &Window,
        horizon: f64,
        fit: Fitting<'a, M>,
    ) -> Result<Self> {
        if !(horizon.is_finite() && horizon > 0.0) {
            return Err(Error::BadQuestion("A forecast has to reach beyond today.".to_owned()));
        }
        let (known, customers) = known(purchases, window.calibration_end);
        let Some(first) = known.iter().map(|p| p.day).min() else {
            return Err(Error::NotEnough { what: "purchases", has: 0, needs: 1 });
        };
        let looks: Vec<Look<K, M>> = ORIGINS
            .iter()
            .filter_map(|share| Look::back(&known, window, first, *share, fit))
            .collect();
        enough("earlier days that the model can be fitted as of", looks.len(), FEWEST_ORIGINS)?;
        let reach = (horizon / window.between(first, window.calibration_end + 1)).ln_1p();
        Ok(Earlier { looks, fit, reach, customers })
    }

    /// The mean absolute error of one customer's earlier forecasts, over all origins: the model
    /// with the smaller one foretold better.
    pub fn mean_absolute_error(&self) -> f64 {
        let customers: usize = self.looks.iter().map(|look| look.summaries.len()).sum();
        self.looks.iter().map(Look::off).sum::<f64>() / customers as f64
    }

    /// What the earlier forecasts say about this one.
    pub fn recalibration(&self) -> Result<Recalibration> {
        let line = |origins: &[Origin]| self.reach * slope(origins);
        let origins: Vec<Origin> =
            self.looks.iter().map(|look| look.origin(&look.model, None)).collect();
        let whole = line(&origins);
        let without = |group: usize| -> Result<f64> {
            let origin = |look: &Look<K, M>| {
                let kept = look.histories(Some(group));
                Ok(look.origin(&(self.fit)(&kept, Some(&look.model))?, Some(group)))
            };
            Ok(line(&self.looks.iter().map(origin).collect::<Result<Vec<Origin>>>()?))
        };
        let all = (0..GROUPS).map(without).collect::<Result<Vec<f64>>>()?;
        let mean = all.iter().sum::<f64>() / GROUPS as f64;
        let spread: f64 = all.iter().map(|value| (value - mean).powi(2)).sum();
        let variance = spread * (GROUPS - 1) as f64 / GROUPS as f64;
        Ok(Recalibration {
            factor: (whole * USUAL.powi(2) / (USUAL.powi(2) + variance)).exp(),
            unshrunk: whole.exp(),
            standard_error: variance.sqrt(),
            mean_absolute_error: self.mean_absolute_error(),
            customers: self.customers,
            origins,
        })
    }
}

/// What was bought by the end of the calibration, by all customers or an even part of them, and
/// by how many.
fn known<K: Ord + Clone>(purchases: &[Purchase<K>], end: i64) -> (Vec<Purchase<K>>, usize) {
    let mut known: Vec<Purchase<K>> = purchases.iter().filter(|p| p.day <= end).cloned().collect();
    let mut customers: Vec<K> = known.iter().map(|p| p.customer.clone()).collect();
    customers.sort_unstable();
    customers.dedup();
    if customers.len() > MOST_CUSTOMERS {
        let each = customers.len().div_ceil(MOST_CUSTOMERS);
        customers = customers.into_iter().step_by(each).collect();
        known.retain(|p| customers.binary_search(&p.customer).is_ok());
    }
    let many = customers.len();
    (known, many)
}

/// Least squares through zero of ln(actual/predicted) on ln(1 + horizon/history).
fn slope(origins: &[Origin]) -> f64 {
    let (mut xy, mut xx) = (0.0, 0.0);
    for origin in origins {
        let x = (origin.horizon / origin.history).ln_1p();
        xy += x * (origin.actual / origin.predicted).ln();
        xx += x * x;
    }
    xy / xx
}

/// What was known on an earlier day, what came of it, and the model of that day.
struct Look<K, M> {
    summaries: Vec<Summary<K>>,
    history: f64,
    horizon: f64,
    model: M,
}

impl<K: Ord + Clone, M: Buying> Look<K, M> {
    /// Nothing if the model cannot be fitted as of that day, or nothing came after it.
    fn back(
        known: &[Purchase<K>],
        window: &Window,
        first: i64,
        share: f64,
        fit: Fitting<'_, M>,
    ) -> Option<Look<K, M>> {
        let end = window.calibration_end;
        let day = first + ((end + 1 - first) as f64 * share).round() as i64 - 1;
        let earlier = Window { calibration_end: day, observation_end: Some(end), ..*window };
        let summaries = transactions_to_rfm(known, &earlier).ok()?;
        let histories: Vec<History> = summaries.iter().map(|summary| summary.history).collect();
        let look = Look {
            history: window.between(first, day + 1),
            horizon: window.between(day, end),
            model: fit(&histories, None).ok()?,
            summaries,
        };
        (look.origin(&look.model, None).actual > 0.0).then_some(look)
    }

    fn kept(&self, without: Option<usize>) -> impl Iterator<Item = &Summary<K>> {
        let keep = move |place: usize| without.is_none_or(|group| place % GROUPS != group);
        self.summaries.iter().enumerate().filter(move |(i, _)| keep(*i)).map(|(_, s)| s)
    }

    fn histories(&self, without: Option<usize>) -> Vec<History> {
        self.kept(without).map(|summary| summary.history).collect()
    }

    fn origin(&self, model: &M, without: Option<usize>) -> Origin {
        let (mut predicted, mut actual) = (0.0, 0.0);
        for summary in self.kept(without) {
            predicted += model.expected(&summary.history, self.horizon);
            actual += came(summary);
        }
        Origin { history: self.history, horizon: self.horizon, predicted, actual }
    }

    /// The sum of absolute errors of all customers' forecasts.
    fn off(&self) -> f64 {
        let off = |s: &Summary<K>| (self.model.expected(&s.history, self.horizon) - came(s)).abs();
        self.summaries.iter().map(off).sum()
    }
}

fn came<K>(summary: &Summary<K>) -> f64 {
    summary.held_out.map_or(0.0, |held_out| held_out.purchases as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_that_grows_with_the_reach_is_found() {
        let origin = |history: f64| {
            let horizon = 40.0 - history;
            let actual = 100.0 * (0.25 * (horizon / history).ln_1p()).exp();
            Origin { history, horizon, predicted: 100.0, actual }
        };
        let origins: Vec<Origin> = [10.0, 20.0, 30.0].map(origin).to_vec();
        assert!((slope(&origins) - 0.25).abs() < 1e-12);
    }
}
