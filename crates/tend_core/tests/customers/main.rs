//! What may be known of customers and done with their records, on both databases.

mod accounts;
mod attributes;
mod book;
mod campaigns;
mod campaigns_effect;
mod contacts;
mod imports;
mod lists;
mod meetings;
mod merge;
mod merge_is_undone;
mod notes;
mod onboarding;
mod portfolio;
mod record;
mod round_trip;
mod slot;
mod tasks;
mod timeline;
mod usage;

use tend_core::{
    Actor, Error, Result,
    accounts::{AccountId, NewAccount},
    agents::Me,
    contacts::{Contact, ContactId, IdentityKind, NewContact, Stranger},
};
use tend_store::row;
use tend_testkit::Tend;

/// Short ways to say what these tests say often.
pub trait Customers {
    /// Someone who wrote to us.
    fn met(&self, name: &str, email: &str) -> Contact;
    /// Someone whom an agent entered, by name alone.
    fn entered(&self, by: &Me, name: &str) -> ContactId;
    fn company(&self, by: &Me, name: &str, domains: &[&str]) -> AccountId;
    fn contact(&self, id: ContactId) -> Contact;
    /// What the journal says of one thing: the kinds, oldest first.
    fn kinds(&self, subject: i64) -> Vec<String>;
}

impl Customers for Tend {
    fn met(&self, name: &str, email: &str) -> Contact {
        let who = Stranger::by_email(name, email);
        self.write(move |tx| tend_core::contacts::meet(tx, Actor::System, &who))
    }

    fn entered(&self, by: &Me, name: &str) -> ContactId {
        let (by, new) = (by.clone(), NewContact { name: name.to_owned(), ..Default::default() });
        self.write(move |tx| tend_core::contacts::create(tx, &by, &new))
    }

    fn company(&self, by: &Me, name: &str, domains: &[&str]) -> AccountId {
        let domains = domains.iter().map(|it| (*it).to_owned()).collect();
        let new = NewAccount { name: name.to_owned(), domains, owner: None };
        let by = by.clone();
        self.write(move |tx| tend_core::accounts::create(tx, &by, &new))
    }

    fn contact(&self, id: ContactId) -> Contact {
        self.read(|tx| tend_core::contacts::find(tx, id))
    }

    fn kinds(&self, subject: i64) -> Vec<String> {
        let all = self.read(|tx| tend_core::journal::of(tx, subject, 1000));
        all.into_iter().map(|it| it.kind).collect()
    }
}

/// Counts the accounts of which something was written, once each entry of it has its place.
pub fn counted(t: &Tend) {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
    while t.write(tend_core::book::catch_up).accounts > 0 {}
}

/// An address, as [`NewContact`] takes it.
pub fn email(address: &str) -> (IdentityKind, String) {
    (IdentityKind::Email, address.to_owned())
}

/// The sentence of a refusal.
pub fn why<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.expect_err("is refused").to_string()
}

/// All rows of these tables but for the times of change, a line each: what a merge and its
/// undoing must leave as it was.
pub fn everything(t: &Tend) -> Vec<String> {
    const TABLES: [(&str, &str); 9] = [
        ("accounts", "id, name, name_folded, kind, owner_id, created_at, merged_into"),
        ("account_domains", "domain, account_id"),
        (
            "contacts",
            "id, account_id, name, name_folded, title, time_zone, language, picture_file_id,
             blocked_at, created_at, seen_at, merged_into",
        ),
        ("identities", "id, contact_id, kind, value, is_primary"),
        ("conversations", "id, number, contact_id, account_id"),
        ("customer_notes", "id, subject_kind, subject_id, html, deleted_at"),
        ("taggings", "subject_id, tag_id, subject_kind, created_at"),
        ("attribute_values", "definition_id, subject_id, text_value, number_value"),
        ("customer_words", "subject_kind, word, subject_id"),
    ];
    row! {
        struct Line {
            line: String,
        }
    }
    let mut all = Vec::new();
    for (table, columns) in TABLES {
        let text = |it: &str| format!("COALESCE(CAST({} AS TEXT), '-')", it.trim());
        let joined: Vec<_> = columns.split(',').map(text).collect();
        let sql =
            format!("SELECT {} AS line FROM {table} ORDER BY line", joined.join(" || '|' || "));
        let lines: Vec<Line> = t.read(|tx| tx.rows(&sql, &[]).map_err(Error::from));
        all.extend(lines.into_iter().map(|it| format!("{table}: {}", it.line)));
    }
    all
}
