//! Marks of the year and the month in the index, so that a search of a time long ago need not
//! walk through everything that came later.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tend_store::Tx;

use super::terms;
use crate::Result;

/// The marks of a time, in UTC: of its year and of its month.
pub(super) fn marks(at: Timestamp) -> [String; 2] {
    let day = at.to_zoned(TimeZone::UTC).date();
    [year(day.year()), month(day.year(), day.month())]
}

fn year(year: i16) -> String {
    format!("_y{year}")
}

fn month(year: i16, month: i8) -> String {
    format!("_m{year}{month:02}")
}

/// A span of time; an end that is not set is open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct During {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl During {
    /// Cuts off what is not `before` or not `after` a time.
    pub fn cut(&mut self, name: &str, at: Timestamp) {
        match name {
            "before" => self.to = Some(self.to.map_or(at, |it| it.min(at))),
            _ => self.from = Some(self.from.map_or(at, |it| it.max(at))),
        }
    }

    /// The marks of which every message within the span has at least one; some a little outside
    /// have one as well. `None` when the span has no ends, an empty list when nothing is in it.
    pub fn marks(&self, tx: &mut Tx) -> Result<Option<Vec<String>>> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let known = terms::all_beginning(tx, "_y")?;
        let years = known.iter().filter_map(|it| it[2..].parse().ok());
        Ok(Some(years.flat_map(|it| self.within(it)).collect()))
    }

    fn within(&self, of: i16) -> Vec<String> {
        let months: Vec<i8> = (1..=12).filter(|it| self.touches(of, *it)).collect();
        match months.len() {
            12 => vec![year(of)],
            _ => months.into_iter().map(|it| month(of, it)).collect(),
        }
    }

    fn touches(&self, year: i16, month: i8) -> bool {
        let begin = |year, month| {
            let day = Date::new(year, month, 1).ok()?.to_zoned(TimeZone::UTC).ok()?;
            Some(day.timestamp())
        };
        let next =
            if month == 12 { begin(year.saturating_add(1), 1) } else { begin(year, month + 1) };
        let starts_in_time = self.to.zip(begin(year, month)).is_none_or(|(to, it)| it < to);
        let ends_in_time = self.from.zip(next).is_none_or(|(from, it)| it > from);
        starts_in_time && ends_in_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_span_has_whole_years_and_months_at_its_ends() {
        let mut it = During::default();
        it.cut("after", at("2024-11-30T23:00:00Z"));
        it.cut("before", at("2026-02-01T00:00:00Z"));
        let all: Vec<_> = (2023..2028).flat_map(|year| it.within(year)).collect();
        assert_eq!(all, ["_m202411", "_m202412", "_y2025", "_m202601"]);
        it.cut("before", at("2024-11-30T23:30:00Z"));
        assert_eq!(it.within(2024), ["_m202411"]);
        assert_eq!(marks(at("2024-11-30T23:30:00Z")), ["_y2024", "_m202411"]);
    }
}
