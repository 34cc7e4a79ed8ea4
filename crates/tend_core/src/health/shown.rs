//! How one account fares, taken apart: what its page and the API show.

use tend_stats::health::{Reach, Told, nearest_change};
use tend_store::Tx;

use super::{
    Document, Group, Input, Judgement, Learnt, Measure, Model, Snapshot, Unit, Weighed, find_model,
    history, in_force, inputs, judgements, latest, on_day, score::rule, today, version,
};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    book,
    error::not_found,
    money::income,
};

/// So many days of history are shown.
const HISTORY: i64 = 365;
/// A change that matters halves the risk, or does what it can.
const MATTERS: f64 = 0.5;
/// The smallest change of a measure that means anything, of its range.
const STEP: f64 = 0.05;
/// A change of the log-odds that is smaller says nothing.
const SEEN: f64 = 0.05;

/// Whether a percentage is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Percent {
    /// The probability that it leaves, with its 95 % interval, within so many days.
    Known { p: f64, low: f64, high: f64, horizon_days: i64 },
    /// Why not: a whole sentence.
    NotKnown(String),
    /// It left on this day: what was foretold then stands, and nothing is foretold any more.
    Gone { day: i64, p: Option<f64> },
}

/// The rule score of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupScore {
    pub group: Group,
    /// 0 to 100; nothing if all is left out.
    pub score: Option<f64>,
    /// Its share of all weights, 0 to 1.
    pub share: f64,
}

/// One measure of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub key: String,
    pub label: String,
    pub group: Group,
    pub unit: Unit,
    /// Nothing if it is not known, or not for this reader.
    pub value: Option<f64>,
    /// It speaks of money, and the reader may not see it.
    pub hidden: bool,
    /// Days.
    pub age: i64,
    /// It is blank, or older than it may be.
    pub stale: bool,
    /// 0 bad to 1 good, by the company's own rule; nothing if it is left out.
    pub scaled: Option<f64>,
    /// Its share of the weights in the company's own rule, 0 to 1.
    pub weight: f64,
    /// What it adds to the log-odds of leaving; nothing where no model holds.
    pub part: Option<f64>,
    /// What was learned goes the other way than the company's weight: were the measure better by
    /// its rule, the risk would be higher.
    pub against: bool,
}

/// The log-odds as a sum: `average` and the part of each line is `log_odds`, to the last digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The log-odds of an account that is average in everything.
    pub average: f64,
    pub log_odds: f64,
}

/// The nearest change of one measure that would matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub label: String,
    pub unit: Unit,
    /// Nothing if it is blank now.
    pub from: Option<f64>,
    pub to: f64,
    /// The probability then.
    pub p: f64,
}

/// How an account fares.
#[derive(Clone, Debug)]
pub struct Of {
    pub account: AccountId,
    pub name: String,
    /// The last one, if the account was ever looked at. Without revenue for who may not see money.
    pub snapshot: Option<Snapshot>,
    pub percent: Percent,
    /// What an agent believes instead, as long as it holds.
    pub judged: Option<Judgement>,
    /// All that agents ever believed of it, the newest first.
    pub judgements: Vec<Judgement>,
    /// The profile's name as it was then.
    pub profile: String,
    pub groups: Vec<GroupScore>,
    /// By weight of what it adds, or by the company's own weight.
    pub lines: Vec<Line>,
    pub sum: Option<Part>,
    pub way: Option<Way>,
    /// A year, the oldest first.
    pub history: Vec<Snapshot>,
    pub model: Option<Model>,
    /// ISO 4217.
    pub currency: String,
    /// Money at risk, minor units: what holds now, override or foretold.
    pub risk: Option<i64>,
    pub today: i64,
    pub may_judge: bool,
    pub may_manage: bool,
}

/// How an account fares, for one who looks.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see customers.
pub fn of_account(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Of> {
    let it = accounts::find_visible(tx, me, id)?;
    let (id, day) = (it.id, today(tx));
    let sees_money = book::sees_money(me);
    let snapshot = latest(tx, id)?;
    let told = match &snapshot {
        Some(it) => Some(taken_apart(tx, it, sees_money)?),
        None => None,
    };
    let veiled = |it: Snapshot| if sees_money { it } else { Snapshot { arr: None, ..it } };
    let judged = in_force(tx, id)?;
    let p = judged.as_ref().map(|it| it.p).or(snapshot.and_then(|it| it.p));
    let arr = income::of(tx, id)?.arr.filter(|_| sees_money);
    let gone = snapshot.is_some_and(|it| it.frozen);
    let risk = p.zip(arr).filter(|_| !gone);
    let percent = percent(snapshot.as_ref(), told.as_ref().and_then(|it| it.model.as_ref()));
    let Apart { profile, groups, lines, sum, way, model } = told.unwrap_or_default();
    Ok(Of {
        account: id,
        name: it.name,
        percent,
        judged: judged.filter(|_| !gone),
        judgements: judgements(tx, Some(id), 20)?,
        profile,
        groups,
        lines,
        sum,
        way,
        history: history(tx, id, day - HISTORY)?.into_iter().map(veiled).collect(),
        model,
        currency: book::currency(tx)?,
        risk: risk.map(|(p, arr)| super::at_risk(arr, Some(p))),
        snapshot: snapshot.map(veiled),
        today: day,
        may_judge: me.may(Permission::CustomersEdit),
        may_manage: me.may(Permission::StagesManage),
    })
}

fn percent(it: Option<&Snapshot>, model: Option<&Model>) -> Percent {
    let not = |why: &str| Percent::NotKnown(why.to_owned());
    let Some(it) = it else {
        return not(
            "Nothing is written down of this account yet: each customer is looked at once a day, and a new one tomorrow.",
        );
    };
    if it.frozen {
        return Percent::Gone { day: it.day, p: it.p };
    }
    match (it.p, it.p_low, it.p_high, model) {
        (Some(p), Some(low), Some(high), Some(model)) => {
            Percent::Known { p, low, high, horizon_days: model.horizon_days }
        }
        (.., Some(model)) if !model.words.is_empty() => Percent::NotKnown(model.words.clone()),
        _ => not(
            "Tend has not learned yet who stays and who leaves. Until then there is the rule score, which is not a probability.",
        ),
    }
}

#[derive(Default)]
struct Apart {
    profile: String,
    groups: Vec<GroupScore>,
    lines: Vec<Line>,
    sum: Option<Part>,
    way: Option<Way>,
    model: Option<Model>,
}

fn taken_apart(tx: &mut Tx, it: &Snapshot, sees_money: bool) -> Result<Apart> {
    let document = version(tx, it.profile_id, it.version)?;
    let inputs = inputs(tx, it)?;
    let model = match it.model_id {
        Some(id) => Some(find_model(tx, id)?),
        None => None,
    };
    let told = model.as_ref().and_then(|it| told(&it.1, &inputs));
    let rule = rule(&document, &inputs);
    let groups = rule.groups.iter().map(|it| GroupScore { group: it.0, score: it.1, share: it.2 });
    let lines = lines(&document, &inputs, told.as_ref(), sees_money);
    let way = told.as_ref().and_then(|it| it.way(&inputs, sees_money));
    Ok(Apart {
        profile: document.name.clone(),
        groups: groups.collect(),
        lines,
        sum: told.as_ref().map(|it| Part { average: it.told.average, log_odds: it.told.log_odds }),
        way,
        model: model.map(|it| it.0),
    })
}

/// What a model says of some inputs.
struct Saying<'a> {
    learnt: &'a Learnt,
    row: Vec<f64>,
    told: Told,
}

fn told<'a>(learnt: &'a Learnt, inputs: &[Input]) -> Option<Saying<'a>> {
    let row = learnt.row(inputs);
    let told = learnt.health()?.told(&row);
    Some(Saying { learnt, row, told })
}

impl Saying<'_> {
    fn part(&self, of: &Measure) -> Option<f64> {
        let at = self.learnt.columns.iter().position(|it| it.measure == *of)?;
        self.told.parts.get(at).copied()
    }

    /// Whether the risk would rise if the measure were the best by the company's rule, or fall if
    /// it were the worst.
    fn against(&self, of: &Measure) -> bool {
        let at = self.learnt.columns.iter().position(|it| it.measure == *of);
        let found = at.and_then(|at| Some((at, *self.row.get(at)?, self.learnt.health()?)));
        let Some((at, now, health)) = found.filter(|it| !it.1.is_nan()) else { return false };
        let end = if now < 0.5 { 1.0 } else { 0.0 };
        let mut row = self.row.clone();
        row[at] = end;
        let moved = health.told(&row).log_odds - self.told.log_odds;
        if end > now { moved > SEEN } else { moved < -SEEN }
    }

    fn way(&self, inputs: &[Input], sees_money: bool) -> Option<Way> {
        let health = self.learnt.health()?;
        let columns = self.learnt.columns.iter().enumerate();
        let reach: Vec<Reach> = columns
            .filter(|(_, it)| it.measure.kind.can_move())
            .filter(|(_, it)| sees_money || it.measure.kind.group() != Group::Financial)
            .map(|(measure, _)| Reach { measure, best: 1.0, step: STEP })
            .collect();
        let wanted = self.told.probability * MATTERS;
        let change = nearest_change(health, &self.row, &reach, wanted)?;
        let column = self.learnt.columns.get(change.measure)?;
        let found = inputs.iter().find(|it| it.measure == column.measure);
        Some(Way {
            label: column.measure.label(),
            unit: column.measure.kind.unit(),
            from: found.and_then(|it| it.value).filter(|_| !change.from.is_nan()),
            to: column.worst + change.to * (column.best - column.worst),
            p: change.probability,
        })
    }
}

/// The profile's measures and those that only the model knows.
fn lines(
    document: &Document,
    inputs: &[Input],
    told: Option<&Saying>,
    sees_money: bool,
) -> Vec<Line> {
    let all: f64 = document.measures.iter().map(|it| it.weight).sum();
    let found = |of: &Measure| inputs.iter().find(|it| it.measure == *of);
    let columns = told.iter().flat_map(|it| &it.learnt.columns);
    let others = columns
        .filter(|it| document.measures.iter().all(|own| own.measure != it.measure))
        .map(|it| Weighed {
            worst: it.worst,
            best: it.best,
            max_age: it.max_age,
            ..Weighed::of(it.measure.clone(), 0.0)
        });
    let mut lines: Vec<Line> = document
        .measures
        .iter()
        .cloned()
        .chain(others)
        .map(|it| {
            let input = found(&it.measure);
            let scaled = it.scaled(input);
            let hidden = !sees_money && it.group == Group::Financial;
            Line {
                key: it.measure.key(),
                label: it.measure.label(),
                group: it.group,
                unit: it.measure.kind.unit(),
                value: input.and_then(|it| it.value).filter(|_| !hidden),
                hidden,
                age: input.map_or(0, |it| it.age),
                stale: scaled.stale,
                scaled: Some(scaled.value).filter(|it| !it.is_nan() && !hidden),
                weight: it.weight / all,
                part: told.and_then(|told| told.part(&it.measure)),
                against: it.weight > 0.0 && told.is_some_and(|told| told.against(&it.measure)),
            }
        })
        .collect();
    let by = |it: &Line| it.part.map_or(it.weight, f64::abs);
    lines.sort_by(|a, b| by(b).total_cmp(&by(a)));
    lines
}

/// One measure on two days.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub before: Line,
    pub after: Line,
}

/// What is different between two days.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The snapshots that held on the two days.
    pub before: Snapshot,
    pub after: Snapshot,
    /// The measures of both, what moved most first.
    pub moved: Vec<Moved>,
    pub sums: (Option<Part>, Option<Part>),
    /// The names of the profiles, if it is another one or another version.
    pub profiles: Option<(String, String)>,
    /// Another model foretold.
    pub other_model: bool,
}

/// What is different in an account between two days, from what was written down on them.
///
/// # Errors
/// NotFound where nothing was written down by the first day.
pub fn between(tx: &mut Tx, me: &Me, id: AccountId, from: i64, to: i64) -> Result<Changed> {
    let id = accounts::find_visible(tx, me, id)?.id;
    let (from, to) = (from.min(to), from.max(to));
    let before = on_day(tx, id, from)?.ok_or(not_found("snapshot"))?;
    let after = on_day(tx, id, to)?.ok_or(not_found("snapshot"))?;
    let sees_money = book::sees_money(me);
    let (a, b) = (taken_apart(tx, &before, sees_money)?, taken_apart(tx, &after, sees_money)?);
    let same = (before.profile_id, before.version) == (after.profile_id, after.version);
    let name = |apart: &Apart, it: &Snapshot| format!("{}, version {}", apart.profile, it.version);
    let profiles = (!same).then(|| (name(&a, &before), name(&b, &after)));
    let veiled = |it: Snapshot| if sees_money { it } else { Snapshot { arr: None, ..it } };
    Ok(Changed {
        sums: (a.sum, b.sum),
        moved: moved(a.lines, b.lines),
        profiles,
        other_model: before.model_id != after.model_id,
        before: veiled(before),
        after: veiled(after),
    })
}

fn moved(before: Vec<Line>, after: Vec<Line>) -> Vec<Moved> {
    let blank = |it: &Line| Line {
        value: None,
        scaled: None,
        weight: 0.0,
        part: None,
        stale: true,
        ..it.clone()
    };
    let mut all: Vec<Moved> = Vec::new();
    let mut rest = before;
    for after in after {
        let before = match rest.iter().position(|it| it.key == after.key) {
            Some(at) => rest.swap_remove(at),
            None => blank(&after),
        };
        all.push(Moved { before, after });
    }
    all.extend(rest.into_iter().map(|before| Moved { after: blank(&before), before }));
    let by = |it: &Moved| match (it.before.part, it.after.part) {
        (None, None) => {
            let of = |it: &Line| it.scaled.unwrap_or(0.5) * it.weight;
            (of(&it.after) - of(&it.before)).abs()
        }
        (a, b) => (b.unwrap_or(0.0) - a.unwrap_or(0.0)).abs(),
    };
    all.sort_by(|a, b| by(b).total_cmp(&by(a)).then_with(|| a.after.key.cmp(&b.after.key)));
    all
}
