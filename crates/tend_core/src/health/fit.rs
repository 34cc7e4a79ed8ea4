//! Learns who leaves.

use tend_stats::health::climb;
use tend_store::Tx;

use super::{
    Column, Learnt, Lesson, ModelId, current_model, find_model, lesson::last_known, options,
    profiles, today,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::refused,
    jobs::{self, Job},
    journal::{self, Change, ModelLearned, Subject},
};

/// What was learned, and how many it was learned from.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub learnt: Learnt,
    pub horizon_days: i64,
    pub day: i64,
    pub rows: usize,
    pub outcomes: usize,
    pub accounts: usize,
    pub left_accounts: usize,
}

/// Whether there is anything to learn that the present model does not know: another month of
/// outcomes, other measures, another horizon.
pub fn fit_is_due(tx: &mut Tx) -> Result<bool> {
    let columns = Column::all(&profiles(tx)?);
    // Before the company is set up there is nothing that could be measured.
    if columns.is_empty() {
        return Ok(false);
    }
    let Some(now) = current_model(tx)? else { return Ok(true) };
    let horizon = options(tx)?.horizon_days;
    if horizon != now.horizon_days
        || last_known(today(tx), horizon) > last_known(now.day, now.horizon_days)
    {
        return Ok(true);
    }
    Ok(find_model(tx, now.id).map_or(true, |it| it.1.columns != columns))
}

/// Owes that it is learned anew, at once; asking twice is asking once.
pub fn owe_fit(tx: &mut Tx, by: &Me) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let due = tx.now();
    jobs::once(tx, due, "learn_health", &Job::LearnHealth { agent: by.id.to_string() }).map(drop)
}

/// Whether somebody asked for it and it is not done.
pub fn fit_is_owed(tx: &mut Tx) -> Result<bool> {
    let owed: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM jobs WHERE unique_key = 'learn_health' AND state = 'waiting'",
        &[],
    )?;
    Ok(owed.is_some())
}

/// Learns from a lesson. This may take many seconds and touches nothing: it belongs outside of any
/// transaction.
///
/// # Errors
/// Refused, in words for people, for what can't be learned from at all.
pub fn learn(from: Lesson) -> Result<Fitted> {
    let standing = from.with_book(climb).map_err(|it| refused(it.to_string()))?;
    Ok(Fitted {
        horizon_days: from.horizon_days,
        day: from.day,
        rows: from.left.len(),
        outcomes: from.left.iter().filter(|it| **it).count(),
        accounts: from.account_count(),
        left_accounts: from.left_account_count(),
        learnt: Learnt { columns: from.columns, standing },
    })
}

/// Keeps what was learned: the snapshots that are not written yet ask it.
pub fn keep_model(tx: &mut Tx, by: Actor, it: &Fitted) -> Result<ModelId> {
    let (id, now) = (ModelId::new(tx), tx.now());
    let words = it.learnt.why_not().unwrap_or_default();
    let known = words.is_empty();
    let document = serde_json::to_string(&it.learnt).expect("what was learned is plain data");
    tx.execute("UPDATE health_models SET current = FALSE WHERE current = TRUE", &[])?;
    tx.execute(
        "INSERT INTO health_models (id, day, made_at, horizon_days, row_count, outcome_count,
             account_count, left_account_count, step, known, words, document, current)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, TRUE)",
        &[
            id.into(),
            it.day.into(),
            now.into(),
            it.horizon_days.into(),
            it.rows.into(),
            it.outcomes.into(),
            it.accounts.into(),
            it.left_accounts.into(),
            it.learnt.standing.step.word().into(),
            known.into(),
            words.into(),
            document.into(),
        ],
    )?;
    let change = Change::HealthModelLearned(ModelLearned {
        model: id.to_string(),
        rows: i64::try_from(it.rows).unwrap_or(i64::MAX),
        outcomes: i64::try_from(it.outcomes).unwrap_or(i64::MAX),
        known,
    });
    journal::record(tx, by, Subject::company(), &change)?;
    Ok(id)
}
