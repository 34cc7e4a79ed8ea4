//! What a customer wants to hear of: a page for one who is not signed in, and that looking at does
//! nothing.

use maud::{Markup, html};
use tend_core::campaigns::unsubscribe::Preferences;

use crate::{
    layout::bare_page,
    parts::{Tone, callout, check, hidden, submit},
    urls,
};

/// The page behind the link at the end of a message.
#[derive(Clone, Debug)]
pub struct ChoicesPage {
    pub assets: String,
    pub company: String,
    pub token: String,
    /// What the link declines, for people.
    pub topic: String,
    pub chosen: Preferences,
    /// The link came in a message that was sent to try it.
    pub is_trial: bool,
    /// What was just done.
    pub done: Option<&'static str>,
}

/// Shows what is chosen; nothing changes before a button is pressed.
pub fn choices_page(it: &ChoicesPage) -> Markup {
    around(
        &it.assets,
        "What we write to you",
        html! {
            p.u-medium { (it.company) }
            h1 { "What we write to you" }
            @if it.is_trial { (callout(Tone::Plain, "This is the page behind a test message. Customers see the same; nothing that is chosen here is kept.", None)) }
            @if let Some(done) = it.done { (callout(Tone::Good, done, None)) }
            form.start-part method="post" action=(urls::choices(&it.token)) {
                p { "You got this link in a message of ours." }
                (hidden("from", "page"))
                (submit(format!("Unsubscribe from: {}", it.topic.to_lowercase())).primary().wide())
            }
            form.start-part method="post" action=(urls::choices_kept(&it.token)) {
                fieldset.choice-group {
                    legend { "Or choose" }
                    @for one in &it.chosen.topics { (check("topic", &one.name).value(&one.topic).on(one.is_on)) }
                    (check("off", "Nothing at all, but for what I wait for").on(it.chosen.is_off))
                }
                (submit("Keep my choice").wide())
            }
        },
    )
}

/// A link that is none of ours.
pub fn choices_gone(assets: &str) -> Markup {
    around(
        assets,
        "This link is not ours",
        html! {
            h1 { "This link does not work" }
            p { "It is not one of ours, or a part of it was lost. Nothing was changed. Use the link in the message once more, or answer the message." }
        },
    )
}

/// A plain page in the middle of the window.
pub(crate) fn around(assets: &str, title: &str, work: Markup) -> Markup {
    bare_page(assets, title, html! { main.messages-alone { div.messages-sheet { (work) } } })
}
