use maud::{Markup, html};
use tend_core::{
    mails::{InboxBooks, Mail},
    page::Cursor,
};

use super::{Section, act};
use crate::{
    layout::Frame,
    parts::{
        Icon, Tone, badge, button, callout, empty, file_size, grouped, link_button, pager, pairs,
        panel, table,
    },
    urls,
};

/// Mail that waits for a person.
#[derive(Clone, Debug)]
pub struct Quarantined<'a> {
    pub mails: &'a [Mail],
    pub next: Option<Cursor>,
    /// This is not the first page.
    pub is_further: bool,
}

/// The books of all mail, and what waits for a person.
pub fn mail(at: &Section<'_>, books: &[InboxBooks], it: &Quarantined<'_>) -> Markup {
    let work = html! { (quarantine(at.frame, it)) (books_table(books)) };
    let lead = "What could not be read waits here and blocks nothing. Its bytes are kept, whatever you decide.";
    at.page("Mail", lead, html! {}, work)
}

fn quarantine(frame: &Frame, it: &Quarantined<'_>) -> Markup {
    let rows = html! {
        @for mail in it.mails {
            tr {
                th.settings-wide scope="row" {
                    a href=(urls::quarantined(mail.id)) dir="auto" { (sender(mail)) }
                    small.settings-why { (mail.reason) @if let Some(turn) = mail.held_until { " It comes in by itself, " (frame.now.until(turn)) "." } }
                }
                td data-label="Came" { (frame.now.short(mail.received_at)) }
                td data-label="By" { (source(&mail.source)) }
                td.is-end { (file_size(mail.size)) }
                td { span.u-row-tight {
                    (act(frame, &urls::quarantined_retry(mail.id), "Try again", ""))
                    (act(frame, &urls::quarantined_dismiss(mail.id), "Dismiss", "Dismiss this mail? It does not become a conversation. Its bytes are kept."))
                } }
            }
        }
    };
    let list = table("Quarantine")
        .col("From, and why it waits")
        .col("Came")
        .col("By")
        .col_end("Size")
        .col_quiet("What to do")
        .rows(rows);
    let first = it.is_further.then(|| urls::settings_section("mail"));
    let older = it.next.map(|it| {
        urls::with_query(&urls::settings_section("mail"), &[("cursor", &it.to_string())])
    });
    panel("Quarantine").holds(html! {
        @if it.mails.is_empty() { (empty("Nothing waits here", "Every mail that came could be read. One that can’t be read stands here with its reason, and you can look at it and try it again.").plain()) }
        @else { (list) }
        @if first.is_some() || older.is_some() { (pager(first, older)) }
    })
}

fn sender(it: &Mail) -> &str {
    if it.envelope_from.is_empty() { "No sender" } else { &it.envelope_from }
}

fn source(word: &str) -> &'static str {
    match word {
        "smtp" => "SMTP",
        "imap" => "IMAP",
        _ => "Import",
    }
}

fn books_table(books: &[InboxBooks]) -> Markup {
    let list = table("Books")
        .wide()
        .col("Inbox")
        .col_end("Received")
        .col_end("Imported")
        .col_end("Duplicates")
        .col_end("Quarantine")
        .col_end("Dismissed")
        .col_end("Being read")
        .col_quiet("Balance")
        .rows(book_rows(books));
    panel("Books")
        .lead("Each mail that was acknowledged stands in exactly one column: what was received is imported, was here before, waits in quarantine, was dismissed, or is being read.")
        .holds(html! {
            @if books.is_empty() { (empty("No mail has come yet", "As soon as a mail is taken in, it is counted here.").plain()) }
            @else { (list) }
        })
}

fn book_rows(books: &[InboxBooks]) -> Markup {
    html! {
        @for it in books {
            tr {
                th scope="row" {
                    @match it.inbox {
                        Some(id) => { a href=(urls::settings_item("inboxes", id)) dir="auto" { (it.name) } " " span.u-quiet { (it.address) } }
                        None => { "Not known yet where it belongs" }
                    }
                }
                (figures(it))
                td { @if it.balance() { (badge("Balances").tone(Tone::Good)) } @else { (badge("Does not balance").tone(Tone::Bad)) } }
            }
        }
        @if books.len() > 1 { tr { th scope="row" { "All" } (figures(&all_of(books))) td {} } }
    }
}

fn figures(it: &InboxBooks) -> Markup {
    let all = [it.received, it.imported, it.duplicates, it.quarantined, it.discarded, it.waiting];
    html! { @for n in all { td.is-end { (grouped(n)) } } }
}

fn all_of(books: &[InboxBooks]) -> InboxBooks {
    let sum = |get: fn(&InboxBooks) -> i64| books.iter().map(get).sum::<i64>();
    InboxBooks {
        received: sum(|it| it.received),
        imported: sum(|it| it.imported),
        duplicates: sum(|it| it.duplicates),
        quarantined: sum(|it| it.quarantined),
        discarded: sum(|it| it.discarded),
        waiting: sum(|it| it.waiting),
        ..InboxBooks::default()
    }
}

/// A mail in quarantine, as plain text that can run nothing: its first part, and the way to keep all.
pub fn quarantined(at: &Section<'_>, it: &Mail, text: &str, is_whole: bool) -> Markup {
    let frame = at.frame;
    let to: Vec<String> = serde_json::from_str(&it.envelope_to).unwrap_or_default();
    let acts = html! {
        (link_button("Download", urls::quarantined_original(it.id)).small().icon(Icon::Download))
        (act(frame, &urls::quarantined_dismiss(it.id), "Dismiss", "Dismiss this mail? It does not become a conversation. Its bytes are kept."))
        form method="post" action=(urls::quarantined_retry(it.id)) {
            (crate::parts::csrf_field(&frame.csrf)) (button("Try again").small().primary().submits())
        }
    };
    let facts = pairs(&[
        ("From", html! { (sender(it)) }),
        ("To", html! { (to.join(", ")) }),
        ("Came", html! { (frame.now.full(it.received_at)) " by " (source(&it.source)) }),
        ("Size", html! { (file_size(it.size)) }),
        ("Tries", html! { (it.attempts) }),
    ]);
    let work = html! {
        (callout(Tone::Warn, html! { (it.reason) @if let Some(turn) = it.held_until { " It comes in by itself, " (frame.now.until(turn)) "." } }, None))
        (panel("Envelope").holds(facts))
        (panel("As it came").lead("Shown as plain text: nothing in it can run, and nothing is fetched.").holds(html! {
            pre.settings-raw tabindex="0" aria-label="The mail as it came" { (text) }
            @if !is_whole { p.u-quiet { "Only the beginning is shown. Download it to see all of it." } }
        }))
    };
    at.page("Mail in quarantine", "", acts, work)
}
