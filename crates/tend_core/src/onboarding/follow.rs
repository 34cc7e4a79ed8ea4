//! Ticks what the product, orders and tasks tell, and calls somebody where nothing moves.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{
    DoneWhen, OnAccount, OnboardingId, StartsOn,
    begin::{begin_for_new, doer, told},
    find::{Item, whole},
    plans::any_plan,
    tick::done,
};
use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    journal,
    tasks::{self, Due, NewTask, TaskPriority},
    usage::{day_of, names, tally::Tally},
};

/// How often each is looked at.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// So many are looked at in one transaction.
const AT_ONCE: i64 = 25;
/// The name under which it is written down how far we have read the journal.
const FOLLOWER: &str = "onboarding";
/// So many entries are read at once.
const ENTRIES: i64 = 500;

/// Whether there is anything to look at.
pub fn has_to_look(tx: &mut Tx) -> Result<bool> {
    let begun = journal::is_followed(tx, FOLLOWER)?;
    if begun && journal::last_position(tx)? > journal::followed_to(tx, FOLLOWER)? {
        return Ok(true);
    }
    Ok(!due(tx, 1)?.is_empty())
}

fn due(tx: &mut Tx, most: i64) -> Result<Vec<OnboardingId>> {
    let before = tx.now().checked_sub(AGAIN).unwrap_or(Timestamp::MIN);
    Ok(tx.column(
        "SELECT id FROM onboardings WHERE done_at IS NULL AND ended_at IS NULL AND looked_at <= $1
         ORDER BY looked_at, id LIMIT $2",
        &[before.into(), most.into()],
    )?)
}

/// Starts what accounts and subscriptions begin, and looks at the next of those under way: says
/// whether there are more.
pub fn look(tx: &mut Tx) -> Result<bool> {
    let more = begin_by_themselves(tx)?;
    let ids = due(tx, AT_ONCE)?;
    let now = tx.now();
    for id in &ids {
        look_at(tx, *id)?;
        tx.execute(
            "UPDATE onboardings SET looked_at = $2 WHERE id = $1",
            &[(*id).into(), now.into()],
        )?;
    }
    Ok(more || ids.len() as i64 == AT_ONCE)
}

/// The first plan is made: what happens from now on may begin it, and nothing that came before is
/// read.
pub(super) fn begin_to_follow(tx: &mut Tx) -> Result<()> {
    if journal::is_followed(tx, FOLLOWER)? {
        return Ok(());
    }
    let last = journal::last_position(tx)?;
    journal::set_followed_to(tx, FOLLOWER, last)
}

fn begin_by_themselves(tx: &mut Tx) -> Result<bool> {
    if !journal::is_followed(tx, FOLLOWER)? {
        return Ok(false);
    }
    let from = journal::followed_to(tx, FOLLOWER)?;
    let entries = journal::follow(tx, from, ENTRIES)?;
    let Some(last) = entries.last().and_then(|it| it.position) else { return Ok(false) };
    for it in &entries {
        let on = match it.kind.as_str() {
            "account_created" => StartsOn::Account,
            "subscription_added" => StartsOn::Subscription,
            _ => continue,
        };
        // What was there before plans were is not new.
        let age = tx.now().duration_since(it.happened_at);
        if let Some(account) = it.account_id.filter(|_| age < SignedDuration::from_hours(48)) {
            begin_for_new(tx, on, AccountId::from_raw(account))?;
        }
    }
    journal::set_followed_to(tx, FOLLOWER, last)?;
    Ok(entries.len() as i64 == ENTRIES)
}

fn look_at(tx: &mut Tx, id: OnboardingId) -> Result<()> {
    let it = whole(tx, id)?;
    for item in it.items.iter().filter(|it| it.done_at.is_none()) {
        if let Some(how) = is_done(tx, &it, item)? {
            done(tx, Actor::System, &it.onboarding, item.step_id, how)?;
        }
    }
    let it = whole(tx, id)?;
    let still = it.onboarding.is_open() && it.onboarding.stuck_task_id.is_none();
    let since = tx.now().duration_since(it.onboarding.moved_at);
    match still && since >= SignedDuration::from_hours(24 * it.onboarding.stuck_days) {
        true => call(tx, &it),
        false => Ok(()),
    }
}

/// By what a step is known to be done.
fn is_done(tx: &mut Tx, it: &OnAccount, item: &Item) -> Result<Option<&'static str>> {
    if let Some(task) = item.task_id {
        let done: Option<Timestamp> = tx.maybe_scalar(
            "SELECT done_at FROM tasks WHERE id = $1 AND done_at IS NOT NULL",
            &[task.into()],
        )?;
        if done.is_some() {
            return Ok(Some("task"));
        }
    }
    let (account, since) = (it.onboarding.account_id, it.onboarding.started_at);
    Ok(match item.done_when {
        DoneWhen::Hand => None,
        DoneWhen::Usage => used(tx, account, &item.event, since)?.then_some("usage"),
        DoneWhen::Order => {
            let found: Option<i64> = tx.maybe_scalar(
                "SELECT 1 FROM orders JOIN contacts ON contacts.id = orders.contact_id
                 WHERE contacts.account_id = $1 AND placed_at >= $2 LIMIT 1",
                &[account.into(), since.into()],
            )?;
            found.map(|_| "order")
        }
    })
}

row! {
    struct Day {
        data: Vec<u8>,
    }
}

/// Whether anybody of an account did this since the day of the start.
fn used(tx: &mut Tx, account: AccountId, event: &str, since: Timestamp) -> Result<bool> {
    let same = |it: &names::Name| it.name == event || it.label() == event;
    let wanted: Vec<i64> =
        names::all(tx)?.into_values().filter(|it| same(it)).map(|it| it.id).collect();
    if wanted.is_empty() {
        return Ok(false);
    }
    let days: Vec<Day> = tx.rows(
        "SELECT data FROM usage_days WHERE subject_id = $1 AND day >= $2 ORDER BY day",
        &[account.into(), day_of(since).into()],
    )?;
    let has = |it: &Day| {
        Tally::decode(&it.data).is_some_and(|it| it.events(|name| wanted.contains(&name)) > 0)
    };
    Ok(days.iter().any(has))
}

/// Nothing moves: somebody looks after it.
fn call(tx: &mut Tx, it: &OnAccount) -> Result<()> {
    let plan = any_plan(tx, it.onboarding.plan_id)?;
    let by = it.onboarding.started_by.map_or(Actor::System, Actor::Agent);
    let Some(me) = doer(tx, by, &plan, it.onboarding.account_id)? else { return Ok(()) };
    let open: Vec<&str> =
        it.items.iter().filter(|it| it.done_at.is_none()).map(|it| it.title.as_str()).collect();
    let new = NewTask {
        title: format!("Help along: the onboarding “{}” does not move", plan.name),
        text: format!("Open: {}.", open.join("; ")),
        owner: Some(me.id),
        account: Some(it.onboarding.account_id),
        priority: TaskPriority::High,
        due: Due::InWorkingDays(1),
        ..NewTask::default()
    };
    let task = tasks::make(tx, &me, &new)?;
    tx.execute(
        "UPDATE onboardings SET stuck_task_id = $2 WHERE id = $1",
        &[it.onboarding.id.into(), task.into()],
    )?;
    told(tx, Actor::System, &it.onboarding, "stuck", open.first().copied().unwrap_or_default())
}
