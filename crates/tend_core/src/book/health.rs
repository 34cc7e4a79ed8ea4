use tend_store::Tx;

use crate::{Result, accounts::AccountId};

/// How likely an account is to stay, as far as anybody knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Health {
    /// It is not known, and this is why: a whole sentence.
    NotKnown(&'static str),
    /// The probability that it leaves within the year, with its 95 % interval.
    Leaves { p: f64, low: f64, high: f64 },
}

impl Health {
    /// The probability that it leaves, if it is known.
    pub fn leaves(&self) -> Option<f64> {
        match self {
            Self::NotKnown(_) => None,
            Self::Leaves { p, .. } => Some(*p),
        }
    }
}

/// What is known of an account's health. Until outcomes are learned from, nothing is, and
/// nothing is pretended.
pub fn health(_tx: &mut Tx, _id: AccountId) -> Result<Health> {
    Ok(Health::NotKnown(
        "Tend has not learned yet who stays and who leaves, so it says nothing about the chance of renewal.",
    ))
}
