use jiff::Timestamp;
use tend_store::Tx;

use super::{
    Category, Conversation, ConversationId, Direction, MessageId, MessageKind, NewAttachment,
    NewConversation, Recipients, SendState, find, message, open, status::move_to,
    threading::remember,
};
use crate::{
    Result,
    actor::Actor,
    contacts::Contact,
    html::Html,
    inboxes::Inbox,
    jobs::{self, Job},
    journal::{self, Change},
    notifications,
};

/// Something that a customer, or a machine on their side, sent.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub inbox: Inbox,
    pub contact: Contact,
    pub kind: MessageKind,
    /// Where it belongs; `None` opens a conversation.
    pub into: Option<ConversationId>,
    /// For a new one: the closed conversation that it goes on from.
    pub follows: Option<ConversationId>,
    /// For a new one: where an unproved token pointed.
    pub may_belong_to: Option<ConversationId>,
    pub sender_name: String,
    pub sender_address: String,
    pub recipients: Recipients,
    pub subject: String,
    /// Whole, plain.
    pub text: String,
    pub html: Html,
    /// Characters of `text` before the quoted history.
    pub quote_at: Option<i64>,
    /// Of the mail, without brackets; empty when there is none.
    pub message_id: String,
    /// Message-IDs that it refers to, the nearest last.
    pub references: Vec<String>,
    /// Of the row in `mails`.
    pub mail: Option<i64>,
    /// JSON: SPF, DKIM, DMARC verdicts.
    pub checks: String,
    pub attachments: Vec<NewAttachment>,
    /// What the sender's clock said.
    pub written_at: Option<Timestamp>,
    /// For history that is imported: when it was. Otherwise it is now.
    pub happened_at: Option<Timestamp>,
    /// `email`, `api`, `import`.
    pub source: &'static str,
}

impl Incoming {
    /// An empty message of a person, by the API, that opens a conversation.
    pub fn new(inbox: Inbox, contact: Contact) -> Self {
        Self {
            sender_name: contact.name.clone(),
            inbox,
            contact,
            kind: MessageKind::Human,
            into: None,
            follows: None,
            may_belong_to: None,
            sender_address: String::new(),
            recipients: Recipients::default(),
            subject: String::new(),
            text: String::new(),
            html: Html::default(),
            quote_at: None,
            message_id: String::new(),
            references: Vec::new(),
            mail: None,
            checks: String::new(),
            attachments: Vec::new(),
            written_at: None,
            happened_at: None,
            source: "api",
        }
    }
}

/// Where it ended up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    pub conversation: ConversationId,
    pub message: MessageId,
    /// It opened the conversation.
    pub opened: bool,
}

/// Takes a message in. A person's message starts the customer's wait and brings the
/// conversation back; a machine's is kept without waking anyone.
pub fn receive(tx: &mut Tx, it: &Incoming) -> Result<Received> {
    let into = it.into.map(|id| find(tx, id)).transpose()?;
    receive_into(tx, it, into)
}

/// The same, into a conversation that was found in this transaction already.
pub fn receive_into(tx: &mut Tx, it: &Incoming, into: Option<Conversation>) -> Result<Received> {
    let at = it.happened_at.unwrap_or_else(|| tx.now()).min(tx.now());
    let by = Actor::Contact(it.contact.id);
    let (conversation, opened) = match into {
        Some(found) => (found, false),
        None => (open_for(tx, by, it, at)?, true),
    };
    let message = write(tx, it, &conversation, at)?;
    remember(tx, conversation.id, &it.message_id, &it.references)?;
    let change = Change::MessageAdded {
        message: message.to_string(),
        direction: Direction::Inbound.word().to_owned(),
        by_kind: it.kind.word().to_owned(),
    };
    journal::record_at(tx, at, by, conversation.subject_of_journal(), &change)?;
    tx.execute(
        "UPDATE contacts SET seen_at = $2 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2)",
        &[it.contact.id.into(), at.into()],
    )?;
    if it.source != "import" && it.kind == MessageKind::Human {
        react(tx, by, it, &conversation, message, at, opened)?;
    }
    Ok(Received { conversation: conversation.id, message, opened })
}

fn open_for(tx: &mut Tx, by: Actor, it: &Incoming, at: Timestamp) -> Result<Conversation> {
    let category = match (it.contact.blocked_at, it.source) {
        (Some(_), _) => Category::Spam,
        // History is not work.
        (None, "import") => Category::Closed,
        (None, _) => Category::New,
    };
    let new = NewConversation {
        inbox: &it.inbox,
        contact: &it.contact,
        subject: &it.subject,
        category,
        assignee: None,
        team: None,
        opened_at: at,
        follows: it.follows,
        may_belong_to: it.may_belong_to,
    };
    open(tx, by, &new)
}

fn write(tx: &mut Tx, it: &Incoming, to: &Conversation, at: Timestamp) -> Result<MessageId> {
    let new = message::NewMessage {
        direction: Direction::Inbound,
        kind: it.kind,
        agent: None,
        contact: Some(it.contact.id),
        sender_name: &it.sender_name,
        sender_address: &it.sender_address,
        recipients: &it.recipients,
        subject: &it.subject,
        text: &it.text,
        html: &it.html,
        quote_at: it.quote_at,
        message_id: &it.message_id,
        mail: it.mail,
        checks: &it.checks,
        source: it.source,
        state: SendState::Received,
        send_at: None,
        created_at: at,
        written_at: it.written_at,
        attachments: &it.attachments,
    };
    message::insert(tx, to, &new)
}

fn react(
    tx: &mut Tx,
    by: Actor,
    it: &Incoming,
    conversation: &Conversation,
    message: MessageId,
    at: Timestamp,
    opened: bool,
) -> Result<()> {
    if conversation.category == Category::Spam {
        return Ok(());
    }
    if !matches!(conversation.category, Category::New | Category::Open) {
        move_to(tx, by, conversation, Category::Open)?;
    }
    // Who waits already has waited since then.
    if conversation.waiting_since.is_none() {
        tx.execute(
            "UPDATE conversations SET waiting_since = $2 WHERE id = $1",
            &[conversation.id.into(), at.into()],
        )?;
    }
    notifications::of_inbound(tx, conversation, message, &it.contact.name)?;
    if opened && !it.inbox.auto_reply_html.is_empty() && it.source == "email" {
        let job = Job::AutoReply {
            conversation: conversation.id.to_string(),
            message: message.to_string(),
        };
        jobs::now(tx, &job)?;
    }
    Ok(())
}
