//! Goes on with what was asked for very many conversations.

use jiff::SignedDuration;
use tend_core::{
    conversations::{self, BulkId},
    jobs::Outcome,
};

use super::outcome;
use crate::works::Works;

/// So many pieces in one lease; then others come first.
const PIECES: usize = 20;

pub(super) async fn run(works: &Works, bulk: &str) -> Outcome {
    let Ok(id) = bulk.parse::<BulkId>() else {
        return Outcome::Hopeless("It names no order.".to_owned());
    };
    for _ in 0..PIECES {
        match works.write(move |tx| conversations::go_on_with_bulk(tx, id)).await {
            Ok(true) => {}
            other => return outcome(other.map(drop)),
        }
    }
    Outcome::Later(SignedDuration::ZERO)
}
