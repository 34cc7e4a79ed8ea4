//! How often a token may ask: a bucket each, refilled all the time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

use crate::{App, WebError};

/// So many buckets are remembered; full ones are forgotten first.
const MOST: usize = 10_000;

/// The buckets of this node.
#[derive(Debug, Default)]
pub(crate) struct Buckets(Mutex<HashMap<String, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

/// What is left after asking once.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Left {
    allowed: bool,
    remaining: u64,
    /// Seconds until the bucket is full.
    reset: u64,
}

impl Buckets {
    fn take(&self, who: String, now: Timestamp, per_minute: u32) -> Left {
        let (size, each_second) = (f64::from(per_minute), f64::from(per_minute) / 60.0);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(&who) {
            all.retain(|_, it| now.duration_since(it.at).as_secs() < 60);
        }
        let bucket = all.entry(who).or_insert(Bucket { left: size, at: now });
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.left = (bucket.left + passed * each_second).min(size);
        bucket.at = now;
        let allowed = bucket.left >= 1.0;
        if allowed {
            bucket.left -= 1.0;
        }
        let reset = ((size - bucket.left) / each_second).ceil();
        Left { allowed, remaining: bucket.left as u64, reset: reset as u64 }
    }
}

impl Buckets {
    /// Whether somebody may do something once more, who does it so often in a minute at most.
    pub(crate) fn allows(&self, who: String, now: Timestamp, per_minute: u32) -> bool {
        self.take(who, now, per_minute).allowed
    }
}

/// Counts each request of a token, and says how much is left.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let per_minute = app.config.api_per_minute;
    let Some(token) = request.headers().get(header::AUTHORIZATION).filter(|_| per_minute > 0)
    else {
        return next.run(request).await;
    };
    let who = tend_core::secrets::fingerprint_bytes(token.as_bytes());
    let left = app.buckets.take(who, app.now(), per_minute);
    let mut answer = match left.allowed {
        true => next.run(request).await,
        false => {
            let wait = (60.0 / f64::from(per_minute)).ceil() as u64;
            WebError::too_often(wait.max(1)).into_response()
        }
    };
    write(answer.headers_mut(), per_minute, left);
    answer
}

fn write(headers: &mut HeaderMap, per_minute: u32, left: Left) {
    let all = [
        ("ratelimit-limit", u64::from(per_minute)),
        ("ratelimit-remaining", left.remaining),
        ("ratelimit-reset", left.reset),
    ];
    for (name, value) in all {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::default();
        let start = Timestamp::UNIX_EPOCH;
        for n in 0..60 {
            let left = buckets.take("one".to_owned(), start, 60);
            assert_eq!((left.allowed, left.remaining), (true, 59 - n));
        }
        assert!(!buckets.take("one".to_owned(), start, 60).allowed);
        assert!(buckets.take("two".to_owned(), start, 60).allowed, "another's is full");
        let later = start + SignedDuration::from_secs(1);
        assert!(buckets.take("one".to_owned(), later, 60).allowed);
        assert!(!buckets.take("one".to_owned(), later, 60).allowed);
    }
}
