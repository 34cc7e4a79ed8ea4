//! What an agent believes instead of what is foretold: dated, with a reason, for a while.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::walk::today;
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{AgentId, Me, Permission},
    book,
    error::{invalid, not_found},
    fold,
    journal::{self, Change, RiskJudged, Subject},
};

id!(JudgementId, "hjd");

row! {
    /// What an agent believes. It is compared with what came of it like any other foretelling.
    #[derive(PartialEq)]
    pub struct Judgement {
        pub id: JudgementId,
        pub account_id: AccountId,
        /// That it leaves within the horizon.
        pub p: f64,
        pub reason: String,
        pub made_by: AgentId,
        /// The agent's name.
        pub by: String,
        pub made_at: Timestamp,
        /// Day since 1970, UTC.
        pub made_on: i64,
        /// The first day on which it holds no more.
        pub expires_on: i64,
        pub withdrawn_at: Option<Timestamp>,
    }
}

impl Judgement {
    /// Whether it holds on a day.
    pub fn holds(&self, day: i64) -> bool {
        self.withdrawn_at.is_none() && self.made_on <= day && day < self.expires_on
    }
}

const SELECT: &str = "SELECT health_judgements.id, account_id, p, reason, made_by,
         agents.name AS by, made_at, made_on, expires_on, withdrawn_at
     FROM health_judgements JOIN agents ON agents.id = health_judgements.made_by";

/// The one that holds today, if any.
pub fn in_force(tx: &mut Tx, id: AccountId) -> Result<Option<Judgement>> {
    let day = today(tx);
    let sql = format!(
        "{SELECT} WHERE account_id = $1 AND withdrawn_at IS NULL AND made_on <= $2
             AND expires_on > $2
         ORDER BY health_judgements.id DESC LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[id.into(), day.into()])?)
}

/// All of an account, or of all accounts; the newest first, at most `limit`.
pub fn judgements(tx: &mut Tx, of: Option<AccountId>, limit: i64) -> Result<Vec<Judgement>> {
    let order = "ORDER BY health_judgements.id DESC LIMIT $1";
    Ok(match of {
        Some(id) => {
            let sql = format!("{SELECT} WHERE account_id = $2 {order}");
            tx.rows(&sql, &[limit.into(), id.into()])?
        }
        None => tx.rows(&format!("{SELECT} {order}"), &[limit.into()])?,
    })
}

/// Says what one believes instead, for so many days: 1 to 365. What one said before ends with it.
///
/// # Errors
/// Invalid, by field, without a reason or for what is no probability.
pub fn judge(
    tx: &mut Tx,
    by: &Me,
    account: AccountId,
    p: f64,
    reason: &str,
    days: i64,
) -> Result<JudgementId> {
    by.require(Permission::CustomersEdit)?;
    let account = accounts::find_visible(tx, by, account)?.id;
    if !(0.0..=1.0).contains(&p) {
        return Err(invalid("leaves", "Write a probability from 0 to 100 per cent."));
    }
    let reason = fold::shorten(reason.trim(), 500);
    if reason.is_empty() {
        return Err(invalid(
            "reason",
            "Write why you believe it, so that others can judge it too.",
        ));
    }
    if !(1..=365).contains(&days) {
        return Err(invalid("days", "Write for how many days it holds, from 1 to 365."));
    }
    end(tx, account)?;
    let (id, now, day) = (JudgementId::new(tx), tx.now(), today(tx));
    tx.execute(
        "INSERT INTO health_judgements (id, account_id, p, reason, made_by, made_at, made_on,
             expires_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            account.into(),
            p.into(),
            reason.as_str().into(),
            by.id.into(),
            now.into(),
            day.into(),
            (day + days).into(),
        ],
    )?;
    let change =
        Change::RiskJudged(RiskJudged { percent: (p * 100.0).round() as i64, reason, days });
    journal::record(tx, Actor::Agent(by.id), Subject::account(account.raw()), &change)?;
    book::refresh(tx, account)?;
    Ok(id)
}

fn end(tx: &mut Tx, account: AccountId) -> Result<u64> {
    let now = tx.now();
    Ok(tx.execute(
        "UPDATE health_judgements SET withdrawn_at = $2
         WHERE account_id = $1 AND withdrawn_at IS NULL AND expires_on > $3",
        &[account.into(), now.into(), today(tx).into()],
    )?)
}

/// Takes it back: what is foretold holds again. Doing it twice is doing it once.
pub fn withdraw(tx: &mut Tx, by: &Me, account: AccountId, id: JudgementId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let sql = format!("{SELECT} WHERE health_judgements.id = $1");
    let it: Judgement = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("override"))?;
    let account = accounts::find_visible(tx, by, account)?.id;
    if it.account_id != account {
        return Err(not_found("override"));
    }
    let day = today(tx);
    if !it.holds(day) {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE health_judgements SET withdrawn_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    let subject = Subject::account(account.raw());
    journal::record(tx, Actor::Agent(by.id), subject, &Change::JudgementWithdrawn {})?;
    book::refresh(tx, account)
}
