use tend_store::{Tx, row};

use super::{SubscriptionId, add::term_end};
use crate::{
    Result,
    accounts::AccountId,
    money::{days, renewals, steps},
};

row! {
    struct Due {
        id: SubscriptionId,
        start_day: i64,
        renewal_day: i64,
        term_months: i64,
    }
}

/// After anything about the subscriptions of an account changed: brings them to today, and tells
/// lists and the ledger.
pub(super) fn retell(tx: &mut Tx, account: AccountId) -> Result<()> {
    let today = days::today(tx)?;
    renew_by_themselves(tx, account, today)?;
    steps::retell(tx, account)
}

/// Terms that were over before today and renew by themselves go on with the next one.
pub(crate) fn renew_by_themselves(tx: &mut Tx, account: AccountId, today: i64) -> Result<()> {
    let due: Vec<Due> = tx.rows(
        "SELECT id, start_day, renewal_day, term_months FROM subscriptions
         WHERE account_id = $1 AND end_day IS NULL AND auto_renew AND renewal_day < $2",
        &[account.into(), today.into()],
    )?;
    for it in due {
        let known = super::fetch(tx, it.id)?;
        renewals::renewed_itself(tx, &known)?;
        // Counted from the start, so that the 31st comes back after a short month.
        let mut next = term_end(it.start_day, it.term_months, today);
        if days::date(next).day() != days::date(it.renewal_day).day() && it.term_months > 1 {
            next = term_end(it.renewal_day, it.term_months, today);
        }
        tx.execute(
            "UPDATE subscriptions SET renewal_day = $2 WHERE id = $1",
            &[it.id.into(), next.into()],
        )?;
    }
    Ok(())
}
