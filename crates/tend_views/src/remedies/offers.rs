use maud::{Markup, html};
use tend_core::{
    conversations::ConversationId,
    orders::OrderId,
    remedies::{
        Beside, Kind, ReasonId,
        above::{Above, PassedLimits},
        limits::{Room, Word},
        offered::{Offered, Offers},
    },
};

use super::choose;
use crate::{
    layout::{Frame, page},
    parts::{
        Button, Element, Problems, Tone, area, button, callout, csrf_field, field, form_problems,
        hidden, link_button, panel, select, submit,
    },
    urls,
};

/// What may be offered for an order and a reason.
#[derive(Clone, Debug)]
pub struct OffersPane {
    pub offers: Offers,
    pub reason: ReasonId,
    pub conversation: Option<ConversationId>,
    /// Makes a form that is sent twice one remedy.
    pub key: String,
    /// What the form said that could not be taken.
    pub said: Said,
    pub problems: Problems,
}

/// What a form of offers said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// It was that of “Something else”.
    pub is_own: bool,
    pub kind: String,
    pub amount: String,
    pub note: String,
    /// The limits above which somebody else has to approve it: shown before it is asked for.
    pub passed: PassedLimits,
    /// Says with the form that this was shown.
    pub seen: String,
}

/// The default as one click, the others behind it, and what is left of the limits.
pub fn offers_pane(frame: &Frame, it: &OffersPane) -> Markup {
    let offers = &it.offers;
    let default = offers.default().and_then(|at| offers.planned.get(at));
    html! {
        div.remedies-offers {
            (form_problems(&it.problems))
            @if offers.before.is_often() {
                (callout(Tone::Warn, html! { "They were given " (offers.home.exact(offers.before.given)) " in " (offers.before.count) " remedies within 12 months." }, None))
            }
            form.remedies-offer method="post" action=(urls::remedies()) hx-post=(urls::remedies()) hx-target="#remedies-offers" hx-swap="innerHTML" {
                (facts(frame, it))
                @match default {
                    Some(one) => { (offer(offers, one).primary().wide()) p.u-small.u-quiet { (means(one)) } }
                    None => { p { "Nothing of the plan can be given as it is." } }
                }
                (area("note", "Note for who approves or carries it out", if it.said.is_own { "" } else { &it.said.note }).rows(2).named_apart("remedy-note").any_direction())
                @for one in offers.planned.iter().filter(|one| default != Some(*one)) { (alternative(offers, one)) }
            }
            (something_else(frame, it))
            (left(offers))
        }
    }
}

fn facts(frame: &Frame, it: &OffersPane) -> Markup {
    html! {
        (csrf_field(&frame.csrf)) (hidden("order", it.offers.order.id)) (hidden("reason", it.reason)) (hidden("key", &it.key))
        @if let Some(id) = it.conversation { (hidden("conversation", id)) }
    }
}

fn offer(offers: &Offers, it: &Offered) -> Button {
    let amount = it.amount.unwrap_or(0);
    let label = match amount {
        0 => it.kind.label().to_owned(),
        _ => format!("{}, {}", it.kind.label(), offers.order.currency.exact(amount)),
    };
    submit(label).attr("name", "offer").attr("value", format!("{}:{amount}", it.kind))
}

/// What happens after the click.
fn means(it: &Offered) -> String {
    match (it.by_hand, it.kind) {
        _ if !it.passed.0.is_empty() => {
            format!("Somebody else has to approve it first. {}", it.passed.sentences().join(" "))
        }
        (_, Kind::GoodwillNote) => "It costs nothing.".to_owned(),
        (true, _) => "You get a task: the shop does not do it by itself.".to_owned(),
        _ => "The shop carries it out at once.".to_owned(),
    }
}

/// What is above limits, after a sentence that says so.
pub(super) fn above(lead: &str, passed: &PassedLimits) -> Markup {
    let says = html! {
        (lead)
        ul.remedies-left { @for one in passed.sentences() { li { (one) } } }
    };
    callout(Tone::Warn, says, None)
}

fn alternative(offers: &Offers, it: &Offered) -> Markup {
    html! {
        @match (&it.refused, it.amount) {
            (Some(why), _) => p.u-small.u-quiet { (it.kind.label()) ": " (why) }
            (None, Some(_)) => div.remedies-other { (offer_small(offers, it)) span.u-small.u-quiet { (means(it)) } }
            (None, None) => {}
        }
    }
}

fn offer_small(offers: &Offers, it: &Offered) -> Button {
    let amount = it.amount.unwrap_or(0);
    let label = match amount {
        0 => it.kind.label().to_owned(),
        _ => format!("{}, {}", it.kind.label(), offers.order.currency.exact(amount)),
    };
    button(label)
        .small()
        .submits()
        .attr("name", "offer")
        .attr("value", format!("{}:{amount}", it.kind))
}

/// Any kind, and how much.
fn something_else(frame: &Frame, it: &OffersPane) -> Markup {
    let offers = &it.offers;
    let open = offers.planned.iter().filter(|it| it.refused.is_none() && it.amount.is_none());
    let kinds = open
        .chain(&offers.others)
        .chain(offers.planned.iter().filter(|it| it.refused.is_none() && it.amount.is_some()));
    let kinds: Vec<_> = kinds.map(|it| (it.kind.word(), it.kind.label())).collect();
    let said = if it.said.is_own { it.said.clone() } else { Said::default() };
    let wrong = if it.said.is_own { it.problems.clone() } else { Problems::default() };
    let known = kinds.iter().find(|one| one.0 == said.kind);
    let chosen = known.or(kinds.first()).map_or("", |it| it.0);
    html! {
        @if !kinds.is_empty() {
            details.record-add open[offers.default().is_none() || said.is_own] {
                summary { "Something else" }
                form.remedies-offer method="post" action=(urls::remedies()) hx-post=(urls::remedies()) hx-target="#remedies-offers" hx-swap="innerHTML" {
                    (facts(frame, it))
                    (select("kind", "Remedy", kinds, chosen).named_apart("remedy-kind").problems(&wrong))
                    (field("amount", "How much").value(said.amount).suffix(offers.order.currency.to_string()).attr("inputmode", "decimal").autocomplete("off").named_apart("remedy-amount").problems(&wrong)
                        .hint("Left empty for a full refund, for shipping, for a note, and for all of the order sent again."))
                    (area("note", "Note", said.note).rows(2).named_apart("remedy-own-note").any_direction().problems(&wrong))
                    @if said.passed.0.is_empty() { (button("Ask for it").submits()) }
                    @else { (above("Somebody else has to approve this:", &said.passed)) (hidden("seen", &said.seen)) (button("Ask for approval").submits()) }
                }
            }
        }
    }
}

/// What is left of the limits, in words.
fn left(offers: &Offers) -> Markup {
    html! {
        ul.remedies-left.u-small.u-quiet {
            li { "Alone you give up to " (offers.home.exact(offers.alone)) " for an order, and in a day to a customer; more needs approval." }
            @for room in &offers.rooms { li { (room_words(offers, room)) } }
            li { (above_words(offers)) }
        }
    }
}

/// What becomes of more than these limits.
fn above_words(offers: &Offers) -> &'static str {
    let has_budget = offers.rooms.iter().any(|it| it.word == Word::CompanyMonth);
    match (offers.above, has_budget) {
        (Above::Refuse, _) => "Above a limit nobody gives anything.",
        (Above::Approve, false) => "Above a limit somebody else has to approve it.",
        (Above::Approve, true) => {
            "Above a limit somebody else has to approve it; above this month’s nobody gives anything."
        }
    }
}

fn room_words(offers: &Offers, it: &Room) -> String {
    let currency = if it.is_abroad { offers.order.currency } else { offers.home };
    let (left, limit) = (currency.exact(it.left()), currency.exact(it.limit));
    match it.word {
        Word::Remedy => format!("One remedy is at most {limit}."),
        Word::Order => format!("An order gets at most {limit}; {left} is left."),
        Word::OrderShare => format!("This order gets at most {limit}; {left} is left."),
        Word::CustomerYear => format!("Of a customer’s {limit} in 12 months, {left} is left."),
        Word::AgentDay => format!("Of your {limit} today, {left} is left."),
        Word::RoleDay => format!("Of your role’s {limit} today, {left} is left."),
        _ => format!("Of this month’s {limit}, {left} is left."),
    }
}

/// The same as a page of its own.
#[derive(Clone, Debug)]
pub struct NewRemedyPage {
    pub order: OrderId,
    pub number: String,
    pub beside: Beside,
    pub conversation: Option<ConversationId>,
    /// Once a reason was chosen.
    pub pane: Option<OffersPane>,
    /// Why nothing can be offered.
    pub refused: Option<String>,
}

pub fn new_remedy_page(frame: &Frame, it: &NewRemedyPage) -> Markup {
    let chosen = it.pane.as_ref().map(|it| it.reason.to_string());
    let orders = [(it.order, it.number.clone())];
    let back = link_button("The order", urls::order(it.order)).small();
    page(frame, format!("Make {} right", it.number)).bar(back).shows(html! {
        div.usage-page {
            (panel("What went wrong").holds(html! {
                (choose(&it.beside, &orders, it.conversation, chosen.as_deref()))
                div id="remedies-offers" aria-live="polite" {
                    @if let Some(why) = &it.refused { (callout(Tone::Warn, why.as_str(), None)) }
                    @if let Some(pane) = &it.pane { (offers_pane(frame, pane)) }
                }
            }))
        }
    })
}
