use tend_store::Tx;

use super::{About, Definition, Kind, Value, definitions};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    contacts::{self, ContactId},
    conversations::{self, ConversationId},
    error::not_found,
    journal::{self, Change, Subject},
};

/// Sets what is known of a contact, by the attribute's name; an empty text clears it.
/// Doing it twice is doing it once.
///
/// # Errors
/// NotFound without such an attribute; Invalid, under its name, for what is not of its kind.
pub fn set_on_contact(tx: &mut Tx, by: &Me, id: ContactId, name: &str, text: &str) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = contacts::find(tx, id)?.subject_of_journal();
    set(tx, Actor::Agent(by.id), About::Contact, subject, name, text).map(|_| ())
}

/// Sets what is known of an account; see [`set_on_contact`].
pub fn set_on_account(tx: &mut Tx, by: &Me, id: AccountId, name: &str, text: &str) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = Subject::account(accounts::find(tx, id)?.id.raw());
    set(tx, Actor::Agent(by.id), About::Account, subject, name, text).map(|_| ())
}

/// Sets what is known of a conversation; see [`set_on_contact`].
pub fn set_on_conversation(
    tx: &mut Tx,
    by: &Me,
    id: ConversationId,
    name: &str,
    text: &str,
) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let subject = conversations::find_visible(tx, by, id)?.subject_of_journal();
    set(tx, Actor::Agent(by.id), About::Conversation, subject, name, text).map(|_| ())
}

/// Says whether that was news.
pub(crate) fn set(
    tx: &mut Tx,
    by: Actor,
    about: About,
    subject: Subject,
    name: &str,
    text: &str,
) -> Result<bool> {
    let all = definitions(tx, about)?;
    let definition = all.iter().find(|it| it.name == name).ok_or(not_found("attribute"))?;
    let value = Value::parse(definition, text)?;
    let before = read(tx, definition, subject.id)?;
    if before == value {
        return Ok(false);
    }
    write(tx, definition, subject.id, value.as_ref())?;
    let text = |it: &Option<Value>| it.as_ref().map(Value::text).unwrap_or_default();
    let change = Change::AttributeSet {
        name: definition.name.clone(),
        from: text(&before),
        to: text(&value),
    };
    journal::record(tx, by, subject, &change)?;
    Ok(true)
}

fn read(tx: &mut Tx, definition: &Definition, subject: i64) -> Result<Option<Value>> {
    let text: Option<String> = tx.maybe_scalar(
        "SELECT text_value FROM attribute_values WHERE definition_id = $1 AND subject_id = $2",
        &[definition.id.into(), subject.into()],
    )?;
    let kind: Kind = definition.kind;
    Ok(text.and_then(|it| Value::stored(kind, &it)))
}

/// The row itself, without a word to the journal.
pub(crate) fn write(
    tx: &mut Tx,
    definition: &Definition,
    subject: i64,
    value: Option<&Value>,
) -> Result<()> {
    let at = tx.now();
    match value {
        None => tx.execute(
            "DELETE FROM attribute_values WHERE definition_id = $1 AND subject_id = $2",
            &[definition.id.into(), subject.into()],
        )?,
        Some(it) => tx.execute(
            "INSERT INTO attribute_values
                 (definition_id, subject_id, text_value, number_value, changed_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (definition_id, subject_id) DO UPDATE
             SET text_value = excluded.text_value, number_value = excluded.number_value,
                 changed_at = excluded.changed_at",
            &[
                definition.id.into(),
                subject.into(),
                it.text().into(),
                it.number().into(),
                at.into(),
            ],
        )?,
    };
    Ok(())
}
