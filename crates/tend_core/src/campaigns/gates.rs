//! What may hold a message back. A function a rule, each of what is known alone, in the order in
//! which they are asked: may they be written to; does it hurt now; is it night; was it too much.

use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};

use super::{Arm, CampaignId, Purpose, limits::Limits};
use crate::{
    contacts::ContactId,
    outreach::{Kind, pauses::Why},
    secrets::fingerprint,
};

/// What a gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Go,
    /// Not now, but then.
    Wait {
        rule: &'static str,
        why: String,
        until: Timestamp,
    },
    /// Not at all.
    No {
        rule: &'static str,
        why: String,
    },
}

/// What a customer said of it; `None` is never asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Of all that nobody waits for.
    pub all: Option<bool>,
    pub marketing: Option<bool>,
    /// Of the topic of the campaign.
    pub topic: Option<bool>,
}

/// Something that reached them before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    pub kind: Kind,
    /// Of a message; a survey has none.
    pub purpose: Option<Purpose>,
    pub at: Timestamp,
}

/// What is known of somebody who is about to be reached.
#[derive(Clone, Debug)]
pub struct Facts {
    pub purpose: Purpose,
    pub said: Said,
    /// They come to us: no address is needed, and they choose the hour.
    pub on_page: bool,
    pub has_address: bool,
    /// Mail to it came back for good.
    pub bounced: bool,
    pub blocked: bool,
    pub pauses: Vec<Why>,
    /// They wait for our answer.
    pub waits_for_us: bool,
    pub refund_runs: bool,
    /// Where they are; where the company is, if that is not known.
    pub zone: TimeZone,
    /// What reached them in the last seven days.
    pub before: Vec<Before>,
    pub now: Timestamp,
}

fn no(rule: &'static str, why: &str) -> Verdict {
    Verdict::No { rule, why: why.to_owned() }
}

/// Whether they want it: what is transactional they wait for.
pub fn consent(it: &Facts, limits: &Limits) -> Verdict {
    if it.purpose == Purpose::Transactional {
        return Verdict::Go;
    }
    if it.said.all == Some(false) {
        return no("consent", "They declined all messages.");
    }
    if it.said.topic == Some(false) {
        return no("consent", "They declined this topic.");
    }
    if it.purpose == Purpose::Service {
        return Verdict::Go;
    }
    match it.said.marketing {
        Some(false) => no("consent", "They declined marketing."),
        None if limits.needs_consent && it.said.topic != Some(true) => {
            no("consent", "They never agreed to marketing.")
        }
        _ => Verdict::Go,
    }
}

/// Whether it can arrive.
pub fn address(it: &Facts) -> Verdict {
    if it.blocked {
        return no("blocked", "They are blocked.");
    }
    if it.on_page {
        return Verdict::Go;
    }
    if !it.has_address {
        return no("address", "No address is known.");
    }
    match it.bounced {
        true => no("bounced", "Mail to their address comes back."),
        false => Verdict::Go,
    }
}

/// Nothing is promoted to somebody who is hurt.
pub fn paused(it: &Facts) -> Verdict {
    match it.pauses.first() {
        Some(why) if it.purpose == Purpose::Marketing => no("paused", why.label()),
        _ => Verdict::Go,
    }
}

/// Nothing is promoted to somebody who waits for our answer.
pub fn complaint(it: &Facts) -> Verdict {
    match it.waits_for_us && it.purpose == Purpose::Marketing {
        true => no("complaint", "They wait for our answer."),
        false => Verdict::Go,
    }
}

/// Nothing is promoted to somebody whose money is on its way back.
pub fn refund(it: &Facts) -> Verdict {
    match it.refund_runs && it.purpose == Purpose::Marketing {
        true => no("refund", "A refund is under way."),
        false => Verdict::Go,
    }
}

/// Whether they may be reached at all: the first no, in the order of the rules.
pub fn eligible(it: &Facts, limits: &Limits) -> Verdict {
    let all = [consent(it, limits), address(it), paused(it), complaint(it), refund(it)];
    all.into_iter().find(|it| *it != Verdict::Go).unwrap_or(Verdict::Go)
}

/// Whom somebody belongs to: always the same for the same salt and share. Marketing has a share of
/// people who get none of it; what is transactional holds nobody out.
pub fn arm(
    purpose: Purpose,
    campaign: CampaignId,
    contact: ContactId,
    (of_all, of_this): (i64, i64),
) -> Arm {
    if purpose == Purpose::Marketing && falls_in("all", contact, of_all) {
        return Arm::GlobalHeldOut;
    }
    match purpose != Purpose::Transactional && falls_in(&campaign.to_string(), contact, of_this) {
        true => Arm::HeldOut,
        false => Arm::Treated,
    }
}

/// Whether the hash of salt and contact lies in the first `share` per cent.
fn falls_in(salt: &str, contact: ContactId, share: i64) -> bool {
    let print = fingerprint(&format!("{salt} {}", contact.raw()));
    let start = print.get(..8).and_then(|it| u32::from_str_radix(it, 16).ok()).unwrap_or(u32::MAX);
    u64::from(start) * 100 < share.clamp(0, 100) as u64 * (u64::from(u32::MAX) + 1)
}

/// Whether it is a good hour where they are.
pub fn quiet(it: &Facts, limits: &Limits) -> Verdict {
    if it.purpose == Purpose::Transactional || it.on_page {
        return Verdict::Go;
    }
    let mut at = it.now;
    // Each quiet stretch ends at the next one's begin at the latest: three are enough.
    for _ in 0..3 {
        let Some(end) = end_of_quiet(it, limits, at) else { break };
        at = end;
    }
    match at == it.now {
        true => Verdict::Go,
        false => Verdict::Wait {
            rule: "quiet_hours",
            why: format!(
                "It is {} where they are.",
                it.now.to_zoned(it.zone.clone()).strftime("%A, %H:%M")
            ),
            until: at,
        },
    }
}

/// When the quiet stretch ends that `at` lies in.
fn end_of_quiet(it: &Facts, limits: &Limits, at: Timestamp) -> Option<Timestamp> {
    let there = at.to_zoned(it.zone.clone());
    let hour = i64::from(there.hour());
    let (from, to) = (limits.quiet_from, limits.quiet_to);
    let is_night = match from.cmp(&to) {
        std::cmp::Ordering::Equal => false,
        std::cmp::Ordering::Less => (from..to).contains(&hour),
        std::cmp::Ordering::Greater => hour >= from || hour < to,
    };
    let midnight = || there.date().tomorrow().ok()?.to_zoned(it.zone.clone()).ok();
    if is_night {
        let day =
            if from > to && hour >= from { there.date().tomorrow().ok()? } else { there.date() };
        let end = day.at(i8::try_from(to).ok()?, 0, 0, 0).to_zoned(it.zone.clone()).ok()?;
        return Some(end.timestamp());
    }
    let is_sunday = there.weekday() == Weekday::Sunday;
    let rests = limits.quiet_sundays && it.purpose == Purpose::Marketing && is_sunday;
    rests.then(midnight).flatten().map(|it| it.timestamp())
}

/// Whether there was too much already: one ledger of all messages and surveys.
pub fn frequency(it: &Facts, limits: &Limits) -> Verdict {
    if it.purpose == Purpose::Transactional {
        return Verdict::Go;
    }
    let counts = |one: &&Before| match it.purpose {
        Purpose::Marketing => one.kind == Kind::Survey || one.purpose == Some(Purpose::Marketing),
        _ => one.purpose == Some(Purpose::Service),
    };
    let mut same: Vec<Timestamp> = it.before.iter().filter(counts).map(|it| it.at).collect();
    same.sort_by(|a, b| b.cmp(a));
    let (per_day, per_week) = match it.purpose {
        Purpose::Marketing => (limits.marketing_day, Some(limits.marketing_week)),
        _ => (limits.service_day, None),
    };
    let (day, week) = (SignedDuration::from_hours(24), SignedDuration::from_hours(24 * 7));
    let mut free = vec![(slot(&same, per_day, day, it.now), format!("at most {per_day} a day"))];
    if let Some(most) = per_week {
        free.push((slot(&same, most, week, it.now), format!("at most {most} a week")));
    }
    let gap = SignedDuration::from_hours(limits.gap_hours);
    let asked = it.before.iter().filter(|it| it.purpose != Some(Purpose::Transactional));
    let last: Vec<Timestamp> = asked.map(|it| it.at).max().into_iter().collect();
    free.push((slot(&last, 1, gap, it.now), format!("{} hours between two", limits.gap_hours)));
    match free.into_iter().max_by_key(|it| it.0) {
        Some((until, why)) if until > it.now => {
            Verdict::Wait { rule: "frequency", why: format!("The limit: {why}."), until }
        }
        _ => Verdict::Go,
    }
}

/// When one more fits, of `newest` first, at most `most` within `span`.
fn slot(newest: &[Timestamp], most: i64, span: SignedDuration, now: Timestamp) -> Timestamp {
    if most <= 0 {
        return Timestamp::MAX;
    }
    let at = usize::try_from(most - 1).unwrap_or(usize::MAX);
    let oldest = newest.get(at).and_then(|it| it.checked_add(span).ok());
    oldest.unwrap_or(now).max(now)
}

/// Whether now is the time.
pub fn timely(it: &Facts, limits: &Limits) -> Verdict {
    match (quiet(it, limits), frequency(it, limits)) {
        (Verdict::Go, other) | (other, Verdict::Go) => other,
        // The one that takes longer; whatever comes then is asked again.
        (Verdict::Wait { until: a, .. }, Verdict::Wait { rule, why, until: b }) if b > a => {
            Verdict::Wait { rule, why, until: b }
        }
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests;
