//! Surveys: how a customer found it, in the wordings and scales of the field.
//!
//! A [survey](Survey) says whom to ask, when and with which words. A [request](Request) is one
//! customer asked once: whether they may be asked is for [`throttle`], over all surveys together.
//! Programs open links before people do, so an opened link is a mark that counts for nothing; an
//! answer is confirmed by a human sign ([`answer`]). A low score is followed up until it is
//! settled ([`loops`]).

pub mod answer;
pub mod ask;
pub mod drivers;
pub mod escalate;
pub mod follow_ups;
pub mod known;
pub mod limits;
pub mod loops;
pub mod mail;
pub mod plans;
pub mod promoters;
pub mod report;
mod save;
pub mod themes;
pub mod throttle;
pub mod trial;
pub mod wording;

pub use save::{NewSurvey, all, change, create, find, set_state};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{id, row};

use crate::{
    agents::AgentId, contacts::ContactId, money::ProductId, outbox::OutboxId, outreach::Channel,
    words::words,
};

id!(SurveyId, "srv");
id!(PlanId, "spl");
id!(RequestId, "srr");
id!(LoopId, "slp");

words! {
    /// What is asked.
    Kind, "A survey is csat, ces, nps or own." {
        /// Customer satisfaction, 1–5.
        Csat = "csat" "Satisfaction (CSAT)",
        /// Customer effort 2.0, 1–7: more is easier.
        Ces = "ces" "Effort (CES 2.0)",
        /// Net Promoter Score, 0–10.
        Nps = "nps" "Recommendation (NPS)",
        /// A question of the company's own, 1–7.
        Own = "own" "Own question",
    }
}

impl Kind {
    /// The lowest and the highest score.
    pub fn scale(self) -> (i64, i64) {
        match self {
            Self::Csat => (1, 5),
            Self::Ces | Self::Own => (1, 7),
            Self::Nps => (0, 10),
        }
    }

    /// Whether somebody is to be asked what went wrong.
    pub fn is_low(self, score: i64) -> bool {
        match self {
            Self::Csat => score <= 2,
            Self::Ces => score <= 3,
            Self::Nps => score <= 6,
            Self::Own => false,
        }
    }

    /// Whether somebody may be asked to speak for us.
    pub fn is_promoter(self, score: i64) -> bool {
        match self {
            Self::Csat => score == 5,
            Self::Ces => score == 7,
            Self::Nps => score >= 9,
            Self::Own => false,
        }
    }

    /// Of what the score is made.
    pub fn rule(self) -> tend_stats::survey::Rule {
        use tend_stats::survey::Rule;
        match self {
            Self::Csat => Rule::TopBox(4),
            Self::Ces | Self::Own => Rule::Mean,
            Self::Nps => Rule::Net,
        }
    }

    /// Effort before satisfaction before recommendation, when two would ask one customer.
    pub(crate) fn comes_before(self) -> &'static [Self] {
        match self {
            Self::Ces => &[],
            Self::Csat => &[Self::Ces],
            Self::Nps => &[Self::Ces, Self::Csat],
            Self::Own => &[Self::Ces, Self::Csat, Self::Nps],
        }
    }
}

words! {
    /// On which occasion customers are asked.
    When, "A survey asks when a conversation is resolved, an order is sent, delivered or returned, an onboarding step is done, in a rhythm, days after first_seen, or by hand." {
        Resolved = "resolved" "After a conversation is resolved",
        /// For shops that do not say when a parcel came.
        Sent = "sent" "After an order is sent, for shops that do not tell of deliveries",
        Delivered = "delivered" "After an order is delivered",
        /// Something of it went back, or its money did.
        Returned = "returned" "After an order is returned or refunded",
        /// One step, or the whole list.
        Onboarding = "onboarding" "After a step of onboarding is done",
        Rhythm = "rhythm" "Every so many days",
        FirstSeen = "first_seen" "So many days after we first saw them",
        /// By hand, by link, or by API.
        Hand = "hand" "By hand, link or API",
    }
}

words! {
    /// Whether a survey asks anybody.
    State, "A survey is active or paused." {
        Active = "active" "Active",
        Paused = "paused" "Paused",
    }
}

words! {
    /// What a request is about.
    About, "A survey is about a conversation, an order or none." {
        Conversation = "conversation" "A conversation",
        Order = "order" "An order",
        None = "none" "The relationship",
    }
}

words! {
    /// How far a request is; whether it is over is told by its time.
    Standing, "A request is sent, provisional or answered." {
        Sent = "sent" "Sent",
        /// The link was opened, by a person or by a program.
        Provisional = "provisional" "Opened",
        Answered = "answered" "Answered",
    }
}

words! {
    /// By what it is known that a person answered.
    Sign, "The sign is pointer, touch, key, scroll, dwell, form or api." {
        Pointer = "pointer" "Moved the pointer",
        Touch = "touch" "Touched the page",
        Key = "key" "Pressed a key",
        Scroll = "scroll" "Scrolled",
        /// Had the page before their eyes for three seconds.
        Dwell = "dwell" "Looked at the page",
        Form = "form" "Sent the form",
        Api = "api" "By API",
    }
}

words! {
    /// How a further question is answered.
    Ask, "A question is choice, text, scale or yes_no." {
        Choice = "choice" "One of several",
        Text = "text" "Text",
        Scale = "scale" "1 to 7",
        YesNo = "yes_no" "Yes or no",
    }
}

/// A further question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// How answers and reports know it: `quality`.
    pub key: String,
    pub ask: Ask,
    /// By language, as the wording.
    pub text: std::collections::BTreeMap<String, String>,
    /// Of a choice: what may be chosen, by language.
    #[serde(default)]
    pub choices: std::collections::BTreeMap<String, Vec<String>>,
    /// It is one of the drivers of the overall judgement.
    #[serde(default)]
    pub is_driver: bool,
}

/// What somebody answered to a further question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub key: String,
    pub value: String,
}

row! {
    /// A survey.
    #[derive(PartialEq)]
    pub struct Survey {
        pub id: SurveyId,
        pub name: String,
        pub kind: Kind,
        pub state: State,
        pub asks_when: When,
        /// After the occasion.
        pub delay_hours: i64,
        /// Of a rhythm, and of days after first seen.
        pub every_days: i64,
        /// Of onboarding: the title of the step; empty for the whole list.
        pub step: String,
        /// One customer in so many is asked.
        pub sample_every: i64,
        /// JSON: see [`wording::Wording`].
        pub wording: String,
        /// JSON: see [`Question`].
        pub questions: String,
        /// Once, after three days.
        pub reminds: bool,
        pub asks_promoters: bool,
        /// Where promoters write a review; empty, or an address that begins with `https://`.
        pub review_url: String,
        /// Who follows low scores up.
        pub owner_id: Option<AgentId>,
        pub created_by: AgentId,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

pub(crate) const SURVEY: &str = "SELECT id, name, kind, state, asks_when, delay_hours, every_days, \
     step, sample_every, wording, questions, reminds, asks_promoters, review_url, owner_id, created_by, \
     created_at, changed_at, archived_at FROM surveys";

impl Survey {
    /// What it says, by language.
    pub fn wording(&self) -> wording::Wording {
        serde_json::from_str(&self.wording).unwrap_or_default()
    }

    /// What is asked besides.
    pub fn questions(&self) -> Vec<Question> {
        serde_json::from_str(&self.questions).unwrap_or_default()
    }
}

row! {
    /// One customer asked once.
    #[derive(PartialEq)]
    pub struct Request {
        pub id: RequestId,
        pub survey_id: SurveyId,
        /// The survey's name.
        pub survey: String,
        pub kind: Kind,
        pub contact_id: ContactId,
        /// The contact's name.
        pub contact: String,
        pub about: About,
        /// The raw id of the conversation or of the order.
        pub subject_id: i64,
        /// Who is rated.
        pub agent_id: Option<AgentId>,
        pub agent: Option<String>,
        pub product_id: Option<ProductId>,
        pub channel: Channel,
        pub language: String,
        pub state: Standing,
        pub sent_at: Timestamp,
        /// The mail, and so when it was handed over.
        pub outbox_id: Option<OutboxId>,
        pub reminded_at: Option<Timestamp>,
        pub expires_at: Timestamp,
        /// The last that was confirmed.
        pub score: Option<i64>,
        /// JSON: see [`Answered`].
        pub answers: String,
        pub comment: String,
        pub answered_at: Option<Timestamp>,
        pub reask_of: Option<RequestId>,
        pub promoter_asked_at: Option<Timestamp>,
    }
}

pub(crate) const REQUEST: &str = "SELECT survey_requests.id, survey_id, surveys.name AS survey, \
     surveys.kind, contact_id, contacts.name AS contact, subject_kind AS about, subject_id, \
     agent_id, agents.name AS agent, product_id, channel, survey_requests.language, \
     survey_requests.state, sent_at, outbox_id, reminded_at, expires_at, score, answers, comment, \
     answered_at, reask_of, promoter_asked_at FROM survey_requests \
     JOIN surveys ON surveys.id = survey_id JOIN contacts ON contacts.id = contact_id \
     LEFT JOIN agents ON agents.id = agent_id";

impl Request {
    /// Whether nothing can be answered any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// What was answered besides.
    pub fn answered(&self) -> Vec<Answered> {
        serde_json::from_str(&self.answers).unwrap_or_default()
    }
}
