//! Titled regions, pages of lists, and how far something has come.

use std::fmt::Display;

use maud::{Markup, Render, html};

use super::{
    button::button,
    element::Element,
    sample::{Sample, sample},
    time::{grouped, sample_now},
};

/// A titled region. Lines and space separate, not boxes.
#[derive(Clone, Debug)]
pub struct Panel {
    title: String,
    lead: Option<Markup>,
    aside: Option<Markup>,
    card: bool,
}

/// A region with a title.
pub fn panel(title: impl Into<String>) -> Panel {
    Panel { title: title.into(), lead: None, aside: None, card: false }
}

impl Panel {
    /// One or two sentences below the title.
    pub fn lead(mut self, lead: impl Render) -> Self {
        self.lead = Some(lead.render());
        self
    }
    /// At the end of the title's line: a link, a small button, a count.
    pub fn aside(mut self, aside: impl Render) -> Self {
        self.aside = Some(aside.render());
        self
    }
    /// With an edge around it, where regions of a form must be told apart.
    pub fn card(mut self) -> Self {
        self.card = true;
        self
    }
    pub fn holds(&self, inner: impl Render) -> Markup {
        html! {
            section.panel.panel-card[self.card] {
                header.panel-head {
                    h2 { (self.title) }
                    @if let Some(it) = &self.aside { div.panel-aside { (it) } }
                }
                @if let Some(it) = &self.lead { p.panel-lead { (it) } }
                (inner)
            }
        }
    }
}

/// The end of a list that goes on: fetches `url`, whose answer (the next rows, and another of these
/// when there are more) takes its place. Also works by itself when it comes into sight.
pub fn more(url: impl Display) -> Markup {
    html! {
        div.panel-more hx-get=(url.to_string()) hx-trigger="intersect once, click" hx-swap="outerHTML" hx-target="this" {
            (button("Show more").quiet().small())
        }
    }
}

/// Links to the pages of a list that one reads page by page. `None` where there is none.
pub fn pager(newer: Option<String>, older: Option<String>) -> Markup {
    html! {
        nav.panel-pager aria-label="Pages" {
            @if let Some(it) = newer { (super::button::link_button("Newer", it).small().attr("rel", "prev")) }
            @if let Some(it) = older { (super::button::link_button("Older", it).small().attr("rel", "next")) }
        }
    }
}

/// How far a long work has come, with its numbers in words. `of` 0 shows an empty bar.
pub fn progress(label: &str, done: i64, of: i64) -> Markup {
    html! {
        div.meter-line {
            span { (label) } span.u-num.u-quiet { (grouped(done)) " of " (grouped(of)) }
            progress.meter max=(of.max(1)) value=(done.min(of.max(1))) aria-label=(label) {}
        }
    }
}

/// What will come, in the place where it will be: `lines` grey bars.
pub fn skeleton(lines: usize) -> Markup {
    html! { div.meter-skeletons aria-hidden="true" { @for _ in 0..lines { span.meter-skeleton {} } } }
}

pub fn samples() -> Vec<Sample> {
    let now = sample_now();
    let held = panel("Addresses")
        .lead("Mail to any of them lands here.")
        .aside(now.short(now.at))
        .holds(html! { p { "support@kestrelclimate.example" } });
    vec![
        sample("panel", held),
        sample("card", panel("Sending").card().holds(html! { p { "Through your own server." } })),
        sample("progress", progress("Import", 12_480, 18_204)),
        sample("coming", skeleton(3)),
        sample("more", html! { div.panel-more { (button("Show more").quiet().small()) } }),
        sample("pages", pager(Some("#".into()), Some("#".into()))),
    ]
}
