//! Whether they get what they came for.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{Ask, Sheet};
use crate::{Result, accounts::AccountId, book::GoalStatus, health::Kind};

row! {
    struct Goal {
        account_id: AccountId,
        status: GoalStatus,
        due_on: Option<i64>,
        settled_at: Option<Timestamp>,
    }
}

impl Goal {
    /// How it stood as the day began.
    fn stood(&self, cut: i64) -> GoalStatus {
        let settled = self.settled_at.is_some_and(|it| it.as_microsecond() < cut);
        if settled { self.status } else { GoalStatus::Open }
    }
}

pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    if !ask.asks(&[Kind::GoalsMet, Kind::GoalsLate]) {
        return Ok(());
    }
    let (marks, args) = ask.bound(vec![ask.cut.into()]);
    let sql = format!(
        "SELECT account_id, status, due_on, settled_at FROM goals
         WHERE account_id IN ({marks}) AND kind = 'goal' AND created_at < $1"
    );
    let mut all: HashMap<AccountId, Vec<Goal>> = HashMap::new();
    for it in tx.rows::<Goal>(&sql, &args)? {
        all.entry(it.account_id).or_default().push(it);
    }
    for (id, of) in &all {
        let is_late = |it: &&Goal| {
            it.stood(ask.cut) == GoalStatus::Open && it.due_on.is_some_and(|it| it < ask.day)
        };
        let late = of.iter().filter(is_late).count() as f64;
        let met = of.iter().filter(|it| it.stood(ask.cut) == GoalStatus::Met).count() as f64;
        ask.of(Kind::GoalsLate).iter().for_each(|it| sheet.put(*id, it.0, late, 0));
        if late + met > 0.0 {
            let share = 100.0 * met / (met + late);
            ask.of(Kind::GoalsMet).iter().for_each(|it| sheet.put(*id, it.0, share, 0));
        }
    }
    Ok(())
}
