//! What the engine sees: objects that remember for which value they were asked in vain.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{
    Value,
    value::{Enumerator, Object},
};

use super::scope::{Scope, Thing};

/// All that a template can name.
#[derive(Debug)]
pub(super) struct Root {
    scope: Scope,
    /// Variables that are known to have no value; they stand for themselves.
    missing: Vec<String>,
    missed: Mutex<Option<String>>,
}

impl Root {
    pub fn new(scope: Scope, missing: Vec<String>) -> Self {
        Self { scope, missing, missed: Mutex::new(None) }
    }

    /// The last variable that was asked for and has no value.
    pub fn last_missed(&self) -> Option<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(self: &Arc<Self>, path: String) -> Option<Value> {
        if let Some(it) = self.scope.get(&path) {
            return Some(match it {
                Thing::Text(it) => Value::from(it.as_str()),
                Thing::Html(it) => Value::from_safe_string(it.clone()),
                Thing::Flag(it) => Value::from(*it),
            });
        }
        if self.scope.is_noun(&path) {
            return Some(Value::from_object(Noun { root: self.clone(), path }));
        }
        if self.missing.contains(&path) {
            return Some(Value::from(format!("{{{{ {path} }}}}")));
        }
        *self.missed.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
        None
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.look(key.as_str()?.to_owned())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

#[derive(Debug)]
struct Noun {
    root: Arc<Root>,
    path: String,
}

impl Object for Noun {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.root.look(format!("{}.{}", self.path, key.as_str()?))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    /// `{{ contact }}` alone says who it is.
    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.root.scope.get(&format!("{}.name", self.path));
        match name {
            Some(Thing::Text(it)) => f.write_str(it),
            _ => Ok(()),
        }
    }
}
