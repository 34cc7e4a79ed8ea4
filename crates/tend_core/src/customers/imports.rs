//! Files of contacts and accounts on their way in.
//!
//! The file is cut into rows that wait in the database ([`arrive`]); a person says what its
//! columns mean ([`map`]); every row is tried without changing anything, then taken in
//! ([`step`]), some rows a transaction, with the place where it stands. So a stop loses
//! nothing and does nothing twice, and any node can go on.

mod account_row;
mod arrive;
mod book_cells;
mod cells;
mod columns;
mod contact_row;
mod find;
mod flow;
mod step;

pub use arrive::{Arriving, add_rows, arrived, begin, drop_arriving};
pub use columns::{Column, Target, offered};
pub use find::{Problem, all_problems, find, listed, problems, samples};
pub use flow::{again, cancel, check, run, sweep};
pub use step::{MOST_AT_ONCE, Progress, refuse_next, step};

use jiff::Timestamp;
use tend_store::{FromValue, id, row};

use crate::{agents::AgentId, attributes::About};

id!(ImportId, "imp");

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// The word in tables and in the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)* _ => Err("There is no such word.") }
            }
        }
        impl FromValue for $name {
            fn from_value(value: &tend_store::Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
        impl From<$name> for tend_store::Value {
            fn from(it: $name) -> Self {
                it.word().into()
            }
        }
    };
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its rows are being stored.
    Arriving,
    /// Waits for someone to say what its columns mean.
    Mapping,
    /// Each row is tried.
    Checking,
    /// Waits for someone to say go.
    Checked,
    /// The rows are taken in.
    Running,
    Done,
    Cancelled,
}

words!(State {
    Arriving = "arriving",
    Mapping = "mapping",
    Checking = "checking",
    Checked = "checked",
    Running = "running",
    Done = "done",
    Cancelled = "cancelled",
});

/// Which rows are taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    All,
    /// Those that are not there yet; what is there stays as it is.
    OnlyNew,
    /// Those that are there already; nobody is added.
    OnlyKnown,
}

words!(Mode { All = "all", OnlyNew = "only_new", OnlyKnown = "only_known" });

row! {
    /// An import.
    #[derive(PartialEq)]
    pub struct Import {
        pub id: ImportId,
        /// Who brought it.
        pub agent_id: AgentId,
        /// `Contact` or `Account`.
        pub subject_kind: About,
        pub file_name: String,
        pub state: State,
        /// See [`Import::columns`].
        pub columns_text: String,
        pub mode: Mode,
        /// Without the header.
        pub row_count: i64,
        /// Rows that are behind us, of those that are checked or run now.
        pub at_row: i64,
        pub created_count: i64,
        pub changed_count: i64,
        /// Rows that change nothing.
        pub same_count: i64,
        pub refused_count: i64,
        /// Rows about somebody, or a company, that a row above is about as well: found by the
        /// check. They are among the others too.
        pub repeated_count: i64,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
        pub ended_at: Option<Timestamp>,
    }
}

pub(crate) const COLUMNS: &str = "id, agent_id, subject_kind, file_name, state, \
     columns AS columns_text, mode, row_count, at_row, created_count, changed_count, same_count, \
     refused_count, repeated_count, created_at, changed_at, ended_at";

impl Import {
    /// Its columns, in the order of the file.
    pub fn columns(&self) -> Vec<Column> {
        serde_json::from_str(&self.columns_text).unwrap_or_default()
    }

    /// How much of the present work is done, of 100.
    pub fn percent(&self) -> i64 {
        if self.row_count == 0 { 100 } else { self.at_row * 100 / self.row_count }
    }
}

/// What is wrong with a row: the header of the column, or nothing for the whole row, and a sentence.
pub(crate) type RowProblem = (String, String);

/// How a row went, or would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Created,
    Changed,
    Same,
}
