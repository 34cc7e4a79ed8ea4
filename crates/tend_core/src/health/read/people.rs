//! Who counts there, and whether we speak with them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{Ask, DAY, Sheet};
use crate::{Result, accounts::AccountId, book::PersonRole, contacts::ContactId, health::Kind};

pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    if ask.asks(&[Kind::People, Kind::PeopleLost]) {
        key_people(tx, ask, sheet)?;
    }
    if ask.asks(&[Kind::Touch]) {
        touch(tx, ask, sheet)?;
    }
    Ok(())
}

row! {
    struct Person {
        account_id: AccountId,
        contact_id: ContactId,
        role: PersonRole,
        left_at: Option<Timestamp>,
        silent_at: Option<Timestamp>,
    }
}

fn key_people(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    let (marks, args) = ask.bound(vec![ask.cut.into()]);
    let sql = format!(
        "SELECT account_id, contact_id, role, left_at, silent_at FROM key_people
         WHERE account_id IN ({marks}) AND created_at < $1"
    );
    let mut all: HashMap<AccountId, Vec<Person>> = HashMap::new();
    for it in tx.rows::<Person>(&sql, &args)?.into_iter().filter(|it| it.role.is_missed()) {
        all.entry(it.account_id).or_default().push(it);
    }
    let before =
        |it: Option<Timestamp>| it.map(Timestamp::as_microsecond).filter(|it| *it < ask.cut);
    let count = |of: &[Person], fits: &dyn Fn(&Person) -> bool| {
        let them: HashSet<ContactId> =
            of.iter().filter(|it| fits(it)).map(|it| it.contact_id).collect();
        them.len() as f64
    };
    for id in ask.ids {
        let of = all.get(id).map_or(&[][..], Vec::as_slice);
        let is_there = |it: &Person| before(it.left_at).is_none() && before(it.silent_at).is_none();
        for (n, _) in ask.of(Kind::People) {
            sheet.put(*id, n, count(of, &is_there), 0);
        }
        for (n, window) in ask.of(Kind::PeopleLost).into_iter().filter(|_| !of.is_empty()) {
            let from = ask.cut - window * DAY;
            let lost = |it: &Person| match before(it.left_at) {
                Some(at) => at >= from,
                None => before(it.silent_at).is_some(),
            };
            sheet.put(*id, n, count(of, &lost), 0);
        }
    }
    Ok(())
}

row! {
    struct Last {
        account_id: AccountId,
        at: Option<Timestamp>,
    }
}

/// The last message of a conversation that is assigned to the owner, the owner's last note, and
/// the last task that they did; of an account in which nothing of it happened, its beginning.
fn touch(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    const SOURCES: [&str; 3] = [
        "SELECT conversations.account_id, MAX(CASE WHEN conversations.last_message_at < $1
                 THEN conversations.last_message_at
                 ELSE (SELECT MAX(messages.created_at) FROM messages
                       WHERE messages.conversation_id = conversations.id
                           AND messages.created_at < $1) END) AS at
         FROM conversations JOIN accounts ON accounts.id = conversations.account_id
         WHERE conversations.assignee_id = accounts.owner_id
             AND conversations.opened_at < $1 AND conversations.merged_into IS NULL
             AND conversations.account_id IN",
        "SELECT accounts.id AS account_id, MAX(customer_notes.created_at) AS at
         FROM customer_notes JOIN accounts ON accounts.id = customer_notes.subject_id
         WHERE customer_notes.subject_kind = 'account' AND customer_notes.created_at < $1
             AND customer_notes.author_id = accounts.owner_id
             AND customer_notes.deleted_at IS NULL
             AND customer_notes.subject_id IN",
        "SELECT tasks.account_id, MAX(tasks.done_at) AS at
         FROM tasks JOIN accounts ON accounts.id = tasks.account_id
         WHERE tasks.done_by = accounts.owner_id AND tasks.done_at < $1
             AND tasks.account_id IN",
    ];
    let mut last: HashMap<AccountId, i64> = HashMap::new();
    for (source, group) in
        SOURCES.into_iter().zip(["conversations.account_id", "accounts.id", "tasks.account_id"])
    {
        let (marks, args) = ask.bound(vec![ask.cut.into()]);
        let sql = format!("{source} ({marks}) GROUP BY {group}");
        for it in tx.rows::<Last>(&sql, &args)? {
            let Some(at) = it.at.map(Timestamp::as_microsecond) else { continue };
            let known = last.entry(it.account_id).or_insert(at);
            *known = (*known).max(at);
        }
    }
    for (id, life) in ask.ids.iter().filter_map(|id| Some((id, ask.lives.get(id)?))) {
        if life.owner.is_none() {
            continue;
        }
        let at = last.get(id).copied().unwrap_or(life.born * DAY);
        let days = ((ask.cut - at) / DAY).max(0) as f64;
        ask.of(Kind::Touch).iter().for_each(|it| sheet.put(*id, it.0, days, 0));
    }
    Ok(())
}
