use tend_store::Tx;

use super::AccountId;
use crate::{
    Result,
    actor::Actor,
    customers::words,
    fold,
    journal::{self, Change, Subject},
};

/// The account of a company's mail domain, made when the first of its people writes.
/// A part of a company (`eu.kestrel.example`) belongs to the company, if that is known.
pub fn of_company(tx: &mut Tx, by: Actor, domain: &str) -> Result<AccountId> {
    if let Some(it) = known_company(tx, domain)? {
        return Ok(it);
    }
    let id = insert(tx, by, &name_of(domain), "company")?;
    tx.execute(
        "INSERT INTO account_domains (domain, account_id) VALUES ($1, $2)",
        &[domain.into(), id.into()],
    )?;
    words::file_account(tx, id)?;
    Ok(id)
}

/// The account that has this domain, or one that it is a part of.
pub(crate) fn known_company(tx: &mut Tx, domain: &str) -> Result<Option<AccountId>> {
    let mut part = domain;
    while part.contains('.') {
        if let Some(it) = super::by_domain(tx, part)? {
            return Ok(Some(it));
        }
        part = part.split_once('.').map_or("", |it| it.1);
    }
    Ok(None)
}

/// An account of one.
pub fn of_person(tx: &mut Tx, by: Actor, name: &str) -> Result<AccountId> {
    insert(tx, by, name, "person")
}

pub(crate) fn insert(tx: &mut Tx, by: Actor, name: &str, kind: &str) -> Result<AccountId> {
    let (id, now) = (AccountId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO accounts (id, name, name_folded, kind, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        &[id.into(), name.into(), fold::fold(name).into(), kind.into(), now.into()],
    )?;
    words::file_account(tx, id)?;
    let change = Change::AccountCreated { name: name.to_owned() };
    journal::record(tx, by, Subject::account(id.raw()), &change)?;
    Ok(id)
}

/// Below a country, these say what kind of owner a domain has, and not who that is.
pub(super) const SECOND_LEVEL: [&str; 9] =
    ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"];

/// `al-noor.co.uk` is "Al Noor" until someone says better.
pub(crate) fn name_of(domain: &str) -> String {
    let labels: Vec<&str> = domain.split('.').collect();
    let at = match labels.len() {
        0 | 1 => 0,
        2 => 0,
        n if labels[n - 1].len() == 2 && SECOND_LEVEL.contains(&labels[n - 2]) => n - 3,
        n => n - 2,
    };
    let words = labels.get(at).copied().unwrap_or(domain).split(['-', '_']);
    let capital = |it: &str| {
        let mut chars = it.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_domain_gives_a_first_name_for_a_company() {
        assert_eq!(name_of("kestrel.example"), "Kestrel");
        assert_eq!(name_of("mail.al-noor.co.uk"), "Al Noor");
        assert_eq!(name_of("support.kestrel-climate.example"), "Kestrel Climate");
        assert_eq!(name_of("localhost"), "Localhost");
    }
}
