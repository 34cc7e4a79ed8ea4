use maud::{Markup, html};
use tend_core::book::{Meaning, Stage, StageTone};

use super::{Section, act};
use crate::{
    book::stage_badge,
    parts::{
        Element, Icon, Problems, button, csrf_field, empty, field, form_problems, hidden,
        icon_button, select,
    },
    urls,
};

/// The stages in their order, each with what it means; the fields `name`, `means`, `tone` and
/// `stuck_days`. Below them, after how many days a key person counts as silent.
pub fn stages(
    at: &Section<'_>,
    all: &[Stage],
    silent_days: i64,
    said: &str,
    problems: &Problems,
) -> Markup {
    let work = html! {
        (form_problems(problems))
        @if all.is_empty() { (empty("No stages yet", "A stage says where a customer stands in its life with you, from the first trial to the last day.").plain()) }
        @else { ol.settings-stages { @for (n, it) in all.iter().enumerate() { (stage(at, it, n, all.len())) } } }
        (add(at, said, problems))
        (silence(at, silent_days, problems))
    };
    let lead = "Where a customer stands in its life with you. What you call a stage is yours; what it means to sums and reports you say here.";
    at.page("Stages", lead, html! {}, work)
}

fn fields(of: Option<&Stage>, said: &str, problems: &Problems) -> Markup {
    let id = of.map_or("new".to_owned(), |it| it.id.to_string());
    let (means, tone) = of.map_or((Meaning::Customer, StageTone::Accent), |it| (it.means, it.tone));
    let days = of.and_then(|it| it.stuck_days).map(|it| it.to_string()).unwrap_or_default();
    let meanings = Meaning::ALL.iter().map(|it| (it.word(), it.label()));
    let tones = StageTone::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        (field("name", "Name").named_apart(format!("name-{id}")).value(of.map_or(said, |it| &it.name)).required().attr("maxlength", 40).problems(problems))
        (select("means", "It means", meanings, means.word()).named_apart(format!("means-{id}")).problems(problems))
        (select("tone", "Colour", tones, tone.word()).named_apart(format!("tone-{id}")).problems(problems))
        (field("stuck_days", "Stuck after").suffix("days").kind("number").attr("min", 1).attr("max", 3650).named_apart(format!("stuck-{id}")).value(days).problems(problems))
    }
}

fn stage(at: &Section<'_>, it: &Stage, n: usize, of: usize) -> Markup {
    let (frame, url) = (at.frame, urls::settings_item("stages", it.id));
    let fine = Problems::default();
    let step = |to: &'static str, icon, label: String, off| {
        html! {
            form method="post" action=(urls::stage_move(it.id)) {
                (csrf_field(&frame.csrf)) (hidden("to", to))
                (icon_button(icon, label).small().submits().disabled(off))
            }
        }
    };
    html! {
        li.settings-stage {
            div.settings-stagehead {
                (stage_badge(&it.name, it.tone)) span.u-quiet.u-small { (it.means.label()) @if let Some(days) = it.stuck_days { ", stuck after " (days) " days" } }
                span.u-push.u-row-tight {
                    (step("up", Icon::ArrowUp, format!("Move {} up", it.name), n == 0))
                    (step("down", Icon::ArrowDown, format!("Move {} down", it.name), n + 1 == of))
                    (act(frame, &format!("{url}/archive"), "Archive", "Archive this stage? It is offered no more. Accounts that stand in it stay there."))
                }
            }
            details.record-add {
                summary { "Change" }
                form.settings-stageform method="post" action=(url) {
                    (csrf_field(&frame.csrf)) (fields(Some(it), "", &fine)) (button("Keep").small().submits())
                }
            }
        }
    }
}

fn add(at: &Section<'_>, said: &str, problems: &Problems) -> Markup {
    html! {
        section.settings-group {
            div { h2 { "A new stage" } p { "An account that stands in a stage for longer than you say here asks its owner for a look." } }
            form.settings-stageform method="post" action=(urls::settings_section("stages")) {
                (csrf_field(&at.frame.csrf)) (fields(None, said, problems)) (button("Add").primary().submits())
            }
        }
    }
}

fn silence(at: &Section<'_>, days: i64, problems: &Problems) -> Markup {
    html! {
        section.settings-group {
            div { h2 { "Silence" } p { "When a champion, sponsor or other key person neither writes nor uses the product for so long, the owner of the account is told." } }
            form.settings-line method="post" action=(urls::silence()) {
                (csrf_field(&at.frame.csrf))
                (field("days", "Silent after").suffix("days").kind("number").attr("min", 1).attr("max", 3650).value(days).error(problems.of("silent_days")))
                (button("Keep").submits())
            }
        }
    }
}
