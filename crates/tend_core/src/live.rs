//! What open pages are told: that something changed, not what it became. The
//! page asks for it with its own rights.

use serde::Serialize;
use tend_store::{Tx, encode, row};

use crate::{
    Result,
    agents::{AgentId, Me, Permission, Reach, TeamId},
    journal::Change,
};

row! {
    /// A journal entry with where it belongs, as far as it decides who may know of it.
    pub struct Happened {
        pub position: i64,
        pub kind: String,
        pub subject_kind: String,
        pub subject_id: i64,
        pub actor_kind: String,
        pub actor_id: Option<i64>,
        pub conversation_id: Option<i64>,
        pub contact_id: Option<i64>,
        pub account_id: Option<i64>,
        data: String,
        inbox_id: Option<i64>,
        assignee_id: Option<AgentId>,
        team_id: Option<TeamId>,
    }
}

/// What happened after a position, in order.
pub fn since(tx: &mut Tx, position: i64, limit: i64) -> Result<Vec<Happened>> {
    Ok(tx.rows(
        "SELECT journal.position, journal.kind, journal.subject_kind, journal.subject_id,
                journal.actor_kind, journal.actor_id, journal.conversation_id,
                journal.contact_id, journal.account_id, journal.data,
                conversations.inbox_id, conversations.assignee_id, conversations.team_id
         FROM journal LEFT JOIN conversations ON conversations.id = journal.conversation_id
         WHERE journal.position > $1 ORDER BY journal.position LIMIT $2",
        &[position.into(), limit.into()],
    )?)
}

row! {
    /// An agent was told something.
    pub struct Told {
        /// The notification's raw id.
        pub id: i64,
        pub agent_id: AgentId,
    }
}

/// Which agents were told something after a notification.
pub fn told_since(tx: &mut Tx, id: i64, limit: i64) -> Result<Vec<Told>> {
    Ok(tx.rows(
        "SELECT id, agent_id FROM notifications WHERE id > $1 ORDER BY id LIMIT $2",
        &[id.into(), limit.into()],
    )?)
}

/// The last notification that exists; 0 before the first.
pub fn last_told(tx: &mut Tx) -> Result<i64> {
    Ok(tx.scalar("SELECT COALESCE(MAX(id), 0) FROM notifications", &[])?)
}

/// Where a conversation stands, to decide who may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub inbox_id: i64,
    pub assignee_id: Option<AgentId>,
    pub team_id: Option<TeamId>,
}

impl Standing {
    /// As [`may_see`](crate::conversations::may_see).
    pub fn is_seen_by(&self, me: &Me) -> bool {
        let mine = self.assignee_id == Some(me.id);
        let within = match me.reach {
            Reach::All => true,
            Reach::Team => mine || self.team_id.is_some_and(|it| me.teams.contains(&it)),
            Reach::Own => mine,
        };
        me.may(Permission::ConversationsRead) && me.sees_inbox(self.inbox_id) && within
    }
}

impl Happened {
    /// Whether an agent may know of it: of conversations what they see, or saw
    /// until this moment; of colleagues' accounts what they manage.
    pub fn is_for(&self, me: &Me) -> bool {
        if let Some(inbox_id) = self.inbox_id {
            let (assignee_id, team_id) = (self.assignee_id, self.team_id);
            let now = Standing { inbox_id, assignee_id, team_id };
            return now.is_seen_by(me) || self.before(now).is_some_and(|it| it.is_seen_by(me));
        }
        match (self.conversation_id, self.contact_id.or(self.account_id)) {
            // It was deleted: only its id is told.
            (Some(_), _) => me.may(Permission::ConversationsRead),
            (None, Some(_)) => me.may(Permission::CustomersRead),
            (None, None) => match self.subject_kind.as_str() {
                "agent" => self.subject_id == me.id.raw() || me.may(Permission::AgentsManage),
                "mail" => me.may(Permission::MailQuarantine),
                _ => true,
            },
        }
    }

    /// Where it stood before this entry moved it: who loses sight of it is told.
    fn before(&self, now: Standing) -> Option<Standing> {
        match serde_json::from_str(&self.data).ok()? {
            Change::ConversationAssigned { from, .. } => {
                Some(Standing { assignee_id: from.and_then(|it| it.parse().ok()), ..now })
            }
            Change::ConversationTeamed { from, .. } => {
                Some(Standing { team_id: from.and_then(|it| it.parse().ok()), ..now })
            }
            _ => None,
        }
    }

    /// Whether it may have changed what an agent may see.
    pub fn changes_rights_of(&self, me: &Me) -> bool {
        match self.subject_kind.as_str() {
            "agent" => self.subject_id == me.id.raw(),
            "role" => self.subject_id == me.role_id.raw(),
            "team" | "inbox" => true,
            _ => false,
        }
    }

    /// As a page reads it.
    pub fn news(&self) -> News<'_> {
        let id = |prefix: &str, id: Option<i64>| id.map(|it| encode(prefix, it));
        News {
            kind: &self.kind,
            of: &self.subject_kind,
            subject: prefix(&self.subject_kind).map(|it| encode(it, self.subject_id)),
            conversation: id("cnv", self.conversation_id),
            contact: id("con", self.contact_id),
            account: id("acc", self.account_id),
            by: match self.actor_kind.as_str() {
                "agent" => id("agt", self.actor_id),
                _ => None,
            },
        }
    }
}

/// What a page learns of an entry.
#[derive(Clone, Debug, Serialize)]
pub struct News<'a> {
    pub kind: &'a str,
    /// What was changed: `conversation`, `contact`, `tag` …
    pub of: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The agent who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

fn prefix(subject_kind: &str) -> Option<&'static str> {
    Some(match subject_kind {
        "conversation" => "cnv",
        "contact" => "con",
        "account" => "acc",
        "agent" => "agt",
        "role" => "rol",
        "team" => "tea",
        "inbox" => "inb",
        "tag" => "tag",
        "mail" => "mai",
        _ => return None,
    })
}
