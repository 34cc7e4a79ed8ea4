use tend_store::{Tx, row};

use crate::Result;

/// What a variable begins with.
pub(super) const NOUNS: [&str; 8] =
    ["contact", "account", "agent", "conversation", "company", "inbox", "message", "order"];

const FIXED: &[(&str, &str)] = &[
    ("contact.name", "The contact's name"),
    ("contact.first_name", "The contact's first name"),
    ("contact.last_name", "The contact's last name"),
    ("contact.email", "The contact's email address"),
    ("contact.phone", "The contact's phone number"),
    ("contact.title", "What the contact does there"),
    ("contact.language", "The contact's language"),
    ("account.name", "The account's name"),
    ("account.domain", "The account's domain"),
    ("conversation.number", "The conversation's number"),
    ("conversation.subject", "The conversation's subject"),
    ("agent.name", "Your name"),
    ("agent.first_name", "Your first name"),
    ("agent.email", "Your email address"),
    ("agent.signature", "Your signature"),
    ("inbox.name", "The inbox's name"),
    ("inbox.address", "The inbox's address"),
    ("company.name", "The company's name"),
    ("message.body", "The message itself (in what stands around a reply)"),
];

/// Something that can be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// As it is written: `contact.first_name`.
    pub name: String,
    /// What it is, for people.
    pub label: String,
}

row! {
    struct Defined {
        subject_kind: String,
        name: String,
        label: String,
    }
}

/// All variables that there are, custom attributes too.
pub fn vocabulary(tx: &mut Tx) -> Result<Vec<Variable>> {
    let fixed = FIXED.iter().map(|it| Variable { name: it.0.to_owned(), label: it.1.to_owned() });
    let custom: Vec<Defined> = tx.rows(
        "SELECT subject_kind, name, label FROM attribute_definitions
         WHERE archived_at IS NULL ORDER BY subject_kind, position, name",
        &[],
    )?;
    let custom = custom.into_iter().map(|it| Variable {
        name: format!("{}.attributes.{}", it.subject_kind, it.name),
        label: it.label,
    });
    Ok(fixed.chain(custom).collect())
}
