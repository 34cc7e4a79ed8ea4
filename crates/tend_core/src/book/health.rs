use std::borrow::Cow;

use tend_store::Tx;

use crate::{Result, accounts::AccountId, health};

/// How likely an account is to stay, as far as anybody knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Health {
    /// It is not known, and this is why: a whole sentence.
    NotKnown(Cow<'static, str>),
    /// The probability that it leaves within the horizon, with its 95 % interval.
    Leaves { p: f64, low: f64, high: f64, horizon_days: i64 },
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

/// What is known of an account's health: what its last snapshot foretold, or why it does not.
pub fn health(tx: &mut Tx, id: AccountId) -> Result<Health> {
    let not = |why: &'static str| Ok(Health::NotKnown(why.into()));
    let Some(last) = health::latest(tx, id)? else {
        return not(
            "Nothing is written down of this account yet: each customer is looked at once a day.",
        );
    };
    if last.frozen {
        return not("This account left, so there is nothing to foretell.");
    }
    let model = match last.model_id {
        Some(id) => Some(health::one_model(tx, id)?),
        None => None,
    };
    let told = (last.p, last.p_low, last.p_high, &model);
    if let (Some(p), Some(low), Some(high), Some(model)) = told {
        return Ok(Health::Leaves { p, low, high, horizon_days: model.horizon_days });
    }
    match model {
        Some(it) if !it.words.is_empty() => Ok(Health::NotKnown(it.words.into())),
        _ => not(
            "Tend has not learned yet who stays and who leaves, so it says nothing about the chance of renewal.",
        ),
    }
}
