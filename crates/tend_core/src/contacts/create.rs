use tend_store::Tx;

use super::{
    Contact, ContactId, IdentityKind, fields,
    meet::{self, Stranger},
};
use crate::{
    Error, Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    customers::words,
    error::{FieldError, invalid},
    fold,
};

/// A contact that an agent enters.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// May be empty if there is an identity; that then serves as the name.
    pub name: String,
    /// What they do there.
    pub title: String,
    /// IANA name, or empty.
    pub time_zone: String,
    /// BCP 47, or empty.
    pub language: String,
    /// The first of each kind becomes the primary one.
    pub identities: Vec<(IdentityKind, String)>,
    /// Without one, the account follows the domain of their address.
    pub account: Option<AccountId>,
}

/// Makes a contact.
///
/// # Errors
/// Invalid, field by field: under `name`, `time_zone`, `language`, or the kind of an identity
/// that can't be read or that another contact has.
pub fn create(tx: &mut Tx, by: &Me, new: &NewContact) -> Result<ContactId> {
    by.require(Permission::CustomersEdit)?;
    insert(tx, Actor::Agent(by.id), new)
}

pub(crate) fn insert(tx: &mut Tx, by: Actor, new: &NewContact) -> Result<ContactId> {
    let (time_zone, language) =
        (fields::time_zone(&new.time_zone)?, fields::language(&new.language)?);
    let known_as = known_as(tx, new)?;
    let who = Stranger { name: new.name.clone(), identities: new.identities.clone() };
    if fold::one_line(&new.name, 200).is_empty() && known_as.is_empty() {
        return Err(invalid("name", "A contact needs a name or an address."));
    }
    let name = meet::name_for(&who);
    let account = match new.account {
        Some(it) => accounts::find(tx, it)?.id,
        None => meet::account_for(tx, by, &known_as, &name)?,
    };
    let id = meet::insert(tx, by, account, &name)?;
    tx.execute(
        "UPDATE contacts SET title = $2, time_zone = $3, language = $4 WHERE id = $1",
        &[id.into(), fields::title(&new.title).into(), time_zone.into(), language.into()],
    )?;
    for (at, (kind, value, folded)) in known_as.iter().enumerate() {
        let first = !known_as[..at].iter().any(|it| it.0 == *kind);
        meet::insert_identity(tx, id, *kind, value, folded, first)?;
    }
    words::file_contact(tx, id)?;
    Ok(id)
}

/// What they go by without a name.
pub(crate) fn name_of(new: &NewContact) -> String {
    let who = Stranger { name: new.name.clone(), identities: new.identities.clone() };
    if who.name.trim().is_empty() && who.identities.is_empty() {
        String::new()
    } else {
        meet::name_for(&who)
    }
}

/// The identities as they are written and compared, each once, all of them free.
fn known_as<'a>(tx: &mut Tx, new: &'a NewContact) -> Result<Vec<(IdentityKind, &'a str, String)>> {
    let (mut known, mut problems) = (Vec::new(), Vec::new());
    for (kind, value) in &new.identities {
        let Some(folded) = kind.fold(value) else {
            problems.push(FieldError {
                field: kind.word().into(),
                problem: fields::unreadable(*kind).into(),
            });
            continue;
        };
        if known.iter().any(|it: &(IdentityKind, &str, String)| it.0 == *kind && it.2 == folded) {
            continue;
        }
        if let Some(other) = owner(tx, *kind, &folded)? {
            problems.push(FieldError {
                field: kind.word().into(),
                problem: taken(&other, value).into(),
            });
            continue;
        }
        known.push((*kind, value.trim(), folded));
    }
    match problems.is_empty() {
        true => Ok(known),
        false => Err(Error::Invalid(problems)),
    }
}

pub(crate) fn owner(tx: &mut Tx, kind: IdentityKind, folded: &str) -> Result<Option<Contact>> {
    meet::owner(tx, kind, folded)
}

/// Points to the one way in which two contacts become one.
pub(super) fn taken(by: &Contact, value: &str) -> String {
    format!(
        "{} has {} already. If they are the same person, merge the two contacts.",
        by.name,
        value.trim()
    )
}
