//! Which accounts left, when, and with how much money.

use tend_store::Tx;

use super::{life::lives, options};
use crate::{Result, accounts::AccountId};

/// How an account left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Its last subscription ended, and none followed.
    Ended,
    /// Somebody put it into a stage that means so.
    Stage,
    /// What it pays fell by the share that the company set.
    Fell,
}

impl Left {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ended => "Its subscription ended",
            Self::Stage => "It was called churned",
            Self::Fell => "Its revenue fell",
        }
    }

    /// The word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Stage => "stage",
            Self::Fell => "fell",
        }
    }
}

/// That an account left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub account: AccountId,
    /// Since 1970: the first day on which it was gone.
    pub day: i64,
    pub why: Left,
    /// A year, minor units of the home currency, if it is known.
    pub lost: Option<i64>,
}

/// All that is known by the end of a day, by account and day. Worked out of the ledger of money
/// and the stages each time, so that a correction of the past corrects it.
pub fn outcomes(tx: &mut Tx, until: i64) -> Result<Vec<Outcome>> {
    let drop = options(tx)?.drop_percent;
    let mut all: Vec<Outcome> =
        lives(tx, None)?.into_iter().flat_map(|(id, life)| life.left(id, until, drop)).collect();
    all.sort_by_key(|it| (it.account, it.day));
    Ok(all)
}
