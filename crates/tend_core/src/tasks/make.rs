use tend_store::Tx;

use super::{Due, Task, TaskId, TaskPriority, find, follow::owner_of};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{self, AgentId, Me, Permission, TeamId, teams},
    contacts::{self, ContactId},
    conversations::{self, ConversationId},
    error::invalid,
    fold,
    journal::{self, Change, Subject},
    notifications,
};

/// What a task is to be.
#[derive(Clone, Debug, Default)]
pub struct NewTask {
    pub title: String,
    pub text: String,
    pub owner: Option<AgentId>,
    /// Instead of one agent: whoever owns the account, now and later.
    pub follows_owner: bool,
    pub team: Option<TeamId>,
    /// That of the contact or of the conversation, if it is left out.
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub conversation: Option<ConversationId>,
    pub priority: TaskPriority,
    pub due: Due,
}

/// Makes a task; without an owner and without a team it is one's own.
///
/// # Errors
/// Invalid under `title`, `owner` or `due`; NotFound for what it shall be about, if that is not
/// visible.
pub fn make(tx: &mut Tx, by: &Me, new: &NewTask) -> Result<TaskId> {
    by.require(Permission::TasksEdit)?;
    let title = title(&new.title)?;
    let (mut account, mut contact) = (new.account, new.contact);
    if let Some(id) = new.conversation {
        let it = conversations::find_visible(tx, by, id)?;
        contact = contact.or(Some(it.contact_id));
        account = account.or(Some(it.account_id));
    }
    if let Some(id) = contact {
        let it = contacts::find_visible(tx, by, id)?;
        (contact, account) = (Some(it.id), account.or(Some(it.account_id)));
    }
    if let Some(id) = account {
        account = Some(accounts::find_visible(tx, by, id)?.id);
    }
    let owner = match (new.owner, new.team) {
        _ if new.follows_owner => owner_of(tx, account)?,
        (None, None) => Some(by.id),
        (owner, _) => owner,
    };
    let (owner, team) = (present(tx, owner)?, team(tx, new.team)?);
    let new = NewTask { title, owner, team, account, contact, ..new.clone() };
    let id = write(tx, by.id, &new)?;
    let change = Change::TaskMade { task: id.to_string(), title: new.title.clone() };
    record(tx, by, id, &change)?;
    tell(tx, by, owner, account, &new.title)?;
    Ok(id)
}

/// Makes a task by a rule that somebody set up: what it is about need not be visible to them.
pub(crate) fn owe(tx: &mut Tx, made_by: AgentId, new: &NewTask) -> Result<TaskId> {
    let new = NewTask { title: title(&new.title)?, ..new.clone() };
    let id = write(tx, made_by, &new)?;
    let it = find::any(tx, id)?;
    let change = Change::TaskMade { task: id.to_string(), title: new.title.clone() };
    journal::record(tx, Actor::System, subject(&it), &change)?;
    if let Some(to) = new.owner {
        notifications::of_book(tx, to, "task", new.account, Actor::System, &new.title)?;
    }
    Ok(id)
}

fn write(tx: &mut Tx, made_by: AgentId, new: &NewTask) -> Result<TaskId> {
    let due = new.due.day(tx, new.owner)?;
    let (id, now) = (TaskId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO tasks (id, title, text, owner_id, team_id, account_id, contact_id,
             conversation_id, priority, due_on, made_by, created_at, changed_at, follows_owner)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)",
        &[
            id.into(),
            new.title.as_str().into(),
            fold::shorten(new.text.trim(), 5000).into(),
            new.owner.into(),
            new.team.into(),
            new.account.into(),
            new.contact.into(),
            new.conversation.into(),
            new.priority.into(),
            due.into(),
            made_by.into(),
            now.into(),
            new.follows_owner.into(),
        ],
    )?;
    Ok(id)
}

pub(super) fn title(text: &str) -> Result<String> {
    let title = fold::one_line(text, 200);
    match title.is_empty() {
        true => Err(invalid("title", "Write what is to be done.")),
        false => Ok(title),
    }
}

pub(super) fn present(tx: &mut Tx, id: Option<AgentId>) -> Result<Option<AgentId>> {
    let Some(id) = id else { return Ok(None) };
    match agents::find(tx, id) {
        Ok(it) if it.left_at.is_none() => Ok(Some(id)),
        Ok(_) => Err(invalid("owner", "This agent has left.")),
        Err(crate::Error::NotFound(_)) => Err(invalid("owner", "There is no such agent.")),
        Err(other) => Err(other),
    }
}

pub(super) fn team(tx: &mut Tx, id: Option<TeamId>) -> Result<Option<TeamId>> {
    match id {
        Some(id) => Ok(Some(teams::find(tx, id)?.id)),
        None => Ok(None),
    }
}

/// Tells whose it is now, unless they did it themselves.
pub(super) fn tell(
    tx: &mut Tx,
    by: &Me,
    owner: Option<AgentId>,
    account: Option<AccountId>,
    title: &str,
) -> Result<()> {
    match owner.filter(|it| *it != by.id) {
        Some(to) => notifications::of_book(tx, to, "task", account, Actor::Agent(by.id), title),
        None => Ok(()),
    }
}

/// On the timeline of what it is about.
pub(super) fn record(tx: &mut Tx, by: &Me, id: TaskId, change: &Change) -> Result<()> {
    let it = find::any(tx, id)?;
    journal::record(tx, Actor::Agent(by.id), subject(&it), change)
}

pub(super) fn subject(it: &Task) -> Subject {
    Subject {
        kind: "task",
        id: it.id.raw(),
        conversation: None,
        contact: it.contact_id.map(|it| it.raw()),
        account: it.account_id.map(|it| it.raw()),
    }
}
