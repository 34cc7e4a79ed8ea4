//! Once an hour: what customers pay is brought to today.

use tend_core::{
    jobs::Outcome,
    money::standing::{When, catch_up, owe_catch_up},
};

use super::outcome;
use crate::works::Works;

/// Accounts that one transaction takes.
const AT_ONCE: usize = 200;

pub(super) async fn run(works: &Works) -> Outcome {
    loop {
        match works.write(|tx| catch_up(tx, AT_ONCE)).await {
            Err(error) => return outcome(Err(error)),
            Ok(some) if some < AT_ONCE => break,
            Ok(_) => {}
        }
    }
    outcome(works.write(|tx| owe_catch_up(tx, When::InAnHour)).await)
}
