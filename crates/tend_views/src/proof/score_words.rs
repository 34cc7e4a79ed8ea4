//! How probabilities, shares and intervals are written on the pages of health.

use tend_core::{health::scoreboard::Interval, money::days};

use crate::parts;

/// `68%`; below ten with a decimal, `8.4%`; never rounded to nothing or to all.
pub(super) fn percent(share: f64) -> String {
    let it = share * 100.0;
    if it < 0.0 {
        return format!("−{}", percent(-share));
    }
    if it > 0.0 && it < 0.05 {
        return "under 0.1%".to_owned();
    }
    if (99.5..100.0).contains(&it) {
        return "over 99%".to_owned();
    }
    match it < 9.95 && it > 0.0 {
        true => parts::percent(share, 1),
        false => parts::percent(share, 0),
    }
}

/// `54 to 67`, of shares in per cent.
pub(super) fn range(it: Interval) -> String {
    let plain = |share: f64| percent(share).replace('%', "");
    format!("{} to {}", plain(it.lower), plain(it.upper))
}

/// `0.77 to 0.85`.
pub(super) fn range_plain(it: Interval) -> String {
    format!("{:.2} to {:.2}", it.lower, it.upper)
}

/// `4.1×`.
pub(super) fn times(it: f64) -> String {
    format!("{it:.1}×")
}

/// `3.3 to 5.0`.
pub(super) fn range_times(it: Interval) -> String {
    format!("{:.1} to {:.1}", it.lower, it.upper)
}

/// `Q3 2026`, of its first month.
pub(super) fn quarter(month: i64) -> String {
    format!("Q{} {}", month.rem_euclid(12) / 3 + 1, month.div_euclid(12))
}

/// `20 Nov 2026`.
pub(super) fn day(day: i64) -> String {
    days::date(day).strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_as_people_read_them() {
        let written = [0.0, 0.0002, 0.004, 0.084, 0.0999, 0.68, 0.998, 1.0, -0.21].map(percent);
        assert_eq!(
            written,
            ["0%", "under 0.1%", "0.4%", "8.4%", "10%", "68%", "over 99%", "100%", "−21%"]
        );
        assert_eq!(range(Interval { value: 0.61, lower: 0.54, upper: 0.667 }), "54 to 67");
        assert_eq!(quarter(2026 * 12 + 7), "Q3 2026");
    }
}
