/// What was changed, and where its story is told besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// `conversation`, `contact`, `account`, `agent`, …
    pub kind: &'static str,
    /// The raw id; 0 for the company.
    pub id: i64,
    /// The conversation in whose thread it shows.
    pub conversation: Option<i64>,
    /// The contact on whose timeline it shows.
    pub contact: Option<i64>,
    /// The account on whose timeline it shows.
    pub account: Option<i64>,
}

impl Subject {
    /// Something that has no customer.
    pub fn plain(kind: &'static str, id: i64) -> Self {
        Self { kind, id, conversation: None, contact: None, account: None }
    }

    /// The company and its settings.
    pub fn company() -> Self {
        Self::plain("company", 0)
    }

    /// A conversation, by its raw id and those of its contact and account.
    pub fn conversation(id: i64, contact: i64, account: i64) -> Self {
        Self {
            kind: "conversation",
            id,
            conversation: Some(id),
            contact: Some(contact),
            account: Some(account),
        }
    }

    /// A contact of an account.
    pub fn contact(id: i64, account: i64) -> Self {
        Self { kind: "contact", id, conversation: None, contact: Some(id), account: Some(account) }
    }

    /// An account.
    pub fn account(id: i64) -> Self {
        Self { kind: "account", id, conversation: None, contact: None, account: Some(id) }
    }
}
