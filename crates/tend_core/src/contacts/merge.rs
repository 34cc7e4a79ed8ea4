use serde::{Deserialize, Serialize};
use tend_store::Tx;

use super::{
    COLUMNS, Contact, ContactId, Identity, change, find, identify::ensure_primary, identities,
    list::find_visible,
};
use crate::{
    Result,
    accounts::{self, Account},
    actor::Actor,
    agents::{Me, Permission},
    attributes::{self, About},
    book, customer_notes,
    customers::{
        Pasts,
        merging::{self, Choice, Choices, MergeId, Merged, Set},
        past, words,
    },
    error::{conflict, not_found, refused},
    journal::{self, Change},
    tags::{self, Tag},
};

const IDENTITIES: merging::Rows = ("identities", "contact_id");
const CONVERSATIONS: merging::Rows = ("conversations", "contact_id");
/// What goes along as it is.
const BELONGINGS: [merging::Rows; 19] = [
    ("customer_notes", "subject_id"),
    ("key_people", "contact_id"),
    ("tasks", "contact_id"),
    ("orders", "contact_id"),
    ("shop_customers", "contact_id"),
    ("touches", "contact_id"),
    ("touch_refusals", "contact_id"),
    ("promotion_pauses", "contact_id"),
    ("consents", "contact_id"),
    ("customer_links", "contact_id"),
    ("remedies", "contact_id"),
    ("recommend_shown", "contact_id"),
    ("quiz_runs", "contact_id"),
    ("survey_plans", "contact_id"),
    ("survey_requests", "contact_id"),
    ("survey_loops", "contact_id"),
    ("enrolments", "contact_id"),
    ("page_messages", "contact_id"),
    ("meeting_people", "contact_id"),
];

/// What a merge of two contacts would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The one that goes.
    pub from: Contact,
    /// The one that stays.
    pub into: Contact,
    /// Where the one that stays will belong.
    pub account: Account,
    /// An account of one that goes too.
    pub account_that_goes: Option<Account>,
    /// What moves.
    pub identities: Vec<Identity>,
    /// Conversations that move, of those that the agent may see. The others move too.
    pub conversations: i64,
    pub notes: i64,
    /// Tags that are new to the one that stays.
    pub tags: Vec<Tag>,
    pub choices: Vec<Choice>,
}

/// What would happen, and what has to be chosen.
pub fn preview(tx: &mut Tx, me: &Me, from: ContactId, into: ContactId) -> Result<Preview> {
    me.require(Permission::CustomersMerge)?;
    let (from, into) = (find_visible(tx, me, from)?, find_visible(tx, me, into)?);
    if from.id == into.id {
        return Err(refused("This is one and the same contact."));
    }
    let (goes, stays) = (from.id.raw(), into.id.raw());
    let open: Pasts = past::of(tx, me, "contact_id", goes, true, 0)?;
    let past: Pasts = past::of(tx, me, "contact_id", goes, false, 0)?;
    let own = tags::of(tx, stays)?;
    let mut tags = tags::of(tx, goes)?;
    tags.retain(|it| !own.contains(it));
    let (theirs, ours) =
        (attributes::of(tx, About::Contact, goes)?, attributes::of(tx, About::Contact, stays)?);
    let mut choices = fields(&from, &into);
    choices.extend(merging::differing(&theirs, &ours));
    let way = way_of_accounts(tx, &from, &into)?;
    Ok(Preview {
        account: accounts::find(tx, way.map_or(into.account_id, |it| it.1))?,
        account_that_goes: match way {
            Some(it) => Some(accounts::find(tx, it.0)?),
            None => None,
        },
        identities: identities(tx, from.id)?,
        conversations: open.count + past.count,
        notes: customer_notes::count(tx, goes)?,
        tags,
        choices,
        from,
        into,
    })
}

/// Which account goes into which, when the two contacts' accounts differ: an account of one
/// gives way. Two companies both stay, and so do the conversations that each had.
fn way_of_accounts(
    tx: &mut Tx,
    from: &Contact,
    into: &Contact,
) -> Result<Option<(accounts::AccountId, accounts::AccountId)>> {
    if from.account_id == into.account_id {
        return Ok(None);
    }
    if accounts::is_of_one(tx, from.account_id)? {
        return Ok(Some((from.account_id, into.account_id)));
    }
    match accounts::is_of_one(tx, into.account_id)? {
        true => Ok(Some((into.account_id, from.account_id))),
        false => Ok(None),
    }
}

fn fields(from: &Contact, into: &Contact) -> Vec<Choice> {
    let all = [
        ("name", "Name", &from.name, &into.name),
        ("title", "Title", &from.title, &into.title),
        ("time_zone", "Time zone", &from.time_zone, &into.time_zone),
        ("language", "Language", &from.language, &into.language),
    ];
    let differ = all.into_iter().filter(|it| !it.2.is_empty() && !it.3.is_empty() && it.2 != it.3);
    differ
        .map(|(key, label, from, into)| Choice {
            key: key.to_owned(),
            label: label.to_owned(),
            from: from.clone(),
            into: into.clone(),
        })
        .collect()
}

/// What [`unmerge`] must know beyond the rows that moved.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Moved {
    fields: Vec<Set>,
    attributes: Vec<Set>,
    /// Raw ids of the identities that were primary.
    primaries: Vec<i64>,
    /// The merge of accounts that came with it.
    accounts: Option<MergeId>,
}

/// Makes two contacts one. From then on the id of the one that went leads to the one that stays.
///
/// # Errors
/// Conflict when one of them was merged meanwhile: of two who try at once, one wins.
pub fn merge(
    tx: &mut Tx,
    by: &Me,
    from: ContactId,
    into: ContactId,
    choices: &Choices,
) -> Result<MergeId> {
    by.require(Permission::CustomersMerge)?;
    if from == into {
        return Err(refused("This is one and the same contact."));
    }
    let (from, into) = (unmerged(tx, from)?, unmerged(tx, into)?);
    let (goes, stays, actor) = (from.id.raw(), into.id.raw(), Actor::Agent(by.id));
    let way = way_of_accounts(tx, &from, &into)?;
    let id = merging::begin(tx, actor, "contact", goes, stays)?;
    let mut moved = Moved::default();
    if let Some((gone, kept)) = way {
        moved.accounts = Some(accounts::absorb(tx, actor, gone, kept)?);
    }
    moved.primaries = take_identities(tx, id, &from, &into)?;
    merging::give(tx, id, CONVERSATIONS, goes, stays)?;
    for rows in BELONGINGS {
        merging::give(tx, id, rows, goes, stays)?;
    }
    book::follow_contact(tx, stays)?;
    merging::share_tags(tx, id, goes, stays)?;
    moved.attributes = merging::share_attributes(tx, About::Contact, goes, stays, choices)?;
    moved.fields = take_fields(tx, &from, &into, choices)?;
    merging::keep(tx, id, &moved)?;
    set_merged(tx, &from, Some(into.id))?;
    let change = Change::ContactMerged { from: from.id.to_string(), name: from.name };
    let into = find(tx, into.id)?;
    journal::record(tx, actor, into.subject_of_journal(), &change)?;
    Ok(id)
}

fn unmerged(tx: &mut Tx, id: ContactId) -> Result<Contact> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE id = $1");
    let found: Contact = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("contact"))?;
    match found.merged_into {
        None => Ok(found),
        Some(_) => Err(conflict(format!("{} was merged already. Look again.", found.name))),
    }
}

fn set_merged(tx: &mut Tx, it: &Contact, into: Option<ContactId>) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE contacts SET merged_into = $2, changed_at = $3 WHERE id = $1",
        &[it.id.into(), into.into(), now.into()],
    )?;
    words::file_contact(tx, it.id)?;
    if let Some(into) = into {
        words::file_contact(tx, into)?;
    }
    Ok(())
}

fn take_identities(tx: &mut Tx, id: MergeId, from: &Contact, into: &Contact) -> Result<Vec<i64>> {
    let (theirs, own) = (identities(tx, from.id)?, identities(tx, into.id)?);
    for it in &theirs {
        if it.is_primary && own.iter().any(|own| own.kind == it.kind) {
            tx.execute("UPDATE identities SET is_primary = FALSE WHERE id = $1", &[it.id.into()])?;
        }
    }
    merging::give(tx, id, IDENTITIES, from.id.raw(), into.id.raw())?;
    Ok(theirs.iter().filter(|it| it.is_primary).map(|it| it.id.raw()).collect())
}

/// The texts of a contact that a merge may set, by key.
fn texts(it: &mut Contact) -> [(&'static str, &mut String); 4] {
    [
        ("name", &mut it.name),
        ("title", &mut it.title),
        ("time_zone", &mut it.time_zone),
        ("language", &mut it.language),
    ]
}

fn take_fields(tx: &mut Tx, from: &Contact, into: &Contact, choices: &Choices) -> Result<Vec<Set>> {
    let (mut theirs, mut after, mut set) = (from.clone(), into.clone(), Vec::new());
    for ((key, value), (_, own)) in texts(&mut theirs).into_iter().zip(texts(&mut after)) {
        if !value.is_empty() && value != own && (own.is_empty() || choices.takes(key)) {
            set.push(Set { key: key.into(), was: Some(own.clone()), now: Some(value.clone()) });
            own.clone_from(value);
        }
    }
    change::write(tx, &after)?;
    if from.picture_file_id.is_some() && into.picture_file_id.is_none() {
        set.push(number(tx, into.id, "picture_file_id", None, from.picture_file_id)?);
    }
    let (theirs, own) =
        (from.seen_at.map(|it| it.as_microsecond()), into.seen_at.map(|it| it.as_microsecond()));
    if theirs > own {
        set.push(number(tx, into.id, "seen_at", own, theirs)?);
    }
    Ok(set)
}

fn number(
    tx: &mut Tx,
    id: ContactId,
    column: &str,
    was: Option<i64>,
    now: Option<i64>,
) -> Result<Set> {
    tx.execute(
        &format!("UPDATE contacts SET {column} = $2 WHERE id = $1"),
        &[id.into(), now.into()],
    )?;
    let text = |it: Option<i64>| it.map(|it| it.to_string());
    Ok(Set { key: column.to_owned(), was: text(was), now: text(now) })
}

/// The merges into it that can be taken back, the newest first.
pub fn merges(tx: &mut Tx, id: ContactId) -> Result<Vec<Merged>> {
    merging::of(tx, About::Contact, id.raw())
}

/// Takes a merge back: everything that moved and still is where the merge put it returns; what
/// happened since then stays where it is.
///
/// # Errors
/// Conflict when it was taken back already, or when the one that stayed was merged since.
pub fn unmerge(tx: &mut Tx, by: &Me, id: MergeId) -> Result<ContactId> {
    by.require(Permission::CustomersMerge)?;
    let actor = Actor::Agent(by.id);
    let merge = merging::find(tx, id, "contact")?;
    let moved: Moved = serde_json::from_str(&merge.moved).unwrap_or_default();
    let into = unmerged(tx, ContactId::from_raw(merge.into_id))?;
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE id = $1");
    let from: Contact = tx.one(&sql, &[merge.from_id.into()])?;
    let (goes, stays) = (merge.from_id, merge.into_id);
    return_fields(tx, &into, &moved.fields)?;
    merging::unshare_attributes(tx, About::Contact, stays, &moved.attributes)?;
    merging::unshare_tags(tx, id, stays, goes)?;
    for rows in BELONGINGS.into_iter().rev().chain([CONVERSATIONS, IDENTITIES]) {
        merging::give_back(tx, id, rows, stays, goes)?;
    }
    for it in [stays, goes] {
        book::follow_contact(tx, it)?;
    }
    return_primaries(tx, &from, &into, &moved.primaries)?;
    merging::close(tx, id)?;
    set_merged(tx, &from, None)?;
    words::file_contact(tx, into.id)?;
    if let Some(accounts) = moved.accounts {
        accounts::unabsorb(tx, actor, accounts)?;
    }
    let change = Change::ContactUnmerged { from: from.id.to_string(), name: from.name.clone() };
    for it in [into.id, from.id] {
        let subject = find(tx, it)?.subject_of_journal();
        journal::record(tx, actor, subject, &change)?;
    }
    Ok(from.id)
}

fn return_fields(tx: &mut Tx, into: &Contact, set: &[Set]) -> Result<()> {
    let mut after = into.clone();
    for (key, value) in texts(&mut after) {
        let set = set.iter().find(|it| it.key == key && it.now.as_ref() == Some(value));
        if let Some(was) = set.and_then(|it| it.was.clone()) {
            *value = was;
        }
    }
    change::write(tx, &after)?;
    for it in set {
        let column = match it.key.as_str() {
            "picture_file_id" => "picture_file_id",
            "seen_at" => "seen_at",
            _ => continue,
        };
        let number = |it: &Option<String>| it.as_ref().and_then(|it| it.parse::<i64>().ok());
        let sql = format!("UPDATE contacts SET {column} = $2 WHERE id = $1 AND {column} = $3");
        tx.execute(&sql, &[into.id.into(), number(&it.was).into(), number(&it.now).into()])?;
    }
    Ok(())
}

fn return_primaries(tx: &mut Tx, from: &Contact, into: &Contact, primaries: &[i64]) -> Result<()> {
    tx.execute(
        "UPDATE identities SET is_primary = FALSE WHERE contact_id = $1",
        &[from.id.into()],
    )?;
    for it in primaries {
        tx.execute(
            "UPDATE identities SET is_primary = TRUE WHERE id = $1 AND contact_id = $2",
            &[(*it).into(), from.id.into()],
        )?;
    }
    ensure_primary(tx, from.id)?;
    ensure_primary(tx, into.id)
}
