//! The work of campaigns: a piece at a time, each one transaction that remembers how far it came.
//! Whoever is killed in the middle of a piece has not done it; whoever begins again goes on with
//! the next one.

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tend_store::Tx;

use super::{
    COLUMNS, Campaign, CampaignId, END, EnrolmentId, Kind, Plan, State, Trigger, audience,
    enrol::{self, Running},
    events,
    facts::after,
    limits, state,
};
use crate::{
    Error, Result, accounts::AccountId, actor::Actor, agents, book, contacts, contacts::ContactId,
    inboxes, journal, leases, secrets::Keys, settings, usage::day_of,
};

/// Who sends.
pub const LEASE: &str = "campaigns";
const KEEP: SignedDuration = SignedDuration::from_secs(30);
/// Those who waited that are handled in one piece.
const DUE: i64 = 50;
/// How often a source is searched anew that tells nothing by itself.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// What one piece did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Went {
    pub sent: i64,
    /// There is more to do at once.
    pub and_more: bool,
}

/// Takes the lease of the one who sends; on SQLite there is nobody else.
pub fn take_lease(tx: &mut Tx, holder: &str) -> Result<Option<i64>> {
    leases::take(tx, LEASE, holder, KEEP)
}

/// The campaigns that have something to do now, those that matter most first.
pub fn to_do(tx: &mut Tx) -> Result<Vec<CampaignId>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM campaigns WHERE state = 'running' ORDER BY priority DESC, id"
    );
    let all: Vec<Campaign> = tx.rows(&sql, &[])?;
    let mut found = Vec::new();
    for it in all {
        if room(&it, tx.now()) > 0 && (has_due(tx, it.id)? || has_to_walk(tx, &it)?) {
            found.push(it.id);
        }
    }
    Ok(found)
}

fn has_due(tx: &mut Tx, id: CampaignId) -> Result<bool> {
    let now = tx.now();
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 FROM enrolments WHERE campaign_id = $1 AND state = 'waiting' AND due_at <= $2
         LIMIT 1",
        &[id.into(), now.into()],
    )?;
    Ok(found.is_some())
}

fn has_to_walk(tx: &mut Tx, it: &Campaign) -> Result<bool> {
    match it.plan().trigger {
        None => Ok(it.walked_to != END),
        Some(Trigger::Hand {}) => Ok(false),
        Some(Trigger::Order { .. } | Trigger::Onboarding {} | Trigger::Meeting {}) => {
            Ok(journal::last_position(tx)? > it.walked_to)
        }
        Some(_) => {
            let rested = it.walked_at.is_none_or(|at| tx.now() >= after(at, AGAIN));
            Ok(it.walked_to > 0 || rested)
        }
    }
}

/// How many more may leave in this minute.
fn room(it: &Campaign, now: Timestamp) -> i64 {
    let minute = now.as_second() / 60;
    let left = if it.minute == minute { it.in_minute } else { 0 };
    it.per_minute - left
}

/// Does the next piece of a campaign: those whose time has come, or else the next of those whom it
/// looks for. One that is not running does nothing.
pub fn go_on(tx: &mut Tx, keys: &Keys, id: CampaignId) -> Result<Went> {
    let sql = format!("SELECT {COLUMNS} FROM campaigns WHERE id = $1 AND state = 'running'");
    let Some(it) = tx.maybe::<Campaign>(&sql, &[id.into()])? else { return Ok(Went::default()) };
    let run = match running(tx, keys, it) {
        Ok(it) => it,
        Err(Error::Store(error)) => return Err(error.into()),
        Err(error) => {
            state::stumble(tx, id, &error.to_string())?;
            return Ok(Went::default());
        }
    };
    if run.room.get() <= 0 {
        return Ok(Went::default());
    }
    let due = enrol::due(tx, &run, DUE)?;
    let mut went = Went::default();
    match due.is_empty() {
        false => {
            went.and_more = true;
            for one in due {
                went.sent += enrol::go_on_with(tx, &run, one)?;
            }
        }
        true if has_to_walk(tx, &run.campaign)? => went = walk(tx, &run)?,
        true => {}
    }
    count(tx, &run, went.sent)?;
    end(tx, &run)?;
    Ok(went)
}

fn running<'a>(tx: &mut Tx, keys: &'a Keys, it: Campaign) -> Result<Running<'a>> {
    let me = agents::me(tx, it.owner_id)?;
    let segment = match it.segment_id {
        Some(id) => Some(book::find_segment(tx, &me, id)?.condition),
        None => None,
    };
    let zone = settings::get_or(tx, settings::TIME_ZONE, "UTC")?;
    Ok(Running {
        keys,
        plan: it.plan(),
        limits: limits::limits(tx)?,
        zone: TimeZone::get(&zone).unwrap_or(TimeZone::UTC),
        inbox: inboxes::find(tx, it.inbox_id)?,
        company: settings::get_or(tx, settings::COMPANY, "Tend")?,
        base: settings::get_or(tx, settings::BASE_URL, "")?.trim_end_matches('/').to_owned(),
        room: Cell::new(room(&it, tx.now())),
        me,
        segment,
        campaign: it,
    })
}

/// The same for one that need not run: previews, trials and dry runs.
pub(super) fn as_if<'a>(tx: &mut Tx, keys: &'a Keys, it: Campaign) -> Result<Running<'a>> {
    running(tx, keys, it)
}

fn walk(tx: &mut Tx, run: &Running<'_>) -> Result<Went> {
    let piece = audience::next(tx, run)?;
    let mut sent = 0;
    for one in &piece.found {
        sent += enrol::enrol(tx, run, one)?;
    }
    let (is_once, now) = (run.campaign.kind == Kind::Announcement, tx.now());
    let follows = matches!(
        run.plan.trigger,
        Some(Trigger::Order { .. } | Trigger::Onboarding {} | Trigger::Meeting {})
    );
    let to = match piece.next {
        Some(next) => next,
        None if is_once => END,
        None if follows => run.campaign.walked_to,
        None => 0,
    };
    let walked = piece.next.is_none().then_some(now);
    tx.execute(
        "UPDATE campaigns SET walked_to = $2, walked_at = COALESCE($3, walked_at),
             looked = looked + $4
         WHERE id = $1",
        &[run.campaign.id.into(), to.into(), walked.into(), piece.looked.into()],
    )?;
    Ok(Went { sent, and_more: piece.next.is_some() })
}

fn count(tx: &mut Tx, run: &Running<'_>, sent: i64) -> Result<()> {
    if sent == 0 {
        return Ok(());
    }
    let (it, minute) = (&run.campaign, tx.now().as_second() / 60);
    let before = if it.minute == minute { it.in_minute } else { 0 };
    tx.execute(
        "UPDATE campaigns SET minute = $2, in_minute = $3 WHERE id = $1",
        &[it.id.into(), minute.into(), (before + sent).into()],
    )?;
    Ok(())
}

/// An announcement that has looked at everybody, with nobody waiting, is done.
pub(super) fn end(tx: &mut Tx, run: &Running<'_>) -> Result<()> {
    let it = super::save::any(tx, run.campaign.id)?;
    if it.kind != Kind::Announcement || it.walked_to != END {
        return Ok(());
    }
    let waiting: Option<i64> = tx.maybe_scalar(
        "SELECT 1 FROM enrolments WHERE campaign_id = $1 AND state = 'waiting' LIMIT 1",
        &[it.id.into()],
    )?;
    match waiting {
        Some(_) => Ok(()),
        None => state::to(tx, Actor::System, &it, State::Done, "done"),
    }
}

tend_store::row! {
    struct ToMeasure {
        id: EnrolmentId,
        contact_id: ContactId,
        eligible_at: Timestamp,
    }
}

/// So long after a window it is waited for what is told late, such as an order that a shop lost and
/// was asked for.
const LATE: SignedDuration = SignedDuration::from_hours(48);

/// Measures what became of those whose window is over for two days, in both arms, at most so many at once: says
/// whether there are more.
pub fn measure(tx: &mut Tx, most: i64) -> Result<bool> {
    let sql = format!(
        "SELECT {COLUMNS} FROM campaigns WHERE started_at IS NOT NULL ORDER BY id DESC LIMIT 500"
    );
    for it in tx.rows::<Campaign>(&sql, &[])? {
        let plan = it.plan();
        let window = SignedDuration::from_hours(24 * plan.goal_days.max(1));
        let until = super::facts::before(tx.now(), window + LATE);
        let due: Vec<ToMeasure> = tx.rows(
            "SELECT id, contact_id, eligible_at FROM enrolments
             WHERE campaign_id = $1 AND measured_at IS NULL AND eligible_at IS NOT NULL
                 AND eligible_at <= $2
             ORDER BY eligible_at, id LIMIT $3",
            &[it.id.into(), until.into(), most.into()],
        )?;
        if due.is_empty() {
            continue;
        }
        for one in &due {
            measure_one(tx, &plan, one, window)?;
        }
        return Ok(true);
    }
    Ok(false)
}

fn measure_one(tx: &mut Tx, plan: &Plan, it: &ToMeasure, window: SignedDuration) -> Result<()> {
    let now = tx.now();
    let contact = contacts::find(tx, it.contact_id)?;
    let who: (ContactId, AccountId) = (contact.id, contact.account_id);
    let (since, until) = (it.eligible_at, after(it.eligible_at, window));
    let bought = events::happened(tx, &events::What::Ordered, who, since, until)?;
    let wrote = events::asked_for_help(tx, contact.id, since, until)?;
    let used = events::times(tx, who, None, day_of(since), day_of(until))? > 0;
    let reached = match &plan.goal {
        Some(goal) => events::happened(tx, goal, who, since, until)?,
        None => false,
    };
    tx.execute(
        "UPDATE enrolments SET measured_at = $2, bought = $3, wrote = $4, used = $5, reached = $6
         WHERE id = $1",
        &[it.id.into(), now.into(), bought.into(), wrote.into(), used.into(), reached.into()],
    )?;
    Ok(())
}
