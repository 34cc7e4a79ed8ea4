//! Segments: accounts that a condition describes, by a name. Who is in one is always right, for
//! it is asked anew each time.

use std::collections::HashSet;

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::{AccountTest, Ask, Condition, Whose, condition, counted, matching};
use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
};

id!(SegmentId, "seg");

/// A segment.
#[derive(Clone, Debug)]
pub struct Segment {
    pub id: SegmentId,
    pub name: String,
    /// Who made it.
    pub owner: AgentId,
    pub condition: Condition,
    pub changed_at: Timestamp,
}

/// So many accounts are asked for at once.
const AT_ONCE: usize = 500;

row! {
    struct Found {
        id: SegmentId,
        name: String,
        owner_id: AgentId,
        conditions: String,
        changed_at: Timestamp,
    }
}

const COLUMNS: &str = "id, name, owner_id, conditions, changed_at";

impl Found {
    /// `None` for what this version of Tend cannot read.
    fn into_segment(self) -> Option<Segment> {
        let json = serde_json::from_str(&self.conditions).ok()?;
        Some(Segment {
            id: self.id,
            name: self.name,
            owner: self.owner_id,
            condition: condition::read(&json).ok()?,
            changed_at: self.changed_at,
        })
    }
}

/// All segments, by name.
pub fn segments(tx: &mut Tx, me: &Me) -> Result<Vec<Segment>> {
    me.require(Permission::CustomersRead)?;
    let sql = format!("SELECT {COLUMNS} FROM segments WHERE archived_at IS NULL ORDER BY name, id");
    let found: Vec<Found> = tx.rows(&sql, &[])?;
    Ok(found.into_iter().filter_map(Found::into_segment).collect())
}

/// A segment.
pub fn find_segment(tx: &mut Tx, me: &Me, id: SegmentId) -> Result<Segment> {
    me.require(Permission::CustomersRead)?;
    let sql = format!("SELECT {COLUMNS} FROM segments WHERE id = $1 AND archived_at IS NULL");
    let found: Option<Found> = tx.maybe(&sql, &[id.into()])?;
    found.and_then(Found::into_segment).ok_or(not_found("segment"))
}

/// What a segment asks for, if there is such a one.
pub(crate) fn known(tx: &mut Tx, id: SegmentId) -> Result<Option<Condition>> {
    let sql = format!("SELECT {COLUMNS} FROM segments WHERE id = $1 AND archived_at IS NULL");
    let found: Option<Found> = tx.maybe(&sql, &[id.into()])?;
    Ok(found.and_then(Found::into_segment).map(|it| it.condition))
}

/// Those of `ids` that are in a segment now, for one who looks.
///
/// # Errors
/// NotFound for a segment that is not there.
pub(crate) fn within_segment(
    tx: &mut Tx,
    me: &Me,
    id: SegmentId,
    ids: &[AccountId],
) -> Result<HashSet<AccountId>> {
    let it = find_segment(tx, me, id)?.condition;
    let mut within = HashSet::new();
    for some in ids.chunks(AT_ONCE) {
        within.extend(matching(tx, me, &it, some)?);
    }
    Ok(within)
}

/// Invalid, under `segment`, if there is no such segment.
pub(crate) fn segment_is_there(tx: &mut Tx, id: SegmentId) -> Result<()> {
    match known(tx, id)? {
        Some(_) => Ok(()),
        None => Err(invalid("segment", "There is no such segment.")),
    }
}

/// How many accounts are in it now, counted to `most` and no further.
pub fn count_segment(tx: &mut Tx, me: &Me, it: &Condition, most: i64) -> Result<i64> {
    counted(tx, me, &Ask { condition: it.clone(), ..Ask::of(Whose::All) }, most)
}

/// Makes a segment, or changes one. Doing it twice is doing it once.
pub fn save_segment(
    tx: &mut Tx,
    me: &Me,
    id: Option<SegmentId>,
    name: &str,
    condition: &Condition,
) -> Result<SegmentId> {
    me.require(Permission::StagesManage)?;
    let owner = match id {
        Some(id) => find_segment(tx, me, id)?.owner,
        None => me.id,
    };
    let name = fold::one_line(name, 60);
    if name.is_empty() {
        return Err(invalid("name", "A segment needs a name."));
    }
    let json = condition.to_json();
    condition::read(&json)?;
    let fresh = id.unwrap_or_else(|| SegmentId::new(tx));
    let now = tx.now();
    let taken: Option<SegmentId> = tx.maybe_scalar(
        "SELECT id FROM segments WHERE name = $1 AND id <> $2 AND archived_at IS NULL LIMIT 1",
        &[name.as_str().into(), fresh.into()],
    )?;
    if taken.is_some() {
        return Err(invalid("name", "There is a segment of this name."));
    }
    if leads_to(tx, condition, fresh)? {
        let why = "This segment would be made of itself, by one of the segments that it names.";
        return Err(invalid("conditions", why));
    }
    tx.execute(
        "INSERT INTO segments (id, name, owner_id, conditions, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, conditions = excluded.conditions,
             changed_at = excluded.changed_at",
        &[fresh.into(), name.as_str().into(), owner.into(), json.to_string().into(), now.into()],
    )?;
    record(tx, me, fresh, &Change::SegmentSaved { name })?;
    Ok(fresh)
}

/// Whether a condition names a segment, itself or by others that it names.
fn leads_to(tx: &mut Tx, condition: &Condition, to: SegmentId) -> Result<bool> {
    let mut seen = HashSet::new();
    let mut open = Vec::new();
    named(condition, &mut open);
    while let Some(id) = open.pop() {
        if id == to {
            return Ok(true);
        }
        if !seen.insert(id) {
            continue;
        }
        if let Some(it) = known(tx, id)? {
            named(&it, &mut open);
        }
    }
    Ok(false)
}

fn named(it: &Condition, into: &mut Vec<SegmentId>) {
    match it {
        Condition::All(all) | Condition::Any(all) | Condition::None(all) => {
            all.iter().for_each(|it| named(it, into));
        }
        Condition::Test(AccountTest::Segment(_, of)) => into.extend(of),
        Condition::Test(_) => {}
    }
}

/// Offers a segment no more. A condition that names it finds nothing by it.
pub fn archive_segment(tx: &mut Tx, me: &Me, id: SegmentId) -> Result<()> {
    me.require(Permission::StagesManage)?;
    let it = find_segment(tx, me, id)?;
    let now = tx.now();
    tx.execute("UPDATE segments SET archived_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, me, id, &Change::SegmentArchived { name: it.name })
}

fn record(tx: &mut Tx, me: &Me, id: SegmentId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(me.id), Subject::plain("segment", id.raw()), change)
}
