//! Tasks: what somebody of ours has promised to do for a customer, until a day.

mod change;
mod comment;
mod done;
mod due;
mod find;
mod follow;
mod make;

pub use change::{TaskChange, change};
pub use comment::{Comment, comment, comments};
pub use done::{done, drop, reopen};
pub use due::{Due, day_in};
pub use find::{Which, count, find, of_account, of_conversation, page};
pub(crate) use follow::given;
pub(crate) use make::owe;
pub use make::{NewTask, make};

use jiff::Timestamp;
use tend_store::{FromValue, Value, id, row};

use crate::{
    accounts::AccountId,
    agents::{AgentId, TeamId},
    contacts::ContactId,
    conversations::ConversationId,
};

id!(TaskId, "tsk");

/// How much a task matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskPriority {
    Low = 1,
    #[default]
    Normal = 2,
    High = 3,
}

impl TaskPriority {
    /// From the least to the most.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    /// The word in forms and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

impl std::str::FromStr for TaskPriority {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("The priority is low, normal or high.")
    }
}

impl From<TaskPriority> for Value {
    fn from(it: TaskPriority) -> Self {
        (it as i64).into()
    }
}

impl FromValue for TaskPriority {
    fn from_value(value: &Value) -> Option<Self> {
        let n = i64::from_value(value)?;
        Self::ALL.into_iter().find(|it| *it as i64 == n)
    }
}

row! {
    /// A task.
    #[derive(PartialEq)]
    pub struct Task {
        pub id: TaskId,
        pub title: String,
        pub text: String,
        pub owner_id: Option<AgentId>,
        pub owner: Option<String>,
        /// It is for whoever owns the account, and goes with it from one to the next.
        pub follows_owner: bool,
        /// Whoever of this team does it.
        pub team_id: Option<TeamId>,
        pub team: Option<String>,
        pub account_id: Option<AccountId>,
        pub account: Option<String>,
        pub contact_id: Option<ContactId>,
        pub contact: Option<String>,
        pub conversation_id: Option<ConversationId>,
        pub number: Option<i64>,
        pub priority: TaskPriority,
        /// Day since 1970, as the calendar of its owner names it.
        pub due_on: Option<i64>,
        pub made_by: AgentId,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
        pub done_at: Option<Timestamp>,
        /// The name of who did it.
        pub done_by: Option<String>,
        pub dropped_at: Option<Timestamp>,
    }
}

impl Task {
    /// Neither done nor dropped.
    pub fn is_open(&self) -> bool {
        self.done_at.is_none() && self.dropped_at.is_none()
    }

    /// Its day is over, seen on this one.
    pub fn is_overdue(&self, today: i64) -> bool {
        self.is_open() && self.due_on.is_some_and(|it| it < today)
    }
}

const SELECT: &str = "SELECT tasks.id, tasks.title, tasks.text, tasks.owner_id,
         agents.name AS owner, tasks.follows_owner, tasks.team_id, teams.name AS team, tasks.account_id,
         accounts.name AS account, tasks.contact_id, contacts.name AS contact,
         tasks.conversation_id, conversations.number, tasks.priority, tasks.due_on,
         tasks.made_by, tasks.created_at, tasks.changed_at, tasks.done_at,
         doers.name AS done_by, tasks.dropped_at
     FROM tasks LEFT JOIN agents ON agents.id = tasks.owner_id
     LEFT JOIN teams ON teams.id = tasks.team_id
     LEFT JOIN accounts ON accounts.id = tasks.account_id
     LEFT JOIN contacts ON contacts.id = tasks.contact_id
     LEFT JOIN conversations ON conversations.id = tasks.conversation_id
     LEFT JOIN agents AS doers ON doers.id = tasks.done_by";
