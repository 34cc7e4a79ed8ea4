//! What an agent should hear of: in the app at once, by push or mail as the agent chose.

pub mod devices;
mod push_key;
mod pushing;
mod telling;
mod words;

pub use push_key::{keep_push_key, push_key};
pub use pushing::{Parcel, parcel, push_failed, push_gone, pushed, trial};
pub use telling::pass_on;
pub use words::Shows;

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    agents::{self, AgentId, Me, Permission, profile},
    conversations::{self, Conversation, ConversationId, MessageId},
    jobs::{self, Job},
    page::{Cursor, Page},
    remedies::RemedyId,
};

id!(NotificationId, "ntf");

/// Why an agent is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is theirs now.
    Assigned,
    /// A note names them.
    Mentioned,
    /// The customer wrote in one of theirs.
    Replied,
    /// Something happened in one that they follow.
    Followed,
    /// A snooze of theirs has ended.
    Woken,
    /// A message of theirs could not be delivered.
    Failed,
}

impl Reason {
    /// The word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Mentioned => "mentioned",
            Self::Replied => "replied",
            Self::Followed => "followed",
            Self::Woken => "woken",
            Self::Failed => "failed",
        }
    }
}

/// Tells an agent, in the ways that they chose for it; nothing is written if they chose none.
pub fn tell(
    tx: &mut Tx,
    agent: AgentId,
    reason: Reason,
    about: &Conversation,
    message: Option<MessageId>,
    actor: &str,
) -> Result<()> {
    let about = (Some(about.id), message, None, None);
    write(tx, agent, reason.word(), about, actor, "")
}

/// Writes it down and owes what passes it on, in the ways that the agent chose.
fn write(
    tx: &mut Tx,
    agent: AgentId,
    word: &'static str,
    (conversation, message, account, remedy): (
        Option<ConversationId>,
        Option<MessageId>,
        Option<AccountId>,
        Option<RemedyId>,
    ),
    actor: &str,
    detail: &str,
) -> Result<()> {
    let ways = profile::choices(tx, agent)?.1.ways_of(word);
    if !ways.app && !ways.push && !ways.mail {
        return Ok(());
    }
    let (id, now) = (NotificationId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO notifications (id, agent_id, kind, conversation_id, message_id, account_id,
             actor, detail, in_app, created_at, remedy_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            id.into(),
            agent.into(),
            word.into(),
            conversation.into(),
            message.into(),
            account.into(),
            actor.into(),
            detail.into(),
            ways.app.into(),
            now.into(),
            remedy.into(),
        ],
    )?;
    // Who has no browser to be told in would be a job for nothing.
    if ways.mail || ways.push && !devices::of(tx, agent)?.is_empty() {
        jobs::now(tx, &Job::Notify { notification: id.to_string() })?;
    }
    Ok(())
}

pub(crate) fn assigned(tx: &mut Tx, about: &Conversation, to: AgentId, by: Actor) -> Result<()> {
    let name = match by {
        Actor::Agent(it) => agents::find(tx, it)?.name,
        _ => String::new(),
    };
    tell(tx, to, Reason::Assigned, about, None, &name)
}

pub(crate) fn woken(tx: &mut Tx, about: &Conversation) -> Result<()> {
    match about.assignee_id {
        Some(it) => tell(tx, it, Reason::Woken, about, None, ""),
        None => Ok(()),
    }
}

pub(crate) fn of_inbound(
    tx: &mut Tx,
    about: &Conversation,
    message: MessageId,
    contact: &str,
) -> Result<()> {
    if let Some(it) = about.assignee_id {
        tell(tx, it, Reason::Replied, about, Some(message), contact)?;
    }
    let skip = about.assignee_id;
    to_followers(tx, about, message, contact, |it| Some(it) != skip)
}

pub(crate) fn of_reply(
    tx: &mut Tx,
    by: &Me,
    about: &Conversation,
    message: MessageId,
) -> Result<()> {
    to_followers(tx, about, message, &by.name, |it| it != by.id)
}

pub(crate) fn of_note(
    tx: &mut Tx,
    by: &Me,
    about: &Conversation,
    message: MessageId,
    mentioned: &[AgentId],
) -> Result<()> {
    let mut told = Vec::new();
    for agent in mentioned.iter().copied().filter(|it| *it != by.id) {
        // Who has left, or may not see it, is not told of it.
        let sees = agents::me(tx, agent).is_ok_and(|it| conversations::may_see(&it, about));
        if !sees || told.contains(&agent) {
            continue;
        }
        told.push(agent);
        tx.execute(
            "INSERT INTO mentions (agent_id, conversation_id, message_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            &[agent.into(), about.id.into(), message.into()],
        )?;
        tell(tx, agent, Reason::Mentioned, about, Some(message), &by.name)?;
    }
    to_followers(tx, about, message, &by.name, |it| it != by.id && !told.contains(&it))
}

fn to_followers(
    tx: &mut Tx,
    about: &Conversation,
    message: MessageId,
    actor: &str,
    wanted: impl Fn(AgentId) -> bool,
) -> Result<()> {
    for agent in conversations::followers(tx, about.id)? {
        if wanted(agent) {
            tell(tx, agent, Reason::Followed, about, Some(message), actor)?;
        }
    }
    Ok(())
}

/// Tells an agent of an account: that it is theirs now (`handed_over`), that there is a task for
/// them (`task`), that a key person left (`left`) or fell silent (`silent`). `detail` is the task's
/// title or the person's name.
pub(crate) fn of_account(
    tx: &mut Tx,
    agent: AgentId,
    word: &'static str,
    account: AccountId,
    by: Actor,
    detail: &str,
) -> Result<()> {
    of_book(tx, agent, word, Some(account), by, detail)
}

/// The same for what may have no account.
pub(crate) fn of_book(
    tx: &mut Tx,
    agent: AgentId,
    word: &'static str,
    account: Option<AccountId>,
    by: Actor,
    detail: &str,
) -> Result<()> {
    let actor = match by {
        Actor::Agent(it) => agents::find(tx, it)?.name,
        _ => String::new(),
    };
    write(tx, agent, word, (None, None, account, None), &actor, detail)
}

/// Tells an agent of a remedy: that it waits for them (`remedy_asked`), or how it went
/// (`remedy_settled`). `detail` says which it is.
pub(crate) fn of_remedy(
    tx: &mut Tx,
    agent: AgentId,
    word: &'static str,
    (account, remedy): (AccountId, RemedyId),
    actor: &str,
    detail: &str,
) -> Result<()> {
    write(tx, agent, word, (None, None, Some(account), Some(remedy)), actor, detail)
}

row! {
    /// Something that an agent was told.
    pub struct Notification {
        pub id: NotificationId,
        /// `assigned`, `mentioned`, `replied`, `followed`, `woken`, `failed`; of an account
        /// `handed_over`, `task`, `left`, `silent`, `at_risk`, `remedy_asked`, `remedy_settled`.
        pub kind: String,
        pub account_id: Option<AccountId>,
        /// The account's name.
        pub account: Option<String>,
        /// The task's title, the person's name, or how much it is at risk.
        pub detail: String,
        pub conversation_id: Option<ConversationId>,
        /// Of the conversation.
        pub number: Option<i64>,
        pub subject: Option<String>,
        pub remedy_id: Option<RemedyId>,
        /// The name of who did it.
        pub actor: String,
        pub created_at: Timestamp,
        pub read_at: Option<Timestamp>,
    }
}

/// How many the agent has not read.
pub fn unread(tx: &mut Tx, me: &Me) -> Result<i64> {
    Ok(tx.scalar(
        "SELECT count(*) AS n FROM notifications
         WHERE agent_id = $1 AND read_at IS NULL AND in_app",
        &[me.id.into()],
    )?)
}

/// The newest ones, of conversations that the agent may still see.
pub fn newest(tx: &mut Tx, me: &Me, limit: i64) -> Result<Vec<Notification>> {
    Ok(page(tx, me, None, usize::try_from(limit).unwrap_or(1))?.items)
}

/// A page of them, the newest first. What the agent may not see any more is left out, so a page
/// may be short and still have a next one.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Notification>> {
    let before = from.map_or(i64::MAX, |it| it.id);
    let all: Vec<Notification> = tx.rows(
        "SELECT notifications.id, notifications.kind, notifications.conversation_id,
             notifications.account_id, accounts.name AS account, notifications.detail,
             conversations.number, conversations.subject, notifications.remedy_id,
             notifications.actor,
             notifications.created_at, notifications.read_at
         FROM notifications
         LEFT JOIN conversations ON conversations.id = notifications.conversation_id
         LEFT JOIN accounts ON accounts.id = notifications.account_id
         WHERE notifications.agent_id = $1 AND notifications.id < $2 AND notifications.in_app
         ORDER BY notifications.id DESC LIMIT $3",
        &[me.id.into(), before.into(), (limit + 1).into()],
    )?;
    let all = Page::of(all, limit, |it| Cursor { key: 0, id: it.id.raw() });
    let mut seen = Vec::with_capacity(all.items.len());
    for it in all.items {
        let sees = match it.conversation_id {
            Some(id) => conversations::find_visible(tx, me, id).is_ok(),
            None => it.account_id.is_none() || me.may(Permission::CustomersRead),
        };
        if sees {
            seen.push(it);
        }
    }
    Ok(Page { items: seen, next: all.next })
}

/// The agent has seen all of them.
pub fn read_all(tx: &mut Tx, me: &Me) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE notifications SET read_at = $2 WHERE agent_id = $1 AND read_at IS NULL",
        &[me.id.into(), now.into()],
    )?;
    Ok(())
}
