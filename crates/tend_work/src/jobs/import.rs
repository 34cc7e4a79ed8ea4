//! Goes on with a file of contacts or accounts, for a while; then others have their turn.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use tend_core::{
    Error,
    customers::imports::{self, ImportId, MOST_AT_ONCE, Progress},
    jobs::Outcome,
};

use crate::works::Works;

/// After so long the job is put back, and goes on as soon as somebody is free.
const A_WHILE: Duration = Duration::from_secs(20);

pub(super) async fn run(works: &Works, import: &str) -> Outcome {
    let Ok(id) = import.parse::<ImportId>() else {
        return Outcome::Hopeless("It names no import.".to_owned());
    };
    let since = Instant::now();
    while since.elapsed() < A_WHILE {
        match step(works, id).await {
            Ok(Progress::More) => {}
            Ok(Progress::Over) => return Outcome::Done,
            Err(error) => return super::outcome(Err(error)),
        }
    }
    Outcome::Later(SignedDuration::ZERO)
}

/// Some rows; if they can't be done together, one by one, and the one that can't be done at all
/// is put aside.
async fn step(works: &Works, id: ImportId) -> Result<Progress, Error> {
    match works.write(move |tx| imports::step(tx, id, MOST_AT_ONCE)).await {
        Err(error) if is_of_a_row(&error) => {}
        other => return other,
    }
    match works.write(move |tx| imports::step(tx, id, 1)).await {
        Err(error) if is_of_a_row(&error) => {
            let why = error.to_string();
            works.write(move |tx| imports::refuse_next(tx, id, &why)).await?;
            Ok(Progress::More)
        }
        other => other,
    }
}

fn is_of_a_row(error: &Error) -> bool {
    !matches!(error, Error::Store(_))
}
