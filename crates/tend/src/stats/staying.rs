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
    /// The column that counts renewals, from 0; by default period, renewal, renewals, year,
    /// years, month or t, if there is one. Without one, rows are taken in their order.
    #[arg(long, value_name = "COLUMN")]
    pub period: Option<String>,
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
    let mut fit = sbg::fit(&seen.cohort).map_err(|error| seen.table.explain(&error))?;
    fit.warnings.extend(seen.warnings.iter().cloned());
    answer("sBG", &it.input, &seen, &fit)
}

pub fn bdw(it: &Bdw) -> Result<()> {
    let seen = Seen::read(&it.input)?;
    let mut fit = bdw::fit(&seen.cohort).map_err(|error| seen.table.explain(&error))?;
    fit.warnings.extend(seen.warnings.iter().cloned());
    answer("BdW", &it.input, &seen, &fit)
}

/// What the file says.
struct Seen {
    table: Table,
    /// Customers after 0, 1, … renewals, all of them.
    customers: Vec<f64>,
    /// Those that are learned from.
    cohort: Cohort,
    /// What a reader has to know of how the file was read.
    warnings: Vec<String>,
}

/// How many customers a cohort of shares is taken to have had.
const ASSUMED: f64 = 1000.0;

impl Seen {
    fn read(input: &Input) -> Result<Seen> {
        let table = Table::read(&input.file)?;
        let names = ["customers", "survivors", "remaining", "active", "alive"];
        let mut customers = table.numbers(table.column(input.column.as_deref(), &names)?)?;
        let mut warnings = table.notes.clone();
        if let Some((first, order)) = order(&table, input.period.as_deref())? {
            customers = order.into_iter().map(|row| customers[row]).collect();
            if first == 1.0 {
                let why = "Periods begin with 1, whose row is taken as the start of the cohort.";
                warnings.push(why.to_owned());
            }
        }
        let shares = matches!(customers[0], 1.0 | 100.0)
            && customers.iter().any(|n| n.fract() != 0.0)
            && input.cohort_size.is_none();
        if let Some(size) = input.cohort_size.or(shares.then_some(ASSUMED)) {
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
        if shares {
            warnings.push(
                "The file tells shares: they are taken of 1,000 customers, by whom errors and the \
                 log-likelihood are measured. Say how many they were: --cohort-size."
                    .to_owned(),
            );
        }
        Ok(Seen { table, customers, cohort, warnings })
    }

    /// The share that was left after so many renewals.
    fn share(&self, period: usize) -> f64 {
        self.customers[period] / self.customers[0]
    }
}

/// The first period and the rows in the order of theirs, if a column counts them.
fn order(table: &Table, asked: Option<&str>) -> Result<Option<(f64, Vec<usize>)>> {
    let names = ["period", "renewal", "renewals", "year", "years", "month", "t"];
    let column = match asked {
        Some(_) => table.column(asked, &[])?,
        None => match table.find(None, &names) {
            Some(column) => column,
            None => return Ok(None),
        },
    };
    let periods = table.numbers(column)?;
    let mut order: Vec<usize> = (0..periods.len()).collect();
    order.sort_by(|a, b| periods[*a].total_cmp(&periods[*b]));
    let first = periods[order[0]];
    for (at, row) in order.iter().enumerate() {
        if periods[*row] != first + at as f64 {
            let why = "does not follow on the period before it by 1";
            return Err(table.wrong(*row, column, why));
        }
    }
    Ok(Some((first, order)))
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
        between: None,
        ticks: Vec::new(),
    }
}
