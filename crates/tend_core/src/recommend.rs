//! What a customer is likely to want next, learned each night from the company's own orders.
//!
//! A night's work is a *version*: what was learned, whether it beats a list of what most buy, and
//! the sentence that says so. It is learned outside of any transaction ([`lesson`], [`learn`]),
//! written in pieces ([`parts`]) and then published; from then on it never changes, and a customer
//! is rated from the pieces of what they bought ([`of_contact`]), with the rules of the house on
//! top. `docs/decisions/0020`.

mod effect;
mod lesson;
mod night;
pub mod offers;
pub mod parts;
mod shown;
mod suggest;
mod version;

pub use effect::{Arm, ArmEffect, Effect, Outcomes, effect};
pub use lesson::{Bought, LONGEST_DAYS, Lesson, PAGE, purchases};
pub use night::{
    LEASE, Learned, begin, forget, is_due, learn, name_of, publish, take_lease, write,
};
pub use offers::{Offer, picture_of};
pub(crate) use shown::in_message;
pub use shown::{Place, click, opportunity, saw};
pub(crate) use suggest::for_message;
pub use suggest::{
    Beside, Reason, Suggested, Suggestion, beside_order, bought_with, of_account, of_contact,
};
pub use version::{Standing, Version, current, find, versions};

pub use tend_stats::{
    intervals::Interval,
    recommend::{Difference, Figures, Learner, Proven, Recipe},
};
use tend_store::id;

id!(VersionId, "rcv");
