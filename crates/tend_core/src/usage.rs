//! Usage events: telemetry of the company's own product, as Segment's clients send it.
//!
//! A request is written down as it came ([`take_in`]) and acknowledged; that is all that a
//! client waits for. The roller then reads what waits, leaves out what was sent before, finds
//! who is spoken of, and adds to the day of an account ([`tally`]): docs/decisions/0008.

pub mod adoption;
pub mod counts;
pub mod first_value;
mod groups;
mod hold;
mod identify;
mod json;
pub mod meanings;
pub mod names;
mod pack;
mod people;
mod recent;
mod rejections;
mod retention;
pub mod roll_up;
pub mod seen;
pub mod sources;
mod take_in;
pub mod tally;
mod time;
mod times_of;
mod traits;
pub mod use_of;
pub mod wire;

pub use pack::{Unpacked, unpack};
pub use people::PersonId;
pub use recent::{Arrived, Wanted, newest, recent};
pub use rejections::{Rejection, refuse, rejections};
pub(crate) use retention::sweep;
pub use retention::{retention, set_retention};
pub use roll_up::{Roller, Step};
pub use sources::{Source, SourceId, Trust};
pub use take_in::{BatchId, Incoming, take_in};
pub use time::{Corrected, correct, day_of};
pub(crate) use times_of::times_of;

/// Bytes of one event, as JSON.
pub const LARGEST_EVENT: usize = 32 * 1024;
/// Bytes of a request, as JSON.
pub const LARGEST_BATCH: usize = 500 * 1024;
/// Events of one request; what is beyond is rejected.
pub const MOST_EVENTS: usize = 2_500;
/// What is said of the events beyond these.
const TOO_MANY: &str = "There were more than 2,500 events in one request.";
/// An event is known again by its id for so many days, whatever it says of its time; later by
/// the day of its own time.
pub const KNOWN_AGAIN_DAYS: i64 = 7;
/// The setting: how many days requests are kept as they came.
pub const RETENTION: &str = "usage_retention_days";
/// Unless it is set.
pub const RETENTION_DAYS: i64 = 90;
