//! Somebody passes the gates, once or at each step of a sequence.

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tend_store::Tx;

use super::{
    Arm, Campaign, ENROLMENT, Enrolment, EnrolmentId, Kind, Plan, Standing, Step, Variant, again,
    events::{self, What},
    facts::{self, after},
    gates::{self, Facts, Verdict},
    letter::{self, Paper},
    limits::Limits,
    slot, suggests,
};
use crate::{
    Error, Result,
    actor::Actor,
    agents::Me,
    book::{self, Condition},
    contacts::Contact,
    inboxes::Inbox,
    journal::{self, Change, MessageSent},
    outreach::{
        Channel,
        touches::{self, What as Touched},
    },
    secrets::Keys,
};

/// So many steps without a wait between them; more lead in a circle.
const MOST_AT_ONCE: usize = 25;
/// Whoever is hurt in the middle of a sequence is looked at again after so long.
const REST: SignedDuration = SignedDuration::from_hours(24);
/// How often we look whether something happened that a sequence waits for.
const LOOK: SignedDuration = SignedDuration::from_hours(1);
/// Whoever had no room in one minute comes in the next.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);
/// A wait that is longer than this has no end.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24 * 60);

/// What all people of one piece of work share.
pub(super) struct Running<'a> {
    pub keys: &'a Keys,
    pub campaign: Campaign,
    pub plan: Plan,
    pub limits: Limits,
    /// Where the company is.
    pub zone: TimeZone,
    pub inbox: Inbox,
    pub company: String,
    pub base: String,
    /// With whose eyes the segment is read, and what it asks for.
    pub me: Me,
    pub segment: Option<Condition>,
    /// So many more may leave in this minute.
    pub room: Cell<i64>,
}

impl Running<'_> {
    pub fn paper(&self) -> Paper<'_> {
        Paper { keys: self.keys, inbox: &self.inbox, company: &self.company, base: &self.base }
    }

    pub fn about<'a>(&'a self, contact: &Contact) -> Touched<'a> {
        Touched {
            contact: contact.id,
            kind: crate::outreach::Kind::Message,
            topic: self.campaign.purpose.word(),
            source: self.campaign.id.raw(),
        }
    }

    pub fn facts(&self, tx: &mut Tx, contact: &Contact, on_page: bool) -> Result<Facts> {
        let it = &self.campaign;
        let facts = facts::read(tx, contact, it.purpose, &it.topic, &self.zone)?;
        Ok(Facts { on_page, ..facts })
    }
}

/// Somebody whom the search has found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub contact: Contact,
    /// What it is about: empty if it can be only once.
    pub about: String,
    pub order: Option<i64>,
}

/// Takes somebody in, unless they are in already: says how many messages left.
pub(super) fn enrol(tx: &mut Tx, run: &Running<'_>, found: &Found) -> Result<i64> {
    let (contact, now) = (&found.contact, tx.now());
    let Some(about) = again::about(tx, run.campaign.id, &run.plan, contact.id, &found.about)?
    else {
        return Ok(0);
    };
    let facts = run.facts(tx, contact, run.plan.is_on_page())?;
    let mut it = Enrolment {
        id: EnrolmentId::new(tx),
        campaign_id: run.campaign.id,
        contact_id: contact.id,
        order_id: found.order,
        arm: Arm::None,
        state: Standing::Waiting,
        rule: String::new(),
        step: 0,
        step_at: now,
        due_at: now,
        made_at: now,
        eligible_at: None,
        sent: 0,
    };
    let refusal = admit(run, contact, &facts, &mut it);
    insert(tx, &it, &about)?;
    match refusal {
        Some((rule, why)) => touches::refuse(tx, run.about(contact), rule, &why).map(|()| 0),
        None => advance(tx, run, contact, it, Some(facts)),
    }
}

/// Whether they may be reached, and with whom they are compared: decided once, before anything is
/// written.
fn admit(
    run: &Running<'_>,
    contact: &Contact,
    facts: &Facts,
    it: &mut Enrolment,
) -> Option<(&'static str, String)> {
    if let Verdict::No { rule, why } = gates::eligible(facts, &run.limits) {
        (it.state, it.rule) = (Standing::Refused, rule.to_owned());
        return Some((rule, why));
    }
    let of = &run.campaign;
    let shares = (run.limits.holdout, of.holdout);
    it.eligible_at = Some(facts.now);
    it.arm = gates::arm(of.purpose, of.id, contact.id, shares);
    let (rule, why) = match it.arm {
        Arm::HeldOut => ("holdout", "They are compared with."),
        Arm::GlobalHeldOut => ("global_holdout", "They get no marketing, to be compared with."),
        _ => return None,
    };
    (it.state, it.rule) = (Standing::HeldOut, rule.to_owned());
    Some((rule, why.to_owned()))
}

fn insert(tx: &mut Tx, it: &Enrolment, about: &str) -> Result<()> {
    let ended = (it.state != Standing::Waiting).then_some(it.made_at);
    let key = format!("{}:{}:{about}", it.campaign_id.raw(), it.contact_id.raw());
    tx.execute(
        "INSERT INTO enrolments (id, campaign_id, contact_id, unique_key, about, order_id, arm,
             state, rule, step, step_at, due_at, made_at, eligible_at, sent, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &[
            it.id.into(),
            it.campaign_id.into(),
            it.contact_id.into(),
            key.into(),
            about.into(),
            it.order_id.into(),
            it.arm.into(),
            it.state.into(),
            it.rule.as_str().into(),
            it.step.into(),
            it.step_at.into(),
            it.due_at.into(),
            it.made_at.into(),
            it.eligible_at.into(),
            it.sent.into(),
            ended.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn put(tx: &mut Tx, it: &Enrolment) -> Result<()> {
    let ended = (it.state != Standing::Waiting).then(|| tx.now());
    tx.execute(
        "UPDATE enrolments SET arm = $2, state = $3, rule = $4, step = $5, step_at = $6,
             due_at = $7, eligible_at = $8, sent = $9, ended_at = $10
         WHERE id = $1",
        &[
            it.id.into(),
            it.arm.into(),
            it.state.into(),
            it.rule.as_str().into(),
            it.step.into(),
            it.step_at.into(),
            it.due_at.into(),
            it.eligible_at.into(),
            it.sent.into(),
            ended.into(),
        ],
    )?;
    Ok(())
}

/// Those whose time has come, the longest due first.
pub(super) fn due(tx: &mut Tx, run: &Running<'_>, most: i64) -> Result<Vec<Enrolment>> {
    let now = tx.now();
    let sql = format!(
        "SELECT {ENROLMENT} FROM enrolments WHERE campaign_id = $1 AND state = 'waiting'
             AND due_at <= $2 ORDER BY due_at, id LIMIT $3"
    );
    Ok(tx.rows(&sql, &[run.campaign.id.into(), now.into(), most.into()])?)
}

/// Goes on with somebody who waited: says how many messages left.
pub(super) fn go_on_with(tx: &mut Tx, run: &Running<'_>, mut it: Enrolment) -> Result<i64> {
    let contact = crate::contacts::find(tx, it.contact_id)?;
    if it.eligible_at.is_some() {
        return advance(tx, run, &contact, it, None);
    }
    // Somebody was added by hand: the gates were not asked yet.
    let facts = run.facts(tx, &contact, run.plan.is_on_page())?;
    match admit(run, &contact, &facts, &mut it) {
        None => advance(tx, run, &contact, it, Some(facts)),
        Some((rule, why)) => {
            put(tx, &it)?;
            touches::refuse(tx, run.about(&contact), rule, &why).map(|()| 0)
        }
    }
}

/// What became of one step.
pub(super) enum Went {
    /// To this step, from 0.
    To(i64),
    /// It waits.
    Waits,
    /// It is over.
    Over(Standing),
}

fn advance(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    mut it: Enrolment,
    mut facts: Option<Facts>,
) -> Result<i64> {
    let before = it.sent;
    for _ in 0..MOST_AT_ONCE {
        let went = match leaves(tx, run, contact, &it)? {
            Some(rule) => {
                it.rule = rule.to_owned();
                Went::Over(Standing::Left)
            }
            None => step(tx, run, contact, &mut it, facts.take())?,
        };
        match went {
            Went::To(next) => (it.step, it.step_at, it.rule) = (next, tx.now(), String::new()),
            Went::Waits => break,
            Went::Over(state) => {
                it.state = state;
                break;
            }
        }
        // After a message others come first.
        if it.sent > before {
            it.due_at = tx.now();
            if usize::try_from(it.step).is_ok_and(|at| at >= run.plan.steps.len()) {
                it.state = if it.sent > 0 { Standing::Sent } else { Standing::Done };
            }
            break;
        }
    }
    put(tx, &it)?;
    Ok(it.sent - before)
}

/// The rule by which somebody leaves a sequence before its end.
pub(super) fn leaves(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    it: &Enrolment,
) -> Result<Option<&'static str>> {
    let (exits, now) = (&run.plan.exits, tx.now());
    let since = it.eligible_at.unwrap_or(it.made_at);
    if run.campaign.kind != Kind::Sequence || since == now {
        return Ok(None);
    }
    if exits.days > 0 && now > after(since, SignedDuration::from_hours(24 * exits.days)) {
        return Ok(Some("age"));
    }
    let who = (contact.id, contact.account_id);
    if let Some(goal) = run.plan.goal.as_ref().filter(|_| exits.goal)
        && events::happened(tx, goal, who, since, now)?
    {
        return Ok(Some("goal"));
    }
    if exits.wrote && events::happened(tx, &What::Wrote, who, since, now)? {
        return Ok(Some("wrote"));
    }
    match &run.segment {
        Some(condition) if exits.segment => {
            let still = book::matching(tx, &run.me, condition, &[contact.account_id])?;
            Ok(still.is_empty().then_some("left_segment"))
        }
        _ => Ok(None),
    }
}

fn step(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    it: &mut Enrolment,
    facts: Option<Facts>,
) -> Result<Went> {
    let at = usize::try_from(it.step).unwrap_or(usize::MAX);
    let Some(step) = run.plan.steps.get(at) else {
        return Ok(Went::Over(if it.sent > 0 { Standing::Sent } else { Standing::Done }));
    };
    let (now, since) = (tx.now(), it.eligible_at.unwrap_or(it.made_at));
    let who = (contact.id, contact.account_id);
    Ok(match step {
        Step::Send { variants } => return send(tx, run, contact, it, variants, facts),
        Step::Show { variants, .. } => return slot::show(tx, run, contact, it, variants),
        Step::Wait { days } => wait(it, now, *days, None),
        Step::WaitFor { what, days } => match events::happened(tx, what, who, since, now)? {
            true => Went::To(it.step + 1),
            false => wait(it, now, *days, Some(LOOK)),
        },
        Step::Branch { what, yes, no } => {
            let to = if events::happened(tx, what, who, since, now)? { *yes } else { *no };
            match to {
                0 => Went::Over(if it.sent > 0 { Standing::Sent } else { Standing::Done }),
                to => Went::To(to - 1),
            }
        }
    })
}

/// Waits until the days since the step began are over, looking in between if there is a reason.
fn wait(it: &mut Enrolment, now: Timestamp, days: i64, look: Option<SignedDuration>) -> Went {
    let end = after(it.step_at, SignedDuration::from_hours(24 * days));
    if now >= end {
        return Went::To(it.step + 1);
    }
    it.due_at = look.map_or(end, |look| after(now, look).min(end));
    Went::Waits
}

fn send(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    it: &mut Enrolment,
    variants: &[Variant],
    facts: Option<Facts>,
) -> Result<Went> {
    let facts = match facts {
        Some(it) if !it.on_page => it,
        _ => run.facts(tx, contact, false)?,
    };
    if let Verdict::No { rule, why } = gates::eligible(&facts, &run.limits) {
        return refused(tx, run, contact, it, rule, &why);
    }
    if let Verdict::Wait { rule, why, until } = gates::timely(&facts, &run.limits) {
        let hours = run.campaign.useless_after;
        let useful = after(it.step_at, SignedDuration::from_hours(hours));
        if (hours > 0 && until > useful) || until > after(facts.now, LONGEST_WAIT) {
            touches::refuse(tx, run.about(contact), rule, &why)?;
            it.rule = rule.to_owned();
            return Ok(skipped(run, it));
        }
        (it.due_at, it.rule) = (until, rule.to_owned());
        return Ok(Went::Waits);
    }
    let Some((to, _)) = facts::address(tx, contact)? else {
        return refused(tx, run, contact, it, "address", "No address is known.");
    };
    if run.room.get() <= 0 {
        (it.due_at, it.rule) = (after(facts.now, MINUTE), "rate".to_owned());
        return Ok(Went::Waits);
    }
    let scope = letter::scope(tx, contact, it.order_id, variants)?;
    let written = match letter::variant(variants, &contact.language) {
        Some(one) => letter::write(&run.paper(), &run.campaign, contact, &to, one, &scope),
        None => Err(crate::error::refused("There is no text in their language.")),
    };
    let letter = match written {
        Ok(it) => it,
        Err(Error::Store(error)) => return Err(error.into()),
        Err(error) => {
            let rule = suggests::rule(&error);
            touches::refuse(tx, run.about(contact), rule, &error.to_string())?;
            it.rule = rule.to_owned();
            return Ok(skipped(run, it));
        }
    };
    reached(tx, run, contact, Channel::Mail)?;
    suggests::reached(tx, contact, variants)?;
    letter::queue(tx, &run.paper(), &letter, Some(run.campaign.id))?;
    run.room.set(run.room.get() - 1);
    it.sent += 1;
    Ok(Went::To(it.step + 1))
}

/// Writes down that a message reaches somebody.
pub(super) fn reached(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    channel: Channel,
) -> Result<()> {
    touches::record(tx, run.about(contact), channel)?;
    let change = Change::MessageSent(MessageSent {
        campaign: run.campaign.id.to_string(),
        name: run.campaign.name.clone(),
        purpose: run.campaign.purpose.word().to_owned(),
    });
    journal::record(tx, Actor::System, contact.subject_of_journal(), &change)
}

/// A message that can't be sent now or ever: a sequence goes on without it.
pub(super) fn skipped(run: &Running<'_>, it: &Enrolment) -> Went {
    match run.campaign.kind {
        Kind::Sequence => Went::To(it.step + 1),
        _ => Went::Over(Standing::Refused),
    }
}

/// A rule says no. In a sequence one who is hurt rests; whoever wants no more leaves.
pub(super) fn refused(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    it: &mut Enrolment,
    rule: &str,
    why: &str,
) -> Result<Went> {
    if it.rule != rule {
        touches::refuse(tx, run.about(contact), rule, why)?;
        it.rule = rule.to_owned();
    }
    if run.campaign.kind != Kind::Sequence {
        return Ok(Went::Over(Standing::Refused));
    }
    if matches!(rule, "paused" | "complaint" | "refund") {
        it.due_at = after(tx.now(), REST);
        return Ok(Went::Waits);
    }
    Ok(Went::Over(Standing::Left))
}
