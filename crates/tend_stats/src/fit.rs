//! What a fit answers, the same for every model.

use serde::Serialize;

use crate::{
    matrix::Cholesky,
    optimise::{Maximum, information},
};

/// Two-sided 95 % of the normal distribution.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// A parameter known to less than a factor of four hundred either way is not known.
const UNSETTLED: f64 = 3.0;

/// A model with its parameters, and how well they are known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit<M> {
    /// The fitted model.
    #[serde(flatten)]
    pub model: M,
    /// The log-likelihood of the data as given, in its own unit of time.
    pub log_likelihood: f64,
    /// How many customers it was learned from.
    pub customers: u64,
    /// Each parameter with its standard error and interval.
    pub estimates: Vec<Estimate>,
    /// What the reader has to know about the answer: whole sentences; empty if all is well.
    pub warnings: Vec<String>,
    /// How many steps the search took.
    pub steps: usize,
}

impl<M> Fit<M> {
    /// Whether the data settles all parameters: none runs to an extreme, none is open by more than
    /// its own size many times over.
    pub fn is_settled(&self) -> bool {
        let settled =
            |it: &Estimate| it.standard_error.is_some_and(|error| error <= UNSETTLED * it.value);
        self.estimates.iter().all(settled)
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Its name in the model's paper.
    pub name: &'static str,
    /// The most likely value.
    pub value: f64,
    /// From the observed information; none where the data does not settle the parameter.
    pub standard_error: Option<f64>,
    /// Lower end of the 95 % interval, taken on the logarithmic scale.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
}

/// The estimates of positive parameters whose logarithms were searched, and what to warn of.
pub(crate) fn estimates<const N: usize>(
    names: [&'static str; N],
    maximum: &Maximum,
) -> ([f64; N], Vec<Estimate>, Vec<String>) {
    let free: Vec<usize> = (0..N).filter(|i| !maximum.on_edge[*i]).collect();
    let known = Cholesky::of(&information(&maximum.curvature, &free, 0.0)).ok();
    let variances = known.map(|factor| {
        let inverse = factor.inverse();
        (0..free.len()).map(|i| inverse.at(i, i)).collect::<Vec<f64>>()
    });
    let mut values = [0.0; N];
    let mut all = Vec::with_capacity(N);
    let mut warnings = Vec::new();
    for (i, name) in names.into_iter().enumerate() {
        values[i] = maximum.at[i].exp();
        let place = free.iter().position(|k| *k == i);
        let error = place.and_then(|k| variances.as_ref().map(|v| v[k].sqrt()));
        let factor = error.map(|e| (Z95 * e).exp());
        all.push(Estimate {
            name,
            value: values[i],
            standard_error: error.map(|e| e * values[i]),
            low: factor.map(|f| values[i] / f),
            high: factor.map(|f| values[i] * f),
        });
        if maximum.on_edge[i] || error.is_some_and(|e| e > UNSETTLED) {
            warnings.push(format!(
                "The data does not settle {name}: the likelihood keeps rising towards an \
                 extreme value. Forecasts are those of the limit."
            ));
        }
    }
    if variances.is_none() && warnings.is_empty() {
        warnings.push(
            "The data does not settle all parameters: different ones fit equally well.".to_owned(),
        );
    }
    (values, all, warnings)
}
