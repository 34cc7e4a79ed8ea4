//! The verbs, on both databases.

mod composing;
mod conversations;
mod holding;
mod lists;
mod mail_accounts;
mod merging;
mod outreach;
mod recommending;
mod schema;
mod searching;
mod suggesting;
mod sums;
mod surveys;
mod surveys_low;
mod taking_back;
mod undoing;
