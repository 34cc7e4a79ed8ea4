use maud::{Markup, html};
use tend_core::conversations::{Category, Status};

use super::{Section, act};
use crate::{
    parts::{
        Element, Problems, badge, button, csrf_field, field, form_problems, select, status_dot,
    },
    urls,
};

/// All statuses by what they mean; the fields `name` and `category`.
pub fn statuses(at: &Section<'_>, all: &[Status], said: &str, problems: &Problems) -> Markup {
    let work = html! {
        (add(at, said, problems))
        @for category in Category::ALL {
            (group(at, category, all))
        }
    };
    let lead = "What a status means to clocks, counts and reports is built in. What you call it, and how finely you tell them apart, is yours.";
    at.page("Statuses", lead, html! {}, work)
}

fn add(at: &Section<'_>, said: &str, problems: &Problems) -> Markup {
    let inside = Category::ALL.into_iter().filter(|it| *it != Category::Snoozed);
    let choices = inside.map(|it| (it.word(), it.label()));
    html! {
        form.settings-line method="post" action=(urls::settings_section("statuses")) {
            (csrf_field(&at.frame.csrf))
            (form_problems(problems))
            (field("name", "A new status").value(said).placeholder("At the workshop").required().attr("maxlength", 60).problems(problems))
            (select("category", "It means", choices, Category::WaitingThirdParty.word()).problems(problems))
            (button("Add").primary().submits())
        }
    }
}

fn group(at: &Section<'_>, category: Category, all: &[Status]) -> Markup {
    let frame = at.frame;
    html! {
        section.settings-group {
            div { h2 { (category.label()) } p { (means(category)) } }
            ul {
                @for it in all.iter().filter(|it| it.category == category) {
                    @let url = urls::settings_item("statuses", it.id);
                    li {
                        form.settings-rename method="post" action=(url) {
                            (csrf_field(&frame.csrf))
                            (status_dot(category.word(), &it.name))
                            (field("name", "Name").label_hidden().named_apart(format!("name-{}", it.id)).value(&it.name).required().attr("maxlength", 60))
                            (button("Rename").small().quiet().submits())
                        }
                        @if it.is_default { (badge("Built in")) }
                        @else { (act(frame, &format!("{url}/archive"), "Archive", "Archive this status? It is offered no more, and stays where it stands.")) }
                    }
                }
            }
        }
    }
}

fn means(it: Category) -> &'static str {
    match it {
        Category::New => "Nobody on our side has looked into it.",
        Category::Open => "It is our turn.",
        Category::WaitingCustomer => "It is the customer’s turn.",
        Category::WaitingThirdParty => "It is someone else’s turn.",
        Category::Snoozed => "Put away until a time, or until the customer writes.",
        Category::Resolved => "Done, as far as we know. A message brings it back.",
        Category::Closed => "Done, and it stays so.",
        Category::Spam => "Not worth an answer.",
    }
}
