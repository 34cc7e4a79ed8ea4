//! Buttons, and links that look like them.

use std::fmt::Display;

use maud::{Markup, Render, html};

use super::{
    element::{El, Element},
    icon::{Icon, icon, icon_s},
    kbd::keys,
    sample::{Sample, sample},
};

/// A button; see [`button`], [`submit`], [`link_button`] and [`icon_button`].
#[derive(Clone, Debug)]
pub struct Button {
    el: El,
    /// `button-primary`, `button-quiet`, or nothing: the last one said holds.
    look: &'static str,
    icon: Option<Icon>,
    label: String,
    only_icon: bool,
    more: bool,
    keys: Option<&'static str>,
}

/// A button that does something by htmx or by an island. One primary button in a region at most.
pub fn button(label: impl Into<String>) -> Button {
    Button::new(El::new("button", "button").attr("type", "button"), label.into())
}

/// The main button of a form.
pub fn submit(label: impl Into<String>) -> Button {
    Button::new(El::new("button", "button").attr("type", "submit"), label.into()).primary()
}

/// A link that looks like a button.
pub fn link_button(label: impl Into<String>, href: impl Display) -> Button {
    Button::new(El::new("a", "button").attr("href", href), label.into())
}

/// A quiet button that is only an icon. The label is read out and stands in the tooltip.
pub fn icon_button(icon: Icon, label: impl Into<String>) -> Button {
    let it = button(label).quiet().icon(icon);
    Button { only_icon: true, ..it }.class("button-icon")
}

impl Button {
    fn new(el: El, label: String) -> Self {
        Self { el, look: "", icon: None, label, only_icon: false, more: false, keys: None }
    }
    /// The main action of the region.
    pub fn primary(mut self) -> Self {
        self.look = "button-primary";
        self
    }
    /// Without an edge, for bars and rows.
    pub fn quiet(mut self) -> Self {
        self.look = "button-quiet";
        self
    }
    /// What it does is hard to take back.
    pub fn danger(self) -> Self {
        self.class("button-danger")
    }
    pub fn small(self) -> Self {
        self.class("button-small")
    }
    pub fn large(self) -> Self {
        self.class("button-large")
    }
    /// As wide as its place.
    pub fn wide(self) -> Self {
        self.class("button-wide")
    }
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }
    /// A small arrow at the end: it opens a menu.
    pub fn opens(mut self) -> Self {
        self.more = true;
        self
    }
    /// Shows the key on the button and binds it: `e`, `g i`, `mod+enter`.
    pub fn key(mut self, keys: &'static str) -> Self {
        self.keys = Some(keys);
        self.hotkey(keys)
    }
    /// Not now. Say beside it why.
    pub fn disabled(self, yes: bool) -> Self {
        self.flag("disabled", yes)
    }
    /// A toggle that is on or off.
    pub fn pressed(self, yes: bool) -> Self {
        self.attr("aria-pressed", yes)
    }
    /// Becomes a submit button of the form around it.
    pub fn submits(self) -> Self {
        self.attr("type", "submit")
    }
    /// Opens the popover (a [`super::menu`]) with this id.
    pub fn opens_menu(self, id: impl Display) -> Self {
        self.attr("popovertarget", id)
    }
    /// Opens the dialog with this id.
    pub fn opens_dialog(self, id: impl Display) -> Self {
        self.attr("command", "show-modal").attr("commandfor", id).attr("aria-haspopup", "dialog")
    }
    /// Asks this question first, in words that name the consequence.
    pub fn confirm(self, question: impl Display) -> Self {
        self.attr("hx-confirm", question)
    }

    /// Asks first, in some cases.
    pub fn confirm_if(self, yes: bool, question: impl Display) -> Self {
        if yes { self.confirm(question) } else { self }
    }

    /// The same button drawn as a fact in a line of facts; its label becomes its name for a screen reader.
    pub fn fact(&self, shown: Markup) -> Markup {
        let el = El::new("button", "inbox-fact").attr("title", self.tooltip());
        let el = self.el.carry(el);
        el.around(html! { span.u-hidden-visually { (self.label) ": " } (shown) })
    }

    fn tooltip(&self) -> String {
        match self.el.get("data-hotkey") {
            Some(keys) => format!("{} ({keys})", self.label),
            None => self.label.clone(),
        }
    }
}

impl Element for Button {
    fn el(&mut self) -> &mut El {
        &mut self.el
    }
}

impl Render for Button {
    fn render_to(&self, out: &mut String) {
        let mut el = self.el.clone().class(self.look);
        if self.only_icon {
            el = el.attr("aria-label", &self.label).attr("title", self.tooltip());
        }
        el.write(out, |out| {
            if let Some(it) = self.icon {
                icon(it).render_to(out);
            }
            if self.only_icon {
                return;
            }
            self.label.render_to(out);
            if let Some(it) = self.keys {
                out.push(' ');
                keys(it).render_to(out);
            }
            if self.more {
                icon_s(Icon::ChevronDown).render_to(out);
            }
        });
    }
}

/// A main button and, joined to it, one that opens a menu of its variants.
pub fn split(main: Button, more: Button) -> Markup {
    html! { span.button-split { (main) (more) } }
}

pub fn samples() -> Vec<Sample> {
    let states = |it: Button| {
        html! { div.gallery-row {
            (it.clone()) (it.clone().class("is-hover")) (it.clone().class("is-active"))
            (it.clone().class("is-focus")) (it.clone().disabled(true)) (it.class("is-busy"))
        } }
    };
    let split_one = split(
        button("Send").primary().key("mod+enter"),
        icon_button(Icon::ChevronDown, "Send in another way").primary(),
    );
    let sizes = html! { div.gallery-row {
        (button("Small").small()) (button("Usual")) (button("Large").large())
        (button("Newest").quiet().small().opens()) (icon_button(Icon::Ellipsis, "More"))
        (button("Pressed").pressed(true)) (link_button("A link", "#")) (split_one)
    } };
    vec![
        sample(
            "primary: rest, hover, active, focus, disabled, busy",
            states(button("Send").primary()),
        ),
        sample("plain", states(button("Close").icon(Icon::Check).key("e"))),
        sample("quiet", states(button("Snooze").icon(Icon::AlarmClock).quiet())),
        sample("danger", states(button("Delete").icon(Icon::Trash2).danger())),
        sample("danger, main", button("Delete for good").danger().primary()),
        sample("sizes and kinds", sizes),
    ]
}
