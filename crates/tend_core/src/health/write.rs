//! Snapshots are written once and never changed.

use std::collections::{BTreeMap, HashMap};

use tend_store::{Tx, Value, placeholders, row};

use super::{
    Document, Input, Measure, Snapshot,
    life::{Life, lives},
    pack::{pack, unpack},
    score::{Scored, Scorer, score},
    snapshot::COLUMNS,
    walk::{CHUNK, today},
};
use crate::{Result, accounts::AccountId};

/// What moved by less than this share of its range did not change.
const MOVED: f64 = 0.01;
/// Rows of one statement.
const AT_ONCE: usize = 40;

/// What became of some accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Rows that were written.
    pub rows: usize,
}

/// Writes the snapshots of all accounts for one day, today or one in the past: how many. Days are
/// written in order: an account that has a later one already gets none.
pub fn snapshot_day(tx: &mut Tx, day: i64) -> Result<usize> {
    let ids: Vec<AccountId> =
        tx.column("SELECT account_id FROM account_figures ORDER BY account_id", &[])?;
    let scorer = Scorer::of(tx, day)?;
    let mut rows = 0;
    for some in ids.chunks(CHUNK as usize) {
        rows += write(tx, &scorer, some, day)?.rows;
    }
    Ok(rows)
}

/// Writes the snapshots of some accounts, and what is at risk in them.
pub(super) fn write(tx: &mut Tx, scorer: &Scorer, ids: &[AccountId], day: i64) -> Result<Written> {
    let lives = lives(tx, Some(ids))?;
    let last = newest(tx, ids, scorer)?;
    let mut staying = Vec::new();
    let mut leaving: BTreeMap<i64, Vec<AccountId>> = BTreeMap::new();
    for id in ids {
        let Some(life) = lives.get(id) else { continue };
        let known = last.get(id).map(|it| &it.snapshot);
        if known.is_some_and(|it| it.day >= day && !(it.day == day && life.gone(day, day))) {
            continue;
        }
        if life.at_stake(day, day) {
            staying.push(*id);
        } else if let Some(known) = known.filter(|it| !it.frozen) {
            let left = life.left(*id, day, 100).last().map_or(day, |it| it.day);
            leaving.entry(left.max(known.day)).or_default().push(*id);
        }
    }
    let mut fresh: Vec<Scored> = score(tx, scorer, &staying, day, false, &lives)?
        .into_iter()
        .filter(|it| has_changed(scorer, last.get(&it.snapshot.account_id), it))
        .collect();
    for (left, of) in leaving {
        freeze(tx, scorer, left, &of, &last, &lives, &mut fresh)?;
    }
    insert(tx, scorer, &fresh)?;
    if day == today(tx) {
        super::risk::retell(tx, ids, day)?;
    }
    Ok(Written { rows: fresh.len() })
}

/// The last snapshot of accounts that left on a day: the one of that day, if it is there already.
fn freeze(
    tx: &mut Tx,
    scorer: &Scorer,
    day: i64,
    ids: &[AccountId],
    last: &HashMap<AccountId, Scored>,
    lives: &HashMap<AccountId, Life>,
    fresh: &mut Vec<Scored>,
) -> Result<()> {
    let is_there = |id: &&AccountId| last.get(id).is_some_and(|it| it.snapshot.day == day);
    let (there, missing): (Vec<&AccountId>, Vec<&AccountId>) = ids.iter().partition(is_there);
    for id in there {
        tx.execute(
            "UPDATE health_snapshots SET frozen = TRUE WHERE account_id = $1 AND day = $2",
            &[(*id).into(), day.into()],
        )?;
    }
    let missing: Vec<AccountId> = missing.into_iter().copied().collect();
    fresh.extend(score(tx, scorer, &missing, day, true, lives)?);
    Ok(())
}

row! {
    struct Packed {
        account_id: AccountId,
        inputs: Vec<u8>,
    }
}

/// The newest snapshot of each, with what it was made of.
fn newest(tx: &mut Tx, ids: &[AccountId], scorer: &Scorer) -> Result<HashMap<AccountId, Scored>> {
    let sql = |columns: &str| {
        format!(
            "SELECT {columns} FROM health_snapshots AS it WHERE account_id IN ({})
             AND day = (SELECT MAX(day) FROM health_snapshots AS later
                        WHERE later.account_id = it.account_id)
             ORDER BY account_id",
            placeholders(1, ids.len())
        )
    };
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let found: Vec<Snapshot> = tx.rows(&sql(COLUMNS), &args)?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let packed: Vec<Packed> = tx.rows(&sql("account_id, inputs"), &args)?;
    let both = found.into_iter().zip(packed).map(|(snapshot, packed)| {
        debug_assert_eq!(snapshot.account_id, packed.account_id, "both are in one order");
        let inputs = unpack(&packed.inputs, &scorer.numbers).unwrap_or_default();
        (snapshot.account_id, Scored { snapshot, inputs })
    });
    Ok(both.collect())
}

/// Whether anything but the day is different.
fn has_changed(scorer: &Scorer, before: Option<&Scored>, now: &Scored) -> bool {
    let Some(before) = before.filter(|it| !it.snapshot.frozen) else { return true };
    let same = |it: &Snapshot| {
        (it.profile_id, it.version, it.model_id, it.arr, it.owner_id, it.parent_id, it.stage_id)
    };
    if same(&before.snapshot) != same(&now.snapshot) {
        return true;
    }
    let profile = scorer.profiles.iter().find(|it| it.id == now.snapshot.profile_id);
    let by_profile = profile.is_some_and(|it| moved(&it.document, &before.inputs, &now.inputs));
    let by_model = scorer.model.as_ref().is_some_and(|(_, it)| {
        let pairs = it.row(&before.inputs).into_iter().zip(it.row(&now.inputs));
        pairs.into_iter().any(|(a, b)| differs(a, b))
    });
    by_profile || by_model
}

fn moved(document: &Document, before: &[Input], now: &[Input]) -> bool {
    let of =
        |all: &[Input], measure: &Measure| all.iter().find(|it| it.measure == *measure).cloned();
    document.measures.iter().any(|it| {
        let value = |all| it.scaled(of(all, &it.measure).as_ref()).value;
        differs(value(before), value(now))
    })
}

fn differs(a: f64, b: f64) -> bool {
    a.is_nan() != b.is_nan() || (a - b).abs() >= MOVED
}

fn insert(tx: &mut Tx, scorer: &Scorer, all: &[Scored]) -> Result<()> {
    const WIDTH: usize = 17;
    for some in all.chunks(AT_ONCE) {
        let rows: Vec<String> =
            (0..some.len()).map(|n| format!("({})", placeholders(1 + n * WIDTH, WIDTH))).collect();
        let sql = format!(
            "INSERT INTO health_snapshots ({COLUMNS}, inputs) VALUES {}
             ON CONFLICT (account_id, day) DO NOTHING",
            rows.join(", ")
        );
        let args: Vec<Value> = some.iter().flat_map(|it| values(scorer, it)).collect();
        tx.execute(&sql, &args)?;
    }
    Ok(())
}

/// In the order of [`COLUMNS`].
fn values(scorer: &Scorer, it: &Scored) -> [Value; 17] {
    let Scored { snapshot, inputs } = it;
    [
        snapshot.account_id.into(),
        snapshot.day.into(),
        snapshot.profile_id.into(),
        snapshot.version.into(),
        snapshot.model_id.into(),
        snapshot.rule_score.into(),
        snapshot.p.into(),
        snapshot.p_low.into(),
        snapshot.p_high.into(),
        snapshot.stale_share.into(),
        snapshot.arr.into(),
        snapshot.owner_id.into(),
        snapshot.parent_id.into(),
        snapshot.stage_id.into(),
        snapshot.frozen.into(),
        snapshot.made_at.into(),
        pack(inputs, &scorer.numbers).into(),
    ]
}
