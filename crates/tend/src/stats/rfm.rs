//! `tend stats transactions-to-rfm`, and reading a list of purchases.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tend_stats::rfm::{Purchase, Summary, Window, transactions_to_rfm};

use super::{
    dates::{Order, Written},
    output,
    table::{self, Table},
};

/// Reads a CSV of purchases, one a row.
#[derive(Args)]
pub struct ToRfm {
    /// A CSV file with a header; - reads the standard input.
    pub file: PathBuf,
    #[command(flatten)]
    pub log: Log,
    /// Also write it as a CSV that the other commands read.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
}

/// How a list of purchases is to be read.
#[derive(Args, Clone)]
pub struct Log {
    /// The last day that is learned from; by default the last day there is.
    #[arg(long, value_name = "DATE")]
    pub calibration_end: Option<String>,
    /// The last day of what is held against the forecast; by default the last day there is.
    #[arg(long, value_name = "DATE")]
    pub observation_end: Option<String>,
    /// The column of customers; by default customer_id, customer, id, account or
    /// customerid.
    #[arg(long, value_name = "COLUMN")]
    pub customer: Option<String>,
    /// The column of dates; by default date, day, time, timestamp or invoicedate.
    #[arg(long, value_name = "COLUMN")]
    pub date: Option<String>,
    /// The column of values; by default value, amount, dollar_value, spend or revenue.
    #[arg(long, value_name = "COLUMN")]
    pub value: Option<String>,
    /// In which order dates are written: ymd, dmy or mdy; by default told from the whole column.
    #[arg(long, value_name = "ORDER", value_parser = Order::asked)]
    pub date_format: Option<Order>,
    /// How many days a unit of time has: 7 for weeks, 1 for days.
    #[arg(long, value_name = "DAYS", default_value_t = 7.0)]
    pub unit_days: f64,
}

const CUSTOMER: [&str; 5] = ["customer_id", "customer", "id", "account", "customerid"];
const DATE: [&str; 5] = ["date", "day", "time", "timestamp", "invoicedate"];
const VALUE: [&str; 5] = ["value", "amount", "dollar_value", "spend", "revenue"];

/// A list of purchases, and up to when it is learned from.
pub struct Purchases {
    pub purchases: Vec<Purchase<String>>,
    pub window: Window,
    /// What a reader has to know of how the file was read.
    pub notes: Vec<String>,
}

impl Log {
    /// Whether this file is a list of purchases at all.
    pub fn fits(&self, table: &Table) -> bool {
        table.find(self.date.as_deref(), &DATE).is_some()
    }

    pub fn read(&self, table: &Table) -> Result<Purchases> {
        let customer = table.column(self.customer.as_deref(), &CUSTOMER)?;
        let date = table.column(self.date.as_deref(), &DATE)?;
        let rows: Vec<usize> =
            (0..table.len()).filter(|&row| !table.text(row, customer).is_empty()).collect();
        let Some(first) = rows.first() else {
            return Err(table.wrong(0, customer, "names no customer, nor does any other row"));
        };
        let first = *first;
        let (days, order) = table.days(date, &rows, self.date_format)?;
        let value = match &self.value {
            Some(name) => Some(table.column(Some(name), &[])?),
            None => table.find(None, &VALUE),
        };
        let purchase = |(&row, &day): (&usize, &i64)| {
            let value = value.map(|column| table.number(row, column)).transpose()?;
            Ok(Purchase { customer: table.text(row, customer).to_owned(), day, value })
        };
        let purchases = rows.iter().zip(&days).map(purchase).collect::<Result<Vec<_>>>()?;
        let last = days.iter().copied().max().unwrap_or_default();
        let window = self.window(last, order)?;
        let mut notes = table.notes.clone();
        notes.extend(blank(table.len() - rows.len()));
        if order != Order::Year {
            let (text, day) = (table.text(first, date), table::date(days[0]));
            notes.push(format!("Dates have the {} first: {text} is {day}.", order.word()));
        }
        Ok(Purchases { purchases, window, notes })
    }

    fn window(&self, last: i64, order: Order) -> Result<Window> {
        let calibration_end = asked(self.calibration_end.as_deref(), order)?.unwrap_or(last);
        let end = asked(self.observation_end.as_deref(), order)?;
        let later = (last > calibration_end).then_some(last);
        Ok(Window { calibration_end, observation_end: end.or(later), unit_days: self.unit_days })
    }
}

/// What is said of rows that name no customer.
pub fn blank(rows: usize) -> Option<String> {
    match rows {
        0 => None,
        1 => Some("1 row names no customer and is left out.".to_owned()),
        _ => Some(format!("{rows} rows name no customer and are left out.")),
    }
}

fn asked(date: Option<&str>, order: Order) -> Result<Option<i64>> {
    let Some(text) = date else { return Ok(None) };
    match Written::of(text.trim()).and_then(|it| order.day(&it)) {
        Some(day) => Ok(Some(day)),
        None => bail!("“{text}” is not a date like 2026-01-31."),
    }
}

/// How long what is held out takes, in units of time.
pub fn held_out(window: &Window) -> Option<f64> {
    let end = window.observation_end?;
    Some((end - window.calibration_end) as f64 / window.unit_days)
}

#[derive(Serialize)]
struct Answer {
    calibration_end: String,
    observation_end: Option<String>,
    unit_days: f64,
    duration_holdout: Option<f64>,
    /// How many customers there are.
    customers: usize,
    /// Their repeat purchases up to the end of the calibration.
    repeat_purchases: u64,
    /// What a reader has to know of how the file was read.
    notes: Vec<String>,
    rows: Vec<Row>,
}

/// By the names of the literature.
#[derive(Serialize)]
struct Row {
    customer: String,
    frequency: u64,
    recency: f64,
    #[serde(rename = "T")]
    age: f64,
    first_purchase: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    monetary_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_holdout: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_holdout: Option<f64>,
}

impl Row {
    fn of(summary: Summary<String>) -> Row {
        Row {
            customer: summary.customer,
            frequency: summary.history.repeats,
            recency: summary.history.last,
            age: summary.history.age,
            first_purchase: table::date(summary.first_day),
            monetary_value: summary.mean_value,
            frequency_holdout: summary.held_out.map(|held_out| held_out.purchases),
            value_holdout: summary.held_out.and_then(|held_out| held_out.value),
        }
    }

    fn cells(&self) -> Vec<String> {
        let or_empty = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        vec![
            self.customer.clone(),
            self.frequency.to_string(),
            self.recency.to_string(),
            self.age.to_string(),
            self.first_purchase.clone(),
            or_empty(self.monetary_value),
            self.frequency_holdout.map(|n| n.to_string()).unwrap_or_default(),
            or_empty(self.value_holdout),
        ]
    }
}

const HEADER: [&str; 8] = [
    "customer",
    "frequency",
    "recency",
    "T",
    "first_purchase",
    "monetary_value",
    "frequency_holdout",
    "value_holdout",
];

pub fn run(it: &ToRfm) -> Result<()> {
    let table = Table::read(&it.file)?;
    let Purchases { purchases, window, notes } = it.log.read(&table)?;
    let rows = transactions_to_rfm(&purchases, &window).map_err(|error| table.explain(&error))?;
    let rows: Vec<Row> = rows.into_iter().map(Row::of).collect();
    if let Some(path) = &it.csv {
        output::csv(path, &HEADER, rows.iter().map(Row::cells))?;
    }
    output::print(&Answer {
        calibration_end: table::date(window.calibration_end),
        observation_end: window.observation_end.map(table::date),
        unit_days: window.unit_days,
        duration_holdout: held_out(&window),
        customers: rows.len(),
        repeat_purchases: rows.iter().map(|row| row.frequency).sum(),
        notes,
        rows,
    })
}
