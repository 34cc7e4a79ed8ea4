//! Which value of the target is the event.

use std::collections::BTreeMap;

use super::cell::is_blank;
use super::table::Table;
use crate::{Error, Result};

/// The values of a target.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcomes {
    pub(super) target: String,
    /// The value that counts as the event.
    pub(super) positive: String,
    /// The other values.
    pub(super) others: Vec<String>,
    /// Whether the value was chosen because it is rarer, not because of its name.
    pub(super) guessed: bool,
}

/// Words that mean that something happened, small letters.
const YES: [&str; 18] = [
    "yes",
    "y",
    "true",
    "t",
    "1",
    "1.0",
    "churn",
    "churned",
    "left",
    "lost",
    "exited",
    "cancelled",
    "canceled",
    "attrited",
    "attrited customer",
    "positive",
    "stopped",
    "gone",
];

impl Outcomes {
    /// Looks at the values of the target.
    ///
    /// # Errors
    /// No such column or value, only one value, or more than two and none named as the event.
    pub(super) fn of(table: &Table, target: &str, positive: Option<&str>) -> Result<Self> {
        let column = table.require(target)?;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in 0..table.rows() {
            let text = table.cell(row, column);
            if !is_blank(text) {
                *counts.entry(text).or_default() += 1;
            }
            if counts.len() > 1000 {
                break;
            }
        }
        let several = || counts.keys().take(8).copied().collect::<Vec<_>>().join(", ");
        if counts.len() < 2 {
            return Err(Error::NoAnswer(format!(
                "Column {target} has {}, so there is nothing to learn.",
                if counts.is_empty() {
                    "no values".into()
                } else {
                    format!("one value only: {}", several())
                }
            )));
        }
        let (positive, guessed) = match positive.map(str::trim) {
            Some(wanted) => match counts.keys().find(|value| **value == wanted) {
                Some(value) => (*value, false),
                None => {
                    return Err(Error::BadQuestion(format!(
                        "Column {target} has no value {wanted}. It has: {}.",
                        several()
                    )));
                }
            },
            None if counts.len() > 2 => {
                return Err(Error::BadQuestion(format!(
                    "Column {target} has more than two values ({}): name the one that counts.",
                    several()
                )));
            }
            None => guess(&counts),
        };
        let others =
            counts.keys().filter(|value| **value != positive).map(|it| (*it).to_owned()).collect();
        Ok(Self { target: target.to_owned(), positive: positive.to_owned(), others, guessed })
    }

    /// The outcome of each row; None where it is blank.
    ///
    /// # Errors
    /// No such column, or a value that the training rows don't have.
    pub(super) fn read(&self, table: &Table) -> Result<Vec<Option<bool>>> {
        let column = table.require(&self.target)?;
        (0..table.rows())
            .map(|row| match table.cell(row, column) {
                text if text == self.positive => Ok(Some(true)),
                text if is_blank(text) => Ok(None),
                text if self.others.len() > 999 || self.others.iter().any(|it| it == text) => {
                    Ok(Some(false))
                }
                text => Err(Error::cell(
                    row,
                    &self.target,
                    format!("the training rows don't have the value {text}"),
                )),
            })
            .collect()
    }
}

/// The value whose name says so, else the rarer one.
fn guess<'a>(counts: &BTreeMap<&'a str, usize>) -> (&'a str, bool) {
    let says = |value: &str| {
        let value = value.trim_end_matches('.').to_ascii_lowercase();
        YES.contains(&value.as_str())
    };
    let mut named = counts.keys().filter(|value| says(value));
    match (named.next(), named.next()) {
        (Some(value), None) => (value, false),
        _ => {
            let rarer = counts.iter().min_by_key(|(_, count)| **count);
            (rarer.map_or("", |(value, _)| value), true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str], positive: Option<&str>) -> Result<Outcomes> {
        let mut table = Table::new(&["Churn"])?;
        cells.iter().try_for_each(|cell| table.push([*cell]))?;
        Outcomes::of(&table, "Churn", positive)
    }

    #[test]
    fn the_event_is_the_value_that_says_so() {
        assert_eq!(of(&["No", "Yes", "Yes"], None).expect("two").positive, "Yes");
        assert_eq!(of(&["False.", "True.", "True."], None).expect("two").positive, "True.");
        assert_eq!(of(&["0", "1", "1", ""], None).expect("two").positive, "1");
        let rarer = of(&["stay", "stay", "go"], None).expect("two");
        assert_eq!((rarer.positive.as_str(), rarer.guessed), ("go", true));
        assert_eq!(of(&["No", "Yes"], Some("No")).expect("two").positive, "No");
    }

    #[test]
    fn what_can_t_be_learnt_has_a_sentence() {
        assert!(of(&["Yes", "Yes"], None).is_err());
        assert!(of(&["", ""], None).is_err());
        assert!(of(&["a", "b", "c"], None).expect_err("three").to_string().contains("a, b, c"));
        assert_eq!(of(&["a", "b", "c"], Some("b")).expect("named").others, ["a", "c"]);
        assert!(of(&["a", "b"], Some("z")).is_err());
    }
}
