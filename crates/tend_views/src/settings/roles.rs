use maud::{Markup, html};
use tend_core::agents::{Permission, Permissions, Reach, Role, RoleId};

use super::{Section, act, end, form};
use crate::{
    parts::{Problems, badge, check, field, form_problems, link_button, select, table},
    urls,
};

pub fn roles(at: &Section<'_>, all: &[Role], problems: &Problems) -> Markup {
    let rows = html! {
        @for it in all {
            tr {
                th scope="row" {
                    @if it.builtin.is_some() { (it.name) " " (badge("Built in")) }
                    @else { a href=(urls::settings_item("roles", it.id)) dir="auto" { (it.name) } }
                }
                td { (reach(it.reach)) }
                td.is-end data-label="Permissions" { (it.permissions.iter().count()) }
            }
        }
    };
    let new = link_button("New role", urls::settings_item("roles", "new")).primary();
    let work = html! {
        (form_problems(problems))
        (table("Roles").col("Role").col("Sees").col_end("Permissions").rows(rows))
    };
    at.page(
        "Roles",
        "What agents may do. Whoever makes a role cannot give more than they have.",
        new,
        work,
    )
}

fn reach(it: Reach) -> &'static str {
    match it {
        Reach::All => "Every conversation of their inboxes",
        Reach::Team => "Their own and their teams’",
        Reach::Own => "Only their own",
    }
}

/// The fields `name`, `reach`, `permission` (several).
#[derive(Clone, Debug)]
pub struct RoleForm {
    /// Nothing for a new one.
    pub id: Option<RoleId>,
    pub name: String,
    pub reach: Reach,
    pub chosen: Permissions,
    /// What the agent may give.
    pub offered: Permissions,
    pub problems: Problems,
}

pub fn role(at: &Section<'_>, it: &RoleForm) -> Markup {
    let url = match it.id {
        Some(id) => urls::settings_item("roles", id),
        None => urls::settings_section("roles"),
    };
    let reaches = Reach::EACH.map(|it| (it.word(), reach(it)));
    let fields = html! {
        (field("name", "Name").value(&it.name).required().problems(&it.problems))
        (select("reach", "Sees", reaches, it.reach.word()))
        fieldset.field { legend.field-label { "May" }
            div.settings-boxes {
                @for one in Permission::ALL.iter().copied() {
                    (check("permission", one.means()).value(one.word()).on(it.chosen.contains(one)).disabled(!it.offered.contains(one)))
                }
            }
        }
    };
    let work = html! {
        (form(at.frame, &url, &it.problems, if it.id.is_some() { "Keep" } else { "Make it" }, fields))
        @if it.id.is_some() { (end(act(at.frame, &format!("{url}/remove"), "Remove this role", "Remove this role? It can only go when nobody has it."))) }
    };
    at.page(if it.id.is_some() { &it.name } else { "New role" }, "", html! {}, work)
}
