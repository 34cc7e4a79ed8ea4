//! An agent is a person on our side, whichever desk.

mod add;
mod change_role;
mod fields;
pub mod invitations;
mod leave;
mod links;
mod list;
mod me;
mod notices;
pub mod passwords;
mod permission;
pub mod profile;
mod rank;
pub mod resets;
pub mod roles;
pub mod sessions;
mod signature;
mod start;
mod story;
pub mod teams;
pub mod tokens;

pub use add::{add, add_by_console};
pub use change_role::change_role;
pub use leave::leave;
pub use links::{INVITED_FOR, Link, LinkId, RESET_FOR};
pub use list::{Listed, Standing, list};
pub use me::{Me, me};
pub use notices::LINK_PURPOSE;
pub use permission::{Permission, Permissions, Reach};
pub use roles::Role;
pub use start::{Start, checked_company, is_started, start};
pub use teams::Team;

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{Result, error::not_found};

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

/// One who is present, by address in any case of letters.
pub fn by_email(tx: &mut Tx, email: &str) -> Result<Agent> {
    tx.maybe(
        &format!("{COLUMNS} WHERE email = $1 AND left_at IS NULL"),
        &[email.trim().to_lowercase().into()],
    )?
    .ok_or(not_found("agent"))
}

row! {
    /// What others see of an agent wherever one is named.
    pub struct Colleague {
        pub id: AgentId,
        pub name: String,
        pub picture_file_id: Option<i64>,
        pub away: bool,
    }
}

/// Those who can be given work, by name; only what a list of them shows.
pub fn colleagues(tx: &mut Tx) -> Result<Vec<Colleague>> {
    let sql = "SELECT id, name, picture_file_id, away FROM agents
               WHERE left_at IS NULL ORDER BY name, id";
    Ok(tx.rows(sql, &[])?)
}

/// Those who can be given work, by name.
pub fn present(tx: &mut Tx) -> Result<Vec<Agent>> {
    Ok(tx.rows(&format!("{COLUMNS} WHERE left_at IS NULL ORDER BY name, id"), &[])?)
}

/// Whether an agent can sign in already, or their invitation still waits.
pub(crate) fn has_password(tx: &mut Tx, id: AgentId) -> Result<bool> {
    let hash: Option<Option<String>> =
        tx.maybe_scalar("SELECT password_hash FROM agents WHERE id = $1", &[id.into()])?;
    Ok(hash.flatten().is_some())
}

/// Whether a file is the picture of an agent or a contact, which every agent may see.
pub fn is_picture(tx: &mut Tx, file: i64) -> Result<bool> {
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS found FROM agents WHERE picture_file_id = $1
         UNION ALL SELECT 1 FROM contacts WHERE picture_file_id = $1 LIMIT 1",
        &[file.into()],
    )?;
    Ok(found.is_some())
}
