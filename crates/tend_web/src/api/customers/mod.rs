//! Contacts and accounts: what the two have in common.

pub(crate) mod account_parts;
pub(crate) mod accounts;
pub(crate) mod attributes;
pub(crate) mod contact_parts;
pub(crate) mod contacts;
pub(crate) mod export;
pub(crate) mod imports;
pub(crate) mod merges;
pub(crate) mod notes;
pub(super) mod out;
pub(crate) mod timeline;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tend_core::{
    Result,
    accounts::AccountId,
    agents::Me,
    attributes::{self as defined, About, AttributeId},
    contacts::ContactId,
    conversations::ConversationId,
    error::invalid,
    tags,
};
use tend_store::Tx;
use utoipa::ToSchema;

/// The values of attributes by their names; null clears one.
pub(crate) type Values = BTreeMap<String, Value>;

/// What is known of one thing by its attributes: text, number, `true`, or null for nothing.
pub(crate) fn known(tx: &mut Tx, about: About, id: i64) -> Result<Values> {
    let all = defined::of(tx, about, id)?;
    Ok(all.into_iter().map(|it| (it.definition.name, said(it.value))).collect())
}

fn said(it: Option<defined::Value>) -> Value {
    match it {
        None => Value::Null,
        Some(defined::Value::Number(it)) => serde_json::json!(it),
        Some(defined::Value::Boolean(it)) => Value::Bool(it),
        Some(it) => Value::String(it.text()),
    }
}

/// As the verbs read it.
fn text_of(name: &str, it: &Value) -> Result<String> {
    match it {
        Value::Null => Ok(String::new()),
        Value::String(it) => Ok(it.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(it.to_string()),
        _ => Err(invalid(name.to_owned(), "Give a text, a number, true, false or null.")),
    }
}

/// What attributes stand on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    Contact(ContactId),
    Account(AccountId),
    Conversation(ConversationId),
}

/// Sets what is given and leaves the rest.
pub(crate) fn set(tx: &mut Tx, me: &Me, on: On, values: &Values) -> Result<()> {
    for (name, value) in values {
        let text = text_of(name, value)?;
        let done = match on {
            On::Contact(id) => defined::set_on_contact(tx, me, id, name, &text),
            On::Account(id) => defined::set_on_account(tx, me, id, name, &text),
            On::Conversation(id) => defined::set_on_conversation(tx, me, id, name, &text),
        };
        match done {
            Err(tend_core::Error::NotFound("attribute")) => {
                return Err(invalid(name.clone(), "There is no such attribute."));
            }
            other => other?,
        }
    }
    Ok(())
}

/// The attribute and value that a list is narrowed by: `name:value`.
fn attribute_of(
    tx: &mut Tx,
    about: About,
    text: Option<&str>,
) -> Result<Option<(AttributeId, String)>> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || invalid("attribute", "Write an attribute's name, a colon and a value.");
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let all = defined::definitions(tx, about)?;
    let found = all.into_iter().find(|it| it.name == name).ok_or_else(wrong)?;
    let value = defined::Value::parse(&found, value)?.ok_or_else(wrong)?;
    Ok(Some((found.id, value.text())))
}

/// Puts on tags by their names; who may, makes those that are new.
fn put_on(
    tx: &mut Tx,
    me: &Me,
    names: &[String],
    put: impl Fn(&mut Tx, tags::TagId) -> Result<()>,
) -> Result<()> {
    for name in names {
        let tag = tags::named(tx, me, name)?;
        put(tx, tag)?;
    }
    Ok(())
}

/// A tag by its name; made if there is none and the agent may make one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagByName {
    pub name: String,
}
