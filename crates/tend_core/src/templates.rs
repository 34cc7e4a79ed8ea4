//! Templates: text with `{{ contact.first_name }}` in it, for canned responses, automatic
//! answers, senders' names and what stands around a reply.
//!
//! The language is small and strict. There are variables, a few filters and `{% if %}`; a
//! variable without a value is an error before anything is sent, never a gap in a mail.

mod guard;
mod nouns;
mod scope;
mod vocabulary;

pub(crate) use scope::scope_of_contact;
pub use scope::{Scope, scope, scope_for};
pub use vocabulary::{Variable, vocabulary};

use std::{
    io::{self, Write},
    sync::{Arc, LazyLock},
};

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, filters};
use tend_store::Tx;

use crate::{
    Error, Result,
    error::{FieldError, invalid},
    html::Html,
};
use nouns::Root;

/// A template may have so many bytes.
pub const MOST_SOURCE: usize = 100_000;
/// What it makes may have so many.
const MOST_OUTPUT: usize = 1_000_000;
/// Instructions; one that says more has lost its way.
const FUEL: u64 = 50_000;
/// So many variables without a value are told of at once.
const MOST_MISSING: usize = 20;

/// What a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// HTML: what stands in a variable is escaped, and the whole is sanitised.
    Html,
    /// Plain text, such as a sender's name or a subject.
    Text,
}

/// A template with all that could be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Where a value is missing, the variable itself still stands.
    pub text: String,
    /// The variables without a value, each once.
    pub missing: Vec<String>,
}

/// Puts the values in. [`Error::Invalid`] names each variable that has none.
pub fn render(source: &str, form: Form, scope: &Scope) -> Result<String> {
    let filled = fill(source, form, scope)?;
    if filled.missing.is_empty() {
        return Ok(filled.text);
    }
    let tell = |it: &String| FieldError {
        field: it.clone().into(),
        problem: format!("{{{{ {it} }}}} has no value here. Fill it in, or take it out.").into(),
    };
    Err(Error::Invalid(filled.missing.iter().map(tell).collect()))
}

/// As [`render`], for HTML.
pub fn render_html(source: &str, scope: &Scope) -> Result<Html> {
    Ok(Html::sanitise(&render(source, Form::Html, scope)?))
}

/// Puts in the values that there are: for a draft that a person goes on with.
pub fn fill(source: &str, form: Form, scope: &Scope) -> Result<Filled> {
    let source = guard::prepare(source, form)?;
    let env = environment(form);
    let template = env.template_from_str(&source).map_err(|it| spoken(&it))?;
    let mut missing: Vec<String> = Vec::new();
    loop {
        let root = Arc::new(Root::new(scope.clone(), missing.clone()));
        let mut out = Limited(Vec::new());
        let outcome = template.render_captured_to(Value::from_dyn_object(root.clone()), &mut out);
        let Err(error) = outcome else {
            let mut text = String::from_utf8_lossy(&out.0).into_owned();
            if form == Form::Html {
                text = Html::sanitise(&text).into_string();
            }
            return Ok(Filled { text, missing });
        };
        match (error.kind(), root.last_missed()) {
            (ErrorKind::UndefinedError, Some(name)) if !name.contains('.') => {
                return Err(invalid("template", format!("There is no variable {{{{ {name} }}}}.")));
            }
            (ErrorKind::UndefinedError, Some(name))
                if missing.len() < MOST_MISSING && !missing.contains(&name) =>
            {
                missing.push(name);
            }
            _ => return Err(spoken(&error)),
        }
    }
}

/// Whether a template can be kept: it can be read, and each of its variables exists.
/// `field` is what the form calls it.
pub fn check(tx: &mut Tx, field: &'static str, source: &str, form: Form) -> Result<()> {
    let known: Vec<String> = vocabulary(tx)?.into_iter().map(|it| it.name).collect();
    check_among(&known, field, source, form)
}

/// As [`check`], with these variables and no others.
pub(crate) fn check_among(
    known: &[String],
    field: &'static str,
    source: &str,
    form: Form,
) -> Result<()> {
    let rename = |it: Error| match it {
        Error::Invalid(all) => match all.into_iter().next() {
            Some(first) => invalid(field, first.problem),
            None => invalid(field, "This template cannot be read."),
        },
        other => other,
    };
    let prepared = guard::prepare(source, form).map_err(rename)?;
    let env = environment(form);
    let template = env.template_from_str(&prepared).map_err(|it| rename(spoken(&it)))?;
    let mut strange: Vec<String> =
        template.undeclared_variables(true).into_iter().filter(|it| !known.contains(it)).collect();
    strange.sort();
    match strange.first() {
        None => Ok(()),
        Some(it) => Err(invalid(field, format!("There is no variable {{{{ {it} }}}}."))),
    }
}

/// Variables that were left standing in what is about to be sent, outside of code.
pub fn left_over(html: &Html) -> Vec<String> {
    guard::left_over(html.as_str())
}

fn environment(form: Form) -> Environment<'static> {
    static HTML: LazyLock<Environment<'static>> = LazyLock::new(|| make(AutoEscape::Html));
    static TEXT: LazyLock<Environment<'static>> = LazyLock::new(|| make(AutoEscape::None));
    match form {
        Form::Html => HTML.clone(),
        Form::Text => TEXT.clone(),
    }
}

fn make(escape: AutoEscape) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(32);
    env.set_auto_escape_callback(move |_| escape.clone());
    env.add_filter("default", filters::default);
    env.add_filter("upper", filters::upper);
    env.add_filter("lower", filters::lower);
    env.add_filter("title", filters::title);
    env.add_filter("capitalize", filters::capitalize);
    env.add_filter("trim", filters::trim);
    env
}

/// In words for the person who wrote the template.
fn spoken(error: &minijinja::Error) -> Error {
    let line = error.line().map_or(String::new(), |it| format!(" (line {it})"));
    let text = match error.kind() {
        ErrorKind::UnknownFilter => format!(
            "There is no such filter{line}. There are default, upper, lower, title, capitalize and trim."
        ),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod | ErrorKind::UnknownTest => {
            format!("Templates have no functions{line}.")
        }
        ErrorKind::OutOfFuel | ErrorKind::WriteFailure => {
            "This template makes too much text.".to_owned()
        }
        _ => format!(
            "This template cannot be read{line}: {}.",
            error.detail().unwrap_or("something is not closed or out of place")
        ),
    };
    invalid("template", text)
}

struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_OUTPUT {
            return Err(io::Error::other("too much"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
