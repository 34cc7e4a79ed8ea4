//! Asks customers, reminds them, asks them again.

use tend_core::{
    jobs::Outcome,
    surveys::{
        LoopId, PlanId, RequestId, ask, escalate, loops,
        plans::{self, Next},
    },
};

use super::outcome;
use crate::works::Works;

/// Customers that one transaction goes through.
const AT_ONCE: i64 = 500;

pub(super) async fn ask(works: &Works, plan: &str) -> Outcome {
    let Ok(id) = plan.parse::<PlanId>() else {
        return Outcome::Hopeless("It names no plan.".to_owned());
    };
    let keys = works.keys.clone();
    outcome(works.write(move |tx| plans::come(tx, &keys, id)).await)
}

pub(super) async fn remind(works: &Works, request: &str) -> Outcome {
    let Ok(id) = request.parse::<RequestId>() else {
        return Outcome::Hopeless("It names no request.".to_owned());
    };
    let keys = works.keys.clone();
    outcome(works.write(move |tx| ask::remind(tx, &keys, id)).await)
}

pub(super) async fn ask_again(works: &Works, settled: &str) -> Outcome {
    let Ok(id) = settled.parse::<LoopId>() else {
        return Outcome::Hopeless("It names no follow-up.".to_owned());
    };
    let keys = works.keys.clone();
    outcome(works.write(move |tx| loops::ask_again(tx, &keys, id)).await)
}

pub(super) async fn escalate(works: &Works, low: &str) -> Outcome {
    let Ok(id) = low.parse::<LoopId>() else {
        return Outcome::Hopeless("It names no follow-up.".to_owned());
    };
    outcome(works.write(move |tx| escalate::escalate(tx, id)).await)
}

/// Goes through all customers in pieces, and owes the next walk.
pub(super) async fn walk(works: &Works) -> Outcome {
    loop {
        match works.write(|tx| plans::walk(tx, AT_ONCE)).await {
            Err(error) => return outcome(Err(error)),
            Ok(false) => break,
            Ok(true) => {}
        }
    }
    outcome(works.write(|tx| plans::owe_walk(tx, Next::InAnHour)).await)
}
