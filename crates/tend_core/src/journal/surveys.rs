//! What the journal says of surveys.

use serde::{Deserialize, Serialize};

/// That a survey was `made`, `changed`, set `active` or `paused`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurveySaved {
    pub name: String,
    pub how: String,
}

/// That a customer was asked, or answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurveyMoved {
    pub request: String,
    /// The survey's name.
    pub survey: String,
    /// `csat`, `ces`, `nps` or `own`.
    pub of: String,
    /// `asked`, `reminded`, `answered` or `commented`.
    pub step: String,
    pub score: Option<i64>,
}

/// That what is done about a low score went a step further.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoopMoved {
    pub request: String,
    pub survey: String,
    /// `open`, `contacted`, `remedied`, `resolved`, `unreachable` or `re_asked`.
    pub state: String,
}

/// That somebody takes part in surveys, or not any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurveysWanted {
    pub wanted: bool,
}
