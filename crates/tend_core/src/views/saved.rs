use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::{Audience, Condition, read};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, TeamId},
    conversations::list::Sort,
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
};

id!(ViewId, "viw");

/// A view that was saved.
#[derive(Clone, Debug)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    pub owner: AgentId,
    pub audience: Audience,
    pub condition: Condition,
    pub sort: Sort,
    pub position: i64,
    pub created_at: Timestamp,
}

/// What a view is to be.
#[derive(Clone, Debug)]
pub struct NewView {
    pub name: String,
    pub audience: Audience,
    pub condition: Condition,
    pub sort: Sort,
}

row! {
    struct Found {
        id: ViewId,
        name: String,
        owner_id: AgentId,
        team_id: Option<TeamId>,
        shared: bool,
        conditions: String,
        sort: String,
        position: i64,
        created_at: Timestamp,
    }
}

const COLUMNS: &str = "id, name, owner_id, team_id, shared, conditions, sort, position, created_at";

impl Found {
    /// `None` for what this version of Tend cannot read.
    fn into_view(self) -> Option<View> {
        let json = serde_json::from_str(&self.conditions).ok()?;
        Some(View {
            id: self.id,
            name: self.name,
            owner: self.owner_id,
            audience: Audience::of(self.team_id, self.shared),
            condition: read(&json).ok()?,
            sort: self.sort.parse().unwrap_or_default(),
            position: self.position,
            created_at: self.created_at,
        })
    }
}

/// A view that the agent has.
pub fn find(tx: &mut Tx, me: &Me, id: ViewId) -> Result<View> {
    let sql = format!("SELECT {COLUMNS} FROM views WHERE id = $1 AND archived_at IS NULL");
    let found: Option<Found> = tx.maybe(&sql, &[id.into()])?;
    let view = found.and_then(Found::into_view);
    view.filter(|it| it.audience.is_found(me, it.owner)).ok_or(not_found("view"))
}

/// The agent's sidebar: their own views, then their teams', then everyone's, each in order.
/// Views of teams that they are not in are left out, though who may share finds them.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<View>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM views
         WHERE archived_at IS NULL AND (owner_id = $1 OR shared OR team_id IS NOT NULL)
         ORDER BY position, name, id"
    );
    let found: Vec<Found> = tx.rows(&sql, &[me.id.into()])?;
    let mut views: Vec<View> = found.into_iter().filter_map(Found::into_view).collect();
    views.retain(|it| it.audience.is_listed(me, it.owner));
    views.sort_by_key(|it| match it.audience {
        Audience::Personal => 0,
        Audience::Team(_) => 1,
        Audience::Everyone => 2,
    });
    Ok(views)
}

/// Saves a view, or changes one. Sharing it needs the permission.
pub fn save(tx: &mut Tx, me: &Me, id: Option<ViewId>, new: &NewView) -> Result<ViewId> {
    let owner = match id {
        Some(id) => {
            let it = find(tx, me, id)?;
            it.audience.require_change(me, it.owner)?;
            it.owner
        }
        None => me.id,
    };
    new.audience.require_giving(me, owner)?;
    let name = fold::one_line(&new.name, 60);
    if name.is_empty() {
        return Err(invalid("name", "A view needs a name."));
    }
    let json = new.condition.to_json();
    // What was made in Rust keeps the limits too.
    read(&json)?;
    let (team, shared) = new.audience.columns(tx)?;
    let (fresh, now) = (id.unwrap_or_else(|| ViewId::new(tx)), tx.now());
    tx.execute(
        "INSERT INTO views
             (id, name, owner_id, team_id, shared, conditions, sort, position, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7,
             (SELECT COALESCE(MAX(position), 0) + 1 FROM views WHERE owner_id = $3), $8)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, team_id = excluded.team_id,
             shared = excluded.shared, conditions = excluded.conditions, sort = excluded.sort",
        &[
            fresh.into(),
            name.as_str().into(),
            owner.into(),
            team.into(),
            shared.into(),
            json.to_string().into(),
            new.sort.word().into(),
            now.into(),
        ],
    )?;
    record(tx, me, fresh, &Change::ViewSaved { name })?;
    Ok(fresh)
}

/// Takes a view out of the sidebars.
pub fn archive(tx: &mut Tx, me: &Me, id: ViewId) -> Result<()> {
    let it = find(tx, me, id)?;
    it.audience.require_change(me, it.owner)?;
    let now = tx.now();
    tx.execute("UPDATE views SET archived_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, me, id, &Change::ViewArchived { name: it.name })
}

/// Puts views in an order. Each must be one that the agent may change.
pub fn arrange(tx: &mut Tx, me: &Me, order: &[ViewId]) -> Result<()> {
    for (position, id) in order.iter().enumerate() {
        let it = find(tx, me, *id)?;
        it.audience.require_change(me, it.owner)?;
        tx.execute(
            "UPDATE views SET position = $2 WHERE id = $1",
            &[(*id).into(), (position as i64 + 1).into()],
        )?;
    }
    Ok(())
}

fn record(tx: &mut Tx, me: &Me, id: ViewId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(me.id), Subject::plain("view", id.raw()), change)
}
