//! Who counts in an account: champion, sponsor, who decides, who blocks.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    agents::{Me, Permission},
    contacts::{self, Contact, ContactId},
    error::refused,
    journal::{self, Change, Subject},
    notifications,
    words::words,
};

id!(KeyPersonId, "kps");

words! {
    /// What a contact is for us in their company.
    PersonRole, "The role is champion, sponsor, decision_maker, user or blocker." {
        /// Speaks for us from within.
        Champion = "champion" "Champion",
        /// Pays, and wants it.
        Sponsor = "sponsor" "Sponsor",
        DecisionMaker = "decision_maker" "Decides",
        User = "user" "Main user",
        Blocker = "blocker" "Blocker",
    }
}

impl PersonRole {
    /// Whether it is told when they leave or fall silent: of somebody who is against us it is not.
    pub fn is_missed(self) -> bool {
        self != Self::Blocker
    }
}

row! {
    /// A contact with what they are in their company. One contact may be several things.
    pub struct KeyPerson {
        pub id: KeyPersonId,
        pub account_id: AccountId,
        pub contact_id: ContactId,
        pub name: String,
        pub title: String,
        pub picture_file_id: Option<i64>,
        pub role: PersonRole,
        /// The last time they wrote.
        pub seen_at: Option<Timestamp>,
        pub left_at: Option<Timestamp>,
        /// `said` by somebody, or `bounced`: mail to them comes back.
        pub left_why: String,
        /// Since when we know that nothing is heard of them.
        pub silent_at: Option<Timestamp>,
    }
}

pub(super) const SELECT: &str =
    "SELECT key_people.id, key_people.account_id, key_people.contact_id, contacts.name,
         contacts.title, contacts.picture_file_id, key_people.role, contacts.seen_at,
         key_people.left_at, key_people.left_why, key_people.silent_at
     FROM key_people JOIN contacts ON contacts.id = key_people.contact_id";

/// Who counts in an account, in the order of the roles; those who left last.
pub fn key_people(tx: &mut Tx, id: AccountId) -> Result<Vec<KeyPerson>> {
    let sql = format!("{SELECT} WHERE key_people.account_id = $1 ORDER BY key_people.id");
    let mut all: Vec<KeyPerson> = tx.rows(&sql, &[id.into()])?;
    let place = |it: &KeyPerson| PersonRole::ALL.iter().position(|role| *role == it.role);
    all.sort_by_key(|it| (it.left_at.is_some(), place(it), it.contact_id));
    // Two who were merged may both have been the same.
    all.dedup_by_key(|it| (it.contact_id, it.role));
    Ok(all)
}

/// Says what a contact is in their company. Doing it twice is doing it once.
pub fn add_role(tx: &mut Tx, by: &Me, id: ContactId, role: PersonRole) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let it = contacts::find_visible(tx, by, id)?;
    let known: Option<i64> = tx.maybe_scalar(
        "SELECT id FROM key_people WHERE contact_id = $1 AND role = $2 LIMIT 1",
        &[it.id.into(), role.into()],
    )?;
    if known.is_some() {
        return Ok(());
    }
    let (fresh, now) = (KeyPersonId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO key_people (id, account_id, contact_id, role, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        &[fresh.into(), it.account_id.into(), it.id.into(), role.into(), now.into()],
    )?;
    record(tx, Actor::Agent(by.id), &it, Change::RoleAdded { role: role.label().into() })
}

/// Takes that back.
pub fn remove_role(tx: &mut Tx, by: &Me, id: ContactId, role: PersonRole) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let it = contacts::find_visible(tx, by, id)?;
    let gone = tx.execute(
        "DELETE FROM key_people WHERE contact_id = $1 AND role = $2",
        &[it.id.into(), role.into()],
    )?;
    match gone {
        0 => Ok(()),
        _ => {
            record(tx, Actor::Agent(by.id), &it, Change::RoleRemoved { role: role.label().into() })
        }
    }
}

/// A key person is in their company no more: everyone who looks after it should know.
///
/// # Errors
/// Refused for a contact who is no key person.
pub fn left(tx: &mut Tx, by: &Me, id: ContactId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let it = contacts::find_visible(tx, by, id)?;
    let any: Option<i64> =
        tx.maybe_scalar("SELECT id FROM key_people WHERE contact_id = $1", &[it.id.into()])?;
    if any.is_none() {
        return Err(refused("Say first what they are in their company."));
    }
    gone(tx, Actor::Agent(by.id), &it, "said")
}

/// They are there after all.
pub fn returned(tx: &mut Tx, by: &Me, id: ContactId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let it = contacts::find_visible(tx, by, id)?;
    let back = tx.execute(
        "UPDATE key_people SET left_at = NULL, left_why = '' WHERE contact_id = $1
             AND left_at IS NOT NULL",
        &[it.id.into()],
    )?;
    match back {
        0 => Ok(()),
        _ => record(tx, Actor::Agent(by.id), &it, Change::PersonReturned {}),
    }
}

/// Mail to them comes back for good.
pub(crate) fn bounced(tx: &mut Tx, id: ContactId) -> Result<()> {
    let it = contacts::find(tx, id)?;
    gone(tx, Actor::System, &it, "bounced")
}

fn gone(tx: &mut Tx, by: Actor, it: &Contact, why: &str) -> Result<()> {
    let now = tx.now();
    let roles: Vec<PersonRole> = tx.column(
        "SELECT role FROM key_people WHERE contact_id = $1 AND left_at IS NULL ORDER BY id",
        &[it.id.into()],
    )?;
    let Some(role) = roles.first() else { return Ok(()) };
    tx.execute(
        "UPDATE key_people SET left_at = $2, left_why = $3, silent_at = NULL
         WHERE contact_id = $1 AND left_at IS NULL",
        &[it.id.into(), now.into(), why.into()],
    )?;
    let change = Change::PersonLeft { role: role.label().into(), why: why.into() };
    record(tx, by, it, change)?;
    match roles.iter().any(|it| it.is_missed()) {
        true => tell_owner(tx, it, by, "left"),
        false => Ok(()),
    }
}

/// Somebody who had fallen silent is heard again.
pub(crate) fn heard_of(tx: &mut Tx, contact: i64) -> Result<()> {
    let sql = "UPDATE key_people SET silent_at = NULL
               WHERE contact_id = $1 AND silent_at IS NOT NULL";
    tx.execute(sql, &[contact.into()])?;
    Ok(())
}

/// Who they are goes with them to another account.
pub(crate) fn follow_contact(tx: &mut Tx, contact: i64) -> Result<()> {
    tx.execute(
        "UPDATE key_people SET account_id =
             (SELECT account_id FROM contacts WHERE contacts.id = key_people.contact_id)
         WHERE contact_id = $1",
        &[contact.into()],
    )?;
    Ok(())
}

pub(super) fn tell_owner(tx: &mut Tx, it: &Contact, by: Actor, word: &'static str) -> Result<()> {
    let account = crate::accounts::find(tx, it.account_id)?;
    let who = if let Actor::Agent(it) = by { Some(it) } else { None };
    match account.owner_id.filter(|it| Some(*it) != who) {
        Some(owner) => notifications::of_account(tx, owner, word, account.id, by, &it.name),
        None => Ok(()),
    }
}

pub(super) fn record(tx: &mut Tx, by: Actor, it: &Contact, change: Change) -> Result<()> {
    journal::record(tx, by, Subject::contact(it.id.raw(), it.account_id.raw()), &change)
}
