//! What identify and group say of somebody, in the words of Segment's reserved traits.

use serde_json::{Map, Value};
use tend_store::Tx;

use crate::{
    Error, Result,
    actor::Actor,
    attributes::{self, About},
    journal::Subject,
};

/// Traits, asked for by name without regard to case and underscores.
pub(super) struct Traits<'a>(pub &'a Map<String, Value>);

impl<'a> Traits<'a> {
    /// A text of one of these names; an empty one counts as nothing.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let found = self.0.iter().find(|it| plain(it.0) == plain(name))?;
            as_text(found.1).filter(|it| !it.trim().is_empty())
        })
    }

    /// The name of a person.
    pub fn name(&self) -> Option<String> {
        self.text(&["name"]).or_else(|| {
            let (first, last) = (self.text(&["firstName"]), self.text(&["lastName"]));
            let both: Vec<String> = [first, last].into_iter().flatten().collect();
            (!both.is_empty()).then(|| both.join(" "))
        })
    }

    /// Sets the attributes that the company has defined and that are spoken of; null clears,
    /// what is not of the attribute's kind is left.
    pub fn set(&self, tx: &mut Tx, about: About, subject: Subject) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        for definition in attributes::definitions(tx, about)? {
            let found = self.0.iter().find(|it| plain(it.0) == plain(&definition.name));
            let text = match found.map(|it| it.1) {
                None => continue,
                Some(Value::Null) => String::new(),
                Some(value) => as_text(value).unwrap_or_default(),
            };
            match attributes::set(tx, Actor::System, about, subject, &definition.name, &text) {
                Ok(_) | Err(Error::Invalid(_) | Error::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(it) => Some(it.replace('\0', "")),
        Value::Number(it) => Some(it.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
