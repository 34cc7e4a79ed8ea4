//! One row of a file of accounts: which it is, and what would be different.

use tend_store::Tx;

use super::{
    Mode, Outcome, RowProblem, Target,
    book_cells::BookPlan,
    cells::{Cells, TagPlan},
    contact_row::{company_named, same_time},
    step::Context,
};
use crate::{
    Result,
    accounts::{self, Account, AccountChange, AccountId, NewAccount},
    agents::{self, AgentId},
    attributes::{self, About, Definition, Value},
    contacts::{self, IdentityKind},
    fold,
    journal::Subject,
    tags,
};

/// What a row would do.
pub(super) struct Plan {
    which: Option<Account>,
    name: String,
    domains: Vec<String>,
    owner: Option<AgentId>,
    book: BookPlan,
    tags: Vec<TagPlan>,
    values: Vec<(Definition, Value)>,
    /// What else the same account could be found by further down in the file.
    pub keys: Vec<String>,
    left_out: bool,
}

/// Reads a row and looks which account it is, without changing anything.
pub(super) fn plan(
    tx: &mut Tx,
    context: &Context,
    mut cells: Cells,
) -> Result<std::result::Result<Plan, Vec<RowProblem>>> {
    let name = fold::one_line(cells.text(&Target::Name).unwrap_or_default(), 200);
    let domains = domains(&mut cells)?;
    let which = match cells.text(&Target::Kind).map(str::trim) {
        Some("person") => of_one(tx, &mut cells, &name)?,
        None | Some("company") => company(tx, &mut cells, &name, &domains)?,
        Some(_) => {
            cells.problem(cells.header(&Target::Kind), "An account is a company or a person.");
            None
        }
    };
    if which.is_none() && name.is_empty() && domains.is_empty() {
        cells.problem("", "This row has neither a name nor a domain.");
    }
    let owner = owner(tx, &mut cells)?;
    let book = BookPlan::read(tx, &mut cells, which.as_ref())?;
    let tags = context.tags(tx, &mut cells)?;
    let values = cells.values(&context.definitions)?;
    if !cells.problems.is_empty() {
        return Ok(Err(cells.problems));
    }
    let left_out = match context.mode {
        Mode::All => false,
        Mode::OnlyNew => which.is_some(),
        Mode::OnlyKnown => which.is_none(),
    };
    let domains: Vec<String> = domains.into_iter().map(|it| it.1).collect();
    let keys = match domains.is_empty() {
        true => vec![format!("name:{}", fold::fold(&name))],
        false => domains.iter().map(|it| format!("domain:{it}")).collect(),
    };
    Ok(Ok(Plan { which, name, domains, owner, book, tags, values, keys, left_out }))
}

fn domains<'a>(cells: &mut Cells<'a>) -> Result<Vec<(&'a str, String)>> {
    let mut all: Vec<(&str, String)> = Vec::new();
    for (header, text) in cells.list(&Target::Domains) {
        let domain = accounts::checked_domain(&text);
        if let Some(it) = cells.checked(header, domain)?
            && !all.iter().any(|known| known.1 == it)
        {
            all.push((header, it));
        }
    }
    Ok(all)
}

fn company(
    tx: &mut Tx,
    cells: &mut Cells,
    name: &str,
    domains: &[(&str, String)],
) -> Result<Option<Account>> {
    let mut which = by_id(tx, cells)?;
    for (header, domain) in domains {
        let Some(owner) = accounts::by_domain(tx, domain)? else { continue };
        let owner = accounts::find(tx, owner)?;
        match &which {
            Some(it) if it.id != owner.id => {
                let (a, b) = (&owner.name, &it.name);
                cells.problem(
                    header,
                    format!("{domain} belongs to {a}, and this row is about {b}. Merge them, or correct the row."),
                );
            }
            _ => which = Some(owner),
        }
    }
    if which.is_some() || name.is_empty() {
        return Ok(which);
    }
    match company_named(tx, name)?.as_slice() {
        [] => Ok(None),
        [one] => accounts::find(tx, *one).map(Some),
        _ if !domains.is_empty() => Ok(None),
        _ => {
            let why = format!("There are two accounts called {name}. Add a domain to the row.");
            cells.problem(cells.header(&Target::Name), why);
            Ok(None)
        }
    }
}

fn by_id(tx: &mut Tx, cells: &Cells) -> Result<Option<Account>> {
    let Some(id) = cells.text(&Target::Id).and_then(|it| it.trim().parse::<AccountId>().ok())
    else {
        return Ok(None);
    };
    match accounts::find(tx, id) {
        Ok(it) if it.id == id && same_time(cells, it.created_at) => Ok(Some(it)),
        Ok(_) | Err(crate::Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// An account of one comes with its contact: it is found by their address, or by its name.
fn of_one(tx: &mut Tx, cells: &mut Cells, name: &str) -> Result<Option<Account>> {
    if let Some(it) = by_id(tx, cells)? {
        return Ok(Some(it));
    }
    if let Some(address) = cells.text(&Target::Contact)
        && let Some(id) = contacts::by_identity(tx, IdentityKind::Email, address)?
    {
        let account = contacts::find(tx, id)?.account_id;
        return accounts::find(tx, account).map(Some);
    }
    let named: Vec<AccountId> = tx.column(
        "SELECT id FROM accounts WHERE kind = 'person' AND name_folded = $1
           AND merged_into IS NULL ORDER BY id LIMIT 2",
        &[fold::fold(name).into()],
    )?;
    match named.as_slice() {
        [one] => accounts::find(tx, *one).map(Some),
        [] => {
            cells.problem(
                "",
                "An account of one comes with its contact. Import the contacts first.",
            );
            Ok(None)
        }
        _ => {
            cells.problem(
                "",
                format!("There are two people called {name}. Add the address to the row."),
            );
            Ok(None)
        }
    }
}

fn owner(tx: &mut Tx, cells: &mut Cells) -> Result<Option<AgentId>> {
    let Some(address) = cells.text(&Target::Owner) else {
        return Ok(None);
    };
    match agents::by_email(tx, address) {
        Ok(it) => Ok(Some(it.id)),
        Err(crate::Error::NotFound(_)) => {
            let why = format!("There is no agent with the address {address}.");
            cells.problem(cells.header(&Target::Owner), why);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

impl Plan {
    /// What would become of it, as far as the database knows it now.
    pub fn outcome(&self, tx: &mut Tx) -> Result<Outcome> {
        match &self.which {
            _ if self.left_out => Ok(Outcome::Same),
            None => Ok(Outcome::Created),
            Some(it) if self.changes(tx, it)? => Ok(Outcome::Changed),
            Some(_) => Ok(Outcome::Same),
        }
    }

    fn changes(&self, tx: &mut Tx, it: &Account) -> Result<bool> {
        let named = !self.name.is_empty() && self.name != it.name;
        let given = self.owner.is_some_and(|to| Some(to) != it.owner_id);
        if named || given || self.book.changes(it) {
            return Ok(true);
        }
        let known = accounts::domains(tx, it.id)?;
        let worn: Vec<_> =
            tags::of(tx, it.id.raw())?.into_iter().map(|it| TagPlan::Known(it.id)).collect();
        if !self.domains.iter().all(|it| known.contains(it))
            || self.tags.iter().any(|it| !worn.contains(it))
        {
            return Ok(true);
        }
        let known = attributes::of(tx, About::Account, it.id.raw())?;
        let has = |(definition, value): &(Definition, Value)| {
            known
                .iter()
                .any(|it| it.definition.id == definition.id && it.value.as_ref() == Some(value))
        };
        Ok(!self.values.iter().all(has))
    }

    /// Does it. Everything that could be refused was looked at before.
    pub fn apply(self, tx: &mut Tx, context: &Context) -> Result<Outcome> {
        let outcome = self.outcome(tx)?;
        if outcome == Outcome::Same {
            return Ok(outcome);
        }
        let id = match &self.which {
            None => {
                let name = match self.domains.first() {
                    Some(domain) if self.name.is_empty() => accounts::name_of(domain),
                    _ => self.name.clone(),
                };
                let new = NewAccount { name, domains: self.domains.clone(), owner: self.owner };
                accounts::insert(tx, context.by, &new)?
            }
            Some(it) => {
                let to = AccountChange {
                    name: (!self.name.is_empty()).then(|| self.name.clone()),
                    owner: self.owner.map(Some),
                };
                accounts::apply(tx, context.by, it.id, &to)?;
                for domain in &self.domains {
                    accounts::add_domain_of(tx, context.by, it.id, domain)?;
                }
                it.id
            }
        };
        self.book.apply(tx, context.by, id)?;
        let subject = Subject::account(id.raw());
        context.put_tags(tx, subject, &self.tags)?;
        for (definition, value) in &self.values {
            let name = &definition.name;
            attributes::set(tx, context.by, About::Account, subject, name, &value.text())?;
        }
        Ok(outcome)
    }
}
