//! An account is the customer as a business relationship. Every contact belongs to exactly one.

mod find;
mod free_mail;
mod meet;

pub use find::{domains, find};
pub use free_mail::is_free_mail;
pub use meet::{of_company, of_person};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::agents::AgentId;

id!(AccountId, "acc");

row! {
    /// An account.
    pub struct Account {
        pub id: AccountId,
        pub name: String,
        /// `company`, or `person` for an account of one.
        pub kind: String,
        /// The agent who looks after it.
        pub owner_id: Option<AgentId>,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
        /// The account that took this one in.
        pub merged_into: Option<AccountId>,
    }
}

pub(crate) const COLUMNS: &str = "id, name, kind, owner_id, created_at, changed_at, merged_into";
