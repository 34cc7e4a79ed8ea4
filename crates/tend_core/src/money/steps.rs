//! What an account pays, as steps: a row for each day on which it changes.

use std::collections::BTreeMap;

use tend_store::{Tx, row};

use super::{days, standing};
use crate::{Result, accounts::AccountId};

row! {
    /// From this day on, until the next step.
    #[derive(Copy, PartialEq, Eq)]
    pub struct Step {
        pub day: i64,
        /// Home currency, a month.
        pub mrr: i64,
        /// Home currency, a year.
        pub arr: i64,
    }
}

row! {
    struct Term {
        subscription_id: i64,
        from_day: i64,
        mrr: i64,
        arr: i64,
        end_day: Option<i64>,
    }
}

/// The steps of one account, oldest first.
pub fn of(tx: &mut Tx, account: AccountId) -> Result<Vec<Step>> {
    Ok(tx.rows(
        "SELECT day, mrr, arr FROM revenue_steps WHERE account_id = $1 ORDER BY day",
        &[account.into()],
    )?)
}

/// Makes them anew of what the account's subscriptions are now, and what lists show of it.
pub(crate) fn retell(tx: &mut Tx, account: AccountId) -> Result<()> {
    let terms: Vec<Term> = tx.rows(
        "SELECT subscription_id, from_day, mrr, arr, end_day FROM subscription_terms
         JOIN subscriptions ON subscriptions.id = subscription_terms.subscription_id
         WHERE account_id = $1 ORDER BY subscription_id, from_day",
        &[account.into()],
    )?;
    let steps = made_of(&terms);
    if of(tx, account)? != steps {
        tx.execute("DELETE FROM revenue_steps WHERE account_id = $1", &[account.into()])?;
        for it in &steps {
            tx.execute(
                "INSERT INTO revenue_steps (account_id, day, mrr, arr) VALUES ($1, $2, $3, $4)",
                &[account.into(), it.day.into(), it.mrr.into(), it.arr.into()],
            )?;
        }
    }
    let today = days::today(tx)?;
    standing::keep(tx, account, &steps, today)
}

/// Subscriptions went from one account to another, or back.
pub(crate) fn moved(tx: &mut Tx, a: AccountId, b: AccountId) -> Result<()> {
    for it in [a, b] {
        let known: Option<i64> = tx.maybe_scalar(
            "SELECT 1 AS known FROM subscriptions WHERE account_id = $1
             UNION ALL SELECT 1 FROM account_money WHERE account_id = $1 LIMIT 1",
            &[it.into()],
        )?;
        if known.is_some() {
            retell(tx, it)?;
        }
    }
    Ok(())
}

fn made_of(terms: &[Term]) -> Vec<Step> {
    let mut changes: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut add = |day: i64, mrr: i64, arr: i64| {
        let at = changes.entry(day).or_default();
        (at.0, at.1) = (at.0 + mrr, at.1 + arr);
    };
    for (n, it) in terms.iter().enumerate() {
        let next = terms.get(n + 1).filter(|next| next.subscription_id == it.subscription_id);
        let ends = [it.end_day, next.map(|next| next.from_day)];
        let end = ends.into_iter().flatten().min();
        if end.is_some_and(|end| end <= it.from_day) {
            continue;
        }
        add(it.from_day, it.mrr, it.arr);
        if let Some(end) = end {
            add(end, -it.mrr, -it.arr);
        }
    }
    let mut at = Step { day: 0, mrr: 0, arr: 0 };
    let mut steps = Vec::new();
    for (day, (mrr, arr)) in changes {
        let next = Step { day, mrr: at.mrr + mrr, arr: at.arr + arr };
        if (next.mrr, next.arr) != (at.mrr, at.arr) {
            steps.push(next);
        }
        at = next;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_sum_of_all_that_runs() {
        let term = |subscription_id, from_day, mrr, end_day| Term {
            subscription_id,
            from_day,
            mrr,
            arr: mrr * 12,
            end_day,
        };
        let all = [
            term(1, 10, 100, Some(40)),
            term(1, 20, 150, Some(40)),
            term(1, 60, 900, Some(40)),
            term(2, 20, 30, None),
            term(3, 40, 150, Some(50)),
        ];
        let told: Vec<_> = made_of(&all).iter().map(|it| (it.day, it.mrr, it.arr)).collect();
        assert_eq!(told, [(10, 100, 1200), (20, 180, 2160), (50, 30, 360)]);
    }
}
