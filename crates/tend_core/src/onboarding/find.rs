use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{DoneWhen, Onboarding, OnboardingId, Owner, PlanId, SELECT, StepId};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    error::not_found,
    page::{Cursor, Page},
    tasks::TaskId,
};

row! {
    /// A step of an onboarding.
    #[derive(PartialEq)]
    pub struct Item {
        pub step_id: StepId,
        pub title: String,
        pub why: String,
        pub link: String,
        pub owner: Owner,
        pub done_when: DoneWhen,
        pub event: String,
        pub task_id: Option<TaskId>,
        /// Day since 1970, UTC.
        pub due_on: Option<i64>,
        pub done_at: Option<Timestamp>,
        /// `customer`, `agent`, `usage`, `order`, `task` or `api`.
        pub done_how: String,
    }
}

/// An onboarding with its steps.
#[derive(Clone, Debug)]
pub struct OnAccount {
    pub onboarding: Onboarding,
    pub items: Vec<Item>,
}

impl OnAccount {
    /// Steps that are done.
    pub fn done(&self) -> usize {
        self.items.iter().filter(|it| it.done_at.is_some()).count()
    }
}

/// An onboarding of an account that the agent may see.
pub fn find(tx: &mut Tx, me: &Me, id: OnboardingId) -> Result<Onboarding> {
    me.require(Permission::CustomersRead)?;
    let it = any(tx, id)?;
    accounts::find_visible(tx, me, it.account_id).map_err(|_| not_found("onboarding"))?;
    Ok(it)
}

pub(super) fn any(tx: &mut Tx, id: OnboardingId) -> Result<Onboarding> {
    tx.maybe(&format!("{SELECT} WHERE onboardings.id = $1"), &[id.into()])?
        .ok_or(not_found("onboarding"))
}

/// Its steps, in the order of the plan.
pub(super) fn items(tx: &mut Tx, id: OnboardingId) -> Result<Vec<Item>> {
    Ok(tx.rows(
        "SELECT step_id, title, why, link, owner, done_when, event, task_id, due_on, done_at,
             done_how
         FROM onboarding_items JOIN onboarding_steps ON onboarding_steps.id = step_id
         WHERE onboarding_id = $1 ORDER BY position, onboarding_items.id",
        &[id.into()],
    )?)
}

pub(super) fn whole(tx: &mut Tx, id: OnboardingId) -> Result<OnAccount> {
    Ok(OnAccount { onboarding: any(tx, id)?, items: items(tx, id)? })
}

/// What an account goes through and went through, the newest first, at most five.
pub fn of_account(tx: &mut Tx, me: &Me, account: AccountId) -> Result<Vec<OnAccount>> {
    me.require(Permission::CustomersRead)?;
    let sql = format!("{SELECT} WHERE account_id = $1 ORDER BY onboardings.id DESC LIMIT 5");
    let all: Vec<Onboarding> = tx.rows(&sql, &[account.into()])?;
    let with = |it: Onboarding| Ok(OnAccount { items: items(tx, it.id)?, onboarding: it });
    all.into_iter().map(with).collect()
}

row! {
    /// An onboarding in a list.
    #[derive(PartialEq)]
    pub struct Under {
        pub id: OnboardingId,
        pub plan_id: PlanId,
        pub account_id: AccountId,
        pub account: String,
        pub started_at: Timestamp,
        pub moved_at: Timestamp,
        pub done_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        pub steps: i64,
        pub done: i64,
    }
}

/// The onboardings of a plan, or of all, the newest first.
pub fn under(
    tx: &mut Tx,
    me: &Me,
    plan: Option<PlanId>,
    account: Option<AccountId>,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Under>> {
    me.require(Permission::CustomersRead)?;
    let before = from.map_or(i64::MAX, |it| it.id);
    let rows = tx.rows(
        "SELECT onboardings.id, plan_id, account_id, accounts.name AS account, started_at,
             moved_at, onboardings.done_at, ended_at,
             (SELECT count(*) FROM onboarding_items WHERE onboarding_id = onboardings.id) AS steps,
             (SELECT count(*) FROM onboarding_items
                 WHERE onboarding_id = onboardings.id AND done_at IS NOT NULL) AS done
         FROM onboardings JOIN accounts ON accounts.id = account_id
         WHERE onboardings.id < $1 AND (CAST($2 AS BIGINT) IS NULL OR plan_id = $2)
             AND (CAST($3 AS BIGINT) IS NULL OR account_id = $3)
         ORDER BY onboardings.id DESC LIMIT $4",
        &[before.into(), plan.into(), account.into(), (limit as i64 + 1).into()],
    )?;
    Ok(Page::of(rows, limit, |it: &Under| Cursor { key: it.id.raw(), id: it.id.raw() }))
}
