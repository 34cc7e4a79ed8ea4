//! Dates as shops write them: 2010-12-01, 12/1/2010 8:26, 31.12.2024. In which order day and month
//! stand is told from the whole column, or said by whoever asks.

use anyhow::{Result, bail};
use jiff::civil::Date;

/// A day of 1970.
const START: Date = jiff::civil::date(1970, 1, 1);

/// In which order a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Year,
    Day,
    Month,
}

impl Order {
    /// From the command line: ymd, dmy, mdy, or as a pattern of either kind (DD.MM.YYYY,
    /// %m/%d/%Y).
    pub fn asked(text: &str) -> Result<Order, String> {
        let date = text.split(['T', ' ']).next().unwrap_or_default().to_ascii_lowercase();
        let mut letters: Vec<char> = date.chars().filter(|it| "ymd".contains(*it)).collect();
        letters.dedup();
        match letters[..] {
            ['y', 'm', 'd'] => Ok(Order::Year),
            ['d', 'm', 'y'] => Ok(Order::Day),
            ['m', 'd', 'y'] => Ok(Order::Month),
            _ => Err(format!("“{text}” is none of ymd, dmy and mdy")),
        }
    }
}

/// The three numbers of a date, as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    parts: [i16; 3],
    /// The first has four digits, so it is the year.
    year_first: bool,
    /// The last has four digits, so it is the year.
    year_last: bool,
    /// They are apart by dots: nobody writes the month first then.
    dots: bool,
    /// Microseconds since midnight.
    pub of_day: i64,
}

impl Written {
    /// Reads a date with or without a time of day.
    pub fn of(text: &str) -> Option<Written> {
        let (date, clock) = match text.find(['T', ' ']) {
            Some(at) => (&text[..at], text[at + 1..].trim()),
            None => (text, ""),
        };
        let of_day = if clock.is_empty() { 0 } else { of_day(clock)? };
        if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
            let parts = [&date[..4], &date[4..6], &date[6..]].map(|it| it.parse().unwrap_or(0));
            return Some(Self { parts, year_first: true, year_last: false, dots: false, of_day });
        }
        let sign = ['-', '/', '.'].into_iter().find(|sign| date.contains(*sign))?;
        let cells: Vec<&str> = date.split(sign).collect();
        let digits =
            |it: &&str| (1..=4).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit());
        let [a, b, c] = cells[..] else { return None };
        if !cells.iter().all(digits) {
            return None;
        }
        Some(Self {
            parts: [a, b, c].map(|it| it.parse().unwrap_or(0)),
            year_first: a.len() == 4,
            year_last: c.len() == 4,
            dots: sign == '.',
            of_day,
        })
    }

    /// Whether it says itself in which order it is written.
    pub fn is_told(&self) -> bool {
        self.year_first
    }

    /// The days from 1970 to it, if it is a date in this order. A year of two digits is one of
    /// 1970 to 2069.
    fn day(&self, order: Order) -> Option<i64> {
        let [a, b, c] = self.parts;
        let (year, full, month, day) = match order {
            Order::Year => (a, self.year_first, b, c),
            Order::Day => (c, self.year_last, b, a),
            Order::Month => (c, self.year_last, a, b),
        };
        if year > 99 && !full || (self.year_first && order != Order::Year) {
            return None;
        }
        let year = match full {
            true => year,
            false => year + if year < 70 { 2000 } else { 1900 },
        };
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(i64::from(date.since(START).ok()?.get_days()))
    }
}

/// 8:26, 08:26:00.5, 8:26 PM; what follows of a zone is left out.
fn of_day(clock: &str) -> Option<i64> {
    let lower = clock.to_ascii_lowercase();
    let (clock, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (lower.as_str(), None),
    };
    let end = clock.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'));
    let mut parts = clock[..end.unwrap_or(clock.len())].trim().split(':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().map_or(Some(0.0), |it| it.parse().ok())?;
    let hour = half.map_or(hour, |half| hour % 12 + half);
    let inside = (0..24).contains(&hour) && (0..60).contains(&minute) && second < 61.0;
    inside.then(|| (hour * 60 + minute) * 60_000_000 + (second * 1e6) as i64)
}

/// Finds out in which order a column writes its dates.
#[derive(Debug)]
pub struct Orders {
    asked: Option<Order>,
    /// Each order, as long as all dates so far could be of it.
    left: Vec<Order>,
    /// A date that does not settle it.
    open: Option<String>,
}

impl Orders {
    /// Before anything was read; `asked` is known from the command line.
    pub fn new(asked: Option<Order>) -> Orders {
        let left = asked.map_or_else(|| vec![Order::Day, Order::Month], |it| vec![it]);
        Orders { asked, left, open: None }
    }

    /// Looks at a date. `Err` says what is wrong with it.
    pub fn see(&mut self, text: &str, date: &Written) -> Result<(), &'static str> {
        // A year in front is a date of its own kind, whatever the others are.
        if date.year_first {
            return date.day(Order::Year).map(drop).ok_or(NO_DATE);
        }
        let dots = |order: Order| date.dots && order == Order::Month && self.asked.is_none();
        let may = |order: &Order| !dots(*order) && date.day(*order).is_some();
        let left: Vec<Order> = self.left.iter().copied().filter(may).collect();
        if left.is_empty() {
            let alone = [Order::Day, Order::Month].iter().any(|it| date.day(*it).is_some());
            return Err(match (self.asked, alone) {
                (Some(_), _) => "is not a date in the order of --date-format",
                (None, true) => "has day and month in another order than the dates before it",
                (None, false) => NO_DATE,
            });
        }
        self.open = (left.len() > 1).then(|| text.to_owned());
        self.left = left;
        Ok(())
    }

    /// The order, once all were seen.
    pub fn settle(&self, file: &str, column: &str) -> Result<Order> {
        match (&self.open, &self.left[..]) {
            (Some(text), _) => bail!(
                "{file}: column {column}: “{text}” may have the day or the month first, and no row \
                 settles it. Say which: --date-format dmy or --date-format mdy."
            ),
            (None, [one]) => Ok(*one),
            // In all of them the year stood in front.
            (None, _) => Ok(Order::Year),
        }
    }
}

/// What is said of a text that is no date.
pub const NO_DATE: &str = "is not a date like 2026-01-31";

impl Order {
    /// What stands first.
    pub fn word(self) -> &'static str {
        match self {
            Order::Year => "year",
            Order::Day => "day",
            Order::Month => "month",
        }
    }

    /// The days from 1970 to a date of a column that was settled.
    pub fn day(self, date: &Written) -> Option<i64> {
        match date.year_first {
            true => date.day(Order::Year),
            false => date.day(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(asked: Option<&str>, texts: &[&str]) -> Result<Vec<i64>, String> {
        let asked = asked.map(Order::asked).transpose()?;
        let mut orders = Orders::new(asked);
        for text in texts {
            let date = Written::of(text).ok_or(NO_DATE)?;
            orders.see(text, &date)?;
        }
        let order = orders.settle("f", "when").map_err(|it| it.to_string())?;
        Ok(texts.iter().filter_map(|it| order.day(&Written::of(it)?)).collect())
    }

    #[test]
    fn a_day_above_twelve_settles_the_whole_column() {
        assert_eq!(settled(None, &["2/1/1970 8:26", "1/13/1970 23:59"]), Ok(vec![31, 12]));
        assert_eq!(settled(None, &["2/1/1970", "13/1/1970"]), Ok(vec![1, 12]));
        assert_eq!(settled(None, &["02.01.1970", "3.1.1970"]), Ok(vec![1, 2]));
        assert_eq!(settled(None, &["02.01.70", "31.12.24"]), Ok(vec![1, 20_088]));
        assert_eq!(settled(None, &["1970-01-02", "19700103", "1970/1/4"]), Ok(vec![1, 2, 3]));
        assert_eq!(settled(None, &["1970-01-02T23:59:59+02:00"]), Ok(vec![1]));
        assert!(settled(None, &["13/1/1970", "1/13/1970"]).expect_err("both").contains("another"));
        assert_eq!(settled(None, &["1970-02-30"]), Err(NO_DATE.into()));
        assert_eq!(settled(None, &["31/31/1970"]), Err(NO_DATE.into()));
    }

    #[test]
    fn where_nothing_settles_it_somebody_has_to_say_it() {
        let open = settled(None, &["2/1/1970", "3/1/1970"]).expect_err("open");
        assert!(open.contains("“3/1/1970”") && open.contains("--date-format dmy"), "{open}");
        assert_eq!(settled(Some("dmy"), &["2/1/1970"]), Ok(vec![1]));
        assert_eq!(settled(Some("%m/%d/%Y %H:%M"), &["2/1/1970"]), Ok(vec![31]));
        assert_eq!(settled(Some("DD.MM.YYYY"), &["02.01.1970"]), Ok(vec![1]));
        assert!(
            settled(Some("mdy"), &["13/1/1970"]).expect_err("no month").contains("--date-format")
        );
        assert!(settled(Some("dd"), &[]).expect_err("no order").contains("none of ymd"));
    }

    #[test]
    fn the_time_of_day_is_read_too() {
        let at = |text: &str| Written::of(text).map(|it| it.of_day / 1_000_000);
        assert_eq!(at("12/1/2010 8:26"), Some(8 * 3600 + 26 * 60));
        assert_eq!(at("12/1/2010 12:01:05 AM"), Some(65));
        assert_eq!(at("12/1/2010 1:00 pm"), Some(13 * 3600));
        assert_eq!(at("12/1/2010"), Some(0));
        assert_eq!(at("12/1/2010 25:00"), None);
        for wrong in ["", "oops", "1/2", "1/2/3/4", "a/b/c", "1-2-"] {
            assert_eq!(Written::of(wrong), None, "{wrong}");
        }
    }
}
