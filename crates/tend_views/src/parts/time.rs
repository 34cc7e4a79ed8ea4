//! Moments and lengths of time. The server writes them in the agent's zone; the `local-time` island
//! keeps them right while the page stays open (09:14 becomes Thu at midnight, 38 m becomes 39 m).

use jiff::{Timestamp, Zoned, tz::TimeZone};
use maud::{Markup, html};

use super::sample::{Sample, sample};

/// Now, where the agent is. Every page gets one; time is never asked for.
#[derive(Clone, Debug)]
pub struct Now {
    pub at: Timestamp,
    pub zone: TimeZone,
}

impl Now {
    pub fn new(at: Timestamp, zone: TimeZone) -> Self {
        Self { at, zone }
    }

    fn here(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// Whole days from `at` to today, as calendars count them; negative for what is to come.
    pub fn days_since(&self, at: Timestamp) -> i32 {
        let (then, today) = (self.here(at).date(), self.here(self.at).date());
        then.until(today).map_or(0, |it| it.get_days())
    }

    /// The shortest that says it: `09:14` today, `Thu` this week, `12 Nov`, `12 Nov 2025`.
    pub fn short_text(&self, at: Timestamp) -> String {
        let (then, now) = (self.here(at), self.here(self.at));
        let format = match self.days_since(at) {
            0 => "%H:%M",
            1..=6 => "%a",
            _ if then.year() == now.year() => "%-d %b",
            _ => "%-d %b %Y",
        };
        then.strftime(format).to_string()
    }

    /// For what is to come: `18:00` today, `Mon 09:00` within a week, `12 Dec 09:00`.
    pub fn until_text(&self, at: Timestamp) -> String {
        let format = match self.days_since(at) {
            0 => "%H:%M",
            -6..=-1 => "%a %H:%M",
            _ => "%-d %b %H:%M",
        };
        self.here(at).strftime(format).to_string()
    }

    /// `Today, Friday 20 November`, `Yesterday, …`, `Thursday 19 November`, with the year when it is another.
    pub fn day_text(&self, at: Timestamp) -> String {
        let (then, now) = (self.here(at), self.here(self.at));
        let before = match self.days_since(at) {
            0 => "Today, ",
            1 => "Yesterday, ",
            _ => "",
        };
        let format = if then.year() == now.year() { "%A %-d %B" } else { "%A %-d %B %Y" };
        format!("{before}{}", then.strftime(format))
    }

    /// `20 Nov 2026, 10:31`.
    pub fn full_text(&self, at: Timestamp) -> String {
        self.here(at).strftime("%-d %b %Y, %H:%M").to_string()
    }

    /// `20 Nov 2026`.
    pub fn date_text(&self, at: Timestamp) -> String {
        self.here(at).strftime("%-d %b %Y").to_string()
    }

    /// `09:14`, whatever the day.
    pub fn clock_text(&self, at: Timestamp) -> String {
        self.here(at).strftime("%H:%M").to_string()
    }

    /// The calendar day, to group by.
    pub fn day_of(&self, at: Timestamp) -> jiff::civil::Date {
        self.here(at).date()
    }

    /// A moment in the shortest words; the whole of it in the tooltip.
    pub fn short(&self, at: Timestamp) -> Markup {
        self.written(at, "short", &self.short_text(at))
    }
    /// A moment to come.
    pub fn until(&self, at: Timestamp) -> Markup {
        self.written(at, "until", &self.until_text(at))
    }
    /// Day and time in full.
    pub fn full(&self, at: Timestamp) -> Markup {
        self.written(at, "full", &self.full_text(at))
    }
    /// The day.
    pub fn date(&self, at: Timestamp) -> Markup {
        self.written(at, "date", &self.date_text(at))
    }
    /// The time of day.
    pub fn clock(&self, at: Timestamp) -> Markup {
        self.written(at, "clock", &self.clock_text(at))
    }
    /// A day as a heading.
    pub fn day(&self, at: Timestamp) -> Markup {
        self.written(at, "day", &self.day_text(at))
    }
    /// How long ago, as a length: `38 m`, `3 h`, `2 d`.
    pub fn since(&self, at: Timestamp) -> Markup {
        let seconds = self.at.as_second() - at.as_second();
        self.written(at, "since", &length(seconds))
    }

    fn written(&self, at: Timestamp, kind: &'static str, text: &str) -> Markup {
        html! { time datetime=(at) data-time=(kind) title=(self.full_text(at)) { (text) } }
    }
}

/// A length of time in its largest units: `40 s`, `38 m`, `1 h 12 m`, `3 d`. Below zero counts as zero.
pub fn length(seconds: i64) -> String {
    match seconds.max(0) {
        it @ 0..60 => format!("{it} s"),
        it @ 60..3_600 => format!("{} m", it / 60),
        it @ 3_600..36_000 if it % 3_600 >= 60 => format!("{} h {} m", it / 3_600, it % 3_600 / 60),
        it @ 3_600..172_800 => format!("{} h", it / 3_600),
        it => format!("{} d", it / 86_400),
    }
}

/// `48 KB`, `1.4 MB`: powers of 1000, as file managers show them.
pub fn file_size(bytes: i64) -> String {
    match bytes.max(0) {
        it @ 0..1_000 => format!("{it} B"),
        it @ 1_000..1_000_000 => format!("{} KB", (it + 500) / 1_000),
        it @ 1_000_000..1_000_000_000 => format!("{:.1} MB", it as f64 / 1e6),
        it => format!("{:.1} GB", it as f64 / 1e9),
    }
}

/// `18,204`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 message`, `3 messages`.
pub fn counted(number: i64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(number)) }
}

/// The moment at which all samples are taken: Friday 20 November 2026, 10:31 in Berlin.
pub fn sample_now() -> Now {
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    Now::new(Timestamp::constant(1_795_167_060, 0), zone)
}

/// So many minutes before [`sample_now`].
pub fn sample_ago(minutes: i64) -> Timestamp {
    Timestamp::constant(1_795_167_060 - minutes * 60, 0)
}

pub fn samples() -> Vec<Sample> {
    let now = sample_now();
    let ages = [5, 60 * 20, 60 * 24 * 9, 60 * 24 * 400];
    vec![
        sample(
            "short",
            html! { div.gallery-row { @for it in ages { (now.short(sample_ago(it))) } } },
        ),
        sample(
            "since",
            html! { div.gallery-row { @for it in [38, 72, 181, 4_400] { (now.since(sample_ago(it))) } } },
        ),
        sample(
            "to come",
            html! { div.gallery-row { @for it in [-60, -60 * 70, -60 * 24 * 30] { (now.until(sample_ago(it))) } } },
        ),
        sample(
            "day, full",
            html! { div.gallery-row { (now.day(sample_ago(5))) (now.full(sample_ago(5))) } },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_as_short_as_they_can_be() {
        let now = sample_now();
        assert_eq!(now.full_text(now.at), "20 Nov 2026, 10:31");
        assert_eq!(now.short_text(sample_ago(77)), "09:14");
        assert_eq!(now.short_text(sample_ago(60 * 11)), "Thu");
        assert_eq!(now.short_text(sample_ago(60 * 24 * 8)), "12 Nov");
        assert_eq!(now.short_text(sample_ago(60 * 24 * 365)), "20 Nov 2025");
        assert_eq!(now.until_text(sample_ago(-(60 * 24 * 3 - 91))), "Mon 09:00");
        assert_eq!(now.day_text(sample_ago(60 * 20)), "Yesterday, Thursday 19 November");
    }

    #[test]
    fn lengths_are_in_their_largest_units() {
        let cases = [
            (40, "40 s"),
            (38 * 60, "38 m"),
            (4_320, "1 h 12 m"),
            (10_800, "3 h"),
            (90_000, "25 h"),
            (259_200, "3 d"),
            (-5, "0 s"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(length(seconds), expected);
        }
        assert_eq!(file_size(48_213), "48 KB");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
