use serde::{Deserialize, Serialize};
use tend_store::{Tx, Value};

use super::Line;
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission, Reach, TeamId},
    contacts::ContactId,
    conversations::{Category, ConversationId},
    error::not_found,
    inboxes::InboxId,
    page::{Cursor, Page},
    tags::TagId,
};

/// Which conversations a list shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Which {
    /// Active and assigned to the one who asks.
    Mine,
    /// Active and nobody's.
    Unassigned,
    /// Where a note names the one who asks.
    Mentioned,
    /// That the one who asks follows.
    Followed,
    /// All active ones.
    Active,
    /// All, done ones too.
    All,
    /// All in a category.
    Category(Category),
    /// Active ones of an inbox.
    Inbox(InboxId),
    /// Active ones of a team.
    Team(TeamId),
    /// Active ones of another agent.
    Assignee(AgentId),
    /// All with a tag.
    Tag(TagId),
    /// All of a contact.
    Contact(ContactId),
    /// All of an account.
    Account(AccountId),
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The last message first.
    #[default]
    Newest,
    /// The longest quiet first.
    Oldest,
    /// The customer who waits longest first; those who don't wait last.
    Waiting,
    /// The most urgent first.
    Priority,
}

impl Sort {
    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Waiting => "waiting",
            Self::Priority => "priority",
        }
    }
}

impl std::str::FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Newest, Self::Oldest, Self::Waiting, Self::Priority]
            .into_iter()
            .find(|it| it.word() == text)
            .ok_or("The order is newest, oldest, waiting or priority.")
    }
}

/// A condition with its parameters, in the order in which they are numbered.
pub(crate) struct Where {
    pub sql: String,
    pub args: Vec<Value>,
}

impl Where {
    pub fn new() -> Self {
        Self { sql: String::from("conversations.merged_into IS NULL"), args: Vec::new() }
    }

    /// Adds a condition in which `?` stands for each next argument.
    pub fn and(&mut self, condition: &str, args: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND (");
        let mut args = args.into_iter();
        for piece in condition.split_inclusive('?') {
            match piece.strip_suffix('?') {
                Some(text) => {
                    self.args.extend(args.next());
                    self.sql.push_str(&format!("{text}${}", self.args.len()));
                }
                None => self.sql.push_str(piece),
            }
        }
        self.sql.push(')');
    }
}

/// Adds what the agent may see: [`may_see`](crate::conversations::may_see), in SQL.
pub(crate) fn visible_to(me: &Me, out: &mut Where) {
    if !me.may(Permission::ConversationsRead) || me.inboxes.is_empty() {
        return out.and("FALSE", []);
    }
    let marks = vec!["?"; me.inboxes.len()].join(", ");
    let inboxes = me.inboxes.iter().map(|it| Value::from(*it));
    out.and(&format!("conversations.inbox_id IN ({marks})"), inboxes);
    match me.reach {
        Reach::All => {}
        Reach::Own => out.and("conversations.assignee_id = ?", [me.id.into()]),
        Reach::Team => {
            let marks = vec!["?"; me.teams.len()].join(", ");
            let teams = me.teams.iter().map(|it| Value::from(*it));
            let own = std::iter::once(Value::from(me.id));
            match me.teams.is_empty() {
                true => out.and("conversations.assignee_id = ?", own),
                false => out.and(
                    &format!("conversations.assignee_id = ? OR conversations.team_id IN ({marks})"),
                    own.chain(teams),
                ),
            }
        }
    }
}

/// Whether the agent sees a conversation, by the condition that lists use.
pub fn visible(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<bool> {
    let mut all = Where::new();
    visible_to(me, &mut all);
    all.and("conversations.id = ?", [id.into()]);
    let sql = format!("SELECT 1 AS seen FROM conversations WHERE {}", all.sql);
    Ok(tx.maybe_scalar::<i64>(&sql, &all.args)?.is_some())
}

pub(crate) fn chosen(me: &Me, which: &Which, out: &mut Where) {
    const ACTIVE: &str = "conversations.is_active = TRUE";
    match which {
        Which::Mine => {
            out.and(ACTIVE, []);
            out.and("conversations.assignee_id = ?", [me.id.into()]);
        }
        Which::Unassigned => {
            out.and(ACTIVE, []);
            out.and("conversations.assignee_id IS NULL", []);
        }
        Which::Mentioned => out.and(
            "conversations.id IN (SELECT conversation_id FROM mentions WHERE agent_id = ?)",
            [me.id.into()],
        ),
        Which::Followed => out.and(
            "conversations.id IN (SELECT conversation_id FROM followers WHERE agent_id = ?)",
            [me.id.into()],
        ),
        Which::Active => out.and(ACTIVE, []),
        Which::All => {}
        Which::Category(it) => out.and("conversations.category = ?", [(*it).into()]),
        Which::Inbox(it) => {
            out.and(ACTIVE, []);
            out.and("conversations.inbox_id = ?", [(*it).into()]);
        }
        Which::Team(it) => {
            out.and(ACTIVE, []);
            out.and("conversations.team_id = ?", [(*it).into()]);
        }
        Which::Assignee(it) => {
            out.and(ACTIVE, []);
            out.and("conversations.assignee_id = ?", [(*it).into()]);
        }
        Which::Tag(it) => out.and(
            "conversations.id IN (SELECT subject_id FROM taggings WHERE tag_id = ?)",
            [(*it).into()],
        ),
        Which::Contact(it) => out.and("conversations.contact_id = ?", [(*it).into()]),
        Which::Account(it) => out.and("conversations.account_id = ?", [(*it).into()]),
    }
}

fn after(sort: Sort, at: Option<Cursor>, out: &mut Where) -> &'static str {
    const WAITED: &str = "COALESCE(conversations.waiting_since, 9223372036854775807)";
    let (condition, order) = match sort {
        Sort::Newest => (
            "(conversations.last_message_at, conversations.id) < (?, ?)".to_owned(),
            "conversations.last_message_at DESC, conversations.id DESC",
        ),
        Sort::Oldest => (
            "(conversations.last_message_at, conversations.id) > (?, ?)".to_owned(),
            "conversations.last_message_at, conversations.id",
        ),
        Sort::Waiting => (
            format!("({WAITED}, conversations.id) > (?, ?)"),
            "COALESCE(conversations.waiting_since, 9223372036854775807), conversations.id",
        ),
        Sort::Priority => (
            "(conversations.priority, conversations.id) < (?, ?)".to_owned(),
            "conversations.priority DESC, conversations.id DESC",
        ),
    };
    if let Some(at) = at {
        out.and(&condition, [at.key.into(), at.id.into()]);
    }
    order
}

/// One page of a list, of what the agent may see.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Which,
    sort: Sort,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    let mut all = Where::new();
    visible_to(me, &mut all);
    chosen(me, which, &mut all);
    let order = after(sort, from, &mut all);
    let limit = limit.clamp(1, 200);
    let lines = lines(tx, me, all, order, limit + 1)?;
    Ok(Page::of(lines, limit, |it| it.cursor(sort)))
}

/// The line of one conversation, if the agent may see it.
pub fn line(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<Line> {
    let mut all = Where::new();
    visible_to(me, &mut all);
    all.and("conversations.id = ?", [id.into()]);
    lines(tx, me, all, "conversations.id", 1)?.pop().ok_or(not_found("conversation"))
}

fn lines(tx: &mut Tx, me: &Me, mut all: Where, order: &str, limit: usize) -> Result<Vec<Line>> {
    let sql = format!(
        "SELECT conversations.id, conversations.number, conversations.subject,
             conversations.inbox_id, conversations.contact_id, contacts.name AS contact,
             conversations.account_id, accounts.name AS account, accounts.kind AS account_kind,
             conversations.assignee_id, agents.name AS assignee, conversations.team_id,
             statuses.name AS status, conversations.category, conversations.priority,
             conversations.waiting_since, conversations.snoozed_until, conversations.preview,
             conversations.preview_by, conversations.message_count,
             conversations.attachment_count, conversations.opened_at,
             conversations.last_message_at,
             COALESCE(readings.message_id, 0) < COALESCE(conversations.last_message_id, 0)
                 AS is_unread
         FROM (SELECT * FROM conversations WHERE {} ORDER BY {order} LIMIT {}) AS conversations
         JOIN contacts ON contacts.id = conversations.contact_id
         JOIN accounts ON accounts.id = conversations.account_id
         JOIN statuses ON statuses.id = conversations.status_id
         LEFT JOIN agents ON agents.id = conversations.assignee_id
         LEFT JOIN readings ON readings.conversation_id = conversations.id
             AND readings.agent_id = ${}
         ORDER BY {order}",
        all.sql,
        limit,
        all.args.len() + 1,
    );
    all.args.push(me.id.into());
    Ok(tx.rows(&sql, &all.args)?)
}
