//! What may be entered about a contact.

use super::IdentityKind;
use crate::{Result, error::invalid, fold};

/// A name of a contact or an account.
pub(crate) fn name(text: &str) -> Result<String> {
    let name = fold::one_line(text, 200);
    match name.is_empty() {
        true => Err(invalid("name", "A name is needed.")),
        false => Ok(name),
    }
}

pub(crate) fn title(text: &str) -> String {
    fold::one_line(text, 200)
}

/// An IANA name, or nothing.
pub(crate) fn time_zone(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    match jiff::tz::TimeZone::get(text) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or("UTC").to_owned()),
        Err(_) => {
            Err(invalid("time_zone", "There is no such time zone. Write it as in Europe/Vienna."))
        }
    }
}

/// A tag of BCP 47 in its usual letters (`pt-BR`, `zh-Hans`), or nothing.
pub(crate) fn language(text: &str) -> Result<String> {
    let text = text.trim().replace('_', "-");
    if text.is_empty() {
        return Ok(String::new());
    }
    let wrong = || invalid("language", "Write a language as its short code, such as en or pt-BR.");
    let parts: Vec<&str> = text.split('-').collect();
    let plain =
        |it: &&str| (1..=8).contains(&it.len()) && it.chars().all(|c| c.is_ascii_alphanumeric());
    let first = parts.first().copied().unwrap_or_default();
    let is_language =
        (2..=3).contains(&first.len()) && first.chars().all(|c| c.is_ascii_alphabetic());
    if !is_language || text.len() > 35 || !parts.iter().all(plain) {
        return Err(wrong());
    }
    let written = parts.iter().enumerate().map(|(at, it)| match (at, it.len()) {
        (0, _) => it.to_lowercase(),
        (_, 2) => it.to_uppercase(),
        (_, 4) => it[..1].to_uppercase() + &it[1..].to_lowercase(),
        _ => it.to_lowercase(),
    });
    Ok(written.collect::<Vec<_>>().join("-"))
}

/// What to say of an identity that can't be read.
pub(crate) fn unreadable(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Email => "This is not an email address, such as anna@example.com.",
        IdentityKind::Phone => "This is not a phone number, such as +43 1 234567.",
        _ => "This is empty or too long.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_and_zones_are_checked_and_written_one_way() {
        assert_eq!(language("PT_br").as_deref(), Ok("pt-BR"));
        assert_eq!(language("zh-hans-cn").as_deref(), Ok("zh-Hans-CN"));
        assert_eq!(language(" ").as_deref(), Ok(""));
        for bad in ["english", "e", "en-", "en-<b>", "12"] {
            assert!(language(bad).is_err(), "{bad}");
        }
        assert_eq!(time_zone("europe/vienna").as_deref(), Ok("Europe/Vienna"));
        assert!(time_zone("Vienna").is_err());
    }
}
