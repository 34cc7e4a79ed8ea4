use tend_store::Tx;

use super::{COLUMNS, Conversation, ConversationId};
use crate::{
    Result,
    agents::{Me, Permission, Reach},
    error::not_found,
};

/// A conversation, whoever asks.
pub fn find(tx: &mut Tx, id: ConversationId) -> Result<Conversation> {
    let sql = format!("SELECT {COLUMNS} FROM conversations WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("conversation"))
}

/// A conversation that the agent may see. The one door for everything that an agent asks for.
pub fn find_visible(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<Conversation> {
    let found = find(tx, id)?;
    match may_see(me, &found) {
        true => Ok(found),
        false => Err(not_found("conversation")),
    }
}

/// By the number that people use, if the agent may see it.
pub fn by_number(tx: &mut Tx, me: &Me, number: i64) -> Result<Conversation> {
    let sql = format!("SELECT {COLUMNS} FROM conversations WHERE number = $1");
    let found: Option<Conversation> = tx.maybe(&sql, &[number.into()])?;
    found.filter(|it| may_see(me, it)).ok_or(not_found("conversation"))
}

/// Whether the agent may know of it: its inbox is theirs to see, and it lies within their reach.
/// [`list`](super::list) says the same in SQL; a test holds the two together.
pub fn may_see(me: &Me, it: &Conversation) -> bool {
    let mine = it.assignee_id == Some(me.id);
    let in_reach = match me.reach {
        Reach::All => true,
        Reach::Team => match it.team_id {
            Some(team) => mine || me.teams.contains(&team),
            None => mine || it.assignee_id.is_none(),
        },
        Reach::Own => mine,
    };
    me.may(Permission::ConversationsRead) && me.inboxes.contains(&it.inbox_id.raw()) && in_reach
}
