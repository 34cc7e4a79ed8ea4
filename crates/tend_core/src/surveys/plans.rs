//! Occasions: what makes a survey ask, and who is asked on which day.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx, row};

use super::{
    About, PlanId, SURVEY, State, Survey, SurveyId, When,
    ask::{self, Asking, hours_from},
    throttle::{self, No, lot},
};
use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    book,
    contacts::{self, ContactId},
    conversations::{self, Conversation, ConversationId},
    error::not_found,
    jobs::{self, Job},
    money::days,
    onboarding::OnboardingId,
    orders::{self, OrderId},
    outreach::Channel,
    secrets::Keys,
};

row! {
    struct Plan {
        survey_id: SurveyId,
        contact_id: ContactId,
        event: String,
        about: About,
        subject_id: i64,
    }
}

/// Somebody to be asked at a time.
struct New {
    contact: ContactId,
    event: String,
    about: About,
    subject: i64,
}

fn active(tx: &mut Tx, when: When) -> Result<Vec<Survey>> {
    let sql = format!(
        "{SURVEY} WHERE asks_when = $1 AND state = 'active' AND archived_at IS NULL ORDER BY id"
    );
    Ok(tx.rows(&sql, &[when.into()])?)
}

/// Plans it; the same event again moves it.
fn plan(tx: &mut Tx, survey: &Survey, due: jiff::Timestamp, new: &New) -> Result<()> {
    let fresh = PlanId::new(tx);
    tx.execute(
        "INSERT INTO survey_plans (id, survey_id, contact_id, event, subject_kind, subject_id,
             due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (survey_id, event) DO UPDATE SET due_at = excluded.due_at",
        &[
            fresh.into(),
            survey.id.into(),
            new.contact.into(),
            new.event.as_str().into(),
            new.about.into(),
            new.subject.into(),
            due.into(),
        ],
    )?;
    let id: PlanId = tx.scalar(
        "SELECT id FROM survey_plans WHERE survey_id = $1 AND event = $2",
        &[survey.id.into(), new.event.as_str().into()],
    )?;
    jobs::once(tx, due, &format!("ask {id}"), &Job::AskSurvey { plan: id.to_string() })?;
    Ok(())
}

/// A conversation was resolved.
pub(crate) fn resolved(tx: &mut Tx, it: &Conversation) -> Result<()> {
    for survey in active(tx, When::Resolved)? {
        let due = hours_from(tx.now(), survey.delay_hours);
        let new = New {
            contact: it.contact_id,
            event: format!("conversation:{}", it.id),
            about: About::Conversation,
            subject: it.id.raw(),
        };
        plan(tx, &survey, due, &new)?;
    }
    Ok(())
}

/// What was delivered longer ago is history that was taken in.
const FRESH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An order was delivered.
pub(crate) fn delivered(
    tx: &mut Tx,
    id: OrderId,
    contact: Option<ContactId>,
    at: jiff::Timestamp,
) -> Result<()> {
    of_order(tx, When::Delivered, "order", (id, contact), at)
}

/// All of an order was sent.
pub(crate) fn sent(
    tx: &mut Tx,
    id: OrderId,
    contact: Option<ContactId>,
    at: jiff::Timestamp,
) -> Result<()> {
    of_order(tx, When::Sent, "sent", (id, contact), at)
}

/// Something of an order went back, or its money did.
pub(crate) fn returned(
    tx: &mut Tx,
    id: OrderId,
    contact: Option<ContactId>,
    at: jiff::Timestamp,
) -> Result<()> {
    of_order(tx, When::Returned, "return", (id, contact), at)
}

fn of_order(
    tx: &mut Tx,
    when: When,
    word: &str,
    (id, contact): (OrderId, Option<ContactId>),
    at: jiff::Timestamp,
) -> Result<()> {
    let Some(contact) = contact.filter(|_| tx.now().duration_since(at) < FRESH) else {
        return Ok(());
    };
    for survey in active(tx, when)? {
        let due = hours_from(at.max(tx.now()), survey.delay_hours);
        let event = format!("{word}:{id}");
        plan(tx, &survey, due, &New { contact, event, about: About::Order, subject: id.raw() })?;
    }
    Ok(())
}

/// A step of an onboarding is done, or with an empty title all of them.
pub(crate) fn onboarded(
    tx: &mut Tx,
    id: OnboardingId,
    account: AccountId,
    step: &str,
) -> Result<()> {
    let mut all = active(tx, When::Onboarding)?;
    all.retain(|it| it.step == step);
    if all.is_empty() {
        return Ok(());
    }
    let Some(contact) = who_knows(tx, account)? else { return Ok(()) };
    for survey in all {
        let due = hours_from(tx.now(), survey.delay_hours);
        let event = format!("onboarding:{id}:{step}");
        plan(tx, &survey, due, &New { contact, event, about: About::None, subject: 0 })?;
    }
    Ok(())
}

/// Who of an account is asked how its first steps were: the first of its key people, or else the
/// one whom we saw last.
fn who_knows(tx: &mut Tx, account: AccountId) -> Result<Option<ContactId>> {
    let key = book::key_people(tx, account)?.into_iter().find(|it| it.left_at.is_none());
    if let Some(it) = key {
        return Ok(Some(it.contact_id));
    }
    Ok(tx.maybe_scalar(
        "SELECT id FROM contacts WHERE account_id = $1 AND merged_into IS NULL
             AND blocked_at IS NULL
         ORDER BY seen_at DESC NULLS LAST, id LIMIT 1",
        &[account.into()],
    )?)
}

/// A step is not done after all: nobody is asked about it.
pub(crate) fn not_onboarded(tx: &mut Tx, id: OnboardingId, step: &str) -> Result<()> {
    for event in [format!("onboarding:{id}:{step}"), format!("onboarding:{id}:")] {
        let plans: Vec<PlanId> =
            tx.column("SELECT id FROM survey_plans WHERE event = $1", &[event.as_str().into()])?;
        for plan in plans {
            tx.execute("DELETE FROM survey_plans WHERE id = $1", &[plan.into()])?;
            jobs::cancel(tx, &format!("ask {plan}"))?;
        }
    }
    Ok(())
}

/// The time of a plan has come: asks, or writes down why not. The plan is gone either way.
pub fn come(tx: &mut Tx, keys: &Keys, id: PlanId) -> Result<()> {
    let it: Plan = tx
        .maybe(
            "SELECT survey_id, contact_id, event, subject_kind AS about, subject_id
             FROM survey_plans WHERE id = $1",
            &[id.into()],
        )?
        .ok_or(not_found("plan"))?;
    tx.execute("DELETE FROM survey_plans WHERE id = $1", &[id.into()])?;
    let survey = super::save::any(tx, it.survey_id)?;
    if survey.state != State::Active || survey.archived_at.is_some() {
        return Ok(());
    }
    if let Some(no) = outdated(tx, &survey, &it)? {
        let contact = contacts::find(tx, it.contact_id)?;
        return throttle::write(tx, &survey, &contact, &no);
    }
    let asking = Asking {
        contact: it.contact_id,
        about: it.about,
        subject: it.subject_id,
        channel: Channel::Mail,
        event: Some(it.event),
        reask_of: None,
        is_by_hand: false,
    };
    ask::ask(tx, keys, Actor::System, &survey, &asking).map(drop)
}

/// Why what was planned is not asked any more.
fn outdated(tx: &mut Tx, survey: &Survey, it: &Plan) -> Result<Option<No>> {
    let (rule, why) = match (it.about, survey.asks_when) {
        (About::Conversation, _) => {
            let it = conversations::find(tx, ConversationId::from_raw(it.subject_id))?;
            if !it.is_active && it.merged_into.is_none() {
                return Ok(None);
            }
            ("reopened", "The conversation is open again, or became part of another.")
        }
        (About::Order, When::Sent | When::Delivered) => {
            if !orders::is_undone(tx, OrderId::from_raw(it.subject_id))? {
                return Ok(None);
            }
            ("undone", "The order was called off or paid back in the meantime.")
        }
        _ => return Ok(None),
    };
    Ok(Some(No { rule, detail: why.to_owned() }))
}

row! {
    struct Walked {
        walked_day: i64,
        walked_to: i64,
    }
}

row! {
    struct Seen {
        id: ContactId,
        created_at: jiff::Timestamp,
    }
}

/// Days since we first saw somebody, before a rhythm asks them.
const KNOWN_FOR: i64 = 30;

/// Goes through the next `limit` customers whom the surveys of certain days may ask today, and
/// plans to ask those whose day it is. A survey that was not walked for days goes on from today.
///
/// # Returns
/// Whether there are more.
pub fn walk(tx: &mut Tx, limit: i64) -> Result<bool> {
    let today = days::today(tx)?;
    let mut all = active(tx, When::Rhythm)?;
    all.extend(active(tx, When::FirstSeen)?);
    for survey in all {
        let at: Walked =
            tx.one("SELECT walked_day, walked_to FROM surveys WHERE id = $1", &[survey.id.into()])?;
        let from = match at.walked_day {
            day if day == today && at.walked_to == i64::MAX => continue,
            day if day == today => at.walked_to,
            _ => 0,
        };
        let some: Vec<Seen> = tx.rows(
            "SELECT id, created_at FROM contacts
             WHERE id > $1 AND merged_into IS NULL AND blocked_at IS NULL ORDER BY id LIMIT $2",
            &[from.into(), limit.into()],
        )?;
        let is_last = (some.len() as i64) < limit;
        let to = some.last().filter(|_| !is_last).map_or(i64::MAX, |it| it.id.raw());
        for it in some.iter().filter(|it| is_their_day(&survey, it, today)) {
            let event = format!("day:{}:{today}", it.id);
            let new = New { contact: it.id, event, about: About::None, subject: 0 };
            let due = tx.now();
            plan(tx, &survey, due, &new)?;
        }
        tx.execute(
            "UPDATE surveys SET walked_day = $2, walked_to = $3 WHERE id = $1",
            &[survey.id.into(), today.into(), to.into()],
        )?;
        return Ok(true);
    }
    Ok(false)
}

/// Of a rhythm each customer has a day of their own, so that not all are asked on one.
fn is_their_day(survey: &Survey, it: &Seen, today: i64) -> bool {
    let known = today - days::of_moment(it.created_at);
    let every = survey.every_days.max(1);
    match survey.asks_when {
        When::FirstSeen => known == every,
        _ => {
            let own = i64::try_from(lot(survey.id.raw(), it.id.raw()) % every.cast_unsigned());
            known >= KNOWN_FOR && today.rem_euclid(every) == own.unwrap_or(0)
        }
    }
}

/// When to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// If none is owed.
    First,
    AtOnce,
    InAnHour,
}

/// Owes the next [`walk`].
pub fn owe_walk(tx: &mut Tx, next: Next) -> Result<()> {
    let key = "walk_surveys";
    let owed: Option<i64> =
        tx.maybe_scalar("SELECT 1 AS n FROM jobs WHERE unique_key = $1", &[key.into()])?;
    if next == Next::First && owed.is_some() {
        return Ok(());
    }
    let pause = if next == Next::InAnHour { 3600 } else { 0 };
    let due = tx.now().checked_add(SignedDuration::from_secs(pause));
    let due = due.map_err(|it| StoreError::Failed(it.to_string()))?;
    jobs::once(tx, due, key, &Job::WalkSurveys {}).map(drop)
}
