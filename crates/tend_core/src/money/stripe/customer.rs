//! Whose it is: by the billing system's own id, by address, by domain.

use tend_store::Tx;

use super::Customer;
use crate::{
    Result,
    accounts::{self, AccountId},
    contacts::{self, IdentityKind},
    fold,
};

/// The account, and whether the billing system's id is news for it; or why there is none.
pub(crate) fn find(
    tx: &mut Tx,
    who: &Customer,
) -> Result<std::result::Result<(AccountId, bool), String>> {
    if !who.id.is_empty() {
        let known: Option<AccountId> = tx.maybe_scalar(
            "SELECT account_id FROM account_external_ids WHERE external_id = $1",
            &[who.id.as_str().into()],
        )?;
        if let Some(it) = known {
            return Ok(Ok((accounts::find(tx, it)?.id, false)));
        }
    }
    let email = fold::email(&who.email);
    if let Some(email) = &email {
        if let Some(it) = contacts::by_identity(tx, IdentityKind::Email, email)? {
            let account = contacts::find(tx, it)?.account_id;
            return Ok(Ok((accounts::find(tx, account)?.id, true)));
        }
        let domain = email.rsplit('@').next().unwrap_or_default();
        if let Some(it) = accounts::by_domain(tx, domain)? {
            return Ok(Ok((accounts::find(tx, it)?.id, true)));
        }
    }
    Ok(Err(nobody(who, email.as_deref())))
}

fn nobody(who: &Customer, email: Option<&str>) -> String {
    let mut by = Vec::new();
    if !who.id.is_empty() {
        by.push(format!("the customer {}", who.id));
    }
    if let Some(email) = email {
        by.push(format!("the address {email}"));
        by.push(format!("the domain {}", email.rsplit('@').next().unwrap_or_default()));
    }
    let name = if who.name.is_empty() { String::new() } else { format!(" ({})", who.name) };
    match by.as_slice() {
        [] => "It does not say whose it is.".to_owned(),
        _ => format!(
            "No account has {}{name}. Make the account, or add the domain to it, and import again.",
            by.join(", ")
        ),
    }
}

/// The billing system's id leads to the account from now on.
pub(crate) fn keep(tx: &mut Tx, who: &Customer, account: AccountId) -> Result<()> {
    if who.id.is_empty() {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO account_external_ids (external_id, account_id) VALUES ($1, $2)
         ON CONFLICT DO NOTHING",
        &[who.id.as_str().into(), account.into()],
    )?;
    Ok(())
}
