use maud::{Markup, html};
use tend_core::{
    accounts::list::{Line, MOST_CONTACTS, Sort},
    agents::Agent,
    attributes::{Definition, Kind},
    customers::May,
    page::Cursor,
    tags::Tag,
};

use super::{at_most, facts};
use crate::{
    layout::{Frame, page},
    parts::{Element, Icon, Now, account_avatar, badge, button, empty, icon, link_button, select},
    urls,
};

/// A list of accounts, and what it was asked for.
#[derive(Clone, Debug)]
pub struct AccountList {
    pub lines: Vec<Line>,
    pub next: Option<Cursor>,
    /// Counted to `most` and no further.
    pub count: i64,
    pub most: i64,
    /// As it was typed.
    pub q: String,
    pub sort: Sort,
    /// `company`, `person`, or `all`.
    pub kind: String,
    /// The agent's id, or `me`.
    pub owner: String,
    /// The tag's id.
    pub tag: String,
    /// `name:value`.
    pub attribute: String,
    pub owners: Vec<Agent>,
    pub tags: Vec<Tag>,
    pub definitions: Vec<Definition>,
    pub may: May,
}

impl AccountList {
    fn pairs(&self) -> [(&'static str, String); 6] {
        [
            ("q", self.q.clone()),
            ("sort", self.sort.word().to_owned()),
            ("kind", self.kind.clone()),
            ("owner", self.owner.clone()),
            ("tag", self.tag.clone()),
            ("attribute", self.attribute.clone()),
        ]
    }

    fn url(&self, cursor: &str) -> String {
        let mut pairs: Vec<_> = self.pairs().to_vec();
        pairs.push(("cursor", cursor.to_owned()));
        let pairs: Vec<_> = pairs.iter().map(|it| (it.0, it.1.as_str())).collect();
        urls::with_query(&urls::accounts(), &pairs)
    }

    fn is_narrowed(&self) -> bool {
        let texts = [&self.q, &self.tag, &self.attribute, &self.owner];
        texts.iter().any(|it| !it.trim().is_empty())
    }
}

pub fn accounts_page(frame: &Frame, it: &AccountList) -> Markup {
    let bar = html! {
        @if it.may.import { (link_button("Import", urls::imports()).quiet().small().icon(Icon::Upload).class("u-only-wide")) }
        @if it.may.export { (facts::export(frame, &urls::accounts_export(), &it.pairs())) }
        @if it.may.edit { (link_button("New account", urls::new_account()).primary().small().icon(Icon::Plus)) }
    };
    page(frame, "Accounts").bar(bar).shows(html! {
        div.customers-list {
            (filter(it))
            (account_list(&frame.now, it))
        }
    })
}

fn filter(it: &AccountList) -> Markup {
    let kinds = [("company", "Companies"), ("person", "Accounts of one"), ("all", "All accounts")];
    let anyone = [(String::new(), "Any owner".to_owned()), ("me".to_owned(), "Mine".to_owned())];
    let owners = it.owners.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let has_values =
        it.definitions.iter().any(|it| matches!(it.kind, Kind::Choice | Kind::Boolean));
    html! {
        form.customers-filter action=(urls::accounts()) role="search" hx-get=(urls::accounts()) hx-trigger="input delay:150ms, submit"
            hx-target="#customers" hx-swap="outerMorph" hx-push-url="true" {
            label.customers-find {
                (icon(Icon::Search))
                input type="search" name="q" value=(it.q) aria-label="Find an account" placeholder="Name or domain" autocomplete="off" dir="auto" data-hotkey="/";
            }
            (select("kind", "Kind", kinds, &it.kind).label_hidden())
            (select("owner", "Owner", anyone.into_iter().chain(owners), &it.owner).label_hidden())
            @if !it.tags.is_empty() { (select("tag", "Tag", facts::tag_choices("Any tag", &it.tags), &it.tag).label_hidden()) }
            @if has_values { (select("attribute", "Attribute", facts::value_choices(&it.definitions), &it.attribute).label_hidden()) }
            (select("sort", "Order", [("name", "By name"), ("newest", "Newest first")], it.sort.word()).label_hidden())
            noscript { (button("Find").small().submits()) }
        }
    }
}

/// The table with its count: what changes while one types.
pub fn account_list(now: &Now, it: &AccountList) -> Markup {
    html! {
        section id="customers" aria-label="Accounts" {
            @if it.lines.is_empty() { (nothing(it)) }
            @else {
                p.customers-count role="status" { (at_most(it.count, it.most)) (if it.count == 1 { " account" } else { " accounts" }) }
                div.table-wrap { table.table.customers-table {
                    caption.u-hidden-visually { "Accounts" }
                    thead { tr {
                        th scope="col" { "Account" } th scope="col" { "Domains" } th scope="col" { "Owner" }
                        th scope="col" { "Tags" } th.is-end scope="col" { "People" } th.is-end scope="col" { "Open" } th.is-end scope="col" { "Since" }
                    } }
                    tbody { (account_rows(now, it)) }
                } }
            }
        }
    }
}

fn nothing(it: &AccountList) -> Markup {
    if it.is_narrowed() {
        return html! { (empty("Nothing fits", "Try fewer letters, or another owner.").plain().actions(link_button("Show all", urls::accounts()))) };
    }
    html! {
        (empty("No accounts yet", "A company gets its account when the first of its people writes. You can also enter companies, or bring them from a file.").actions(html! {
            @if it.may.edit { (link_button("New account", urls::new_account()).primary()) }
            @if it.may.import { (link_button("Import", urls::imports())) }
        }))
    }
}

/// The rows alone: the next ones below the last.
pub fn account_rows(now: &Now, it: &AccountList) -> Markup {
    html! {
        @for line in &it.lines { (row(now, line)) }
        @if let Some(next) = it.next { (facts::more_rows(7, &it.url(&next.to_string()))) }
    }
}

fn row(now: &Now, it: &Line) -> Markup {
    let domains = it.domains.iter().take(2).cloned().collect::<Vec<_>>().join(", ");
    html! {
        tr data-row {
            th scope="row" { span.customers-name {
                (account_avatar(&it.name).s())
                span.u-truncate { a.u-cover href=(urls::account(it.id)) dir="auto" { (it.name) } @if it.kind == "person" { " " small { "of one" } } }
            } }
            td.customers-address { (domains) @if it.domains.len() > 2 { span.u-quiet { " +" (it.domains.len() - 2) } } }
            td.customers-of { @if let Some(owner) = &it.owner { (owner) } }
            td.customers-tags { @for tag in it.tags.iter().take(3) { (badge(&tag.name).line()) } @if it.tags.len() > 3 { span.u-quiet { "+" (it.tags.len() - 3) } } }
            td.is-end { (at_most(it.contacts, MOST_CONTACTS)) }
            td.is-end { @if it.open > 0 { (it.open) } }
            td.is-end.customers-when { (now.date(it.created_at)) }
        }
    }
}
