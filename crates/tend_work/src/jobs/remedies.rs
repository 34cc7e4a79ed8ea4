//! Has shops carry remedies out: reads what the shop knows, tells it once, and reads again when the
//! answer was lost. What is told is on disk before it is told.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use tend_core::{
    Error,
    jobs::Outcome,
    orders::shops::ACCESS,
    remedies::{
        RemedyId,
        carry::{self, GIVEN_UP_AFTER, MOST_SENDS, QUIET},
        decide,
        shop::{Carried, Errand, Looked, Question, Said},
    },
};
use tend_outside::http::{Answer, Ask};

use super::{
    outcome,
    shops::{authorised, wait},
};
use crate::works::Works;

/// A shop answers within that, or nobody knows.
const PATIENCE: Duration = Duration::from_secs(30);
/// Whoever comes to tell so long after it was written down was stopped in between, and may not.
const IN_TIME: Duration = Duration::from_secs(60);
/// An answer may be so large. Bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// After a shop that could not be read.
const READ_AGAIN: SignedDuration = SignedDuration::from_mins(2);

pub(super) async fn expire(works: &Works, remedy: &str) -> Outcome {
    let Ok(id) = remedy.parse::<RemedyId>() else {
        return Outcome::Hopeless("It names no remedy.".to_owned());
    };
    outcome(works.write(move |tx| decide::expire(tx, id)).await)
}

pub(super) async fn run(works: &Works, remedy: &str) -> Outcome {
    let Ok(id) = remedy.parse::<RemedyId>() else {
        return Outcome::Hopeless("It names no remedy.".to_owned());
    };
    match works.write(move |tx| carry::begin(tx, id)).await {
        Ok(Some(errand)) => go(works, errand).await,
        Ok(None) => Outcome::Done,
        Err(error) => outcome(Err(error)),
    }
}

/// What is known by its name at the shop: the same each time, and nobody's to guess.
fn code(works: &Works, id: RemedyId) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mac = works.keys.mac("remedy code", id.to_string().as_bytes());
    mac.iter().take(12).map(|it| char::from(SIGNS[usize::from(it & 31)])).collect()
}

async fn go(works: &Works, errand: Errand) -> Outcome {
    let (id, code) = (errand.remedy, code(works, errand.remedy));
    let key = match works.keys.open(ACCESS, &errand.access_key) {
        Ok(it) => it,
        Err(error) => return settled(works, &errand, Err(error.to_string())).await,
    };
    let known = match look(works, &errand, &key, &code).await {
        Ok(it) => it,
        Err(Unread::Wait(pause)) => return Outcome::Later(pause),
        Err(Unread::Why(why)) => return unread(works, &errand, why).await,
    };
    if let Some(found) = known.found {
        return outcome(works.write(move |tx| carry::done(tx, id, &found)).await);
    }
    // What was told a moment ago may still be on its way.
    if let Some(at) = errand.sent_at {
        let rest = QUIET - errand.now.duration_since(at);
        if rest > SignedDuration::ZERO {
            return Outcome::Later(rest);
        }
    }
    if let Some(why) = in_the_way(&errand, &known) {
        return settled(works, &errand, Err(why)).await;
    }
    if errand.sends >= MOST_SENDS {
        let why = "The shop was told several times, and knows nothing of it. Look there.";
        return outcome(works.write(move |tx| carry::unknown(tx, id, why)).await);
    }
    tell(works, &errand, &key, &code, &known).await
}

/// Why it can't be told to do it.
fn in_the_way(errand: &Errand, known: &Looked) -> Option<String> {
    if let Some(why) = &known.refused {
        return Some(why.clone());
    }
    let left = known.refundable.filter(|left| *left < errand.amount)?;
    let left = errand.currency.exact(left);
    Some(format!("At the shop only {left} of this order is left to refund."))
}

enum Unread {
    Wait(SignedDuration),
    Why(String),
}

async fn look(works: &Works, errand: &Errand, key: &str, code: &str) -> Result<Looked, Unread> {
    let answer = ask(works, errand, errand.look(code), key).await;
    let answer = answer.map_err(|it| Unread::Why(it.to_string()))?;
    match answer.status {
        200 => errand.looked(code, &answer.body).map_err(Unread::Why),
        429 => Err(Unread::Wait(pause(&answer))),
        401 | 403 => Err(Unread::Why("The shop does not accept the key.".to_owned())),
        status => Err(Unread::Why(format!("The shop answers with the status {status}."))),
    }
}

fn pause(answer: &Answer) -> SignedDuration {
    SignedDuration::try_from(wait(answer)).unwrap_or(READ_AGAIN)
}

/// A shop that can't be read is read again, for a day; what was told before stays unknown.
async fn unread(works: &Works, errand: &Errand, why: String) -> Outcome {
    let is_old = errand.now.duration_since(errand.asked_at) > GIVEN_UP_AFTER;
    let id = errand.remedy;
    if errand.sends > 0 {
        let kept = works.write(move |tx| carry::unknown(tx, id, &why)).await;
        return match (kept, is_old) {
            (Ok(()), false) => Outcome::Later(QUIET),
            (kept, _) => outcome(kept),
        };
    }
    match is_old {
        true => settled(works, errand, Err(why)).await,
        false => Outcome::Later(READ_AGAIN),
    }
}

/// Writes down that it is told, tells it, and writes down what the shop said.
async fn tell(works: &Works, errand: &Errand, key: &str, code: &str, known: &Looked) -> Outcome {
    let (id, before) = (errand.remedy, errand.sent_at);
    let began = Instant::now();
    let own = errand.clone();
    match works.write(move |tx| carry::sending(tx, &own)).await {
        Ok(()) => {}
        // Somebody else is at it, and will settle it.
        Err(Error::Conflict(_)) => return Outcome::Done,
        Err(error) => return outcome(Err(error)),
    }
    if began.elapsed() > IN_TIME {
        return Outcome::Later(QUIET);
    }
    let question = errand.tell(code, known);
    match ask(works, errand, question, key).await {
        Ok(answer) if answer.status == 429 => {
            let taken = works.write(move |tx| carry::turned_away(tx, id, before)).await;
            match taken {
                Ok(()) => Outcome::Later(pause(&answer)),
                error => outcome(error),
            }
        }
        Ok(answer) => match errand.told(code, answer.status, &answer.body) {
            Said::Done(how) => settled(works, errand, Ok(how)).await,
            Said::Refused(why) => settled(works, errand, Err(why)).await,
            Said::Unclear(why) => lost(works, id, why).await,
        },
        // The guard lets nothing through: nothing was told.
        Err(tend_outside::Error::Refused(why)) => settled(works, errand, Err(why)).await,
        Err(error) => lost(works, id, error.to_string()).await,
    }
}

/// Nobody knows: the shop is read when it had time to finish.
async fn lost(works: &Works, id: RemedyId, why: String) -> Outcome {
    match works.write(move |tx| carry::unknown(tx, id, &why)).await {
        Ok(()) => Outcome::Later(QUIET),
        error => outcome(error),
    }
}

async fn settled(works: &Works, errand: &Errand, how: Result<Carried, String>) -> Outcome {
    let id = errand.remedy;
    let kept = works.write(move |tx| match &how {
        Ok(how) => carry::done(tx, id, how),
        Err(why) => carry::failed(tx, id, why),
    });
    outcome(kept.await)
}

async fn ask(
    works: &Works,
    errand: &Errand,
    question: Question,
    key: &str,
) -> tend_outside::Result<Answer> {
    let ask = match question.body {
        Some((kind, body)) => Ask::post(&question.url, kind, body)?,
        None => Ask::get(&question.url)?,
    };
    let mut ask = authorised(ask, errand.shop, key)?.at_most(LARGEST).within(PATIENCE);
    if let Some(key) = &question.idempotency_key {
        ask = ask.with("idempotency-key", key)?;
    }
    works.outside.http().send(ask).await
}
