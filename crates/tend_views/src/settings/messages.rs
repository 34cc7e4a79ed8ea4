use maud::{Markup, html};
use tend_core::campaigns::limits::Limits;

use super::{Section, form};
use crate::{
    parts::{Problems, area, check, field},
    urls,
};

/// How much may reach customers, over all campaigns and surveys together.
pub fn messages(at: &Section<'_>, it: &Limits, problems: &Problems) -> Markup {
    let number = |name: &str, label: &str, value: i64| {
        field(name, label).kind("number").value(value).problems(problems)
    };
    let fields = html! {
        div.messages-pair {
            (number("quiet_from", "Quiet from", it.quiet_from).suffix("o’clock").hint("Where the customer is; where that is not known, where the company is."))
            (number("quiet_to", "until", it.quiet_to).suffix("o’clock"))
        }
        (check("quiet_sundays", "No marketing on Sundays").on(it.quiet_sundays))
        div.messages-pair {
            (number("marketing_day", "Marketing in 24 hours", it.marketing_day).hint("Surveys count too."))
            (number("marketing_week", "in seven days", it.marketing_week))
        }
        div.messages-pair {
            (number("service_day", "Service messages in 24 hours", it.service_day))
            (number("gap_hours", "Between any two", it.gap_hours).suffix("hours"))
        }
        (check("needs_consent", "Marketing only to those who agreed to it").on(it.needs_consent).hint("Without this, to all who did not decline it. Ask which law holds for you."))
        (number("holdout", "Get no marketing at all, %", it.holdout).hint("Always the same people: against them one sees what all of it together does."))
        (area("topics", "Topics, one a line", it.topics.join("\n")).rows(4).hint("Customers can decline each by itself.").problems(problems))
    };
    let url = urls::settings_section("messages");
    let work = form(at.frame, &url, problems, "Keep", fields);
    at.page("Messages", "What holds for every message that customers did not ask for. Transactional ones are exempt from hours and limits.", html! {}, work)
}
