//! An account is the customer as a business relationship. Every contact belongs to exactly one.

mod change;
mod create;
mod domains;
mod find;
mod free_mail;
pub mod list;
mod meet;
mod merge;
mod overview;
mod tag;

pub use change::{AccountChange, change};
pub(crate) use change::{apply, follow_name, owner as checked_owner, write};
pub(crate) use create::insert;
pub use create::{NewAccount, create};
pub use domains::{Stray, add_domain, pull_in, remove_domain, strays};
pub(crate) use domains::{add as add_domain_of, checked as checked_domain};
pub use find::{by_domain, domains, find, is_of_one, named};
pub use free_mail::is_free_mail;
pub use list::find_visible;
pub(crate) use meet::{known_company, name_of};
pub use meet::{of_company, of_person};
pub use merge::{Preview, merge, merges, preview, unmerge};
pub(crate) use merge::{absorb, unabsorb};
pub use overview::{Overview, overview};
pub use tag::{set_tags, tag, untag};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{agents::AgentId, book::StageId};

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
        /// Where it stands in its life with us.
        pub stage_id: Option<StageId>,
        pub stage_since: Option<Timestamp>,
        /// The account that it is a part of.
        pub parent_id: Option<AccountId>,
        /// What it pays a year, as somebody entered it: minor units of the home currency.
        pub said_arr: Option<i64>,
        /// The day (since 1970) of its next renewal, as somebody entered it.
        pub said_renewal: Option<i64>,
    }
}

pub(crate) const COLUMNS: &str = "id, name, kind, owner_id, created_at, changed_at, merged_into, \
     stage_id, stage_since, parent_id, said_arr, said_renewal";
