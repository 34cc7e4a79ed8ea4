use maud::{Markup, html};
use serde_json::Value;

use super::form::Kind;
use crate::{
    inbox::Offered,
    layout::{Frame, page},
    parts::{
        Element, Icon, Problems, button, counted, csrf_field, empty, field, form_problems, hidden,
        icon_button, link_button, radio, select, submit, table,
    },
    urls,
};

/// A view while it is described. The form sends `name`, `sort`, `audience` (`personal`, `everyone` or a
/// team's id) and the conditions, which [`super::read_form`] reads.
#[derive(Clone, Debug)]
pub struct ViewEditor {
    /// Nothing for a new one.
    pub id: Option<String>,
    pub name: String,
    /// JSON of the condition.
    pub condition: Value,
    pub sort: String,
    pub audience: String,
    /// May share with a team or everyone.
    pub may_share: bool,
    /// How many conversations it shows now.
    pub found: Option<i64>,
    pub problems: Problems,
}

/// A view in the list of views.
#[derive(Clone, Debug)]
pub struct ViewLine {
    pub id: String,
    pub name: String,
    /// The condition in words.
    pub says: String,
    pub whose: String,
    pub may_change: bool,
}

/// All views that the agent has.
pub fn views_page(frame: &Frame, them: &[ViewLine]) -> Markup {
    let new = link_button("New view", urls::new_view()).primary().icon(Icon::Plus);
    let rows = html! {
        @for it in them {
            tr {
                th scope="row" { a.link href=(urls::view_list(&it.id)) dir="auto" { (it.name) } }
                td.u-ink-2 { (it.says) }
                td { (it.whose) }
                td.is-end { @if it.may_change { (link_button("Change", urls::view(&it.id)).small().quiet()) } }
            }
        }
    };
    page(frame, "Views").bar(new).shows(html! {
        div.shell-page {
            @if them.is_empty() {
                (empty("No views of your own yet", "A view is a list that you describe: a team’s urgent ones, everything that waits for a day. It stays right by itself.")
                    .actions(link_button("New view", urls::new_view()).primary()))
            } @else { (table("Views").col("Name").col("Shows").col("Whose").col_quiet("Change").rows(rows)) }
        }
    })
}

/// The page on which a view is described.
pub fn view_editor(frame: &Frame, it: &ViewEditor, offered: &Offered) -> Markup {
    let url = it.id.as_ref().map_or_else(urls::views, urls::view);
    let title = if it.id.is_some() { "Change a view" } else { "New view" };
    page(frame, title).shows(html! {
        form.shell-page.settings-form.saved method="post" action=(url) hx-put=[it.id.as_ref().map(|_| &url)] {
            (csrf_field(&frame.csrf))
            @if it.id.is_some() { (hidden("_method", "PUT")) }
            (form_problems(&it.problems))
            (field("name", "Name").value(&it.name).required().any_direction().problems(&it.problems))
            (conditions(&it.condition, it.found, offered))
            (select("sort", "Order", [("newest", "Newest first"), ("oldest", "Oldest first"), ("waiting", "Waiting longest"), ("priority", "Most urgent")], &it.sort))
            @if it.may_share { (audience(it, offered)) }
            div.settings-save {
                (submit("Keep the view"))
                @if let Some(id) = &it.id { (button("Put it away").quiet().danger().deletes(urls::view(id)).confirm("Put this view away? It goes for everyone who has it. Its conversations stay where they are.")) }
            }
        }
    })
}

fn audience(it: &ViewEditor, offered: &Offered) -> Markup {
    let choices = html! {
        (radio("audience", "personal", "Only you").on(it.audience == "personal"))
        (radio("audience", "everyone", "Everyone").on(it.audience == "everyone"))
        @for team in &offered.teams { (radio("audience", team.id, html! { "The team " (team.name) }).on(it.audience == team.id.to_string())) }
    };
    crate::parts::choice_group(
        "Who has it",
        Some("Each sees in it only what they may see."),
        choices,
    )
}

/// What can be chosen for a field: values, and what people read.
pub type Choices<'a> = Box<dyn Fn(&str) -> Vec<(String, String)> + 'a>;

/// What one can ask in conditions.
pub struct Vocabulary<'a> {
    /// Where the buttons of the conditions go.
    pub url: String,
    /// Above them.
    pub legend: &'static str,
    /// Of what they find: one, and several.
    pub nouns: (&'static str, &'static str),
    /// Words of fields with what people read.
    pub fields: Vec<(String, String)>,
    /// What can be chosen for a field.
    pub choices: Choices<'a>,
}

impl<'a> Vocabulary<'a> {
    /// Of conversations.
    fn of_conversations(offered: &'a Offered) -> Self {
        let own = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
        Self {
            url: urls::view_conditions(),
            legend: "Shows conversations where",
            nouns: ("conversation", "conversations"),
            fields: FIELDS.iter().map(own).collect(),
            choices: Box::new(|field| choices(field, offered)),
        }
    }

    /// The word of the field that a test asks about, if it is one of ours.
    fn field_of(&self, it: &Value) -> Option<String> {
        let word = it.get("field").and_then(Value::as_str).unwrap_or_default();
        let start = match word {
            "attribute" => format!("attribute:{}:", it.get("name")?.as_str()?),
            other => return self.fields.iter().find(|it| it.0 == other).map(|it| it.0.clone()),
        };
        self.fields.iter().find(|it| it.0.starts_with(&start)).map(|it| it.0.clone())
    }
}

/// The conditions, and as the answer to a button or a changed field.
pub fn conditions(condition: &Value, found: Option<i64>, offered: &Offered) -> Markup {
    conditions_of(condition, found, &Vocabulary::of_conversations(offered))
}

/// The same of whatever they ask about.
pub fn conditions_of(condition: &Value, found: Option<i64>, of: &Vocabulary<'_>) -> Markup {
    html! {
        fieldset.saved-conditions id="conditions" hx-post=(of.url) hx-trigger="change" hx-include="closest form" hx-target="this" hx-swap="outerMorph" {
            legend.field-label { (of.legend) }
            (node(condition, "", of))
            @if let Some(found) = found { p.field-hint role="status" { (counted(found, of.nouns.0, of.nouns.1)) @if found >= 10_000 { " or more" } " now" } }
        }
    }
}

fn node(it: &Value, path: &str, of: &Vocabulary<'_>) -> Markup {
    for kind in ["all", "any", "none"] {
        if let Some(list) = it.get(kind).and_then(Value::as_array) {
            return group(kind, list, path, of);
        }
    }
    match of.field_of(it) {
        Some(field) => test(it, &field, path, of),
        None => raw(it, path, of),
    }
}

/// What a button sends beside the form: its own name and value do not go along.
fn does_what(does: &str, path: &str) -> String {
    serde_json::json!({ "do": format!("{does}:{}", path.trim_start_matches('.')) }).to_string()
}

fn group(kind: &str, list: &[Value], path: &str, of: &Vocabulary<'_>) -> Markup {
    let kinds = [
        ("all", "all of these hold"),
        ("any", "one of these holds"),
        ("none", "none of these holds"),
    ];
    let act = |does: &str, label: &'static str, sign| {
        button(label)
            .small()
            .quiet()
            .icon(sign)
            .posts(&of.url)
            .attr("hx-include", "closest form")
            .target("#conditions")
            .swap("outerMorph")
            .attr("hx-vals", does_what(does, path))
    };
    html! {
        div.saved-group {
            div.saved-line {
                (select(&format!("c{path}.kind"), "How they go together", kinds, kind).label_hidden())
                @if !path.is_empty() { (away(path, of)) }
            }
            div.saved-children { @for (at, child) in list.iter().enumerate() { (node(child, &format!("{path}.{at}"), of)) } }
            div.saved-acts {
                (act("add", "Condition", Icon::Plus))
                @if path.matches('.').count() < 3 { (act("group", "Group", Icon::Layers)) }
            }
        }
    }
}

fn away(path: &str, of: &Vocabulary<'_>) -> Markup {
    html! {
        (icon_button(Icon::X, "Take it out").small().posts(&of.url).attr("hx-include", "closest form")
            .target("#conditions").swap("outerMorph").attr("hx-vals", does_what("remove", path)))
    }
}

const FIELDS: &[(&str, &str)] = &[
    ("active", "Still active"),
    ("category", "State"),
    ("status", "Status"),
    ("assignee", "Assigned to"),
    ("team", "Team"),
    ("inbox", "Inbox"),
    ("tag", "Tag"),
    ("priority", "Priority"),
    ("subject", "Subject"),
    ("waiting_since", "The customer waits since"),
    ("last_message", "Last message"),
    ("created", "Opened"),
    ("unread", "Unread by me"),
    ("followed", "Followed by me"),
    ("has_attachment", "Has files"),
];

fn test(it: &Value, field_name: &str, path: &str, of: &Vocabulary<'_>) -> Markup {
    let kind = Kind::of(field_name);
    let op = it.get("op").and_then(Value::as_str).unwrap_or_default();
    let mut ops = Kind::ops_of(field_name).to_vec();
    if field_name == "tag" {
        ops.push(("all_of", "is all of"));
    }
    let alone = ["is_set", "is_not_set", "past", "is_true", "is_not_true"].contains(&op);
    html! {
        div.saved-line {
            (hidden(&format!("c{path}.was"), field_name))
            (select(&format!("c{path}.field"), "What", of.fields.iter().map(|it| (&it.0, &it.1)), field_name).label_hidden())
            @if kind == Kind::Usage { (field(&format!("c{path}.name"), "Event").value(it.get("name").and_then(Value::as_str).unwrap_or_default()).placeholder("Report exported").label_hidden()) }
            @if ops.len() > 1 { (select(&format!("c{path}.op"), "How", ops, op).label_hidden()) } @else { (hidden(&format!("c{path}.op"), ops[0].0)) }
            @if !alone { (value(kind, field_name, it.get("value").unwrap_or(&Value::Null), path, of)) }
            (away(path, of))
        }
    }
}

fn number(name: &str, label: &str, is: Option<f64>, or: i64) -> Markup {
    let text = is.map_or(or.to_string(), |it| it.to_string());
    html! { (field(name, label).kind("number").attr("step", "any").value(text).label_hidden()) }
}

fn value(kind: Kind, field_name: &str, is: &Value, path: &str, of: &Vocabulary<'_>) -> Markup {
    let name = format!("c{path}.value");
    let inner = |part: &str| is.get(part).and_then(Value::as_f64);
    match kind {
        Kind::Yes => {
            html! { (select(&name, "Value", [("true", "yes"), ("false", "no")], is.as_bool().unwrap_or(true)).label_hidden()) }
        }
        Kind::Text => {
            html! { (field(&name, "Value").value(is.as_str().unwrap_or_default()).any_direction().label_hidden()) }
        }
        Kind::Number => number(&name, "Value", is.as_f64(), 1),
        Kind::Day => {
            html! { (field(&name, "Day").kind("date").value(is.as_str().unwrap_or_default()).label_hidden()) }
        }
        Kind::Ahead => html! { (number(&name, "Days", inner("days"), 60)) span { "days" } },
        Kind::Usage => html! {
            (number(&format!("c{path}.times"), "Times", inner("times"), 1)) span { "times in" }
            (number(&format!("c{path}.days"), "Days", inner("days"), 30)) span { "days" }
        },
        Kind::Time => length(is, &name, path),
        Kind::Among => among(is, &name, (of.choices)(field_name)),
    }
}

fn length(is: &Value, name: &str, path: &str) -> Markup {
    let (unit, n) = is
        .as_object()
        .and_then(|it| it.iter().next())
        .map_or(("hours", 4), |(unit, n)| (unit.as_str(), n.as_i64().unwrap_or(4)));
    html! {
        (field(name, "How long").kind("number").attr("min", 1).value(n).label_hidden())
        (select(&format!("c{path}.unit"), "Unit", [("minutes", "minutes"), ("hours", "hours"), ("days", "days")], unit).label_hidden())
    }
}

fn among(is: &Value, name: &str, choices: Vec<(String, String)>) -> Markup {
    let chosen: Vec<&str> =
        is.as_array().map(|it| it.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    html! { div.saved-choices role="group" aria-label="Values" {
        @for (id, label) in choices {
            label.saved-choice { input.field-box type="checkbox" name=(name) value=(id) checked[chosen.contains(&id.as_str())]; span { (label) } }
        }
    } }
}

fn choices(field: &str, offered: &Offered) -> Vec<(String, String)> {
    use tend_core::conversations::{Category, Priority};
    let own = |id: &str, label: &str| (id.to_owned(), label.to_owned());
    match field {
        "assignee" => [own("me", "Me"), own("nobody", "Nobody")]
            .into_iter()
            .chain(offered.agents.iter().map(|it| own(&it.id.to_string(), &it.name)))
            .collect(),
        "team" => [own("mine", "My teams"), own("none", "No team")]
            .into_iter()
            .chain(offered.teams.iter().map(|it| own(&it.id.to_string(), &it.name)))
            .collect(),
        "inbox" => offered.inboxes.iter().map(|it| own(&it.id.to_string(), &it.name)).collect(),
        "tag" => offered.tags.iter().map(|it| own(&it.id.to_string(), &it.name)).collect(),
        "status" => offered.statuses.iter().map(|it| own(&it.id.to_string(), &it.name)).collect(),
        "category" => Category::ALL.iter().map(|it| own(it.word(), it.label())).collect(),
        "priority" => Priority::ALL.iter().rev().map(|it| own(it.word(), priority(*it))).collect(),
        _ => Vec::new(),
    }
}

fn priority(it: tend_core::conversations::Priority) -> &'static str {
    use tend_core::conversations::Priority;
    match it {
        Priority::Low => "Low",
        Priority::Normal => "Normal",
        Priority::High => "High",
        Priority::Urgent => "Urgent",
    }
}

/// What was made by the API and has no field here is kept as it is.
fn raw(it: &Value, path: &str, of: &Vocabulary<'_>) -> Markup {
    html! { div.saved-line { (hidden(&format!("c{path}.raw"), it)) code.u-truncate { (it) } (away(path, of)) } }
}
