//! What the journal says of campaigns, of what customers want to hear of, and of onboarding.

use serde::{Deserialize, Serialize};

/// That a campaign was written, started, or stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignMoved {
    pub name: String,
    /// `made`, `changed`, `started`, `paused`, `resumed`, `cancelled`, `done` or `added`.
    pub how: String,
}

/// That a campaign wrote to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageSent {
    pub campaign: String,
    pub name: String,
    /// `marketing`, `service` or `transactional`.
    pub purpose: String,
}

/// That there was a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeetingHeld {
    pub meeting: String,
    pub title: String,
}

/// That somebody said what they want to hear of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentSaid {
    /// As people call it.
    pub topic: String,
    pub given: bool,
}

/// That something happened in an onboarding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnboardingMoved {
    pub onboarding: String,
    pub plan: String,
    /// `started`, `step_done`, `step_theirs` (the customer did it), `step_open`, `stuck`, `done` or `ended`.
    pub how: String,
    /// The title of the step, if it is about one.
    pub step: String,
}
