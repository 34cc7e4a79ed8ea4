//! The command palette: everything by name. Rows of the page itself come from its hotkeys; the rest is fetched.

use maud::{Markup, PreEscaped, Render, html};

use crate::{
    parts::{Icon, icon, keys},
    urls,
};

/// The palette, closed. The `palette` island opens it and moves in it.
pub fn dialog() -> Markup {
    html! {
        dialog.palette id="palette" aria-label="Search or do" {
            form.palette-find action=(urls::search()) role="search" {
                (icon(Icon::Search))
                input type="search" name="q" id="palette-find" autocomplete="off" spellcheck="false" placeholder="Search or do…"
                    aria-label="Search or do" role="combobox" aria-expanded="true" aria-controls="palette-rows" aria-autocomplete="list"
                    hx-get=(urls::palette()) hx-target="#palette-found" hx-swap="innerMorph" hx-trigger="input changed delay:80ms" hx-sync="this:replace";
                (keys("esc"))
            }
            div.palette-list id="palette-rows" role="listbox" aria-label="What was found" {
                div id="palette-first" role="presentation" {}
                div id="palette-found" role="presentation" {}
                div id="palette-do" role="presentation" {}
            }
            footer.palette-foot aria-hidden="true" {
                span { (keys("up down")) "choose" }
                span { (keys("enter")) "open" }
                span { (keys("mod+enter")) "in a new tab" }
            }
        }
    }
}

/// Found things of one kind, under a heading.
#[derive(Clone, Debug)]
pub struct PaletteGroup {
    pub title: String,
    pub rows: Vec<PaletteRow>,
}

/// One found thing.
#[derive(Clone, Debug)]
pub struct PaletteRow {
    pub href: String,
    /// Icon or avatar.
    pub sign: Markup,
    /// With the found words in `mark`.
    pub label: Markup,
    /// What tells it from others of its name.
    pub detail: String,
    /// At the end of the row: `1 open`, `Closed 28 Oct`.
    pub end: String,
}

/// The answer to `GET /palette?q=`.
pub fn found(groups: &[PaletteGroup], query: &str) -> Markup {
    html! {
        @for group in groups {
            div.menu-title role="presentation" { (group.title) }
            @for it in &group.rows { (row(it)) }
        }
        @if groups.iter().all(|it| it.rows.is_empty()) && !query.is_empty() {
            p.palette-none { "Nothing of that name. " (keys("enter")) " searches everything that was written." }
        }
    }
}

fn row(it: &PaletteRow) -> Markup {
    html! {
        a.palette-row href=(it.href) role="option" tabindex="-1" aria-selected="false" {
            (it.sign)
            span.u-truncate { span dir="auto" { (it.label) } " " small dir="auto" { (it.detail) } }
            span.palette-end { (it.end) }
        }
    }
}

/// The parts of a text that were found, marked: `found` are (start, end) in bytes, in order.
pub fn marked(text: &str, found: &[(usize, usize)]) -> Markup {
    let mut at = 0;
    let mut out = String::with_capacity(text.len() + found.len() * 13);
    for (from, to) in found.iter().copied() {
        let (Some(before), Some(hit)) = (text.get(at..from), text.get(from..to)) else { continue };
        html! { (before) mark { (hit) } }.render_to(&mut out);
        at = to;
    }
    text.get(at..).unwrap_or_default().render_to(&mut out);
    PreEscaped(out)
}
