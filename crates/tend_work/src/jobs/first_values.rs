//! Once a day, and when key features are chosen: when each account first used one.

use tend_core::{jobs::Outcome, usage::first_value};

use super::outcome;
use crate::works::Works;

pub(super) async fn run(works: &Works) -> Outcome {
    let mut after = 0;
    loop {
        let found = match works.read(move |tx| first_value::look(tx, after)).await {
            Ok(found) => found,
            Err(error) => return outcome(Err(error)),
        };
        match found.last() {
            Some(it) => after = it.account_id.raw(),
            None => return Outcome::Done,
        }
        if let Err(error) = works.write(move |tx| first_value::keep(tx, &found)).await {
            return outcome(Err(error));
        }
    }
}
