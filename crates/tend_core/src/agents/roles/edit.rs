use tend_store::Tx;

use super::{Role, find};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission, Permissions, Reach, RoleId, fields, rank},
    error::{invalid, refused},
    journal::{self, Change, Subject},
};

/// What a custom role may do.
#[derive(Clone, Debug)]
pub struct RoleSpec {
    pub name: String,
    pub permissions: Permissions,
    pub reach: Reach,
}

/// A new custom role.
///
/// # Errors
/// Refused, when it may do more than oneself, or another has its name.
pub fn make(tx: &mut Tx, me: &Me, spec: &RoleSpec) -> Result<RoleId> {
    me.require(Permission::RolesManage)?;
    let (id, now) = (RoleId::new(tx), tx.now());
    let spec = checked(tx, me, spec, None)?;
    tx.execute(
        "INSERT INTO roles (id, name, permissions, reach, created_at) VALUES ($1, $2, $3, $4, $5)",
        &[id.into(), (&spec.name).into(), spec.permissions.into(), spec.reach.into(), now.into()],
    )?;
    record(tx, me, id, &Change::RoleCreated { name: spec.name })?;
    Ok(id)
}

/// Changes a custom role for everyone who has it, from their next request on.
///
/// # Errors
/// Refused, when it is built in, or may do more than oneself before or after.
pub fn change(tx: &mut Tx, me: &Me, id: RoleId, spec: &RoleSpec) -> Result<()> {
    me.require(Permission::RolesManage)?;
    let role = custom(tx, me, id)?;
    let spec = checked(tx, me, spec, Some(id))?;
    if (&spec.name, spec.permissions, spec.reach) == (&role.name, role.permissions, role.reach) {
        return Ok(());
    }
    tx.execute(
        "UPDATE roles SET name = $2, permissions = $3, reach = $4 WHERE id = $1",
        &[id.into(), (&spec.name).into(), spec.permissions.into(), spec.reach.into()],
    )?;
    record(tx, me, id, &Change::RoleChanged { name: spec.name })
}

/// Removes a custom role that nobody has any more.
pub fn remove(tx: &mut Tx, me: &Me, id: RoleId) -> Result<()> {
    me.require(Permission::RolesManage)?;
    let role = custom(tx, me, id)?;
    let holders: i64 = tx.scalar(
        "SELECT count(*) FROM agents WHERE role_id = $1 AND left_at IS NULL",
        &[id.into()],
    )?;
    if holders > 0 {
        return Err(refused(format!(
            "{holders} agents have the role {}. Give them another one first.",
            role.name
        )));
    }
    // Those who left keep a role, but one that may do next to nothing.
    let viewer = super::named(tx, "viewer")?.id;
    tx.execute("UPDATE agents SET role_id = $2 WHERE role_id = $1", &[id.into(), viewer.into()])?;
    tx.execute("DELETE FROM roles WHERE id = $1", &[id.into()])?;
    record(tx, me, id, &Change::RoleDeleted { name: role.name })
}

fn custom(tx: &mut Tx, me: &Me, id: RoleId) -> Result<Role> {
    let role = find(tx, id)?;
    if role.builtin.is_some() {
        return Err(refused("The built-in roles stay as they are. Make a role of your own."));
    }
    rank::covers(me, &role)?;
    Ok(role)
}

fn checked(tx: &mut Tx, me: &Me, spec: &RoleSpec, this: Option<RoleId>) -> Result<RoleSpec> {
    let name = fields::name("name", &spec.name)?;
    if !me.permissions.cover(spec.permissions) || spec.reach > me.reach {
        return Err(refused("A role you make cannot do more than you."));
    }
    let taken: Option<RoleId> =
        tx.maybe_scalar("SELECT id FROM roles WHERE lower(name) = lower($1)", &[(&name).into()])?;
    if taken.is_some() && taken != this {
        return Err(invalid("name", "There is a role of this name already."));
    }
    Ok(RoleSpec { name, ..*spec })
}

fn record(tx: &mut Tx, me: &Me, id: RoleId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(me.id), Subject::plain("role", id.raw()), change)
}
