//! Writing a campaign: as long as it is a draft, all of it can be changed.

use tend_store::Tx;

use super::{COLUMNS, Campaign, CampaignId, Kind, Plan, Purpose, State, limits, state};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    book::{self, SegmentId},
    error::{conflict, invalid, not_found},
    fold,
    inboxes::{self, Channel, InboxId},
    page::{Cursor, Page},
};

/// All that a campaign says of itself.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    pub name: String,
    pub kind: Kind,
    pub purpose: Purpose,
    pub topic: String,
    /// Nothing: the first inbox that has an address.
    pub inbox: Option<InboxId>,
    pub segment: Option<SegmentId>,
    pub plan: Plan,
    pub holdout: i64,
    pub priority: i64,
    pub useless_after: i64,
    pub per_minute: i64,
}

impl Default for NewCampaign {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: Kind::Announcement,
            purpose: Purpose::Marketing,
            topic: String::new(),
            inbox: None,
            segment: None,
            plan: Plan { goal_days: 7, ..Plan::default() },
            holdout: 20,
            priority: 5,
            useless_after: 72,
            per_minute: 300,
        }
    }
}

impl NewCampaign {
    /// As it stands, to be changed.
    pub fn of(it: &Campaign) -> Self {
        Self {
            name: it.name.clone(),
            kind: it.kind,
            purpose: it.purpose,
            topic: it.topic.clone(),
            inbox: Some(it.inbox_id),
            segment: it.segment_id,
            plan: it.plan(),
            holdout: it.holdout,
            priority: it.priority,
            useless_after: it.useless_after,
            per_minute: it.per_minute,
        }
    }
}

/// A campaign.
pub fn find(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<Campaign> {
    me.require(Permission::CustomersRead)?;
    any(tx, id)
}

pub(super) fn any(tx: &mut Tx, id: CampaignId) -> Result<Campaign> {
    let sql = format!("SELECT {COLUMNS} FROM campaigns WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("campaign"))
}

/// All campaigns, the newest first.
pub fn all(tx: &mut Tx, me: &Me, from: Option<Cursor>, limit: usize) -> Result<Page<Campaign>> {
    me.require(Permission::CustomersRead)?;
    let before = from.map_or(i64::MAX, |it| it.id);
    let sql = format!("SELECT {COLUMNS} FROM campaigns WHERE id < $1 ORDER BY id DESC LIMIT $2");
    let rows = tx.rows(&sql, &[before.into(), (limit as i64 + 1).into()])?;
    Ok(Page::of(rows, limit, |it: &Campaign| Cursor { key: it.id.raw(), id: it.id.raw() }))
}

/// Writes a new draft.
///
/// # Errors
/// Invalid under the field that is wrong.
pub fn create(tx: &mut Tx, me: &Me, new: &NewCampaign) -> Result<CampaignId> {
    me.require(Permission::CampaignsManage)?;
    let id = CampaignId::new(tx);
    let it = checked(tx, me, new)?;
    let now = tx.now();
    tx.execute(
        "INSERT INTO campaigns (id, name, kind, purpose, topic, inbox_id, segment_id, owner_id,
             plan, holdout, priority, useless_after, per_minute, state, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
        &[
            id.into(),
            it.name.as_str().into(),
            it.kind.into(),
            it.purpose.into(),
            it.topic.as_str().into(),
            it.inbox.into(),
            it.segment.into(),
            me.id.into(),
            json(&it.plan).into(),
            it.holdout.into(),
            it.priority.into(),
            it.useless_after.into(),
            it.per_minute.into(),
            State::Draft.into(),
            now.into(),
        ],
    )?;
    state::record(tx, Actor::Agent(me.id), id, &it.name, "made")?;
    Ok(id)
}

/// Changes a draft. Saying what it says already changes nothing.
///
/// # Errors
/// Conflict once it was started: what some have got can't become something else for others.
pub fn change(tx: &mut Tx, me: &Me, id: CampaignId, to: &NewCampaign) -> Result<()> {
    me.require(Permission::CampaignsManage)?;
    let was = find(tx, me, id)?;
    if was.state != State::Draft {
        return Err(conflict("It was started: copy it, and change the copy."));
    }
    let it = checked(tx, me, to)?;
    let now = tx.now();
    tx.execute(
        "UPDATE campaigns SET name = $2, kind = $3, purpose = $4, topic = $5, inbox_id = $6,
             segment_id = $7, plan = $8, holdout = $9, priority = $10, useless_after = $11,
             per_minute = $12, changed_at = $13
         WHERE id = $1",
        &[
            id.into(),
            it.name.as_str().into(),
            it.kind.into(),
            it.purpose.into(),
            it.topic.as_str().into(),
            it.inbox.into(),
            it.segment.into(),
            json(&it.plan).into(),
            it.holdout.into(),
            it.priority.into(),
            it.useless_after.into(),
            it.per_minute.into(),
            now.into(),
        ],
    )?;
    if any(tx, id)? == (Campaign { changed_at: now, ..was }) {
        return Ok(());
    }
    state::record(tx, Actor::Agent(me.id), id, &it.name, "changed")
}

/// A new draft that says the same.
pub fn copy(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<CampaignId> {
    let it = find(tx, me, id)?;
    let new = NewCampaign { name: format!("{} (copy)", it.name), ..NewCampaign::of(&it) };
    create(tx, me, &new)
}

fn json(plan: &Plan) -> String {
    serde_json::to_string(plan).expect("a plan is plain data")
}

/// As it is kept, with an inbox.
struct Checked {
    name: String,
    kind: Kind,
    purpose: Purpose,
    topic: String,
    inbox: InboxId,
    segment: Option<SegmentId>,
    plan: Plan,
    holdout: i64,
    priority: i64,
    useless_after: i64,
    per_minute: i64,
}

fn checked(tx: &mut Tx, me: &Me, it: &NewCampaign) -> Result<Checked> {
    let name = fold::one_line(&it.name, 100);
    if name.is_empty() {
        return Err(invalid("name", "A campaign needs a name."));
    }
    let ranges = [
        ("holdout", it.holdout, 0, 90),
        ("priority", it.priority, 1, 9),
        ("useless_after", it.useless_after, 0, 24 * 60),
        ("per_minute", it.per_minute, 1, 100_000),
    ];
    for (field, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(invalid(field, format!("Write a number from {least} to {most}.")));
        }
    }
    let topic = fold::one_line(&it.topic, 60);
    if !topic.is_empty() && !limits::limits(tx)?.topics.contains(&topic) {
        return Err(invalid("topic", "There is no such topic in the settings."));
    }
    if let Some(id) = it.segment {
        book::find_segment(tx, me, id)
            .map_err(|_| invalid("segment", "There is no such segment."))?;
    }
    let plan = it.plan.clone().checked(tx, it.kind, it.purpose)?;
    if matches!(plan.trigger, Some(super::Trigger::Segment {})) && it.segment.is_none() {
        return Err(invalid("segment", "Choose the segment that their account enters."));
    }
    let holdout = if it.purpose == Purpose::Transactional { 0 } else { it.holdout };
    Ok(Checked {
        name,
        kind: it.kind,
        purpose: it.purpose,
        topic,
        inbox: inbox(tx, me, it.inbox)?,
        segment: it.segment,
        plan,
        holdout,
        priority: it.priority,
        useless_after: it.useless_after,
        per_minute: it.per_minute,
    })
}

fn inbox(tx: &mut Tx, me: &Me, chosen: Option<InboxId>) -> Result<InboxId> {
    let all = inboxes::visible(tx, me)?;
    let mut mail = all.into_iter().filter(|it| it.channel == Channel::Email);
    let found = match chosen {
        Some(id) => mail.find(|it| it.id == id),
        None => mail.next(),
    };
    found
        .map(|it| it.id)
        .ok_or(invalid("inbox", "Messages leave from an inbox with an address. Set one up first."))
}
