//! Whether what was said comes true, who is called, and what may be lost, on both databases.

mod alerts;
mod at_risk;
mod scoreboard;

use jiff::SignedDuration;
use tend_core::{
    Error,
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    health,
    money::subscriptions::{self, NewSubscription, SubscriptionId, Terms},
};
use tend_store::Tx;
use tend_testkit::Tend;

pub(crate) fn write<T: Send + 'static>(
    t: &Tend,
    work: impl Fn(&mut Tx) -> tend_core::Result<T> + Send + 'static,
) -> T {
    t.db.write(work).expect("is written")
}

pub(crate) fn read<T>(t: &Tend, work: impl FnOnce(&mut Tx) -> tend_core::Result<T>) -> T {
    t.db.read(work).expect("is read")
}

pub(crate) fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

pub(crate) fn today(t: &Tend) -> i64 {
    read(t, |tx| Ok::<_, Error>(health::today(tx)))
}

/// An account of somebody that pays so much a year from a day on.
pub(crate) fn pays(
    t: &Tend,
    me: &Me,
    name: &str,
    arr: i64,
    from: i64,
) -> (AccountId, SubscriptionId) {
    let (me, name) = (me.clone(), name.to_owned());
    write(t, move |tx| {
        let new = NewAccount { name: name.clone(), owner: Some(me.id), ..NewAccount::default() };
        let account = accounts::create(tx, &me, &new)?;
        let new = NewSubscription {
            account,
            product: None,
            plan: String::new(),
            currency: "EUR".parse().expect("a currency"),
            terms: Terms { quantity: 1, price: arr, months: 12 },
            start: from,
            term_months: 12,
            renewal: None,
            auto_renew: true,
            external_id: None,
        };
        Ok((account, subscriptions::add(tx, &me, &new)?))
    })
}

pub(crate) fn leaves(t: &Tend, me: &Me, it: SubscriptionId, day: i64) {
    let me = me.clone();
    write(t, move |tx| subscriptions::end(tx, &me, it, day, None));
}

/// What stood in a snapshot of a day: written by hand, as if a model had said so.
pub(crate) fn said(t: &Tend, it: AccountId, day: i64, p: Option<f64>, rule: f64, arr: i64) {
    write(t, move |tx| {
        let now = tx.now();
        tx.execute(
            "INSERT INTO health_snapshots (account_id, day, profile_id, version, rule_score, p,
                 p_low, p_high, stale_share, arr, frozen, made_at, inputs)
             VALUES ($1, $2, 1, 1, $3, CAST($4 AS DOUBLE PRECISION),
                 CAST($4 AS DOUBLE PRECISION), CAST($4 AS DOUBLE PRECISION), 0.0, $5, FALSE,
                 $6, $7)",
            &[
                it.into(),
                day.into(),
                rule.into(),
                p.into(),
                arr.into(),
                now.into(),
                Vec::<u8>::new().into(),
            ],
        )?;
        Ok::<_, Error>(())
    });
}
