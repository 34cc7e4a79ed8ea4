//! What a cell says: nothing, a number, a day.

/// Whether a cell says nothing.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(text, "" | "?" | "-" | "." | "—" | "–")
        || ["na", "n/a", "#n/a", "nan", "null", "none", "nil", "<na>"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// A number, also with thousands separated by commas, a currency sign before or a percent
/// sign behind. None if it is none, or not finite.
pub(super) fn number(text: &str) -> Option<f64> {
    if let Ok(value) = text.parse::<f64>() {
        return value.is_finite().then_some(value);
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let bare = rest.trim_start_matches(['$', '€', '£']).trim_end_matches(['%', '€']).trim();
    if !bare.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let whole = bare.split('.').next()?;
    let grouped = whole.split(',').skip(1).all(|group| group.len() == 3);
    let value: f64 = if grouped { bare.replace(',', "").parse().ok()? } else { return None };
    value.is_finite().then_some(if negative { -value } else { value })
}

/// In which order a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayOrder {
    Year,
    Month,
    Day,
}

impl DayOrder {
    pub(super) const ALL: [Self; 3] = [Self::Year, Self::Month, Self::Day];

    /// The days from 1970-01-01 to this one, with the time of day as a fraction.
    pub(super) fn day(self, text: &str) -> Option<f64> {
        let (date, time) = match text.find(['T', ' ']) {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        let mut parts = date.split(['-', '/', '.']).map(str::parse::<i64>);
        let three = [parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?];
        if parts.next().is_some() {
            return None;
        }
        let [year, month, day] = match self {
            Self::Year => three,
            Self::Month => [three[2], three[0], three[1]],
            Self::Day => [three[2], three[1], three[0]],
        };
        let plausible = (1000..=9999).contains(&year) && (1..=12).contains(&month);
        if !plausible || !(1..=31).contains(&day) {
            return None;
        }
        Some(days(year, month, day) as f64 + clock(time))
    }
}

/// Days from 1970-01-01 in the Gregorian calendar (Hinnant 2013).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn clock(time: &str) -> f64 {
    let mut parts = time.split(':').map(|part| part.parse::<f64>().unwrap_or(0.0));
    let (hours, minutes) = (parts.next().unwrap_or(0.0), parts.next().unwrap_or(0.0));
    ((hours * 60.0 + minutes) / 1440.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [("12", 12.0), ("-1.5e2", -150.0), ("$1,234.50", 1234.5), ("7%", 7.0)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert_eq!(number("-$3"), Some(-3.0));
        for text in ["", "x", "1,23", "12 months", "inf", "NaN", "$"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert!(is_blank("") && is_blank("NaN") && is_blank("N/A") && !is_blank("0"));
    }

    #[test]
    fn days_are_counted_in_each_order() {
        assert_eq!(DayOrder::Year.day("1970-01-02"), Some(1.0));
        assert_eq!(DayOrder::Year.day("2000-03-01T12:00:00Z"), Some(11_017.5));
        assert_eq!(DayOrder::Month.day("3/1/2000"), Some(11_017.0));
        assert_eq!(DayOrder::Day.day("01.03.2000"), Some(11_017.0));
        assert_eq!(DayOrder::Month.day("13/1/2000"), None);
        assert_eq!(DayOrder::Year.day("7590-VHVEG"), None);
    }
}
