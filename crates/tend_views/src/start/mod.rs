//! Before the work: first run, sign in, forgotten password, invitation. Plain forms that need no JavaScript.

mod first_run;
mod passwords;
mod sign_in;

use maud::{Markup, Render, html};

pub use first_run::{FirstRun, first_run};
pub use passwords::{
    Forgotten, Invitation, Reset, forgotten, forgotten_sent, invitation, link_spent, reset,
};
pub use sign_in::{SignIn, sign_in};

use crate::{
    layout::{bare_page, brand},
    parts::{Sample, sample},
};

/// What a page needs to know while nobody is signed in.
#[derive(Clone, Debug)]
pub struct Bare {
    /// Where the assets are: `/assets/3f9a27c1`.
    pub assets: String,
    /// The token that the form carries against forged requests.
    pub csrf: String,
}

/// The two halves of such a page: the form, and a quiet figure beside it.
fn halves(
    bare: &Bare,
    title: &str,
    form: impl Render,
    foot: impl Render,
    figure: impl Render,
) -> Markup {
    bare_page(
        &bare.assets,
        title,
        html! {
            div.start {
                main.start-form {
                    (brand())
                    (form)
                    div.start-foot { (foot) }
                }
                aside.start-side aria-hidden="true" { (figure) }
            }
        },
    )
}

/// Three desks, one root: the mark, explained.
fn roots() -> Markup {
    html! {
        div.start-figure {
            svg.start-roots viewBox="0 0 440 330" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" {
                path.start-ground d="M20 300h400" stroke-width="1.5" {}
                path d="M220 300V96" {}
                path d="M220 300c0-92-38-142-134-162" {}
                path d="M220 300c0-92 38-142 134-162" {}
            }
            span.start-desk.start-desk-1 { b { "Support" } "I have a problem" }
            span.start-desk.start-desk-2 { b { "Service" } "I have something for you" }
            span.start-desk.start-desk-3 { b { "Success" } "Let’s be partners" }
            p.start-line { "One record of each customer. " span { "Everyone works on the same." } }
        }
    }
}

/// Every page of these, with what it looks like when something is wrong.
pub fn samples() -> Vec<Sample> {
    let bare = Bare { assets: "/assets/sample".into(), csrf: "sample".into() };
    vec![
        sample("first-run", first_run(&bare, &FirstRun::sample())),
        sample("first-run-wrong", first_run(&bare, &FirstRun::sample_wrong())),
        sample("sign-in", sign_in(&bare, &SignIn::sample())),
        sample("sign-in-wrong", sign_in(&bare, &SignIn::sample_wrong())),
        sample("forgotten", forgotten(&bare, &Forgotten::default())),
        sample("forgotten-sent", forgotten_sent(&bare, "maren@kestrelclimate.example")),
        sample("reset", reset(&bare, &Reset::sample())),
        sample("link-spent", link_spent(&bare)),
        sample("invitation", invitation(&bare, &Invitation::sample())),
    ]
}
