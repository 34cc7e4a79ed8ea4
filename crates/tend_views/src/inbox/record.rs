//! The customer's record beside a conversation: who, account, open, past, notes, attributes.

use jiff::tz::TimeZone;
use maud::{Markup, PreEscaped, html};
use tend_core::{
    attributes::{About, Attribute, Kind, Value},
    contacts::{Identity, IdentityKind},
    conversations::ConversationId,
    customer_notes::Note,
    customers::{Past, Pasts, Record},
};

use crate::{
    layout::Frame,
    orders::orders_record,
    parts::{
        Element, Icon, Now, account_avatar, area, badge, button, contact_avatar, csrf_field, field,
        grouped, hidden, icon, icon_button, icon_s, select, status_dot,
    },
    recommend::suggestions_to_come,
    remedies::remedies_record,
    survey::surveys_record,
    urls,
};

/// The record and the conversation it stands beside.
#[derive(Clone, Debug)]
pub struct RecordPane<'a> {
    pub record: &'a Record,
    /// Is not listed among the others.
    pub beside: Option<ConversationId>,
    /// What is known of the conversation itself.
    pub conversation_attributes: &'a [Attribute],
}

/// The third pane, fetched anew when something of the contact changes.
pub fn record_pane(frame: &Frame, pane: &RecordPane<'_>) -> Markup {
    let it = pane.record;
    let url = pane.beside.map(urls::conversation_record);
    let topics = format!("contact:{} account:{}", it.contact.id, it.account.id);
    html! {
        aside.inbox-record id="record" aria-label={ "Record of " (it.contact.name) } data-live=(topics) data-live-get=[url] {
            div.record {
                (who(frame, pane))
                (orders(frame, it))
                (made_right(frame, pane))
                (account(frame, pane))
                (others("Open conversations", frame, &it.open, pane))
                (others("Past conversations", frame, &it.past, pane))
                (notes(frame, it))
                (about_conversation(frame, pane))
            }
        }
    }
}

fn who(frame: &Frame, pane: &RecordPane<'_>) -> Markup {
    let it = &pane.record.contact;
    let local = TimeZone::get(&it.time_zone).ok().map(|zone| Now::new(frame.now.at, zone));
    html! {
        header.record-who {
            (contact_avatar(&it.name, it.picture_file_id.map(urls::picture).as_deref()).l())
            div {
                h2 { a href=(urls::contact(it.id)) dir="auto" lang=[(!it.language.is_empty()).then_some(&it.language)] { (it.name) } }
                p {
                    @if !it.title.is_empty() { span dir="auto" { (it.title) } }
                    @if let Some(now) = local { @if !it.title.is_empty() { " · " } (now.clock_text(now.at)) " there" }
                }
            }
            button.button.button-quiet.button-icon.inbox-recordclose type="button" aria-label="Back to the conversation" data-record-switch { (icon(Icon::X)) }
        }
        section.record-part.record-first aria-label="Identities" {
            @for identity in &pane.record.identities { (identity_line(identity)) }
            @if it.blocked_at.is_some() { p.u-bad.u-small { (icon_s(Icon::Ban)) " Blocked: what they write is taken as spam." } }
            @if !pane.record.tags.is_empty() { div.record-tags { @for tag in &pane.record.tags { (badge(&tag.name).line()) } } }
            (attribute_lines(frame, &pane.record.attributes, &urls::contact(it.id), pane.record.may.edit))
        }
    }
}

fn identity_line(it: &Identity) -> Markup {
    let sign = match it.kind {
        IdentityKind::Email => Icon::Mail,
        IdentityKind::Phone => Icon::Phone,
        IdentityKind::External => Icon::Hash,
        IdentityKind::Handle => Icon::AtSign,
        IdentityKind::Visitor => Icon::MessageCircle,
    };
    html! {
        div.record-line {
            (icon(sign))
            span.u-truncate title=(it.value) { (it.value) }
            @if it.undeliverable_at.is_some() { (badge("Comes back").tone(crate::parts::Tone::Warn)) }
            (icon_button(Icon::Copy, format!("Copy {}", it.value)).small().attr("data-copy", &it.value))
        }
    }
}

fn orders(frame: &Frame, it: &Record) -> Markup {
    let all = urls::with_query(&urls::orders(), &[("contact", &it.contact.id.to_string())]);
    let suggested =
        urls::with_query(&urls::contact_suggestions(it.contact.id), &[("place", "conversation")]);
    html! {
        @if let Some(orders) = &it.orders {
            (orders_record(&frame.now, orders, &all))
            @if !orders.orders.is_empty() { (suggestions_to_come(&suggested)) }
        }
        (surveys_record(&frame.now, &it.surveys))
    }
}

fn made_right(frame: &Frame, pane: &RecordPane<'_>) -> Markup {
    let it = pane.record;
    let all = urls::with_query(&urls::remedies(), &[("contact", &it.contact.id.to_string())]);
    let older = urls::with_query(&urls::orders(), &[("contact", &it.contact.id.to_string())]);
    html! { @if it.orders.is_some() { (remedies_record(frame, &it.remedies, &older, pane.beside, &all)) } }
}

fn account(frame: &Frame, pane: &RecordPane<'_>) -> Markup {
    let it = pane.record;
    if it.account.kind == "person" && it.account_attributes.iter().all(|it| it.value.is_none()) {
        return html! {};
    }
    html! {
        section.record-part {
            h3 { "Account" a href=(urls::account(it.account.id)) { "Open" } }
            a.record-line href=(urls::account(it.account.id)) {
                (account_avatar(&it.account.name).s())
                span.u-medium.u-truncate dir="auto" { (it.account.name) }
                @for tag in it.account_tags.iter().take(2) { (badge(&tag.name)) }
            }
            @if let Some(owner) = &it.account_owner { div.record-line { span.u-quiet { "Looked after by" } span { (owner) } } }
            @if it.account_open_count > 1 {
                div.record-line { span.u-quiet { "Open in all" } a.figure-link href=(urls::account(it.account.id)) { (count(it.account_open_count)) } }
            }
            (attribute_lines(frame, &it.account_attributes, &urls::account(it.account.id), it.may.edit))
            @for note in it.account_notes.iter().take(2) { (note_card(&frame.now, note)) }
        }
    }
}

fn count(it: i64) -> String {
    if it >= Pasts::MOST { format!("{} or more", grouped(Pasts::MOST)) } else { grouped(it) }
}

fn others(title: &str, frame: &Frame, them: &Pasts, pane: &RecordPane<'_>) -> Markup {
    let shown: Vec<&Past> = them.newest.iter().filter(|it| Some(it.id) != pane.beside).collect();
    if shown.is_empty() {
        return html! {};
    }
    html! {
        section.record-part {
            h3 { (title) @if them.count > shown.len() as i64 { a href=(urls::contact(pane.record.contact.id)) { "All " (count(them.count)) } } }
            @for it in shown {
                a.record-line href=(urls::conversation(it.id)) {
                    (status_dot(it.category.word(), &it.status))
                    span.u-truncate dir="auto" { (super::row::subject(&it.subject)) }
                    (frame.now.short(it.last_message_at))
                }
            }
        }
    }
}

fn notes(frame: &Frame, it: &Record) -> Markup {
    html! {
        section.record-part {
            h3 { "Notes" @if it.notes_count > it.notes.len() as i64 { a href=(urls::contact(it.contact.id)) { "All " (grouped(it.notes_count)) } } }
            (note_list(&frame.now, &it.notes))
            @if it.may.edit {
                details.record-add {
                    summary { (icon_s(Icon::Plus)) "Add a note" }
                    form method="post" action=(urls::contact_notes(it.contact.id)) hx-post=(urls::contact_notes(it.contact.id)) hx-swap="none" data-resets {
                        (csrf_field(&frame.csrf)) (hidden("beside", "record"))
                        (area("text", format!("Note on {}", it.contact.name), "").label_hidden().named_apart("record-note").required().any_direction())
                        (button("Add note").small().submits())
                    }
                }
            }
        }
    }
}

/// Notes, newest first.
pub fn note_list(now: &Now, them: &[Note]) -> Markup {
    html! { @for it in them { (note_card(now, it)) } }
}

fn note_card(now: &Now, it: &Note) -> Markup {
    html! {
        div.record-note {
            div.record-notesay dir="auto" { (PreEscaped(it.html().as_str())) }
            p.u-quiet.u-small { (it.author) ", " (now.short(it.created_at)) @if it.is_edited() { ", changed" } }
        }
    }
}

fn about_conversation(frame: &Frame, pane: &RecordPane<'_>) -> Markup {
    let Some(id) = pane.beside.filter(|_| !pane.conversation_attributes.is_empty()) else {
        return html! {};
    };
    html! {
        section.record-part {
            h3 { "This conversation" }
            (attribute_lines(frame, pane.conversation_attributes, &urls::conversation(id), pane.record.may.edit))
        }
    }
}

/// What is known: each line opens the field that changes it. It is sent with PUT to `{base}/attributes`.
pub fn attribute_lines(frame: &Frame, them: &[Attribute], base: &str, may: bool) -> Markup {
    html! {
        @if !them.is_empty() {
            div.record-facts {
                @for it in them.iter().filter(|it| may || it.value.is_some()) { (attribute(frame, it, base, may)) }
            }
        }
    }
}

fn attribute(frame: &Frame, it: &Attribute, base: &str, may: bool) -> Markup {
    let shown = html! {
        span.u-quiet { (it.definition.label) }
        @match &it.value {
            Some(Value::Link(url)) if !may => { a.link.u-truncate href=(url) target="_blank" rel="noopener noreferrer" { (url.trim_start_matches("https://")) } }
            Some(value) => { span.u-truncate dir="auto" { (written(&frame.now, value)) } }
            None => { span.u-quiet { "–" } }
        }
    };
    if !may {
        return html! { div.record-line { (shown) } };
    }
    let url = format!("{base}/attributes");
    html! {
        details.record-fact {
            summary.record-line { (shown) }
            form method="post" action=(url) hx-put=(url) hx-swap="none" data-resets {
                @if let Some(Value::Link(to)) = &it.value { a.link href=(to) target="_blank" rel="noopener noreferrer" { "Open " (to) } }
                (csrf_field(&frame.csrf)) (hidden("_method", "PUT")) (hidden("name", &it.definition.name))
                (control(it)) (button("Keep").small().submits())
            }
        }
    }
}

fn written(now: &Now, it: &Value) -> Markup {
    match it {
        Value::Link(url) => html! { (url.trim_start_matches("https://")) },
        Value::Boolean(yes) => html! { (if *yes { "Yes" } else { "No" }) },
        Value::Date(day) => match day.to_zoned(now.zone.clone()) {
            Ok(at) => html! { (now.date_text(at.timestamp())) },
            Err(_) => html! { (day) },
        },
        other => html! { (other.text()) },
    }
}

fn control(it: &Attribute) -> Markup {
    let (d, now) = (&it.definition, it.value.as_ref().map(Value::text).unwrap_or_default());
    let id = format!("attribute-{}-{}", about(d.subject_kind), d.name);
    let nothing = || std::iter::once((String::new(), "–".to_owned()));
    match d.kind {
        Kind::Choice => {
            html! { (select("value", &d.label, nothing().chain(d.choices().into_iter().map(|it| (it.clone(), it))), now).label_hidden().named_apart(id)) }
        }
        Kind::Boolean => {
            let words =
                [("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())];
            html! { (select("value", &d.label, nothing().chain(words), now).label_hidden().named_apart(id)) }
        }
        Kind::Date => {
            html! { (field("value", &d.label).kind("date").value(now).label_hidden().named_apart(id)) }
        }
        Kind::Link => {
            html! { (field("value", &d.label).kind("url").value(now).label_hidden().named_apart(id)) }
        }
        Kind::Number => {
            html! { (field("value", &d.label).attr("inputmode", "decimal").value(now).label_hidden().named_apart(id)) }
        }
        Kind::Text => {
            html! { (area("value", &d.label, now).rows(1).any_direction().label_hidden().named_apart(id)) }
        }
    }
}

fn about(it: About) -> &'static str {
    it.word()
}
