//! What people may enter about themselves and others.

use crate::{Result, error::invalid};

/// A name on one line, without spaces around it.
///
/// # Errors
/// Invalid, when it is empty, longer than 100 characters or holds control characters.
pub fn name(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid(field, "A name is needed."));
    }
    if text.chars().count() > 100 {
        return Err(invalid(field, "A name has at most 100 characters."));
    }
    if text.chars().any(char::is_control) {
        return Err(invalid(field, "A name stands on one line."));
    }
    Ok(text.to_owned())
}

/// An address as we compare it: lower-cased, without spaces around it.
///
/// # Errors
/// Invalid, when it is not of the form `name@domain`.
pub fn email(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let plain = |it: char| it.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(it);
    let valid = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.len() <= 64
            && local.chars().all(plain)
            && domain.len() <= 190
            && domain.split('.').all(|label| {
                !label.is_empty() && label.chars().all(|it| it.is_alphanumeric() || it == '-')
            })
    });
    match valid {
        true => Ok(text),
        false => Err(invalid("email", "This is not an email address, such as anna@example.com.")),
    }
}

/// An IANA time zone, as in `Europe/Vienna`.
///
/// # Errors
/// Invalid, when we know no such zone.
pub fn time_zone(text: &str) -> Result<String> {
    match jiff::tz::TimeZone::get(text) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or("UTC").to_owned()),
        Err(_) => Err(invalid("time_zone", "There is no such time zone.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_cased_and_checked() {
        assert_eq!(email("  Anna@Example.COM ").expect("is one"), "anna@example.com");
        assert!(email("jürgen@bücher.example").is_ok());
        for bad in
            ["", "anna", "@x.y", "a@", "a@b..c", "a b@c.d", "a@b\r\nBcc: c@d", "a@b@c", "<a@b>"]
        {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_stand_on_one_line() {
        assert_eq!(name("name", " Zoë ").expect("is one"), "Zoë");
        for bad in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(name("name", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn time_zones_are_known_ones() {
        assert_eq!(time_zone("Europe/Vienna").expect("is one"), "Europe/Vienna");
        assert!(time_zone("Mars/Olympus").is_err());
    }
}
