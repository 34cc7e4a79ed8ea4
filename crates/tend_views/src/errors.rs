//! Pages for what could not be shown: what happened, what is safe, what to do, a reference.

use maud::{Markup, Render, html};

use crate::{
    layout::{Frame, bare_page, brand, page},
    parts::{Element, Sample, button, link_button, sample, trouble},
    urls,
};

/// Around whom the page is built.
#[derive(Clone, Copy, Debug)]
pub enum Around<'a> {
    Agent(&'a Frame),
    /// Nobody is signed in, or the frame itself could not be read: where the assets are.
    Nobody(&'a str),
}

/// What went wrong, as far as a person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 404: not there, or not for these eyes.
    NotFound,
    /// 403: the form was too old or came from elsewhere.
    Forbidden,
    /// 413: the file or the form is too big.
    TooBig,
    /// 429: too many tries.
    TooMany,
    /// 500.
    Broken,
    /// 503: too much is going on, or the database does not answer.
    Busy,
}

/// The page for a trouble. The reference is what the log calls it.
pub fn trouble_page(around: Around<'_>, what: Trouble, reference: Option<&str>) -> Markup {
    let (title, text) = words(what);
    let home = link_button("Go to the inbox", urls::home());
    let again = button("Try again").primary().key("r").attr("data-reload", "");
    let acts = match what {
        Trouble::NotFound => html! { (home.primary()) (link_button("Search", urls::search())) },
        _ => html! { (again) (home) },
    };
    within(around, title, trouble(title, text, acts, reference))
}

/// The page for a rule that said no: its sentence, and the way on.
pub fn refused_page(
    around: Around<'_>,
    title: &str,
    text: impl Render,
    reference: Option<&str>,
) -> Markup {
    let home = link_button("Go to the inbox", urls::home()).primary();
    within(around, title, trouble(title, text, home, reference))
}

fn within(around: Around<'_>, title: &str, said: Markup) -> Markup {
    let said = html! { div.start-empty { (said) } };
    match around {
        Around::Agent(frame) => page(frame, title).shows(said),
        Around::Nobody(assets) => {
            bare_page(assets, title, html! { main.start-alone { (brand()) (said) } })
        }
    }
}

fn words(what: Trouble) -> (&'static str, &'static str) {
    match what {
        Trouble::NotFound => (
            "There is nothing here",
            "The page was moved or put away, or it belongs to a team that you are not in. A colleague may see more.",
        ),
        Trouble::Forbidden => (
            "This form is no longer good",
            "It lay open too long, or you signed in anew meanwhile. Nothing was changed. Load the page again and send it once more.",
        ),
        Trouble::TooBig => (
            "That is too big",
            "The file or the text is larger than this Tend takes. Nothing was changed.",
        ),
        Trouble::TooMany => {
            ("Too many tries", "Wait a minute, then try again. Nothing was changed.")
        }
        Trouble::Broken => (
            "This page could not be made",
            "Something is wrong on our side, and it was written down. Every change that you saw confirmed is kept.",
        ),
        Trouble::Busy => (
            "Too much is going on",
            "The database did not answer in time. Every change that you saw confirmed is kept. It is usually over in a moment.",
        ),
    }
}

pub fn samples(frame: &Frame) -> Vec<Sample> {
    vec![
        sample("not-found", trouble_page(Around::Agent(frame), Trouble::NotFound, None)),
        sample("forbidden", trouble_page(Around::Agent(frame), Trouble::Forbidden, None)),
        sample(
            "not-for-you",
            refused_page(
                Around::Agent(frame),
                "This is not for your role",
                "It takes the permission to set inboxes up. An admin can give it to your role.",
                None,
            ),
        ),
        sample("broken", trouble_page(Around::Agent(frame), Trouble::Broken, Some("err_7k2m9qx4"))),
        sample(
            "busy",
            trouble_page(Around::Nobody("/assets/sample"), Trouble::Busy, Some("err_7k2m9qx5")),
        ),
    ]
}
