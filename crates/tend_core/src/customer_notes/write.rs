use tend_store::Tx;

use super::{Note, NoteId, find};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    attributes::About,
    contacts::{self, ContactId},
    error::{invalid, refused},
    html::Html,
    journal::{self, Change, Subject},
};

/// Writes a note on a contact.
pub fn add_to_contact(tx: &mut Tx, by: &Me, id: ContactId, html: &Html) -> Result<NoteId> {
    by.require(Permission::CustomersEdit)?;
    let subject = contacts::find(tx, id)?.subject_of_journal();
    add(tx, by, subject, html)
}

/// Writes a note on an account.
pub fn add_to_account(tx: &mut Tx, by: &Me, id: AccountId, html: &Html) -> Result<NoteId> {
    by.require(Permission::CustomersEdit)?;
    let subject = Subject::account(accounts::find(tx, id)?.id.raw());
    add(tx, by, subject, html)
}

fn add(tx: &mut Tx, by: &Me, subject: Subject, html: &Html) -> Result<NoteId> {
    checked(html)?;
    let (id, now) = (NoteId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO customer_notes
             (id, subject_kind, subject_id, author_id, html, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        &[
            id.into(),
            subject.kind.into(),
            subject.id.into(),
            by.id.into(),
            html.as_str().into(),
            now.into(),
        ],
    )?;
    let change = Change::NoteAdded { note: id.to_string() };
    journal::record(tx, Actor::Agent(by.id), subject, &change)?;
    Ok(id)
}

/// Changes a note of one's own. Doing it twice is doing it once.
pub fn edit(tx: &mut Tx, by: &Me, id: NoteId, html: &Html) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let note = find(tx, id)?;
    if note.author_id != by.id {
        return Err(refused(format!("Only {} can change this note.", note.author)));
    }
    checked(html)?;
    if note.html_text == html.as_str() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE customer_notes SET html = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), html.as_str().into(), now.into()],
    )?;
    let subject = about(tx, &note)?;
    journal::record(tx, Actor::Agent(by.id), subject, &Change::NoteChanged { note: id.to_string() })
}

/// Deletes a note: one's own, or, for who may merge customers, anyone's.
pub fn delete(tx: &mut Tx, by: &Me, id: NoteId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let note = find(tx, id)?;
    if note.author_id != by.id && !by.may(Permission::CustomersMerge) {
        return Err(refused(format!("Only {} can delete this note.", note.author)));
    }
    let now = tx.now();
    tx.execute(
        "UPDATE customer_notes SET deleted_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    let subject = about(tx, &note)?;
    journal::record(tx, Actor::Agent(by.id), subject, &Change::NoteDeleted { note: id.to_string() })
}

/// Puts back a note that was just deleted. Doing it twice is doing it once.
pub fn undelete(tx: &mut Tx, by: &Me, id: NoteId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let back = tx.execute(
        "UPDATE customer_notes SET deleted_at = NULL
         WHERE id = $1 AND deleted_at IS NOT NULL AND (author_id = $2 OR $3)",
        &[id.into(), by.id.into(), by.may(Permission::CustomersMerge).into()],
    )?;
    let note = find(tx, id)?;
    if back == 0 {
        return Ok(());
    }
    let subject = about(tx, &note)?;
    journal::record(
        tx,
        Actor::Agent(by.id),
        subject,
        &Change::NoteRestored { note: id.to_string() },
    )
}

fn checked(html: &Html) -> Result<()> {
    if html.is_blank() {
        return Err(invalid("html", "Write something first."));
    }
    match html.as_str().len() > LONGEST {
        true => Err(invalid("html", "This note is too long.")),
        false => Ok(()),
    }
}

/// Bytes of HTML, at most.
const LONGEST: usize = 100_000;

fn about(tx: &mut Tx, note: &Note) -> Result<Subject> {
    Ok(match note.subject_kind {
        About::Account => Subject::account(note.subject_id),
        _ => contacts::find(tx, ContactId::from_raw(note.subject_id))?.subject_of_journal(),
    })
}
