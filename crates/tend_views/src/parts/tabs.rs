//! Tabs: links between pages of one thing, or choices of one form.

use std::fmt::Display;

use maud::{Markup, html};

use super::sample::{Sample, sample};

/// One tab that leads to a page.
#[derive(Clone, Debug)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub count: Option<i64>,
    pub is_current: bool,
}

/// A tab without a count.
pub fn tab(label: impl Into<String>, href: impl Display, is_current: bool) -> Tab {
    Tab { label: label.into(), href: href.to_string(), count: None, is_current }
}

/// How a row of tabs looks.
#[derive(Clone, Copy, Debug)]
pub enum Tabs {
    /// On a fill, in bars.
    Plain,
    /// Over a line, at the top of a page.
    Line,
    /// Joined, to choose how the same is shown.
    Segment,
}

/// Tabs that are links. `label` names them to a screen reader.
pub fn tabs(look: Tabs, label: &str, them: &[Tab]) -> Markup {
    let look = match look {
        Tabs::Plain => "tabs",
        Tabs::Line => "tabs tabs-line",
        Tabs::Segment => "tabs tabs-segment",
    };
    html! {
        nav class=(look) aria-label=(label) {
            @for it in them {
                a.tabs-item href=(it.href) aria-current=[it.is_current.then_some("page")] {
                    (it.label)
                    @if let Some(count) = it.count { span.shell-count { (super::time::grouped(count)) } }
                }
            }
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let them = [tab("Contacts", "#", true), Tab { count: Some(12), ..tab("Accounts", "#", false) }];
    vec![
        sample("plain", tabs(Tabs::Plain, "Sample", &them)),
        sample("line", tabs(Tabs::Line, "Sample, line", &them)),
        sample("segment", tabs(Tabs::Segment, "Sample, segment", &them)),
    ]
}
