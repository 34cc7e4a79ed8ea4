use jiff::{SignedDuration, Timestamp};
use tend_store::Tx;

use super::{COLUMNS, Category, Conversation, ConversationId};
use crate::{
    Result,
    contacts::Contact,
    inboxes::{Inbox, InboxId},
};

/// A sign in a message of where it belongs, the most trustworthy first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A signed plus-address, checked: the conversation's number.
    Address { number: i64 },
    /// One of our own signed Message-IDs, checked: the conversation's raw id.
    Own { conversation: i64 },
    /// A Message-ID that it answers or refers to, the nearest first.
    Reference { message_id: String },
    /// Our marker in the quoted body, checked: the conversation's number.
    BodyMarker { number: i64 },
    /// A token in the subject, its checksum right: the conversation's number. Anyone can write one.
    SubjectToken { number: i64 },
}

/// Where a message belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threaded {
    /// Into this one; otherwise it opens a new one.
    pub into: Option<ConversationId>,
    /// The new one goes on from this one, which was closed for too long.
    pub follows: Option<ConversationId>,
    /// The new one may belong to this one; an agent decides.
    pub may_belong_to: Option<ConversationId>,
}

/// Decides where a message belongs.
///
/// A signature that we made proves the way. A foreign reference or a token in the subject
/// leads into a conversation only for those who take part in it or work for the same account;
/// for others it becomes a hint to the agent.
pub fn place(tx: &mut Tx, inbox: &Inbox, from: &Contact, signs: &[Evidence]) -> Result<Threaded> {
    let mut hint = None;
    for sign in signs {
        let proved = matches!(
            sign,
            Evidence::Address { .. } | Evidence::Own { .. } | Evidence::BodyMarker { .. }
        );
        // A stranger may have named the same Message-ID, and that must not lead others astray.
        for found in lookup(tx, inbox.id, sign)? {
            let found = at_the_end_of_merges(tx, found)?;
            if found.inbox_id != inbox.id {
                continue;
            }
            if proved || takes_part(tx, &found, from)? {
                return Ok(go_on(&found, inbox, tx.now()));
            }
            hint = hint.or(Some(found.id));
        }
    }
    Ok(Threaded { may_belong_to: hint, ..Threaded::default() })
}

fn go_on(found: &Conversation, inbox: &Inbox, now: Timestamp) -> Threaded {
    let days = SignedDuration::from_hours(24 * inbox.reopen_days);
    let ended = if found.category == Category::Closed { found.closed_at } else { None };
    match ended.is_some_and(|since| now.duration_since(since) > days) {
        true => Threaded { follows: Some(found.id), ..Threaded::default() },
        false => Threaded { into: Some(found.id), ..Threaded::default() },
    }
}

/// Where a sign may lead, the newest first.
fn lookup(tx: &mut Tx, inbox: InboxId, sign: &Evidence) -> Result<Vec<Conversation>> {
    let found = match sign {
        Evidence::Own { conversation } => {
            let sql = format!("SELECT {COLUMNS} FROM conversations WHERE id = $1");
            tx.rows(&sql, &[(*conversation).into()])?
        }
        Evidence::Reference { message_id } => {
            let sql = format!(
                "SELECT {COLUMNS} FROM conversations
                 WHERE inbox_id = $2 AND id IN
                     (SELECT conversation_id FROM thread_keys WHERE message_id = $1)
                 ORDER BY id DESC LIMIT 20"
            );
            tx.rows(&sql, &[message_id.as_str().into(), inbox.into()])?
        }
        Evidence::Address { number }
        | Evidence::BodyMarker { number }
        | Evidence::SubjectToken { number } => {
            let sql = format!("SELECT {COLUMNS} FROM conversations WHERE number = $1");
            tx.rows(&sql, &[(*number).into()])?
        }
    };
    Ok(found)
}

fn at_the_end_of_merges(tx: &mut Tx, from: Conversation) -> Result<Conversation> {
    let mut it = from;
    for _ in 0..32 {
        match it.merged_into {
            Some(into) => it = super::find(tx, into)?,
            None => break,
        }
    }
    Ok(it)
}

fn takes_part(tx: &mut Tx, it: &Conversation, from: &Contact) -> Result<bool> {
    if it.contact_id == from.id || it.account_id == from.account_id {
        return Ok(true);
    }
    let wrote: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS wrote FROM messages
         WHERE conversation_id = $1 AND contact_id = $2 AND direction = 'inbound' LIMIT 1",
        &[it.id.into(), from.id.into()],
    )?;
    Ok(wrote.is_some())
}

/// Keeps the ids by which later messages find the conversation: the message's own, and those
/// that it refers to, so that siblings whose parent we never saw join too.
pub(crate) fn remember(
    tx: &mut Tx,
    id: ConversationId,
    own: &str,
    references: &[String],
) -> Result<()> {
    let others = references.iter().rev().take(20).map(|it| (it.as_str(), false));
    for (key, is_own) in std::iter::once((own, true)).chain(others) {
        if key.is_empty() || key.len() > 900 {
            continue;
        }
        tx.execute(
            "INSERT INTO thread_keys (message_id, conversation_id, is_own) VALUES ($1, $2, $3)
             ON CONFLICT (message_id, conversation_id) DO UPDATE
             SET is_own = (thread_keys.is_own OR excluded.is_own)",
            &[key.into(), id.into(), is_own.into()],
        )?;
    }
    Ok(())
}
