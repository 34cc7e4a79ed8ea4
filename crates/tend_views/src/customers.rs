//! Contacts and accounts: the lists, and one of each with its timeline.

use maud::{Markup, html};
use tend_core::{
    accounts::{self, Account},
    attributes::Attribute,
    contacts,
    customer_notes::Note,
    timeline::{Aspect, Told, Who, Whom},
};

use crate::{
    inbox::{RecordPane, attribute_lines, note_list, record_pane},
    layout::{Frame, page},
    parts::{
        Icon, account_avatar, area, badge, button, contact_avatar, csrf_field, empty, grouped,
        icon, link_button, submit, table,
    },
    urls,
};

/// A list that is searched and paged.
#[derive(Clone, Debug)]
pub struct Listed<'a, L> {
    pub query: &'a str,
    pub lines: &'a [L],
    /// The address of the next page.
    pub next: Option<String>,
}

fn find<L>(it: &Listed<'_, L>, action: String, label: &str) -> Markup {
    html! {
        form.search-form action=(action) role="search" {
            (icon(Icon::Search))
            input.field-input type="search" name="q" value=(it.query) aria-label=(label) placeholder=(label) autocomplete="off" dir="auto" data-hotkey="/";
            (submit("Search"))
        }
    }
}

fn further<L>(it: &Listed<'_, L>) -> Markup {
    html! { @if let Some(next) = &it.next { p { (link_button("Next page", next).small()) } } }
}

/// All contacts, who wrote last first.
pub fn contacts_page(frame: &Frame, it: &Listed<'_, contacts::list::Line>) -> Markup {
    let rows = html! {
        @for line in it.lines {
            tr {
                th scope="row" { a.link href=(urls::contact(line.id)) { (contact_avatar(&line.name, line.picture_file_id.map(urls::picture).as_deref()).xs()) " " span dir="auto" { (line.name) } } }
                td dir="auto" { @if line.account_kind == "company" { a.link href=(urls::account(line.account_id)) { (line.account) } } }
                td { @if let Some(email) = &line.email { (email) } @else if let Some(phone) = &line.phone { (phone) } }
                td { @for tag in &line.tags { (badge(&tag.name)) } @if line.blocked_at.is_some() { (badge("Blocked")) } }
                td.is-end { @if line.open > 0 { (grouped(line.open)) } }
                td.is-end { @if let Some(at) = line.seen_at { (frame.now.short(at)) } }
            }
        }
    };
    page(frame, "Contacts").shows(html! {
        div.shell-page.search {
            (find(it, urls::contacts(), "Find a name, an address or a number"))
            @if it.lines.is_empty() && it.query.is_empty() {
                (empty("Nobody has written yet", "Whoever writes to one of your inboxes gets a record here by itself."))
            } @else if it.lines.is_empty() {
                (empty("Nobody of that name", "Try the beginning of a name, of an address or of a domain.").plain())
            } @else {
                (table("Contacts").col("Name").col("Account").col("Address").col("Tags").col_end("Open").col_end("Wrote").rows(rows))
                (further(it))
            }
        }
    })
}

/// All accounts, by name.
pub fn accounts_page(frame: &Frame, it: &Listed<'_, accounts::list::Line>) -> Markup {
    let rows = html! {
        @for line in it.lines {
            tr {
                th scope="row" { a.link href=(urls::account(line.id)) { (account_avatar(&line.name).xs()) " " span dir="auto" { (line.name) } } }
                td { (line.domains.join(", ")) }
                td { @if let Some(owner) = &line.owner { (owner) } }
                td { @for tag in &line.tags { (badge(&tag.name)) } }
                td.is-end { (grouped(line.contacts)) @if line.contacts >= accounts::list::MOST_CONTACTS { " or more" } }
                td.is-end { @if line.open > 0 { (grouped(line.open)) } }
            }
        }
    };
    page(frame, "Accounts").shows(html! {
        div.shell-page.search {
            (find(it, urls::accounts(), "Find a company or a domain"))
            @if it.lines.is_empty() && it.query.is_empty() {
                (empty("No accounts yet", "The first person of a company who writes brings its account with them."))
            } @else if it.lines.is_empty() {
                (empty("No account of that name", "Try the beginning of a name or of a domain.").plain())
            } @else {
                (table("Accounts").col("Name").col("Domains").col("Owner").col("Tags").col_end("People").col_end("Open").rows(rows))
                (further(it))
            }
        }
    })
}

/// What happened, newest first, narrowed to an aspect.
#[derive(Clone, Debug)]
pub struct Story<'a> {
    pub told: &'a [Told],
    pub aspect: Aspect,
    /// The page that it stands on, for the tabs.
    pub base: String,
    pub next: Option<String>,
}

fn story(frame: &Frame, it: &Story<'_>) -> Markup {
    let label = |aspect: Aspect| match aspect {
        Aspect::Everything => "Everything",
        Aspect::Talk => "Messages",
        Aspect::Notes => "Notes",
        Aspect::Work => "Work",
        Aspect::Record => "Record",
    };
    html! {
        nav.tabs aria-label="Timeline" {
            @for aspect in Aspect::ALL {
                a.tabs-item href={ (it.base) "?aspect=" (aspect.word()) } aria-current=[(aspect == it.aspect).then_some("true")] { (label(aspect)) }
            }
        }
        @if it.told.is_empty() { (empty("Nothing of this kind yet", "What happens appears here by itself.").plain()) }
        ol.search-found {
            @for told in it.told {
                li.search-row {
                    div.search-top { span { (sentence(told)) } (frame.now.short(told.at)) }
                    @if let Some(says) = &told.says { p.search-snippet dir="auto" { (says) } }
                }
            }
        }
        @if let Some(next) = &it.next { p { (link_button("Earlier", next).small()) } }
    }
}

fn sentence(it: &Told) -> Markup {
    html! {
        @match &it.who {
            Who::Contact(id, name) => { a.link href=(urls::contact(id)) dir="auto" { (name) } }
            who => { b dir="auto" { (who.name()) } }
        }
        " " (it.did) " "
        @match &it.whom {
            Whom::Conversation { id, number, subject } => { a.link href=(urls::conversation(id)) { "#" (number) " " span dir="auto" { (subject) } } }
            Whom::Contact(id, name) => { a.link href=(urls::contact(id)) dir="auto" { (name) } }
            Whom::Account(id, name) => { a.link href=(urls::account(id)) dir="auto" { (name) } }
            Whom::This(what) => { "this " (what) }
        }
        @if !it.detail.is_empty() { " " (it.detail) }
    }
}

/// One contact: the record, and what happened.
pub fn contact_page(frame: &Frame, record: &RecordPane<'_>, told: &Story<'_>) -> Markup {
    let it = &record.record.contact;
    let write =
        link_button("Write", urls::new_conversation_to(it.id)).primary().icon(Icon::SquarePen);
    page(frame, &it.name).bar(write).shows(html! {
        div.customer { (record_pane(frame, record)) div.customer-story { (story(frame, told)) } }
    })
}

/// An account with what is known of it.
#[derive(Clone, Debug)]
pub struct AccountPane<'a> {
    pub account: &'a Account,
    pub owner: Option<String>,
    pub domains: &'a [String],
    pub attributes: &'a [Attribute],
    pub notes: &'a [Note],
    pub people: &'a [contacts::list::Line],
    pub may_edit: bool,
}

/// One account: who belongs to it, what is known, and what happened.
pub fn account_page(frame: &Frame, it: &AccountPane<'_>, told: &Story<'_>) -> Markup {
    let account = it.account;
    page(frame, &account.name).shows(html! {
        div.customer {
            aside.inbox-record aria-label={ "Record of " (account.name) } {
                div.record {
                    header.record-who { (account_avatar(&account.name).l()) div { h2 dir="auto" { (account.name) } p { (it.domains.join(", ")) } } }
                    section.record-part {
                        @if let Some(owner) = &it.owner { div.record-line { span.u-quiet { "Looked after by" } span { (owner) } } }
                        (attribute_lines(frame, it.attributes, &urls::account(account.id), it.may_edit))
                    }
                    section.record-part {
                        h3 { "People" }
                        @for line in it.people { a.record-line href=(urls::contact(line.id)) { (contact_avatar(&line.name, None).s()) span.u-truncate dir="auto" { (line.name) } @if line.open > 0 { span.u-quiet { (grouped(line.open)) " open" } } } }
                    }
                    section.record-part {
                        h3 { "Notes" }
                        (note_list(&frame.now, it.notes))
                        @if it.may_edit {
                            form method="post" action=(urls::account_notes(account.id)) {
                                (csrf_field(&frame.csrf))
                                (area("text", format!("Note on {}", account.name), "").label_hidden().named_apart("account-note").required().any_direction())
                                (button("Add note").small().submits())
                            }
                        }
                    }
                }
            }
            div.customer-story { (story(frame, told)) }
        }
    })
}
