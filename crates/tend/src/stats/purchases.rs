//! Reading who bought what and when: row by row, because there may be millions.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use tend_stats::recommend::{Interaction, Interactions, Window};

use super::{
    dates::{Order, Orders, Written},
    rfm::blank,
    rows::Rows,
};

/// Where things stand in the file.
#[derive(Args)]
pub struct Columns {
    /// The column of customers; by default customer, customer_id, user, user_id, account
    /// or customerid.
    #[arg(long, value_name = "COLUMN")]
    pub customer: Option<String>,
    /// The column of products; by default product, product_id, item, item_id, sku or
    /// stockcode.
    #[arg(long, value_name = "COLUMN")]
    pub product: Option<String>,
    /// The column of times: dates, dates with a time of day, or numbers that grow, such as
    /// seconds since 1970; by default time, timestamp, date, day or invoicedate.
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// In which order dates are written: ymd, dmy or mdy; by default told from the whole column.
    #[arg(long, value_name = "ORDER", value_parser = Order::asked)]
    pub date_format: Option<Order>,
    /// The column of weights, how much a row says; by default weight, and 1 without.
    #[arg(long, value_name = "COLUMN")]
    pub weight: Option<String>,
}

const CUSTOMER: [&str; 6] = ["customer", "customer_id", "user", "user_id", "account", "customerid"];
const PRODUCT: [&str; 6] = ["product", "product_id", "item", "item_id", "sku", "stockcode"];
const TIME: [&str; 5] = ["time", "timestamp", "date", "day", "invoicedate"];

/// What a file says, with the names of its customers and products in the order of their coming.
pub struct Purchases {
    pub events: Interactions,
    pub customers: Vec<String>,
    pub products: Vec<String>,
    pub rows: usize,
    /// What a reader has to know of how the file was read.
    pub notes: Vec<String>,
}

/// Where to begin, and how much of each customer to take.
#[derive(Clone, Copy, Default)]
pub struct Asked<'a> {
    /// A time, written as in the file.
    pub since: Option<&'a str>,
    pub newest: Option<usize>,
}

/// Names and their numbers.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> Result<u32> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let number = u32::try_from(self.names.len()).context("There are too many names.")?;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        Ok(number)
    }
}

/// Reads a file; `-` is the standard input.
pub fn read(path: &Path, columns: &Columns, asked: Asked<'_>) -> Result<Purchases> {
    let mut source = Rows::open(path)?;
    let header = source.header.clone();
    let at = Places::find(&source.file, &header, columns)?;
    let (mut customers, mut products) = (Names::default(), Names::default());
    let mut interactions: Vec<Interaction> = Vec::new();
    let mut times = Times { orders: Orders::new(columns.date_format), open: Vec::new() };
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    while source.read(&mut record)? {
        row += 1;
        source.check(row, &record)?;
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let wrong = |place: usize, why: &str| {
            let text = match cell(place) {
                "" => "the empty cell".to_owned(),
                text => format!("“{text}”"),
            };
            anyhow::anyhow!("{}: row {row}, column {}: {text} {why}.", source.file, header[place])
        };
        if cell(at.customer).is_empty() {
            continue;
        }
        if cell(at.product).is_empty() {
            return Err(wrong(at.product, "names no product"));
        }
        let time =
            times.see(interactions.len(), cell(at.time)).map_err(|why| wrong(at.time, why))?;
        let weight = match at.weight {
            None => 1.0,
            Some(place) => match weight(cell(place), source.decimal_comma) {
                Some(weight) => weight,
                None => return Err(wrong(place, "is not a number of 0 or more")),
            },
        };
        let customer = customers.number(cell(at.customer))?;
        let product = products.number(cell(at.product))?;
        interactions.push(Interaction { customer, product, time, weight });
    }
    if row == 0 {
        bail!("{} has no rows after its header.", source.file);
    }
    if interactions.is_empty() {
        bail!("{}: no row names a customer in column {}.", source.file, header[at.customer]);
    }
    let order = times.settle(&mut interactions, &source.file, &header[at.time])?;
    let since = asked.since.map(|text| asked_time(text, order)).transpose()?;
    let window = Window { since, before: None, newest: asked.newest };
    let events =
        Interactions::new(customers.names.len(), products.names.len(), &interactions, window)
            .map_err(|error| anyhow::anyhow!("{}: {error}", source.file))?;
    let mut notes = source.notes();
    notes.extend(blank(row - interactions.len()));
    if order != Order::Year {
        notes.push(format!("Dates in column {} have the {} first.", header[at.time], order.word()));
    }
    Ok(Purchases { events, customers: customers.names, products: products.names, rows: row, notes })
}

fn weight(text: &str, decimal_comma: bool) -> Option<f64> {
    let read = text.parse().ok().or_else(|| {
        let comma = decimal_comma && text.matches(',').count() == 1 && !text.contains('.');
        comma.then(|| text.replace(',', ".").parse().ok())?
    });
    read.filter(|it: &f64| it.is_finite() && *it >= 0.0)
}

/// Times of which only the whole column tells how they are written.
struct Times {
    orders: Orders,
    /// The place of each and what stands there.
    open: Vec<(usize, Written)>,
}

impl Times {
    /// The time of a row, or 0 for one that is put in when all were seen.
    fn see(&mut self, place: usize, text: &str) -> Result<i64, &'static str> {
        if let Some(time) = time(text) {
            return Ok(time);
        }
        let date =
            Written::of(text).ok_or("is neither a date like 2026-01-31 nor a number of seconds")?;
        self.orders.see(text, &date)?;
        self.open.push((place, date));
        Ok(0)
    }

    fn settle(&self, into: &mut [Interaction], file: &str, column: &str) -> Result<Order> {
        let order = self.orders.settle(file, column)?;
        for (place, date) in &self.open {
            let day = order.day(date).with_context(|| format!("{file}: a date of {column}"))?;
            into[*place].time = micros(day, date);
        }
        Ok(order)
    }
}

fn micros(day: i64, date: &Written) -> i64 {
    day * 86_400_000_000 + date.of_day
}

struct Places {
    customer: usize,
    product: usize,
    time: usize,
    weight: Option<usize>,
}

impl Places {
    fn find(file: &str, header: &[String], columns: &Columns) -> Result<Places> {
        let place = |name: &str| {
            // Some tools write the kind behind the name: item_id:token.
            let is = |own: &String| {
                let short = own.split(':').next().unwrap_or_default();
                own.eq_ignore_ascii_case(name) || short.eq_ignore_ascii_case(name)
            };
            header.iter().position(is)
        };
        let find = |asked: &Option<String>, names: &[&str]| match asked {
            Some(name) => place(name),
            None => names.iter().find_map(|name| place(name)),
        };
        let needed = |asked: &Option<String>, names: &[&str]| {
            find(asked, names).ok_or_else(|| {
                let wanted = asked.clone().unwrap_or_else(|| names.join(" or "));
                let there = header.join(", ");
                anyhow::anyhow!("{file} has no column {wanted}. Its columns are: {there}.")
            })
        };
        Ok(Places {
            customer: needed(&columns.customer, &CUSTOMER)?,
            product: needed(&columns.product, &PRODUCT)?,
            time: needed(&columns.time, &TIME)?,
            weight: match &columns.weight {
                Some(_) => Some(needed(&columns.weight, &[])?),
                None => find(&None, &["weight"]),
            },
        })
    }
}

/// A time in microseconds: of seconds since 1970 (or any other count), of a date, or of a date
/// with its time of day, in UTC if it says no other.
fn time(text: &str) -> Option<i64> {
    let date = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    // Beyond this, microseconds no longer fit.
    const MOST: i64 = 9_000_000_000_000;
    if let (Ok(seconds), false) = (text.parse::<i64>(), date) {
        return (-MOST < seconds && seconds < MOST).then_some(seconds * 1_000_000);
    }
    if let (Ok(seconds), false) = (text.parse::<f64>(), date) {
        return (seconds.abs() < MOST as f64).then_some((seconds * 1e6) as i64);
    }
    if text.len() > 10 {
        let of_day = text.parse::<jiff::civil::DateTime>().ok();
        let in_utc = || of_day?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|it| it.timestamp());
        let time: Option<Timestamp> = text.parse().ok().or_else(in_utc);
        return time.map(Timestamp::as_microsecond);
    }
    let date = Written::of(text).filter(Written::is_told)?;
    Some(micros(Order::Year.day(&date)?, &date))
}

/// A time that was asked for on the command line.
fn asked_time(text: &str, order: Order) -> Result<i64> {
    let in_order = || {
        let date = Written::of(text)?;
        Some(micros(order.day(&date)?, &date))
    };
    time(text).or_else(in_order).with_context(|| {
        format!("“{text}” is neither a date like 2026-01-31 nor a number of seconds.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        let day = 86_400_000_000;
        assert_eq!(time("1970-01-02"), Some(day));
        assert_eq!(time("19700102"), Some(day));
        assert_eq!(time("1970-01-02T00:00:01Z"), Some(day + 1_000_000));
        assert_eq!(time("1970-01-02 00:00:01"), Some(day + 1_000_000));
        assert_eq!(time("1970-01-02T01:00:01+01:00"), Some(day + 1_000_000));
        assert_eq!(time("86400.5"), Some(day + 500_000));
        assert_eq!(time("1786400000123"), Some(1_786_400_000_123_000_000));
        for wrong in ["", "soon", "1970-02-30", "NaN", "1e300", "inf"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }
}
