use maud::{Markup, html};
use tend_core::agents::{Agent, AgentId, Team};

use super::{Section, act, end, form};
use crate::{
    parts::{Problems, button, check, csrf_field, empty, field, form_problems, table},
    urls,
};

/// A team in the list.
#[derive(Clone, Debug)]
pub struct TeamRow {
    pub team: Team,
    pub members: usize,
}

pub fn teams(at: &Section<'_>, all: &[TeamRow], problems: &Problems) -> Markup {
    let rows = html! {
        @for it in all {
            tr {
                th scope="row" { a href=(urls::settings_item("teams", it.team.id)) dir="auto" { (it.team.name) } }
                td.is-end data-label="Members" { (it.members) }
            }
        }
    };
    let work = html! {
        (form_problems(problems))
        form.settings-line method="post" action=(urls::settings_section("teams")) {
            (csrf_field(&at.frame.csrf))
            (field("name", "A new team").label_hidden().placeholder("A new team").required().problems(problems))
            (button("Add").primary().submits())
        }
        @if all.is_empty() { (empty("No teams yet", "A team shares inboxes, and conversations can be given to it.").plain()) }
        @else { (table("Teams").col("Team").col_end("Members").rows(rows)) }
    };
    at.page("Teams", "Who works together, and who sees which inbox.", html! {}, work)
}

/// One team; the fields `name` and `member` (several).
pub fn team(
    at: &Section<'_>,
    team: &Team,
    members: &[AgentId],
    everyone: &[Agent],
    problems: &Problems,
) -> Markup {
    let url = urls::settings_item("teams", team.id);
    let fields = html! {
        (field("name", "Name").value(&team.name).required().problems(problems))
        fieldset.field { legend.field-label { "Members" }
            div.settings-boxes { @for it in everyone { (check("member", &it.name).value(it.id).on(members.contains(&it.id))) } }
        }
    };
    let work = html! {
        (form(at.frame, &url, problems, "Keep", fields))
        (end(act(at.frame, &format!("{url}/archive"), "Archive this team", "Archive this team? What it has goes back to the queue.")))
    };
    at.page(&team.name, "", html! {}, work)
}
