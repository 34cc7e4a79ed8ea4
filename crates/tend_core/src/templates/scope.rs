use std::collections::BTreeMap;

use tend_store::{Tx, row};

use super::vocabulary::NOUNS;
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{self, AgentId, Me},
    contacts::{self, ContactId, IdentityKind},
    conversations::{self, Conversation, ConversationId},
    html::Html,
    inboxes, settings,
};

/// A variable's value may have so many characters.
const MOST_CHARACTERS: usize = 20_000;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    Text(String),
    Html(String),
    Flag(bool),
}

/// The values that a template may put in, by name: `contact.first_name`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope(BTreeMap<String, Thing>);

impl Scope {
    /// Without any value.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a variable its text; an empty one is no value.
    pub fn put(&mut self, name: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            self.0.remove(name);
        } else {
            let text = text.chars().take(MOST_CHARACTERS).collect();
            self.0.insert(name.to_owned(), Thing::Text(text));
        }
    }

    /// Gives a variable sanitised HTML, which is not escaped again. Blank HTML is a value.
    pub fn put_html(&mut self, name: &str, html: &Html) {
        self.0.insert(name.to_owned(), Thing::Html(html.as_str().to_owned()));
    }

    pub(super) fn put_flag(&mut self, name: &str, flag: bool) {
        self.0.insert(name.to_owned(), Thing::Flag(flag));
    }

    pub(super) fn get(&self, name: &str) -> Option<&Thing> {
        self.0.get(name)
    }

    pub(super) fn is_noun(&self, name: &str) -> bool {
        let noun = name.strip_suffix(".attributes").unwrap_or(name);
        NOUNS.contains(&noun)
    }
}

/// All that is known when the agent writes in a conversation that they see, or, with none, begins
/// one: then only who writes.
///
/// # Errors
/// NotFound when there is no such conversation for the agent.
pub fn scope_for(tx: &mut Tx, me: &Me, id: Option<ConversationId>) -> Result<Scope> {
    if let Some(id) = id {
        let it = conversations::find_visible(tx, me, id)?;
        return scope(tx, Some(me.id), &it);
    }
    let mut out = Scope::new();
    out.put("company.name", &settings::get_or(tx, settings::COMPANY, "")?);
    put_agent(tx, me.id, &mut out)?;
    Ok(out)
}

/// All that is known when an agent, or with nobody Tend by itself, writes in a conversation.
pub fn scope(tx: &mut Tx, agent: Option<AgentId>, it: &Conversation) -> Result<Scope> {
    let mut out = Scope::new();
    out.put("company.name", &settings::get_or(tx, settings::COMPANY, "")?);
    out.put("conversation.number", &it.number.to_string());
    out.put("conversation.subject", &it.subject);
    attributes(tx, "conversation", it.id.raw(), &mut out)?;
    let inbox = inboxes::find(tx, it.inbox_id)?;
    out.put("inbox.name", &inbox.name);
    out.put("inbox.address", &inbox.address);
    put_contact(tx, it.contact_id, &mut out)?;
    put_account(tx, it.account_id, &mut out)?;
    if let Some(agent) = agent {
        put_agent(tx, agent, &mut out)?;
    }
    Ok(out)
}

/// All that is known of somebody to whom the company writes by itself.
pub(crate) fn scope_of_contact(
    tx: &mut Tx,
    contact: ContactId,
    account: AccountId,
) -> Result<Scope> {
    let mut out = Scope::new();
    out.put("company.name", &settings::get_or(tx, settings::COMPANY, "")?);
    put_contact(tx, contact, &mut out)?;
    put_account(tx, account, &mut out)?;
    Ok(out)
}

fn put_account(tx: &mut Tx, id: AccountId, out: &mut Scope) -> Result<()> {
    let account = accounts::find(tx, id)?;
    out.put("account.name", &account.name);
    let domains = accounts::domains(tx, account.id)?;
    out.put("account.domain", domains.first().map_or("", |it| it));
    attributes(tx, "account", account.id.raw(), out)
}

fn put_contact(tx: &mut Tx, id: ContactId, out: &mut Scope) -> Result<()> {
    let contact = contacts::find(tx, id)?;
    let identities = contacts::identities(tx, contact.id)?;
    let known_as = |kind| {
        let first = identities.iter().find(|it| it.kind == kind);
        first.map_or(String::new(), |it| it.value.clone())
    };
    let email = known_as(IdentityKind::Email);
    // One who never said a name is called by their address, and nobody is greeted by that.
    if contact.name != email {
        out.put("contact.name", &contact.name);
        out.put("contact.first_name", first_name(&contact.name));
        out.put("contact.last_name", last_name(&contact.name));
    }
    out.put("contact.email", &email);
    out.put("contact.phone", &known_as(IdentityKind::Phone));
    out.put("contact.title", &contact.title);
    out.put("contact.language", &contact.language);
    attributes(tx, "contact", contact.id.raw(), out)
}

fn put_agent(tx: &mut Tx, id: AgentId, out: &mut Scope) -> Result<()> {
    let agent = agents::find(tx, id)?;
    out.put("agent.name", &agent.name);
    out.put("agent.first_name", first_name(&agent.name));
    out.put("agent.email", &agent.email);
    out.put_html("agent.signature", &Html::stored(agent.signature_html));
    Ok(())
}

row! {
    struct Attribute {
        name: String,
        kind: String,
        text_value: String,
        number_value: Option<f64>,
    }
}

fn attributes(tx: &mut Tx, noun: &str, subject: i64, out: &mut Scope) -> Result<()> {
    let found: Vec<Attribute> = tx.rows(
        "SELECT attribute_definitions.name, attribute_definitions.kind,
             attribute_values.text_value, attribute_values.number_value
         FROM attribute_values
         JOIN attribute_definitions ON attribute_definitions.id = attribute_values.definition_id
         WHERE attribute_values.subject_id = $1 AND attribute_definitions.subject_kind = $2
             AND attribute_definitions.archived_at IS NULL",
        &[subject.into(), noun.into()],
    )?;
    for it in found {
        let name = format!("{noun}.attributes.{}", it.name);
        match it.kind.as_str() {
            "boolean" => out.put_flag(&name, it.number_value == Some(1.0)),
            _ => out.put(&name, &it.text_value),
        }
    }
    Ok(())
}

fn first_name(name: &str) -> &str {
    // "Sato, Misaki" is how address books turn names around.
    let name = name.split_once(',').map_or(name, |it| it.1).trim();
    name.split_whitespace().next().unwrap_or_default()
}

fn last_name(name: &str) -> &str {
    match name.split_once(',') {
        Some((last, _)) => last.trim(),
        None => name.trim().split_once(char::is_whitespace).map_or("", |it| it.1.trim()),
    }
}
