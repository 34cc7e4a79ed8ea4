//! Lists of accounts.

use jiff::Timestamp;
use tend_store::{Tx, Value, placeholders, row};

use super::{Account, AccountId, find};
use crate::{
    Result,
    agents::{AgentId, Me, Permission},
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
    /// A first.
    #[default]
    Name,
    /// The latest made first.
    Newest,
}

impl Sort {
    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Newest => "newest",
        }
    }
}

impl std::str::FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "name" => Ok(Self::Name),
            "newest" => Ok(Self::Newest),
            _ => Err("The order is name or newest."),
        }
    }
}

/// Which accounts; all conditions hold together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Each word begins a word of the name or of a domain.
    pub text: String,
    /// `company` or `person`; both without one.
    pub kind: Option<&'static str>,
    pub owner: Option<AgentId>,
    pub tag: Option<TagId>,
    /// An attribute with exactly this value, written in its one way.
    pub attribute: Option<(AttributeId, String)>,
}

row! {
    struct Found {
        id: AccountId,
        name: String,
        kind: String,
        owner_id: Option<AgentId>,
        owner: Option<String>,
        contacts: i64,
        created_at: Timestamp,
    }
}

/// One line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: AccountId,
    pub name: String,
    /// `company`, or `person` for an account of one.
    pub kind: String,
    pub owner_id: Option<AgentId>,
    pub owner: Option<String>,
    pub domains: Vec<String>,
    pub tags: Vec<Tag>,
    /// Counted to [`MOST_CONTACTS`] and no further.
    pub contacts: i64,
    /// Active conversations, of those that the agent may see.
    pub open: i64,
    pub created_at: Timestamp,
}

/// If a line says this many, say "1000 or more".
pub const MOST_CONTACTS: i64 = 1000;

/// A page of accounts.
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
        return Err(not_found("account"));
    }
    let limit = limit.clamp(1, 200);
    let mut all = conditions(tx, which)?;
    let order = match sort {
        Sort::Name => "accounts.name_folded, accounts.id",
        Sort::Newest => "accounts.id DESC",
    };
    match (sort, from) {
        (_, None) => {}
        (Sort::Newest, Some(at)) => all.and("accounts.id < ?", [at.id.into()]),
        (Sort::Name, Some(at)) => {
            // The row itself knows its name, also if it was renamed or merged away since.
            let name: Option<String> =
                tx.maybe_scalar("SELECT name_folded FROM accounts WHERE id = $1", &[at.id.into()])?;
            let name = name.ok_or(not_found("page"))?;
            all.and("(accounts.name_folded, accounts.id) > (?, ?)", [name.into(), at.id.into()]);
        }
    }
    let found = rows(tx, all, order, limit + 1)?;
    let page = Page::of(found, limit, |it| Cursor { key: 0, id: it.id.raw() });
    let ids: Vec<i64> = page.items.iter().map(|it| it.id.raw()).collect();
    let mut tags = customers::tags_of(tx, &ids)?;
    let open = customers::open_of(tx, me, "account_id", &ids)?;
    let domains = domains_of(tx, &ids)?;
    Ok(page.map(|it| Line {
        tags: tags.remove(&it.id.raw()).unwrap_or_default(),
        open: open.get(&it.id.raw()).copied().unwrap_or_default(),
        domains: domains.iter().filter(|d| d.0 == it.id).map(|d| d.1.clone()).collect(),
        id: it.id,
        name: it.name,
        kind: it.kind,
        owner_id: it.owner_id,
        owner: it.owner,
        contacts: it.contacts,
        created_at: it.created_at,
    }))
}

pub(crate) fn conditions(tx: &mut Tx, which: &Filter) -> Result<Where> {
    let mut all = Where { sql: String::from("accounts.merged_into IS NULL"), args: Vec::new() };
    if let Some(it) = which.kind {
        all.and("accounts.kind = ?", [it.into()]);
    }
    if let Some(it) = which.owner {
        all.and("accounts.owner_id = ?", [it.into()]);
    }
    customers::tagged(which.tag, "accounts.id", &mut all);
    customers::with_attribute(which.attribute.as_ref(), "accounts.id", &mut all);
    words::narrow(tx, "account", "accounts.id", &which.text, &mut all)?;
    Ok(all)
}

fn rows(tx: &mut Tx, mut all: Where, order: &str, limit: usize) -> Result<Vec<Found>> {
    let sql = format!(
        "SELECT accounts.id, accounts.name, accounts.kind, accounts.owner_id,
             agents.name AS owner, accounts.created_at,
             (SELECT count(*) FROM (SELECT 1 FROM contacts
              WHERE contacts.account_id = accounts.id AND contacts.merged_into IS NULL
              LIMIT {MOST_CONTACTS}) AS counted) AS contacts
         FROM (SELECT * FROM accounts WHERE {} ORDER BY {order} LIMIT ${}) AS accounts
         LEFT JOIN agents ON agents.id = accounts.owner_id
         ORDER BY {order}",
        all.sql,
        all.args.len() + 1,
    );
    all.args.push(Value::from(limit));
    Ok(tx.rows(&sql, &all.args)?)
}

fn domains_of(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(AccountId, String)>> {
    row! {
        struct Domain {
            account_id: AccountId,
            domain: String,
        }
    }
    let sql = format!(
        "SELECT account_id, domain FROM account_domains WHERE account_id IN ({}) ORDER BY domain",
        placeholders(1, ids.len())
    );
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let all: Vec<Domain> = tx.rows(&sql, &args)?;
    Ok(all.into_iter().map(|it| (it.account_id, it.domain)).collect())
}

/// How many there are, counted to `most` and no further.
pub fn count(tx: &mut Tx, which: &Filter, most: i64) -> Result<i64> {
    let mut all = conditions(tx, which)?;
    all.args.push(most.into());
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM accounts WHERE {} LIMIT ${}) AS counted",
        all.sql,
        all.args.len()
    );
    Ok(tx.scalar(&sql, &all.args)?)
}

/// An account for an agent who may see customers; an id that was merged away leads on.
pub fn find_visible(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Account> {
    match me.may(Permission::CustomersRead) {
        true => find(tx, id),
        false => Err(not_found("account")),
    }
}
