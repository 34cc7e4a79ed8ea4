//! Search over everything that was written, and what it found.

use maud::{Markup, html};
use tend_core::conversations::list::Line;

use crate::{
    layout::{Frame, page},
    parts::{Icon, Sample, button, counted, empty, icon, sample, status_badge},
    urls,
};

/// A page of results.
#[derive(Clone, Debug)]
pub struct Results {
    /// As it was typed.
    pub query: String,
    /// The filters in it, each with the address of the search without it.
    pub filters: Vec<(String, String)>,
    pub found: Vec<Found>,
    /// How many there are, where that is known; `is_least` if there may be more.
    pub total: Option<i64>,
    pub is_least: bool,
    /// The address of the next ones.
    pub next: Option<String>,
    /// What is wrong with the query, in a sentence.
    pub problem: Option<String>,
}

/// One conversation that fits.
#[derive(Clone, Debug)]
pub struct Found {
    pub line: Line,
    /// Where it was found, with the words in `mark`: see [`crate::palette::marked`].
    pub snippet: Markup,
    /// Who wrote that.
    pub by: String,
}

pub fn search_page(frame: &Frame, it: &Results) -> Markup {
    let title =
        if it.query.is_empty() { "Search".to_owned() } else { format!("Search: {}", it.query) };
    page(frame, title).shows(html! {
        div.shell-page.search {
            form.search-form action=(urls::search()) role="search" {
                (icon(Icon::Search))
                input.field-input type="search" name="q" value=(it.query) aria-label="Search everything that was written" placeholder="Words, or from: tag: is:open before:2026-11-01"
                    autocomplete="off" autofocus[it.query.is_empty()] data-hotkey="/" dir="auto";
                (crate::parts::submit("Search"))
            }
            @if let Some(problem) = &it.problem { p.field-error role="alert" { (problem) } }
            (filters(it))
            @if it.query.is_empty() { (hints()) } @else { (results(frame, it)) }
        }
    })
}

fn filters(it: &Results) -> Markup {
    html! {
        @if !it.filters.is_empty() {
            ul.search-filters aria-label="Filters" {
                @for (filter, without) in &it.filters { li.badge { (filter) a href=(without) aria-label={ "Without " (filter) } { (icon(Icon::X)) } } }
            }
        }
    }
}

fn results(frame: &Frame, it: &Results) -> Markup {
    if it.found.is_empty() && it.next.is_none() {
        return html! { (empty("Nothing fits", "Try fewer words, or the beginning of a word with a star: calib*.").plain()) };
    }
    html! {
        @if let Some(total) = it.total { p.u-quiet role="status" { (counted(total, "conversation", "conversations")) @if it.is_least { " or more" } } }
        ol.search-found { (rows(frame, it)) }
    }
}

/// The results alone: the next ones below the last.
pub fn rows(frame: &Frame, it: &Results) -> Markup {
    html! {
        @for found in &it.found {
            @let line = &found.line;
            li.search-row {
                div.search-top {
                    a.u-cover.u-medium href=(urls::conversation(line.id)) dir="auto" { (crate::inbox::subject(&line.subject)) }
                    span.u-quiet.u-num { "#" (line.number) }
                    (status_badge(line.category.word(), &line.status))
                    (frame.now.short(line.last_message_at))
                }
                p.u-ink-2 { span dir="auto" { (line.contact) } @if line.account_kind == "company" { ", " span dir="auto" { (line.account) } } }
                p.search-snippet dir="auto" { @if !found.by.is_empty() { b { (found.by) ": " } } (found.snippet) }
            }
        }
        @if let Some(next) = &it.next {
            li.panel-more hx-get=(next) hx-trigger="intersect once, click" hx-target="this" hx-swap="outerHTML" { (button("Show more").quiet().small()) }
        }
    }
}

fn hints() -> Markup {
    let lines = [
        ("\"two words\"", "both, one after the other"),
        ("calib*", "words that begin so"),
        ("from:leila", "who wrote"),
        ("to:support@", "to whom"),
        ("tag:firmware", "with a tag"),
        ("assignee:me", "whose it is"),
        ("is:open, is:unread", "where it stands"),
        ("before:2026-11-01, after:", "when"),
        ("has:attachment", "with files"),
    ];
    html! { dl.search-hints { @for (code_text, what) in lines { dt { code { (code_text) } } dd { (what) } } } }
}

pub fn samples() -> Vec<Sample> {
    let frame = crate::gallery::sample_frame();
    let lines = crate::inbox::sample_lines();
    let snippet = crate::palette::marked(
        "since the gateways took the update on Tuesday night, probes 7 to 12 jump",
        &[(10, 18), (55, 61)],
    );
    let found = lines
        .into_iter()
        .take(4)
        .map(|line| Found { line, snippet: snippet.clone(), by: "Leila Haddad".into() })
        .collect();
    let it = Results {
        query: "gateways probes is:open".into(),
        filters: vec![("is:open".into(), urls::search_for("gateways+probes"))],
        found,
        total: Some(1_000),
        is_least: true,
        next: Some(urls::search_for("gateways&cursor=1")),
        problem: None,
    };
    let blank = Results {
        query: String::new(),
        filters: Vec::new(),
        found: Vec::new(),
        total: None,
        is_least: false,
        next: None,
        problem: None,
    };
    let nothing = Results { query: "zzz".into(), ..blank.clone() };
    vec![
        sample("search", search_page(&frame, &it)),
        sample("search-blank", search_page(&frame, &blank)),
        sample("search-nothing", search_page(&frame, &nothing)),
    ]
}
