//! The portfolio: accounts as those see them who look after them.

use maud::{Markup, Render, html};
use tend_core::{
    agents::Agent,
    book::{Column, Line, Order, Stage, Sums},
    page::Cursor,
    tags::Tag,
};

use super::{
    money::money,
    row::{head, row},
};
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Now, area, button, check, csrf_field, empty, grouped, hidden, icon,
        icon_button, icon_s, keys, link_button, menu, menu_item, select, submit,
    },
    urls,
};

/// One tab: `mine`, `team`, `all`, or a saved view.
#[derive(Clone, Debug)]
pub struct ViewTab {
    pub key: String,
    pub label: String,
    /// How many are in it; nothing where it was not counted yet.
    pub count: Option<i64>,
}

/// The portfolio with what it was asked for.
#[derive(Clone, Debug)]
pub struct Portfolio {
    /// The key of the tab.
    pub view: String,
    pub tabs: Vec<ViewTab>,
    /// What the list comes to, and whether there are more; nothing before it was added up.
    pub sums: Option<(Sums, bool)>,
    /// The conditions of the view in words, if it has any.
    pub says: String,
    /// The view can be changed by the one who looks.
    pub may_change: bool,
    pub may_edit: bool,
    pub may_export: bool,
    pub lines: Vec<Line>,
    pub next: Option<Cursor>,
    pub order: Order,
    pub columns: Vec<Column>,
    /// As it was typed.
    pub q: String,
    /// Ids, or nothing.
    pub segment: String,
    pub stage: String,
    pub tag: String,
    pub segments: Vec<(String, String)>,
    pub stages: Vec<Stage>,
    pub tags: Vec<Tag>,
    pub agents: Vec<Agent>,
    /// ISO 4217.
    pub currency: String,
    /// What day it is for the one who looks, since 1970.
    pub today: i64,
    /// The agent is in a team.
    pub has_team: bool,
}

impl Portfolio {
    fn pairs(&self) -> [(&'static str, String); 6] {
        [
            ("view", self.view.clone()),
            ("q", self.q.clone()),
            ("segment", self.segment.clone()),
            ("stage", self.stage.clone()),
            ("tag", self.tag.clone()),
            ("sort", self.order.to_string()),
        ]
    }

    /// Where this list is, with another pair.
    pub(super) fn url(&self, path: &str, name: &str, value: &str) -> String {
        let mut pairs: Vec<_> = self.pairs().into_iter().filter(|it| it.0 != name).collect();
        if !name.is_empty() {
            pairs.push((if name == "cursor" { "cursor" } else { "sort" }, value.to_owned()));
        }
        let pairs: Vec<_> =
            pairs.iter().map(|it| (it.0, it.1.as_str())).filter(|it| !it.1.is_empty()).collect();
        urls::with_query(path, &pairs)
    }

    fn is_narrowed(&self) -> bool {
        [&self.q, &self.segment, &self.stage, &self.tag].iter().any(|it| !it.trim().is_empty())
    }
}

/// The whole page.
pub fn portfolio_page(frame: &Frame, it: &Portfolio) -> Markup {
    let bar = html! {
        @if it.may_export {
            form method="post" action=(urls::portfolio_export()) {
                (csrf_field(&frame.csrf)) @for (name, value) in it.pairs() { (hidden(name, value)) }
                (button("Export").quiet().small().icon(Icon::Download).submits())
            }
        }
    };
    page(frame, "Portfolio").bar(bar).shows(html! {
        div.portfolio {
            (portfolio_top(it))
            (filter(frame, it))
            (portfolio_list(&frame.now, it))
            @if it.may_edit { (bulk_bar(frame, it)) }
        }
    })
}

/// Tabs and sums, and anew by themselves: what takes longer than a page may comes after it.
pub fn portfolio_top(it: &Portfolio) -> Markup {
    let anew = it.url(&urls::portfolio_sums(), "", "");
    let when = if it.sums.is_none() { "load delay:50ms" } else { "none" };
    html! {
        div.portfolio-top id="portfolio-top" data-live="accounts" data-live-get=(anew) hx-get=(anew) hx-trigger=(when) hx-target="this" hx-swap="outerMorph" {
            nav.tabs.portfolio-tabs aria-label="Views" {
                @for tab in &it.tabs {
                    a.tabs-item href=(urls::portfolio_view(&tab.key)) aria-current=[(tab.key == it.view).then_some("page")] {
                        (tab.label) @if let Some(count) = tab.count { span.shell-count { (grouped(count)) @if count >= 10_000 { "+" } } }
                    }
                }
                a.button.button-quiet.button-icon.button-small href=(urls::new_portfolio_view()) aria-label="New view" title="New view" { (icon(Icon::Plus)) }
            }
            (sums(it))
        }
    }
}

fn sums(it: &Portfolio) -> Markup {
    let value = |text: Markup| html! { b { (text) } };
    let (sum, more) = match &it.sums {
        Some((sum, more)) => (Some(sum), *more),
        None => (None, false),
    };
    let dash = || html! { span.u-quiet { "–" } };
    html! {
        section.portfolio-sum aria-label="Sums" {
            div { span { "Yearly income" } (value(sum.map_or_else(dash, |sum| money(sum.arr, &it.currency))))
                @if let Some(sum) = sum { @if sum.arr_of < sum.accounts { small { "of " (grouped(sum.arr_of)) " that say so" } } } }
            div { span { "At risk" }
                @match sum { Some(sum) if sum.risk_of > 0 => { b.u-bad { (money(sum.risk, &it.currency)) } } _ => { (value(dash())) small { "not known yet" } } } }
            div { span { "Renew in 60 days" } (value(sum.map_or_else(dash, |sum| html! { (grouped(sum.soon)) })))
                @if let Some(sum) = sum { @if sum.soon_arr > 0 { small { (money(sum.soon_arr, &it.currency)) } } } }
            div { span { "Accounts" } (value(sum.map_or_else(dash, |sum| html! { (grouped(sum.accounts)) @if more { "+" } }))) }
        }
    }
}

fn filter(frame: &Frame, it: &Portfolio) -> Markup {
    let any = |what: &str| std::iter::once((String::new(), what.to_owned()));
    let stages = it.stages.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let tags = it.tags.iter().map(|it| (it.id.to_string(), it.name.clone()));
    html! {
        div.portfolio-filter {
            form.portfolio-find action=(urls::portfolio()) role="search" hx-get=(urls::portfolio()) hx-trigger="input delay:150ms, submit"
                hx-target="#portfolio-list" hx-swap="outerMorph" hx-push-url="true" {
                (hidden("view", &it.view)) (hidden("sort", it.order))
                label.portfolio-search {
                    (icon(Icon::Search))
                    input type="search" name="q" value=(it.q) aria-label="Find an account" placeholder="Find an account" autocomplete="off" dir="auto" data-hotkey="/";
                    (keys("/"))
                }
                @if !it.segments.is_empty() { (select("segment", "Segment", any("Any segment").chain(it.segments.clone()), &it.segment).label_hidden()) }
                (select("stage", "Stage", any("Any stage").chain(stages), &it.stage).label_hidden())
                @if !it.tags.is_empty() { (select("tag", "Tag", any("Any tag").chain(tags), &it.tag).label_hidden()) }
                noscript { (submit("Find").small()) }
            }
            (columns(frame, it))
            @if it.may_change { (link_button("Change the view", urls::saved_portfolio(&it.view)).quiet().small().icon(Icon::Pencil)) }
            @if !it.says.is_empty() { p.portfolio-says { (it.says) } }
        }
    }
}

fn columns(frame: &Frame, it: &Portfolio) -> Markup {
    let boxes = html! {
        form.portfolio-columns method="post" action=(urls::portfolio_columns()) {
            (csrf_field(&frame.csrf)) (hidden("view", &it.view))
            @for column in Column::ALL { (check("column", column.label()).value(column.word()).on(it.columns.contains(column))) }
            (submit("Keep").small())
        }
    };
    menu("portfolio-columns", button("Columns").quiet().small().icon(Icon::Table2).opens(), boxes)
}

/// The table: what changes while one types, sorts, and when something happens.
pub fn portfolio_list(now: &Now, it: &Portfolio) -> Markup {
    let anew = it.url(&urls::portfolio(), "", "");
    html! {
        section.portfolio-table id="portfolio-list" aria-label="Accounts" data-live="accounts" data-live-get=(anew) {
            @if it.lines.is_empty() && it.next.is_none() { (nothing(it)) }
            @else {
                table.table.table-stick {
                    caption.u-hidden-visually { "Accounts" }
                    thead { (head(it)) }
                    tbody id="list-rows" { (portfolio_rows(now, it)) }
                }
                (said(it))
            }
        }
    }
}

/// How the list is to be read.
fn said(it: &Portfolio) -> Markup {
    let no_risk = it.lines.iter().all(|line| line.risk.is_none());
    html! {
        p.portfolio-note {
            "Money in " (it.currency) "."
            @if no_risk { " Nothing is known of anybody’s health yet, so nothing is said of money at risk: the order “A year” shows the most money first." }
        }
    }
}

/// Rows alone: the next ones below the last.
pub fn portfolio_rows(now: &Now, it: &Portfolio) -> Markup {
    html! {
        @for line in &it.lines { (row(now, it, line)) }
        @if let Some(next) = &it.next {
            @let url = it.url(&urls::portfolio(), "cursor", &next.to_string());
            tr.portfolio-more hx-get=(url) hx-trigger="intersect once, click" hx-target="this" hx-swap="outerHTML" {
                td colspan=(it.columns.len() + 2) { (button("Show more").quiet().small()) }
            }
        }
    }
}

fn nothing(it: &Portfolio) -> Markup {
    if it.is_narrowed() || !it.says.is_empty() {
        return empty(
            "No account fits",
            "Nothing in this view is as you asked for it. Take something out of what you look for.",
        )
        .actions(link_button("All of this view", urls::portfolio_view(&it.view)))
        .render();
    }
    match it.view.as_str() {
        "mine" => empty("You look after no account yet", "An account is yours when somebody makes you its owner: on its page, or here for several at once.")
            .actions(link_button("All accounts", urls::portfolio_view("all")).primary())
            .key("x", "chooses an account")
            .render(),
        "team" if !it.has_team => empty("You are in no team", "Here stand the accounts of those who are in a team with you.")
            .actions(link_button("All accounts", urls::portfolio_view("all")).primary())
            .render(),
        _ => empty("No accounts yet", "An account is a company that you do business with. It comes with the first mail from its domain, from a file, or by hand.")
            .actions(link_button("New account", urls::new_account()).primary())
            .render(),
    }
}

/// What can be done with several at once; shown while one is ticked.
fn bulk_bar(frame: &Frame, it: &Portfolio) -> Markup {
    let nobody = std::iter::once((String::new(), "Nobody".to_owned()));
    let agents = nobody.chain(it.agents.iter().map(|it| (it.id.to_string(), it.name.clone())));
    html! {
        form.portfolio-bulk id="bulk" method="post" action=(urls::portfolio_bulk()) hx-post=(urls::portfolio_bulk()) hx-target="#portfolio-list" hx-swap="outerMorph" aria-label="Chosen accounts" {
            (csrf_field(&frame.csrf)) @for (name, value) in it.pairs() { (hidden(name, value)) }
            b { span data-chosen-count { "0" } " chosen" }
            span.portfolio-bulkrule {}
            (button("Owner").quiet().small().icon(Icon::UserRoundPlus).key("a").opens_dialog("bulk-owner"))
            (menu("bulk-stage", button("Stage").quiet().small().icon(Icon::Flag).key("s"), html! {
                @for stage in &it.stages { (menu_item(&stage.name).sends("do", format!("stage:{}", stage.id))) }
                (menu_item("None").sends("do", "stage:none"))
            }))
            (menu("bulk-tag", button("Tag").quiet().small().icon(Icon::Tag).key("t"), html! {
                @for tag in &it.tags { (menu_item(&tag.name).icon(Icon::Tag).sends("do", format!("tag:{}", tag.id))) }
                @if it.tags.is_empty() { p.menu-empty { "No tags yet." } }
            }))
            (icon_button(Icon::X, "Choose none").small().key("esc").attr("type", "button").attr("data-choose-none", ""))
            dialog.dialog id="bulk-owner" aria-labelledby="bulk-owner-title" {
                header.dialog-head { h2 id="bulk-owner-title" { "Hand over" } p { "The next owner is told, with what you write here. It stands on the timeline of each account." } }
                div.dialog-body {
                    (select("owner", "To", agents, ""))
                    (area("note", "What they should know", ""))
                }
                div.dialog-foot {
                    (button("Cancel").quiet().attr("type", "button").attr("command", "close").attr("commandfor", "bulk-owner"))
                    (submit("Hand over").primary().sends("do", "owner").attr("data-closes", ""))
                }
            }
        }
    }
}

/// A small sign of a direction, for heads.
pub(super) fn way(down: bool) -> Markup {
    html! { (icon_s(if down { Icon::ArrowDown } else { Icon::ArrowUp })) }
}
