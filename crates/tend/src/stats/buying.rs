//! `tend stats bg-nbd` and `pareto-nbd`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tend_stats::{
    Buying, Fit, History,
    bg_nbd::{self, Stops},
    hold_out::{HoldOut, hold_out},
    pareto_nbd,
    recalibrate::Fitting,
    rfm::transactions_to_rfm,
    tracking::tracking,
};
use tend_views::charts::{Lines, Series, Stroke};

use super::{
    level::{self, Level},
    output,
    rfm::{Log, Purchases, held_out},
    table::Table,
};

/// A CSV of frequency, recency and T, as transactions-to-rfm writes it, or of purchases.
#[derive(Args)]
pub struct BgNbd {
    #[command(flatten)]
    pub input: Input,
    /// MBG/NBD: customers may stop after their first purchase too.
    #[arg(long)]
    pub modified: bool,
}

/// A CSV of frequency, recency and T, as transactions-to-rfm writes it, or of purchases.
#[derive(Args)]
pub struct ParetoNbd {
    #[command(flatten)]
    pub input: Input,
}

#[derive(Args)]
pub struct Input {
    /// A CSV file with a header; - reads the standard input.
    pub file: PathBuf,
    /// How far to forecast, in units of time; by default as far as something is held out, or
    /// else as far as the longest history.
    #[arg(long, value_name = "UNITS")]
    pub horizon: Option<f64>,
    /// Asks about one customer: repeat purchases, recency, age.
    #[arg(long, value_name = "X,T_X,T", value_parser = one)]
    pub of: Vec<History>,
    /// Take off the bias that earlier forecasts had: as much is forecast for all customers
    /// together as the model says whose earlier forecasts were off by least, BG/NBD, MBG/NBD or
    /// Pareto/NBD. Needs a list of purchases.
    #[arg(long)]
    pub recalibrate: bool,
    /// Write each customer's forecast into this CSV, in the order of the rows.
    #[arg(long, value_name = "FILE")]
    pub predictions: Option<PathBuf>,
    /// Draw predicted against actual purchases into this SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// The column of repeat purchases; by default frequency or x.
    #[arg(long, value_name = "COLUMN")]
    pub frequency: Option<String>,
    /// The column of the time to the last purchase; by default recency or t_x.
    #[arg(long, value_name = "COLUMN")]
    pub recency: Option<String>,
    /// The column of the time since the first purchase; by default T or age.
    #[arg(long, value_name = "COLUMN")]
    pub age: Option<String>,
    #[command(flatten)]
    pub log: Log,
}

pub fn bg_nbd(it: &BgNbd) -> Result<()> {
    let stops = if it.modified { Stops::AfterEach } else { Stops::AfterRepeats };
    let name = if it.modified { level::MBG } else { level::BG };
    let customers = Customers::read(&it.input)?;
    let fit = bg_nbd::fit(&customers.histories, stops).map_err(|e| customers.table.explain(&e))?;
    answer(name, &it.input, &customers, fit, &level::bg_nbd(stops))
}

pub fn pareto_nbd(it: &ParetoNbd) -> Result<()> {
    let customers = Customers::read(&it.input)?;
    let fit = pareto_nbd::fit(&customers.histories).map_err(|e| customers.table.explain(&e))?;
    answer(level::PARETO, &it.input, &customers, fit, &level::pareto_nbd)
}

/// What the file says of each customer.
struct Customers {
    table: Table,
    names: Vec<String>,
    histories: Vec<History>,
    /// What came later, if that is known.
    later: Option<Vec<f64>>,
    /// How long that took.
    span: Option<f64>,
    purchases: Option<Purchases>,
}

impl Customers {
    fn read(input: &Input) -> Result<Customers> {
        let table = Table::read(&input.file)?;
        if input.log.fits(&table) {
            return Customers::of_purchases(table, &input.log);
        }
        let x = table.counts(table.column(input.frequency.as_deref(), &["frequency", "x"])?)?;
        let last = table.numbers(table.column(input.recency.as_deref(), &["recency", "t_x"])?)?;
        let age = table.numbers(table.column(input.age.as_deref(), &["T", "age"])?)?;
        let named = table.find(None, &["customer", "customer_id", "id"]);
        let name = |row: usize| {
            named.map_or_else(|| (row + 1).to_string(), |c| table.text(row, c).to_owned())
        };
        let later = match table.find(None, &["frequency_holdout"]) {
            Some(column) if !table.text(0, column).is_empty() => {
                Some(table.counts(column)?.into_iter().map(|n| n as f64).collect())
            }
            _ => None,
        };
        Ok(Customers {
            names: (0..table.len()).map(name).collect(),
            histories: (0..table.len()).map(|i| History::new(x[i], last[i], age[i])).collect(),
            later,
            span: None,
            purchases: None,
            table,
        })
    }

    fn of_purchases(table: Table, log: &Log) -> Result<Customers> {
        let read = log.read(&table)?;
        let rows = transactions_to_rfm(&read.purchases, &read.window)
            .map_err(|error| table.explain(&error))?;
        let span = held_out(&read.window);
        Ok(Customers {
            names: rows.iter().map(|row| row.customer.clone()).collect(),
            histories: rows.iter().map(|row| row.history).collect(),
            later: rows.iter().map(|row| Some(row.held_out?.purchases as f64)).collect(),
            span,
            purchases: Some(read),
            table,
        })
    }

    fn longest(&self) -> f64 {
        self.histories.iter().map(|history| history.age).fold(0.0, f64::max)
    }
}

#[derive(Serialize)]
struct Answer<'a, M> {
    model: &'static str,
    #[serde(flatten)]
    fit: &'a Fit<M>,
    forecast: Forecast,
    /// The customers that were asked about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    of: Vec<Asked>,
    /// The forecast against what came, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_out: Option<HoldOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recalibration: Option<Level>,
}

#[derive(Serialize)]
struct Forecast {
    /// How far it reaches, in units of time.
    horizon: f64,
    /// Purchases of all customers.
    expected_purchases: f64,
    /// How many customers have not stopped.
    expected_alive: f64,
    /// Repeat purchases of one new customer.
    expected_of_a_new_customer: f64,
}

#[derive(Serialize)]
struct Asked {
    #[serde(flatten)]
    history: History,
    probability_alive: f64,
    expected_purchases: f64,
    probability_of_no_purchase: f64,
}

fn answer<M: Buying + Serialize>(
    name: &'static str,
    input: &Input,
    customers: &Customers,
    mut fit: Fit<M>,
    again: Fitting<'_, M>,
) -> Result<()> {
    let model = &fit.model;
    let horizon = input.horizon.or(customers.span).unwrap_or_else(|| customers.longest());
    if !(horizon.is_finite() && horizon > 0.0) {
        bail!("The horizon has to be more than 0 units of time.");
    }
    let recalibration = match (&customers.purchases, input.recalibrate) {
        (_, false) => None,
        (None, true) => bail!(
            "--recalibrate forecasts from earlier days, and so needs a list of purchases: a CSV \
             with a date in each row."
        ),
        (Some(log), true) => {
            let own: Vec<f64> =
                customers.histories.iter().map(|h| model.expected(h, horizon)).collect();
            let asked = level::Asked { log, histories: &customers.histories, horizon };
            Some(
                level::find(name, own.iter().sum(), &asked, again)
                    .map_err(|error| customers.table.explain(&error))?,
            )
        }
    };
    let read = customers.purchases.as_ref().map_or(&customers.table.notes, |it| &it.notes);
    fit.warnings.extend(read.iter().cloned());
    if let Some(why) = recalibration.as_ref().and_then(Level::warning) {
        fit.warnings.push(why);
    }
    let model = &fit.model;
    let factor = recalibration.as_ref().map_or(1.0, |found| found.factor);
    let expected: Vec<f64> =
        customers.histories.iter().map(|h| factor * model.expected(h, horizon)).collect();
    let asked = |history: &History| -> Result<Asked> {
        history.check(0)?;
        Ok(Asked {
            history: *history,
            probability_alive: model.alive(history),
            expected_purchases: factor * model.expected(history, horizon),
            probability_of_no_purchase: model.silent(history, horizon),
        })
    };
    predictions(input, customers, model, &expected)?;
    let total = recalibration.as_ref().map(|_| expected.iter().sum());
    output::plot(input.plot.as_deref(), || picture(name, customers, model, horizon, total))?;
    // What came is held against a forecast of the same span only.
    let same = customers.span.is_none_or(|span| span == horizon);
    let came = customers.later.as_ref().filter(|_| same);
    let repeats: Vec<u64> = customers.histories.iter().map(|h| h.repeats).collect();
    let hold_out = came.map(|came| hold_out(&repeats, &expected, came)).transpose()?;
    output::print(&Answer {
        model: name,
        fit: &fit,
        forecast: Forecast {
            horizon,
            expected_purchases: expected.iter().sum(),
            expected_alive: customers.histories.iter().map(|h| model.alive(h)).sum(),
            expected_of_a_new_customer: model.expected_new(horizon),
        },
        of: input.of.iter().map(asked).collect::<Result<_>>()?,
        hold_out,
        recalibration,
    })
}

fn predictions(
    input: &Input,
    customers: &Customers,
    model: &dyn Buying,
    expected: &[f64],
) -> Result<()> {
    let Some(path) = &input.predictions else { return Ok(()) };
    let header =
        ["customer", "frequency", "recency", "T", "probability_alive", "expected_purchases"];
    let row = |((name, h), expected): ((&String, &History), &f64)| {
        let numbers = [h.repeats as f64, h.last, h.age, model.alive(h), *expected];
        std::iter::once(name.clone()).chain(numbers.map(|n| n.to_string())).collect()
    };
    let rows = customers.names.iter().zip(&customers.histories).zip(expected).map(row);
    output::csv(path, &header, rows)
}

/// Predicted against actual repeat purchases of all customers over time. A recalibrated forecast
/// of `total` purchases starts from what was there when it was made.
fn picture(
    name: &str,
    customers: &Customers,
    model: &dyn Buying,
    horizon: f64,
    total: Option<f64>,
) -> Lines {
    let log = customers.purchases.as_ref().filter(|log| log.window.observation_end.is_some());
    let tracked = log.and_then(|log| tracking(&log.purchases, &log.window, model).ok());
    let (now, predicted, actual) = match tracked {
        Some(t) => {
            let predicted: Vec<(f64, f64)> =
                t.time.iter().copied().zip(t.predicted.iter().copied()).collect();
            let actual = t.actual.iter().map(|n| *n as f64);
            (t.calibrated, predicted, t.time.iter().copied().zip(actual).collect())
        }
        None => whole(customers, model, horizon),
    };
    let recalibrated = total.map(|total| onwards(now, total, &predicted, &actual));
    let mut series = vec![
        Series::new("Actual", Stroke::Second, actual),
        Series::new(name, Stroke::First, predicted),
    ];
    series.extend(recalibrated.map(|it| Series::new("Recalibrated", Stroke::Dashed, it)));
    Lines {
        title: format!("Repeat purchases: {name} against what came"),
        x: "Units of time since the first purchase".to_owned(),
        y: "Repeat purchases so far".to_owned(),
        percent: false,
        series,
        mark: Some((now, "end of calibration".to_owned())),
        between: None,
        ticks: Vec::new(),
    }
}

type Points = Vec<(f64, f64)>;

/// From what was there by now, `total` more by the end, in the shape that is predicted.
fn onwards(now: f64, total: f64, predicted: &Points, actual: &Points) -> Points {
    let by_now = |points: &Points| points.iter().rfind(|(t, _)| *t <= now).map_or(0.0, |p| p.1);
    let (start, there) = (by_now(predicted), by_now(actual));
    let end = predicted.last().map_or(start, |point| point.1);
    let later = predicted.iter().filter(|(t, _)| *t >= now && end > start);
    later.map(|(t, sum)| (*t, there + total * (sum - start) / (end - start))).collect()
}

/// Without a log: what the model expects of customers of these ages, and all they bought.
fn whole(customers: &Customers, model: &dyn Buying, horizon: f64) -> (f64, Points, Points) {
    let now = customers.longest();
    let at = |time: f64| {
        let born = customers.histories.iter().map(|h| time - (now - h.age));
        born.filter(|lived| *lived > 0.0).map(|lived| model.expected_new(lived)).sum::<f64>()
    };
    let moments = (0..=40).map(|i| (now + horizon) * f64::from(i) / 40.0);
    let sum = customers.histories.iter().map(|h| h.repeats as f64).sum();
    (now, moments.map(|t| (t, at(t))).collect(), vec![(now, sum)])
}

fn one(text: &str) -> Result<History, String> {
    let why = || format!("“{text}” is not three numbers as in 2,30.43,38.86");
    let [x, last, age] = text.split(',').map(str::trim).collect::<Vec<_>>()[..] else {
        return Err(why());
    };
    let number = |text: &str| text.parse::<f64>().map_err(|_| why());
    let history = History::new(x.parse().map_err(|_| why())?, number(last)?, number(age)?);
    history.check(0).map_err(|error| error.to_string())?;
    Ok(history)
}
