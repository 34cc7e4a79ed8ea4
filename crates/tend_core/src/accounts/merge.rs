use serde::{Deserialize, Serialize};
use tend_store::Tx;

use super::{Account, AccountId, COLUMNS, domains, find, list::find_visible, write};
use crate::{
    Result,
    actor::Actor,
    agents::{self, AgentId, Me, Permission},
    attributes::{self, About},
    book, contacts, customer_notes,
    customers::{
        merging::{self, Choice, Choices, MergeId, Merged, Set},
        past, words,
    },
    error::{conflict, not_found, refused},
    journal::{self, Change, Subject},
    money,
    tags::{self, Tag},
};

const CONTACTS: merging::Rows = ("contacts", "account_id");
const CONVERSATIONS: merging::Rows = ("conversations", "account_id");
const NOTES: merging::Rows = ("customer_notes", "subject_id");
const MONEY: [merging::Rows; 6] = [
    ("subscriptions", "account_id"),
    ("invoices", "account_id"),
    ("renewals", "account_id"),
    ("opportunities", "account_id"),
    ("referrals", "referrer_id"),
    ("advocates", "account_id"),
];
const PARTS: merging::Rows = ("accounts", "parent_id");
const TASKS: merging::Rows = ("tasks", "account_id");
const PEOPLE: merging::Rows = ("key_people", "account_id");
const GOALS: merging::Rows = ("goals", "account_id");
const ONBOARDINGS: merging::Rows = ("onboardings", "account_id");
const MEETINGS: merging::Rows = ("meetings", "account_id");
const MOVED: [merging::Rows; 9] =
    [CONTACTS, CONVERSATIONS, NOTES, PARTS, TASKS, PEOPLE, GOALS, ONBOARDINGS, MEETINGS];

/// What a merge of two accounts would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The one that goes.
    pub from: Account,
    /// The one that stays.
    pub into: Account,
    /// What moves.
    pub domains: Vec<String>,
    /// Counted to [`list::MOST_CONTACTS`](super::list::MOST_CONTACTS) and no further.
    pub contacts: i64,
    /// Conversations that move, of those that the agent may see. The others move too.
    pub conversations: i64,
    pub notes: i64,
    /// Tags that are new to the one that stays.
    pub tags: Vec<Tag>,
    pub choices: Vec<Choice>,
}

/// What would happen, and what has to be chosen.
pub fn preview(tx: &mut Tx, me: &Me, from: AccountId, into: AccountId) -> Result<Preview> {
    me.require(Permission::CustomersMerge)?;
    let (from, into) = (find_visible(tx, me, from)?, find_visible(tx, me, into)?);
    if from.id == into.id {
        return Err(refused("This is one and the same account."));
    }
    let (goes, stays) = (from.id.raw(), into.id.raw());
    let open = past::of(tx, me, "account_id", goes, true, 0)?;
    let past = past::of(tx, me, "account_id", goes, false, 0)?;
    let own = tags::of(tx, stays)?;
    let mut tags = tags::of(tx, goes)?;
    tags.retain(|it| !own.contains(it));
    let (theirs, ours) =
        (attributes::of(tx, About::Account, goes)?, attributes::of(tx, About::Account, stays)?);
    let mut choices = fields(tx, &from, &into)?;
    choices.extend(merging::differing(&theirs, &ours));
    let all = contacts::list::Filter { account: Some(from.id), ..Default::default() };
    Ok(Preview {
        domains: domains(tx, from.id)?,
        contacts: contacts::list::count(tx, &all, super::list::MOST_CONTACTS)?,
        conversations: open.count + past.count,
        notes: customer_notes::count(tx, goes)?,
        tags,
        choices,
        from,
        into,
    })
}

fn fields(tx: &mut Tx, from: &Account, into: &Account) -> Result<Vec<Choice>> {
    let mut all = Vec::new();
    if from.name != into.name {
        all.push(Choice {
            key: "name".to_owned(),
            label: "Name".to_owned(),
            from: from.name.clone(),
            into: into.name.clone(),
        });
    }
    if let (Some(a), Some(b)) = (from.owner_id, into.owner_id)
        && a != b
    {
        all.push(Choice {
            key: "owner".to_owned(),
            label: "Owner".to_owned(),
            from: agents::find(tx, a)?.name,
            into: agents::find(tx, b)?.name,
        });
    }
    Ok(all)
}

/// What [`unmerge`] must know beyond the rows that moved.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Moved {
    fields: Vec<Set>,
    attributes: Vec<Set>,
    domains: Vec<String>,
    /// What the one that stays was a part of, if that had to change: the one that goes, or
    /// something below that.
    parent: Option<AccountId>,
}

/// Makes two accounts one. From then on the id of the one that went leads to the one that stays.
///
/// # Errors
/// Conflict when one of them was merged meanwhile: of two who try at once, one wins.
pub fn merge(
    tx: &mut Tx,
    by: &Me,
    from: AccountId,
    into: AccountId,
    choices: &Choices,
) -> Result<MergeId> {
    by.require(Permission::CustomersMerge)?;
    if from == into {
        return Err(refused("This is one and the same account."));
    }
    let (from, into) = (unmerged(tx, from)?, unmerged(tx, into)?);
    join(tx, Actor::Agent(by.id), &from, &into, choices)
}

/// Brings an account of one to where its contact belongs.
pub(crate) fn absorb(tx: &mut Tx, by: Actor, from: AccountId, into: AccountId) -> Result<MergeId> {
    let (from, into) = (find(tx, from)?, find(tx, into)?);
    let who: Vec<contacts::ContactId> = tx.column(
        "SELECT id FROM contacts WHERE account_id = $1 AND merged_into IS NULL ORDER BY id",
        &[from.id.into()],
    )?;
    let id = join(tx, by, &from, &into, &Choices::default())?;
    for it in who {
        let change = Change::ContactMoved { from: from.name.clone(), to: into.name.clone() };
        journal::record(tx, by, Subject::contact(it.raw(), into.id.raw()), &change)?;
    }
    Ok(id)
}

fn unmerged(tx: &mut Tx, id: AccountId) -> Result<Account> {
    let found = itself(tx, id)?;
    match found.merged_into {
        None => Ok(found),
        Some(_) => Err(conflict(format!("{} was merged already. Look again.", found.name))),
    }
}

fn itself(tx: &mut Tx, id: AccountId) -> Result<Account> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("account"))
}

fn join(
    tx: &mut Tx,
    by: Actor,
    from: &Account,
    into: &Account,
    choices: &Choices,
) -> Result<MergeId> {
    let (goes, stays) = (from.id.raw(), into.id.raw());
    let id = merging::begin(tx, by, "account", goes, stays)?;
    let parent = step_up(tx, from, into)?;
    for rows in MOVED.into_iter().chain(MONEY) {
        merging::give(tx, id, rows, goes, stays)?;
    }
    money::steps::moved(tx, from.id, into.id)?;
    merging::share_tags(tx, id, goes, stays)?;
    let moved = Moved {
        domains: domains(tx, from.id)?,
        attributes: merging::share_attributes(tx, About::Account, goes, stays, choices)?,
        fields: take_fields(tx, from, into, choices)?,
        parent,
    };
    tx.execute(
        "UPDATE account_domains SET account_id = $2 WHERE account_id = $1",
        &[from.id.into(), into.id.into()],
    )?;
    merging::keep(tx, id, &moved)?;
    set_merged(tx, from.id, Some(into.id))?;
    words::file_account(tx, into.id)?;
    for it in [from.id, into.id] {
        book::refresh(tx, it)?;
    }
    let change = Change::AccountMerged { from: from.id.to_string(), name: from.name.clone() };
    journal::record(tx, by, Subject::account(stays), &change)?;
    Ok(id)
}

/// Who stays and was a part of the one that goes takes its place among the parts. Says what they
/// were a part of, if so.
fn step_up(tx: &mut Tx, from: &Account, into: &Account) -> Result<Option<AccountId>> {
    if !book::is_below(tx, into.id, from.id)? {
        return Ok(None);
    }
    tx.execute(
        "UPDATE accounts SET parent_id = $2 WHERE id = $1",
        &[into.id.into(), from.parent_id.into()],
    )?;
    Ok(into.parent_id)
}

fn set_merged(tx: &mut Tx, id: AccountId, into: Option<AccountId>) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE accounts SET merged_into = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), into.into(), now.into()],
    )?;
    words::file_account(tx, id)
}

fn take_fields(tx: &mut Tx, from: &Account, into: &Account, choices: &Choices) -> Result<Vec<Set>> {
    let (mut after, mut set) = (into.clone(), Vec::new());
    if from.name != into.name && choices.takes("name") {
        after.name.clone_from(&from.name);
        set.push(text("name", &into.name, &from.name));
    }
    if from.kind == "company" && into.kind != "company" {
        after.kind.clone_from(&from.kind);
        set.push(text("kind", &into.kind, &from.kind));
    }
    let owner = |it: Option<AgentId>| it.map(|it| it.to_string());
    let wanted = into.owner_id.is_none() || choices.takes("owner");
    if from.owner_id.is_some() && from.owner_id != into.owner_id && wanted {
        after.owner_id = from.owner_id;
        set.push(Set { key: "owner".into(), was: owner(into.owner_id), now: owner(from.owner_id) });
    }
    write(tx, &after)?;
    Ok(set)
}

fn text(key: &str, was: &str, now: &str) -> Set {
    Set { key: key.to_owned(), was: Some(was.to_owned()), now: Some(now.to_owned()) }
}

/// The merges into it that can be taken back, the newest first.
pub fn merges(tx: &mut Tx, id: AccountId) -> Result<Vec<Merged>> {
    merging::of(tx, About::Account, id.raw())
}

/// Takes a merge back: everything that moved and still is where the merge put it returns; what
/// happened since then stays where it is.
///
/// # Errors
/// Conflict when it was taken back already, or when the one that stayed was merged since.
pub fn unmerge(tx: &mut Tx, by: &Me, id: MergeId) -> Result<AccountId> {
    by.require(Permission::CustomersMerge)?;
    part(tx, Actor::Agent(by.id), id)
}

/// As [`unmerge`], for what came with a merge of contacts; nothing if it was taken back by itself.
pub(crate) fn unabsorb(tx: &mut Tx, by: Actor, id: MergeId) -> Result<()> {
    match part(tx, by, id) {
        Ok(_) | Err(crate::Error::Conflict(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

fn part(tx: &mut Tx, by: Actor, id: MergeId) -> Result<AccountId> {
    let merge = merging::find(tx, id, "account")?;
    let moved: Moved = serde_json::from_str(&merge.moved).unwrap_or_default();
    let into = unmerged(tx, AccountId::from_raw(merge.into_id))?;
    let from = itself(tx, AccountId::from_raw(merge.from_id))?;
    let (goes, stays) = (merge.from_id, merge.into_id);
    return_fields(tx, &into, &moved.fields)?;
    merging::unshare_attributes(tx, About::Account, stays, &moved.attributes)?;
    merging::unshare_tags(tx, id, stays, goes)?;
    for rows in MOVED.into_iter().rev().chain(MONEY) {
        merging::give_back(tx, id, rows, stays, goes)?;
    }
    money::steps::moved(tx, from.id, into.id)?;
    for it in &moved.domains {
        tx.execute(
            "UPDATE account_domains SET account_id = $3 WHERE domain = $1 AND account_id = $2",
            &[it.into(), stays.into(), goes.into()],
        )?;
    }
    if let Some(parent) = moved.parent {
        let sql = "UPDATE accounts SET parent_id = $2 WHERE id = $1";
        tx.execute(sql, &[into.id.into(), parent.into()])?;
    }
    merging::close(tx, id)?;
    set_merged(tx, from.id, None)?;
    words::file_account(tx, into.id)?;
    for it in [from.id, into.id] {
        book::refresh(tx, it)?;
    }
    let change = Change::AccountUnmerged { from: from.id.to_string(), name: from.name };
    for it in [stays, goes] {
        journal::record(tx, by, Subject::account(it), &change)?;
    }
    Ok(from.id)
}

fn return_fields(tx: &mut Tx, into: &Account, set: &[Set]) -> Result<()> {
    let mut after = into.clone();
    for it in set {
        let owner = after.owner_id.map(|it| it.to_string());
        match (it.key.as_str(), &it.was) {
            ("name", Some(was)) if it.now.as_ref() == Some(&after.name) => {
                after.name.clone_from(was)
            }
            ("kind", Some(was)) if it.now.as_ref() == Some(&after.kind) => {
                after.kind.clone_from(was)
            }
            ("owner", was) if it.now == owner => {
                after.owner_id = was.as_ref().and_then(|it| it.parse().ok());
            }
            _ => {}
        }
    }
    write(tx, &after)
}
