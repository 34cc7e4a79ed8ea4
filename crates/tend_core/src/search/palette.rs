use tend_store::{Tx, row};

use super::{find::search, parse};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    contacts::ContactId,
    conversations::{self, ConversationId},
    fold,
};

/// So many of each kind.
const EACH: i64 = 5;

/// Something that the palette leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Hit {
    Conversation {
        id: ConversationId,
        number: i64,
        subject: String,
        contact: String,
    },
    /// With an address of theirs and the account's name.
    Contact {
        id: ContactId,
        name: String,
        address: String,
        account: String,
    },
    /// With a domain of theirs.
    Account {
        id: AccountId,
        name: String,
        domain: String,
    },
}

/// What fits what was typed so far: a number, people and accounts by how their names and
/// addresses begin, and conversations by their words.
pub fn palette(tx: &mut Tx, me: &Me, typed: &str) -> Result<Vec<Hit>> {
    let folded = fold::fold(typed);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    let number = folded.trim_start_matches('#').parse().ok();
    if let Some(found) = number.and_then(|it| conversations::by_number(tx, me, it).ok()) {
        let contact = crate::contacts::find(tx, found.contact_id)?.name;
        let (id, number, subject) = (found.id, found.number, found.subject);
        out.push(Hit::Conversation { id, number, subject, contact });
    }
    if me.may(Permission::CustomersRead) {
        out.extend(contacts(tx, &folded)?);
        out.extend(accounts(tx, &folded)?);
    }
    for it in search(tx, me, &parse(typed), None, EACH as usize)?.items {
        let line = it.line;
        let (id, number, subject, contact) = (line.id, line.number, line.subject, line.contact);
        let hit = Hit::Conversation { id, number, subject, contact };
        if !out.contains(&hit) {
            out.push(hit);
        }
    }
    Ok(out)
}

fn until(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

fn contacts(tx: &mut Tx, typed: &str) -> Result<Vec<Hit>> {
    row! {
        struct Found {
            id: ContactId,
            name: String,
            address: String,
            account: String,
        }
    }
    let found: Vec<Found> = tx.rows(
        "SELECT contacts.id, contacts.name,
             COALESCE((SELECT MIN(value) FROM identities
                       WHERE contact_id = contacts.id AND kind = 'email'), '') AS address,
             accounts.name AS account
         FROM contacts JOIN accounts ON accounts.id = contacts.account_id
         WHERE contacts.merged_into IS NULL AND contacts.id IN (
             SELECT id FROM (SELECT id FROM contacts
                 WHERE name_folded >= $1 AND name_folded < $2
                 ORDER BY name_folded LIMIT 20) AS named
             UNION SELECT contact_id FROM (SELECT contact_id FROM identities
                 WHERE value_folded >= $1 AND value_folded < $2
                 ORDER BY value_folded LIMIT 20) AS known)
         ORDER BY contacts.name_folded, contacts.id LIMIT $3",
        &[typed.into(), until(typed).into(), EACH.into()],
    )?;
    let hit = |it: Found| Hit::Contact {
        id: it.id,
        name: it.name,
        address: it.address,
        account: it.account,
    };
    Ok(found.into_iter().map(hit).collect())
}

fn accounts(tx: &mut Tx, typed: &str) -> Result<Vec<Hit>> {
    row! {
        struct Found {
            id: AccountId,
            name: String,
            domain: String,
        }
    }
    let found: Vec<Found> = tx.rows(
        "SELECT accounts.id, accounts.name,
             COALESCE((SELECT MIN(domain) FROM account_domains
                       WHERE account_id = accounts.id), '') AS domain
         FROM accounts
         WHERE accounts.merged_into IS NULL AND accounts.kind = 'company' AND accounts.id IN (
             SELECT id FROM (SELECT id FROM accounts
                 WHERE name_folded >= $1 AND name_folded < $2
                 ORDER BY name_folded LIMIT 20) AS named
             UNION SELECT account_id FROM (SELECT account_id FROM account_domains
                 WHERE domain >= $1 AND domain < $2 ORDER BY domain LIMIT 20) AS known)
         ORDER BY accounts.name_folded, accounts.id LIMIT $3",
        &[typed.into(), until(typed).into(), EACH.into()],
    )?;
    let hit = |it: Found| Hit::Account { id: it.id, name: it.name, domain: it.domain };
    Ok(found.into_iter().map(hit).collect())
}
