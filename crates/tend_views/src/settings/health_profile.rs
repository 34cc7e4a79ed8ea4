use maud::{Markup, html};
use tend_core::{
    attributes::Definition,
    book::Stage,
    health::{Group, Kind, Missing, ProfileId, Tried, Unit},
};

use super::{Section, health_tried::tried};
use crate::{
    parts::{
        Element, Icon, Problems, button, check, csrf_field, field, form_problems, hidden, icon_s,
        link_button, select, submit,
    },
    urls,
};

/// One measure as somebody typed it.
#[derive(Clone, Debug)]
pub struct MeasureForm {
    pub kind: Kind,
    /// The attribute's name; empty for all others.
    pub attribute: String,
    pub group: Group,
    pub window: String,
    pub weight: String,
    pub worst: String,
    pub best: String,
    pub max_age: String,
    pub missing: Missing,
}

/// A profile as somebody typed it, and what there is to choose from.
#[derive(Clone, Debug)]
pub struct ProfileForm {
    /// Nothing for a new one.
    pub id: Option<ProfileId>,
    pub is_default: bool,
    pub version: i64,
    pub name: String,
    pub segment: String,
    pub chosen_stages: Vec<String>,
    pub measures: Vec<MeasureForm>,
    /// The account that it is tried on: a name or an id.
    pub account: String,
    pub tried: Option<Tried>,
    pub segments: Vec<(String, String)>,
    pub stages: Vec<Stage>,
    /// Attributes of accounts that are numbers.
    pub attributes: Vec<Definition>,
}

/// The form of a profile: its measures in rows, each removed and added by a button, tried before
/// it is kept. Everything is sent in parallel lists.
pub fn health_profile(at: &Section<'_>, it: &ProfileForm, problems: &Problems) -> Markup {
    let url = it.id.map_or_else(urls::new_health_profile, urls::health_profile);
    let title = if it.id.is_some() { it.name.as_str() } else { "New profile" };
    let work = html! {
        p { a.link href=(urls::health_settings()) { (icon_s(Icon::ArrowLeft)) "Health" } }
        form.settings-profile method="post" action=(url) {
            (csrf_field(&at.frame.csrf)) (form_problems(problems))
            // Enter keeps, and presses no other button.
            button.u-hidden-visually type="submit" name="do" value="keep" tabindex="-1" { "Keep" }
            (whom(it, problems))
            (measures(it, problems))
            (add(it))
            section.settings-trial {
                h2 { "Try it" }
                p.u-quiet { "How the scores would lie, before anything is kept." }
                div.settings-line { (field("account", "On this account").value(&it.account).hint("Name or id; empty for none.").any_direction().problems(problems)) (submit("Try").attr("name", "do").attr("value", "try")) }
                @if let Some(found) = &it.tried { (tried(found)) }
            }
            div.settings-save { (submit("Keep").primary().attr("name", "do").attr("value", "keep")) (link_button("Cancel", urls::health_settings()).quiet()) }
        }
    };
    let lead = if it.id.is_some() {
        format!(
            "Version {}. Keeping a change makes the next one; what was written down by the old ones stays as it was.",
            it.version
        )
    } else {
        "For accounts that are to be judged by other measures or weights than the rest.".to_owned()
    };
    at.page(title, &lead, html! {}, work)
}

fn whom(it: &ProfileForm, problems: &Problems) -> Markup {
    let none = std::iter::once((String::new(), "Any account".to_owned()));
    let segments = none.chain(it.segments.iter().cloned());
    html! {
        section.settings-whom {
            (field("name", "Name").value(&it.name).required().attr("maxlength", 60).any_direction().problems(problems))
            @if it.is_default { p.u-quiet { "It is for everybody whom no other profile fits." } }
            @else {
                (select("segment", "For accounts in the segment", segments, &it.segment).problems(problems))
                fieldset.settings-stagesof { legend { "In the stages" } @for stage in &it.stages { (check("stages", &stage.name).value(stage.id).on(it.chosen_stages.contains(&stage.id.to_string()))) }
                    p.u-quiet.u-small { "None means every stage." } }
            }
        }
    }
}

fn measures(it: &ProfileForm, problems: &Problems) -> Markup {
    html! {
        section.settings-measures {
            h2 { "Measures" }
            p.u-quiet { "Between worst and best a measure counts from 0 to 1, linearly. A weight counts against the sum of all." }
            @if let Some(text) = problems.of("measures") { p.u-bad { (text) } }
            @for (n, one) in it.measures.iter().enumerate() { (measure(n, one, problems)) }
        }
    }
}

fn unit_text(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent => "%",
        Unit::Days => "days",
        Unit::Hours => "hours",
        Unit::Count | Unit::Number => "",
    }
}

fn measure(n: usize, it: &MeasureForm, problems: &Problems) -> Markup {
    let unit = unit_text(it.kind.unit());
    let number = |name: &'static str, label: &str, suffix: &str, value: &str| {
        let one = field(name, label)
            .kind("number")
            .attr("step", "any")
            .value(value)
            .named_apart(format!("{name}-{n}"));
        let one = if suffix.is_empty() { one } else { one.suffix(suffix) };
        one.error(problems.of(&format!("measures[{n}].{name}")))
    };
    let title = if it.kind == Kind::Attribute { &it.attribute } else { it.kind.label() };
    let groups = Group::ALL.iter().map(|it| (it.word(), it.label()));
    let missing = Missing::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        fieldset.settings-measure {
            legend { (title) }
            @if let Some(text) = problems.of(&format!("measures[{n}].kind")).or(problems.of(&format!("measures[{n}].attribute"))) { p.u-bad { (text) } }
            (hidden("kind", it.kind)) (hidden("attribute", &it.attribute))
            (number("weight", "Weight", "", &it.weight))
            (number("worst", "Worst", unit, &it.worst))
            (number("best", "Best", unit, &it.best))
            @if it.kind.window().is_some() { (number("window", "Looks back", "days", &it.window)) } @else { (hidden("window", "")) }
            (number("max_age", "Too old after", "days", &it.max_age))
            (select("missing", "If it is missing", missing, it.missing).named_apart(format!("missing-{n}")))
            @if it.kind == Kind::Attribute { (select("group", "Belongs to", groups, it.group).named_apart(format!("group-{n}"))) } @else { (hidden("group", it.group)) }
            (button("Remove").quiet().small().submits().attr("name", "do").attr("value", format!("remove:{n}")))
        }
    }
}

fn add(it: &ProfileForm) -> Markup {
    let is_new = |kind: &&Kind| {
        **kind != Kind::Attribute && it.measures.iter().all(|one| one.kind != **kind)
    };
    let kinds = Kind::ALL
        .iter()
        .filter(is_new)
        .map(|it| (it.word().to_owned(), format!("{}: {}", it.group().label(), it.label())));
    let unused = |of: &&Definition| it.measures.iter().all(|one| one.attribute != of.name);
    let attributes = it
        .attributes
        .iter()
        .filter(unused)
        .map(|it| (format!("attribute:{}", it.name), format!("Attribute: {}", it.label)));
    let all: Vec<(String, String)> = kinds.chain(attributes).collect();
    html! {
        @if !all.is_empty() {
            div.settings-line {
                (select("add", "Another measure", all, ""))
                (button("Add").submits().icon(Icon::Plus).attr("name", "do").attr("value", "add"))
            }
        }
    }
}
