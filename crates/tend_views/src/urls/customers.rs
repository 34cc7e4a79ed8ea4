use std::fmt::Display;

/// GET the list: `q`, `sort`, `account`, `tag`, `attribute`, `blocked`, `cursor`; POST makes one.
pub fn contacts() -> String {
    "/contacts".into()
}
pub fn new_contact() -> String {
    "/contacts/new".into()
}
/// POST: the list that the same fields show, as a table.
pub fn contacts_export() -> String {
    "/contacts/export".into()
}
/// GET the record, or one region of it with `part`; PUT some of its fields.
pub fn contact(id: impl Display) -> String {
    format!("/contacts/{id}")
}
/// `head`, `side` or `main`, as a fragment.
pub fn contact_part(id: impl Display, part: &str) -> String {
    format!("/contacts/{id}?part={part}")
}
/// What happened, as a fragment: `aspect`, and `cursor` or `shown`.
pub fn contact_timeline(id: impl Display) -> String {
    format!("/contacts/{id}/timeline")
}
/// PUT `name` of an attribute and its `value`.
pub fn contact_attributes(id: impl Display) -> String {
    format!("/contacts/{id}/attributes")
}
/// POST `kind` and `value`.
pub fn contact_identities(id: impl Display) -> String {
    format!("/contacts/{id}/identities")
}
/// PUT makes it the first of its kind, DELETE takes it away.
pub fn contact_identity(id: impl Display, identity: impl Display) -> String {
    format!("/contacts/{id}/identities/{identity}")
}
/// PUT `tag` several times (ids), and `new` (names).
pub fn contact_tags(id: impl Display) -> String {
    format!("/contacts/{id}/tags")
}
/// PUT blocks, DELETE unblocks.
pub fn contact_block(id: impl Display) -> String {
    format!("/contacts/{id}/block")
}
/// GET asks to which account (`q`), PUT `account`: an id, or nothing for one of their own.
pub fn contact_account(id: impl Display) -> String {
    format!("/contacts/{id}/account")
}
/// GET asks with whom (`q`), or shows what would be (`with`); POST `with` and `take` several times.
pub fn contact_merge(id: impl Display) -> String {
    format!("/contacts/{id}/merge")
}
/// POST takes a merge back.
pub fn contact_unmerge(id: impl Display, merge: impl Display) -> String {
    format!("/contacts/{id}/merges/{merge}/undo")
}
/// POST `text`.
pub fn contact_notes(id: impl Display) -> String {
    format!("/contacts/{id}/notes")
}
/// GET the list: `q`, `sort`, `kind`, `owner`, `tag`, `attribute`, `cursor`; POST makes one.
pub fn accounts() -> String {
    "/accounts".into()
}
pub fn new_account() -> String {
    "/accounts/new".into()
}
/// POST: the list that the same fields show, as a table.
pub fn accounts_export() -> String {
    "/accounts/export".into()
}
/// GET the record, or one region of it with `part`; PUT some of its fields.
pub fn account(id: impl Display) -> String {
    format!("/accounts/{id}")
}
/// `head`, `side` or `main`, as a fragment.
pub fn account_part(id: impl Display, part: &str) -> String {
    format!("/accounts/{id}?part={part}")
}
/// What happened with it and its people, as a fragment: `aspect`, and `cursor` or `shown`.
pub fn account_timeline(id: impl Display) -> String {
    format!("/accounts/{id}/timeline")
}
/// PUT `name` of an attribute and its `value`.
pub fn account_attributes(id: impl Display) -> String {
    format!("/accounts/{id}/attributes")
}
/// POST `domain`.
pub fn account_domains(id: impl Display) -> String {
    format!("/accounts/{id}/domains")
}
/// DELETE.
pub fn account_domain(id: impl Display, domain: impl Display) -> String {
    format!("/accounts/{id}/domains/{domain}")
}
/// POST `account` several times: the accounts of one that come here.
pub fn account_strays(id: impl Display) -> String {
    format!("/accounts/{id}/strays")
}
/// PUT `tag` several times (ids), and `new` (names).
pub fn account_tags(id: impl Display) -> String {
    format!("/accounts/{id}/tags")
}
/// GET asks with which (`q`), or shows what would be (`with`); POST `with` and `take` several times.
pub fn account_merge(id: impl Display) -> String {
    format!("/accounts/{id}/merge")
}
/// POST takes a merge back.
pub fn account_unmerge(id: impl Display, merge: impl Display) -> String {
    format!("/accounts/{id}/merges/{merge}/undo")
}
/// POST `text`.
pub fn account_notes(id: impl Display) -> String {
    format!("/accounts/{id}/notes")
}
/// A note on a contact or an account: PUT `text`, DELETE.
pub fn customer_note(id: impl Display) -> String {
    format!("/customer-notes/{id}")
}
/// POST brings a note back that was deleted.
pub fn customer_note_undo(id: impl Display) -> String {
    format!("/customer-notes/{id}/undo")
}
/// GET one's own imports and the form of a new one; POST `about` and `file` (multipart).
pub fn imports() -> String {
    "/imports".into()
}
/// Where an import stands, and what it asks.
pub fn import(id: impl Display) -> String {
    format!("/imports/{id}")
}
/// POST `target` several times (a word for each column), and `mode`.
pub fn import_check(id: impl Display) -> String {
    format!("/imports/{id}/check")
}
/// POST.
pub fn import_run(id: impl Display) -> String {
    format!("/imports/{id}/run")
}
/// POST: back to what the columns mean.
pub fn import_again(id: impl Display) -> String {
    format!("/imports/{id}/again")
}
/// POST.
pub fn import_cancel(id: impl Display) -> String {
    format!("/imports/{id}/cancel")
}
/// What is wrong with which row, as a table.
pub fn import_problems(id: impl Display) -> String {
    format!("/imports/{id}/problems")
}
