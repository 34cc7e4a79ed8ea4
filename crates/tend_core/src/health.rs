//! How every account fares: a rule score by the company's own weights, and, once enough
//! customers have left or stayed, a probability that was learned from them and says how sure
//! it is.
//!
//! Once a day each account's measures are read as they were before that day and written down as
//! a [`Snapshot`], which nobody changes any more: what was foretold is compared with what came of
//! it ([`outcomes`]) and learned from ([`lesson`], [`learn`]): docs/decisions/0013.

mod alert;
pub mod alerts;
pub mod at_risk;
mod fit;
mod judgement;
mod lesson;
mod life;
mod measure;
mod model;
mod options;
mod outcome;
mod pack;
mod profile;
mod read;
mod risk;
mod score;
pub mod scoreboard;
mod shown;
mod snapshot;
mod starter;
mod system;
mod tried;
mod walk;
mod write;

pub use alert::{Alert, AlertId, AlertState};
pub use fit::{Fitted, fit_is_due, fit_is_owed, keep_model, learn, owe_fit};
pub use judgement::{Judgement, JudgementId, in_force, judge, judgements, withdraw};
pub use lesson::{EVERY, Lesson, lesson};
pub use measure::{Group, Input, Kind, Measure, Missing, Scaled, Unit, Weighed};
pub use model::{
    Column, Learnt, Model, ModelId, current_model, find_model, model_for, models, one_model,
};
pub use options::{Options, options, set_options};
pub use outcome::{Left, Outcome, outcomes};
pub use profile::{
    Document, MOST_PROFILES, Profile, ProfileId, archive_profile, arrange_profiles, find_profile,
    profiles, save_profile, version,
};
pub use risk::{Chance, chances};
pub(crate) use risk::{counts, judged, of as at_risk};
pub use shown::{Changed, GroupScore, Line, Moved, Of, Part, Percent, Way, between, of_account};
pub use snapshot::{Snapshot, history, inputs, latest, latest_of, on_day, page, snapshots};
pub use starter::first_profile;
pub use tried::{MOST_TRIED, Tried, TriedOne, try_out};
pub use walk::{LEASE, Walked, has_to_write, take_lease, today, walk};
pub use write::snapshot_day;
