use maud::{Markup, html};
use tend_core::{
    accounts::{self, Account, list::MOST_CONTACTS},
    contacts::{self, Contact},
    customers::Choice,
};

use super::at_most;
use crate::{
    layout::{Frame, page},
    parts::{
        Icon, account_avatar, badge, button, contact_avatar, counted, csrf_field, empty, hidden,
        icon, link_button, submit,
    },
    urls,
};

/// Somebody or something that could be meant.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: String,
    pub name: String,
    /// Address, company: what tells two of one name apart.
    pub detail: String,
    pub is_account: bool,
}

/// Asks with whom. `url` is asked again with `q`, and with `with`.
pub fn merge_choice_page(
    frame: &Frame,
    name: &str,
    url: &str,
    q: &str,
    them: &[Candidate],
) -> Markup {
    let lead = html! { "Choose the other record of " b dir="auto" { (name) } ". You will see what would happen before anything is done." };
    choice(
        frame,
        "Merge",
        lead,
        url,
        q,
        html! {
            @for it in them {
                a.record-line.customers-person href=(urls::with_query(url, &[("with", &it.id)])) { (who(it)) (icon(Icon::ChevronRight)) }
            }
            @if them.is_empty() { (nobody(q)) }
        },
    )
}

/// Asks to which account a contact shall belong; sent with PUT to `url`.
pub fn account_choice_page(
    frame: &Frame,
    it: &Contact,
    of_one: bool,
    url: &str,
    q: &str,
    them: &[Candidate],
) -> Markup {
    let lead = html! { "Choose the account that " b dir="auto" { (it.name) } " belongs to. Their conversations come along." };
    choice(
        frame,
        "Move to another account",
        lead,
        url,
        q,
        html! {
            @for it in them {
                form.customers-person.record-line method="post" action=(url) {
                    (csrf_field(&frame.csrf)) (hidden("_method", "PUT")) (hidden("account", &it.id))
                    (who(it)) span { (button("Move here").small().submits()) }
                }
            }
            @if them.is_empty() { (nobody(q)) }
            @if !of_one {
                form method="post" action=(url) {
                    (csrf_field(&frame.csrf)) (hidden("_method", "PUT")) (hidden("account", ""))
                    (button("Give them an account of their own").quiet().submits())
                }
            }
        },
    )
}

fn choice(frame: &Frame, title: &str, lead: Markup, url: &str, q: &str, found: Markup) -> Markup {
    page(frame, title).shows(html! {
        div.customers-form {
            p { (lead) }
            form.customers-filter action=(url) role="search" hx-get=(url) hx-trigger="input delay:150ms, submit" hx-target="#customers" hx-select="#customers" hx-swap="outerHTML" {
                label.customers-find { (icon(Icon::Search)) input type="search" name="q" value=(q) aria-label="Find" placeholder="Name, address, domain" autocomplete="off" autofocus dir="auto"; }
            }
            div id="customers" { (found) }
        }
    })
}

fn who(it: &Candidate) -> Markup {
    html! {
        @if it.is_account { (account_avatar(&it.name)) } @else { (contact_avatar(&it.name, None)) }
        span.u-truncate { span.u-medium dir="auto" { (it.name) } small { (it.detail) } }
    }
}

fn nobody(q: &str) -> Markup {
    if q.is_empty() {
        html! { p.u-quiet { "Type a name, an address or a domain." } }
    } else {
        html! { (empty("Nothing fits", "Try fewer letters.").plain()) }
    }
}

/// What a merge of contacts would do, and what has to be chosen.
pub fn contact_merge_page(frame: &Frame, it: &contacts::Preview) -> Markup {
    let (from, into) = (&it.from, &it.into);
    let swap = urls::with_query(&urls::contact_merge(into.id), &[("with", &from.id.to_string())]);
    let moves = html! {
        @for identity in &it.identities { li { (identity.value) } }
        (rest(it.conversations, it.notes))
        @for tag in &it.tags { li { "The tag " (badge(&tag.name).line()) } }
    };
    let account = html! {
        @if let Some(gone) = &it.account_that_goes { p { "The account of one " b dir="auto" { (gone.name) } " goes into " b dir="auto" { (it.account.name) } "." } }
        @else if from.account_id != into.account_id { p { "Conversations that " b dir="auto" { (from.name) } " had at their company stay told there." } }
        @if from.blocked_at.is_some() != into.blocked_at.is_some() { p { "One of them is blocked. " b dir="auto" { (into.name) } " stays " (if into.blocked_at.is_some() { "blocked" } else { "not blocked" }) "." } }
    };
    let pair = Pair {
        from: &from.name,
        into: &into.name,
        swap,
        back: urls::contact(into.id),
        url: urls::contact_merge(from.id),
        with: into.id.to_string(),
    };
    preview(frame, &pair, &it.choices, moves, account)
}

/// What a merge of accounts would do, and what has to be chosen.
pub fn account_merge_page(frame: &Frame, it: &accounts::Preview) -> Markup {
    let (from, into): (&Account, &Account) = (&it.from, &it.into);
    let swap = urls::with_query(&urls::account_merge(into.id), &[("with", &from.id.to_string())]);
    let people = at_most(it.contacts, MOST_CONTACTS);
    let moves = html! {
        @if it.contacts > 0 { li { (people) (if it.contacts == 1 { " person" } else { " people" }) } }
        @for domain in &it.domains { li { "Mail from " (domain) } }
        (rest(it.conversations, it.notes))
        @for tag in &it.tags { li { "The tag " (badge(&tag.name).line()) } }
    };
    let pair = Pair {
        from: &from.name,
        into: &into.name,
        swap,
        back: urls::account(into.id),
        url: urls::account_merge(from.id),
        with: into.id.to_string(),
    };
    preview(frame, &pair, &it.choices, moves, html! {})
}

fn rest(conversations: i64, notes: i64) -> Markup {
    html! {
        @if conversations > 0 { li { (counted(conversations, "conversation that you can see", "conversations that you can see")) ", and any that you cannot" } }
        @if notes > 0 { li { (counted(notes, "note", "notes")) } }
    }
}

/// The two, and where the form goes.
struct Pair<'a> {
    from: &'a str,
    into: &'a str,
    swap: String,
    back: String,
    url: String,
    with: String,
}

fn preview(
    frame: &Frame,
    pair: &Pair<'_>,
    choices: &[Choice],
    moves: Markup,
    more: Markup,
) -> Markup {
    page(frame, "Merge").shows(html! {
        form.customers-form method="post" action=(pair.url) {
            (csrf_field(&frame.csrf)) (hidden("with", &pair.with))
            p.customers-pair { span { b dir="auto" { (pair.from) } " goes into " b dir="auto" { (pair.into) } "." }  (link_button("The other way round", &pair.swap).quiet().small()) }
            section.panel { header.panel-head { h2 { "What moves" } } ul.customers-moves { (moves) } (more) }
            @if !choices.is_empty() { section.panel { header.panel-head { h2 { "What to keep" } } @for it in choices { (decide(it)) } } }
            p.u-quiet { "Links and addresses of " span dir="auto" { (pair.from) } " lead to " span dir="auto" { (pair.into) } " from then on. You can take the merge back at any time; what happens in between stays where it is." }
            div.u-row { (submit("Merge").primary()) (link_button("Cancel", &pair.back).quiet()) }
        }
    })
}

fn decide(it: &Choice) -> Markup {
    let name = format!("choice-{}", it.key);
    html! {
        fieldset.customers-decide {
            legend { (it.label) }
            label.field-check { input.field-box type="radio" name=(name) value="" checked; span dir="auto" { (it.into) } }
            label.field-check { input.field-box type="radio" name=(name) value=(it.key); span dir="auto" { (it.from) } }
        }
    }
}
