use tend_store::{Tx, row};

use super::{AccountId, find, is_free_mail, meet::SECOND_LEVEL};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::ContactId,
    customers::words,
    error::{invalid, refused},
    fold,
    journal::{self, Change, Subject},
};

/// From now on, writers of this mail domain belong to the account. Those who are there already
/// stay where they are: see [`pull_in`]. Doing it twice is doing it once.
///
/// # Errors
/// Invalid for what is no company's domain; refused when another account has it.
pub fn add_domain(tx: &mut Tx, by: &Me, id: AccountId, domain: &str) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    add(tx, Actor::Agent(by.id), id, domain).map(|_| ())
}

/// Says whether that was news.
pub(crate) fn add(tx: &mut Tx, by: Actor, id: AccountId, domain: &str) -> Result<bool> {
    let (it, domain) = (find(tx, id)?, checked(domain)?);
    if let Some(other) = super::by_domain(tx, &domain)? {
        if other == it.id {
            return Ok(false);
        }
        let name = find(tx, other)?.name;
        return Err(refused(format!(
            "{domain} belongs to {name}. If they are the same company, merge the two accounts."
        )));
    }
    tx.execute(
        "INSERT INTO account_domains (domain, account_id) VALUES ($1, $2)",
        &[(&domain).into(), it.id.into()],
    )?;
    if it.kind == "person" {
        tx.execute("UPDATE accounts SET kind = 'company' WHERE id = $1", &[it.id.into()])?;
    }
    words::file_account(tx, it.id)?;
    journal::record(tx, by, Subject::account(it.id.raw()), &Change::DomainAdded { domain })?;
    Ok(true)
}

/// Writers of this domain make an account of their own again. Doing it twice is doing it once.
pub fn remove_domain(tx: &mut Tx, by: &Me, id: AccountId, domain: &str) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let (it, domain) = (find(tx, id)?, domain.trim().to_lowercase());
    let gone = tx.execute(
        "DELETE FROM account_domains WHERE domain = $1 AND account_id = $2",
        &[(&domain).into(), it.id.into()],
    )?;
    if gone == 0 {
        return Ok(());
    }
    words::file_account(tx, it.id)?;
    let change = Change::DomainRemoved { domain };
    journal::record(tx, Actor::Agent(by.id), Subject::account(it.id.raw()), &change)
}

/// A company's mail domain, as it is compared.
pub(crate) fn checked(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let bare = bare.unwrap_or(&text).trim_start_matches("www.").trim_end_matches('/');
    let bare = bare.rsplit('@').next().unwrap_or_default();
    let wrong = "This is not a mail domain, such as kestrel.example.";
    let folded = fold::email(&format!("x@{bare}")).ok_or_else(|| invalid("domain", wrong))?;
    let domain = folded.trim_start_matches("x@").to_owned();
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let labels: Vec<_> = domain.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|it| it.is_empty() || !it.chars().all(plain)) {
        return Err(invalid("domain", wrong));
    }
    let public = labels.len() == 2 && labels[1].len() == 2 && SECOND_LEVEL.contains(&labels[0]);
    if public || is_free_mail(&domain) {
        let why = format!("Anybody can have an address at {domain}, so it is no company’s own.");
        return Err(invalid("domain", why));
    }
    Ok(domain)
}

row! {
    /// An account of one whose contact has an address of the account's domain.
    #[derive(PartialEq)]
    pub struct Stray {
        pub account_id: AccountId,
        pub contact_id: ContactId,
        pub name: String,
        pub email: String,
    }
}

/// Accounts of one that [`pull_in`] could bring to the company whose domain they write from.
pub fn strays(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<Stray>> {
    me.require(Permission::CustomersEdit)?;
    let id = find(tx, id)?.id;
    let mut strays: Vec<Stray> = Vec::new();
    for domain in super::domains(tx, id)? {
        // The words narrow it down to the domain; the address itself decides.
        strays.extend(tx.rows::<Stray>(
            "SELECT contacts.account_id, contacts.id AS contact_id, contacts.name,
                 identities.value AS email
             FROM customer_words
             JOIN contacts ON contacts.id = customer_words.subject_id
             JOIN accounts ON accounts.id = contacts.account_id
             JOIN identities ON identities.contact_id = contacts.id
             WHERE customer_words.subject_kind = 'contact' AND customer_words.word = $1
               AND accounts.kind = 'person' AND contacts.account_id <> $2
               AND contacts.merged_into IS NULL AND identities.kind = 'email'
               AND identities.value_folded LIKE $3
             ORDER BY contacts.name_folded, contacts.id, identities.id LIMIT 200",
            &[(&domain).into(), id.into(), format!("%@{domain}").into()],
        )?);
    }
    strays.dedup_by_key(|it| it.contact_id);
    Ok(strays)
}

/// Brings the chosen accounts of one to the company: those that [`strays`] offers, no others.
/// Returns how many came.
pub fn pull_in(tx: &mut Tx, by: &Me, id: AccountId, chosen: &[AccountId]) -> Result<u64> {
    by.require(Permission::CustomersEdit)?;
    let into = find(tx, id)?.id;
    let mut came = 0;
    for it in strays(tx, by, into)? {
        if chosen.contains(&it.account_id) && super::is_of_one(tx, it.account_id)? {
            super::absorb(tx, Actor::Agent(by.id), it.account_id, into)?;
            came += 1;
        }
    }
    Ok(came)
}
