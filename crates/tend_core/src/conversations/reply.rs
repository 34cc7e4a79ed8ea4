use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx, row};

use super::{
    Category, Conversation, ConversationId, Direction, MessageId, MessageKind, NewAttachment,
    Recipients, SendState, find, find_visible, message, status::move_to, undo,
};
use crate::{
    Error, Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    contacts,
    error::{FieldError, conflict, invalid, refused},
    fold,
    html::Html,
    inboxes::{self, Channel, Inbox},
    journal::{self, Change},
    notifications, outbox, templates,
};

/// How long a sent message can be taken back.
pub const UNDO: SignedDuration = SignedDuration::from_secs(10);

/// What an agent sends to the customer.
#[derive(Clone, Debug, Default)]
pub struct NewReply {
    pub html: Html,
    /// Nobody in `to` means the conversation's contact.
    pub recipients: Recipients,
    /// Empty keeps the conversation's.
    pub subject: String,
    pub attachments: Vec<NewAttachment>,
    /// What the conversation becomes; `None` leaves it waiting on the customer.
    pub then: Option<Category>,
    /// The last message that the writer had seen; if another came meanwhile, nothing is sent.
    pub seen: Option<MessageId>,
    /// When to send; `None` is now, after the time for [`undo_send`](super::undo_send).
    pub send_at: Option<Timestamp>,
    /// `page` or `api`. By the API there is no time for undo.
    pub source: &'static str,
}

/// Sends a message to the customer: it is queued here, and says what became of it.
///
/// [`Error::Conflict`](crate::Error::Conflict) if a message came that the writer has not seen.
pub fn reply(tx: &mut Tx, by: &Me, id: ConversationId, new: &NewReply) -> Result<MessageId> {
    by.require(Permission::ConversationsReply)?;
    let it = find_visible(tx, by, id)?;
    check(tx, &it, new)?;
    let inbox = open_inbox(tx, &it)?;
    let recipients = to_whom(tx, &it, &inbox, new)?;
    let leaves_at = leaves_at(tx.now(), new)?;
    let by_mail = inbox.channel == Channel::Email;
    let message = write(tx, by, &it, new, &recipients, by_mail.then_some(leaves_at))?;
    let change = Change::MessageAdded {
        message: message.to_string(),
        direction: Direction::Outbound.word().to_owned(),
        by_kind: MessageKind::Human.word().to_owned(),
    };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)?;
    if by_mail {
        outbox::queue_reply(tx, &inbox, message, &recipients, leaves_at)?;
    }
    // What is read where it is written is there at once, whatever time was asked for.
    let is_later = by_mail && new.send_at.is_some();
    let after = |tx: &mut Tx| after(tx, by, &it, new, message, is_later);
    match by_mail && (is_later || new.source != "api") {
        true => undo::undoable_with(tx, by, message, it.id, after)?,
        false => after(tx)?,
    }
    Ok(message)
}

/// The inbox, which must still be in use.
pub(super) fn open_inbox(tx: &mut Tx, it: &Conversation) -> Result<Inbox> {
    let inbox = inboxes::find(tx, it.inbox_id)?;
    match inbox.archived_at {
        None => Ok(inbox),
        Some(_) => {
            Err(refused("The inbox of this conversation was archived, so nothing can leave it."))
        }
    }
}

/// No template variable was left standing in it.
pub(super) fn no_gaps(html: &Html) -> Result<()> {
    let left = templates::left_over(html);
    let tell = |it: &String| FieldError {
        field: "html".into(),
        problem: format!("{{{{ {it} }}}} has no value here. Fill it in, or take it out.").into(),
    };
    match left.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(left.iter().map(tell).collect())),
    }
}

fn check(tx: &mut Tx, it: &Conversation, new: &NewReply) -> Result<()> {
    if new.html.is_blank() && new.attachments.is_empty() {
        return Err(invalid("html", "Write something first."));
    }
    no_gaps(&new.html)?;
    if it.merged_into.is_some() {
        return Err(refused("This conversation was merged into another; answer there."));
    }
    if let (Some(seen), Some(last)) = (new.seen, it.last_message_id)
        && last > seen
    {
        let newer: i64 = tx.scalar(
            "SELECT count(*) AS n FROM messages
             WHERE conversation_id = $1 AND id > $2 AND direction <> 'note'
                 AND kind <> 'auto_reply'",
            &[it.id.into(), seen.into()],
        )?;
        if newer > 0 {
            return Err(conflict("Another message came while you were writing. Look at it first."));
        }
    }
    Ok(())
}

/// Checked addresses; without any the contact's own.
pub(super) fn to_whom(
    tx: &mut Tx,
    it: &Conversation,
    inbox: &Inbox,
    new: &NewReply,
) -> Result<Recipients> {
    if inbox.channel != Channel::Email {
        return Ok(Recipients::default());
    }
    let mut all = new.recipients.clone();
    if all.to.is_empty() {
        let email = contacts::primary_email(tx, it.contact_id)?;
        let email = email.ok_or_else(|| invalid("to", "This contact has no email address."))?;
        all.to.push(email);
    }
    for (field, list) in [("to", &all.to), ("cc", &all.cc), ("bcc", &all.bcc)] {
        if let Some(odd) = list.iter().find(|it| fold::email(address_in(it)).is_none()) {
            return Err(invalid(field, format!("{odd} is not an email address.")));
        }
    }
    if all.to.len() + all.cc.len() + all.bcc.len() > 50 {
        return Err(invalid("to", "At most 50 people can get one message."));
    }
    Ok(all)
}

/// The address in `Name <address>`, or the text itself.
pub(crate) fn address_in(text: &str) -> &str {
    match (text.rfind('<'), text.rfind('>')) {
        (Some(from), Some(to)) if from < to => &text[from + 1..to],
        _ => text,
    }
}

pub(super) fn leaves_at(now: Timestamp, new: &NewReply) -> Result<Timestamp> {
    match new.send_at {
        Some(at) if at <= now => Err(invalid("send_at", "Choose a time that is still to come.")),
        Some(at) => Ok(at),
        None if new.source == "api" => Ok(now),
        None => Ok(now.checked_add(UNDO).map_err(|it| StoreError::Failed(it.to_string()))?),
    }
}

fn write(
    tx: &mut Tx,
    by: &Me,
    it: &Conversation,
    new: &NewReply,
    recipients: &Recipients,
    leaves_at: Option<Timestamp>,
) -> Result<MessageId> {
    let now = tx.now();
    let subject = fold::one_line(&new.subject, 500);
    let message = message::NewMessage {
        direction: Direction::Outbound,
        kind: MessageKind::Human,
        agent: Some(by.id),
        contact: None,
        sender_name: &by.name,
        sender_address: "",
        recipients,
        subject: if subject.is_empty() { &it.subject } else { &subject },
        text: &new.html.to_text(),
        html: &new.html,
        quote_at: None,
        message_id: "",
        mail: None,
        checks: "",
        source: new.source,
        // Whoever reads an API inbox has it as soon as it is written.
        state: if leaves_at.is_some() { SendState::Queued } else { SendState::Sent },
        send_at: leaves_at,
        created_at: now,
        written_at: None,
        attachments: &new.attachments,
    };
    message::insert(tx, it, &message)
}

/// A message that was to leave later leaves: now the customer has an answer, but for what they
/// wrote since.
pub(crate) fn left(tx: &mut Tx, message: MessageId) -> Result<()> {
    row! {
        struct Sent {
            conversation_id: ConversationId,
            agent_id: Option<AgentId>,
            created_at: Timestamp,
            /// The customer's oldest message since then.
            asked_at: Option<Timestamp>,
        }
    }
    let sent: Option<Sent> = tx.maybe(
        "SELECT conversation_id, agent_id, created_at,
             (SELECT MIN(asked.created_at) FROM messages AS asked
              WHERE asked.conversation_id = messages.conversation_id
                AND asked.direction = 'inbound' AND asked.kind = 'human'
                AND asked.created_at > messages.created_at) AS asked_at
         FROM messages WHERE id = $1 AND direction = 'outbound' AND kind = 'human'
             AND source <> 'forward'",
        &[message.into()],
    )?;
    let Some(sent) = sent else { return Ok(()) };
    let it = find(tx, sent.conversation_id)?;
    // What left at once was an answer when it was written.
    if it.waiting_since.is_none_or(|since| since > sent.created_at) {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE conversations SET waiting_since = $2,
             first_reply_at = COALESCE(first_reply_at, $3), changed_at = $3 WHERE id = $1",
        &[it.id.into(), sent.asked_at.into(), now.into()],
    )?;
    if sent.asked_at.is_none() && it.is_active {
        let by = sent.agent_id.map_or(Actor::System, Actor::Agent);
        let it = find(tx, it.id)?;
        move_to(tx, by, &it, Category::WaitingCustomer)?;
    }
    Ok(())
}

/// The customer has an answer; the conversation waits on them, or is what the agent said.
fn after(
    tx: &mut Tx,
    by: &Me,
    it: &Conversation,
    new: &NewReply,
    message: MessageId,
    is_later: bool,
) -> Result<()> {
    let now = tx.now();
    // Until it leaves the customer waits.
    if !is_later {
        tx.execute(
            "UPDATE conversations
             SET waiting_since = NULL, first_reply_at = COALESCE(first_reply_at, $2) WHERE id = $1",
            &[it.id.into(), now.into()],
        )?;
    }
    if it.assignee_id.is_none() && by.may(Permission::ConversationsAssign) {
        super::assign::give(tx, Actor::Agent(by.id), it, Some(by.id))?;
    }
    let fresh = find(tx, it.id)?;
    let then = new.then.unwrap_or(Category::WaitingCustomer);
    if fresh.is_active && !is_later || new.then.is_some() {
        move_to(tx, Actor::Agent(by.id), &fresh, then)?;
    }
    super::mark_read(tx, by, it.id)?;
    notifications::of_reply(tx, by, &fresh, message)
}
