//! How much all customers together are forecast to buy, by the model that foretold best from
//! earlier days.

use serde::Serialize;
use tend_stats::{
    Buying, Error, History, Result,
    bg_nbd::{self, BgNbd, Stops},
    pareto_nbd::{self, ParetoNbd},
    recalibrate::{Earlier, Fitting, Recalibration},
};

use super::rfm::Purchases;

pub const BG: &str = "BG/NBD";
pub const MBG: &str = "MBG/NBD";
pub const PARETO: &str = "Pareto/NBD";

/// What earlier forecasts say about this one.
#[derive(Serialize)]
pub struct Level {
    /// This model's forecasts are to be multiplied by this.
    pub factor: f64,
    /// The model that says how much all customers together will buy: the one whose earlier
    /// forecasts were off by least.
    pub level_of: &'static str,
    /// Each model's earlier forecasts: the mean absolute error of one customer's.
    pub candidates: Vec<Candidate>,
    /// What the earlier forecasts of `level_of` say of its own forecast.
    pub earlier: Recalibration,
    #[serde(skip)]
    asked_of: &'static str,
}

#[derive(Clone, Serialize)]
pub struct Candidate {
    pub model: &'static str,
    pub mean_absolute_error: f64,
}

impl Level {
    /// What a reader has to know if another model's level was taken.
    pub fn warning(&self) -> Option<String> {
        let error = |name: &str| {
            let found = self.candidates.iter().find(|it| it.model == name);
            found.map_or(f64::NAN, |it| it.mean_absolute_error)
        };
        (self.level_of != self.asked_of).then(|| {
            format!(
                "{0} foretold earlier purchases better than {1} (off by {2:.4} and by {3:.4} a \
                 customer), so all customers together are forecast to buy what {0} says; how \
                 that is shared among them is {1}'s.",
                self.level_of,
                self.asked_of,
                error(self.level_of),
                error(self.asked_of),
            )
        })
    }
}

/// What is asked about.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub log: &'a Purchases,
    pub histories: &'a [History],
    pub horizon: f64,
}

/// Holds the models' earlier forecasts against each other. `own` is how much the model of this
/// name forecasts for all customers together before anything is put right.
///
/// # Errors
/// The model itself cannot be fitted as of earlier days. Others that cannot are left out.
pub fn find<M: Buying>(
    name: &'static str,
    own: f64,
    asked: &Asked<'_>,
    again: Fitting<'_, M>,
) -> Result<Level> {
    if own <= 0.0 {
        return Err(Error::NoAnswer("Nothing is forecast that could be put right.".to_owned()));
    }
    let mine = Candidate { model: name, mean_absolute_error: error(asked, again)? };
    let mut candidates = vec![mine];
    for model in [BG, MBG, PARETO].into_iter().filter(|model| *model != name) {
        let error = match model {
            BG => error(asked, &bg_nbd(Stops::AfterRepeats)),
            MBG => error(asked, &bg_nbd(Stops::AfterEach)),
            _ => error(asked, &pareto_nbd),
        };
        candidates
            .extend(error.ok().map(|mean_absolute_error| Candidate { model, mean_absolute_error }));
    }
    candidates.sort_by(|a, b| a.mean_absolute_error.total_cmp(&b.mean_absolute_error));
    let level_of = candidates[0].model;
    let (earlier, total) = match level_of {
        BG => level(asked, &bg_nbd(Stops::AfterRepeats)),
        MBG => level(asked, &bg_nbd(Stops::AfterEach)),
        _ => level(asked, &pareto_nbd),
    }?;
    Ok(Level {
        factor: earlier.factor * total / own,
        level_of,
        candidates,
        earlier,
        asked_of: name,
    })
}

fn look<'a, M: Buying>(asked: &Asked<'_>, fit: Fitting<'a, M>) -> Result<Earlier<'a, String, M>> {
    Earlier::look(&asked.log.purchases, &asked.log.window, asked.horizon, fit)
}

fn error<M: Buying>(asked: &Asked<'_>, fit: Fitting<'_, M>) -> Result<f64> {
    Ok(look(asked, fit)?.mean_absolute_error())
}

/// A model's earlier forecasts, and what it forecasts now before that is put right.
fn level<M: Buying>(asked: &Asked<'_>, fit: Fitting<'_, M>) -> Result<(Recalibration, f64)> {
    let earlier = look(asked, fit)?.recalibration()?;
    let model = fit(asked.histories, None)?;
    Ok((earlier, asked.histories.iter().map(|h| model.expected(h, asked.horizon)).sum()))
}

/// Fits BG/NBD or MBG/NBD.
pub fn bg_nbd(stops: Stops) -> impl Fn(&[History], Option<&BgNbd>) -> Result<BgNbd> {
    move |histories, _| Ok(bg_nbd::fit(histories, stops)?.model)
}

/// Fits Pareto/NBD, from another fit if there is one.
pub fn pareto_nbd(histories: &[History], near: Option<&ParetoNbd>) -> Result<ParetoNbd> {
    Ok(pareto_nbd::fit_near(histories, near)?.model)
}
