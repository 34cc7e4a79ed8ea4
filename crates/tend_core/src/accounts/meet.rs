use tend_store::{Tx, row};

use super::AccountId;
use crate::{
    Result,
    actor::Actor,
    fold,
    journal::{self, Change, Subject},
};

row! {
    struct Owner {
        account_id: AccountId,
    }
}

/// The account of a company's mail domain, made when the first of its people writes.
pub fn of_company(tx: &mut Tx, by: Actor, domain: &str) -> Result<AccountId> {
    let known: Option<Owner> =
        tx.maybe("SELECT account_id FROM account_domains WHERE domain = $1", &[domain.into()])?;
    if let Some(it) = known {
        return Ok(it.account_id);
    }
    let id = create(tx, by, &name_of(domain), "company")?;
    tx.execute(
        "INSERT INTO account_domains (domain, account_id) VALUES ($1, $2)",
        &[domain.into(), id.into()],
    )?;
    Ok(id)
}

/// An account of one.
pub fn of_person(tx: &mut Tx, by: Actor, name: &str) -> Result<AccountId> {
    create(tx, by, name, "person")
}

pub(crate) fn create(tx: &mut Tx, by: Actor, name: &str, kind: &str) -> Result<AccountId> {
    let (id, now) = (AccountId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO accounts (id, name, name_folded, kind, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        &[id.into(), name.into(), fold::fold(name).into(), kind.into(), now.into()],
    )?;
    let change = Change::AccountCreated { name: name.to_owned() };
    journal::record(tx, by, Subject::account(id.raw()), &change)?;
    Ok(id)
}

/// `al-noor.co.uk` is "Al Noor" until someone says better.
fn name_of(domain: &str) -> String {
    let labels: Vec<&str> = domain.split('.').collect();
    let second = ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"];
    let at = match labels.len() {
        0 | 1 => 0,
        2 => 0,
        n if labels[n - 1].len() == 2 && second.contains(&labels[n - 2]) => n - 3,
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
