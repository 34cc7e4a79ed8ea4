//! Segments, and the editor of conditions over accounts; saved lists of the portfolio use it too.

use maud::{Markup, html};
use serde_json::Value;
use tend_core::{
    agents::{Agent, Team},
    attributes::{Definition, Kind},
    book::{Line, Meaning, PersonRole, Stage},
    tags::Tag,
};

use super::money::{money, stage_badge};
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Problems, button, choice_group, csrf_field, empty, field, form_problems,
        grouped, hidden, link_button, panel, radio, select, submit, table,
    },
    saved::{Vocabulary, conditions_of},
    urls,
};

/// What conditions over accounts may name.
#[derive(Clone, Debug, Default)]
pub struct OfferedAccounts {
    pub agents: Vec<Agent>,
    pub teams: Vec<Team>,
    pub stages: Vec<Stage>,
    pub tags: Vec<Tag>,
    /// Ids and names.
    pub segments: Vec<(String, String)>,
    pub definitions: Vec<Definition>,
    /// ISO 4217.
    pub currency: String,
}

impl OfferedAccounts {
    fn vocabulary(&self) -> Vocabulary<'_> {
        let fixed = [
            ("stage", "Stage".to_owned()),
            ("means", "Stage means".to_owned()),
            ("owner", "Owner".to_owned()),
            ("team", "Team of the owner".to_owned()),
            ("arr", format!("A year, {}", self.currency)),
            ("renewal", "Renews".to_owned()),
            ("open", "Open conversations".to_owned()),
            ("contacts", "People".to_owned()),
            ("trend", "Change of usage, %".to_owned()),
            ("usage", "Usage of".to_owned()),
            ("last_used", "Last used".to_owned()),
            ("last_touch", "Last message or note".to_owned()),
            ("created", "Made".to_owned()),
            ("in_stage", "Days in its stage".to_owned()),
            ("overdue", "Overdue tasks".to_owned()),
            ("leaving", "Probability of leaving, %".to_owned()),
            ("leaving_foretold", "Foretold probability of leaving, %".to_owned()),
            ("risk", format!("Money at risk, {}", self.currency)),
            ("rule_score", "Rule score".to_owned()),
            ("late_invoices", "Late invoices".to_owned()),
            ("products", "Products it pays for".to_owned()),
            ("role", "Has a key person".to_owned()),
            ("person_left", "A key person left".to_owned()),
            ("person_silent", "A key person is silent".to_owned()),
            ("has_parent", "Part of another".to_owned()),
            ("tag", "Tag".to_owned()),
            ("name", "Name".to_owned()),
            ("segment", "Segment".to_owned()),
        ];
        let own = self
            .definitions
            .iter()
            .map(|it| (format!("attribute:{}:{}", it.name, it.kind.word()), it.label.clone()));
        Vocabulary {
            url: urls::account_conditions(),
            legend: "Accounts where",
            nouns: ("account", "accounts"),
            fields: fixed.into_iter().map(|it| (it.0.to_owned(), it.1)).chain(own).collect(),
            choices: Box::new(|field| self.choices(field)),
        }
    }

    fn choices(&self, field: &str) -> Vec<(String, String)> {
        let own = |id: &str, label: &str| (id.to_owned(), label.to_owned());
        match field {
            "stage" => self.stages.iter().map(|it| own(&it.id.to_string(), &it.name)).collect(),
            "means" => Meaning::ALL.iter().map(|it| own(it.word(), it.label())).collect(),
            "role" => PersonRole::ALL.iter().map(|it| own(it.word(), it.label())).collect(),
            "tag" => self.tags.iter().map(|it| own(&it.id.to_string(), &it.name)).collect(),
            "segment" => self.segments.clone(),
            "owner" => [own("me", "Me"), own("nobody", "Nobody")]
                .into_iter()
                .chain(self.agents.iter().map(|it| own(&it.id.to_string(), &it.name)))
                .collect(),
            "team" => [own("mine", "My teams"), own("none", "No team")]
                .into_iter()
                .chain(self.teams.iter().map(|it| own(&it.id.to_string(), &it.name)))
                .collect(),
            other => self.values(other),
        }
    }

    fn values(&self, field: &str) -> Vec<(String, String)> {
        let named = |it: &&Definition| field == format!("attribute:{}:{}", it.name, it.kind.word());
        match self.definitions.iter().find(named) {
            Some(it) if it.kind == Kind::Choice => {
                it.choices().into_iter().map(|it| (it.clone(), it)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The conditions, as the answer to a button or a changed field.
pub fn account_conditions(it: &Value, found: Option<i64>, offered: &OfferedAccounts) -> Markup {
    conditions_of(it, found, &offered.vocabulary())
}

/// A segment in the list of them.
#[derive(Clone, Debug)]
pub struct SegmentLine {
    pub id: String,
    pub name: String,
    /// The condition in words.
    pub says: String,
    /// How many are in it now, counted to 10,000.
    pub count: i64,
}

/// All segments.
pub fn segments_page(frame: &Frame, them: &[SegmentLine], may: bool) -> Markup {
    let new = html! { @if may { (link_button("New segment", urls::new_segment()).primary().small().icon(Icon::Plus)) } };
    let rows = html! {
        @for it in them {
            tr {
                th scope="row" { a.link href=(urls::segment(&it.id)) dir="auto" { (it.name) } }
                td.book-says { (it.says) }
                td.is-end { a.figure-link href=(urls::with_query(&urls::portfolio(), &[("view", "all"), ("segment", &it.id)])) { (grouped(it.count)) @if it.count >= 10_000 { "+" } } }
            }
        }
    };
    page(frame, "Segments").bar(new).shows(html! {
        div.shell-page {
            @if them.is_empty() {
                (empty("No segments yet", "A segment is a name for accounts that you describe: those that pay much and use little, those whose champion left. Who is in it stays right by itself.")
                    .actions(html! { @if may { (link_button("New segment", urls::new_segment()).primary()) } }))
            } @else { (table("Segments").col("Name").col("Accounts where").col_end("Now").rows(rows)) }
        }
    })
}

/// A segment or a saved list while it is described.
#[derive(Clone, Debug)]
pub struct SegmentEditor {
    /// Nothing for a new one.
    pub id: Option<String>,
    pub name: String,
    /// JSON of the condition.
    pub condition: Value,
    /// How many fit now.
    pub found: Option<i64>,
    /// The first of them.
    pub members: Vec<Line>,
    pub may: bool,
    pub problems: Problems,
    /// Of a saved list: `mine`, `team`, `all`; its order; who has it.
    pub view: Option<(String, String, String)>,
    pub may_share: bool,
}

/// The page on which one is described, with who is in it.
pub fn segment_page(frame: &Frame, it: &SegmentEditor, offered: &OfferedAccounts) -> Markup {
    let (all, one) = match it.view {
        Some(_) => (urls::portfolio_views(), it.id.as_ref().map(urls::saved_portfolio)),
        None => (urls::segments(), it.id.as_ref().map(urls::segment)),
    };
    let what = if it.view.is_some() { "view" } else { "segment" };
    let title = match (&it.id, it.name.as_str()) {
        (Some(_), name) if !name.is_empty() => name.to_owned(),
        _ => format!("New {what}"),
    };
    let url = one.clone().unwrap_or(all);
    page(frame, title).shows(html! {
        form.shell-page.settings-form.saved method="post" action=(url) hx-put=[one.as_ref()] {
            (csrf_field(&frame.csrf))
            @if it.id.is_some() { (hidden("_method", "PUT")) }
            (form_problems(&it.problems))
            (field("name", "Name").value(&it.name).required().attr("maxlength", 60).any_direction().problems(&it.problems))
            @if let Some((whose, sort, audience)) = &it.view { (view_fields(it, whose, sort, audience, offered)) }
            (account_conditions(&it.condition, it.found, offered))
            @if it.may {
                div.settings-save {
                    (submit(format!("Keep the {what}")))
                    @if let Some(url) = &one { (button("Put it away").quiet().danger().deletes(url).confirm(format!("Put this {what} away? The accounts stay where they are."))) }
                }
            }
        }
        @if !it.members.is_empty() { div.shell-page { (members(it, &offered.currency)) } }
    })
}

fn view_fields(
    it: &SegmentEditor,
    whose: &str,
    sort: &str,
    audience: &str,
    offered: &OfferedAccounts,
) -> Markup {
    use tend_core::book::By;
    let owners =
        [("mine", "Of the one who looks"), ("team", "Of their teams"), ("all", "Of everybody")];
    let orders = By::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        (select("whose", "Whose accounts", owners, whose))
        (select("sort", "Order", orders, sort.trim_start_matches('-')))
        @if it.may_share {
            (choice_group("Who has it", None, html! {
                (radio("audience", "personal", "Only you").on(audience == "personal"))
                (radio("audience", "everyone", "Everyone").on(audience == "everyone"))
                @for team in &offered.teams { (radio("audience", team.id, html! { "The team " (team.name) }).on(audience == team.id.to_string())) }
            }))
        }
    }
}

fn members(it: &SegmentEditor, currency: &str) -> Markup {
    let all = match (&it.id, &it.view) {
        (Some(id), None) => {
            Some(urls::with_query(&urls::portfolio(), &[("view", "all"), ("segment", id)]))
        }
        _ => None,
    };
    let aside = html! { @if let Some(url) = all { a href=(url) { "All of them" } } };
    panel("Who is in it now").aside(aside).holds(html! {
        @for line in &it.members {
            a.record-line href=(urls::account(line.id)) {
                span.u-truncate dir="auto" { (line.name) }
                @if let Some((_, name, tone)) = &line.stage { (stage_badge(name, *tone)) }
                @if let Some(arr) = line.arr { (money(arr, currency)) }
            }
        }
    })
}
