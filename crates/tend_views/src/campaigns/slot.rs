//! What a campaign shows on the company's own pages: a frame with one message, or with nothing.

use maud::{DOCTYPE, Markup, html};
use tend_core::campaigns::slot::Offer;

use crate::{
    parts::{hidden, submit},
    urls,
};

/// The frame of one customer.
#[derive(Clone, Debug)]
pub struct SlotPage {
    pub assets: String,
    pub token: String,
    /// Nothing is to be shown now.
    pub offer: Option<Offer>,
}

/// A page without anything around it. A script says that it is seen, and that its link was
/// followed; the button that closes it is a plain form.
pub fn slot_page(it: &SlotPage) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Message" }
                link rel="stylesheet" href={ (it.assets) "/css/tend.css" };
                @if it.offer.is_some() { script src={ (it.assets) "/js/slot.js" } type="module" {} }
            }
            body { @if let Some(offer) = &it.offer { (message(&it.token, offer)) } }
        }
    }
}

fn message(token: &str, it: &Offer) -> Markup {
    html! {
        main.messages-slot data-slot=(urls::slot(token)) data-message=(it.which) {
            h1 dir="auto" { (it.title) }
            @for piece in it.text.split("\n\n") { p dir="auto" { (piece) } }
            div.u-row {
                @if !it.link.is_empty() { a.button.button-primary data-link="" href=(it.link) target="_blank" rel="noopener" { (it.label) } }
                form method="post" action=(urls::slot_act(token, "dismissed")) {
                    (hidden("message", it.which))
                    (hidden("from", "page"))
                    (submit("Close").quiet())
                }
            }
        }
    }
}
