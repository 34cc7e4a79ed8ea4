use tend_store::{Tx, row};

use super::{Account, AccountId, COLUMNS};
use crate::{
    Result,
    agents::{Me, Permission},
    error::not_found,
    fold,
};

/// An account; one that was merged away leads to the one that took it in.
pub fn find(tx: &mut Tx, id: AccountId) -> Result<Account> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = $1");
    let mut id = id;
    for _ in 0..32 {
        let found: Account = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("account"))?;
        match found.merged_into {
            Some(into) => id = into,
            None => return Ok(found),
        }
    }
    Err(not_found("account"))
}

row! {
    struct Domain {
        domain: String,
    }
}

/// The mail domains whose writers belong to the account.
pub fn domains(tx: &mut Tx, id: AccountId) -> Result<Vec<String>> {
    let found: Vec<Domain> = tx.rows(
        "SELECT domain FROM account_domains WHERE account_id = $1 ORDER BY domain",
        &[id.into()],
    )?;
    Ok(found.into_iter().map(|it| it.domain).collect())
}

/// The account that has exactly this mail domain.
pub fn by_domain(tx: &mut Tx, domain: &str) -> Result<Option<AccountId>> {
    Ok(tx.maybe_scalar(
        "SELECT account_id FROM account_domains WHERE domain = $1",
        &[domain.into()],
    )?)
}

/// Whether it is nobody's but one contact's.
pub fn is_of_one(tx: &mut Tx, id: AccountId) -> Result<bool> {
    let contacts: i64 = tx.scalar(
        "SELECT count(*) FROM (SELECT 1 FROM contacts
         WHERE account_id = $1 AND merged_into IS NULL LIMIT 2) AS counted",
        &[id.into()],
    )?;
    Ok(contacts <= 1 && find(tx, id)?.kind == "person")
}

/// The companies of exactly this name, whatever its case and accents; at most two.
pub fn named(tx: &mut Tx, me: &Me, name: &str) -> Result<Vec<AccountId>> {
    me.require(Permission::CustomersRead)?;
    Ok(tx.column(
        "SELECT id FROM accounts WHERE kind = 'company' AND name_folded = $1
             AND merged_into IS NULL ORDER BY id LIMIT 2",
        &[fold::fold(name).into()],
    )?)
}
