//! Which account somebody belongs to: groups become accounts.

use serde_json::{Map, Value};
use tend_store::Tx;

use super::{
    SourceId, Trust,
    identify::{claimed, may_change, quietly},
    people::Person,
    traits::Traits,
};
use crate::{
    Result,
    accounts::{self, AccountChange, AccountId, NewAccount},
    actor::Actor,
    attributes::About,
    contacts, fold,
    journal::Subject,
};

/// The account of a group, made when it is first named.
pub(super) fn account(
    tx: &mut Tx,
    group: &str,
    source: SourceId,
    trust: Trust,
    of: Option<&Person>,
    said: &Map<String, Value>,
) -> Result<AccountId> {
    let known: Option<AccountId> = tx.maybe_scalar(
        "SELECT account_id FROM account_external_ids WHERE external_id = $1",
        &[group.into()],
    )?;
    if let Some(it) = known {
        return Ok(accounts::find(tx, it)?.id);
    }
    let said = Traits(said);
    let id = match same_company(tx, trust, of, &said)? {
        Some(it) => it,
        None => {
            let name = said.text(&["name"]).unwrap_or_else(|| group.to_owned());
            let new = NewAccount { name: fold::one_line(&name, 200), ..Default::default() };
            let id = accounts::insert(tx, Actor::System, &new)?;
            if trust == Trust::Browser {
                claimed(tx, id.raw(), source)?;
            }
            id
        }
    };
    tx.execute(
        "INSERT INTO account_external_ids (external_id, account_id) VALUES ($1, $2)",
        &[group.into(), id.into()],
    )?;
    Ok(id)
}

/// A server that names a group which we don't know may mean a company that we do: by its
/// domain, or as the user's own company of this name.
fn same_company(
    tx: &mut Tx,
    trust: Trust,
    of: Option<&Person>,
    said: &Traits<'_>,
) -> Result<Option<AccountId>> {
    if trust == Trust::Browser {
        return Ok(None);
    }
    if let Some(domain) = said.text(&["domain", "website"]).and_then(|it| domain_of(&it))
        && let Some(it) = accounts::known_company(tx, &domain)?
    {
        return Ok(Some(it));
    }
    let (Some(own), Some(name)) = (of.and_then(|it| it.contact_account), said.text(&["name"]))
    else {
        return Ok(None);
    };
    let own = accounts::find(tx, own)?;
    let same = own.kind == "company" && fold::fold(&own.name) == fold::fold(&name);
    Ok(same.then_some(own.id))
}

/// `https://www.kestrel.example/about` is `kestrel.example`.
fn domain_of(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let host = text.split_once("://").map_or(text.as_str(), |it| it.1);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let good = host.contains('.') && !accounts::is_free_mail(host);
    good.then(|| host.to_owned())
}

/// Takes over what is said of an account.
pub(super) fn describe(
    tx: &mut Tx,
    id: AccountId,
    trust: Trust,
    said: &Map<String, Value>,
) -> Result<()> {
    if said.is_empty() || !may_change(tx, id.raw(), trust)? {
        return Ok(());
    }
    let said = Traits(said);
    let name = said.text(&["name"]).map(|it| fold::one_line(&it, 200));
    if name.is_some() {
        let change = AccountChange { name, owner: None };
        quietly(accounts::apply(tx, Actor::System, id, &change))?;
    }
    if trust == Trust::Server
        && let Some(domain) = said.text(&["domain", "website"]).and_then(|it| domain_of(&it))
        && accounts::by_domain(tx, &domain)?.is_none()
    {
        quietly(accounts::add_domain_of(tx, Actor::System, id, &domain))?;
    }
    said.set(tx, About::Account, Subject::account(id.raw()))
}

/// Brings a contact who is an account of one to the account of the group, if whoever says it is
/// believed, or if nobody has vouched for either. Says which account they left empty.
pub(super) fn join(
    tx: &mut Tx,
    it: &mut Person,
    account: AccountId,
    trust: Trust,
) -> Result<Option<AccountId>> {
    let (Some(contact), Some(own)) = (it.contact_id, it.contact_account) else { return Ok(None) };
    if own == account || !accounts::is_of_one(tx, own)? {
        return Ok(None);
    }
    if !may_change(tx, contact.raw(), trust)? || !may_change(tx, account.raw(), trust)? {
        return Ok(None);
    }
    contacts::move_to::give(tx, Actor::System, contact, account)?;
    it.contact_account = Some(account);
    Ok(Some(own))
}
