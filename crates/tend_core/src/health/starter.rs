//! The profile that a company begins with.

use tend_store::Tx;

use super::{
    Document, Kind, Measure, Weighed,
    profile::{self, ProfileId},
};
use crate::Result;

/// What counts, unless the company says otherwise, and how much.
const BEGIN: [(Kind, f64); 14] = [
    (Kind::ActiveChange, 20.0),
    (Kind::Breadth, 12.0),
    (Kind::LastUse, 12.0),
    (Kind::Licence, 6.0),
    (Kind::Open, 4.0),
    (Kind::Resolved, 4.0),
    (Kind::FirstReply, 4.0),
    (Kind::Waiting, 4.0),
    (Kind::Touch, 8.0),
    (Kind::People, 8.0),
    (Kind::PeopleLost, 8.0),
    (Kind::Late, 4.0),
    (Kind::ArrChange, 4.0),
    (Kind::GoalsLate, 2.0),
];

/// The profile for everybody that a company begins with, if it has none yet.
pub fn first_profile(tx: &mut Tx) -> Result<()> {
    let any: Option<ProfileId> = tx.maybe_scalar(
        "SELECT id FROM health_profiles WHERE is_default = TRUE ORDER BY id LIMIT 1",
        &[],
    )?;
    if any.is_some() {
        return Ok(());
    }
    let document = document();
    let id = profile::insert(tx, &document.name, true)?;
    profile::keep(tx, id, 1, &document, None)
}

/// What it says.
fn document() -> Document {
    let measures = BEGIN.map(|(kind, weight)| Weighed::of(Measure::of(kind), weight)).to_vec();
    Document { name: "Everybody else".to_owned(), segment: None, stages: Vec::new(), measures }
}
