//! Tries at passwords, counted by who tries what: an account from a network, an account from
//! anywhere, a network. Who fails often waits longer each time, and nobody is locked out: what a
//! stranger fails elsewhere holds the account's owner up for a minute at most.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// The first wait; each further failure doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// For an account, wherever the tries come from: long enough against many machines that guess
/// together, and short enough for its owner.
const LONGEST_FOR_ALL: SignedDuration = SignedDuration::from_mins(1);
/// How many we remember; above that those that matter least go.
const MOST: usize = 50_000;

/// Kept in memory, for this node.
#[derive(Debug, Default)]
pub struct Attempts {
    seen: Mutex<HashMap<Who, Failures>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    /// An account, from a network.
    There(String, u128),
    /// An account, from anywhere.
    Account(String),
    Network(u128),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    since: Timestamp,
    last: Timestamp,
    count: u32,
    waits_until: Timestamp,
}

impl Attempts {
    /// Takes a try for an account from an address. It counts as failed until it
    /// [succeeded](Self::succeeded), so that many at once are counted too.
    ///
    /// # Errors
    /// Seconds to wait before the next try.
    pub fn take(&self, account: &str, address: IpAddr, now: Timestamp) -> Result<(), u64> {
        let (account, network) = (account_key(account), network_key(address));
        let keys =
            [Who::There(account.clone(), network), Who::Account(account), Who::Network(network)];
        self.count(&keys, now)
    }

    /// Takes a try that is about no account in particular.
    ///
    /// # Errors
    /// Seconds to wait before the next try.
    pub fn take_from(&self, address: IpAddr, now: Timestamp) -> Result<(), u64> {
        self.count(&[Who::Network(network_key(address))], now)
    }

    /// The try was right: the account starts anew, and for the network it never was.
    pub fn succeeded(&self, account: &str, address: IpAddr) {
        let mut seen = self.seen();
        let (account, network) = (account_key(account), network_key(address));
        seen.remove(&Who::There(account.clone(), network));
        seen.remove(&Who::Account(account));
        if let Some(it) = seen.get_mut(&Who::Network(network)) {
            it.count = it.count.saturating_sub(1);
        }
    }

    fn count(&self, keys: &[Who], now: Timestamp) -> Result<(), u64> {
        let mut seen = self.seen();
        let until = keys.iter().filter_map(|it| seen.get(it)).map(|it| it.waits_until).max();
        let left = until.map_or(SignedDuration::ZERO, |it| it.duration_since(now));
        if left > SignedDuration::ZERO {
            return Err(left.as_secs().unsigned_abs() + 1);
        }
        if seen.len() >= MOST {
            forget(&mut seen, now);
        }
        for key in keys {
            let fresh = Failures { since: now, last: now, count: 0, waits_until: now };
            let it = seen.entry(key.clone()).or_insert(fresh);
            if it.is_over(now) {
                *it = fresh;
            }
            it.count += 1;
            it.last = now;
            let allowed = key.allowed();
            if it.count >= allowed {
                let doublings = (it.count - allowed).min(16);
                let wait = SignedDuration::from_secs(FIRST_WAIT.as_secs() << doublings);
                it.waits_until = now + wait.min(key.longest());
            }
        }
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Who, Failures>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failures {
    /// Failures far apart don't add up, unless one waits for them.
    fn is_over(&self, now: Timestamp) -> bool {
        let quiet = now.duration_since(self.last) > WINDOW + LONGEST_WAIT;
        let slow = self.waits_until <= self.since && now.duration_since(self.since) > WINDOW;
        quiet || slow
    }
}

impl Who {
    fn allowed(&self) -> u32 {
        match self {
            Self::There(..) => 10,
            Self::Account(_) => 50,
            Self::Network(_) => 100,
        }
    }

    fn longest(&self) -> SignedDuration {
        match self {
            Self::There(..) | Self::Network(_) => LONGEST_WAIT,
            Self::Account(_) => LONGEST_FOR_ALL,
        }
    }
}

fn account_key(account: &str) -> String {
    account.trim().to_lowercase().chars().take(254).collect()
}

/// As far as one visitor can change addresses in it.
pub(crate) fn network_key(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(it) => u128::from(it.to_bits()),
        IpAddr::V6(it) => it.to_bits() >> 64 << 64,
    }
}

/// Drops what is over, and if that is not enough, what failed least.
fn forget(seen: &mut HashMap<Who, Failures>, now: Timestamp) {
    seen.retain(|_, it| !it.is_over(now));
    let mut most = 1;
    while seen.len() >= MOST {
        seen.retain(|_, it| it.count > most);
        most *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("is an address")
    }

    #[test]
    fn the_tenth_failure_at_an_account_makes_a_network_wait_and_each_further_twice_as_long() {
        let them = Attempts::default();
        let (mut now, there) = (NOW, ip("198.51.100.1"));
        for _ in 0..10 {
            assert_eq!(them.take("Anna ", there, now), Ok(()));
        }
        let waits: Vec<u64> = (0..10)
            .map(|_| {
                let wait = them.take("anna", there, now).expect_err("waits");
                now += SignedDuration::from_secs(wait.cast_signed());
                assert_eq!(them.take("anna", there, now), Ok(()));
                wait - 1
            })
            .collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(them.take("ben", there, now), Ok(()), "others are unaffected");
        assert_eq!(them.take("anna", ip("192.0.2.1"), now), Ok(()), "the owner is elsewhere");
    }

    #[test]
    fn many_networks_that_guess_together_wait_and_the_owner_for_a_minute_at_most() {
        let them = Attempts::default();
        let mut now = NOW;
        for n in 0..50u8 {
            assert_eq!(them.take("anna", IpAddr::from([192, 0, 2, n]), now), Ok(()));
        }
        for n in 50..90u8 {
            let from = IpAddr::from([192, 0, 2, n]);
            let wait = them.take("anna", from, now).expect_err("waits");
            assert!(wait <= 61, "{wait}");
            now += SignedDuration::from_secs(wait.cast_signed());
            assert_eq!(them.take("anna", from, now), Ok(()));
        }
    }

    #[test]
    fn a_network_that_tries_many_accounts_waits() {
        let them = Attempts::default();
        for n in 0..100 {
            assert_eq!(them.take(&format!("agent {n}"), ip("2001:db8::1"), NOW), Ok(()));
        }
        assert!(them.take("zoe", ip("2001:db8::ffff"), NOW).is_err(), "the same network");
        assert!(them.take_from(ip("2001:db8::ffff"), NOW).is_err());
        assert!(them.take("zoe", ip("2001:db8:1::1"), NOW).is_ok(), "another one");
    }

    #[test]
    fn success_and_time_forgive() {
        let them = Attempts::default();
        let from = ip("192.0.2.1");
        for _ in 0..300 {
            assert_eq!(them.take("anna", from, NOW), Ok(()), "a whole office may sign in");
            them.succeeded("anna", from);
        }
        (0..9).for_each(|_| assert_eq!(them.take("ben", from, NOW), Ok(())));
        let later = NOW + SignedDuration::from_mins(16);
        (0..9).for_each(|_| assert_eq!(them.take("ben", from, later), Ok(())));
    }

    #[test]
    fn memory_is_bounded_and_keeps_who_failed_most() {
        let them = Attempts::default();
        (0..10).for_each(|_| them.take("anna", ip("192.0.2.9"), NOW).expect("may"));
        for n in 0..60_000u32 {
            let _ = them.take(&format!("agent {n}"), IpAddr::from(n.to_be_bytes()), NOW);
        }
        assert!(them.seen().len() <= MOST + 3);
        assert!(them.take("anna", ip("192.0.2.9"), NOW).is_err());
    }
}
