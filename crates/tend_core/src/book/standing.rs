use tend_store::Tx;

use super::{
    Goal, Health, KeyPerson, Part, Stage, Tree, ancestors, currency, find_stage, goals, health,
    key_people, parts, silent_days, stages, tree,
};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    health::{Judgement, in_force, latest},
    money::{Income, income},
    tasks::{self, Task, day_in},
};

/// Where an account stands in the book of business: what its page shows beside the record.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What it is a part of, the topmost first.
    pub above: Vec<(AccountId, String)>,
    pub parts: Vec<Part>,
    /// It and all its parts together.
    pub tree: Tree,
    pub stage: Option<Stage>,
    /// Those that can be chosen.
    pub stages: Vec<Stage>,
    pub money: Income,
    /// ISO 4217: of all money.
    pub currency: String,
    pub health: Health,
    /// 0 to 100, by the company's own weights: no probability.
    pub rule_score: Option<f64>,
    /// What an agent believes instead of what is foretold, as long as it holds.
    pub judged: Option<Judgement>,
    pub tasks: Vec<Task>,
    pub people: Vec<KeyPerson>,
    pub silent_days: i64,
    pub goals: Vec<Goal>,
    /// What day it is for the one who looks, since 1970.
    pub today: i64,
    pub may_task: bool,
}

/// Where an account stands.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see customers.
pub fn standing(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Standing> {
    let it = accounts::find_visible(tx, me, id)?;
    let id = it.id;
    let parts = parts(tx, me, id)?;
    let tree = if parts.is_empty() { Tree::default() } else { tree(tx, me, id)? };
    let money = income::of_accounts(tx, me, &[id])?.remove(&id).unwrap_or_default();
    Ok(Standing {
        above: ancestors(tx, me, id)?,
        tree,
        parts,
        stage: match it.stage_id {
            Some(stage) => Some(find_stage(tx, stage)?),
            None => None,
        },
        stages: stages(tx)?,
        money,
        currency: currency(tx)?,
        health: health(tx, id)?,
        rule_score: latest(tx, id)?.and_then(|it| it.rule_score),
        judged: in_force(tx, id)?,
        tasks: tasks::of_account(tx, me, id)?,
        people: key_people(tx, id)?,
        silent_days: silent_days(tx)?,
        goals: goals(tx, me, id)?,
        today: day_in(tx.now(), &me.time_zone),
        may_task: me.may(Permission::TasksEdit),
    })
}
