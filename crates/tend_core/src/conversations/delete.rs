use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx};

use super::{
    Category, Conversation, ConversationId, MessageId, UndoId, find_visible, messages_of,
    status::move_to, undo::undoable_deletion,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::refused,
    jobs::{self, Job},
    journal::{self, Change},
    mails::{self, FileId, MailId},
    search,
};

/// What went with a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    pub messages: u64,
    /// Mails whose bytes were kept as they came.
    pub mails: u64,
    /// Files that nothing else has. Their bytes go with the next daily sweep.
    pub files: u64,
}

/// How long a deletion can be taken back.
const DELETES_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Closes a conversation at once and deletes it a minute later, unless that is taken back.
pub fn delete_later(tx: &mut Tx, by: &Me, id: ConversationId) -> Result<UndoId> {
    by.require(Permission::ConversationsDelete)?;
    let it = find_visible(tx, by, id)?;
    let later = tx.now().checked_add(DELETES_AFTER);
    let later = later.map_err(|it| StoreError::Failed(it.to_string()))?;
    let undo = undoable_deletion(tx, by, id, |tx| {
        if it.merged_into.is_none() {
            move_to(tx, Actor::Agent(by.id), &it, Category::Closed)?;
        }
        Ok(())
    })?;
    let job = Job::DeleteConversation { conversation: id.to_string(), agent: by.id.to_string() };
    jobs::once(tx, later, &key(id), &job)?;
    let change = Change::DeletionAsked { number: it.number };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)?;
    Ok(undo)
}

/// When it is deleted, if somebody asked for that.
pub fn deletes_at(tx: &mut Tx, id: ConversationId) -> Result<Option<Timestamp>> {
    let sql = "SELECT due_at FROM jobs WHERE unique_key = $1";
    Ok(tx.maybe_scalar(sql, &[key(id).into()])?)
}

/// It is not deleted after all.
pub(super) fn take_back(tx: &mut Tx, by: &Me, id: ConversationId) -> Result<()> {
    let it = find_visible(tx, by, id)?;
    jobs::cancel(tx, &key(id))?;
    let change = Change::DeletionTakenBack { number: it.number };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
}

fn key(id: ConversationId) -> String {
    format!("delete {id}")
}

/// Deletes a conversation with all that was said in it, for good: messages, notes, drafts, the
/// original mails and the files that nothing else has.
///
/// What stays: its number, which is never given again; the journal's entries, which hold no text
/// of it; a line for each of its mails in the books, without its bytes and its envelope; and the
/// keys of its mails, so that none of them is taken in a second time.
pub fn delete(tx: &mut Tx, by: &Me, id: ConversationId) -> Result<Deleted> {
    by.require(Permission::ConversationsDelete)?;
    let it = find_visible(tx, by, id)?;
    erase(tx, by, &it)
}

/// As [`delete`], for a verb that has its own reason.
pub(crate) fn erase(tx: &mut Tx, by: &Me, it: &Conversation) -> Result<Deleted> {
    let id = it.id;
    let leaving: i64 = tx.scalar(
        "SELECT count(*) FROM outbox JOIN messages ON messages.id = outbox.message_id
         WHERE messages.conversation_id = $1 AND outbox.state = 'sending'",
        &[id.into()],
    )?;
    if leaving > 0 {
        return Err(refused("A message of it is just leaving. Try again in a minute."));
    }
    let (files, mails) = (files_of(tx, id)?, mails_of(tx, id)?);
    let mut gone = Deleted { mails: mails.len() as u64, ..Deleted::default() };
    for message in messages_of(tx, id)? {
        remove_message(tx, message)?;
        gone.messages += 1;
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
    tx.execute(
        "UPDATE remedies SET conversation_id = NULL WHERE conversation_id = $1",
        &[id.into()],
    )?;
    jobs::cancel(tx, &super::snooze::key(id))?;
    let now = tx.now();
    // Those that were merged into it are empty and lead nowhere now.
    tx.execute(
        "INSERT INTO deleted_conversations (number, deleted_at)
         SELECT number, $2 FROM conversations WHERE id = $1 OR merged_into = $1",
        &[id.into(), now.into()],
    )?;
    tx.execute("DELETE FROM conversations WHERE id = $1 OR merged_into = $1", &[id.into()])?;
    gone.files = forget(tx, files, &mails)?;
    let change = Change::ConversationDeleted { number: it.number };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)?;
    Ok(gone)
}

/// All that hangs on it: attachments, those of its drafts, and mails as they left.
fn files_of(tx: &mut Tx, id: ConversationId) -> Result<Vec<FileId>> {
    let files = tx.column(
        "SELECT attachments.file_id FROM attachments
         JOIN messages ON messages.id = attachments.message_id
         WHERE messages.conversation_id = $1
         UNION SELECT attachments.file_id FROM attachments
         JOIN drafts ON drafts.id = attachments.draft_id WHERE drafts.conversation_id = $1
         UNION SELECT outbox.file_id FROM outbox
         JOIN messages ON messages.id = outbox.message_id
         WHERE messages.conversation_id = $1 AND outbox.file_id IS NOT NULL",
        &[id.into()],
    )?;
    Ok(files)
}

fn mails_of(tx: &mut Tx, id: ConversationId) -> Result<Vec<MailId>> {
    let sql = "SELECT mail_id FROM messages WHERE conversation_id = $1 AND mail_id IS NOT NULL";
    Ok(tx.column(sql, &[id.into()])?)
}

fn forget(tx: &mut Tx, mut files: Vec<FileId>, mails: &[MailId]) -> Result<u64> {
    for mail in mails {
        files.extend(mails::forget_bytes(tx, *mail)?);
    }
    files.sort_unstable_by_key(|it| it.raw());
    files.dedup();
    mails::forget_files(tx, &files)
}

pub(super) fn remove_message(tx: &mut Tx, id: MessageId) -> Result<()> {
    tx.execute(
        "DELETE FROM deliveries WHERE outbox_id IN (SELECT id FROM outbox WHERE message_id = $1)",
        &[id.into()],
    )?;
    tx.execute("DELETE FROM outbox WHERE message_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM attachments WHERE message_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM forwards WHERE message_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM messages WHERE id = $1", &[id.into()])?;
    search::forget(tx, id)
}
