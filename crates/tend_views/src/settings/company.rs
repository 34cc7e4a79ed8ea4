use maud::{Markup, html};

use tend_core::notifications::Shows;

use super::{Section, form};
use crate::{
    parts::{Problems, area, field, select, zone_field},
    urls,
};

/// The fields `company`, `time_zone`, `base_url`, `push_shows`, `holidays`.
#[derive(Clone, Debug, Default)]
pub struct Company {
    pub company: String,
    pub time_zone: String,
    pub base_url: String,
    /// The configuration says it, so it cannot be changed here.
    pub base_url_is_fixed: bool,
    /// How much notifications of browsers show: the word of a [`Shows`].
    pub push_shows: &'static str,
    /// A day a line.
    pub holidays: String,
    pub problems: Problems,
}

pub fn company(at: &Section<'_>, it: &Company) -> Markup {
    let url = urls::settings_section("company");
    let hint = if it.base_url_is_fixed {
        "The configuration file says it."
    } else {
        "Links in mails to your agents begin with it."
    };
    let fields = html! {
        (field("company", "Company").value(&it.company).required().problems(&it.problems))
        (zone_field("time_zone", "Time zone", &it.time_zone).problems(&it.problems))
        (field("base_url", "Address of this Tend").value(&it.base_url).kind("url").disabled(it.base_url_is_fixed)
            .hint(hint).problems(&it.problems))
        (select("push_shows", "Notifications in browsers show", Shows::ALL.map(|it| (it.word(), it.means())), it.push_shows)
            .hint("They stand on locked screens too. What is sent is encrypted for the browser alone."))
        (area("holidays", "Holidays", &it.holidays).rows(6).placeholder("2026-12-25 Christmas Day")
            .hint("A day a line. Due days that are counted in working days leave them out.").problems(&it.problems))
    };
    at.page(
        "Company",
        "What customers and agents read of you.",
        html! {},
        form(at.frame, &url, &it.problems, "Keep", fields),
    )
}
