//! Who introduced whom, what came of it, and what the introduced paid in their first year.

use tend_store::{Tx, id, row};

use super::{Currency, days, rates, steps};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{invalid, not_found, refused},
    journal::{self, Change, Subject},
    words::words,
};

id!(ReferralId, "ref");

words! {
    /// What came of an introduction.
    State, "A referral is introduced, accepted or declined." {
        Introduced = "introduced" "Introduced",
        /// They became a customer.
        Accepted = "accepted" "Accepted",
        Declined = "declined" "Declined",
    }
}

row! {
    /// An introduction.
    #[derive(PartialEq)]
    pub struct Referral {
        pub id: ReferralId,
        pub referrer_id: AccountId,
        pub referrer: String,
        pub referred_id: Option<AccountId>,
        pub referred: Option<String>,
        /// Who was introduced, as it was said.
        pub name: String,
        pub state: State,
        pub day: i64,
    }
}

/// An introduction and what it brought.
#[derive(Clone, Debug)]
pub struct Brought {
    pub referral: Referral,
    /// What the introduced paid in their first twelve months, or until now: home currency.
    pub first_year: i64,
    /// Whether that year is over.
    pub is_over: bool,
}

const SELECT: &str = "SELECT referrals.id, referrer_id, referring.name AS referrer, referred_id,
        referred.name AS referred, referrals.name, state, day
    FROM referrals
    JOIN accounts AS referring ON referring.id = referrer_id
    LEFT JOIN accounts AS referred ON referred.id = referred_id";

/// Records that an account introduced somebody.
pub fn add(tx: &mut Tx, me: &Me, referrer: AccountId, name: &str, day: i64) -> Result<ReferralId> {
    me.require(Permission::RenewalsEdit)?;
    let referrer = accounts::find_visible(tx, me, referrer)?;
    add_as(tx, Actor::Agent(me.id), referrer.id, name, day)
}

/// As [`add`], by somebody who says it themselves.
pub(crate) fn add_as(
    tx: &mut Tx,
    by: Actor,
    referrer: AccountId,
    name: &str,
    day: i64,
) -> Result<ReferralId> {
    let name = fields::name(name)?;
    let (id, now) = (ReferralId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO referrals (id, referrer_id, name, state, day, created_at)
         VALUES ($1, $2, $3, 'introduced', $4, $5)",
        &[id.into(), referrer.into(), name.as_str().into(), day.into(), now.into()],
    )?;
    record(tx, by, referrer, name, State::Introduced)?;
    Ok(id)
}

/// Says what came of it; for one that was accepted, which account it is.
///
/// # Errors
/// Refused when an account would have introduced itself, also round a corner, and when another
/// introduced it already.
pub fn settle(
    tx: &mut Tx,
    me: &Me,
    id: ReferralId,
    state: State,
    referred: Option<AccountId>,
) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let sql = format!("{SELECT} WHERE referrals.id = $1");
    let it: Referral = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("referral"))?;
    let referred = match state {
        State::Accepted => {
            let to = referred.ok_or_else(|| invalid("account", "Choose which account it is."))?;
            let to = accounts::find_visible(tx, me, to)?.id;
            guard(tx, &it, to)?;
            Some(to)
        }
        _ => None,
    };
    if it.state == state && it.referred_id == referred {
        return Ok(());
    }
    tx.execute(
        "UPDATE referrals SET state = $2, referred_id = $3 WHERE id = $1",
        &[id.into(), state.into(), referred.into()],
    )?;
    record(tx, Actor::Agent(me.id), it.referrer_id, it.name, state)
}

fn guard(tx: &mut Tx, it: &Referral, to: AccountId) -> Result<()> {
    let mut at = Some(it.referrer_id);
    for _ in 0..64 {
        match at {
            Some(here) if here == to => {
                return Err(refused("Nobody introduces themselves, not even round a corner."));
            }
            Some(here) => {
                at = tx.maybe_scalar(
                    "SELECT referrer_id FROM referrals WHERE referred_id = $1",
                    &[here.into()],
                )?;
            }
            None => break,
        }
    }
    let other: Option<ReferralId> =
        tx.maybe_scalar("SELECT id FROM referrals WHERE referred_id = $1", &[to.into()])?;
    match other {
        Some(other) if other != it.id => {
            Err(refused("Somebody else introduced this account already."))
        }
        _ => Ok(()),
    }
}

fn record(tx: &mut Tx, by: Actor, account: AccountId, name: String, state: State) -> Result<()> {
    let change = Change::ReferralSaved { name, state: state.word().to_owned() };
    journal::record(tx, by, Subject::account(account.raw()), &change)
}

/// All of them with what they brought, the newest first.
pub fn all(tx: &mut Tx, me: &Me) -> Result<(Currency, Vec<Brought>)> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let sql = format!("{SELECT} ORDER BY day DESC, referrals.id DESC LIMIT 500");
    let found: Vec<Referral> = tx.rows(&sql, &[])?;
    let all = found.into_iter().map(|it| brought(tx, it, today)).collect::<Result<_>>()?;
    Ok((rates::home(tx)?, all))
}

/// One of them with what it brought.
pub fn find(tx: &mut Tx, me: &Me, id: ReferralId) -> Result<Brought> {
    me.require(Permission::RevenueRead)?;
    let sql = format!("{SELECT} WHERE referrals.id = $1");
    let referral: Referral = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("referral"))?;
    let today = days::today(tx)?;
    brought(tx, referral, today)
}

fn brought(tx: &mut Tx, referral: Referral, today: i64) -> Result<Brought> {
    let (first_year, is_over) = match referral.referred_id {
        Some(id) => first_year(tx, id, today)?,
        None => (0, false),
    };
    Ok(Brought { referral, first_year, is_over })
}

/// A month's revenue at each of the first twelve month's ends after the first payment.
fn first_year(tx: &mut Tx, id: AccountId, today: i64) -> Result<(i64, bool)> {
    let steps = steps::of(tx, id)?;
    let Some(first) = steps.iter().find(|it| it.mrr > 0) else { return Ok((0, false)) };
    let at = |day: i64| steps.iter().rev().find(|it| it.day <= day).map_or(0, |it| it.mrr);
    let months = (0..12).map(|n| days::after_months(first.day, n)).filter(|day| *day <= today);
    Ok((months.map(at).sum(), days::after_months(first.day, 12) <= today))
}
