//! To whom it goes, and from where.

use maud::{Markup, html};

use super::{Composer, Kind};
use crate::{
    inbox::Offered,
    parts::{Element, Icon, field, icon_s, select},
    urls,
};

/// One line that says it, and the fields behind it. They stand open where someone must be named.
pub fn people(it: &Composer, offered: &Offered) -> Markup {
    let all = &it.recipients;
    let must_open = all.to.is_empty()
        || !it.problems.is_empty()
        || matches!(it.kind, Kind::Forward | Kind::New);
    html! {
        details.composer-people.is-plain[must_open] open[must_open] {
            summary {
                span.u-truncate dir="auto" {
                    "To " (names(&all.to))
                    @if !all.cc.is_empty() { ", cc " (names(&all.cc)) }
                    @if !all.bcc.is_empty() { ", bcc " (names(&all.bcc)) }
                }
                (icon_s(Icon::ChevronDown))
            }
            div.composer-fields {
                (line("to", "To", &all.to, it))
                (line("cc", "Cc", &all.cc, it))
                (line("bcc", "Bcc", &all.bcc, it))
                @if matches!(it.kind, Kind::Forward | Kind::New) {
                    div.composer-line {
                        (field("subject", "Subject").value(&it.subject).any_direction().named_apart("composer-subject").attr("maxlength", 500).problems(&it.problems))
                    }
                }
                @if offered.inboxes.len() > 1 {
                    @let choices = offered.inboxes.iter().map(|it| (it.id.to_string(), format!("{} <{}>", it.name, it.address)));
                    div.composer-line {
                        (select("inbox", "From", choices, it.inbox.map(|it| it.to_string()).unwrap_or_default()).named_apart("composer-inbox").problems(&it.problems))
                    }
                }
            }
        }
    }
}

fn names(them: &[String]) -> String {
    if them.is_empty() {
        return "nobody yet".to_owned();
    }
    them.join(", ")
}

/// Addresses, with commas between them. The `recipients` island makes chips of them.
fn line(name: &'static str, label: &'static str, them: &[String], it: &Composer) -> Markup {
    html! {
        div.composer-line data-recipients=(urls::suggest_recipients()) {
            (field(name, label).value(them.join(", ")).named_apart(format!("composer-{name}")).autocomplete("off").any_direction().problems(&it.problems))
        }
    }
}
