//! From what was found of an account to its scores.

use std::collections::{HashMap, HashSet};

use tend_stats::health::{rule_score, stale_share};
use tend_store::{Tx, row};

use super::{
    Column, Document, Group, Input, Learnt, Measure, ModelId, Profile, Snapshot,
    life::Life,
    model::{find_model, model_for, wanted},
    pack::{Numbers, numbers_for},
    profiles, read,
    starter::first_profile,
    system,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::AgentId,
    book::{self, Condition},
    views::Is,
};

/// What a profile says of an account.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    /// 0 to 100; nothing if all is left out.
    pub score: Option<f64>,
    /// Which share of the weight rests on what is blank or too old.
    pub stale_share: f64,
    /// The same of each group that weighs anything, with its share of the weight.
    pub groups: Vec<(Group, Option<f64>, f64)>,
}

/// Scores an account by the company's own weights.
pub(super) fn rule(document: &Document, inputs: &[Input]) -> Rule {
    let found = |of: &Measure| inputs.iter().find(|it| it.measure == *of);
    let scaled: Vec<_> = document.measures.iter().map(|it| it.scaled(found(&it.measure))).collect();
    let weights: Vec<f64> = document.measures.iter().map(|it| it.weight).collect();
    let values: Vec<f64> = scaled.iter().map(|it| it.value).collect();
    let stale: Vec<bool> = scaled.iter().map(|it| it.stale).collect();
    let all: f64 = weights.iter().sum();
    let of_group = |group: Group| {
        let own: Vec<f64> = document
            .measures
            .iter()
            .map(|it| if it.group == group { it.weight } else { 0.0 })
            .collect();
        let share: f64 = own.iter().sum::<f64>() / all;
        (share > 0.0).then(|| (group, rule_score(&values, &own).map(|it| 100.0 * it), share))
    };
    Rule {
        score: rule_score(&values, &weights).map(|it| 100.0 * it),
        stale_share: stale_share(&weights, &stale),
        groups: Group::ALL.iter().filter_map(|it| of_group(*it)).collect(),
    }
}

/// All that it takes to score accounts on a day.
pub(super) struct Scorer {
    pub profiles: Vec<Profile>,
    pub model: Option<(ModelId, Learnt)>,
    pub wanted: Vec<Measure>,
    pub numbers: Numbers,
}

impl Scorer {
    /// Writes down a number for each measure that has none yet.
    pub(super) fn of(tx: &mut Tx, day: i64) -> Result<Self> {
        first_profile(tx)?;
        let profiles = profiles(tx)?;
        let model = match model_for(tx, day)? {
            Some(it) => Some((it.id, find_model(tx, it.id)?.1)),
            None => None,
        };
        // What a later model may ask for has to be there when it looks back.
        let columns = Column::all(&profiles);
        let mut asked: Vec<Column> = columns;
        asked.extend(model.iter().flat_map(|it| it.1.columns.clone()));
        let documents: Vec<&Document> = profiles.iter().map(|it| &it.document).collect();
        let wanted = wanted(&documents, &asked);
        let numbers = numbers_for(tx, &wanted)?;
        Ok(Self { profiles, model, wanted, numbers })
    }

    /// The first profile that fits each of some accounts.
    pub(super) fn places(
        &self,
        tx: &mut Tx,
        ids: &[AccountId],
        day: i64,
        lives: &HashMap<AccountId, Life>,
    ) -> Result<HashMap<AccountId, usize>> {
        let mut all = HashMap::new();
        let mut rest: Vec<AccountId> = ids.to_vec();
        for (at, it) in self.profiles.iter().enumerate() {
            let fits = fitting(tx, &it.document, &rest, day, lives)?;
            all.extend(fits.iter().map(|id| (*id, at)));
            rest.retain(|id| !fits.contains(id));
        }
        Ok(all)
    }
}

/// Those of `ids` that a profile is for.
pub(super) fn fitting(
    tx: &mut Tx,
    it: &Document,
    ids: &[AccountId],
    day: i64,
    lives: &HashMap<AccountId, Life>,
) -> Result<HashSet<AccountId>> {
    let in_stage = |id: &AccountId| {
        let stage = lives.get(id).and_then(|it| it.stage_on(day).0);
        it.stages.is_empty() || stage.is_some_and(|stage| it.stages.contains(&stage))
    };
    let some: Vec<AccountId> = ids.iter().copied().filter(in_stage).collect();
    match it.segment {
        None => Ok(some.into_iter().collect()),
        Some(segment) => {
            let within = Condition::Test(book::AccountTest::Segment(Is::AnyOf, vec![segment]));
            book::matching(tx, &system::tend(), &within, &some)
        }
    }
}

/// A snapshot that is not written yet, and what it was made of.
pub(super) struct Scored {
    pub snapshot: Snapshot,
    pub inputs: Vec<Input>,
}

/// Scores some accounts as a day began. `leaving` are those that are gone at its end: what they
/// paid and where they stood is that of the day before.
pub(super) fn score(
    tx: &mut Tx,
    scorer: &Scorer,
    ids: &[AccountId],
    day: i64,
    leaving: bool,
    lives: &HashMap<AccountId, Life>,
) -> Result<Vec<Scored>> {
    let sheet = read::read(tx, ids, day, &scorer.wanted, lives)?;
    let places = scorer.places(tx, ids, day, lives)?;
    let owners = owners(tx, ids, day)?;
    let now = tx.now();
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let (Some(life), Some(at)) = (lives.get(id), places.get(id)) else { continue };
        let Some(profile) = scorer.profiles.get(*at) else { continue };
        let inputs = sheet.inputs(*id, &scorer.wanted);
        let rule = rule(&profile.document, &inputs);
        let told = scorer.model.as_ref().and_then(|it| it.1.foretell(&it.1.row(&inputs)));
        let stood = if leaving { day - 1 } else { day };
        let snapshot = Snapshot {
            account_id: *id,
            day,
            profile_id: profile.id,
            version: profile.version,
            model_id: scorer.model.as_ref().map(|it| it.0),
            rule_score: rule.score,
            p: told.map(|it| it.0.value),
            p_low: told.map(|it| it.0.lower),
            p_high: told.map(|it| it.0.upper),
            stale_share: told.map_or(rule.stale_share, |it| it.1),
            arr: life.arr_on(stood),
            owner_id: owners.get(id).copied().unwrap_or(life.owner),
            parent_id: life.parent,
            stage_id: life.stage_on(stood).0,
            frozen: leaving,
            made_at: now,
        };
        all.push(Scored { snapshot, inputs });
    }
    Ok(all)
}

/// Who owned some accounts on a day in the past; those of whom nothing is known are left out.
fn owners(tx: &mut Tx, ids: &[AccountId], day: i64) -> Result<HashMap<AccountId, Option<AgentId>>> {
    row! {
        struct Owner {
            account_id: AccountId,
            owner_id: Option<AgentId>,
        }
    }
    if day >= super::walk::today(tx) {
        return Ok(HashMap::new());
    }
    let marks = tend_store::placeholders(2, ids.len());
    let mut args: Vec<tend_store::Value> = vec![day.into()];
    args.extend(ids.iter().map(|it| tend_store::Value::from(*it)));
    let sql = format!(
        "SELECT account_id, owner_id FROM owner_history AS it WHERE account_id IN ({marks})
         AND day = (SELECT MAX(day) FROM owner_history AS later
                    WHERE later.account_id = it.account_id AND later.day <= $1)"
    );
    let found: Vec<Owner> = tx.rows(&sql, &args)?;
    Ok(found.into_iter().map(|it| (it.account_id, it.owner_id)).collect())
}
