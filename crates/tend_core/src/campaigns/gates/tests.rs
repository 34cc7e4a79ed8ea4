use jiff::{SignedDuration, tz::TimeZone};

use super::*;

fn facts(purpose: Purpose, at: &str, zone: &str) -> Facts {
    Facts {
        purpose,
        said: Said { marketing: Some(true), ..Said::default() },
        on_page: false,
        has_address: true,
        bounced: false,
        blocked: false,
        pauses: Vec::new(),
        waits_for_us: false,
        refund_runs: false,
        zone: TimeZone::get(zone).expect("is a zone"),
        before: Vec::new(),
        now: at.parse().expect("is a time"),
    }
}

fn rule(it: &Verdict) -> &'static str {
    match it {
        Verdict::Go => "go",
        Verdict::Wait { rule, .. } | Verdict::No { rule, .. } => rule,
    }
}

fn until(it: &Verdict) -> String {
    match it {
        Verdict::Wait { until, .. } => until.to_string(),
        other => format!("{other:?}"),
    }
}

const NOON: &str = "2026-11-24T11:00:00Z";

#[test]
fn the_first_rule_that_says_no_is_the_one_that_is_told() {
    let limits = Limits::default();
    let mut it = facts(Purpose::Marketing, NOON, "Europe/Vienna");
    assert_eq!(rule(&eligible(&it, &limits)), "go");
    it.refund_runs = true;
    assert_eq!(rule(&eligible(&it, &limits)), "refund");
    it.waits_for_us = true;
    assert_eq!(rule(&eligible(&it, &limits)), "complaint");
    it.pauses = vec![Why::LowScore];
    assert_eq!(rule(&eligible(&it, &limits)), "paused");
    it.bounced = true;
    assert_eq!(rule(&eligible(&it, &limits)), "bounced");
    it.said.marketing = Some(false);
    assert_eq!(rule(&eligible(&it, &limits)), "consent");
    // What helps with something they have goes on while they are hurt; not to a dead address.
    it.purpose = Purpose::Service;
    assert_eq!(rule(&eligible(&it, &limits)), "bounced");
    it.bounced = false;
    assert_eq!(rule(&eligible(&it, &limits)), "go");
    it.said.all = Some(false);
    assert_eq!(rule(&eligible(&it, &limits)), "consent");
    it.purpose = Purpose::Transactional;
    assert_eq!(rule(&eligible(&it, &limits)), "go");
}

#[test]
fn marketing_needs_a_yes_unless_the_company_says_otherwise() {
    let mut limits = Limits::default();
    let mut it = facts(Purpose::Marketing, NOON, "UTC");
    it.said = Said::default();
    assert_eq!(rule(&consent(&it, &limits)), "consent");
    it.said.topic = Some(true);
    assert_eq!(rule(&consent(&it, &limits)), "go", "a yes to the topic is one");
    it.said.topic = None;
    limits.needs_consent = false;
    assert_eq!(rule(&consent(&it, &limits)), "go");
    it.said.topic = Some(false);
    assert_eq!(rule(&consent(&it, &limits)), "consent");
}

#[test]
fn nights_and_sundays_are_those_of_the_one_who_reads() {
    let limits = Limits::default();
    let ask = |purpose, at, zone| quiet(&facts(purpose, at, zone), &limits);
    // A Tuesday, 19:59 and 20:00 in Vienna.
    assert_eq!(ask(Purpose::Marketing, "2026-11-24T18:59:00Z", "Europe/Vienna"), Verdict::Go);
    let night = ask(Purpose::Service, "2026-11-24T19:00:00Z", "Europe/Vienna");
    assert_eq!(until(&night), "2026-11-25T07:00:00Z");
    // The same moment is a morning in Los Angeles.
    assert_eq!(ask(Purpose::Service, "2026-11-24T19:00:00Z", "America/Los_Angeles"), Verdict::Go);
    // Before dawn it ends on the same day.
    let early = ask(Purpose::Service, "2026-11-24T03:00:00Z", "Europe/Vienna");
    assert_eq!(until(&early), "2026-11-24T07:00:00Z");
    // Saturday night: Sunday is no day for marketing, and the night after it neither.
    let saturday = ask(Purpose::Marketing, "2026-11-28T21:00:00Z", "Europe/Vienna");
    assert_eq!(until(&saturday), "2026-11-30T07:00:00Z");
    let sunday = ask(Purpose::Service, "2026-11-29T11:00:00Z", "Europe/Vienna");
    assert_eq!(sunday, Verdict::Go);
    assert_eq!(ask(Purpose::Transactional, "2026-11-28T21:00:00Z", "UTC"), Verdict::Go);
}

#[test]
fn one_ledger_counts_surveys_with_messages() {
    let limits = Limits::default();
    let mut it = facts(Purpose::Marketing, NOON, "UTC");
    let ago = |hours: i64| it.now - SignedDuration::from_hours(hours);
    let survey = Before { kind: Kind::Survey, purpose: None, at: ago(3) };
    let service =
        |hours| Before { kind: Kind::Message, purpose: Some(Purpose::Service), at: ago(hours) };
    let marketing =
        |hours| Before { kind: Kind::Message, purpose: Some(Purpose::Marketing), at: ago(hours) };
    let (old, mid, new, late) = (marketing(160), marketing(100), marketing(60), service(2));
    it.before = vec![survey];
    assert_eq!(
        until(&frequency(&it, &limits)),
        (it.now + SignedDuration::from_hours(21)).to_string()
    );
    it.before = vec![new, mid, old];
    let third = it.now + SignedDuration::from_hours(168 - 160);
    assert_eq!(until(&frequency(&it, &limits)), third.to_string());
    it.before = vec![late];
    let gap = it.now + SignedDuration::from_hours(2);
    assert_eq!(until(&frequency(&it, &limits)), gap.to_string());
    it.purpose = Purpose::Service;
    it.before = vec![service(5), service(9), service(20)];
    let first = it.now + SignedDuration::from_hours(4);
    assert_eq!(until(&frequency(&it, &limits)), first.to_string());
    it.before = vec![service(5), marketing(6), marketing(7), survey];
    assert_eq!(
        until(&frequency(&it, &limits)),
        (it.now + SignedDuration::from_hours(1)).to_string()
    );
    it.purpose = Purpose::Transactional;
    assert_eq!(frequency(&it, &limits), Verdict::Go);
}

#[test]
fn the_held_out_share_is_stable_and_about_as_large_as_it_says() {
    let campaign = CampaignId::from_raw(77);
    let of = |id: i64, share| {
        arm(Purpose::Marketing, campaign, ContactId::from_raw(id * 1_000_003), share)
    };
    let mut held = (0, 0);
    for id in 0..20_000 {
        let it = of(id, (5, 20));
        assert_eq!(it, of(id, (5, 20)));
        // Who is held out of 20 % is held out of 30 % too.
        if it == Arm::HeldOut {
            assert_eq!(of(id, (5, 30)), Arm::HeldOut);
        }
        held.0 += i64::from(it == Arm::GlobalHeldOut);
        held.1 += i64::from(it == Arm::HeldOut);
    }
    // 5 % of 20,000 and 20 % of the rest, within four standard deviations.
    assert!((held.0 - 1000).abs() < 124 && (held.1 - 3800).abs() < 222, "{held:?}");
    assert_eq!(of(1, (0, 0)), Arm::Treated);
    assert_eq!(of(1, (100, 0)), Arm::GlobalHeldOut);
    let none = arm(Purpose::Transactional, campaign, ContactId::from_raw(5), (100, 100));
    assert_eq!(none, Arm::Treated, "nobody is held out of what they wait for");
}
