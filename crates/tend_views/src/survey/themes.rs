use maud::{Markup, html};
use tend_core::{
    agents::Agent,
    surveys::themes::{Theme, WEEKS},
};

use crate::{
    layout::{Frame, page},
    parts::{area, csrf_field, empty, grouped, hidden, panel, select, submit, table},
    urls,
};

/// What low scores are about, week by week, and what was done about it.
#[derive(Clone, Debug)]
pub struct ThemesPage {
    pub themes: Vec<Theme>,
    /// Who may look after one.
    pub agents: Vec<Agent>,
    pub may: bool,
}

/// The table; each theme has a form of its own: `name`, `owner` and `done`.
pub fn themes_page(frame: &Frame, it: &ThemesPage) -> Markup {
    let rows = html! { @for (n, one) in it.themes.iter().enumerate() { (row(frame, it, n, one)) } };
    page(frame, "What low scores are about").shows(html! {
        div.usage-page {
            p.u-quiet { "In the last " (WEEKS) " weeks, by the reason that was written down when somebody followed one up." }
            @if it.themes.is_empty() { (empty("No low scores in this time", "Who follows one up writes down what it was about; here one sees what comes again.").plain()) }
            @else {
                (table("Themes").col("Theme").col_end("Low scores").col_end("By week, this one first").col_end("Settled").col_end("Second score less the first").col("Who looks after it, and what was done").rows(rows))
            }
        }
    })
}

fn row(frame: &Frame, page: &ThemesPage, n: usize, it: &Theme) -> Markup {
    let name = if it.name.is_empty() { "No reason written down" } else { &it.name };
    let weeks: Vec<String> = it.weeks.iter().map(|n| n.to_string()).collect();
    html! {
        tr {
            th scope="row" dir="auto" { (name) }
            td.is-end data-label="Low scores" { (grouped(it.count)) }
            td.is-end data-label="By week" { (weeks.join(" · ")) }
            td.is-end data-label="Settled" { (grouped(it.settled)) }
            td.is-end data-label="Second score less the first" { @match it.recovered { Some(by) => { (format!("{by:+.1}")) " " small.u-quiet { "of " (it.asked_again) } } None => { "–" } } }
            td data-label="Done" {
                (it.owner.as_deref().unwrap_or("Nobody"))
                @if let Some(at) = it.done_at { p.survey-said dir="auto" { (it.done) " " (frame.now.short(at)) } }
                @if page.may && !it.name.is_empty() { (form(frame, page, n, it)) }
            }
        }
    }
}

fn form(frame: &Frame, page: &ThemesPage, n: usize, it: &Theme) -> Markup {
    let nobody = std::iter::once((String::new(), "Nobody".to_owned()));
    let agents = nobody.chain(page.agents.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let chosen = it.owner_id.map(|it| it.to_string()).unwrap_or_default();
    html! {
        details {
            summary { "Change" }
            form.survey-more method="post" action=(urls::survey_themes()) {
                (csrf_field(&frame.csrf))
                (hidden("name", &it.name))
                (select("owner", "Who looks after it", agents, chosen).named_apart(format!("owner-{n}")))
                (area("done", "You said, we did", &it.done).rows(3).any_direction().named_apart(format!("done-{n}")))
                (submit("Keep it").small())
            }
        }
    }
}

/// Where the table stands, on the page of all surveys.
pub(super) fn themes_link() -> Markup {
    panel("What low scores are about").holds(html! {
        p { a.link href=(urls::survey_themes()) { "Week by week" } ": what comes again, who looks after it, and what was done about it." }
    })
}
