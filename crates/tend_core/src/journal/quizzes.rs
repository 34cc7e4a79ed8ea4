//! What the journal says of matching quizzes.

use serde::{Deserialize, Serialize};

/// That a quiz was composed or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuizSaved {
    pub title: String,
}

/// That somebody answered a quiz and left their address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuizAnswered {
    pub quiz: String,
    pub title: String,
    /// Each question with what was chosen.
    pub said: String,
}
