//! What a customer wants to reach, and what hurts them.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
    words::words,
};

id!(GoalId, "gol");

words! {
    /// What it is.
    GoalKind, "This is a goal or a pain." {
        Goal = "goal" "Goal",
        Pain = "pain" "Pain point",
    }
}

words! {
    /// How it stands.
    GoalStatus, "The status is open, met or dropped." {
        Open = "open" "Open",
        Met = "met" "Met",
        Dropped = "dropped" "Dropped",
    }
}

row! {
    /// A goal or a pain point of an account.
    #[derive(PartialEq)]
    pub struct Goal {
        pub id: GoalId,
        pub account_id: AccountId,
        pub kind: GoalKind,
        pub text: String,
        pub status: GoalStatus,
        /// Day since 1970.
        pub due_on: Option<i64>,
        /// Of the measured value: `alarms a week`.
        pub unit: String,
        pub start_value: Option<f64>,
        pub now_value: Option<f64>,
        pub target_value: Option<f64>,
        pub created_at: Timestamp,
        pub settled_at: Option<Timestamp>,
    }
}

impl Goal {
    /// How much of the way from the start to the target lies behind, 0 to 1, if it is measured.
    pub fn reached(&self) -> Option<f64> {
        let (now, target) = (self.now_value?, self.target_value?);
        let start = self.start_value.unwrap_or(0.0);
        let way = target - start;
        (way != 0.0).then(|| ((now - start) / way).clamp(0.0, 1.0))
    }
}

const COLUMNS: &str = "id, account_id, kind, text, status, due_on, unit, start_value, now_value, \
     target_value, created_at, settled_at";

/// What a goal is to be.
#[derive(Clone, Debug)]
pub struct NewGoal {
    pub kind: GoalKind,
    pub text: String,
    pub status: GoalStatus,
    pub due_on: Option<i64>,
    pub unit: String,
    pub start_value: Option<f64>,
    pub now_value: Option<f64>,
    pub target_value: Option<f64>,
}

impl Default for NewGoal {
    fn default() -> Self {
        Self {
            kind: GoalKind::Goal,
            text: String::new(),
            status: GoalStatus::Open,
            due_on: None,
            unit: String::new(),
            start_value: None,
            now_value: None,
            target_value: None,
        }
    }
}

impl NewGoal {
    /// As it is, to be changed.
    pub fn of(it: &Goal) -> Self {
        Self {
            kind: it.kind,
            text: it.text.clone(),
            status: it.status,
            due_on: it.due_on,
            unit: it.unit.clone(),
            start_value: it.start_value,
            now_value: it.now_value,
            target_value: it.target_value,
        }
    }
}

/// The goals and pain points of an account: what is open first, by its day.
pub fn goals(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<Goal>> {
    let id = accounts::find_visible(tx, me, id)?.id;
    let sql = format!(
        "SELECT {COLUMNS} FROM goals WHERE account_id = $1
         ORDER BY CASE status WHEN 'open' THEN 0 WHEN 'met' THEN 1 ELSE 2 END,
             due_on NULLS LAST, id LIMIT 100"
    );
    Ok(tx.rows(&sql, &[id.into()])?)
}

/// Makes one, or changes the one with this id. Doing it twice is doing it once.
pub fn save_goal(
    tx: &mut Tx,
    by: &Me,
    account: AccountId,
    id: Option<GoalId>,
    new: &NewGoal,
) -> Result<GoalId> {
    by.require(Permission::CustomersEdit)?;
    let account = accounts::find_visible(tx, by, account)?.id;
    let text = fold::shorten(new.text.trim(), 500);
    if text.is_empty() {
        return Err(invalid("text", "Write what they want to reach, or what hurts."));
    }
    let numbers = [new.start_value, new.now_value, new.target_value];
    if numbers.iter().flatten().any(|it| !it.is_finite() || it.abs() > 1e15) {
        return Err(invalid("now_value", "This is not a number that can be kept."));
    }
    let before = match id {
        Some(id) => Some(find(tx, account, id)?),
        None => None,
    };
    let (fresh, now) = (id.unwrap_or_else(|| GoalId::new(tx)), tx.now());
    let settled = (new.status != GoalStatus::Open)
        .then(|| before.as_ref().and_then(|it| it.settled_at).unwrap_or(now));
    let unit = fold::one_line(&new.unit, 40);
    write(tx, account, fresh, &NewGoal { text: text.clone(), unit, ..new.clone() }, settled)?;
    let (kind, status) = (new.kind.word().to_owned(), new.status.word().to_owned());
    let change = match before {
        None => Change::GoalAdded { kind_of: kind, text },
        Some(it) if it == find(tx, account, fresh)? => return Ok(fresh),
        Some(it) if it.status != new.status => Change::GoalSettled { kind_of: kind, text, status },
        Some(_) => Change::GoalChanged { kind_of: kind, text },
    };
    journal::record(tx, Actor::Agent(by.id), Subject::account(account.raw()), &change)?;
    Ok(fresh)
}

fn write(
    tx: &mut Tx,
    account: AccountId,
    id: GoalId,
    it: &NewGoal,
    settled: Option<Timestamp>,
) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO goals (id, account_id, kind, text, status, due_on, unit, start_value,
             now_value, target_value, created_at, changed_at, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, text = excluded.text,
             status = excluded.status, due_on = excluded.due_on, unit = excluded.unit,
             start_value = excluded.start_value, now_value = excluded.now_value,
             target_value = excluded.target_value, changed_at = excluded.changed_at,
             settled_at = excluded.settled_at",
        &[
            id.into(),
            account.into(),
            it.kind.into(),
            it.text.as_str().into(),
            it.status.into(),
            it.due_on.into(),
            it.unit.as_str().into(),
            it.start_value.into(),
            it.now_value.into(),
            it.target_value.into(),
            now.into(),
            settled.into(),
        ],
    )?;
    Ok(())
}

fn find(tx: &mut Tx, account: AccountId, id: GoalId) -> Result<Goal> {
    let sql = format!("SELECT {COLUMNS} FROM goals WHERE id = $1 AND account_id = $2");
    tx.maybe(&sql, &[id.into(), account.into()])?.ok_or(not_found("goal"))
}

/// Takes one away. What was written of it in the journal stays.
pub fn remove_goal(tx: &mut Tx, by: &Me, account: AccountId, id: GoalId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let account = accounts::find_visible(tx, by, account)?.id;
    let it = find(tx, account, id)?;
    tx.execute("DELETE FROM goals WHERE id = $1", &[id.into()])?;
    let change = Change::GoalRemoved { kind_of: it.kind.word().to_owned(), text: it.text };
    journal::record(tx, Actor::Agent(by.id), Subject::account(account.raw()), &change)
}
