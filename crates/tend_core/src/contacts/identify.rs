use tend_store::Tx;

use super::{
    Contact, ContactId, Identity, IdentityId, IdentityKind,
    create::{owner, taken},
    fields, find, identities, meet,
};
use crate::{
    Result,
    accounts::{self, is_free_mail},
    actor::Actor,
    agents::{Me, Permission},
    customers::words,
    error::{invalid, not_found, refused},
    journal::{self, Change},
};

/// Makes a contact known by one more address, number or name. Doing it twice is doing it once.
/// If they are an account of one until now, their account follows the address's company.
///
/// # Errors
/// Refused when another contact has it: the sentence says who, and to merge.
pub fn add_identity(
    tx: &mut Tx,
    by: &Me,
    id: ContactId,
    kind: IdentityKind,
    value: &str,
) -> Result<IdentityId> {
    by.require(Permission::CustomersEdit)?;
    identify(tx, Actor::Agent(by.id), id, kind, value).map(|it| it.0)
}

/// The identity, and whether it is news.
pub(crate) fn identify(
    tx: &mut Tx,
    by: Actor,
    id: ContactId,
    kind: IdentityKind,
    value: &str,
) -> Result<(IdentityId, bool)> {
    let contact = find(tx, id)?;
    let folded = kind.fold(value).ok_or_else(|| invalid(kind.word(), fields::unreadable(kind)))?;
    let all = identities(tx, contact.id)?;
    if let Some(other) = owner(tx, kind, &folded)? {
        let same =
            |it: &&Identity| it.kind == kind && kind.fold(&it.value).as_ref() == Some(&folded);
        return match all.iter().find(same) {
            Some(it) => Ok((it.id, false)),
            None => Err(refused(taken(&other, value))),
        };
    }
    let first = !all.iter().any(|it| it.kind == kind);
    let new = meet::insert_identity(tx, contact.id, kind, value.trim(), &folded, first)?;
    words::file_contact(tx, contact.id)?;
    let change = Change::IdentityAdded { of: kind.word().into(), value: value.trim().into() };
    journal::record(tx, by, contact.subject_of_journal(), &change)?;
    if kind == IdentityKind::Email {
        follow_domain(tx, by, &contact, &folded)?;
    }
    Ok((new, true))
}

/// Who was an account of one belongs to the company whose address they turn out to have.
fn follow_domain(tx: &mut Tx, by: Actor, contact: &Contact, folded: &str) -> Result<()> {
    let Some(domain) = folded.rsplit('@').next().filter(|it| !is_free_mail(it)) else {
        return Ok(());
    };
    if !accounts::is_of_one(tx, contact.account_id)? {
        return Ok(());
    }
    let company = accounts::of_company(tx, by, domain)?;
    accounts::absorb(tx, by, contact.account_id, company).map(|_| ())
}

/// Forgets that a contact is known by this. If it was the primary one of its kind, the next
/// takes its place.
pub fn remove_identity(tx: &mut Tx, by: &Me, id: ContactId, identity: IdentityId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let contact = find(tx, id)?;
    let gone = own(tx, &contact, identity)?;
    tx.execute("DELETE FROM identities WHERE id = $1", &[identity.into()])?;
    ensure_primary(tx, contact.id)?;
    words::file_contact(tx, contact.id)?;
    let change = Change::IdentityRemoved { of: gone.kind.word().into(), value: gone.value };
    journal::record(tx, Actor::Agent(by.id), contact.subject_of_journal(), &change)
}

/// Makes it the one of its kind that we write to. Doing it twice is doing it once.
pub fn prefer_identity(tx: &mut Tx, by: &Me, id: ContactId, identity: IdentityId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    prefer(tx, Actor::Agent(by.id), id, identity)
}

pub(crate) fn prefer(tx: &mut Tx, by: Actor, id: ContactId, identity: IdentityId) -> Result<()> {
    let contact = find(tx, id)?;
    let it = own(tx, &contact, identity)?;
    if it.is_primary {
        return Ok(());
    }
    set_primary(tx, &it)?;
    let change = Change::IdentityPreferred { of: it.kind.word().into(), value: it.value };
    journal::record(tx, by, contact.subject_of_journal(), &change)
}

fn set_primary(tx: &mut Tx, it: &Identity) -> Result<()> {
    tx.execute(
        "UPDATE identities SET is_primary = (id = $3) WHERE contact_id = $1 AND kind = $2",
        &[it.contact_id.into(), it.kind.into(), it.id.into()],
    )?;
    Ok(())
}

/// Each kind that a contact has gets a primary one, the oldest, where it lost its own.
pub(crate) fn ensure_primary(tx: &mut Tx, id: ContactId) -> Result<()> {
    let all = identities(tx, id)?;
    for kind in IdentityKind::ALL {
        let of_kind: Vec<_> = all.iter().filter(|it| it.kind == kind).collect();
        let count = of_kind.iter().filter(|it| it.is_primary).count();
        if let Some(first) = of_kind.first().filter(|_| count != 1) {
            set_primary(tx, first)?;
        }
    }
    Ok(())
}

fn own(tx: &mut Tx, contact: &Contact, identity: IdentityId) -> Result<Identity> {
    let all = identities(tx, contact.id)?;
    all.into_iter().find(|it| it.id == identity).ok_or(not_found("identity"))
}
