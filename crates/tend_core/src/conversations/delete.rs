use tend_store::Tx;

use super::{ConversationId, MessageId, find_visible, messages_of};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::refused,
    jobs,
    journal::{self, Change},
    search,
};

/// Deletes a conversation with all that was said in it, for good. What stays: its number, which
/// is never given again, the journal's entries, and the keys of its mails, so that none of them
/// is taken in a second time. Files that nothing else has are swept.
pub fn delete(tx: &mut Tx, by: &Me, id: ConversationId) -> Result<()> {
    by.require(Permission::ConversationsDelete)?;
    let it = find_visible(tx, by, id)?;
    let leaving: i64 = tx.scalar(
        "SELECT count(*) FROM outbox JOIN messages ON messages.id = outbox.message_id
         WHERE messages.conversation_id = $1 AND outbox.state = 'sending'",
        &[id.into()],
    )?;
    if leaving > 0 {
        return Err(refused("A message of it is just leaving. Try again in a minute."));
    }
    for message in messages_of(tx, id)? {
        remove_message(tx, message)?;
    }
    tx.execute(
        "DELETE FROM attachments WHERE draft_id IN (SELECT id FROM drafts WHERE conversation_id = $1)",
        &[id.into()],
    )?;
    for table in [
        "thread_keys",
        "followers",
        "mentions",
        "readings",
        "drafts",
        "auto_replies",
        "notifications",
    ] {
        tx.execute(&format!("DELETE FROM {table} WHERE conversation_id = $1"), &[id.into()])?;
    }
    for table in ["taggings", "attribute_values"] {
        tx.execute(&format!("DELETE FROM {table} WHERE subject_id = $1"), &[id.into()])?;
    }
    jobs::cancel(tx, &super::snooze::key(id))?;
    let now = tx.now();
    // Those that were merged into it are empty and lead nowhere now.
    tx.execute(
        "INSERT INTO deleted_conversations (number, deleted_at)
         SELECT number, $2 FROM conversations WHERE id = $1 OR merged_into = $1",
        &[id.into(), now.into()],
    )?;
    tx.execute("DELETE FROM conversations WHERE id = $1 OR merged_into = $1", &[id.into()])?;
    let change = Change::ConversationDeleted { number: it.number };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
}

fn remove_message(tx: &mut Tx, id: MessageId) -> Result<()> {
    tx.execute(
        "DELETE FROM deliveries WHERE outbox_id IN (SELECT id FROM outbox WHERE message_id = $1)",
        &[id.into()],
    )?;
    tx.execute("DELETE FROM outbox WHERE message_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM attachments WHERE message_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM messages WHERE id = $1", &[id.into()])?;
    search::forget(tx, id)
}
