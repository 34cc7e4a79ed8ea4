//! A form that was not accepted stands there again with what was written.

use crate::parts::{Field, Problems, field};

/// What one form of a page sent, and what is wrong with it. The page's other forms are as new.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Which form; empty if none was sent.
    pub form: String,
    /// Names of fields, and what was written in them.
    pub fields: Vec<(&'static str, String)>,
    pub problems: Problems,
}

impl Said {
    /// What a form sent.
    pub fn of(form: impl Into<String>, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields.iter().map(|it| (it.0, it.1.to_owned())).collect();
        Self { form: form.into(), fields, problems: Problems::default() }
    }

    /// What stands in a field: what was written, or what stands there first.
    pub(super) fn value<'a>(&'a self, form: &str, name: &str, first: &'a str) -> &'a str {
        match self.form == form {
            true => self.fields.iter().find(|it| it.0 == name).map_or(first, |it| &it.1),
            false => first,
        }
    }

    /// A field as it was sent, with what is wrong with it.
    pub(super) fn field(&self, form: &str, it: Field, name: &str, first: &str) -> Field {
        let value = self.value(form, name, first);
        let it = if value.is_empty() { it } else { it.value(value) };
        self.wrong(form, it)
    }

    /// A line of text; see [`Said::field`].
    pub(super) fn line(&self, form: &str, name: &str, label: &str, first: &str) -> Field {
        self.field(form, field(name, label), name, first)
    }

    /// With what is wrong with it, if this is its form.
    pub(super) fn wrong(&self, form: &str, it: Field) -> Field {
        if self.form == form { it.problems(&self.problems) } else { it }
    }
}
