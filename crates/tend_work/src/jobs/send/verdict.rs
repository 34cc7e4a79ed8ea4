use jiff::SignedDuration;
use tend_core::{
    Result,
    conversations::SendState,
    outbox::{self, Delivery, Item},
};
use tend_store::Tx;

use super::later;
use crate::smtp_out::{self, Fate, Sent};

/// 1 min, 2, 4 … at most 4 h between tries, with a spread so that many don't come back at once.
fn pause(attempts: i64, seed: i64) -> SignedDuration {
    let base = (60_i64 << attempts.clamp(0, 8)).min(4 * 3600);
    SignedDuration::from_secs(base + base / 4 * (seed.unsigned_abs() % 100) as i64 / 100)
}

/// Writes down what became of a try.
///
/// What nobody knows is tried again when it may arrive twice, under the same Message-ID; when
/// it may not, it is `unknown`, and a person sees it.
pub fn settle(tx: &mut Tx, item: &Item, sent: &Sent) -> Result<()> {
    let twice = item.class == "at_least_once";
    let states: Vec<Delivery> = sent
        .deliveries
        .iter()
        .map(|it| Delivery {
            address: it.address.clone(),
            state: match it.fate {
                Fate::Accepted => SendState::Sent,
                Fate::Permanent => SendState::Failed,
                Fate::Unknown if !twice => SendState::Unknown,
                Fate::Temporary | Fate::Unknown => SendState::Deferred,
            },
            answer: it.answer.clone(),
        })
        .collect();
    for it in sent.deliveries.iter().filter(|it| is_dead(it)) {
        outbox::dead_address(tx, &it.address)?;
    }
    let any = |state| states.iter().find(|it| it.state == state);
    if let Some(waiting) = any(SendState::Deferred) {
        let pause = pause(item.attempts - 1, item.id.raw());
        if let Some(again) = later(tx.now(), item.created_at, pause) {
            let answer = waiting.answer.clone();
            return outbox::settle(tx, item.id, SendState::Deferred, &answer, &states, Some(again));
        }
        let given_up: Vec<_> = states.iter().cloned().map(give_up).collect();
        let answer = format!("Given up after five days. {}", waiting.answer);
        return outbox::settle(tx, item.id, SendState::Failed, &answer, &given_up, None);
    }
    let all = outbox::deliveries(tx, item.id)?;
    let before = all.iter().filter(|it| !states.iter().any(|new| new.address == it.address));
    let everyone: Vec<&Delivery> = states.iter().chain(before).collect();
    let worst = [SendState::Failed, SendState::Unknown]
        .into_iter()
        .find(|state| everyone.iter().any(|it| it.state == *state));
    let (state, answer) = match worst {
        Some(state) => (state, told(&everyone, state)),
        None => (SendState::Sent, states.first().map_or(String::new(), |it| it.answer.clone())),
    };
    outbox::settle(tx, item.id, state, &answer, &states, None)
}

/// Whom it concerns, when it does not concern everybody.
fn told(everyone: &[&Delivery], state: SendState) -> String {
    let concerned: Vec<_> = everyone.iter().filter(|it| it.state == state).collect();
    match concerned.as_slice() {
        [one] if everyone.len() == 1 => one.answer.clone(),
        all => {
            let lines: Vec<_> =
                all.iter().map(|it| format!("{}: {}", it.address, it.answer)).collect();
            lines.join("; ")
        }
    }
}

fn give_up(it: Delivery) -> Delivery {
    let state = if it.state == SendState::Deferred { SendState::Failed } else { it.state };
    Delivery { state, ..it }
}

/// RFC 3463: there is no such mailbox, domain or host.
fn is_dead(it: &smtp_out::Delivery) -> bool {
    let codes = [" 5.1.1 ", " 5.1.2 ", " 5.1.10 "];
    it.fate == Fate::Permanent && codes.iter().any(|code| it.answer.contains(code))
}
