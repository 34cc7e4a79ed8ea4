//! What of an account's life counts here: what it paid, and which stages it went through.

use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders, row};

use super::{Left, Outcome};
use crate::{
    Result,
    accounts::AccountId,
    agents::AgentId,
    book::{Meaning, StageId},
};

/// So many days without paying are a pause if paying goes on then.
const PAUSE: i64 = 30;
/// A fall is measured against the most that was paid in so many days before.
const FALL: i64 = 90;

/// What of an account's life counts here.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    /// What it pays a year, from a day on; the oldest first.
    steps: Vec<(i64, i64)>,
    /// The stage that it came into on a day.
    stages: Vec<(i64, Option<StageId>, Option<Meaning>)>,
    /// What somebody entered.
    said: Option<i64>,
    pub(super) born: i64,
    pub(super) owner: Option<AgentId>,
    pub(super) parent: Option<AccountId>,
    stage: Option<StageId>,
    means: Option<Meaning>,
}

impl Life {
    /// What it pays a year on a day, if that is known.
    pub(super) fn arr_on(&self, day: i64) -> Option<i64> {
        if self.steps.is_empty() {
            return self.said;
        }
        Some(self.steps.iter().rev().find(|it| it.0 <= day).map_or(0, |it| it.1))
    }

    /// The day on which it paid for the first time.
    pub(super) fn paid_first(&self) -> Option<i64> {
        self.steps.iter().find(|it| it.1 > 0).map(|it| it.0)
    }

    /// The stage that it stands in at the end of a day.
    pub(super) fn stage_on(&self, day: i64) -> (Option<StageId>, Option<Meaning>) {
        match self.stages.is_empty() {
            true => (self.stage, self.means),
            false => {
                let last = self.stages.iter().rev().find(|it| it.0 <= day);
                last.map_or((None, None), |it| (it.1, it.2))
            }
        }
    }

    /// Whether it pays no more at the end of a day, as far as is known on the day `known`.
    fn paid_out(&self, day: i64, known: i64) -> bool {
        let Some(first) = self.paid_first().filter(|it| *it <= day) else { return false };
        let Some(at) = self.steps.iter().rposition(|it| it.0 <= day && it.0 >= first) else {
            return false;
        };
        let (since, arr) = self.steps[at];
        // A pause is over soon, and who looks back knows it.
        let goes_on = self
            .steps
            .get(at + 1)
            .is_some_and(|it| it.1 > 0 && it.0 <= since + PAUSE && it.0 <= known);
        arr <= 0 && !goes_on
    }

    /// Whether it is a customer no more at the end of a day, as far as is known on `known`.
    pub(super) fn gone(&self, day: i64, known: i64) -> bool {
        self.stage_on(day).1 == Some(Meaning::Churned) || self.paid_out(day, known)
    }

    /// Whether there is anything to lose on a day: it is a customer, or nobody says that it is
    /// none.
    pub(super) fn at_stake(&self, day: i64, known: i64) -> bool {
        if day < self.born || self.gone(day, known) {
            return false;
        }
        match self.stage_on(day).1 {
            Some(Meaning::Customer) => true,
            Some(Meaning::Before) => self.arr_on(day).is_some_and(|it| it > 0),
            Some(Meaning::Churned) => false,
            None => self.steps.is_empty() || self.arr_on(day).is_some_and(|it| it > 0),
        }
    }

    /// Each time that it left, or that its revenue fell by so many per cent, until a day.
    pub(super) fn left(&self, id: AccountId, until: i64, drop_percent: i64) -> Vec<Outcome> {
        let mut days: Vec<i64> = self.steps.iter().map(|it| it.0).collect();
        days.extend(self.stages.iter().map(|it| it.0));
        days.sort_unstable();
        days.dedup();
        let (mut all, mut from) = (Vec::new(), i64::MIN);
        for day in days.into_iter().filter(|it| *it <= until) {
            let (gone, before) = (self.gone(day, until), self.gone(day - 1, until));
            let most = self.most_before(day, from.max(day - FALL));
            let why = if gone && !before {
                match self.paid_out(day, until) {
                    true => Left::Ended,
                    false => Left::Stage,
                }
            } else if !gone && drop_percent < 100 && self.fell(day, most, drop_percent) {
                Left::Fell
            } else {
                continue;
            };
            let now = if why == Left::Fell { self.arr_on(day).unwrap_or(0) } else { 0 };
            let lost = most.or(self.said).map(|it| it - now);
            all.push(Outcome { account: id, day, why, lost });
            from = day;
        }
        all
    }

    fn fell(&self, day: i64, most: Option<i64>, percent: i64) -> bool {
        let (Some(now), Some(most)) = (self.arr_on(day), most) else { return false };
        now > 0 && (most - now) * 100 >= most * percent
    }

    /// The most that it paid on a day of `from..day`.
    fn most_before(&self, day: i64, from: i64) -> Option<i64> {
        let at_start = self.steps.iter().rev().find(|it| it.0 <= from).map(|it| it.1);
        let since = self.steps.iter().filter(|it| it.0 > from && it.0 < day).map(|it| it.1);
        since.chain(at_start).max().filter(|it| *it > 0)
    }
}

/// The lives of some accounts, or of all.
pub(super) fn lives(tx: &mut Tx, of: Option<&[AccountId]>) -> Result<HashMap<AccountId, Life>> {
    let mut all = HashMap::new();
    match of {
        None => fill(tx, "", "", &[], &mut all)?,
        Some(ids) => {
            for some in ids.chunks(500) {
                let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
                let marks = placeholders(1, some.len());
                let (own, theirs) = (
                    format!("AND accounts.id IN ({marks})"),
                    format!("AND account_id IN ({marks})"),
                );
                fill(tx, &own, &theirs, &args, &mut all)?;
            }
        }
    }
    Ok(all)
}

row! {
    struct Account {
        id: AccountId,
        created_at: jiff::Timestamp,
        owner_id: Option<AgentId>,
        parent_id: Option<AccountId>,
        stage_id: Option<StageId>,
        means: Option<Meaning>,
        said_arr: Option<i64>,
    }
}

row! {
    struct Step {
        account_id: AccountId,
        day: i64,
        arr: i64,
    }
}

row! {
    struct Passed {
        account_id: AccountId,
        day: i64,
        to_id: Option<StageId>,
        means: Option<Meaning>,
    }
}

fn fill(
    tx: &mut Tx,
    own: &str,
    theirs: &str,
    args: &[Value],
    all: &mut HashMap<AccountId, Life>,
) -> Result<()> {
    let sql = format!(
        "SELECT accounts.id, accounts.created_at, accounts.owner_id, accounts.parent_id,
             accounts.stage_id, stages.means, accounts.said_arr
         FROM accounts LEFT JOIN stages ON stages.id = accounts.stage_id
         WHERE accounts.merged_into IS NULL {own}"
    );
    for it in tx.rows::<Account>(&sql, args)? {
        let life = Life {
            born: it.created_at.as_microsecond().div_euclid(super::read::DAY),
            owner: it.owner_id,
            parent: it.parent_id,
            stage: it.stage_id,
            means: it.means,
            said: it.said_arr,
            ..Life::default()
        };
        all.insert(it.id, life);
    }
    let sql = format!(
        "SELECT account_id, day, arr FROM revenue_steps WHERE 1 = 1 {theirs}
         ORDER BY account_id, day"
    );
    for it in tx.rows::<Step>(&sql, args)? {
        if let Some(life) = all.get_mut(&it.account_id) {
            life.steps.push((it.day, it.arr));
        }
    }
    let sql = format!(
        "SELECT stage_changes.account_id, stage_changes.happened_at / 86400000000 AS day,
             stage_changes.to_id, stages.means
         FROM stage_changes LEFT JOIN stages ON stages.id = stage_changes.to_id
         WHERE 1 = 1 {theirs} ORDER BY stage_changes.account_id, stage_changes.id"
    );
    for it in tx.rows::<Passed>(&sql, args)? {
        if let Some(life) = all.get_mut(&it.account_id) {
            life.stages.push((it.day, it.to_id, it.means));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paying(steps: &[(i64, i64)]) -> Life {
        Life { steps: steps.to_vec(), ..Life::default() }
    }

    fn told(it: &Life, until: i64, drop: i64) -> Vec<(i64, Left, Option<i64>)> {
        let all = it.left(AccountId::from_raw(1), until, drop);
        all.iter().map(|it| (it.day, it.why, it.lost)).collect()
    }

    #[test]
    fn whoever_stops_paying_has_left_unless_it_goes_on_soon() {
        let it = paying(&[(100, 1200), (465, 0)]);
        assert_eq!(told(&it, 464, 100), []);
        assert_eq!(told(&it, 465, 100), [(465, Left::Ended, Some(1200))]);
        assert!(it.at_stake(464, 464) && !it.at_stake(465, 465) && !it.at_stake(99, 99));
        let pause = paying(&[(100, 1200), (465, 0), (480, 1300)]);
        assert_eq!(told(&pause, 600, 100), []);
        assert!(pause.gone(470, 470), "nobody knew yet");
        let back = paying(&[(100, 1200), (465, 0), (900, 500)]);
        assert_eq!(told(&back, 999, 100), [(465, Left::Ended, Some(1200))]);
        assert!(back.at_stake(900, 900));
    }

    #[test]
    fn a_fall_counts_once_however_many_steps_it_takes() {
        let it = paying(&[(0, 1000), (200, 700), (230, 400), (260, 390), (500, 100)]);
        assert_eq!(told(&it, 999, 100), []);
        assert_eq!(
            told(&it, 999, 50),
            [(230, Left::Fell, Some(600)), (500, Left::Fell, Some(290))]
        );
    }

    #[test]
    fn a_stage_that_means_churned_is_leaving() {
        let stage = |n| Some(StageId::from_raw(n));
        let it = Life {
            stages: vec![
                (10, stage(1), Some(Meaning::Customer)),
                (50, stage(2), Some(Meaning::Churned)),
                (80, stage(1), Some(Meaning::Customer)),
            ],
            said: Some(900),
            ..Life::default()
        };
        assert_eq!(told(&it, 100, 100), [(50, Left::Stage, Some(900))]);
        assert!(it.at_stake(49, 49) && !it.at_stake(50, 50) && it.at_stake(80, 80));
    }
}
