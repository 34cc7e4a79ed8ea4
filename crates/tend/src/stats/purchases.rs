//! Reading who bought what and when: row by row, because there may be millions.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use tend_stats::recommend::{Interaction, Interactions, Window};

use super::{rows, table};

/// Where things stand in the file.
#[derive(Args)]
pub struct Columns {
    /// The column of customers; by default customer, customer_id, user, user_id or account.
    #[arg(long, value_name = "COLUMN")]
    pub customer: Option<String>,
    /// The column of products; by default product, product_id, item, item_id or sku.
    #[arg(long, value_name = "COLUMN")]
    pub product: Option<String>,
    /// The column of times: dates, dates with a time of day, or numbers that grow, such as
    /// seconds since 1970; by default time, timestamp, date or day.
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// The column of weights, how much a row says; by default weight, and 1 without.
    #[arg(long, value_name = "COLUMN")]
    pub weight: Option<String>,
}

const CUSTOMER: [&str; 5] = ["customer", "customer_id", "user", "user_id", "account"];
const PRODUCT: [&str; 5] = ["product", "product_id", "item", "item_id", "sku"];
const TIME: [&str; 4] = ["time", "timestamp", "date", "day"];

/// What a file says, with the names of its customers and products in the order of their coming.
pub struct Purchases {
    pub events: Interactions,
    pub customers: Vec<String>,
    pub products: Vec<String>,
    pub rows: usize,
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
pub fn read(path: &Path, columns: &Columns, window: Window) -> Result<Purchases> {
    let file = path.display().to_string();
    let mut reader = rows::reader(path)?;
    let header = reader.headers().with_context(|| format!("{file} has no header"))?.clone();
    let header: Vec<&str> =
        header.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
    let at = Places::find(&file, &header, columns)?;
    let (mut customers, mut products) = (Names::default(), Names::default());
    let mut interactions = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let row = interactions.len() + 1;
        let more = reader.read_record(&mut record);
        if !more.with_context(|| format!("{file}: row {row} cannot be read"))? {
            break;
        }
        if record.len() != header.len() {
            bail!("{file}: row {row} has {} cells and the header {}.", record.len(), header.len());
        }
        let cell = |place: usize| record.get(place).unwrap_or_default().trim();
        let wrong = |place: usize, why: &str| {
            let text = match cell(place) {
                "" => "the empty cell".to_owned(),
                text => format!("“{text}”"),
            };
            anyhow::anyhow!("{file}: row {row}, column {}: {text} {why}.", header[place])
        };
        for (place, what) in [(at.customer, "customer"), (at.product, "product")] {
            if cell(place).is_empty() {
                return Err(wrong(place, &format!("names no {what}")));
            }
        }
        let time = time(cell(at.time)).ok_or_else(|| {
            wrong(at.time, "is neither a date like 2026-01-31 nor a number of seconds")
        })?;
        let weight = match at.weight {
            None => 1.0,
            Some(place) => match cell(place).parse::<f64>() {
                Ok(weight) if weight.is_finite() && weight >= 0.0 => weight,
                _ => return Err(wrong(place, "is not a number of 0 or more")),
            },
        };
        let customer = customers.number(cell(at.customer))?;
        let product = products.number(cell(at.product))?;
        interactions.push(Interaction { customer, product, time, weight });
    }
    if interactions.is_empty() {
        bail!("{file} has no rows after its header.");
    }
    let (customers, products) = (customers.names, products.names);
    let events = Interactions::new(customers.len(), products.len(), &interactions, window)
        .map_err(|error| anyhow::anyhow!("{file}: {error}"))?;
    Ok(Purchases { events, customers, products, rows: interactions.len() })
}

struct Places {
    customer: usize,
    product: usize,
    time: usize,
    weight: Option<usize>,
}

impl Places {
    fn find(file: &str, header: &[&str], columns: &Columns) -> Result<Places> {
        let place = |name: &str| {
            // Some tools write the kind behind the name: item_id:token.
            let is = |own: &&str| {
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
    table::day(text).map(|day| day * 86_400_000_000)
}

/// A time that was asked for on the command line.
pub fn asked_time(text: &str) -> Result<i64> {
    time(text).with_context(|| {
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
