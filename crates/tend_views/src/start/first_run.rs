use maud::{Markup, html};

use super::{Bare, halves};
use crate::{
    parts::{Element, Problems, csrf_field, field, form_problems, submit, zone_field},
    urls,
};

/// What the first person writes: the fields `company`, `time_zone`, `name`, `email`, `password`.
#[derive(Clone, Debug, Default)]
pub struct FirstRun {
    pub company: String,
    /// An IANA name; empty lets the browser propose its own.
    pub time_zone: String,
    pub name: String,
    pub email: String,
    pub problems: Problems,
    /// Where the data lies, for the foot of the page: `/var/lib/tend`.
    pub data: String,
    /// Strangers could be here first: asks for the `code` that Tend printed when it started.
    pub asks_code: bool,
}

/// The page that a new Tend opens with, once.
pub fn first_run(bare: &Bare, it: &FirstRun) -> Markup {
    let form = html! {
        form.start-in.start-wide method="post" action=(urls::first_run()) {
            (csrf_field(&bare.csrf))
            header { h1 { "Welcome to Tend" } p { "Your company and you, and the inbox is yours. Everything can be changed later." } }
            (form_problems(&it.problems))
            (field("company", "Company").value(&it.company).required().autocomplete("organization")
                .hint("Customers see it beside your name.").problems(&it.problems).flag("autofocus", true))
            (zone_field("time_zone", "Time zone", &it.time_zone).hint("For times on screens and for working hours.").problems(&it.problems))
            (field("name", "Your name").value(&it.name).required().autocomplete("name").problems(&it.problems))
            (field("email", "Your email").kind("email").value(&it.email).required().autocomplete("username")
                .hint("You sign in with it.").problems(&it.problems))
            (field("password", "Password").kind("password").required().autocomplete("new-password").attr("minlength", 10)
                .hint("At least 10 characters. A few words in a row are easy to remember.").problems(&it.problems))
            @if it.asks_code {
                (field("code", "Code").required().autocomplete("off").hint("Tend printed it where it was started.").problems(&it.problems))
            }
            (submit("Begin").large().wide())
        }
    };
    let foot = html! { p { "Kept in " code { (it.data) } " on this machine." } };
    halves(bare, "Welcome", form, foot, next_steps())
}

/// What comes after, in the order in which it comes.
fn next_steps() -> Markup {
    let steps = [
        ("You and your company", "On this page"),
        (
            "Where customers write",
            "Connect an address; mail stays where it is and Tend reads a copy",
        ),
        ("Your colleagues", "Invite them by mail; they choose their passwords themselves"),
        ("The first answer", "A customer writes, you answer, both see it at once"),
    ];
    html! {
        div.start-figure {
            h2 { "Four steps to the first answer" }
            ol.steps.steps-tall {
                @for (at, (name, text)) in steps.iter().enumerate() {
                    li.steps-item data-is=(if at == 0 { "now" } else { "next" }) { b { (name) } (text) }
                }
            }
        }
    }
}

impl FirstRun {
    pub fn sample() -> Self {
        Self { time_zone: "Europe/Berlin".into(), data: "/var/lib/tend".into(), ..Self::default() }
    }

    pub fn sample_wrong() -> Self {
        let problems = [
            ("email", "An address needs a name before the @."),
            ("password", "This one has 6 characters; 8 are needed."),
        ];
        Self {
            company: "Kestrel Climate".into(),
            name: "Maren Solberg".into(),
            email: "@kestrelclimate.example".into(),
            problems: problems.into_iter().collect(),
            ..Self::sample()
        }
    }
}
