//! Lists of contacts.

use jiff::Timestamp;
use tend_store::{Tx, Value, row};

use super::{ContactId, find};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    attributes::AttributeId,
    conversations::list::Where,
    customers::{self, words},
    error::not_found,
    page::{Cursor, Page},
    tags::{Tag, TagId},
};

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Who wrote last first; those who never wrote last, the newest of them first.
    #[default]
    Seen,
    /// By name, A first.
    Name,
}

impl Sort {
    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Name => "name",
        }
    }
}

impl std::str::FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "seen" => Ok(Self::Seen),
            "name" => Ok(Self::Name),
            _ => Err("The order is seen or name."),
        }
    }
}

/// Which contacts; all conditions hold together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Each word begins a word of their name, address, number or domain.
    pub text: String,
    pub account: Option<AccountId>,
    pub tag: Option<TagId>,
    /// An attribute with exactly this value, written in its one way.
    pub attribute: Option<(AttributeId, String)>,
    pub blocked: bool,
}

impl Filter {
    /// Nothing is asked for: all of them.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

row! {
    struct Found {
        id: ContactId,
        name: String,
        title: String,
        account_id: AccountId,
        account: String,
        account_kind: String,
        email: Option<String>,
        phone: Option<String>,
        picture_file_id: Option<i64>,
        blocked_at: Option<Timestamp>,
        seen_at: Option<Timestamp>,
        created_at: Timestamp,
    }
}

/// One line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: ContactId,
    pub name: String,
    pub title: String,
    pub account_id: AccountId,
    pub account: String,
    /// `company` or `person`; an account of one has the contact's name.
    pub account_kind: String,
    /// The primary one.
    pub email: Option<String>,
    /// The primary one.
    pub phone: Option<String>,
    pub picture_file_id: Option<i64>,
    pub blocked_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub tags: Vec<Tag>,
    /// Their active conversations, of those that the agent may see.
    pub open: i64,
}

/// A page of contacts.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Filter,
    sort: Sort,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("contact"));
    }
    let limit = limit.clamp(1, 200);
    let found = match sort {
        Sort::Name => by_name(tx, which, from, limit + 1)?,
        Sort::Seen => by_seen(tx, which, from, limit + 1)?,
    };
    let key = |it: &Found| match sort {
        Sort::Name => Cursor { key: 0, id: it.id.raw() },
        Sort::Seen => {
            let key = it.seen_at.map_or(NEVER, |it| it.as_microsecond());
            Cursor { key, id: it.id.raw() }
        }
    };
    let page = Page::of(found, limit, key);
    let ids: Vec<i64> = page.items.iter().map(|it| it.id.raw()).collect();
    let mut tags = customers::tags_of(tx, &ids)?;
    let open = customers::open_of(tx, me, "contact_id", &ids)?;
    Ok(page.map(|it| Line {
        tags: tags.remove(&it.id.raw()).unwrap_or_default(),
        open: open.get(&it.id.raw()).copied().unwrap_or_default(),
        id: it.id,
        name: it.name,
        title: it.title,
        account_id: it.account_id,
        account: it.account,
        account_kind: it.account_kind,
        email: it.email,
        phone: it.phone,
        picture_file_id: it.picture_file_id,
        blocked_at: it.blocked_at,
        seen_at: it.seen_at,
        created_at: it.created_at,
    }))
}

/// The cursor's key among those who never wrote.
const NEVER: i64 = i64::MIN;

fn by_name(tx: &mut Tx, which: &Filter, from: Option<Cursor>, limit: usize) -> Result<Vec<Found>> {
    let mut all = conditions(tx, which)?;
    if let Some(at) = from {
        // The row itself knows its name, also if it was renamed or merged away since.
        let name: Option<String> =
            tx.maybe_scalar("SELECT name_folded FROM contacts WHERE id = $1", &[at.id.into()])?;
        let name = name.ok_or(not_found("page"))?;
        all.and("(contacts.name_folded, contacts.id) > (?, ?)", [name.into(), at.id.into()]);
    }
    rows(tx, all, "contacts.name_folded, contacts.id", limit)
}

/// Those who wrote, then those who never did: one walk of the index each.
fn by_seen(tx: &mut Tx, which: &Filter, from: Option<Cursor>, limit: usize) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    if from.is_none_or(|it| it.key != NEVER) {
        let mut all = conditions(tx, which)?;
        all.and("contacts.seen_at IS NOT NULL", []);
        if let Some(at) = from {
            all.and("(contacts.seen_at, contacts.id) < (?, ?)", [at.key.into(), at.id.into()]);
        }
        found = rows(tx, all, "contacts.seen_at DESC, contacts.id DESC", limit)?;
    }
    if found.len() < limit {
        let mut all = conditions(tx, which)?;
        all.and("contacts.seen_at IS NULL", []);
        if let Some(at) = from.filter(|it| it.key == NEVER) {
            all.and("contacts.id < ?", [at.id.into()]);
        }
        let rest = limit - found.len();
        found.extend(rows(tx, all, "contacts.id DESC", rest)?);
    }
    Ok(found)
}

pub(crate) fn conditions(tx: &mut Tx, which: &Filter) -> Result<Where> {
    let mut all = Where { sql: String::from("contacts.merged_into IS NULL"), args: Vec::new() };
    if let Some(it) = which.account {
        all.and("contacts.account_id = ?", [it.into()]);
    }
    if which.blocked {
        all.and("contacts.blocked_at IS NOT NULL", []);
    }
    customers::tagged(which.tag, "contacts.id", &mut all);
    customers::with_attribute(which.attribute.as_ref(), "contacts.id", &mut all);
    words::narrow(tx, "contact", "contacts.id", &which.text, &mut all)?;
    Ok(all)
}

fn rows(tx: &mut Tx, mut all: Where, order: &str, limit: usize) -> Result<Vec<Found>> {
    let sql = format!(
        "SELECT contacts.id, contacts.name, contacts.title, contacts.account_id,
             accounts.name AS account, accounts.kind AS account_kind,
             (SELECT value FROM identities WHERE contact_id = contacts.id AND kind = 'email'
              ORDER BY is_primary DESC, id LIMIT 1) AS email,
             (SELECT value FROM identities WHERE contact_id = contacts.id AND kind = 'phone'
              ORDER BY is_primary DESC, id LIMIT 1) AS phone,
             contacts.picture_file_id, contacts.blocked_at, contacts.seen_at, contacts.created_at
         FROM (SELECT * FROM contacts WHERE {} ORDER BY {order} LIMIT ${}) AS contacts
         JOIN accounts ON accounts.id = contacts.account_id
         ORDER BY {order}",
        all.sql,
        all.args.len() + 1,
    );
    all.args.push(Value::from(limit));
    Ok(tx.rows(&sql, &all.args)?)
}

/// How many there are, counted to `most` and no further.
pub fn count(tx: &mut Tx, which: &Filter, most: i64) -> Result<i64> {
    let mut all = conditions(tx, which)?;
    all.args.push(most.into());
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM contacts WHERE {} LIMIT ${}) AS counted",
        all.sql,
        all.args.len()
    );
    Ok(tx.scalar(&sql, &all.args)?)
}

/// A contact for an agent who may see customers; an id that was merged away leads on.
pub fn find_visible(tx: &mut Tx, me: &Me, id: ContactId) -> Result<super::Contact> {
    match me.may(Permission::CustomersRead) {
        true => find(tx, id),
        false => Err(not_found("contact")),
    }
}
