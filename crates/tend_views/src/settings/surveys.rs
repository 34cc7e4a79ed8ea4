use maud::{Markup, html};
use tend_core::surveys::limits::Limits;

use super::{Section, form};
use crate::{
    parts::{Element, Problems, field},
    urls,
};

/// How often a customer may be asked, over all surveys together.
pub fn surveys(at: &Section<'_>, it: &Limits, problems: &Problems) -> Markup {
    let number = |name: &str, label: &str, value: i64| {
        field(name, label).kind("number").attr("min", 0).value(value).problems(problems)
    };
    let fields = html! {
        (number("between_any", "Between any two surveys", it.between_any).suffix("days"))
        (number("between_same", "Between two of one kind", it.between_same).suffix("days"))
        (number("between_nps", "Between two Net Promoter Scores", it.between_nps).suffix("days"))
        (number("a_year", "Surveys in a year, at most", it.a_year))
    };
    let url = urls::settings_section("surveys");
    let work = form(at.frame, &url, problems, "Keep", fields);
    at.page("Surveys", "How often one customer may be asked, over all surveys and ways together. Who may not be asked is not asked later; each time it is written down with its rule.", html! {}, work)
}
