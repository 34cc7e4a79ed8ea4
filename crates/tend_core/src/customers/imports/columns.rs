use serde::{Deserialize, Serialize};

use crate::{
    attributes::{About, Definition},
    fold,
};

/// A column of a file, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub header: String,
    /// The word of a [`Target`]; empty if the column is left out.
    pub target: String,
}

/// What a column can mean.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Id,
    CreatedAt,
    Name,
    Email,
    Phone,
    External,
    Handle,
    Visitor,
    Title,
    TimeZone,
    Language,
    Account,
    AccountId,
    AccountKind,
    AccountDomains,
    Kind,
    Domains,
    /// The address of an account of one.
    Contact,
    Owner,
    Stage,
    Parent,
    Arr,
    Renewal,
    Blocked,
    Tags,
    /// By its name.
    Attribute(String),
}

/// Word, what people read, other headers that mean the same (folded).
type Known = (Target, &'static str, &'static str, &'static [&'static str]);

const CONTACT: &[Known] = &[
    (Target::Name, "name", "Name", &["full name", "contact", "contact name", "customer"]),
    (
        Target::Email,
        "email",
        "Email",
        &["e-mail", "mail", "email address", "emails", "email 1", "email 2"],
    ),
    (
        Target::Phone,
        "phone",
        "Phone",
        &["telephone", "tel", "mobile", "phone number", "phones", "mobile phone"],
    ),
    (
        Target::External,
        "external_id",
        "Id in your own system",
        &["user id", "userid", "customer id", "external", "external id"],
    ),
    (Target::Handle, "handle", "Handle", &["twitter", "username", "handles"]),
    (Target::Title, "title", "Title", &["job title", "position", "role"]),
    (Target::TimeZone, "time_zone", "Time zone", &["timezone", "tz", "time zone"]),
    (Target::Language, "language", "Language", &["locale", "lang"]),
    (
        Target::Account,
        "account",
        "Account",
        &["company", "organisation", "organization", "company name", "account name"],
    ),
    (
        Target::AccountDomains,
        "account_domains",
        "Account’s domains",
        &["company domain", "domain", "account domain", "website"],
    ),
    (Target::AccountKind, "account_kind", "Account’s kind", &[]),
    (Target::AccountId, "account_id", "Account’s id in Tend", &[]),
    (Target::Tags, "tags", "Tags", &["labels", "tag", "label"]),
    (Target::Blocked, "blocked", "Blocked", &[]),
    (Target::Visitor, "visitor", "Visitor", &[]),
    (Target::Id, "id", "Id in Tend", &[]),
    (Target::CreatedAt, "created_at", "Made in Tend at", &[]),
];

const ACCOUNT: &[Known] = &[
    (
        Target::Name,
        "name",
        "Name",
        &["account", "company", "company name", "account name", "organisation", "organization"],
    ),
    (Target::Domains, "domains", "Domains", &["domain", "website", "company domain", "url"]),
    (Target::Owner, "owner", "Owner’s address", &["owner email", "account manager", "csm"]),
    (Target::Stage, "stage", "Stage", &["lifecycle stage", "lifecycle", "phase"]),
    (Target::Parent, "parent", "Part of", &["parent account", "parent company", "group"]),
    (Target::Arr, "arr", "Income a year", &["annual recurring revenue", "acv", "contract value"]),
    (Target::Renewal, "renewal", "Renews on", &["renewal date", "renews on", "contract end"]),
    (Target::Tags, "tags", "Tags", &["labels", "tag", "label"]),
    (Target::Kind, "kind", "Kind", &[]),
    (Target::Contact, "contact", "Address of an account of one", &[]),
    (Target::Id, "id", "Id in Tend", &[]),
    (Target::CreatedAt, "created_at", "Made in Tend at", &[]),
];

fn known(about: About) -> &'static [Known] {
    if about == About::Account { ACCOUNT } else { CONTACT }
}

impl Target {
    /// The word in the table, in forms and as the header of an export.
    pub fn word(&self) -> String {
        if let Self::Attribute(name) = self {
            return format!("attribute:{name}");
        }
        let all = CONTACT.iter().chain(ACCOUNT);
        let found = all.clone().find(|it| it.0 == *self);
        found.map_or(String::new(), |it| it.1.to_owned())
    }

    /// What a word means; nothing for an unknown word or the empty one.
    pub fn read(about: About, word: &str) -> Option<Self> {
        match word.strip_prefix("attribute:") {
            Some(name) if !name.is_empty() => Some(Self::Attribute(name.to_owned())),
            Some(_) => None,
            None => known(about).iter().find(|it| it.1 == word).map(|it| it.0.clone()),
        }
    }
}

/// What the columns of such a file can mean: words, and what people read.
pub fn offered(about: About, definitions: &[Definition]) -> Vec<(String, String)> {
    let fixed = known(about).iter().map(|it| (it.1.to_owned(), it.2.to_owned()));
    let own = definitions.iter().map(|it| (format!("attribute:{}", it.name), it.label.clone()));
    fixed.chain(own).collect()
}

/// What a header most likely means: its own word, what people call it, or an attribute.
pub(super) fn guess(about: About, definitions: &[Definition], header: &str) -> String {
    let folded = fold::fold(&header.replace('_', " "));
    if let Some(it) = Target::read(about, header.trim()) {
        return it.word();
    }
    let means = |it: &&Known| {
        fold::fold(&it.1.replace('_', " ")) == folded
            || fold::fold(it.2) == folded
            || it.3.contains(&folded.as_str())
    };
    if let Some(it) = known(about).iter().find(means) {
        return it.1.to_owned();
    }
    let own = definitions
        .iter()
        .find(|it| fold::fold(&it.label) == folded || it.name.replace('_', " ") == folded);
    own.map_or(String::new(), |it| format!("attribute:{}", it.name))
}
