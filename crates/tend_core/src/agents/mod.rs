//! An agent is a person on our side, whichever desk.

mod me;
mod permission;
pub mod roles;
pub mod teams;

pub use me::{Me, me};
pub use permission::{Permission, Permissions, Reach};
pub use roles::Role;

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    error::{not_found, refused},
};

id!(AgentId, "agt");
id!(RoleId, "rol");
id!(TeamId, "tea");
id!(TokenId, "tok");
id!(SessionId, "ses");

row! {
    pub struct Agent {
        pub id: AgentId,
        pub name: String,
        /// Lower-cased.
        pub email: String,
        pub role_id: RoleId,
        pub picture_file_id: Option<i64>,
        /// Sanitised HTML that stands under what they send.
        pub signature_html: String,
        /// IANA name.
        pub time_zone: String,
        pub away: bool,
        pub created_at: Timestamp,
        pub left_at: Option<Timestamp>,
    }
}

const COLUMNS: &str = "SELECT id, name, email, role_id, picture_file_id, signature_html,
                              time_zone, away, created_at, left_at FROM agents";

/// Also one who left: what they did is still signed with their name.
pub fn find(tx: &mut Tx, id: AgentId) -> Result<Agent> {
    tx.maybe(&format!("{COLUMNS} WHERE id = $1"), &[id.into()])?.ok_or(not_found("agent"))
}

/// Those who can be given work, by name.
pub fn present(tx: &mut Tx) -> Result<Vec<Agent>> {
    Ok(tx.rows(&format!("{COLUMNS} WHERE left_at IS NULL ORDER BY name, id"), &[])?)
}

/// Someone new, who cannot sign in before there is a password.
pub fn add(tx: &mut Tx, name: &str, email: &str, role: RoleId) -> Result<AgentId> {
    let (id, now) = (AgentId::new(tx), tx.now());
    let added = tx.execute(
        "INSERT INTO agents (id, name, email, role_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (email) DO NOTHING",
        &[id.into(), name.into(), email.to_lowercase().into(), role.into(), now.into()],
    )?;
    match added {
        0 => Err(refused("There is an agent with this address already.")),
        _ => Ok(id),
    }
}

pub fn part(tx: &mut Tx, id: AgentId) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE agents SET left_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    Ok(())
}
