//! Tend itself as one who asks: segments are told apart by whoever may see everything.

use crate::agents::{AgentId, Me, Permissions, Reach, RoleId};

pub(super) fn tend() -> Me {
    Me {
        id: AgentId::from_raw(0),
        name: "Tend".to_owned(),
        email: String::new(),
        role_id: RoleId::from_raw(0),
        role: String::new(),
        permissions: Permissions::all(),
        reach: Reach::All,
        teams: Vec::new(),
        inboxes: Vec::new(),
        time_zone: "UTC".to_owned(),
    }
}
