use maud::{Markup, html};
use tend_core::health::{Model, Options, Profile};

use super::{Section, act};
use crate::{
    health::learned_from,
    parts::{
        Element, Icon, Problems, badge, button, counted, csrf_field, field, form_problems, hidden,
        icon_button, link_button, table,
    },
    urls,
};

/// What the page of health shows.
#[derive(Clone, Debug)]
pub struct HealthSettings {
    /// In the order in which they are asked; whom each is for, in words.
    pub profiles: Vec<(Profile, String)>,
    /// As they hold, or as somebody typed them.
    pub options: Options,
    /// What was learned, the newest first.
    pub models: Vec<Model>,
    /// It is being learned anew just now.
    pub is_learning: bool,
}

/// Profiles, what counts as leaving, and what was learned of it.
pub fn health(at: &Section<'_>, it: &HealthSettings, problems: &Problems) -> Markup {
    let work = html! {
        (form_problems(problems))
        (profiles(at, &it.profiles))
        (options(at, &it.options, problems))
        (learned(at, it))
    };
    let lead = "What Tend looks at in an account, how much it weighs, and what counts as leaving. Your weights make the rule score; once enough customers have left or stayed, a probability is learned from them.";
    let acts = link_button("New profile", urls::new_health_profile()).icon(Icon::Plus);
    at.page("Health", lead, acts, work)
}

fn profiles(at: &Section<'_>, all: &[(Profile, String)]) -> Markup {
    let own = all.iter().filter(|it| !it.0.is_default).count();
    html! {
        ol.settings-stages { @for (n, (it, whom)) in all.iter().enumerate() { (profile(at, it, whom, n, own)) } }
    }
}

fn profile(at: &Section<'_>, it: &Profile, whom: &str, n: usize, own: usize) -> Markup {
    let name = &it.document.name;
    let step = |to: &'static str, icon, label: String, off| {
        html! {
            form method="post" action=(urls::health_profile_move(it.id)) {
                (csrf_field(&at.frame.csrf)) (hidden("to", to))
                (icon_button(icon, label).small().submits().disabled(off))
            }
        }
    };
    html! {
        li.settings-stage {
            div.settings-stagehead {
                a.link.u-medium href=(urls::health_profile(it.id)) dir="auto" { (name) }
                span.u-quiet.u-small { (whom) ", " (counted(it.document.measures.len() as i64, "measure", "measures")) ", version " (it.version) @if let Some(by) = &it.made_by { " by " (by) } }
                @if it.is_default { span.u-push { (badge("Asked last")) } }
                @else {
                    span.u-push.u-row-tight {
                        (step("up", Icon::ArrowUp, format!("Ask {name} earlier"), n == 0))
                        (step("down", Icon::ArrowDown, format!("Ask {name} later"), n + 1 >= own))
                        (act(at.frame, &urls::health_profile_archive(it.id), "Archive", "Archive this profile? It is asked no more. What was written down by it stays."))
                    }
                }
            }
        }
    }
}

fn options(at: &Section<'_>, it: &Options, problems: &Problems) -> Markup {
    let number = |name: &str, label: &str, suffix: &str, low: i64, high: i64, value: i64| {
        field(name, label)
            .suffix(suffix)
            .kind("number")
            .attr("min", low)
            .attr("max", high)
            .value(value)
            .problems(problems)
    };
    html! {
        section.settings-group {
            div { h2 { "Leaving" } p { "An account left when its last subscription ended and none follows, or when it was put into a stage that means churned. What was foretold before keeps its own horizon." } }
            form.settings-form method="post" action=(urls::health_settings()) {
                (csrf_field(&at.frame.csrf))
                (number("horizon_days", "A probability looks ahead", "days", 30, 730, it.horizon_days))
                (number("drop_percent", "Losing so much revenue is leaving, too", "%", 10, 100, it.drop_percent).hint("100 is all of it."))
                (number("alerts_a_week", "Alerts for each owner", "a week", 1, 50, it.alerts_a_week))
                (number("hysteresis_percent", "An alert ends when the risk has fallen by", "%", 0, 90, it.hysteresis_percent))
                div { (button("Keep").submits()) }
            }
        }
    }
}

fn learned(at: &Section<'_>, it: &HealthSettings) -> Markup {
    html! {
        section.settings-group {
            div { h2 { "What was learned" } p { "Tend learns by itself whenever another month of outcomes is complete or the measures change." } }
            div.u-stack {
                @match it.models.iter().find(|it| it.current) {
                    None => p { "Nothing yet. It begins by itself with the first snapshots." },
                    Some(model) => (standing(model)),
                }
                form method="post" action=(urls::health_learn()) {
                    (csrf_field(&at.frame.csrf)) (button(if it.is_learning { "Learning" } else { "Learn now" }).submits().disabled(it.is_learning))
                }
                @if it.models.len() > 1 { (table("What was learned before").col("Day").col_end("Snapshots").col_end("Accounts that left").col("Step").tight().wide().rows(html! { @for model in &it.models { (row(at, model)) } })) }
            }
        }
    }
}

fn standing(it: &Model) -> Markup {
    html! {
        @if it.known { p { b { "It is known. " } "Learned from " (learned_from(it)) "." } }
        @else { p { b { "It is not known. " } (it.words) } p.u-quiet { "Known by now are " (learned_from(it)) "." } }
    }
}

fn row(at: &Section<'_>, it: &Model) -> Markup {
    html! {
        tr {
            th scope="row" { (at.frame.now.date(it.made_at)) }
            td.is-end { (it.row_count) }
            td.is-end { @match it.left_account_count { Some(n) => (n), None => "–" } }
            td { (step_text(&it.step)) @if !it.known { ", not known" } }
        }
    }
}

fn step_text(step: &str) -> &str {
    match step {
        "curve" => "A curve through the rule score",
        "line" => "Weights drawn towards yours",
        "trees" => "Small trees",
        "mean" => "Weights and trees together",
        _ => "The rule score alone",
    }
}
