use jiff::{civil::Date, tz::TimeZone};

use super::{Definition, Kind};
use crate::{Result, error::invalid};

/// A text has at most so many characters.
const LONGEST_TEXT: usize = 2000;
/// So that each number can be written out and read back as the same number.
const LARGEST: f64 = 1e15;

/// What is known of one thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Number(f64),
    Date(Date),
    Choice(String),
    Boolean(bool),
    Link(String),
}

impl Value {
    /// Reads what a person or a file says. `None` is nothing: the value is to be cleared.
    ///
    /// # Errors
    /// Invalid, under the attribute's name, with a sentence that says what would do.
    pub fn parse(definition: &Definition, text: &str) -> Result<Option<Self>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match definition.kind {
            Kind::Text => in_full(text).map(Self::Text),
            Kind::Number => number(text).map(Self::Number),
            Kind::Date => day(text).map(Self::Date),
            Kind::Choice => one_of(&definition.choices(), text).map(Self::Choice),
            Kind::Boolean => yes_or_no(text).map(Self::Boolean),
            Kind::Link => link(text).map(Self::Link),
        };
        value.map(Some).map_err(|problem| invalid(definition.name.clone(), problem))
    }

    /// From the column; what doesn't fit the kind is nothing.
    pub(crate) fn stored(kind: Kind, text: &str) -> Option<Self> {
        Some(match kind {
            Kind::Text => Self::Text(text.to_owned()),
            Kind::Number => Self::Number(text.parse().ok()?),
            Kind::Date => Self::Date(text.parse().ok()?),
            Kind::Choice => Self::Choice(text.to_owned()),
            Kind::Boolean => Self::Boolean(text == "true"),
            Kind::Link => Self::Link(text.to_owned()),
        })
    }

    /// The one way to write it: `12.5`, `2026-11-20`, `true`. What [`parse`](Self::parse) reads.
    pub fn text(&self) -> String {
        match self {
            Self::Text(it) | Self::Choice(it) | Self::Link(it) => it.clone(),
            Self::Number(it) => it.to_string(),
            Self::Date(it) => it.to_string(),
            Self::Boolean(it) => it.to_string(),
        }
    }

    /// By what it is sorted and compared: a day as microseconds, yes as 1.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(it) => Some(*it),
            Self::Boolean(it) => Some(f64::from(u8::from(*it))),
            Self::Date(it) => {
                let at = it.to_zoned(TimeZone::UTC).ok()?;
                Some(at.timestamp().as_microsecond() as f64)
            }
            Self::Text(_) | Self::Choice(_) | Self::Link(_) => None,
        }
    }
}

fn in_full(text: &str) -> Result<String, String> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(format!("A text has at most {LONGEST_TEXT} characters."));
    }
    let kept = |it: &char| !it.is_control() || *it == '\n';
    Ok(text.replace("\r\n", "\n").chars().filter(kept).collect())
}

fn number(text: &str) -> Result<f64, String> {
    let plain = text.replace([' ', '\u{a0}', '\u{202f}', '_'], "");
    let plain = plain.replace('\u{2212}', "-");
    let wrong = || "Write a number, such as 12 or 12.5.".to_owned();
    let shape = |it: char| it.is_ascii_digit() || "+-.eE".contains(it);
    if !plain.chars().all(shape) {
        return Err(wrong());
    }
    let number: f64 = plain.parse().map_err(|_| wrong())?;
    match number.abs() <= LARGEST {
        true => Ok(number + 0.0),
        false => Err("This number is too large.".to_owned()),
    }
}

fn day(text: &str) -> Result<Date, String> {
    // A moment of RFC 3339 gives its day.
    let day =
        text.get(..10).filter(|_| text.as_bytes().get(10).is_none_or(|it| b"T ".contains(it)));
    let wrong = "Write a day as year-month-day, such as 2026-11-20.";
    day.and_then(|it| it.parse().ok()).ok_or_else(|| wrong.to_owned())
}

fn one_of(choices: &[String], text: &str) -> Result<String, String> {
    let folded = crate::fold::fold(text);
    let found = choices
        .iter()
        .find(|it| *it == text)
        .or_else(|| choices.iter().find(|it| crate::fold::fold(it) == folded));
    found.cloned().ok_or_else(|| match choices.len() <= 12 {
        true => format!("Choose one of these: {}.", choices.join(", ")),
        false => "This is none of the choices.".to_owned(),
    })
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "on" | "y" => Ok(true),
        "false" | "no" | "0" | "off" | "n" => Ok(false),
        _ => Err("Say yes or no.".to_owned()),
    }
}

fn link(text: &str) -> Result<String, String> {
    let lower = text.to_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let odd = |it: char| it.is_whitespace() || it.is_control() || "<>\"`\\".contains(it);
    match rest {
        Some(rest)
            if !rest.is_empty()
                && !rest.starts_with('/')
                && text.len() <= 2000
                && !text.contains(odd) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("Write a whole address, such as https://example.com.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attributes::{About, AttributeId};

    fn of(kind: Kind) -> Definition {
        Definition {
            id: AttributeId::from_raw(1),
            subject_kind: About::Contact,
            name: "it".to_owned(),
            label: "It".to_owned(),
            kind,
            choices_text: r#"["Gold","Silver"]"#.to_owned(),
            position: 0,
            archived_at: None,
        }
    }

    #[test]
    fn each_kind_takes_what_is_of_its_kind() {
        let good = [
            (Kind::Text, " a\r\nb ", "a\nb"),
            (Kind::Number, "1 234.50", "1234.5"),
            (Kind::Number, "-0", "0"),
            (Kind::Date, "2026-02-28", "2026-02-28"),
            (Kind::Date, "2026-02-28T23:00:00Z", "2026-02-28"),
            (Kind::Choice, "gold", "Gold"),
            (Kind::Boolean, "Yes", "true"),
            (Kind::Link, "https://Example.com/a?b=c", "https://Example.com/a?b=c"),
        ];
        for (kind, text, canonical) in good {
            let value = Value::parse(&of(kind), text).expect(text).expect("is something");
            assert_eq!(value.text(), canonical);
            assert_eq!(Value::stored(kind, canonical), Some(value));
        }
        for kind in Kind::ALL {
            assert_eq!(Value::parse(&of(*kind), "  "), Ok(None));
        }
    }

    #[test]
    fn each_kind_refuses_the_rest() {
        let bad = [
            (Kind::Number, "twelve"),
            (Kind::Number, "NaN"),
            (Kind::Number, "inf"),
            (Kind::Number, "1e300"),
            (Kind::Number, "1,5"),
            (Kind::Date, "2026-02-30"),
            (Kind::Date, "20.11.2026"),
            (Kind::Choice, "Bronze"),
            (Kind::Boolean, "perhaps"),
            (Kind::Link, "javascript:alert(1)"),
            (Kind::Link, "https://"),
            (Kind::Link, "https:// x"),
        ];
        for (kind, text) in bad {
            assert!(Value::parse(&of(kind), text).is_err(), "{text}");
        }
        assert!(Value::parse(&of(Kind::Text), &"x".repeat(2001)).is_err());
    }
}
