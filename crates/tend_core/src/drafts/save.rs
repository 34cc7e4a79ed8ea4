use tend_store::Tx;

use super::{Draft, DraftId, DraftKind, find::find};
use crate::{
    Result,
    agents::Me,
    contacts::ContactId,
    conversations::{self, ConversationId, MessageId, Recipients},
    error::{conflict, invalid, refused},
    fold,
    html::Html,
    inboxes::InboxId,
};

/// So many conversations may one agent have begun at once.
const MOST_NEW: i64 = 200;

/// Where a draft is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a conversation: there is one of each kind for an agent.
    In(ConversationId, DraftKind),
    /// A conversation that is to begin.
    New,
    /// One that exists already.
    Known(DraftId),
}

/// What a draft says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    pub html: Html,
    pub recipients: Recipients,
    pub subject: String,
    pub inbox: Option<InboxId>,
    pub contact: Option<ContactId>,
    pub message: Option<MessageId>,
}

/// A draft that was kept, with the version to show next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    pub id: DraftId,
    pub version: i64,
}

/// Keeps a draft. `seen` is the version that the writer had, 0 for one that they begin.
/// Saving what is there already changes nothing.
///
/// [`Error::Conflict`](crate::Error::Conflict) if another window has saved meanwhile.
pub fn save(tx: &mut Tx, me: &Me, place: Place, seen: i64, what: &Content) -> Result<Saved> {
    let known = match place {
        Place::Known(id) => Some(find(tx, me, id)?),
        Place::New => None,
        Place::In(_, DraftKind::New) => {
            return Err(invalid("kind", "A new conversation is in no other."));
        }
        Place::In(id, kind) => {
            let all = super::of(tx, me, id)?;
            all.into_iter().find(|it| it.kind == kind)
        }
    };
    match known {
        Some(it) => change(tx, &it, seen, what),
        None if seen != 0 => Err(conflict("This draft was sent or discarded in another window.")),
        None => insert(tx, me, place, what),
    }
}

fn insert(tx: &mut Tx, me: &Me, place: Place, what: &Content) -> Result<Saved> {
    let (conversation, kind) = match place {
        Place::In(id, kind) => {
            conversations::find_visible(tx, me, id)?;
            (Some(id), kind)
        }
        _ => {
            let sql = "SELECT count(*) FROM drafts WHERE agent_id = $1 AND conversation_id IS NULL";
            if tx.scalar::<i64>(sql, &[me.id.into()])? >= MOST_NEW {
                return Err(refused("You have too many drafts. Send or discard some first."));
            }
            (None, DraftKind::New)
        }
    };
    let (id, now) = (DraftId::new(tx), tx.now());
    let added = tx.execute(
        "INSERT INTO drafts (id, agent_id, conversation_id, kind, recipients, subject, html,
             inbox_id, contact_id, message_id, version, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)
         ON CONFLICT (agent_id, conversation_id, kind) DO NOTHING",
        &[
            id.into(),
            me.id.into(),
            conversation.into(),
            kind.into(),
            what.recipients.encode().into(),
            fold::one_line(&what.subject, 500).into(),
            what.html.as_str().into(),
            what.inbox.into(),
            what.contact.into(),
            what.message.into(),
            now.into(),
        ],
    )?;
    match added {
        0 => Err(newer()),
        _ => Ok(Saved { id, version: 1 }),
    }
}

fn change(tx: &mut Tx, it: &Draft, seen: i64, what: &Content) -> Result<Saved> {
    let subject = fold::one_line(&what.subject, 500);
    let same = it.html() == what.html
        && it.recipients() == what.recipients
        && it.subject == subject
        && it.inbox_id == what.inbox
        && it.contact_id == what.contact
        && it.message_id == what.message;
    if same {
        return Ok(Saved { id: it.id, version: it.version });
    }
    if it.version != seen {
        return Err(newer());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE drafts SET recipients = $2, subject = $3, html = $4, inbox_id = $5,
             contact_id = $6, message_id = $7, version = version + 1, changed_at = $8
         WHERE id = $1",
        &[
            it.id.into(),
            what.recipients.encode().into(),
            subject.into(),
            what.html.as_str().into(),
            what.inbox.into(),
            what.contact.into(),
            what.message.into(),
            now.into(),
        ],
    )?;
    Ok(Saved { id: it.id, version: it.version + 1 })
}

fn newer() -> crate::Error {
    conflict("There is a newer version of this draft in another window.")
}

/// Throws a draft away, with its files. One that is gone already is gone.
pub fn discard(tx: &mut Tx, me: &Me, id: DraftId) -> Result<()> {
    let owned = "SELECT id FROM drafts WHERE id = $1 AND agent_id = $2";
    if tx.maybe_scalar::<DraftId>(owned, &[id.into(), me.id.into()])?.is_some() {
        remove(tx, id)?;
    }
    Ok(())
}

pub(super) fn remove(tx: &mut Tx, id: DraftId) -> Result<()> {
    tx.execute("DELETE FROM attachments WHERE draft_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM drafts WHERE id = $1", &[id.into()])?;
    Ok(())
}
