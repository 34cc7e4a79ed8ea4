//! Fields of forms: a label, a control, a hint, and what is wrong with it.

use std::fmt::Display;

use maud::{Markup, Render, html};

use super::{
    element::{El, Element},
    icon::{Icon, icon_s},
    sample::{Sample, sample},
};

/// What is wrong with a form: field name and sentence. An empty name is about the form as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<(String, String)>);

impl Problems {
    /// The sentence about this field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str())
    }
    /// The sentences about the form as a whole.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(name, _)| name.is_empty()).map(|(_, text)| text.as_str())
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for Problems {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(them: I) -> Self {
        Self(them.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }
}

#[derive(Clone, Debug)]
enum Control {
    Line,
    Area(String),
    Choice(Vec<(String, String)>, String),
}

/// A field; see [`field`], [`area`] and [`select`].
#[derive(Clone, Debug)]
pub struct Field {
    el: El,
    id: String,
    label: String,
    aside: Option<Markup>,
    hint: Option<Markup>,
    error: Option<String>,
    suffix: Option<String>,
    control: Control,
    hidden_label: bool,
}

/// One line of text. `name` is what the form sends.
pub fn field(name: &str, label: impl Into<String>) -> Field {
    let el = El::new("input", "field-input").attr("type", "text");
    Field::new(el, name, label.into(), Control::Line)
}

/// Several lines of text; it grows with what is written.
pub fn area(name: &str, label: impl Into<String>, value: impl Into<String>) -> Field {
    let el = El::new("textarea", "field-input").attr("rows", 3);
    Field::new(el, name, label.into(), Control::Area(value.into()))
}

/// One of a few. `choices` are (value, label); `chosen` is the value that stands there.
pub fn select<V: Display, L: Display>(
    name: &str,
    label: impl Into<String>,
    choices: impl IntoIterator<Item = (V, L)>,
    chosen: impl Display,
) -> Field {
    let el = El::new("select", "field-input field-select");
    let choices =
        choices.into_iter().map(|(it, label)| (it.to_string(), label.to_string())).collect();
    Field::new(el, name, label.into(), Control::Choice(choices, chosen.to_string()))
}

impl Field {
    fn new(el: El, name: &str, label: String, control: Control) -> Self {
        let el = el.attr("name", name);
        let (id, aside, hint, error, suffix) = (format!("f-{name}"), None, None, None, None);
        Self { el, id, label, aside, hint, error, suffix, control, hidden_label: false }
    }
    /// `email`, `password`, `tel`, `url`, `number`, `date`, `time`, `search` …
    pub fn kind(self, kind: &'static str) -> Self {
        self.attr("type", kind)
    }
    /// What stands in it; an area takes its value where it is made.
    pub fn value(self, value: impl Display) -> Self {
        self.attr("value", value)
    }
    /// How to fill it in, or what it does. Not a placeholder.
    pub fn hint(mut self, hint: impl Render) -> Self {
        self.hint = Some(hint.render());
        self
    }
    /// What is wrong with it, in a sentence.
    pub fn error(mut self, error: Option<impl Display>) -> Self {
        self.error = error.map(|it| it.to_string());
        self
    }
    /// Takes its sentence out of the form's problems.
    pub fn problems(mut self, them: &Problems) -> Self {
        let name = self.el.get("name").unwrap_or_default();
        self.error = them.of(name).map(str::to_owned);
        self
    }
    /// Something at the end of the label's line: "optional", or a link.
    pub fn aside(mut self, aside: impl Render) -> Self {
        self.aside = Some(aside.render());
        self
    }
    /// Text behind the control, in its box: `@example.com`, `minutes`.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = Some(suffix.into());
        self
    }
    pub fn required(self) -> Self {
        self.flag("required", true)
    }
    pub fn disabled(self, yes: bool) -> Self {
        self.flag("disabled", yes)
    }
    /// `username`, `current-password`, `new-password`, `off` …
    pub fn autocomplete(self, what: &'static str) -> Self {
        self.attr("autocomplete", what)
    }
    /// An example of the form of an answer; the label stays.
    pub fn placeholder(self, text: impl Display) -> Self {
        self.attr("placeholder", text)
    }
    /// What customers write may run either way.
    pub fn any_direction(self) -> Self {
        self.attr("dir", "auto")
    }
    pub fn rows(self, rows: u32) -> Self {
        self.attr("rows", rows)
    }
    /// Where two forms of a page have a field of the same name.
    pub fn named_apart(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }
    /// The label is read out and not shown: a search box, a cell of a table.
    pub fn label_hidden(mut self) -> Self {
        self.hidden_label = true;
        self
    }

    fn describing(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn control(&self) -> Markup {
        let mut el = self.el.clone().attr("id", &self.id);
        if let Some(ids) = self.describing() {
            el = el.attr("aria-describedby", ids);
        }
        if self.error.is_some() {
            el = el.attr("aria-invalid", "true");
        }
        match &self.control {
            Control::Line => el.alone(),
            Control::Area(value) => el.attr("data-grows", "").around(html! { "\n" (value) }),
            Control::Choice(choices, chosen) => el.around(html! {
                @for (value, label) in choices {
                    option value=(value) selected[value == chosen] { (label) }
                }
            }),
        }
    }
}

impl Element for Field {
    fn el(&mut self) -> &mut El {
        &mut self.el
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        html! {
            div.field {
                label.field-label.u-hidden-visually[self.hidden_label] for=(self.id) {
                    (self.label)
                    @if let Some(it) = &self.aside { small.u-push { (it) } }
                }
                @match &self.suffix {
                    Some(it) => { div.field-group { (self.control()) span.field-suffix { (it) } } }
                    None => { (self.control()) }
                }
                @if let Some(it) = &self.error {
                    p.field-error id={ (self.id) "-error" } { (icon_s(Icon::CircleAlert)) span { (it) } }
                }
                @if let Some(it) = &self.hint { p.field-hint id={ (self.id) "-hint" } { (it) } }
            }
        }
    }
}

/// The hidden field that proves a form is ours. Every form with `method="post"` carries it.
pub fn csrf_field(csrf: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(csrf); }
}

/// A hidden field.
pub fn hidden(name: &str, value: impl Display) -> Markup {
    html! { input type="hidden" name=(name) value=(value.to_string()); }
}

/// The sentences about a form as a whole, above its fields. Nothing when there are none.
pub fn form_problems(them: &Problems) -> Markup {
    html! {
        @for it in them.whole() {
            div.panel-callout.panel-callout-bad role="alert" { (icon_s(Icon::CircleAlert)) p { (it) } }
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let choices = [("low", "Low"), ("normal", "Normal"), ("high", "High")];
    let problems: Problems = [("", "The mail server refused the password.")].into_iter().collect();
    vec![
        sample(
            "rest",
            field("rest", "Name").hint("Your colleagues see it.").placeholder("Cold chain first"),
        ),
        sample(
            "with an error",
            field("wrong", "Email")
                .kind("email")
                .value("maren@kestrel")
                .error(Some("An address needs a dot after the @.")),
        ),
        sample(
            "disabled, and why",
            field("off", "Address")
                .value("support@kestrelclimate.example")
                .disabled(true)
                .aside("Only admins"),
        ),
        sample("with a suffix", field("minutes", "Ring after").value("5").suffix("minutes")),
        sample("choice", select("priority", "Priority", choices, "high")),
        sample("several lines", area("signature", "Signature", "Maren, Kestrel Climate")),
        sample("about the whole form", form_problems(&problems)),
    ]
}
