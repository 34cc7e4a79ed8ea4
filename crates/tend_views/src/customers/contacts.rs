use maud::{Markup, html};
use tend_core::{
    accounts::Account,
    attributes::{Definition, Kind},
    contacts::list::{Line, Sort},
    customers::May,
    page::Cursor,
    tags::Tag,
};

use super::at_most;
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Now, badge, button, check, contact_avatar, csrf_field, empty, hidden, icon,
        link_button, select,
    },
    urls,
};

/// A list of contacts, and what it was asked for.
#[derive(Clone, Debug)]
pub struct ContactList {
    pub lines: Vec<Line>,
    pub next: Option<Cursor>,
    /// Counted to `most` and no further.
    pub count: i64,
    pub most: i64,
    /// As it was typed.
    pub q: String,
    pub sort: Sort,
    pub account: Option<Account>,
    /// The tag's id.
    pub tag: String,
    /// `name:value`.
    pub attribute: String,
    pub blocked: bool,
    pub tags: Vec<Tag>,
    pub definitions: Vec<Definition>,
    pub may: May,
}

impl ContactList {
    fn is_narrowed(&self) -> bool {
        let texts = [&self.q, &self.tag, &self.attribute];
        texts.iter().any(|it| !it.trim().is_empty()) || self.account.is_some() || self.blocked
    }

    fn account_id(&self) -> String {
        self.account.as_ref().map(|it| it.id.to_string()).unwrap_or_default()
    }

    fn pairs(&self) -> [(&'static str, String); 6] {
        [
            ("q", self.q.clone()),
            ("sort", self.sort.word().to_owned()),
            ("account", self.account_id()),
            ("tag", self.tag.clone()),
            ("attribute", self.attribute.clone()),
            ("blocked", if self.blocked { "on".to_owned() } else { String::new() }),
        ]
    }

    fn url(&self, cursor: &str) -> String {
        let mut pairs: Vec<_> = self.pairs().to_vec();
        pairs.push(("cursor", cursor.to_owned()));
        let pairs: Vec<_> = pairs.iter().map(|it| (it.0, it.1.as_str())).collect();
        urls::with_query(&urls::contacts(), &pairs)
    }
}

pub fn contacts_page(frame: &Frame, it: &ContactList) -> Markup {
    let bar = html! {
        @if it.may.import { (link_button("Import", urls::imports()).quiet().small().icon(Icon::Upload).class("u-only-wide")) }
        @if it.may.export { (super::facts::export(frame, &urls::contacts_export(), &it.pairs())) }
        @if it.may.edit { (link_button("New contact", urls::new_contact()).primary().small().icon(Icon::Plus)) }
    };
    page(frame, "Contacts").bar(bar).shows(html! {
        div.customers-list {
            (filter(it))
            (contact_list(&frame.now, it))
        }
    })
}

fn filter(it: &ContactList) -> Markup {
    let tags = super::facts::tag_choices("Any tag", &it.tags);
    let values = super::facts::value_choices(&it.definitions);
    let has_values =
        it.definitions.iter().any(|it| matches!(it.kind, Kind::Choice | Kind::Boolean));
    html! {
        form.customers-filter action=(urls::contacts()) role="search" hx-get=(urls::contacts()) hx-trigger="input delay:150ms, submit"
            hx-target="#customers" hx-swap="outerMorph" hx-push-url="true" {
            label.customers-find {
                (icon(Icon::Search))
                input type="search" name="q" value=(it.q) aria-label="Find a contact" placeholder="Name, address, number, company" autocomplete="off" dir="auto" data-hotkey="/";
            }
            @if !it.tags.is_empty() { (select("tag", "Tag", tags, &it.tag).label_hidden()) }
            @if has_values { (select("attribute", "Attribute", values, &it.attribute).label_hidden()) }
            (select("sort", "Order", [("seen", "Wrote last first"), ("name", "By name")], it.sort.word()).label_hidden())
            (check("blocked", "Blocked").on(it.blocked))
            @if let Some(account) = &it.account {
                (hidden("account", account.id))
                a.badge.badge-accent href=(urls::contacts()) aria-label={ "Not only of " (account.name) } { "Of " (account.name) (icon(Icon::X)) }
            }
            noscript { (button("Find").small().submits()) }
        }
    }
}

/// The table with its count: what changes while one types.
pub fn contact_list(now: &Now, it: &ContactList) -> Markup {
    html! {
        section id="customers" aria-label="Contacts" {
            @if it.lines.is_empty() { (nobody(it)) }
            @else {
                p.customers-count role="status" { (at_most(it.count, it.most)) (if it.count == 1 { " contact" } else { " contacts" }) }
                div.table-wrap { table.table.customers-table {
                    caption.u-hidden-visually { "Contacts" }
                    thead { tr {
                        th scope="col" { "Name" } th scope="col" { "Address" } th scope="col" { "Account" }
                        th scope="col" { "Tags" } th.is-end scope="col" { "Open" } th.is-end scope="col" { "Wrote" }
                    } }
                    tbody { (contact_rows(now, it)) }
                } }
            }
        }
    }
}

fn nobody(it: &ContactList) -> Markup {
    if it.is_narrowed() {
        return html! { (empty("Nobody fits", "Try fewer letters: each word is compared with the beginning of a name, an address, a number or a company.").plain()
        .actions(link_button("Show everyone", urls::contacts()))) };
    }
    html! {
        (empty("No contacts yet", "Everyone who writes to you gets a record by itself. You can also enter people, or bring them from a file.").actions(html! {
            @if it.may.edit { (link_button("New contact", urls::new_contact()).primary()) }
            @if it.may.import { (link_button("Import", urls::imports())) }
        }))
    }
}

/// The rows alone: the next ones below the last.
pub fn contact_rows(now: &Now, it: &ContactList) -> Markup {
    html! {
        @for line in &it.lines { (row(now, line)) }
        @if let Some(next) = it.next { (super::facts::more_rows(6, &it.url(&next.to_string()))) }
    }
}

fn row(now: &Now, it: &Line) -> Markup {
    let address = it.email.as_deref().or(it.phone.as_deref()).unwrap_or_default();
    html! {
        tr data-row {
            th scope="row" { span.customers-name {
                (contact_avatar(&it.name, it.picture_file_id.map(urls::picture).as_deref()).s())
                span.u-truncate {
                    a.u-cover href=(urls::contact(it.id)) dir="auto" { (it.name) }
                    @if !it.title.is_empty() { " " small dir="auto" { (it.title) } }
                }
                @if it.blocked_at.is_some() { (badge("Blocked").tone(crate::parts::Tone::Bad)) }
            } }
            td.customers-address { (address) }
            td.customers-of dir="auto" { @if it.account_kind == "company" { a.customers-inner href=(urls::account(it.account_id)) { (it.account) } } }
            td.customers-tags { @for tag in it.tags.iter().take(3) { (badge(&tag.name).line()) } @if it.tags.len() > 3 { span.u-quiet { "+" (it.tags.len() - 3) } } }
            td.is-end { @if it.open > 0 { (it.open) } }
            td.is-end.customers-when { @if let Some(at) = it.seen_at { (now.short(at)) } @else { span.u-quiet { "–" } } }
        }
    }
}

/// For a form that is sent by POST and keeps what the list was asked for.
pub(super) fn keeps(csrf: &str, pairs: &[(&'static str, String)]) -> Markup {
    html! { (csrf_field(csrf)) @for (name, text) in pairs { @if !text.is_empty() { (hidden(name, text)) } } }
}
