//! What asks for somebody today, and why.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{
    KeyPerson, Meaning, parent::today, people::SELECT, portfolio::sees_money, silence::last_heard,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::Me,
    conversations::{ConversationId, Priority, list::Where, list::visible_to},
    health::{self, Chance},
    tasks::{self, Task, Which, day_in},
};

/// A renewal asks for a look so many days before.
const RENEWS_SOON: i64 = 45;
/// So many of each kind.
const EACH: i64 = 30;

/// Why something stands in the day of an agent.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It renews on this day (since 1970), and nobody has said yet that it will.
    Renews { on: i64, arr: Option<i64> },
    /// A key person is there no more.
    Left { name: String, role: &'static str, at: Timestamp },
    /// Nothing is heard of a key person.
    Silent { name: String, role: &'static str, since: Timestamp },
    /// An urgent or high conversation is open.
    Conversation { id: ConversationId, number: i64, subject: String, urgent: bool },
    /// It stands in a stage for longer than the company allows.
    Stuck { stage: String, days: i64, allowed: i64 },
    /// It may leave: its owner was called on this day. What counts of it now and whether an agent
    /// said so, and what was foretold then; without either, why it was.
    AtRisk { day: i64, now: Chance, then: Option<f64>, why: String },
    /// It is used far less than in the 30 days before; in per cent.
    Falls { by: i64 },
    /// It came to the agent, with a note.
    HandedOver { from: Option<String>, note: String, at: Timestamp },
}

impl Why {
    /// The smallest comes first.
    fn rank(&self, today: i64) -> i64 {
        match self {
            Self::HandedOver { .. } => 0,
            Self::Conversation { urgent: true, .. } => 1,
            Self::Left { .. } | Self::AtRisk { .. } => 2,
            Self::Renews { on, .. } if on - today <= 14 => 3,
            Self::Silent { .. } => 4,
            Self::Conversation { .. } => 5,
            Self::Renews { .. } => 6,
            Self::Falls { .. } => 7,
            Self::Stuck { .. } => 8,
        }
    }
}

/// An account that asks for the agent, with each reason.
#[derive(Clone, Debug)]
pub struct Item {
    pub account: AccountId,
    pub name: String,
    /// Minor units of the home currency.
    pub arr: Option<i64>,
    /// What of it is expected to be lost, if that is known.
    pub risk: Option<i64>,
    pub whys: Vec<Why>,
}

/// What is new on the agent's accounts since the last working day began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MostToday {
    /// Conversations that began.
    pub began: i64,
    /// Messages from customers.
    pub wrote: i64,
    /// Tasks that somebody did.
    pub done: i64,
    /// Stages that were passed.
    pub passed: i64,
}

/// The day of an agent.
#[derive(Clone, Debug)]
pub struct Day {
    /// Overdue, and due today.
    pub tasks: Vec<Task>,
    /// Due within a week, or without a day.
    pub later: Vec<Task>,
    pub items: Vec<Item>,
    pub news: MostToday,
    /// Since when it is news.
    pub since: Timestamp,
    /// The agent owns no account.
    pub owns_none: bool,
    /// What day it is for them, since 1970.
    pub today: i64,
}

/// What asks for the agent today.
pub fn day(tx: &mut Tx, me: &Me) -> Result<Day> {
    let today_here = day_in(tx.now(), &me.time_zone);
    let mine = Which { mine: true, ..Which::default() };
    let all = tasks::page(tx, me, &mine, None, 200)?.items;
    let is_due = |it: &Task| it.due_on.is_some_and(|it| it <= today_here);
    let (mut due, mut later): (Vec<_>, Vec<_>) = all.into_iter().partition(is_due);
    due.sort_by_key(|it| (it.due_on, std::cmp::Reverse(it.priority)));
    later.truncate(20);
    let since = tx.now().checked_sub(SignedDuration::from_hours(24)).unwrap_or(tx.now());
    let mut whys = Vec::new();
    renewing(tx, me, &mut whys)?;
    at_risk(tx, me, &mut whys)?;
    people(tx, me, &mut whys)?;
    urgent(tx, me, &mut whys)?;
    stuck(tx, me, &mut whys)?;
    falling(tx, me, &mut whys)?;
    handed_over(tx, me, &mut whys)?;
    let owned: Option<i64> = tx.maybe_scalar(
        "SELECT account_id FROM account_figures WHERE owner_id = $1 LIMIT 1",
        &[me.id.into()],
    )?;
    Ok(Day {
        tasks: due,
        later,
        items: gathered(tx, me, whys)?,
        news: news(tx, me, since)?,
        since,
        owns_none: owned.is_none(),
        today: today_here,
    })
}

/// Accounts that left ask for nobody any more.
fn gathered(tx: &mut Tx, me: &Me, whys: Vec<(AccountId, Why)>) -> Result<Vec<Item>> {
    let today = today(tx);
    let mut by: BTreeMap<AccountId, Vec<Why>> = BTreeMap::new();
    for (account, why) in whys {
        by.entry(account).or_default().push(why);
    }
    let ids: Vec<AccountId> = by.keys().copied().collect();
    let health = health::latest_of(tx, &ids)?;
    let chances = health::chances(tx, &ids)?;
    let mut items: Vec<Item> = Vec::new();
    for (account, mut whys) in by {
        let health = health.get(&account);
        if health.is_some_and(|it| it.frozen) || is_gone(tx, account)? {
            continue;
        }
        for it in &mut whys {
            if let Why::AtRisk { now, .. } = it {
                *now = chances.get(&account).copied().unwrap_or_default();
            }
        }
        let found = crate::accounts::find(tx, account)?;
        let figures = super::figures(tx, account)?.filter(|_| sees_money(me));
        let known = |it: i64| Some(it).filter(|it| *it >= 0);
        items.push(Item {
            account,
            name: found.name,
            arr: figures.as_ref().and_then(|it| known(it.arr)),
            risk: figures.as_ref().and_then(|it| known(it.risk)),
            whys,
        });
    }
    for it in &mut items {
        it.whys.sort_by_key(|it| it.rank(today));
    }
    let first = |it: &Item| it.whys.first().map_or(9, |it| it.rank(today));
    items.sort_by_key(|it| (first(it), std::cmp::Reverse((it.risk, it.arr))));
    Ok(items)
}

/// It stands in a stage that means so.
fn is_gone(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let means: Option<Meaning> = tx.maybe_scalar(
        "SELECT stages.means FROM accounts JOIN stages ON stages.id = accounts.stage_id
         WHERE accounts.id = $1",
        &[account.into()],
    )?;
    Ok(means == Some(Meaning::Churned))
}

fn renewing(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    row! {
        struct Renewing {
            account_id: AccountId,
            renews_on: i64,
            arr: i64,
        }
    }
    let today = today(tx);
    let found: Vec<Renewing> = tx.rows(
        "SELECT account_id, renews_on, arr FROM account_figures
         WHERE owner_id = $1 AND renews_on >= $2 AND renews_on <= $3
         ORDER BY renews_on, account_id LIMIT $4",
        &[me.id.into(), today.into(), (today + RENEWS_SOON).into(), EACH.into()],
    )?;
    out.extend(found.into_iter().map(|it| {
        let arr = Some(it.arr).filter(|it| *it >= 0);
        (it.account_id, Why::Renews { on: it.renews_on, arr })
    }));
    Ok(())
}

/// Alerts that are open.
fn at_risk(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    row! {
        struct Called {
            account_id: AccountId,
            day: i64,
            p: Option<f64>,
            why: String,
        }
    }
    let found: Vec<Called> = tx.rows(
        "SELECT health_alerts.account_id, health_alerts.day, health_alerts.p, health_alerts.why
         FROM account_figures JOIN health_alerts
             ON health_alerts.account_id = account_figures.account_id
         WHERE account_figures.owner_id = $1 AND health_alerts.cleared_at IS NULL
         ORDER BY health_alerts.id DESC LIMIT $2",
        &[me.id.into(), EACH.into()],
    )?;
    out.extend(found.into_iter().map(|it| {
        let (day, now) = (it.day, Chance::default());
        (it.account_id, Why::AtRisk { day, now, then: it.p, why: it.why })
    }));
    Ok(())
}

fn people(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    let recent = tx.now().checked_sub(SignedDuration::from_hours(24 * 30)).unwrap_or(tx.now());
    let sql = format!(
        "{SELECT} JOIN account_figures ON account_figures.account_id = key_people.account_id
         WHERE account_figures.owner_id = $1
             AND (key_people.left_at >= $2
                  OR (key_people.silent_at IS NOT NULL AND key_people.left_at IS NULL))
         ORDER BY key_people.id DESC LIMIT $3"
    );
    let found: Vec<KeyPerson> = tx.rows(&sql, &[me.id.into(), recent.into(), EACH.into()])?;
    let mut told = Vec::new();
    for it in found.into_iter().filter(|it| it.role.is_missed()) {
        if told.contains(&it.contact_id) {
            continue;
        }
        told.push(it.contact_id);
        let (name, role) = (it.name.clone(), it.role.label());
        match (it.left_at, it.silent_at) {
            (Some(at), _) => out.push((it.account_id, Why::Left { name, role, at })),
            (None, Some(_)) => {
                let since = last_heard(tx, &it)?;
                out.push((it.account_id, Why::Silent { name, role, since }));
            }
            _ => {}
        }
    }
    Ok(())
}

fn urgent(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    row! {
        struct Open {
            account_id: AccountId,
            id: ConversationId,
            number: i64,
            subject: String,
            priority: Priority,
        }
    }
    let mut all = Where::new();
    all.and(
        "conversations.is_active = TRUE AND conversations.priority >= 3
         AND account_figures.owner_id = ?",
        [me.id.into()],
    );
    visible_to(me, &mut all);
    all.args.push(EACH.into());
    let sql = format!(
        "SELECT conversations.account_id, conversations.id, conversations.number,
             conversations.subject, conversations.priority
         FROM account_figures JOIN conversations
             ON conversations.account_id = account_figures.account_id
         WHERE {} ORDER BY conversations.priority DESC, conversations.last_message_at DESC
         LIMIT ${}",
        all.sql,
        all.args.len()
    );
    let found: Vec<Open> = tx.rows(&sql, &all.args)?;
    out.extend(found.into_iter().map(|it| {
        let urgent = it.priority == Priority::Urgent;
        let (id, number, subject) = (it.id, it.number, it.subject);
        (it.account_id, Why::Conversation { id, number, subject, urgent })
    }));
    Ok(())
}

fn stuck(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    row! {
        struct Stuck {
            id: AccountId,
            stage: String,
            days: i64,
            allowed: i64,
        }
    }
    let now = tx.now();
    let found: Vec<Stuck> = tx.rows(
        "SELECT accounts.id, stages.name AS stage, stages.stuck_days AS allowed,
             (CAST($2 AS BIGINT) - accounts.stage_since) / 86400000000 AS days
         FROM accounts JOIN stages ON stages.id = accounts.stage_id
         WHERE accounts.owner_id = $1 AND accounts.merged_into IS NULL
             AND stages.stuck_days IS NOT NULL AND accounts.stage_since IS NOT NULL
             AND (CAST($2 AS BIGINT) - accounts.stage_since) / 86400000000 > stages.stuck_days
         ORDER BY accounts.stage_since, accounts.id LIMIT $3",
        &[me.id.into(), now.into(), EACH.into()],
    )?;
    out.extend(
        found
            .into_iter()
            .map(|it| (it.id, Why::Stuck { stage: it.stage, days: it.days, allowed: it.allowed })),
    );
    Ok(())
}

/// Used by a third less, of what was used enough to say so. What has no past stands at the other
/// end.
fn falling(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    row! {
        struct Falling {
            account_id: AccountId,
            trend: i64,
        }
    }
    let found: Vec<Falling> = tx.rows(
        "SELECT account_id, trend FROM account_figures
         WHERE owner_id = $1 AND trend <= -330 AND events_before >= 30
         ORDER BY trend, account_id LIMIT $2",
        &[me.id.into(), EACH.into()],
    )?;
    out.extend(found.into_iter().map(|it| (it.account_id, Why::Falls { by: -it.trend / 10 })));
    Ok(())
}

fn handed_over(tx: &mut Tx, me: &Me, out: &mut Vec<(AccountId, Why)>) -> Result<()> {
    row! {
        struct Given {
            account_id: AccountId,
            came_from: Option<String>,
            note: String,
            happened_at: Timestamp,
        }
    }
    let recent = tx.now().checked_sub(SignedDuration::from_hours(24 * 7)).unwrap_or(tx.now());
    let found: Vec<Given> = tx.rows(
        "SELECT handovers.account_id, agents.name AS came_from, handovers.note,
             handovers.happened_at
         FROM account_figures JOIN handovers
             ON handovers.account_id = account_figures.account_id
         LEFT JOIN agents ON agents.id = handovers.from_id
         WHERE account_figures.owner_id = $1 AND handovers.to_id = $1
             AND handovers.agent_id <> $1 AND handovers.happened_at >= $2
         ORDER BY handovers.id DESC LIMIT $3",
        &[me.id.into(), recent.into(), EACH.into()],
    )?;
    out.extend(found.into_iter().map(|it| {
        (it.account_id, Why::HandedOver { from: it.came_from, note: it.note, at: it.happened_at })
    }));
    Ok(())
}

fn news(tx: &mut Tx, me: &Me, since: Timestamp) -> Result<MostToday> {
    let count = |tx: &mut Tx, kinds: &str| -> Result<i64> {
        let sql = format!(
            "SELECT count(*) FROM account_figures JOIN journal
                 ON journal.account_id = account_figures.account_id
             WHERE account_figures.owner_id = $1 AND journal.happened_at >= $2 AND {kinds}"
        );
        Ok(tx.scalar(&sql, &[me.id.into(), since.into()])?)
    };
    Ok(MostToday {
        began: count(tx, "journal.kind = 'conversation_opened'")?,
        wrote: count(tx, "journal.kind = 'message_added' AND journal.actor_kind = 'contact'")?,
        done: count(tx, "journal.kind = 'task_done'")?,
        passed: count(tx, "journal.kind = 'stage_passed'")?,
    })
}
