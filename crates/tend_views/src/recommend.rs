//! What customers are likely to want next: beside a conversation, on an account, and the page on
//! which it proves itself.

mod product;
mod proof;
pub mod samples;

use maud::{Markup, html};
use tend_core::{
    accounts::AccountId,
    contacts::ContactId,
    recommend::{Offer, Place, Standing, Suggested, Suggestion},
};

pub use product::{ProductPage, product_page};
pub use proof::{RecommendPage, recommend_page};
pub use samples::samples;

use crate::{
    layout::Frame,
    parts::{Element, badge, button, csrf_field, grouped, hidden, panel, submit},
    urls,
};

/// What is suggested to somebody, where it is shown.
#[derive(Clone, Debug)]
pub struct SuggestionsPane {
    pub contact: ContactId,
    pub account: AccountId,
    pub place: Place,
    pub suggested: Suggested,
    /// Whether one may make opportunities.
    pub may_sell: bool,
}

/// Where suggestions will stand: they are fetched after the page is there, so that it does not
/// wait for them.
pub fn suggestions_to_come(url: &str) -> Markup {
    html! { div hx-get=(url) hx-trigger="load" hx-target="this" hx-swap="outerHTML" {} }
}

/// Suggestions as a part of the record or of a page.
pub fn suggestions(frame: &Frame, it: &SuggestionsPane) -> Markup {
    let why = html! { a href=(urls::recommendations()) { "Why these" } };
    match it.place {
        Place::Conversation => html! {
            section.record-part.recommend { h3 { "Suggested" (why) } (list(frame, it)) }
        },
        Place::Account | Place::Message => {
            html! { div.recommend { (panel("Suggested").aside(why).holds(list(frame, it))) } }
        }
    }
}

fn list(frame: &Frame, it: &SuggestionsPane) -> Markup {
    let shown = &it.suggested;
    html! {
        @if let Some(why) = &shown.withheld { p.u-quiet.u-small { (why) } }
        @else if shown.items.is_empty() { p.u-quiet.u-small { "Nothing fits the rules of the house." } }
        @else if shown.version.standing == Standing::Aside { p.u-quiet.u-small { "What most customers buy: nothing surely foretells better yet." } }
        @for one in &shown.items { (item(frame, it, one)) }
    }
}

fn item(frame: &Frame, pane: &SuggestionsPane, it: &Suggestion) -> Markup {
    let offer = &it.offer;
    html! {
        div.recommend-item {
            @if !offer.picture_url.is_empty() { img.recommend-picture src=(urls::product_picture(offer.id)) alt="" loading="lazy" width="40" height="40"; }
            div.recommend-says {
                @if offer.url.is_empty() { span.u-medium dir="auto" { (offer.name) } }
                @else { a.link.u-medium href=(offer.url) target="_blank" rel="noopener noreferrer" dir="auto" { (offer.name) } }
                p.u-quiet.u-small { (reason(it)) }
                div.recommend-acts { (acts(frame, pane, it)) }
            }
        }
    }
}

/// "Bought with …, 41 customers".
fn reason(it: &Suggestion) -> Markup {
    html! {
        @match &it.reason {
            Some(why) => {
                "Bought with " span dir="auto" { (why.name) } ", " (grouped(why.customers))
                @if why.customers == 1 { " customer" } @else { " customers" }
            }
            None => { "Many customers buy it" }
        }
    }
}

fn acts(frame: &Frame, pane: &SuggestionsPane, it: &Suggestion) -> Markup {
    let (contact, product) = (pane.contact, it.offer.id);
    html! {
        @if pane.place == Place::Conversation {
            (button("Insert").small().attr("data-put-in", put_in(&it.offer).into_string())
                .attr("data-put-told", urls::suggestion_inserted(contact, product)))
        }
        @if it.is_open { (badge("Opportunity is open")) }
        @else if pane.may_sell {
            @let url = urls::suggestion_opportunity(contact, product);
            form method="post" action=(url) hx-post=(url) hx-target="closest .recommend" hx-swap="outerHTML" {
                (csrf_field(&frame.csrf)) (hidden("place", pane.place.word())) (hidden("account", pane.account))
                (submit("Make it an opportunity").quiet().small())
            }
        }
    }
}

/// Name, link and picture, as they stand in an answer.
fn put_in(it: &Offer) -> Markup {
    html! {
        @if !it.picture_url.is_empty() { p { img src=(it.picture_url) alt=(it.name); } }
        p { @if it.url.is_empty() { (it.name) } @else { a href=(it.url) { (it.name) } } }
    }
}
