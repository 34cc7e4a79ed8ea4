//! Who would get it now, and who would not, by which rule. Nothing is written.

use std::collections::BTreeMap;

use tend_store::Tx;

use super::{
    Arm, CampaignId, Step,
    enrol::Running,
    find,
    gates::{self, Verdict},
    letter, past, run, suggests,
};
use crate::{
    Error, Result,
    agents::{Me, Permission},
    contacts::Contact,
    secrets::Keys,
};

/// So many contacts are tried.
const MOST: usize = 5_000;

/// What would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Contacts that were tried.
    pub tried: i64,
    /// Who would get it at once.
    pub reached: i64,
    /// Who would get it later: rule and count.
    pub later: Vec<(String, i64)>,
    /// Who would not: rule and count, the most first.
    pub refused: Vec<(String, i64)>,
    /// There are more than were tried.
    pub and_more: bool,
    /// Of one that something begins: what happened in so many days before stands for what will.
    pub past_days: Option<i64>,
}

/// Tries all whom a campaign would reach if it were started now; of one that something begins,
/// those with whom that happened in the last days.
pub fn dry_run(tx: &mut Tx, me: &Me, keys: &Keys, id: CampaignId) -> Result<DryRun> {
    me.require(Permission::CampaignsManage)?;
    let it = find(tx, me, id)?;
    let run = run::as_if(tx, keys, it)?;
    let mut out = DryRun::default();
    let (mut later, mut refused) = (BTreeMap::new(), BTreeMap::new());
    out.past_days = run.plan.trigger.as_ref().map(|_| PAST);
    let mut from = 0;
    loop {
        let piece = past::next(tx, &run, from, PAST)?;
        for found in &piece.found {
            out.tried += 1;
            match try_one(tx, &run, &found.contact, found.order)? {
                Verdict::Go => out.reached += 1,
                Verdict::Wait { rule, .. } => *later.entry(rule.to_owned()).or_default() += 1,
                Verdict::No { rule, .. } => *refused.entry(rule.to_owned()).or_default() += 1,
            }
        }
        match piece.next {
            Some(next) if (out.tried as usize) < MOST => from = next,
            next => {
                out.and_more = next.is_some();
                break;
            }
        }
    }
    (out.later, out.refused) = (sorted(later), sorted(refused));
    Ok(out)
}

fn sorted(all: BTreeMap<String, i64>) -> Vec<(String, i64)> {
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}

/// Days of the past that are tried.
const PAST: i64 = 30;

/// What the gates say of somebody now, whatever the message says.
pub(super) fn verdict(tx: &mut Tx, run: &Running<'_>, contact: &Contact) -> Result<Verdict> {
    let it = &run.campaign;
    let facts = run.facts(tx, contact, run.plan.is_on_page())?;
    let verdict = gates::eligible(&facts, &run.limits);
    if verdict != Verdict::Go {
        return Ok(verdict);
    }
    let shares = (run.limits.holdout, it.holdout);
    match gates::arm(it.purpose, it.id, contact.id, shares) {
        Arm::HeldOut => {
            let why = "They are held out, so that the effect can be seen.".to_owned();
            return Ok(Verdict::No { rule: "holdout", why });
        }
        Arm::GlobalHeldOut => {
            let why = "They get no marketing, so that the effect of all of it can be seen.";
            return Ok(Verdict::No { rule: "global_holdout", why: why.to_owned() });
        }
        _ => {}
    }
    Ok(gates::timely(&facts, &run.limits))
}

fn try_one(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    order: Option<i64>,
) -> Result<Verdict> {
    let it = &run.campaign;
    let verdict = verdict(tx, run, contact)?;
    if verdict != Verdict::Go {
        return Ok(verdict);
    }
    let Some(all) = run.plan.steps.iter().find_map(Step::variants) else {
        return Ok(Verdict::Go);
    };
    let Some(first) = letter::variant(all, &contact.language) else { return Ok(Verdict::Go) };
    let scope = letter::scope(tx, contact, order, all)?;
    match letter::write(&run.paper(), it, contact, "", first, &scope) {
        Ok(_) => Ok(Verdict::Go),
        Err(Error::Store(error)) => Err(error.into()),
        Err(error) => Ok(Verdict::No { rule: suggests::rule(&error), why: String::new() }),
    }
}
