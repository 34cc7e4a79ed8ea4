//! Looking into JSON that others wrote: what is missing or of another type is not there.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;

use crate::money::Currency;

/// Why something that was sent can't be read: a sentence.
pub type Unreadable = String;

/// A text or a number as text; empty if it is neither.
pub(crate) fn text(it: &Value) -> String {
    match it {
        Value::String(it) => it.trim().chars().take(2000).collect(),
        Value::Number(it) => it.to_string(),
        _ => String::new(),
    }
}

/// An id, which must be there.
pub(crate) fn id(it: &Value, what: &str) -> Result<String, Unreadable> {
    match text(it) {
        id if id.is_empty() || id.len() > 200 => Err(format!("{what} has no id that can be read.")),
        id => Ok(id),
    }
}

/// The elements of a list; none if it is not one.
pub(crate) fn list(it: &Value) -> impl Iterator<Item = &Value> {
    it.as_array().into_iter().flatten().take(1000)
}

/// A time as RFC 3339 says it.
pub(crate) fn time(it: &Value) -> Option<Timestamp> {
    it.as_str()?.parse().ok()
}

/// A time without a zone, which is one of UTC: WooCommerce's `…_gmt`.
pub(crate) fn time_gmt(it: &Value) -> Option<Timestamp> {
    let text = it.as_str()?;
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| civil().map(|it| it.timestamp()))
}

/// Seconds since 1970: Stripe's times.
pub(crate) fn seconds(it: &Value) -> Option<Timestamp> {
    Timestamp::from_second(it.as_i64()?).ok()
}

/// A time that must be there.
pub(crate) fn must(it: Option<Timestamp>, what: &str) -> Result<Timestamp, Unreadable> {
    it.ok_or_else(|| format!("{what} is no time that can be read."))
}

/// The currency, which must be there.
pub(crate) fn currency(it: &Value) -> Result<Currency, Unreadable> {
    let word = text(it);
    word.parse().map_err(|_| format!("“{word}” is no currency that is known."))
}

/// An amount as shops write it, with a point: `243.00`. More decimals than the currency has are
/// rounded, a half away from nothing.
pub(crate) fn amount(currency: Currency, it: &Value) -> Option<i64> {
    let text = text(it);
    let (minus, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |it| (true, it));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) || whole.len() > 15 {
        return None;
    }
    let width = currency.decimals() as usize;
    let kept: String = part.chars().chain(std::iter::repeat('0')).take(width).collect();
    let up = part.as_bytes().get(width).is_some_and(|it| *it >= b'5');
    let minor = format!("{whole}{kept}").parse::<i64>().ok()?.checked_add(i64::from(up))?;
    (minor < 1_000_000_000_000_000).then_some(if minus { -minor } else { minor })
}

/// An amount that must be there.
pub(crate) fn total(currency: Currency, it: &Value) -> Result<i64, Unreadable> {
    amount(currency, it).ok_or_else(|| format!("“{}” is no amount of {currency}.", text(it)))
}

/// An address of the web that a person may follow; empty if it is none.
pub(crate) fn web(it: &Value) -> String {
    let text = text(it);
    if text.starts_with("https://") || text.starts_with("http://") { text } else { String::new() }
}

/// `first last`, of what is there.
pub(crate) fn name(first: &Value, last: &Value) -> String {
    format!("{} {}", text(first), text(last)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_whole_minor_units_of_their_currency() {
        let of = |word: &str, text: &str| amount(word.parse().expect("a currency"), &json!(text));
        assert_eq!(of("EUR", "243.00"), Some(24_300));
        assert_eq!((of("EUR", "-0.5"), of("EUR", "7")), (Some(-50), Some(700)));
        assert_eq!((of("EUR", "1.005"), of("EUR", "1.0049")), (Some(101), Some(100)));
        assert_eq!((of("JPY", "1200"), of("JPY", "1200.50")), (Some(1200), Some(1201)));
        assert_eq!(of("KWD", "1.234"), Some(1234));
        for odd in ["", "1,50", "ten", "1e3", ".5", "9999999999999999"] {
            assert_eq!(of("EUR", odd), None, "{odd}");
        }
    }
}
