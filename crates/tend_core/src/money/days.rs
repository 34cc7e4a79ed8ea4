//! Days and months of the company's calendar, as numbers.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tend_store::Tx;

use crate::{Result, error::invalid, settings};

const DAY: i64 = 86_400;

/// Today, where the company is: days since 1970-01-01.
pub fn today(tx: &mut Tx) -> Result<i64> {
    let zone = settings::get_or(tx, settings::TIME_ZONE, "UTC")?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    Ok(of(tx.now().to_zoned(zone).date()))
}

/// The number of a date.
pub fn of(date: Date) -> i64 {
    let start = date.to_zoned(TimeZone::UTC).map(|it| it.timestamp().as_second());
    start.unwrap_or_default().div_euclid(DAY)
}

/// The date of a number.
pub fn date(day: i64) -> Date {
    moment(day).to_zoned(TimeZone::UTC).date()
}

/// The beginning of a day, UTC: for views that write dates.
pub fn moment(day: i64) -> Timestamp {
    Timestamp::from_second(day.saturating_mul(DAY)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The day of a moment, UTC.
pub fn of_moment(at: Timestamp) -> i64 {
    at.as_second().div_euclid(DAY)
}

/// `2026-11-20`.
pub fn text(day: i64) -> String {
    date(day).to_string()
}

/// Reads `2026-11-20`; what comes after it, such as a time, is left out.
pub fn parse(text: &str) -> Option<i64> {
    let date: Date = text.trim().get(..10)?.parse().ok()?;
    (1970..=2200).contains(&date.year()).then(|| of(date))
}

/// Reads it from a field of a form.
pub fn read(field: &'static str, text: &str) -> Result<i64> {
    parse(text).ok_or_else(|| invalid(field, "Write a day as year-month-day, such as 2026-11-20."))
}

/// So many months later, or the last day of that month where it has no such day.
pub fn after_months(day: i64, months: i64) -> i64 {
    let months = i32::try_from(months).unwrap_or(0).clamp(-4000, 4000);
    let later = date(day).checked_add(jiff::Span::new().months(months));
    later.map_or(day, of)
}

/// The month of a day: 12 × year + month − 1.
pub fn month_of(day: i64) -> i64 {
    let date = date(day);
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// Its first day.
pub fn first_of(month: i64) -> i64 {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(1970);
    let number = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    Date::new(year, number, 1).map_or(0, of)
}

/// Its last day.
pub fn last_of(month: i64) -> i64 {
    first_of(month + 1) - 1
}

/// `2026-11`.
pub fn month_text(month: i64) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Reads `2026-11`.
pub fn parse_month(text: &str) -> Option<i64> {
    parse(&format!("{}-01", text.trim().get(..7)?)).map(month_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_count_as_calendars_do() {
        let day = parse("2026-11-20").expect("a day");
        assert_eq!((text(day), month_text(month_of(day))), ("2026-11-20".into(), "2026-11".into()));
        assert_eq!(text(last_of(month_of(day))), "2026-11-30");
        assert_eq!(parse_month("2026-11"), Some(month_of(day)));
        assert_eq!(text(after_months(parse("2026-01-31").expect("a day"), 1)), "2026-02-28");
        assert_eq!(text(after_months(day, 12)), "2027-11-20");
        assert_eq!(parse("2026-11-20 09:14"), Some(day));
        for odd in ["", "20.11.2026", "2026-13-01", "0001-01-01", "2026-02-30"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
