//! `tend stats sbg` and `bdw`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tend_stats::{Cohort, ConstantChurn, Fit, Staying, bdw, sbg};
use tend_views::charts::{Lines, Series, Stroke};

use super::{output, table::Table};

/// A CSV of how many customers of a cohort were left after 0, 1, 2, … renewals.
#[derive(Args)]
pub struct Sbg {
    #[command(flatten)]
    pub input: Input,
}

/// A CSV of how many customers of a cohort were left after 0, 1, 2, … renewals.
#[derive(Args)]
pub struct Bdw {
    #[command(flatten)]
    pub input: Input,
}

#[derive(Args)]
pub struct Input {
    /// A CSV file with a header; - reads the standard input.
    pub file: PathBuf,
    /// The column of customers; by default customers, survivors, remaining, active or alive.
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Learn from so many renewals and hold the rest against the forecast.
    #[arg(long, value_name = "RENEWALS")]
    pub fit_periods: Option<usize>,
    /// The cohort had so many customers: for files of shares or percentages.
    #[arg(long, value_name = "CUSTOMERS")]
    pub cohort_size: Option<f64>,
    /// How many renewals to forecast from the start; by default twice those learned from.
    #[arg(long, value_name = "RENEWALS")]
    pub horizon: Option<u32>,
    /// The discount rate of a period, for lifetimes.
    #[arg(long, value_name = "RATE", default_value_t = 0.1)]
    pub discount: f64,
    /// The residual lifetime of customers who renewed so often; by default all renewals seen.
    #[arg(long, value_name = "RENEWALS")]
    pub renewals: Option<u32>,
    /// Draw how many are left into this SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

pub fn sbg(it: &Sbg) -> Result<()> {
    let seen = Seen::read(&it.input)?;
    let fit = sbg::fit(&seen.cohort).map_err(|error| seen.table.explain(&error))?;
    answer("sBG", &it.input, &seen, &fit)
}

pub fn bdw(it: &Bdw) -> Result<()> {
    let seen = Seen::read(&it.input)?;
    let fit = bdw::fit(&seen.cohort).map_err(|error| seen.table.explain(&error))?;
    answer("BdW", &it.input, &seen, &fit)
}

/// What the file says.
struct Seen {
    table: Table,
    /// Customers after 0, 1, … renewals, all of them.
    customers: Vec<f64>,
    /// Those that are learned from.
    cohort: Cohort,
}

impl Seen {
    fn read(input: &Input) -> Result<Seen> {
        let table = Table::read(&input.file)?;
        let names = ["customers", "survivors", "remaining", "active", "alive"];
        let mut customers = table.numbers(table.column(input.column.as_deref(), &names)?)?;
        if let Some(size) = input.cohort_size {
            let first = customers[0];
            if !(size.is_finite() && size > 0.0 && first > 0.0) {
                bail!("A cohort has to have customers at its start.");
            }
            customers.iter_mut().for_each(|n| *n = (*n * size / first).round());
        }
        let fitted = input.fit_periods.unwrap_or(customers.len() - 1);
        if fitted >= customers.len() {
            bail!(
                "There are {} renewals, and {fitted} were to be learned from.",
                customers.len() - 1
            );
        }
        let cohort = Cohort::new(&customers[..=fitted]).map_err(|error| table.explain(&error))?;
        Ok(Seen { table, customers, cohort })
    }

    /// The share that was left after so many renewals.
    fn share(&self, period: usize) -> f64 {
        self.customers[period] / self.customers[0]
    }
}

#[derive(Serialize)]
struct Answer<'a, M> {
    model: &'static str,
    #[serde(flatten)]
    fit: &'a Fit<M>,
    /// The share left after 0, 1, 2, … renewals.
    survival: Vec<f64>,
    /// The share that renews at the 1st, 2nd, … renewal.
    retention: Vec<f64>,
    /// Periods a new customer is worth, discounted.
    discounted_lifetime: f64,
    residual: Residual,
    /// Against the renewals that were not learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_out: Option<HoldOut>,
    /// What one gets by taking it that the same share leaves each period.
    constant_churn: Constant,
}

#[derive(Serialize)]
struct Residual {
    renewals: u32,
    /// Periods such a customer is worth just before the next renewal, discounted.
    discounted_residual_lifetime: f64,
}

#[derive(Serialize)]
struct HoldOut {
    periods: usize,
    /// The mean absolute error of the shares left, in percent of them.
    mean_absolute_percentage_error: f64,
}

#[derive(Serialize)]
struct Constant {
    churn: f64,
    discounted_lifetime: f64,
    discounted_residual_lifetime: f64,
}

fn answer<M: Staying + Serialize>(
    name: &'static str,
    input: &Input,
    seen: &Seen,
    fit: &Fit<M>,
) -> Result<()> {
    let model = &fit.model;
    let fitted = seen.cohort.left().len();
    let horizon = input.horizon.unwrap_or((2 * fitted).max(seen.customers.len() - 1) as u32);
    if horizon == 0 || horizon > 10_000 {
        bail!("The horizon has to be from 1 to 10000 renewals.");
    }
    let renewals = input.renewals.unwrap_or(fitted as u32);
    let constant = ConstantChurn { churn: seen.cohort.constant_churn() };
    let later: Vec<f64> = (fitted + 1..seen.customers.len())
        .filter(|period| seen.customers[*period] > 0.0)
        .map(|period| 100.0 * (model.survival(period as u32) / seen.share(period) - 1.0).abs())
        .collect();
    output::plot(input.plot.as_deref(), || picture(name, seen, model, &constant, horizon))?;
    output::print(&Answer {
        model: name,
        fit,
        survival: model.curve(horizon),
        retention: (1..=horizon).map(|period| model.retention(period)).collect(),
        discounted_lifetime: model.del(input.discount)?,
        residual: Residual {
            renewals,
            discounted_residual_lifetime: model.derl(renewals, input.discount)?,
        },
        hold_out: (!later.is_empty()).then(|| HoldOut {
            periods: later.len(),
            mean_absolute_percentage_error: later.iter().sum::<f64>() / later.len() as f64,
        }),
        constant_churn: Constant {
            churn: constant.churn,
            discounted_lifetime: constant.del(input.discount)?,
            discounted_residual_lifetime: constant.derl(renewals, input.discount)?,
        },
    })
}

fn picture(
    name: &str,
    seen: &Seen,
    model: &dyn Staying,
    constant: &ConstantChurn,
    horizon: u32,
) -> Lines {
    let curve = |of: &dyn Staying| (0..=horizon).map(|t| (f64::from(t), of.survival(t))).collect();
    let actual = (0..seen.customers.len()).map(|t| (t as f64, seen.share(t))).collect();
    let fitted = seen.cohort.left().len();
    Lines {
        title: format!("Customers left after each renewal: {name}"),
        x: "Renewals".to_owned(),
        y: "Share of the cohort left".to_owned(),
        percent: true,
        series: vec![
            Series::new("Constant churn", Stroke::Dashed, curve(constant)),
            Series::new("Actual", Stroke::Dots, actual),
            Series::new(name, Stroke::First, curve(model)),
        ],
        mark: (fitted + 1 < seen.customers.len())
            .then(|| (fitted as f64, "learned from".to_owned())),
    }
}
