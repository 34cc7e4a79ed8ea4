//! What every part can carry: an id, classes, attributes, htmx.

use std::{
    borrow::Cow,
    fmt::{Display, Write as _},
    ops::Range,
};

use maud::{Markup, PreEscaped, Render};

/// An element under construction. Values are escaped when they are written, names are ours.
///
/// A page has hundreds of them, so the values stand in one text, and the element writes itself
/// into the page rather than handing over a text of its own.
#[derive(Clone, Debug, Default)]
pub struct El {
    tag: &'static str,
    class: Cow<'static, str>,
    attrs: Vec<(Cow<'static, str>, Option<Range<usize>>)>,
    values: String,
}

impl El {
    /// `tag` is a literal such as `"button"`.
    pub fn new(tag: &'static str, class: &'static str) -> Self {
        Self { tag, class: class.into(), attrs: Vec::new(), values: String::new() }
    }

    /// Sets an attribute; a second value of the same name replaces the first.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Option<impl Display>) {
        let name = name.into();
        let value = value.map(|it| {
            let from = self.values.len();
            write!(self.values, "{it}").expect("a text takes whatever is written to it");
            from..self.values.len()
        });
        match self.attrs.iter_mut().find(|(it, _)| *it == name) {
            Some(attr) => attr.1 = value,
            None => self.attrs.push((name, value)),
        }
    }

    /// Adds a class.
    pub fn add_class(&mut self, class: impl Into<Cow<'static, str>>) {
        let class = class.into();
        if self.class.is_empty() {
            self.class = class;
        } else if !class.is_empty() {
            let all = self.class.to_mut();
            all.push(' ');
            all.push_str(&class);
        }
    }

    /// The value of an attribute that was set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.value(&self.attrs.iter().find(|(it, _)| it == name)?.1)
    }

    fn value(&self, at: &Option<Range<usize>>) -> Option<&str> {
        self.values.get(at.clone()?)
    }

    /// Another element with the attributes of this one.
    pub fn carry(&self, onto: El) -> El {
        self.attrs.iter().fold(onto, |mut el, (name, value)| {
            el.set(name.clone(), self.value(value));
            el
        })
    }

    /// Writes the opening tag.
    fn open(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.tag);
        if !self.class.is_empty() {
            write_attr(out, "class", &self.class);
        }
        for (name, value) in &self.attrs {
            match self.value(value) {
                Some(value) => write_attr(out, name, value),
                None => {
                    out.push(' ');
                    out.push_str(name);
                }
            }
        }
        out.push('>');
    }

    /// Writes the element, and between its tags what `inner` writes.
    pub fn write(&self, out: &mut String, inner: impl FnOnce(&mut String)) {
        self.open(out);
        inner(out);
        out.push_str("</");
        out.push_str(self.tag);
        out.push('>');
    }

    /// The element around its content.
    pub fn around(&self, inner: impl Render) -> Markup {
        let mut out = String::with_capacity(256);
        self.write(&mut out, |out| inner.render_to(out));
        PreEscaped(out)
    }

    /// An element without content, such as `input`.
    pub fn alone(&self) -> Markup {
        let mut out = String::with_capacity(128);
        self.open(&mut out);
        PreEscaped(out)
    }
}

fn write_attr(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    value.render_to(out);
    out.push('"');
}

/// What can be said of every part.
pub trait Element: Sized {
    /// The element that the attributes land on.
    fn el(&mut self) -> &mut El;

    /// Any attribute. Never `style` and never `on…`: the policy of our pages forbids them.
    fn attr(mut self, name: impl Into<Cow<'static, str>>, value: impl Display) -> Self {
        self.el().set(name, Some(value));
        self
    }
    /// An attribute without a value, such as `autofocus`.
    fn flag(mut self, name: &'static str, on: bool) -> Self {
        if on {
            self.el().set(name, None::<&str>);
        }
        self
    }
    fn id(self, id: impl Display) -> Self {
        self.attr("id", id)
    }
    /// One more class.
    fn class(mut self, class: &'static str) -> Self {
        self.el().add_class(class);
        self
    }
    /// One more class, when the condition holds.
    fn class_if(self, class: &'static str, on: bool) -> Self {
        if on { self.class(class) } else { self }
    }
    /// Fetches with GET when it is used, and puts the answer at `target`.
    fn gets(self, url: impl Display, target: impl Display) -> Self {
        self.attr("hx-get", url).attr("hx-target", target)
    }
    /// Sends with POST.
    fn posts(self, url: impl Display) -> Self {
        self.attr("hx-post", url)
    }
    /// Sends with PUT.
    fn puts(self, url: impl Display) -> Self {
        self.attr("hx-put", url)
    }
    /// Sends with DELETE.
    fn deletes(self, url: impl Display) -> Self {
        self.attr("hx-delete", url)
    }
    /// Where the answer goes: a CSS selector, or `this`, `closest …`, `next …`.
    fn target(self, target: impl Display) -> Self {
        self.attr("hx-target", target)
    }
    /// How the answer goes there: `outerMorph`, `innerMorph`, `beforeend`, `none` …
    fn swap(self, swap: &'static str) -> Self {
        self.attr("hx-swap", swap)
    }
    /// A name and a value that a form sends when this button is used.
    fn sends(self, name: &'static str, value: impl Display) -> Self {
        self.attr("name", name).attr("value", value)
    }
    /// The key that does the same, as the `hotkeys` island reads it: `e`, `g i`, `mod+enter`.
    fn hotkey(self, keys: &'static str) -> Self {
        self.attr("data-hotkey", keys).attr("aria-keyshortcuts", aria_keys(keys))
    }
}

/// `g i` is a sequence, which ARIA cannot say; the first key stands for it.
fn aria_keys(keys: &str) -> String {
    keys.split(' ').next().unwrap_or_default().replace("mod", "Control")
}

impl Element for El {
    fn el(&mut self) -> &mut El {
        self
    }
}
