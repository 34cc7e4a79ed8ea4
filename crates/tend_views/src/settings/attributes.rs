use maud::{Markup, html};
use tend_core::attributes::{About, Definition, Kind};

use super::{Section, act, form};
use crate::{
    layout::Frame,
    parts::{
        Icon, Problems, area, badge, csrf_field, field, form_problems, hidden, icon_button,
        link_button, panel, select, table,
    },
    urls,
};

/// All attributes of one kind of thing.
#[derive(Clone, Debug)]
pub struct AttributeGroup {
    pub about: About,
    /// In their order.
    pub offered: Vec<Definition>,
    pub archived: Vec<Definition>,
}

fn title(about: About) -> &'static str {
    match about {
        About::Contact => "Of contacts",
        About::Account => "Of accounts",
        About::Conversation => "Of conversations",
    }
}

fn kind(it: Kind) -> &'static str {
    match it {
        Kind::Text => "Text",
        Kind::Number => "Number",
        Kind::Date => "Day",
        Kind::Choice => "Choice",
        Kind::Boolean => "Yes or no",
        Kind::Link => "Link",
    }
}

fn item(id: impl std::fmt::Display) -> String {
    urls::settings_item("attributes", id)
}

pub fn attributes(at: &Section<'_>, all: &[AttributeGroup]) -> Markup {
    let work = html! { @for it in all { (group(at.frame, it)) } };
    let lead = "What you want to know of contacts, accounts and conversations, beyond what Tend knows by itself.";
    at.page("Attributes", lead, html! {}, work)
}

fn group(frame: &Frame, it: &AttributeGroup) -> Markup {
    let new = urls::with_query(&item("new"), &[("about", it.about.word())]);
    let add = link_button("New attribute", new).small().icon(Icon::Plus);
    panel(title(it.about)).aside(add).holds(html! {
        @if it.offered.is_empty() { p.u-quiet { "None yet. Plan, seats, customer since: an attribute stands in every record, and lists can be narrowed by it." } }
        @else { (table(title(it.about)).col("Label").col("Name").col("Kind").col_quiet("Order").col_quiet("Archive").rows(rows(frame, it))) }
        @if !it.archived.is_empty() {
            details { summary.u-quiet { (it.archived.len()) " archived" }
                @for old in &it.archived {
                    div.u-row { span dir="auto" { (old.label) } span.u-quiet { (kind(old.kind)) } (act(frame, &format!("{}/restore", item(old.id)), "Offer again", "")) }
                }
            }
        }
    })
}

fn rows(frame: &Frame, group: &AttributeGroup) -> Markup {
    let last = group.offered.len().saturating_sub(1);
    html! {
        @for (at, it) in group.offered.iter().enumerate() {
            tr {
                th scope="row" { a href=(item(it.id)) dir="auto" { (it.label) } }
                td { code { (it.name) } }
                td { (kind(it.kind)) @if it.kind == Kind::Choice { span.u-quiet { " of " (it.choices().len()) } } }
                td { span.u-row-tight {
                    (moves(frame, it, "up", Icon::ArrowUp, at == 0))
                    (moves(frame, it, "down", Icon::ArrowDown, at == last))
                } }
                td { (act(frame, &format!("{}/archive", item(it.id)), "Archive", "Archive this attribute? It is offered no more. What is known by it is kept.")) }
            }
        }
    }
}

fn moves(frame: &Frame, it: &Definition, way: &str, sign: Icon, end: bool) -> Markup {
    html! {
        form method="post" action={ (item(it.id)) "/move" } {
            (csrf_field(&frame.csrf)) (hidden("way", way))
            (icon_button(sign, format!("Move {} {way}", it.label)).small().submits().disabled(end))
        }
    }
}

/// An attribute while it is described; `id` is empty for a new one.
#[derive(Clone, Debug)]
pub struct AttributeForm {
    pub id: String,
    pub about: About,
    pub label: String,
    pub name: String,
    pub kind: Kind,
    /// A line each.
    pub choices: String,
    /// How many things have a value, for one that there is.
    pub used: i64,
}

/// The fields `label`, `name`, `kind`, `choices`.
pub fn attribute(at: &Section<'_>, it: &AttributeForm, problems: &Problems) -> Markup {
    let is_new = it.id.is_empty();
    let url = if is_new { urls::settings_section("attributes") } else { item(&it.id) };
    let kinds = Kind::ALL.iter().map(|it| (it.word(), kind(*it)));
    let choices =
        area("choices", "Choices", &it.choices).rows(6).problems(problems).any_direction();
    let fields = html! {
        (hidden("about", it.about.word()))
        (field("label", "Label").value(&it.label).required().problems(problems).any_direction().hint("As people read it."))
        @if is_new {
            (field("name", "Name").value(&it.name).problems(problems).hint("By which the API and files know it: a to z, 0 to 9 and _. Made from the label if you leave it empty, and never changed."))
            (select("kind", "Kind", kinds, it.kind.word()).problems(problems))
            (choices.hint("For a choice: a line each."))
        } @else {
            p.u-row { (badge(kind(it.kind))) code { (it.name) } @if it.used > 0 { span.u-quiet { "known of " (crate::parts::grouped(it.used)) } } }
            @if it.kind == Kind::Choice { (choices.hint("A line each. One that you take out stays where it was chosen.")) }
        }
    };
    let work = html! {
        (form_problems(problems))
        (form(at.frame, &url, &Problems::default(), if is_new { "Add" } else { "Keep" }, fields))
    };
    let shown = if is_new { "New attribute".to_owned() } else { it.label.clone() };
    at.page(&shown, title(it.about), html! {}, work)
}
