//! Renewals: what ends its term and when, what we expect, and what became of it.

mod churned;
mod list;
mod settle;

pub use churned::{Reasons, reasons};
pub use list::{Calendar, Line, Rate, calendar, one};
pub(crate) use settle::renewed_itself;
pub use settle::{Settlement, forecast, settle};

use tend_store::{FromValue, Value};

/// Terms below this many months renew by the way and are not forecast.
pub const SHORTEST_TERM: i64 = 3;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $error:literal { $($(#[$vmeta:meta])* $variant:ident $word:literal $label:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The word in tables and in the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// As people read it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|it| it.word() == text).ok_or($error)
            }
        }
        impl FromValue for $name {
            fn from_value(value: &Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
        impl From<$name> for Value {
            fn from(it: $name) -> Self {
                it.word().into()
            }
        }
    };
}
pub(crate) use words;

words!(
    /// What we expect of a renewal.
    Category, "A renewal is commit, best_case, most_likely, at_risk or omitted." {
        /// It is agreed, or as good as.
        Commit "commit" "Commit",
        /// It will renew if all goes well.
        BestCase "best_case" "Best case",
        /// Nothing speaks against it.
        MostLikely "most_likely" "Most likely",
        /// Something does.
        AtRisk "at_risk" "At risk",
        /// Nobody counts on it.
        Omitted "omitted" "Omitted",
    }
);

words!(
    /// What became of a renewal.
    Outcome, "A renewal is renewed, expanded, contracted or churned." {
        Renewed "renewed" "Renewed",
        Expanded "expanded" "Renewed for more",
        Contracted "contracted" "Renewed for less",
        Churned "churned" "Lost",
    }
);
