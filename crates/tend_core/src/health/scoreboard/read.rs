//! What was said on the first of each month, and what came of it.

use std::collections::{BTreeMap, HashMap};

use tend_store::{Tx, row};

use super::{InQuarter, Quarter, Scoreboard, score::loss, score::score};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    error::not_found,
    health::{
        self, ModelId, Outcome, alerts, current_model, find_model, judgements, models, options,
        outcomes,
    },
    money::{days, rates},
};

use super::Foretold;

/// Of more accounts than that, some are looked at.
const MOST_ACCOUNTS: i64 = 20_000;

row! {
    struct Said {
        account_id: AccountId,
        day: i64,
        model_id: Option<ModelId>,
        rule_score: Option<f64>,
        p: Option<f64>,
        arr: Option<i64>,
        frozen: bool,
    }
}

/// How much of it there is beside the rows that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Foretellings whose horizon is not over.
    pub waiting: usize,
    /// One account in so many was looked at.
    pub one_in: i64,
}

/// What was said on the first of each of the last `months` months whose horizon is over, with
/// what came of it; by day and account.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn foretold(tx: &mut Tx, me: &Me, months: i64) -> Result<(Vec<Foretold>, Beside)> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("account"));
    }
    let today = health::today(tx);
    let accounts: i64 = tx.scalar("SELECT count(*) FROM account_figures", &[])?;
    // An odd number: ids that were made apart differ in it.
    let one_in = (accounts / MOST_ACCOUNTS) | 1;
    let left = by_account(outcomes(tx, today)?);
    let judged = judged(tx)?;
    let own = options(tx)?.horizon_days;
    let horizons: HashMap<ModelId, i64> =
        models(tx)?.into_iter().map(|it| (it.id, it.horizon_days)).collect();
    let (mut all, mut waiting) = (Vec::new(), 0);
    let this = days::month_of(today);
    // A horizon lies between what was said last and what is known of it.
    for month in this - months - own / 28 - 1..=this {
        let day = days::first_of(month);
        for it in held_on(tx, day, one_in)? {
            let known = it.model_id.filter(|_| it.p.is_some());
            let horizon = known.and_then(|it| horizons.get(&it)).copied().unwrap_or(own);
            if day + horizon > today {
                waiting += usize::from(it.p.is_some());
                continue;
            }
            if day + horizon < days::after_months(today, -months) {
                continue;
            }
            let came = left
                .get(&it.account_id)
                .and_then(|all| all.iter().find(|left| (day..day + horizon).contains(&left.day)));
            let said = judged.get(&it.account_id);
            all.push(Foretold {
                account: it.account_id,
                day,
                p: it.p,
                rule: it.rule_score,
                judged: said.and_then(|all| all.iter().find(|it| it.holds(day)).map(|it| it.p)),
                arr: it.arr.unwrap_or(0),
                left_on: came.map(|it| it.day),
                lost: came.and_then(|it| it.lost).unwrap_or(0),
            });
        }
    }
    Ok((all, Beside { waiting, one_in }))
}

/// What held of each account on a day; none of those that were gone.
fn held_on(tx: &mut Tx, day: i64, one_in: i64) -> Result<Vec<Said>> {
    let all: Vec<Said> = tx.rows(
        "SELECT it.account_id, it.day, it.model_id, it.rule_score, it.p, it.arr, it.frozen
         FROM accounts JOIN health_snapshots AS it ON it.account_id = accounts.id
             AND it.day = (SELECT MAX(held.day) FROM health_snapshots AS held
                           WHERE held.account_id = accounts.id AND held.day <= $1)
         WHERE accounts.id % $2 = 0 ORDER BY it.account_id",
        &[day.into(), one_in.into()],
    )?;
    Ok(all.into_iter().filter(|it| !it.frozen && it.day <= day).collect())
}

fn by_account(all: Vec<Outcome>) -> HashMap<AccountId, Vec<Outcome>> {
    let mut by: HashMap<AccountId, Vec<Outcome>> = HashMap::new();
    for it in all {
        by.entry(it.account).or_default().push(it);
    }
    by
}

/// What somebody of ours believed, from a day until another.
struct Believed {
    p: f64,
    from: i64,
    until: i64,
}

impl Believed {
    fn holds(&self, day: i64) -> bool {
        self.from <= day && day < self.until
    }
}

/// So many judgements are looked at, the newest.
const MOST_JUDGEMENTS: i64 = 50_000;

fn judged(tx: &mut Tx) -> Result<HashMap<AccountId, Vec<Believed>>> {
    let mut by: HashMap<AccountId, Vec<Believed>> = HashMap::new();
    for it in judgements(tx, None, MOST_JUDGEMENTS)? {
        // What was taken back later was believed until then.
        let back = it.withdrawn_at.map_or(i64::MAX, days::of_moment);
        let until = it.expires_on.min(back);
        by.entry(it.account_id).or_default().push(Believed { p: it.p, from: it.made_on, until });
    }
    Ok(by)
}

/// The scoreboard of the last so many months.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn report(tx: &mut Tx, me: &Me, months: i64) -> Result<Scoreboard> {
    let months = months.clamp(3, 60);
    let (rows, beside) = foretold(tx, me, months)?;
    let today = health::today(tx);
    let own = options(tx)?;
    let alerts = alerts::settled(tx, days::after_months(today, -months))?;
    let sees_money = me.may(Permission::RevenueRead);
    // Of probabilities, if there are any: hand scores begin earlier.
    let said = rows.iter().any(|it| it.p.is_some());
    let days = rows.iter().filter(|it| it.p.is_some() || !said).map(|it| it.day);
    let mut by: BTreeMap<Quarter, Vec<Foretold>> = BTreeMap::new();
    for it in &rows {
        by.entry(Quarter::of(it.day)).or_default().push(*it);
    }
    for it in &alerts.came {
        by.entry(Quarter::of(it.0)).or_default();
    }
    let quarters = by.into_iter().map(|(quarter, rows)| InQuarter {
        score: score(&rows),
        loss: loss(&rows, quarter.first()).filter(|_| sees_money),
        alerts: alerts.precision(Some(quarter)),
        quarter,
    });
    let mut all = score(&rows);
    if !sees_money {
        all.recall = None;
    }
    let model = match current_model(tx)? {
        Some(it) => Some(find_model(tx, it.id)?),
        None => None,
    };
    Ok(Scoreboard {
        horizon: own.horizon_days,
        months,
        days: days.clone().min().zip(days.max()),
        today,
        currency: rates::home(tx)?,
        score: all,
        quarters: quarters.collect(),
        alerts: alerts.precision(None),
        alerts_open: alerts.open,
        alerts_a_week: own.alerts_a_week,
        waiting: beside.waiting,
        model,
        one_in: beside.one_in,
        sees_money,
    })
}
