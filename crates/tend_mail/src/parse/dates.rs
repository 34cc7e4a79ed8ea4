//! The Date header in the spellings that are met.

use jiff::Timestamp;
use jiff::civil::Date;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

#[derive(Default)]
struct Seen {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    offset: Option<i64>,
    is_pm: Option<bool>,
}

/// An instant, or `None` where the text is no date.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.split('(').next().unwrap_or("").trim();
    let text = crate::text::cut(text, 100);
    let mut seen = Seen::default();
    for word in text.split([' ', ',', '\t']).filter(|w| !w.is_empty()) {
        seen.word(word);
    }
    seen.instant()
}

impl Seen {
    fn word(&mut self, word: &str) {
        if word.contains(':') {
            let clock = word.split_once('T').map_or(word, |(date, clock)| {
                self.dashes(date);
                clock
            });
            self.clock(clock);
        } else if word.starts_with(['+', '-']) && word.len() >= 3 && self.time.is_some() {
            self.offset = numeric_zone(word).or(self.offset);
        } else if word.contains('-') || word.matches('/').count() == 2 {
            self.dashes(word);
        } else if let Ok(number) = word.parse::<i32>() {
            self.number(number, word.len());
        } else {
            self.name(word);
        }
    }

    fn clock(&mut self, word: &str) {
        let end = word.find(['+', 'Z', '-']).unwrap_or(word.len());
        let (clock, zone) = word.split_at(end);
        let mut parts = clock.split([':', '.']).map(|p| p.parse::<i8>().ok());
        let hour = parts.next().flatten();
        let minute = parts.next().flatten();
        let second = parts.next().flatten().unwrap_or(0).min(59);
        if let (Some(hour), Some(minute), None) = (hour, minute, self.time) {
            self.time = Some((hour, minute, second));
        }
        if zone.starts_with('Z') {
            self.offset = Some(0);
        } else if !zone.is_empty() {
            self.offset = numeric_zone(zone).or(self.offset);
        }
    }

    /// `29-Apr-2010`, `2010-04-29`, `4/29/2010`.
    fn dashes(&mut self, word: &str) {
        for part in word.split(['-', '/']) {
            match part.parse::<i32>() {
                Ok(number) if word.contains('/') && self.month.is_none() && number <= 12 => {
                    self.month = i8::try_from(number).ok();
                }
                Ok(number) if self.year.is_some() && self.month.is_none() => {
                    self.month = i8::try_from(number).ok();
                }
                Ok(number) => self.number(number, part.len()),
                Err(_) => self.name(part),
            }
        }
    }

    fn number(&mut self, number: i32, digits: usize) {
        if digits == 4 {
            self.year = i16::try_from(number).ok();
        } else if self.day.is_none() && (1..=31).contains(&number) {
            self.day = i8::try_from(number).ok();
        } else if self.year.is_none() && digits <= 3 && (0..1000).contains(&number) {
            let year = match number {
                0..=49 => 2000 + number,
                _ => 1900 + number,
            };
            self.year = i16::try_from(year).ok();
        }
    }

    fn name(&mut self, word: &str) {
        let lower = word.trim_end_matches('.').to_ascii_lowercase();
        if let Some(start) = lower.get(..3)
            && let Some(index) = MONTHS.iter().position(|m| *m == start)
            && self.month.is_none()
        {
            self.month = i8::try_from(index + 1).ok();
            return;
        }
        match lower.as_str() {
            "am" => self.is_pm = Some(false),
            "pm" => self.is_pm = Some(true),
            zone if self.offset.is_none() && self.time.is_some() => self.offset = named_zone(zone),
            _ => {}
        }
    }

    fn instant(self) -> Option<Timestamp> {
        let (hour, minute, second) = self.time.unwrap_or((0, 0, 0));
        let hour = match (self.is_pm, hour) {
            (Some(true), 1..=11) => hour + 12,
            (Some(false), 12) => 0,
            _ => hour,
        };
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || second < 0 {
            return None;
        }
        let utc = date.at(hour, minute, second, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        let seconds = utc.timestamp().as_second() - self.offset.unwrap_or(0);
        Timestamp::from_second(seconds).ok()
    }
}

fn numeric_zone(word: &str) -> Option<i64> {
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits: String = word.chars().filter(char::is_ascii_digit).take(4).collect();
    let value: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (value, 0) } else { (value / 100, value % 100) };
    (hours <= 23 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn named_zone(zone: &str) -> Option<i64> {
    let hours = match zone {
        "ut" | "utc" | "gmt" | "z" | "wet" => 0,
        "edt" => -4,
        "est" | "cdt" => -5,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        "cet" | "bst" | "met" => 1,
        "cest" | "mest" | "eet" => 2,
        "eest" | "msk" => 3,
        "jst" => 9,
        _ => return None,
    };
    Some(hours * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_they_are_met() {
        let want = "2010-04-29T14:34:45Z";
        for text in [
            "Thu, 29 Apr 2010 23:34:45 +0900",
            "Thu, 29 Apr 2010 23:34:45 +0900 (JST)",
            "29 Apr 10 14:34:45 GMT",
            "Thu Apr 29 14:34:45 2010",
            "Thu, 29-Apr-2010 16:34:45 CEST",
            "2010-04-29T16:34:45+02:00",
            "2010-04-29 14:34:45Z",
            "Thu,  29 April 110 14:34:45 +0000",
        ] {
            assert_eq!(read(text).map(|t| t.to_string()).as_deref(), Some(want), "{text}");
        }
        assert_eq!(read("4/29/2010 2:34:45 PM").map(|t| t.to_string()).as_deref(), Some(want));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in
            ["", "yesterday", "99 Foo 2010 10:00:00", "31 Feb 2010 10:00:00", "1 Jan 2010 99:00:00"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
