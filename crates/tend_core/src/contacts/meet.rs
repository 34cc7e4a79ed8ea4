use tend_store::Tx;

use super::{COLUMNS, Contact, ContactId, IdentityId, IdentityKind};
use crate::{
    Result,
    accounts::{self, AccountId, is_free_mail},
    actor::Actor,
    customers::words,
    error::invalid,
    fold,
    journal::{self, Change, Subject},
};

/// Someone who turns up, by what they are known by.
#[derive(Clone, Debug, Default)]
pub struct Stranger {
    /// May be empty; the identity then serves as the name.
    pub name: String,
    /// In order of trust: the first that is known decides who it is.
    pub identities: Vec<(IdentityKind, String)>,
}

impl Stranger {
    /// Someone known by an email address.
    pub fn by_email(name: &str, email: &str) -> Self {
        let identities = vec![(IdentityKind::Email, email.to_owned())];
        Self { name: name.to_owned(), identities }
    }
}

/// The contact with one of these identities; one who was never seen gets a record, and an
/// account by the domain of their address, or of their own if anyone may have such an address.
pub fn meet(tx: &mut Tx, by: Actor, who: &Stranger) -> Result<Contact> {
    let mut known_as = Vec::new();
    for (kind, value) in &who.identities {
        let folded = kind.fold(value);
        let folded = folded.ok_or_else(|| invalid(kind.word(), "This cannot be read."))?;
        if let Some(contact) = owner(tx, *kind, &folded)? {
            return Ok(contact);
        }
        known_as.push((*kind, value.trim(), folded));
    }
    if known_as.is_empty() && who.name.trim().is_empty() {
        return Err(invalid("contact", "A contact needs a name or an address."));
    }
    let name = name_for(who);
    let account = account_for(tx, by, &known_as, &name)?;
    let id = insert(tx, by, account, &name)?;
    for (at, (kind, value, folded)) in known_as.iter().enumerate() {
        let first = !known_as[..at].iter().any(|it| it.0 == *kind);
        insert_identity(tx, id, *kind, value, folded, first)?;
    }
    words::file_contact(tx, id)?;
    super::find(tx, id)
}

pub(super) fn owner(tx: &mut Tx, kind: IdentityKind, folded: &str) -> Result<Option<Contact>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts WHERE id =
             (SELECT contact_id FROM identities WHERE kind = $1 AND value_folded = $2)"
    );
    Ok(tx.maybe(&sql, &[kind.into(), folded.into()])?)
}

pub(super) fn name_for(who: &Stranger) -> String {
    let given = fold::one_line(&who.name, 200);
    if !given.is_empty() {
        return given;
    }
    let (kind, value) = &who.identities[0];
    match kind {
        IdentityKind::Visitor => "Visitor".to_owned(),
        _ => fold::one_line(value, 200),
    }
}

pub(super) fn account_for(
    tx: &mut Tx,
    by: Actor,
    known_as: &[(IdentityKind, &str, String)],
    name: &str,
) -> Result<AccountId> {
    let email = known_as.iter().find(|it| it.0 == IdentityKind::Email);
    let domain = email.and_then(|it| it.2.rsplit('@').next());
    match domain {
        Some(domain) if !is_free_mail(domain) => accounts::of_company(tx, by, domain),
        _ => accounts::of_person(tx, by, name),
    }
}

pub(crate) fn insert(tx: &mut Tx, by: Actor, account: AccountId, name: &str) -> Result<ContactId> {
    let (id, now) = (ContactId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO contacts (id, account_id, name, name_folded, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        &[id.into(), account.into(), name.into(), fold::fold(name).into(), now.into()],
    )?;
    let change = Change::ContactCreated { name: name.to_owned() };
    journal::record(tx, by, Subject::contact(id.raw(), account.raw()), &change)?;
    Ok(id)
}

pub(crate) fn insert_identity(
    tx: &mut Tx,
    contact: ContactId,
    kind: IdentityKind,
    value: &str,
    folded: &str,
    is_primary: bool,
) -> Result<IdentityId> {
    let (id, now) = (IdentityId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO identities (id, contact_id, kind, value, value_folded, is_primary, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            contact.into(),
            kind.into(),
            value.into(),
            folded.into(),
            is_primary.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}
