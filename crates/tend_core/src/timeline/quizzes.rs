//! That a customer answered a quiz, as a sentence: what was done, and how it ends.

use crate::journal::Change;

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    let Change::QuizAnswered(it) = change else { return None };
    Some((format!("took in the answers to the quiz “{}” of", it.title), it.said.clone()))
}
