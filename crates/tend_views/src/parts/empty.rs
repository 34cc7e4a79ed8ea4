//! Nothing here: what belongs here, one main action, the keys.

use maud::{Markup, Render, html};

use super::{
    button::{button, link_button},
    kbd::keys,
    sample::{Sample, sample},
};

/// An empty place; see [`empty`].
#[derive(Clone, Debug)]
pub struct Empty {
    title: String,
    text: Markup,
    actions: Option<Markup>,
    keys: Vec<(&'static str, String)>,
    drawn: bool,
}

/// Says what belongs here and how it gets here.
pub fn empty(title: impl Into<String>, text: impl Render) -> Empty {
    Empty { title: title.into(), text: text.render(), actions: None, keys: Vec::new(), drawn: true }
}

impl Empty {
    /// The main action first, at most one primary.
    pub fn actions(mut self, actions: impl Render) -> Self {
        self.actions = Some(actions.render());
        self
    }
    /// A key and what it does here.
    pub fn key(mut self, keys: &'static str, what: impl Into<String>) -> Self {
        self.keys.push((keys, what.into()));
        self
    }
    /// Without the drawing, inside a panel.
    pub fn plain(mut self) -> Self {
        self.drawn = false;
        self
    }
}

impl Render for Empty {
    fn render(&self) -> Markup {
        html! {
            div.empty {
                @if self.drawn { (ground()) }
                h2 { (self.title) }
                p { (self.text) }
                @if let Some(it) = self.actions.as_ref().filter(|it| !it.0.is_empty()) { div.empty-actions { (it) } }
                @if !self.keys.is_empty() {
                    dl.empty-keys { @for (key, what) in &self.keys { dt { (keys(key)) } dd { (what) } } }
                }
            }
        }
    }
}

/// A root in a field: something will grow here.
fn ground() -> Markup {
    html! {
        svg.empty-art width="132" height="48" viewBox="0 0 132 48" fill="none" stroke="currentColor" stroke-width="1.5"
            stroke-linecap="round" aria-hidden="true" {
            path d="M2 43h128" {}
            path d="M19 43v-5M27 43v-3M33 43v-2M99 43v-4M107 43v-2M113 43v-6" {}
            g.empty-root stroke-width="2.4" {
                path d="M66 43V4" {}
                path d="M66 43c0-13-6-21-20-24" {}
                path d="M66 43c0-13 6-21 20-24" {}
            }
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let whole = empty("Nobody waits here", "New conversations land here until someone takes them.")
        .actions(html! { (link_button("Go to mine, 10", "#").primary().key("g m")) (button("Make a view")) })
        .key("a", "takes the next one as soon as it comes");
    vec![
        sample("a page", whole),
        sample("in a panel", empty("No notes yet", "Notes are seen by your team only.").plain()),
    ]
}
