use tend_store::{Tx, Value};

use super::cond::{Cond, Where};
use crate::{
    Result,
    agents::{Me, Permission, Reach},
    conversations::ConversationId,
};

/// What the agent may see: [`may_see`](crate::conversations::may_see), in SQL.
pub(crate) fn visible_cond(me: &Me) -> Cond {
    if !me.may(Permission::ConversationsRead) || me.inboxes.is_empty() {
        return Cond::plain("FALSE");
    }
    within_inboxes(&me.inboxes).and(within_reach(me))
}

/// In one of these inboxes.
pub(super) fn within_inboxes(inboxes: &[i64]) -> Cond {
    let marks = vec!["?"; inboxes.len()].join(", ");
    let args = inboxes.iter().map(|it| Value::from(*it)).collect();
    Cond::new(format!("conversations.inbox_id IN ({marks})"), args)
}

/// Within the reach of the role, whatever the inbox.
pub(super) fn within_reach(me: &Me) -> Cond {
    let own = Cond::new(
        "conversations.assignee_id IS NOT NULL AND conversations.assignee_id = ?",
        vec![me.id.into()],
    );
    match me.reach {
        Reach::All => Cond::plain("TRUE"),
        Reach::Own => own,
        Reach::Team => {
            let marks = vec!["?"; me.teams.len()].join(", ");
            let teams = me.teams.iter().map(|it| Value::from(*it)).collect();
            let nobodys =
                Cond::plain("conversations.assignee_id IS NULL AND conversations.team_id IS NULL");
            let theirs = match me.teams.is_empty() {
                true => Cond::plain("FALSE"),
                false => Cond::new(
                    format!(
                        "conversations.team_id IS NOT NULL AND conversations.team_id IN ({marks})"
                    ),
                    teams,
                ),
            };
            Cond::any(vec![own, theirs, nobodys])
        }
    }
}

/// Adds what the agent may see.
pub(crate) fn visible_to(me: &Me, out: &mut Where) {
    out.add(&visible_cond(me));
}

/// Whether the agent sees a conversation, by the condition that lists use.
pub fn visible(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<bool> {
    let mut all = Where::new();
    visible_to(me, &mut all);
    all.and("conversations.id = ?", [id.into()]);
    let sql = format!("SELECT 1 AS seen FROM conversations WHERE {}", all.sql);
    Ok(tx.maybe_scalar::<i64>(&sql, &all.args)?.is_some())
}
