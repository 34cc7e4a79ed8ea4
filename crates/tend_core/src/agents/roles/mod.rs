//! Roles: named sets of permissions. Four are built in and cannot be changed.

mod edit;

pub use edit::{RoleSpec, change, make, remove};

use tend_store::{Tx, row};

use super::{Permission, Permissions, Reach, RoleId};
use crate::{Result, error::not_found};

row! {
    pub struct Role {
        pub id: RoleId,
        pub name: String,
        /// `admin`, `lead`, `agent` or `viewer`; nothing for a custom role.
        pub builtin: Option<String>,
        pub permissions: Permissions,
        pub reach: Reach,
    }
}

const COLUMNS: &str = "SELECT id, name, builtin, permissions, reach FROM roles";

pub fn find(tx: &mut Tx, id: RoleId) -> Result<Role> {
    tx.maybe(&format!("{COLUMNS} WHERE id = $1"), &[id.into()])?.ok_or(not_found("role"))
}

/// A role by its built-in word or its name, as the command line says it.
pub fn named(tx: &mut Tx, name: &str) -> Result<Role> {
    tx.maybe(
        &format!(
            "{COLUMNS} WHERE builtin = $1 OR name = $2
             ORDER BY CASE WHEN builtin = $1 THEN 0 ELSE 1 END LIMIT 1"
        ),
        &[name.to_lowercase().into(), name.into()],
    )?
    .ok_or(not_found("role"))
}

/// The built-in roles first, then the others by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Role>> {
    let order = "ORDER BY CASE builtin WHEN 'admin' THEN 0 WHEN 'lead' THEN 1
                 WHEN 'agent' THEN 2 WHEN 'viewer' THEN 3 ELSE 4 END, name, id";
    Ok(tx.rows(&format!("{COLUMNS} {order}"), &[])?)
}

/// Makes the built-in roles, or brings them to what this version means by them.
/// Doing it twice is doing it once.
pub fn ensure(tx: &mut Tx) -> Result<()> {
    for (builtin, name, permissions) in builtin() {
        let (id, now) = (RoleId::new(tx), tx.now());
        tx.execute(
            "INSERT INTO roles (id, name, builtin, permissions, reach, created_at)
             SELECT $1, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), 'all', $5
             WHERE NOT EXISTS (SELECT 1 FROM roles WHERE builtin = $3)",
            &[id.into(), name.into(), builtin.into(), permissions.into(), now.into()],
        )?;
        tx.execute(
            "UPDATE roles SET permissions = $2 WHERE builtin = $1 AND permissions <> $2",
            &[builtin.into(), permissions.into()],
        )?;
    }
    Ok(())
}

fn builtin() -> [(&'static str, &'static str, Permissions); 4] {
    use Permission::*;
    let viewer: Permissions =
        [ConversationsRead, CustomersRead, RevenueRead, OrdersRead, SurveysRead]
            .into_iter()
            .collect();
    let agent = [
        ConversationsReply,
        ConversationsNote,
        ConversationsAssign,
        ConversationsUpdate,
        ConversationsMerge,
        CustomersEdit,
        RenewalsEdit,
        RemediesGive,
        TasksEdit,
        TokensManage,
    ]
    .into_iter()
    .fold(viewer, Permissions::with);
    let lead = [
        ConversationsDelete,
        CustomersMerge,
        CustomersImport,
        CustomersExport,
        RevenueEdit,
        OrdersEdit,
        RemediesApprove,
        SurveysManage,
        CampaignsManage,
        StagesManage,
        ViewsShare,
        CannedShare,
        TagsManage,
        AttributesManage,
        TeamsManage,
        MailQuarantine,
        JournalRead,
    ]
    .into_iter()
    .fold(agent, Permissions::with);
    [
        ("admin", "Admin", Permissions::all()),
        ("lead", "Lead", lead),
        ("agent", "Agent", agent),
        ("viewer", "Viewer", viewer),
    ]
}
