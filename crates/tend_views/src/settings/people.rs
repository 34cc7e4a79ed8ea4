use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::agents::{AgentId, Listed, Role, RoleId, Standing, Team, TeamId};

use super::{Section, act, end, form};
use crate::{
    parts::{
        Problems, Tone, agent_avatar, badge, check, field, form_problems, link_button, select,
        table,
    },
    urls,
};

/// An agent as the page shows them.
#[derive(Clone, Debug)]
pub struct Person {
    pub listed: Listed,
    pub teams: Vec<TeamId>,
}

pub fn agents(at: &Section<'_>, all: &[Person], teams: &[Team]) -> Markup {
    let now = at.frame.now.at;
    let rows = html! {
        @for it in all {
            @let agent = &it.listed;
            tr {
                th scope="row" {
                    span.u-row {
                        (agent_avatar(&agent.name, agent.picture_file_id.map(urls::picture).as_deref()).s())
                        a href=(urls::settings_item("agents", agent.id)) dir="auto" { (agent.name) }
                    }
                }
                td { (agent.email) }
                td { (agent.role) }
                td { (names(&it.teams, teams)) }
                td data-label="Seen" { (standing(at, agent, now)) }
            }
        }
    };
    let acts = link_button("Invite someone", urls::settings_item("agents", "new")).primary();
    let list =
        table("Agents").col("Name").col("Email").col("Role").col("Teams").col("Seen").rows(rows);
    at.page("Agents", "Everyone on your side.", acts, list)
}

fn names(of: &[TeamId], teams: &[Team]) -> String {
    let them = teams.iter().filter(|it| of.contains(&it.id)).map(|it| it.name.as_str());
    them.collect::<Vec<_>>().join(", ")
}

fn standing(at: &Section<'_>, it: &Listed, now: Timestamp) -> Markup {
    match (it.standing(now), it.seen_at) {
        (Standing::Left, _) => html! { (badge("Left")) },
        (Standing::Invited, _) => html! { (badge("Invited").tone(Tone::Accent)) },
        (Standing::Expired, _) => html! { (badge("Invitation is over").tone(Tone::Warn)) },
        (Standing::Present, Some(seen)) => html! { (at.frame.now.short(seen)) },
        (Standing::Present, None) => html! { "Never" },
    }
}

/// The form of an invitation: the fields `name`, `email`, `role`, `team` (several).
pub fn invite(
    at: &Section<'_>,
    roles: &[Role],
    teams: &[Team],
    form_said: (&str, &str, Option<RoleId>),
    problems: &Problems,
) -> Markup {
    let (name, email, role) = form_said;
    let usual = roles.iter().find(|it| it.builtin.as_deref() == Some("agent")).map(|it| it.id);
    let chosen = role.or(usual).map(|it| it.to_string()).unwrap_or_default();
    let fields = html! {
        (field("name", "Name").value(name).required().problems(problems))
        (field("email", "Email").kind("email").value(email).required().problems(problems))
        (select("role", "Role", roles.iter().map(|it| (it.id, it.name.clone())), chosen).problems(problems))
        @if !teams.is_empty() {
            fieldset.field { legend.field-label { "Teams" } div.settings-boxes { @for it in teams { (check("team", &it.name).value(it.id)) } } }
        }
    };
    let url = urls::settings_section("agents");
    let lead =
        "They get a link by mail, good for seven days, and choose their password themselves.";
    at.page(
        "Invite someone",
        lead,
        html! {},
        form(at.frame, &url, problems, "Send the invitation", fields),
    )
}

/// One agent: role, teams, and letting them leave.
pub fn agent(
    at: &Section<'_>,
    it: &Person,
    roles: &[Role],
    teams: &[Team],
    is_me: bool,
    problems: &Problems,
) -> Markup {
    let (agent, now) = (&it.listed, at.frame.now.at);
    let id: AgentId = agent.id;
    let url = urls::settings_item("agents", id);
    let left = agent.standing(now) == Standing::Left;
    let fields = html! {
        (select("role", "Role", roles.iter().map(|it| (it.id, it.name.clone())), agent.role_id)
            .disabled(is_me).problems(problems)
            .hint(if is_me { "Nobody changes their own role; another admin can." } else { "They are signed out when it changes." }))
        @if !teams.is_empty() {
            fieldset.field { legend.field-label { "Teams" }
                div.settings-boxes { @for team in teams { (check("team", &team.name).value(team.id).on(it.teams.contains(&team.id))) } }
            }
        }
    };
    let work = html! {
        div.settings-who {
            (agent_avatar(&agent.name, agent.picture_file_id.map(urls::picture).as_deref()).l())
            span { (agent.email) br; span.u-quiet { @if agent.standing(now) == Standing::Present { "Seen " } (standing(at, agent, now)) } }
        }
        @if left { p { "Whoever left comes back by a new invitation to the same address." } }
        @else { (form(at.frame, &url, problems, "Keep", fields)) }
        (form_problems(&Problems::default()))
        @if matches!(agent.standing(now), Standing::Invited | Standing::Expired) {
            (act(at.frame, &format!("{url}/invite"), "Send a new invitation", ""))
        }
        @if !left && !is_me {
            (end(act(at.frame, &format!("{url}/leave"), "Let them leave", "Let them leave? Their conversations go back to the queue.")))
        }
    };
    at.page(&agent.name, "", html! {}, work)
}
