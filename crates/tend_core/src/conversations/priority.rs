use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Tx, Value};

use super::{ConversationId, find_visible};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    journal::{self, Change},
};

/// How soon it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Low = 1,
    Normal = 2,
    High = 3,
    Urgent = 4,
}

impl Priority {
    /// From the least to the most.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

impl std::str::FromStr for Priority {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|it| it.word() == text);
        known.ok_or("The priority is low, normal, high or urgent.")
    }
}

impl FromValue for Priority {
    fn from_value(value: &Value) -> Option<Self> {
        let number = i64::from_value(value)?;
        Self::ALL.into_iter().find(|it| *it as i64 == number)
    }
}

impl From<Priority> for Value {
    fn from(it: Priority) -> Self {
        (it as i64).into()
    }
}

/// Says how soon it matters. Doing it twice is doing it once.
pub fn set_priority(tx: &mut Tx, by: &Me, id: ConversationId, to: Priority) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let it = find_visible(tx, by, id)?;
    if it.priority == to {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE conversations SET priority = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), to.into(), now.into()],
    )?;
    let change = Change::PriorityChanged { from: it.priority as i64, to: to as i64 };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
}
