//! Canned responses: answers that are written once and put in by `/shortcut`.
//!
//! One is personal, a team's, or everyone's. Its text is a [template](crate::templates).

mod find;
mod put_in;
mod save;

pub use find::{all, find, search};
pub use put_in::{PutIn, files, put_in};
pub use save::{CannedFile, NewCanned, archive, save};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{
    agents::{AgentId, TeamId},
    html::Html,
};

id!(CannedId, "cnd");

/// Who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The agent alone.
    Personal(AgentId),
    Team(TeamId),
    Everyone,
}

row! {
    /// A canned response.
    pub struct Canned {
        pub id: CannedId,
        /// What one types after `/`.
        pub shortcut: String,
        pub name: String,
        /// A template, sanitised, as text: see [`Canned::html`].
        pub html_text: String,
        pub owner_id: Option<AgentId>,
        pub team_id: Option<TeamId>,
        pub used_count: i64,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
    }
}

const COLUMNS: &str = "id, shortcut, name, html AS html_text, owner_id, team_id, used_count, \
     created_at, changed_at";

impl Canned {
    /// The template.
    pub fn html(&self) -> Html {
        Html::stored(self.html_text.clone())
    }

    /// Who has it.
    pub fn audience(&self) -> Audience {
        match (self.owner_id, self.team_id) {
            (Some(it), _) => Audience::Personal(it),
            (None, Some(it)) => Audience::Team(it),
            (None, None) => Audience::Everyone,
        }
    }
}
