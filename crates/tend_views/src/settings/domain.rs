//! The domain of an inbox: the keys that its mail is signed with, and what the DNS says.

use maud::{Markup, Render, html};
use tend_core::{
    dkim_keys::{DkimKey, DkimKeyId, State},
    dns::{Kind, Mark, Record},
    inboxes::Inbox,
};

use super::{Section, act, form};
use crate::{
    parts::{
        Element, Icon, Problems, Tone, badge, button, callout, csrf_field, field, panel, select,
        skeleton, submit,
    },
    urls,
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct DomainPage {
    pub inbox: Inbox,
    /// As it stands in the DNS.
    pub domain: String,
    pub keys: Vec<DkimKey>,
    /// Other inboxes of the domain.
    pub shared: Vec<String>,
    /// Of the form of a new key.
    pub problems: Problems,
    pub trouble: Option<KeyTrouble>,
}

/// Why a key does not sign yet.
#[derive(Clone, Debug)]
pub struct KeyTrouble {
    pub key: DkimKeyId,
    pub says: String,
}

pub fn domain(at: &Section<'_>, it: &DomainPage) -> Markup {
    let back =
        html! { a.link href=(urls::settings_item("inboxes", it.inbox.id)) { (it.inbox.name) } };
    let lead = html! {
        "A signature proves to other servers that mail is from " (it.domain) ". Tend signs with a private key that is "
        "kept sealed; its public half stands in your DNS."
        @if !it.shared.is_empty() { " It holds for " (it.shared.join(", ")) " too." }
    };
    let work = html! {
        p.settings-address { "Of the inbox " (back) }
        (panel("Signature (DKIM)").lead(lead).holds(html! {
            div.settings-keys {
                (standing(at, it))
                @for key in &it.keys { (shown(at, it, key)) }
                (new_key(at, it))
            }
        }))
        (dns(it))
    };
    at.page(&it.domain, "", html! {}, work)
}

fn standing(at: &Section<'_>, it: &DomainPage) -> Markup {
    match it.keys.iter().find(|it| it.state == State::Signs) {
        Some(key) => callout(
            Tone::Good,
            html! { "Mail from " (it.domain) " is signed with the key " code { (key.selector) } ", since " (at.frame.now.short(key.changed_at)) "." },
            None,
        ),
        None => callout(
            Tone::Plain,
            "Tend does not sign mail of this domain. That is well if your mail server does.",
            None,
        ),
    }
}

fn shown(at: &Section<'_>, page: &DomainPage, it: &DkimKey) -> Markup {
    let (word, tone) = match it.state {
        State::Signs => ("Signs", Tone::Good),
        State::Waits => ("Does not sign", Tone::Plain),
        State::Retired => ("Retired", Tone::Plain),
    };
    let trouble = page.trouble.as_ref().filter(|trouble| trouble.key == it.id);
    let name = it.place();
    let id = |what: &str| format!("{what}-{}", it.id);
    html! {
        section.panel.panel-card.settings-key id=(id("key")) aria-label={ "Key " (it.selector) } {
            header.panel-head {
                h3 { code { (it.selector) } " " (badge(word).tone(tone)) }
                span.u-quiet.u-small { "Made " (at.frame.now.short(it.created_at)) }
            }
            @if it.state == State::Retired {
                p.u-ink-2 { "Another key took its place " (at.frame.now.short(it.changed_at)) ". Leave its record for a week: mail that was signed with it may still be on its way." }
            }
            dl.settings-record {
                (line("Type", "TXT", None))
                (line("Name", &name, Some(&id("name"))))
                (line("Value", &it.record, Some(&id("value"))))
            }
            details {
                summary { "As a line of a zone file" }
                dl.settings-record { (line("Line", &zone_line(&name, &it.record), Some(&id("zone")))) }
            }
            @if let Some(trouble) = trouble { (callout(Tone::Warn, &trouble.says, None)) }
            (acts(at, page, it, trouble.is_some()))
        }
    }
}

fn acts(at: &Section<'_>, page: &DomainPage, it: &DkimKey, is_forced: bool) -> Markup {
    let url = |what: &str| urls::inbox_key(page.inbox.id, it.id, what);
    let others = page.keys.iter().any(|it| it.state == State::Signs);
    let does = if others {
        "Check the record and switch to this key"
    } else {
        "Check the record and sign"
    };
    let anyway = "Sign without the record? Servers that look for it will distrust your mail until it stands in the DNS.";
    html! {
        div.settings-key-acts {
            @if it.state == State::Signs {
                (act(at.frame, &url("stop"), "Stop signing", "Stop signing? Mail leaves without a signature from now on."))
            } @else {
                form method="post" action=(url("sign")) { (csrf_field(&at.frame.csrf)) (submit(does).small()) }
                @if is_forced {
                    form method="post" action=(url("sign")) {
                        (csrf_field(&at.frame.csrf))
                        input type="hidden" name="anyway" value="on";
                        (submit("Sign all the same").small().quiet().confirm(anyway))
                    }
                }
                (act(at.frame, &url("remove"), "Remove", "Remove this key? It cannot be brought back."))
            }
        }
    }
}

/// A name and a value, which can be copied.
fn line(name: &str, value: &str, id: Option<&str>) -> Markup {
    html! {
        div.settings-line-of-record {
            dt { (name) }
            dd {
                code id=[id] { (value) }
                @if let Some(id) = id {
                    (button("Copy").small().quiet().icon(Icon::Copy).attr("aria-label", format!("Copy the {}", name.to_lowercase())).attr("data-copy-from", format!("#{id}")))
                }
            }
        }
    }
}

/// Texts of a record have at most 255 bytes each.
fn zone_line(name: &str, record: &str) -> String {
    let bytes = record.as_bytes().chunks(250);
    let pieces: Vec<_> = bytes.map(|it| format!("\"{}\"", String::from_utf8_lossy(it))).collect();
    format!("{name}. IN TXT ( {} )", pieces.join(" "))
}

fn new_key(at: &Section<'_>, it: &DomainPage) -> Markup {
    let kinds = [
        ("rsa", "RSA with 2048 bits: everybody can verify it"),
        ("ed25519", "Ed25519: short, and not understood by all"),
    ];
    let fields = html! {
        (select("algorithm", "Kind", kinds, "rsa"))
        (field("selector", "Selector").placeholder("tend1").autocomplete("off")
            .hint("A word under which the key stands in the DNS; empty takes the next that is free.").problems(&it.problems))
    };
    let made = form(at.frame, &urls::inbox_keys(it.inbox.id), &it.problems, "Make a key", fields);
    let is_first = it.keys.is_empty();
    html! {
        details open[is_first || !it.problems.is_empty()] {
            summary { @if is_first { "Make a key" } @else { "Make a new key" } }
            @if !is_first { p.u-ink-2 { "It waits beside the old one: publish its record, then switch. Mail is signed with the old one until then." } }
            (made)
        }
    }
}

/// The place of [`records`], which are fetched: name servers take their time.
fn dns(it: &DomainPage) -> Markup {
    let url = urls::inbox_records(it.inbox.id);
    let again = button("Look again").small().gets(&url, "#records").swap("innerHTML");
    panel("What the DNS says")
        .lead(
            html! { "Other servers look at these before they believe mail from " (it.domain) "." },
        )
        .aside(again)
        .holds(html! {
            div id="records" hx-get=(url) hx-trigger="load" hx-swap="innerHTML" aria-live="polite" {
                (skeleton(5))
            }
            noscript { a.link href=(url) { "Ask the name servers" } }
        })
}

/// What was found, each with what it means.
pub fn records(all: &[Record]) -> Markup {
    html! {
        ul.settings-checks { @for it in all { li.settings-check { (one(it)) } } }
    }
}

fn one(it: &Record) -> Markup {
    // The card of a key shows what should stand there.
    let good = it.good.as_deref().filter(|_| it.kind != Kind::Dkim);
    let (word, tone) = match it.mark {
        Mark::Well if it.kind == Kind::Dkim => ("Found", Tone::Good),
        Mark::Wrong if it.kind == Kind::Dkim && it.found.is_empty() => ("Not found", Tone::Warn),
        Mark::Wrong if it.kind == Kind::Dkim => ("Differs", Tone::Bad),
        Mark::Well => ("Good", Tone::Good),
        Mark::Think => ("Think about it", Tone::Warn),
        Mark::Wrong => ("Wrong", Tone::Bad),
        Mark::Unknown => ("Not known", Tone::Plain),
    };
    let id = |what: &str| {
        let place: String =
            it.place.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
        format!("{what}-{}-{place}", it.kind.label().to_lowercase().replace(' ', "-"))
    };
    html! {
        header.settings-check-head { h3 { (it.kind.label()) } (badge(word).tone(tone)) }
        p { (it.says) }
        @if !it.found.is_empty() || good.is_some() {
            dl.settings-record {
                @if good.is_some() { (line("Name", &it.place, Some(&id("place")))) }
                @if !it.found.is_empty() { (line("Found", &it.found, None)) }
                @if let Some(good) = good { (line("Would be good", good, Some(&id("good")))) }
            }
        }
    }
}

/// When nobody can be asked.
pub fn no_records(why: impl Render) -> Markup {
    callout(Tone::Warn, why, None)
}
