//! One row of a file of contacts: who it is, and what would be different.

use tend_store::Tx;

use super::{
    Mode, Outcome, RowProblem, Target,
    cells::{Cells, TagPlan},
    step::Context,
};
use crate::{
    Result,
    accounts::{self, AccountId, NewAccount},
    attributes::{self, About, Definition, Value},
    contacts::{
        self, Contact, ContactChange, ContactId, IdentityKind, NewContact, create, fields,
        identify, move_to,
    },
    customers, fold,
    journal::Subject,
    tags,
};

/// What a row would do.
pub(super) struct Plan {
    who: Option<Contact>,
    new: NewContact,
    account: AccountPlan,
    blocked: Option<bool>,
    tags: Vec<TagPlan>,
    values: Vec<(Definition, Value)>,
    /// What else the same person could be found by further down in the file.
    pub keys: Vec<String>,
    left_out: bool,
}

#[derive(Debug, PartialEq)]
enum AccountPlan {
    /// Where they are, or where their address belongs.
    Stay,
    Known(AccountId),
    Company {
        name: String,
        domains: Vec<String>,
    },
    OfOne {
        name: String,
    },
}

const KINDS: [(Target, IdentityKind); 5] = [
    (Target::External, IdentityKind::External),
    (Target::Email, IdentityKind::Email),
    (Target::Phone, IdentityKind::Phone),
    (Target::Handle, IdentityKind::Handle),
    (Target::Visitor, IdentityKind::Visitor),
];

/// Reads a row and looks who it is, without changing anything.
pub(super) fn plan(
    tx: &mut Tx,
    context: &Context,
    mut cells: Cells,
) -> Result<std::result::Result<Plan, Vec<RowProblem>>> {
    let identities = identities(&mut cells);
    let who = who(tx, &mut cells, &identities)?;
    let new = fields_of(&mut cells, &identities)?;
    if who.is_none() && new.name.is_empty() && identities.is_empty() {
        cells.problem("", "This row has neither a name nor an address.");
    }
    let account = account(tx, &mut cells, who.as_ref(), &new)?;
    let blocked = blocked(&mut cells);
    let tags = context.tags(tx, &mut cells)?;
    let at = cells.text(&Target::Account).unwrap_or_default();
    let keys = keys(&new.name, at, &identities);
    let values = cells.values(&context.definitions)?;
    if !cells.problems.is_empty() {
        return Ok(Err(cells.problems));
    }
    let left_out = match context.mode {
        Mode::All => false,
        Mode::OnlyNew => who.is_some(),
        Mode::OnlyKnown => who.is_none(),
    };
    Ok(Ok(Plan { who, new, account, blocked, tags, values, keys, left_out }))
}

/// Kind, header, text, folded.
type Known = (IdentityKind, String, String, String);

fn identities(cells: &mut Cells) -> Vec<Known> {
    let mut all: Vec<Known> = Vec::new();
    for (target, kind) in KINDS {
        for (header, text) in cells.list(&target) {
            match kind.fold(&text) {
                None => cells.problem(header, format!("{text}: {}", fields::unreadable(kind))),
                Some(it) if all.iter().any(|known| known.0 == kind && known.3 == it) => {}
                Some(it) => all.push((kind, header.to_owned(), text, it)),
            }
        }
    }
    all
}

/// By our own id, by any of their identities, by their name at their account.
fn who(tx: &mut Tx, cells: &mut Cells, identities: &[Known]) -> Result<Option<Contact>> {
    let mut who = by_id(tx, cells)?;
    for (kind, header, text, folded) in identities {
        let Some(owner) = create::owner(tx, *kind, folded)? else { continue };
        match &who {
            Some(it) if it.id != owner.id => {
                let (a, b) = (&owner.name, &it.name);
                cells.problem(
                    header,
                    format!("{text} belongs to {a}, and this row is about {b}. Merge them, or correct the row."),
                );
            }
            _ => who = Some(owner),
        }
    }
    match (who, identities.is_empty()) {
        (None, true) => by_name(tx, cells),
        (who, _) => Ok(who),
    }
}

/// An id counts together with the moment when it was made, if the file says that: so a file
/// from another Tend finds nobody by chance.
fn by_id(tx: &mut Tx, cells: &Cells) -> Result<Option<Contact>> {
    let Some(id) = cells.text(&Target::Id).and_then(|it| it.trim().parse::<ContactId>().ok())
    else {
        return Ok(None);
    };
    match contacts::find(tx, id) {
        Ok(it) if it.id == id && same_time(cells, it.created_at) => Ok(Some(it)),
        Ok(_) | Err(crate::Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

pub(super) fn same_time(cells: &Cells, made: jiff::Timestamp) -> bool {
    let said = |it: &str| it.trim().parse::<jiff::Timestamp>().is_ok_and(|it| it == made);
    cells.text(&Target::CreatedAt).is_none_or(said)
}

fn by_name(tx: &mut Tx, cells: &mut Cells) -> Result<Option<Contact>> {
    let (Some(name), Some(account)) = (cells.text(&Target::Name), cells.text(&Target::Account))
    else {
        return Ok(None);
    };
    let ids: Vec<ContactId> = tx.column(
        "SELECT contacts.id FROM contacts JOIN accounts ON accounts.id = contacts.account_id
         WHERE contacts.name_folded = $1 AND accounts.name_folded = $2
           AND contacts.merged_into IS NULL
         ORDER BY contacts.id LIMIT 2",
        &[fold::fold(name).into(), fold::fold(account).into()],
    )?;
    match ids.as_slice() {
        [] => Ok(None),
        [one] => contacts::find(tx, *one).map(Some),
        _ => {
            let why =
                format!("There are two of this name at {account}. Add an address to the row.");
            cells.problem(cells.header(&Target::Name), why);
            Ok(None)
        }
    }
}

fn fields_of(cells: &mut Cells, identities: &[Known]) -> Result<NewContact> {
    let text = |cells: &Cells, it: &Target| cells.text(it).unwrap_or_default().to_owned();
    let zone = fields::time_zone(&text(cells, &Target::TimeZone));
    let zone = cells.checked(cells.header(&Target::TimeZone), zone)?;
    let language = fields::language(&text(cells, &Target::Language));
    let language = cells.checked(cells.header(&Target::Language), language)?;
    Ok(NewContact {
        name: fold::one_line(&text(cells, &Target::Name), 200),
        title: fields::title(&text(cells, &Target::Title)),
        time_zone: zone.unwrap_or_default(),
        language: language.unwrap_or_default(),
        identities: identities.iter().map(|it| (it.0, it.2.clone())).collect(),
        account: None,
    })
}

fn blocked(cells: &mut Cells) -> Option<bool> {
    let text = cells.text(&Target::Blocked)?;
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => {
            cells.problem(cells.header(&Target::Blocked), "Say true or false.");
            None
        }
    }
}

fn account(
    tx: &mut Tx,
    cells: &mut Cells,
    who: Option<&Contact>,
    new: &NewContact,
) -> Result<AccountPlan> {
    let name = fold::one_line(cells.text(&Target::Account).unwrap_or_default(), 200);
    if let Some(it) = known_by_id(tx, cells, &name)? {
        return Ok(AccountPlan::Known(it));
    }
    match cells.text(&Target::AccountKind).map(str::trim) {
        Some("person") => return of_one(tx, who, new, name),
        None | Some("company") => {}
        Some(_) => {
            cells.problem(
                cells.header(&Target::AccountKind),
                "An account is a company or a person.",
            );
        }
    }
    let mut domains = Vec::new();
    for (header, text) in cells.list(&Target::AccountDomains) {
        let domain = accounts::checked_domain(&text);
        domains.extend(cells.checked(header, domain)?);
    }
    for it in &domains {
        if let Some(id) = accounts::by_domain(tx, it)? {
            return Ok(AccountPlan::Known(id));
        }
    }
    let header = cells.header(&Target::Account);
    match (company_named(tx, &name)?.as_slice(), name.is_empty(), domains.is_empty()) {
        (_, true, true) => Ok(AccountPlan::Stay),
        ([one], false, _) => Ok(AccountPlan::Known(*one)),
        ([_, ..], false, true) => {
            cells.problem(
                header,
                format!("There are two accounts called {name}. Add its domain to the row."),
            );
            Ok(AccountPlan::Stay)
        }
        (_, true, false) => {
            Ok(AccountPlan::Company { name: accounts::name_of(&domains[0]), domains })
        }
        (_, false, true) if cells.text(&Target::AccountKind).is_none() => {
            by_address(tx, who, new, name)
        }
        (_, false, _) => Ok(AccountPlan::Company { name, domains }),
    }
}

/// A company that is known by another name, or not yet: their address says which it is. Who
/// belongs to a company already stays there.
fn by_address(
    tx: &mut Tx,
    who: Option<&Contact>,
    new: &NewContact,
    name: String,
) -> Result<AccountPlan> {
    if let Some(it) = who
        && accounts::find(tx, it.account_id)?.kind == "company"
    {
        return Ok(AccountPlan::Stay);
    }
    let mut emails = new.identities.iter().filter(|it| it.0 == IdentityKind::Email);
    let address = emails.find_map(|it| IdentityKind::Email.fold(&it.1));
    let domain = address.as_deref().and_then(|it| it.rsplit('@').next());
    let Some(domain) = domain.filter(|it| !accounts::is_free_mail(it)) else {
        return Ok(AccountPlan::Company { name, domains: Vec::new() });
    };
    Ok(match accounts::known_company(tx, domain)? {
        Some(it) => AccountPlan::Known(it),
        None => AccountPlan::Company { name, domains: vec![domain.to_owned()] },
    })
}

/// Companies of this name, at most two.
pub(super) fn company_named(tx: &mut Tx, name: &str) -> Result<Vec<AccountId>> {
    Ok(tx.column(
        "SELECT id FROM accounts WHERE kind = 'company' AND name_folded = $1
           AND merged_into IS NULL ORDER BY id LIMIT 2",
        &[fold::fold(name).into()],
    )?)
}

/// The account whose id the row says, if its name is right too: ids of another Tend mean nothing.
fn known_by_id(tx: &mut Tx, cells: &Cells, name: &str) -> Result<Option<AccountId>> {
    let Some(id) = cells.text(&Target::AccountId).and_then(|it| it.trim().parse().ok()) else {
        return Ok(None);
    };
    match accounts::find(tx, id) {
        Ok(it) if it.id == id && fold::fold(&it.name) == fold::fold(name) => Ok(Some(it.id)),
        Ok(_) | Err(crate::Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

fn of_one(
    tx: &mut Tx,
    who: Option<&Contact>,
    new: &NewContact,
    name: String,
) -> Result<AccountPlan> {
    if let Some(it) = who
        && accounts::is_of_one(tx, it.account_id)?
    {
        return Ok(AccountPlan::Stay);
    }
    let name = match (name.is_empty(), who) {
        (false, _) => name,
        (true, Some(it)) => it.name.clone(),
        (true, None) => create::name_of(new),
    };
    Ok(AccountPlan::OfOne { name })
}

fn keys(name: &str, account: &str, identities: &[Known]) -> Vec<String> {
    match identities.is_empty() {
        true => vec![format!("name:{} at {}", fold::fold(name), fold::fold(account))],
        false => identities.iter().map(|it| format!("{}:{}", it.0.word(), it.3)).collect(),
    }
}

impl Plan {
    /// What would become of it, as far as the database knows it now.
    pub fn outcome(&self, tx: &mut Tx) -> Result<Outcome> {
        match &self.who {
            _ if self.left_out => Ok(Outcome::Same),
            None => Ok(Outcome::Created),
            Some(it) if self.changes(tx, it)? => Ok(Outcome::Changed),
            Some(_) => Ok(Outcome::Same),
        }
    }

    fn changes(&self, tx: &mut Tx, it: &Contact) -> Result<bool> {
        let differs = |new: &str, old: &str| !new.is_empty() && new != old;
        let fields = differs(&self.new.name, &it.name)
            || differs(&self.new.title, &it.title)
            || differs(&self.new.time_zone, &it.time_zone)
            || differs(&self.new.language, &it.language)
            || self.blocked.is_some_and(|to| to != it.blocked_at.is_some());
        let account = match &self.account {
            AccountPlan::Stay => false,
            AccountPlan::Known(to) => *to != it.account_id,
            AccountPlan::Company { .. } | AccountPlan::OfOne { .. } => true,
        };
        if fields || account {
            return Ok(true);
        }
        for (kind, value) in &self.new.identities {
            if contacts::by_identity(tx, *kind, value)? != Some(it.id) {
                return Ok(true);
            }
        }
        let worn: Vec<_> =
            tags::of(tx, it.id.raw())?.into_iter().map(|it| TagPlan::Known(it.id)).collect();
        if self.tags.iter().any(|it| !worn.contains(it)) {
            return Ok(true);
        }
        let known = attributes::of(tx, About::Contact, it.id.raw())?;
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
        if self.left_out || outcome == Outcome::Same {
            return Ok(outcome);
        }
        let account = self.account_id(tx, context)?;
        let id = match &self.who {
            None => create::insert(tx, context.by, &NewContact { account, ..self.new.clone() })?,
            Some(it) => self.change(tx, context, it.id, account)?,
        };
        if let Some(to) = self.blocked {
            contacts::set_blocked(tx, context.by, id, to)?;
        }
        let subject = contacts::find(tx, id)?.subject_of_journal();
        context.put_tags(tx, subject, &self.tags)?;
        self.set_values(tx, context, subject)?;
        Ok(outcome)
    }

    fn account_id(&self, tx: &mut Tx, context: &Context) -> Result<Option<AccountId>> {
        Ok(match &self.account {
            AccountPlan::Stay => None,
            AccountPlan::Known(it) => Some(*it),
            AccountPlan::OfOne { name } => Some(accounts::of_person(tx, context.by, name)?),
            AccountPlan::Company { name, domains } => {
                let new = NewAccount { name: name.clone(), domains: domains.clone(), owner: None };
                Some(accounts::insert(tx, context.by, &new)?)
            }
        })
    }

    fn change(
        &self,
        tx: &mut Tx,
        context: &Context,
        id: ContactId,
        account: Option<AccountId>,
    ) -> Result<ContactId> {
        let given = |it: &String| (!it.is_empty()).then(|| it.clone());
        let to = ContactChange {
            name: given(&self.new.name),
            title: given(&self.new.title),
            time_zone: given(&self.new.time_zone),
            language: given(&self.new.language),
        };
        contacts::apply(tx, context.by, id, &to)?;
        for (kind, value) in &self.new.identities {
            identify::identify(tx, context.by, id, *kind, value)?;
        }
        if let Some(to) = account {
            move_to::give(tx, context.by, id, to)?;
        }
        Ok(id)
    }

    fn set_values(&self, tx: &mut Tx, context: &Context, subject: Subject) -> Result<()> {
        for (definition, value) in &self.values {
            let name = &definition.name;
            attributes::set(tx, context.by, About::Contact, subject, name, &value.text())?;
        }
        Ok(())
    }
}

impl Context {
    pub(super) fn put_tags(&self, tx: &mut Tx, on: Subject, all: &[TagPlan]) -> Result<()> {
        for it in all {
            let id = match it {
                TagPlan::Known(it) => *it,
                TagPlan::New(name) => tags::named(tx, &self.me, name)?,
            };
            customers::put_tag(tx, self.by, on, id)?;
        }
        Ok(())
    }
}
