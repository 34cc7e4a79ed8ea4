//! Calls one owner: what is new and high, within the week's budget, the most money first.

use std::collections::{HashMap, HashSet};

use tend_store::{Tx, Value, placeholders, row};

use super::{Course, Drawn, draw, risk};
use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    agents::{self, AgentId},
    health::{Alert, AlertId, AlertState, Options, latest_of, options},
    journal::{self, AlertRaised, Change, Subject},
    notifications,
    tasks::{self, Due, NewTask, TaskPriority},
};

/// So many days are looked back at for the threshold.
const PAST: i64 = 84;
/// An account that called and calmed down does not call again within so many days.
const REST: i64 = 14;

/// What was done for one owner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raised {
    pub threshold: Option<Drawn>,
    pub called: usize,
    pub cleared: usize,
    /// They were high enough, and there was no room in the week.
    pub no_room: usize,
}

/// An account now.
struct Now {
    account: AccountId,
    risk: f64,
    arr: i64,
    p: Option<f64>,
    rule: Option<f64>,
}

/// Ends what has calmed down and calls for what is new, on a day.
pub fn raise(tx: &mut Tx, owner: AgentId, day: i64) -> Result<Raised> {
    let options = options(tx)?;
    let ids: Vec<AccountId> = tx.column(
        "SELECT id FROM accounts WHERE owner_id = $1 AND merged_into IS NULL ORDER BY id",
        &[owner.into()],
    )?;
    let now = standing(tx, &ids, day)?;
    let open = open_of(tx, &ids)?;
    let cleared = calm_down(tx, &now, &open, &options)?;
    let courses = courses(tx, &ids, &now, day)?;
    let floor = floor(tx, &now)?;
    let fall = options.hysteresis_percent as f64 / 100.0;
    let budget = options.alerts_a_week as f64;
    let Some(drawn) = draw(&courses, (day - PAST, day), budget, fall, floor) else {
        return Ok(Raised { cleared, ..Raised::default() });
    };
    let resting = resting(tx, &ids, day)?;
    let mut new: Vec<&Now> =
        now.values().filter(|it| it.risk >= drawn.at && !resting.contains(&it.account)).collect();
    let money = |it: &Now| (it.risk * it.arr.max(0) as f64) as i64;
    new.sort_by(|a, b| {
        let by_money = money(b).cmp(&money(a));
        by_money.then(b.risk.total_cmp(&a.risk)).then(a.account.cmp(&b.account))
    });
    let of_week: i64 = tx.scalar(
        "SELECT count(*) FROM health_alerts WHERE owner_id = $1 AND day > $2",
        &[owner.into(), (day - 7).into()],
    )?;
    let room = usize::try_from(options.alerts_a_week - of_week).unwrap_or(0);
    let no_room = new.len().saturating_sub(room);
    new.truncate(room);
    for it in &new {
        call(tx, owner, it, &options, day)?;
    }
    Ok(Raised { threshold: Some(drawn), called: new.len(), cleared, no_room })
}

/// What holds of each account that is there. Where any probability is known, those without one
/// are left out: the two don't compare.
fn standing(tx: &mut Tx, ids: &[AccountId], day: i64) -> Result<HashMap<AccountId, Now>> {
    let all = latest_of(tx, ids)?;
    let here = |it: &&crate::health::Snapshot| !it.frozen && it.day <= day;
    let said = all.values().filter(here).any(|it| it.p.is_some());
    let of = |it: &crate::health::Snapshot| {
        let rule = it.rule_score.filter(|_| !said);
        let now = Now {
            account: it.account_id,
            risk: risk(it.p, rule)?,
            arr: it.arr.unwrap_or(0),
            p: it.p,
            rule: it.rule_score,
        };
        Some((it.account_id, now))
    };
    Ok(all.values().filter(here).filter_map(of).collect())
}

fn open_of(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<Alert>> {
    let mut all = Vec::new();
    for some in ids.chunks(500) {
        let sql = format!(
            "SELECT {} FROM health_alerts WHERE cleared_at IS NULL AND account_id IN ({})
             ORDER BY id",
            super::list::COLUMNS,
            placeholders(1, some.len())
        );
        let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        all.extend(tx.rows::<Alert>(&sql, &args)?);
    }
    Ok(all)
}

/// Ends the alerts whose risk has fallen by enough of what called, or whose account is gone.
fn calm_down(
    tx: &mut Tx,
    now: &HashMap<AccountId, Now>,
    open: &[Alert],
    options: &Options,
) -> Result<usize> {
    let fall = options.hysteresis_percent as f64 / 100.0;
    let mut cleared = 0;
    for it in open {
        let stays = now.get(&it.account_id).is_some_and(|now| {
            let called = match now.p.is_some() {
                true => it.p,
                false => risk(None, it.rule_score),
            };
            called.is_none_or(|called| now.risk >= called * (1.0 - fall))
        });
        if !stays {
            super::act::end(tx, it.id)?;
            cleared += 1;
        }
    }
    Ok(cleared)
}

/// How risks went, of those that are there now.
fn courses(
    tx: &mut Tx,
    ids: &[AccountId],
    now: &HashMap<AccountId, Now>,
    day: i64,
) -> Result<Vec<Course>> {
    row! {
        struct Point {
            account_id: AccountId,
            day: i64,
            p: Option<f64>,
            rule_score: Option<f64>,
        }
    }
    let said = now.values().any(|it| it.p.is_some());
    let mut all: Vec<Course> = Vec::new();
    for some in ids.chunks(500) {
        let sql = format!(
            "SELECT account_id, day, p, rule_score FROM health_snapshots
             WHERE account_id IN ({}) AND day > ${} AND day <= ${} AND frozen = FALSE
             ORDER BY account_id, day",
            placeholders(1, some.len()),
            some.len() + 1,
            some.len() + 2
        );
        let mut args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        args.extend([(day - 2 * PAST).into(), day.into()]);
        for it in tx.rows::<Point>(&sql, &args)? {
            let rule = it.rule_score.filter(|_| !said);
            let Some(risk) = risk(it.p, rule) else { continue };
            match all.last_mut().filter(|last| last.account == it.account_id) {
                Some(last) => last.points.push((it.day, risk)),
                None => all.push(Course { account: it.account_id, points: vec![(it.day, risk)] }),
            }
        }
    }
    all.retain(|it| now.contains_key(&it.account));
    Ok(all)
}

/// Twice the risk of everybody, by what is expected to be lost of what they pay.
const STANDS_OUT: f64 = 2.0;

/// Below this risk nobody is called: it has to stand out from that of all accounts, or, while that
/// is not known, from that of the owner's own.
fn floor(tx: &mut Tx, now: &HashMap<AccountId, Now>) -> Result<f64> {
    row! {
        struct Sum {
            risk: Option<i64>,
            arr: Option<i64>,
        }
    }
    let n = now.len().max(1) as f64;
    let own = now.values().map(|it| it.risk).sum::<f64>() / n;
    if !now.values().any(|it| it.p.is_some()) {
        let spread = now.values().map(|it| (it.risk - own).powi(2)).sum::<f64>() / n;
        return Ok(own + 0.5 * spread.sqrt());
    }
    let sum: Sum = tx.one(
        "SELECT CAST(SUM(risk) AS BIGINT) AS risk, CAST(SUM(arr) AS BIGINT) AS arr
         FROM account_figures WHERE risk >= 0 AND arr > 0",
        &[],
    )?;
    Ok(match (sum.risk, sum.arr) {
        (Some(risk), Some(arr)) if arr > 0 => STANDS_OUT * risk as f64 / arr as f64,
        _ => own,
    })
}

/// Accounts with an open alert, or with one that ended a short while ago.
fn resting(tx: &mut Tx, ids: &[AccountId], day: i64) -> Result<HashSet<AccountId>> {
    let since = crate::money::days::moment(day - REST);
    let mut all = HashSet::new();
    for some in ids.chunks(500) {
        let sql = format!(
            "SELECT account_id FROM health_alerts
             WHERE (cleared_at IS NULL OR cleared_at > ${}) AND account_id IN ({})",
            some.len() + 1,
            placeholders(1, some.len())
        );
        let mut args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        args.push(since.into());
        all.extend(tx.column::<AccountId>(&sql, &args)?);
    }
    Ok(all)
}

/// Writes it down, tells the owner, and makes a task if the company wants one.
fn call(tx: &mut Tx, owner: AgentId, it: &Now, options: &Options, day: i64) -> Result<()> {
    let (id, now, why) = (AlertId::new(tx), tx.now(), why(it, options));
    tx.execute(
        "INSERT INTO health_alerts (id, account_id, owner_id, day, p, rule_score, why, state,
             made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            id.into(),
            it.account.into(),
            owner.into(),
            day.into(),
            it.p.into(),
            it.rule.into(),
            why.as_str().into(),
            AlertState::Open.into(),
            now.into(),
        ],
    )?;
    let change = Change::AlertRaised(AlertRaised { alert: id.to_string(), why: why.clone() });
    journal::record(tx, Actor::System, Subject::account(it.account.raw()), &change)?;
    let short = short(it);
    notifications::of_account(tx, owner, "at_risk", it.account, Actor::System, &short)?;
    if !super::makes_tasks(tx)? {
        return Ok(());
    }
    // Who may not have tasks has none made.
    let Ok(me) = agents::me(tx, owner) else { return Ok(()) };
    if me.may(agents::Permission::TasksEdit) {
        let task = tasks::make(tx, &me, &task_of(it.account, owner, &why))?;
        tx.execute(
            "UPDATE health_alerts SET task_id = $2 WHERE id = $1",
            &[id.into(), task.into()],
        )?;
    }
    Ok(())
}

/// The task that an alert asks for.
pub(super) fn task_of(account: AccountId, owner: AgentId, why: &str) -> NewTask {
    NewTask {
        title: "Look after this account: it may leave".to_owned(),
        text: why.to_owned(),
        owner: Some(owner),
        follows_owner: true,
        account: Some(account),
        priority: TaskPriority::High,
        due: Due::InWorkingDays(2),
        ..NewTask::default()
    }
}

fn short(it: &Now) -> String {
    match (it.p, it.rule) {
        (Some(p), _) => format!("{:.0}% to leave", p * 100.0),
        (None, Some(rule)) => format!("rule score {rule:.0}"),
        (None, None) => String::new(),
    }
}

/// A sentence.
fn why(it: &Now, options: &Options) -> String {
    let days = options.horizon_days;
    match (it.p, it.rule) {
        (Some(p), Some(rule)) => format!(
            "The chance that it leaves within {days} days is {:.0}%; its rule score is {rule:.0}.",
            p * 100.0
        ),
        (Some(p), None) => {
            format!("The chance that it leaves within {days} days is {:.0}%.", p * 100.0)
        }
        (None, Some(rule)) => format!(
            "Its rule score is {rule:.0} of 100, among the lowest. Nothing is known of its chance \
             to leave yet."
        ),
        (None, None) => String::new(),
    }
}
