//! Lists of the portfolio that agents describe and keep.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use super::{Condition, Order, Whose, condition};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission, TeamId},
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
    views::Audience,
};

id!(PortfolioViewId, "pvw");

/// A list of accounts that was saved.
#[derive(Clone, Debug)]
pub struct PortfolioView {
    pub id: PortfolioViewId,
    pub name: String,
    pub owner: AgentId,
    pub audience: Audience,
    pub whose: Whose,
    pub condition: Condition,
    pub order: Order,
    pub created_at: Timestamp,
}

/// What a saved list is to be.
#[derive(Clone, Debug)]
pub struct NewPortfolioView {
    pub name: String,
    pub audience: Audience,
    pub whose: Whose,
    pub condition: Condition,
    pub order: Order,
}

row! {
    struct Found {
        id: PortfolioViewId,
        name: String,
        owner_id: AgentId,
        team_id: Option<TeamId>,
        shared: bool,
        whose: String,
        conditions: String,
        sort: String,
        created_at: Timestamp,
    }
}

const COLUMNS: &str = "id, name, owner_id, team_id, shared, whose, conditions, sort, created_at";

impl Found {
    /// `None` for what this version of Tend cannot read.
    fn into_view(self) -> Option<PortfolioView> {
        let json = serde_json::from_str(&self.conditions).ok()?;
        Some(PortfolioView {
            id: self.id,
            name: self.name,
            owner: self.owner_id,
            audience: Audience::of(self.team_id, self.shared),
            whose: self.whose.parse().unwrap_or_default(),
            condition: condition::read(&json).ok()?,
            order: self.sort.parse().unwrap_or_default(),
            created_at: self.created_at,
        })
    }
}

/// The saved lists that an agent has: their own, their teams', everyone's.
pub fn views(tx: &mut Tx, me: &Me) -> Result<Vec<PortfolioView>> {
    me.require(Permission::CustomersRead)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM portfolio_views
         WHERE archived_at IS NULL AND (owner_id = $1 OR shared OR team_id IS NOT NULL)
         ORDER BY position, name, id"
    );
    let found: Vec<Found> = tx.rows(&sql, &[me.id.into()])?;
    let mut views: Vec<PortfolioView> = found.into_iter().filter_map(Found::into_view).collect();
    views.retain(|it| it.audience.is_listed(me, it.owner));
    Ok(views)
}

/// A saved list that the agent has.
pub fn find_view(tx: &mut Tx, me: &Me, id: PortfolioViewId) -> Result<PortfolioView> {
    me.require(Permission::CustomersRead)?;
    let sql =
        format!("SELECT {COLUMNS} FROM portfolio_views WHERE id = $1 AND archived_at IS NULL");
    let found: Option<Found> = tx.maybe(&sql, &[id.into()])?;
    let view = found.and_then(Found::into_view);
    view.filter(|it| it.audience.is_found(me, it.owner)).ok_or(not_found("view"))
}

/// Saves a list, or changes one. Sharing it needs the permission.
pub fn save_view(
    tx: &mut Tx,
    me: &Me,
    id: Option<PortfolioViewId>,
    new: &NewPortfolioView,
) -> Result<PortfolioViewId> {
    me.require(Permission::CustomersRead)?;
    let owner = match id {
        Some(id) => {
            let it = find_view(tx, me, id)?;
            it.audience.require_change(me, it.owner)?;
            it.owner
        }
        None => me.id,
    };
    new.audience.require_giving(me, owner)?;
    let (team, shared) = new.audience.columns(tx)?;
    let name = fold::one_line(&new.name, 60);
    if name.is_empty() {
        return Err(invalid("name", "A view needs a name."));
    }
    let json = new.condition.to_json();
    condition::read(&json)?;
    let (fresh, now) = (id.unwrap_or_else(|| PortfolioViewId::new(tx)), tx.now());
    tx.execute(
        "INSERT INTO portfolio_views
             (id, name, owner_id, team_id, shared, whose, conditions, sort, position, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
             (SELECT COALESCE(MAX(position), 0) + 1 FROM portfolio_views WHERE owner_id = $3), $9)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, team_id = excluded.team_id,
             shared = excluded.shared, whose = excluded.whose,
             conditions = excluded.conditions, sort = excluded.sort",
        &[
            fresh.into(),
            name.as_str().into(),
            owner.into(),
            team.into(),
            shared.into(),
            new.whose.word().into(),
            json.to_string().into(),
            new.order.to_string().into(),
            now.into(),
        ],
    )?;
    record(tx, me, fresh, &Change::ViewSaved { name })?;
    Ok(fresh)
}

/// Puts a saved list away.
pub fn archive_view(tx: &mut Tx, me: &Me, id: PortfolioViewId) -> Result<()> {
    let it = find_view(tx, me, id)?;
    it.audience.require_change(me, it.owner)?;
    let now = tx.now();
    tx.execute(
        "UPDATE portfolio_views SET archived_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    record(tx, me, id, &Change::ViewArchived { name: it.name })
}

fn record(tx: &mut Tx, me: &Me, id: PortfolioViewId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(me.id), Subject::plain("portfolio_view", id.raw()), change)
}
