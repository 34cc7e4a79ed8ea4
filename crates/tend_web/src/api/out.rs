//! What the API answers with: never a row of a table.

use jiff::Timestamp;
use serde::Serialize;
use tend_core::{
    Result,
    agents::{Agent, Me},
    conversations::{
        Attached, Category, ConversationId, Direction, MessageKind, Priority, Recipients,
        SendState,
        list::{self, Line},
        thread,
    },
    inboxes::{self, Channel},
    journal::Entry,
    tags::{self, Tag},
};
use tend_store::Tx;
use utoipa::ToSchema;

/// An id and a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Named {
    pub id: String,
    pub name: String,
}

impl From<Tag> for Named {
    fn from(it: Tag) -> Self {
        Self { id: it.id.to_string(), name: it.name }
    }
}

/// A conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConversationOut {
    pub id: String,
    /// What people call it: #1042.
    pub number: i64,
    pub subject: String,
    pub inbox_id: String,
    pub contact: Named,
    pub account: Named,
    /// The status's own name.
    pub status: String,
    #[schema(value_type = String)]
    pub category: Category,
    #[schema(value_type = String)]
    pub priority: Priority,
    pub assignee: Option<Named>,
    pub team_id: Option<String>,
    pub tags: Vec<Named>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub last_message_at: Timestamp,
    /// The start of the last message.
    pub preview: String,
    pub message_count: i64,
}

impl ConversationOut {
    pub fn of_line(it: Line, tags: Vec<Tag>) -> Self {
        let assignee = it
            .assignee_id
            .map(|id| Named { id: id.to_string(), name: it.assignee.unwrap_or_default() });
        Self {
            id: it.id.to_string(),
            number: it.number,
            subject: it.subject,
            inbox_id: it.inbox_id.to_string(),
            contact: Named { id: it.contact_id.to_string(), name: it.contact },
            account: Named { id: it.account_id.to_string(), name: it.account },
            status: it.status,
            category: it.category,
            priority: it.priority,
            assignee,
            team_id: it.team_id.map(|it| it.to_string()),
            tags: tags.into_iter().map(Named::from).collect(),
            waiting_since: it.waiting_since,
            snoozed_until: it.snoozed_until,
            opened_at: it.opened_at,
            last_message_at: it.last_message_at,
            preview: it.preview,
            message_count: it.message_count,
        }
    }

    /// From a conversation that the caller may see.
    pub fn load(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<Self> {
        let line = list::line(tx, me, id)?;
        let tags = tags::of(tx, id.raw())?;
        Ok(Self::of_line(line, tags))
    }
}

/// A file of a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AttachmentOut {
    pub id: String,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub is_inline: bool,
}

impl From<&Attached> for AttachmentOut {
    fn from(it: &Attached) -> Self {
        Self {
            id: tend_store::encode("att", it.id),
            name: it.name.clone(),
            media_type: it.media_type.clone(),
            size: it.size,
            is_inline: it.is_inline,
        }
    }
}

/// A message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MessageOut {
    pub id: String,
    pub conversation_id: String,
    #[schema(value_type = String)]
    pub direction: Direction,
    #[schema(value_type = String)]
    pub kind: MessageKind,
    pub agent_id: Option<String>,
    pub contact_id: Option<String>,
    pub sender_name: String,
    pub sender_address: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub subject: String,
    /// Whole, plain.
    pub text: String,
    /// Whole, sanitised; empty when there is only text.
    pub html: String,
    /// Characters of `text` before the quoted history; null when nothing is quoted.
    pub quote_at: Option<i64>,
    #[schema(value_type = String)]
    pub state: SendState,
    /// The mail server's own answer.
    pub state_detail: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub attachments: Vec<AttachmentOut>,
}

impl MessageOut {
    pub fn of(it: thread::Message, files: &[Attached]) -> Self {
        let Recipients { to, cc, bcc, .. } = it.recipients();
        Self {
            id: it.id.to_string(),
            conversation_id: it.conversation_id.to_string(),
            direction: it.direction,
            kind: it.kind,
            agent_id: it.agent_id.map(|it| it.to_string()),
            contact_id: it.contact_id.map(|it| it.to_string()),
            sender_name: it.sender_name,
            sender_address: it.sender_address,
            to,
            cc,
            bcc,
            subject: it.subject,
            text: it.text,
            html: it.html_text,
            quote_at: it.quote_at,
            state: it.state,
            state_detail: it.state_detail,
            send_at: it.send_at,
            created_at: it.created_at,
            attachments: files.iter().map(AttachmentOut::from).collect(),
        }
    }
}

/// An inbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct InboxOut {
    pub id: String,
    pub name: String,
    #[schema(value_type = String)]
    pub channel: Channel,
    pub address: String,
    pub aliases: Vec<String>,
    pub catch_all: bool,
    pub reopen_days: i64,
    /// A template.
    pub sender_name: String,
    /// A template; what stands around a reply.
    pub template_html: String,
    /// A template; empty for none.
    pub auto_reply_html: String,
    pub auto_reply_subject: String,
    /// The teams that see it; none means everyone.
    pub teams: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl InboxOut {
    pub fn load(tx: &mut Tx, it: inboxes::Inbox) -> Result<Self> {
        Ok(Self {
            aliases: inboxes::aliases(tx, it.id)?,
            id: it.id.to_string(),
            name: it.name,
            channel: it.channel,
            address: it.address,
            teams: inboxes::teams(tx, it.id)?.iter().map(ToString::to_string).collect(),
            catch_all: it.catch_all,
            reopen_days: it.reopen_days,
            sender_name: it.sender_name,
            template_html: it.template_html,
            auto_reply_html: it.auto_reply_html,
            auto_reply_subject: it.auto_reply_subject,
            created_at: it.created_at,
        })
    }
}

/// An agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AgentOut {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role_id: String,
    pub time_zone: String,
    pub away: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left_at: Option<Timestamp>,
}

impl From<Agent> for AgentOut {
    fn from(it: Agent) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name,
            email: it.email,
            role_id: it.role_id.to_string(),
            time_zone: it.time_zone,
            away: it.away,
            left_at: it.left_at,
        }
    }
}

/// One entry of the journal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EntryOut {
    /// Gapless, in one order for everybody.
    pub position: i64,
    pub id: String,
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Timestamp,
    /// `agent`, `contact`, `system`, `console`.
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub kind: String,
    pub subject_kind: String,
    pub conversation_id: Option<String>,
    pub contact_id: Option<String>,
    pub account_id: Option<String>,
    /// What changed; its shape goes with the kind.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

impl From<Entry> for EntryOut {
    fn from(it: Entry) -> Self {
        let id = |prefix: &str, raw: Option<i64>| raw.map(|it| tend_store::encode(prefix, it));
        let actor = if it.actor_kind == "contact" { "con" } else { "agt" };
        Self {
            position: it.position.unwrap_or_default(),
            id: it.id.to_string(),
            happened_at: it.happened_at,
            actor_id: id(actor, it.actor_id),
            actor_kind: it.actor_kind,
            kind: it.kind,
            subject_kind: it.subject_kind,
            conversation_id: id("cnv", it.conversation_id),
            contact_id: id("con", it.contact_id),
            account_id: id("acc", it.account_id),
            data: serde_json::from_str(&it.data).unwrap_or_default(),
        }
    }
}
