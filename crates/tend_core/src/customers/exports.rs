//! Contacts and accounts as tables: what an import reads, and any spreadsheet.

use jiff::Timestamp;
use tend_store::Tx;

use super::{imports::Target, sheet};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{self, AgentId, Me, Permission},
    attributes::{self, About, Definition, Value},
    book,
    contacts::{self, ContactId, IdentityKind},
    journal::{self, Change, Subject},
    page::{Cursor, Page},
    tags,
};

/// What an export looks like: which attributes there are when it begins.
#[derive(Clone, Debug)]
pub struct Shape {
    about: About,
    definitions: Vec<Definition>,
}

const CONTACT: &[Target] = &[
    Target::Id,
    Target::CreatedAt,
    Target::Name,
    Target::Email,
    Target::Phone,
    Target::External,
    Target::Handle,
    Target::Visitor,
    Target::Title,
    Target::TimeZone,
    Target::Language,
    Target::Account,
    Target::AccountId,
    Target::AccountKind,
    Target::AccountDomains,
    Target::Blocked,
    Target::Tags,
];

const ACCOUNT: &[Target] = &[
    Target::Id,
    Target::CreatedAt,
    Target::Name,
    Target::Kind,
    Target::Domains,
    Target::Contact,
    Target::Owner,
    Target::Stage,
    Target::Parent,
    Target::Arr,
    Target::Renewal,
    Target::Tags,
];

impl Shape {
    /// The first line of the file, with the mark by which spreadsheets know UTF-8.
    pub fn header(&self) -> String {
        let fixed = if self.about == About::Account { ACCOUNT } else { CONTACT };
        let own = self.definitions.iter().map(|it| format!("attribute:{}", it.name));
        let mut words: Vec<_> = fixed.iter().map(Target::word).chain(own).collect();
        // It is said, and never taken in: where it is known from what an account pays.
        if let Some(at) = fixed.iter().position(|it| *it == Target::Arr) {
            words.insert(at + 1, "arr_source".to_owned());
        }
        sheet::BOM.to_owned() + &sheet::line(words.iter().map(String::as_str))
    }
}

/// How many rows an export counts before it begins, and no further.
const MOST_COUNTED: i64 = 10_000_000;

/// Begins an export of contacts, and writes down that it was made, by whom, and how large.
pub fn begin_contacts(tx: &mut Tx, by: &Me, which: &contacts::list::Filter) -> Result<Shape> {
    by.require(Permission::CustomersExport)?;
    let rows = contacts::list::count(tx, which, MOST_COUNTED)?;
    begin(tx, by, About::Contact, rows)
}

/// Begins an export of accounts; see [`begin_contacts`].
pub fn begin_accounts(tx: &mut Tx, by: &Me, which: &accounts::list::Filter) -> Result<Shape> {
    by.require(Permission::CustomersExport)?;
    let rows = accounts::list::count(tx, which, MOST_COUNTED)?;
    begin(tx, by, About::Account, rows)
}

fn begin(tx: &mut Tx, by: &Me, about: About, rows: i64) -> Result<Shape> {
    by.require(Permission::CustomersRead)?;
    let subject = Subject::plain(about.word(), 0);
    journal::record(tx, Actor::Agent(by.id), subject, &Change::Exported { rows })?;
    shape(tx, about)
}

/// What an export of contacts looks like now, for one that was begun before.
pub fn contacts_shape(tx: &mut Tx) -> Result<Shape> {
    shape(tx, About::Contact)
}

/// What an export of accounts looks like now; see [`contacts_shape`].
pub fn accounts_shape(tx: &mut Tx) -> Result<Shape> {
    shape(tx, About::Account)
}

fn shape(tx: &mut Tx, about: About) -> Result<Shape> {
    Ok(Shape { about, definitions: attributes::definitions(tx, about)? })
}

/// The next lines of an export of contacts, by name.
pub fn contact_lines(
    tx: &mut Tx,
    me: &Me,
    shape: &Shape,
    which: &contacts::list::Filter,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<String>> {
    me.require(Permission::CustomersExport)?;
    let page = contacts::list::page(tx, me, which, contacts::list::Sort::Name, from, limit)?;
    let mut lines = Vec::with_capacity(page.items.len());
    for it in &page.items {
        lines.push(contact_line(tx, shape, it.id)?);
    }
    Ok(Page { items: lines, next: page.next })
}

fn contact_line(tx: &mut Tx, shape: &Shape, id: ContactId) -> Result<String> {
    let it = contacts::find(tx, id)?;
    let account = accounts::find(tx, it.account_id)?;
    let known = contacts::identities(tx, id)?;
    let of = |kind: IdentityKind| {
        let values = known.iter().filter(|it| it.kind == kind).map(|it| it.value.as_str());
        sheet::list(values)
    };
    let mut cells = vec![
        it.id.to_string(),
        moment(it.created_at),
        it.name.clone(),
        of(IdentityKind::Email),
        of(IdentityKind::Phone),
        of(IdentityKind::External),
        of(IdentityKind::Handle),
        of(IdentityKind::Visitor),
        it.title.clone(),
        it.time_zone.clone(),
        it.language.clone(),
        account.name.clone(),
        account.id.to_string(),
        account.kind.clone(),
        domains(tx, account.id)?,
        it.blocked_at.is_some().to_string(),
        worn(tx, id.raw())?,
    ];
    cells.extend(values(tx, shape, id.raw())?);
    Ok(sheet::line(cells.iter().map(String::as_str)))
}

/// The next lines of an export of accounts, by name.
pub fn account_lines(
    tx: &mut Tx,
    me: &Me,
    shape: &Shape,
    which: &accounts::list::Filter,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<String>> {
    me.require(Permission::CustomersExport)?;
    let page = accounts::list::page(tx, me, which, accounts::list::Sort::Name, from, limit)?;
    let mut lines = Vec::with_capacity(page.items.len());
    for it in &page.items {
        lines.push(account_line(tx, me, shape, it.id)?);
    }
    Ok(Page { items: lines, next: page.next })
}

fn account_line(tx: &mut Tx, me: &Me, shape: &Shape, id: AccountId) -> Result<String> {
    let it = accounts::find(tx, id)?;
    let contact = match it.kind.as_str() {
        "person" => address_of_one(tx, id)?,
        _ => String::new(),
    };
    let owner = match it.owner_id {
        Some(it) => email_of(tx, it)?,
        None => String::new(),
    };
    let [stage, parent, arr, source, renewal] = book::cells(tx, me, &it)?;
    let mut cells = vec![
        it.id.to_string(),
        moment(it.created_at),
        it.name.clone(),
        it.kind.clone(),
        domains(tx, id)?,
        contact,
        owner,
        stage,
        parent,
        arr,
        source,
        renewal,
        worn(tx, id.raw())?,
    ];
    cells.extend(values(tx, shape, id.raw())?);
    Ok(sheet::line(cells.iter().map(String::as_str)))
}

/// To the microsecond, so that it comes back as it was.
fn moment(it: Timestamp) -> String {
    it.to_string()
}

fn domains(tx: &mut Tx, id: AccountId) -> Result<String> {
    let all = accounts::domains(tx, id)?;
    Ok(sheet::list(all.iter().map(String::as_str)))
}

fn worn(tx: &mut Tx, id: i64) -> Result<String> {
    let all = tags::of(tx, id)?;
    Ok(sheet::list(all.iter().map(|it| it.name.as_str())))
}

fn values(tx: &mut Tx, shape: &Shape, id: i64) -> Result<Vec<String>> {
    let known = attributes::of(tx, shape.about, id)?;
    let text = |definition: &Definition| {
        let found = known.iter().find(|it| it.definition.id == definition.id);
        found.and_then(|it| it.value.as_ref()).map(Value::text).unwrap_or_default()
    };
    Ok(shape.definitions.iter().map(text).collect())
}

fn address_of_one(tx: &mut Tx, id: AccountId) -> Result<String> {
    let contact: Option<ContactId> = tx.maybe_scalar(
        "SELECT id FROM contacts WHERE account_id = $1 AND merged_into IS NULL ORDER BY id LIMIT 1",
        &[id.into()],
    )?;
    match contact {
        Some(it) => Ok(contacts::primary_email(tx, it)?.unwrap_or_default()),
        None => Ok(String::new()),
    }
}

fn email_of(tx: &mut Tx, id: AgentId) -> Result<String> {
    Ok(agents::find(tx, id)?.email)
}
