use jiff::{SignedDuration, Timestamp};

const MICROS_OF_DAY: i64 = 86_400_000_000;
/// A clock that is wrong may put an event so far into the future, and no further.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// When an event happened, and the four times that this was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// By our clock.
    pub at: Timestamp,
    /// By the client's clock, if it said.
    pub original: Option<Timestamp>,
    /// When the client sent it, by its own clock.
    pub sent: Option<Timestamp>,
    pub received: Timestamp,
}

/// `received − (sent − original)`: how long ago it was when it was sent is right even where
/// the clock is not. Without `sent` it is taken as it is. Never later than five minutes from
/// when it was received.
pub fn correct(
    original: Option<Timestamp>,
    sent: Option<Timestamp>,
    received: Timestamp,
) -> Corrected {
    let at = match (original, sent) {
        (Some(original), Some(sent)) => {
            let ago = sent.duration_since(original);
            received.checked_sub(ago).unwrap_or(received)
        }
        (Some(original), None) => original,
        (None, _) => received,
    };
    let latest = received.checked_add(AHEAD).unwrap_or(received);
    Corrected { at: at.min(latest), original, sent, received }
}

/// What a client writes: ISO 8601 with an offset, or milliseconds since 1970.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
        return at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|it| it.timestamp());
    }
    let number: i64 = text.parse().ok()?;
    match number.abs() > 100_000_000_000 {
        true => Timestamp::from_millisecond(number).ok(),
        false => Timestamp::from_second(number).ok(),
    }
}

/// Days since 1970, UTC.
pub fn day_of(at: Timestamp) -> i64 {
    at.as_microsecond().div_euclid(MICROS_OF_DAY)
}

/// The first moment of a day.
pub fn start_of(day: i64) -> Timestamp {
    Timestamp::from_microsecond(day.saturating_mul(MICROS_OF_DAY)).unwrap_or(Timestamp::MAX)
}

/// `2026-11-22`.
pub fn name_of(day: i64) -> String {
    start_of(day).strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        read(text).expect(text)
    }

    #[test]
    fn a_wrong_clock_is_put_right() {
        let received = at("2026-11-22T11:58:07.000Z");
        let original = Some(at("2026-11-22T12:00:00.000Z"));
        let sent = Some(at("2026-11-22T12:00:05.000+00:00"));
        let it = correct(original, sent, received);
        assert_eq!(it.at, at("2026-11-22T11:58:02Z"));
        assert_eq!((it.original, it.sent, it.received), (original, sent, received));
        let old = Some(at("2020-01-01T00:00:00Z"));
        assert_eq!(correct(old, None, received).at, at("2020-01-01T00:00:00Z"), "history");
        assert_eq!(correct(None, sent, received).at, received);
        let ahead = Some(at("2999-01-01T00:00:00Z"));
        assert_eq!(correct(ahead, None, received).at, at("2026-11-22T12:03:07Z"), "clamped");
        let backwards = correct(ahead, original, received);
        assert_eq!(backwards.at, at("2026-11-22T12:03:07Z"), "sent before it happened");
    }

    #[test]
    fn times_are_read_as_clients_write_them() {
        for text in [
            "2026-11-22T12:00:00.000123+00:00",
            "2026-11-22T13:00:00.000123+01:00",
            "2026-11-22T12:00:00.000123Z",
            "2026-11-22T12:00:00.000123",
        ] {
            assert_eq!(at(text).as_microsecond(), 1_795_348_800_000_123, "{text}");
        }
        assert_eq!(at("1795348800000").as_microsecond(), 1_795_348_800_000_000);
        assert_eq!(at("1795348800").as_microsecond(), 1_795_348_800_000_000);
        assert_eq!(read("yesterday"), None);
        assert_eq!(
            (day_of(at("1970-01-02T00:00:00Z")), day_of(at("1969-12-31T23:00:00Z"))),
            (1, -1)
        );
        assert_eq!(name_of(20779), "2026-11-22");
    }
}
