//! Mail that Tend writes to an agent about their own access.

use serde::{Deserialize, Serialize};
use tend_store::Tx;

use super::AgentId;
use crate::Result;

/// What the link of a notice is sealed for, see [`Keys::seal`](crate::secrets::Keys::seal).
pub const LINK_PURPOSE: &str = "link";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    Invitation { by: String, link_sealed: String },
    Reset { link_sealed: String },
    PasswordChanged {},
}

pub(super) fn send(_tx: &mut Tx, _to: AgentId, _it: &Notice) -> Result<()> {
    Ok(())
}
