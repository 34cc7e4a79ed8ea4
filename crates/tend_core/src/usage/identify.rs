//! Who somebody is: users become contacts.
//!
//! A key that stands in a web page is known to everybody, so what comes with it is a claim. It
//! makes contacts, which are then known by the user's id alone, and changes only those that it
//! made. An address that it names is shown as a claim and makes nobody anybody: else a stranger
//! could name the address of somebody else and be taken for them. A server's key is a secret;
//! what comes with it is believed. Neither makes an agent or an inbox a contact.

use serde_json::{Map, Value};
use tend_store::Tx;

use super::{SourceId, Trust, people, people::Person, traits::Traits};
use crate::{
    Error, Result,
    actor::Actor,
    attributes::About,
    contacts::{self, ContactChange, ContactId, IdentityKind, Stranger},
    fold,
};

/// Makes or finds the contact of a user, and takes over what is said of them.
pub(super) fn identify(
    tx: &mut Tx,
    it: &mut Person,
    source: SourceId,
    trust: Trust,
    said: &Map<String, Value>,
) -> Result<()> {
    let said = Traits(said);
    let email = said.text(&["email"]).and_then(|it| fold::email(&it));
    let email = match email {
        Some(it) if !is_ours(tx, &it)? => Some(it),
        _ => None,
    };
    if trust == Trust::Browser
        && let Some(email) = &email
    {
        people::claim(tx, it, email)?;
    }
    let believed = email.filter(|_| trust == Trust::Server);
    if it.contact_id.is_none() && it.kind == "user" {
        let contact = meet(tx, &it.key, &said, believed.as_deref())?;
        let Some((contact, is_new)) = contact else { return Ok(()) };
        if is_new && trust == Trust::Browser {
            claimed(tx, contact.raw(), source)?;
        }
        people::be(tx, it, contact)?;
    }
    let Some(contact) = it.contact_id else { return Ok(()) };
    if !may_change(tx, contact.raw(), trust)? {
        return Ok(());
    }
    if let Some(email) = believed {
        quietly(contacts::identify::identify(
            tx,
            Actor::System,
            contact,
            IdentityKind::Email,
            &email,
        ))?;
    }
    apply(tx, contact, &said)?;
    // Another account may be theirs by now: that of their address.
    it.contact_account = Some(contacts::find(tx, contact)?.account_id);
    Ok(())
}

/// The contact of a user, and whether it was made now.
fn meet(
    tx: &mut Tx,
    user: &str,
    said: &Traits<'_>,
    email: Option<&str>,
) -> Result<Option<(ContactId, bool)>> {
    if let Some(email) = email
        && let Some(known) = contacts::by_identity(tx, IdentityKind::Email, email)?
    {
        let known = contacts::find(tx, known)?.id;
        quietly(contacts::identify::identify(
            tx,
            Actor::System,
            known,
            IdentityKind::External,
            user,
        ))?;
        return Ok(Some((known, false)));
    }
    let mut identities = vec![(IdentityKind::External, user.to_owned())];
    identities.extend(email.map(|it| (IdentityKind::Email, it.to_owned())));
    let name = said.name().or_else(|| email.map(str::to_owned)).unwrap_or_default();
    let who = Stranger { name, identities };
    let made = quietly(contacts::meet(tx, Actor::System, &who))?;
    Ok(made.map(|it| (it.id, true)))
}

fn apply(tx: &mut Tx, contact: ContactId, said: &Traits<'_>) -> Result<()> {
    // Each by itself: a time zone that we don't know keeps no name away.
    let changes = [
        ContactChange { name: said.name(), ..Default::default() },
        ContactChange { title: said.text(&["title"]), ..Default::default() },
        ContactChange { time_zone: said.text(&["timezone"]), ..Default::default() },
        ContactChange { language: said.text(&["language", "locale"]), ..Default::default() },
    ];
    for it in &changes {
        quietly(contacts::apply(tx, Actor::System, contact, it))?;
    }
    let subject = contacts::find(tx, contact)?.subject_of_journal();
    said.set(tx, About::Contact, subject)
}

/// A browser's claims change what nobody else has vouched for; what a server says vouches.
pub(super) fn may_change(tx: &mut Tx, subject: i64, trust: Trust) -> Result<bool> {
    let sql = "SELECT 1 AS n FROM usage_claimed WHERE subject_id = $1";
    let claimed: Option<i64> = tx.maybe_scalar(sql, &[subject.into()])?;
    if claimed.is_some() && trust == Trust::Server {
        tx.execute("DELETE FROM usage_claimed WHERE subject_id = $1", &[subject.into()])?;
    }
    Ok(claimed.is_some() || trust == Trust::Server)
}

pub(super) fn claimed(tx: &mut Tx, subject: i64, source: SourceId) -> Result<()> {
    tx.execute(
        "INSERT INTO usage_claimed (subject_id, source_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &[subject.into(), source.into()],
    )?;
    Ok(())
}

/// The address of an agent or of an inbox.
fn is_ours(tx: &mut Tx, email: &str) -> Result<bool> {
    let one: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM agents WHERE email = $1
         UNION ALL SELECT 1 AS n FROM inbox_addresses WHERE address = $1 LIMIT 1",
        &[email.into()],
    )?;
    Ok(one.is_some())
}

/// What an event says wrongly keeps nothing else away.
pub(super) fn quietly<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(Error::Store(error)) => Err(Error::Store(error)),
        Err(_) => Ok(None),
    }
}
