use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::{
    page::Cursor,
    usage::{Arrived, Rejection, Source, SourceId},
};

use super::Section;
use crate::{
    parts::{Tab, Tabs, Tone, badge, button, empty, field, pager, select, tab, table, tabs},
    urls,
};

/// What came lately, narrowed.
#[derive(Clone, Debug)]
pub struct Arrivals {
    pub sources: Vec<Source>,
    pub source: Option<SourceId>,
    pub text: String,
    pub events: Vec<Arrived>,
}

/// Events that could not be taken.
#[derive(Clone, Debug)]
pub struct Rejections {
    pub events: Vec<Rejection>,
    pub next: Option<Cursor>,
    pub is_further: bool,
}

fn kinds(is_rejected: bool) -> Markup {
    let all: [Tab; 2] = [
        tab("Live", urls::usage_arrivals(), !is_rejected),
        tab("Rejected", urls::usage_rejected(), is_rejected),
    ];
    tabs(Tabs::Line, "Events", &all)
}

/// Events as they arrive; the fields `source` and `text`.
pub fn arrivals(at: &Section<'_>, it: &Arrivals) -> Markup {
    let any = std::iter::once((String::new(), "All sources".to_owned()));
    let sources = any.chain(it.sources.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let chosen = it.source.map(|it| it.to_string()).unwrap_or_default();
    let work = html! {
        (kinds(false))
        form.settings-line method="get" action=(urls::usage_arrivals()) {
            (field("text", "Event, user or message id").value(&it.text).autocomplete("off"))
            (select("source", "Source", sources, chosen))
            (button("Show").submits())
        }
        (arrived(at, it))
    };
    let lead = "The newest events first, as clients sent them. The page follows by itself.";
    at.page("What arrives", lead, html! {}, work)
}

/// The region that follows.
pub fn arrived(at: &Section<'_>, it: &Arrivals) -> Markup {
    let source = it.source.map(|it| it.to_string()).unwrap_or_default();
    let pairs = [("text", it.text.as_str()), ("source", source.as_str()), ("part", "list")];
    let url = urls::with_query(&urls::usage_arrivals(), &pairs);
    let rows = html! { @for it in &it.events { (line(at, it)) } };
    html! {
        div id="arrivals" data-live="usage" data-live-get=(url) {
            @if it.events.is_empty() { (empty("Nothing came yet", "As soon as a client sends an event, it stands here.").plain()) }
            @else { (table("Events").col("Event").col("Who").col("Happened").col("By the client's clock").col("Sent").col("Received").wide().rows(rows)) }
        }
    }
}

fn line(at: &Section<'_>, it: &Arrived) -> Markup {
    let exact = |it: Option<Timestamp>| {
        html! {
            @match it { Some(it) => { time.u-num datetime=(it) { (it.strftime("%m-%d %H:%M:%S%.3f")) } } None => { span.u-quiet { "not said" } } }
        }
    };
    html! {
        tr {
            th.settings-wide scope="row" {
                span dir="auto" { @if it.name.is_empty() { (it.call) } @else { (it.name) } } " "
                @if !it.name.is_empty() { (badge(&it.call)) }
                @if let Some(why) = &it.rejected { " " (badge("Rejected").tone(Tone::Bad)) small.settings-why { (why) } }
                @else if it.waits { " " (badge("Being counted").tone(Tone::Accent)) }
                small.settings-why { (it.source) @if !it.message_id.is_empty() { " · " code { (it.message_id) } } }
            }
            td { span dir="auto" { (it.who) } @if !it.group.is_empty() { small.settings-why { "in " (it.group) } } }
            td { @if it.rejected.is_none() { (exact(Some(it.time.at))) small.settings-why { (at.frame.now.short(it.time.at)) } } }
            td { (exact(it.time.original)) }
            td { (exact(it.time.sent)) }
            td { (exact(Some(it.time.received))) }
        }
    }
}

/// What could not be taken, and why.
pub fn rejected(at: &Section<'_>, it: &Rejections) -> Markup {
    // What came many times in a row for one reason is one line.
    let alike = |a: &Rejection, b: &Rejection| {
        (a.source_id, &a.call, &a.event, &a.reason) == (b.source_id, &b.call, &b.event, &b.reason)
    };
    let rows = html! {
        @for same in it.events.chunk_by(alike) {
            @let it = &same[0];
            tr {
                th.settings-wide scope="row" {
                    (it.reason) @if same.len() > 1 { " " (badge(format!("{} times in a row", same.len()))) }
                    @if !it.sample.is_empty() { details { summary.u-quiet { "As it came" } pre.settings-raw { code { (it.sample) } } } }
                }
                td data-label="Event" { span dir="auto" { (it.event) } " " @if !it.call.is_empty() { (badge(&it.call)) } }
                td data-label="Source" dir="auto" { (it.source) }
                td data-label="Received" { (at.frame.now.short(it.received_at)) }
            }
        }
    };
    let first = it.is_further.then(urls::usage_rejected);
    let older =
        it.next.map(|it| urls::with_query(&urls::usage_rejected(), &[("cursor", &it.to_string())]));
    let work = html! {
        (kinds(true))
        @if it.events.is_empty() { (empty("Nothing was rejected", "An event that lacks its name or its user, or that is too large, stands here with the reason for thirty days.").plain()) }
        @else { (table("Rejected events").col("Why").col("Event").col("Source").col("Received").rows(rows)) }
        @if first.is_some() || older.is_some() { (pager(first, older)) }
    };
    at.page("What arrives", "Events that could not be taken, and why.", html! {}, work)
}
