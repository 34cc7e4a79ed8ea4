//! Menus: popovers that a button opens. They close by themselves; arrows move in them (`menu` island).

use std::fmt::Display;

use maud::{Markup, Render, html};

use super::{
    avatar::agent_avatar,
    button::{Button, button},
    element::{El, Element},
    icon::{Icon, icon},
    kbd::keys,
    sample::{Sample, sample},
};

/// A button and the menu it opens. `id` is the menu's own and stays the same over swaps.
pub fn menu(id: impl Display, opener: Button, items: impl Render) -> Markup {
    let id = id.to_string();
    html! {
        (opener.opens_menu(&id))
        (menu_body(&id, items))
    }
}

/// The menu alone, for an opener that stands elsewhere.
pub fn menu_body(id: &str, items: impl Render) -> Markup {
    html! { div.menu id=(id) popover data-menu { (items) } }
}

/// One thing to choose; see [`menu_item`] and [`menu_link`].
#[derive(Clone, Debug)]
pub struct MenuItem {
    el: El,
    before: Option<Markup>,
    label: Markup,
    keys: Option<&'static str>,
}

/// A button in a menu: give it a name and value (`sends`) in a form, or an htmx address.
pub fn menu_item(label: impl Render) -> MenuItem {
    MenuItem::new(El::new("button", "menu-item").attr("type", "submit"), label)
}

/// A link in a menu.
pub fn menu_link(label: impl Render, href: impl Display) -> MenuItem {
    MenuItem::new(El::new("a", "menu-item").attr("href", href), label)
}

impl MenuItem {
    fn new(el: El, label: impl Render) -> Self {
        Self { el, before: None, label: label.render(), keys: None }
    }
    pub fn icon(mut self, it: Icon) -> Self {
        self.before = Some(icon(it).render());
        self
    }
    /// An avatar or a status dot in place of an icon.
    pub fn before(mut self, it: impl Render) -> Self {
        self.before = Some(it.render());
        self
    }
    /// This one holds now: it gets a tick.
    pub fn chosen(self, yes: bool) -> Self {
        let is_link = self.el.get("href").is_some();
        if is_link { self.flag_as("aria-current", yes) } else { self.attr("aria-pressed", yes) }
    }
    fn flag_as(self, name: &'static str, yes: bool) -> Self {
        if yes { self.attr(name, "true") } else { self }
    }
    /// Shows the key and binds it, also while the menu is closed.
    pub fn key(mut self, keys: &'static str) -> Self {
        self.keys = Some(keys);
        self.hotkey(keys)
    }
    pub fn danger(self) -> Self {
        self.class("menu-item-danger")
    }
    pub fn disabled(self, yes: bool) -> Self {
        self.flag("disabled", yes)
    }
    /// Asks this question first.
    pub fn confirm(self, question: impl Display) -> Self {
        self.attr("hx-confirm", question)
    }
    /// Opens the dialog with this id.
    pub fn opens_dialog(self, id: impl Display) -> Self {
        self.attr("type", "button").attr("command", "show-modal").attr("commandfor", id)
    }
}

impl Element for MenuItem {
    fn el(&mut self) -> &mut El {
        &mut self.el
    }
}

impl Render for MenuItem {
    fn render_to(&self, out: &mut String) {
        let chosen =
            [self.el.get("aria-pressed"), self.el.get("aria-current")].contains(&Some("true"));
        self.el.write(out, |out| {
            if let Some(it) = &self.before {
                it.render_to(out);
            }
            out.push_str("<span class=\"u-truncate\">");
            self.label.render_to(out);
            out.push_str("</span>");
            if let Some(it) = self.keys {
                keys(it).render_to(out);
            }
            if chosen {
                out.push_str("<span class=\"menu-tick\">");
                icon(Icon::Check).render_to(out);
                out.push_str("</span>");
            }
        });
    }
}

/// A line between groups.
pub fn menu_rule() -> Markup {
    html! { hr.menu-rule; }
}

/// The name of a group.
pub fn menu_title(text: &str) -> Markup {
    html! { div.menu-title role="presentation" { (text) } }
}

/// A box at the top of a long menu that narrows it as one types.
pub fn menu_find(label: &str) -> Markup {
    html! {
        div.menu-find { (icon(Icon::Search)) input type="search" aria-label=(label) placeholder=(label) autocomplete="off" data-menu-find; }
    }
}

pub fn samples() -> Vec<Sample> {
    let items = html! {
        (menu_item("Reply").icon(Icon::Reply).key("r"))
        (menu_item("Snooze, hover").icon(Icon::AlarmClock).key("h").class("is-hover"))
        (menu_item("Maren Solberg").before(agent_avatar("Maren Solberg", None).xs()).chosen(true))
        (menu_item("Merge, disabled").icon(Icon::Merge).disabled(true))
        (menu_rule()) (menu_title("Hard to take back"))
        (menu_item("Delete").icon(Icon::Trash2).danger())
    };
    let open = html! { div.menu { (menu_find("Find")) (items) } };
    vec![
        sample("open", open),
        sample(
            "opened by a button",
            menu("menu-sample", button("Status").opens(), menu_item("Open").chosen(true)),
        ),
    ]
}
