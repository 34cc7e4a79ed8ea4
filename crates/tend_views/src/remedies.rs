//! Remedies: beside a conversation, on an order, in a list, each by itself, and what they cost.

mod offers;
mod one;
mod report;
pub mod samples;

use maud::{Markup, html};
use tend_core::{
    conversations::ConversationId,
    orders::OrderId,
    page::Page,
    remedies::{Beside, Choosable, ORDERS, Remedy, State, sentence},
};

pub use offers::{NewRemedyPage, OffersPane, Said, new_remedy_page, offers_pane};
pub use one::{RemedyPage, remedy_live, remedy_page};
pub use report::{PERIODS, ReportPage, report_page};
pub use samples::samples;

use crate::{
    layout::{Frame, page},
    parts::{
        Badge, Element, Icon, Now, Tabs, Tone, badge, button, empty, hidden, icon_s, link_button,
        pager, panel, select, tab, table, tabs,
    },
    urls,
};

/// How far it is.
pub fn standing(it: State) -> Badge {
    badge(it.label()).tone(match it {
        State::Done => Tone::Good,
        State::Pending | State::Unknown => Tone::Warn,
        State::Failed => Tone::Bad,
        State::Approved | State::Executing => Tone::Accent,
        State::Declined | State::Expired | State::Cancelled => Tone::Plain,
    })
}

/// What it is and how much: `Partial refund, € 12.00`.
pub fn title(it: &Remedy) -> String {
    match it.amount {
        0 => it.kind.label().to_owned(),
        _ => format!("{}, {}", it.kind.label(), it.money()),
    }
}

/// On the record beside a conversation: what was made right, and the way to make something right.
pub fn remedies_record(
    frame: &Frame,
    it: &Beside,
    older: &str,
    conversation: Option<ConversationId>,
    all: &str,
) -> Markup {
    let name = |it: &Choosable| format!("{}, {}", it.number, it.currency.exact(it.total));
    let offered: Vec<_> = it.orders.iter().map(|it| (it.id, name(it))).collect();
    html! {
        @if !it.newest.is_empty() || it.may_give && !offered.is_empty() {
            section.record-part {
                h3 { "Making it right" @if it.newest.len() > 2 { a href=(all) { "All" } } }
                @for one in it.newest.iter().take(3) { (beside(&frame.now, one)) }
                @if it.may_give && !offered.is_empty() {
                    details.record-add.remedies-begin {
                        summary { (icon_s(Icon::Plus)) "Make it right" }
                        (choose(it, &offered, conversation, None))
                        @if offered.len() >= ORDERS { p.u-small.u-quiet { a.link href=(older) { "Older orders" } } }
                        div id="remedies-offers" aria-live="polite" {}
                    }
                }
            }
        }
    }
}

fn beside(now: &Now, it: &Remedy) -> Markup {
    html! {
        a.record-line href=(urls::remedy(it.id)) {
            span.u-medium.u-truncate { (title(it)) } (standing(it.state)) (now.short(it.requested_at))
        }
        @if let Some(says) = sentence(it) {
            p { (button("Insert into the reply").small().quiet().attr("data-insert", &says).attr("data-script", "")) }
        }
        @if it.state == State::Failed { p.u-small.u-bad { (it.problem) } }
    }
}

/// Which order, and why; a change shows what fits.
fn choose(
    it: &Beside,
    orders: &[(OrderId, String)],
    conversation: Option<ConversationId>,
    chosen: Option<&str>,
) -> Markup {
    let url = urls::new_remedy();
    let reasons = std::iter::once((String::new(), "Choose a reason".to_owned()))
        .chain(it.reasons.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let first = orders.first().map(|it| it.0.to_string()).unwrap_or_default();
    html! {
        form.remedies-choose method="get" action=(url) hx-get=(url) hx-target="#remedies-offers" hx-swap="innerHTML" hx-trigger="change, submit" {
            @if let Some(id) = conversation { (hidden("conversation", id)) }
            (select("order", "Order", orders.iter().map(|it| (it.0.to_string(), it.1.clone())), first).named_apart("remedy-order"))
            (select("reason", "What went wrong", reasons, chosen.unwrap_or_default()).named_apart("remedy-reason"))
            (button("Show what fits").small().submits())
        }
    }
}

/// On the page of an order.
pub fn remedies_panel(frame: &Frame, it: &Beside, order: OrderId, number: &str) -> Markup {
    html! {
        @if !it.newest.is_empty() || it.may_give {
            (panel("Making it right").holds(html! {
                @if !it.newest.is_empty() { (rows(&frame.now, &it.newest)) }
                @if it.may_give {
                    (choose(it, &[(order, number.to_owned())], None, None))
                    div id="remedies-offers" aria-live="polite" {}
                }
            }))
        }
    }
}

fn rows(now: &Now, them: &[Remedy]) -> Markup {
    let rows = html! {
        @for it in them { tr {
            th scope="row" { a.link href=(urls::remedy(it.id)) { (it.kind.label()) } small.u-quiet dir="auto" { " " (it.reason) } }
            td data-label="For" { a.link href=(urls::order(it.order_id)) dir="auto" { (it.number) } " " span.u-quiet dir="auto" { (it.contact) } }
            td data-label="Asked for by" { span dir="auto" { (it.requester) } }
            td data-label="When" { (now.short(it.requested_at)) }
            td data-label="State" { (standing(it.state)) @if it.state == State::Pending { " " small.u-quiet { (it.passed_limits.short()) } } }
            td.is-end data-label="Amount" { @if it.amount > 0 { (it.money()) } @else { "–" } }
        } }
    };
    table("Remedies")
        .col("Remedy")
        .col("For")
        .col("Asked for by")
        .col("When")
        .col("State")
        .col_end("Amount")
        .rows(rows)
}

/// All remedies, or some.
#[derive(Clone, Debug)]
pub struct RemediesPage {
    pub remedies: Page<Remedy>,
    /// Only of this state.
    pub state: Option<State>,
    /// By what else the list is narrowed, in words.
    pub narrowed: Option<String>,
    /// The address with another state.
    pub url: String,
    pub first: Option<String>,
    pub next: Option<String>,
    pub may_manage: bool,
}

pub fn remedies_page(frame: &Frame, it: &RemediesPage) -> Markup {
    let shown = [
        State::Pending,
        State::Approved,
        State::Unknown,
        State::Done,
        State::Failed,
        State::Declined,
    ];
    let to = |word: &str| urls::with_query(&it.url, &[("state", word)]);
    let mut all = vec![tab("All", to(""), it.state.is_none())];
    all.extend(shown.map(|one| tab(one.label(), to(one.word()), it.state == Some(one))));
    let bar = html! {
        (link_button("What they cost", urls::remedies_report()).quiet().small())
        @if it.may_manage { (link_button("Rules", urls::settings_section("remedies")).quiet().small()) }
    };
    page(frame, "Remedies").bar(bar).shows(html! {
        div.usage-page {
            (tabs(Tabs::Segment, "State", &all))
            @if let Some(words) = &it.narrowed { p.u-quiet.remedies-narrowed { (words) " " a.link href=(urls::remedies()) { "Show all" } } }
            @if it.remedies.items.is_empty() { (empty("No remedies", "Beside a conversation with a customer who ordered, and on the page of each order, you make it right.").plain()) }
            @else { (rows(&frame.now, &it.remedies.items)) }
            @if it.first.is_some() || it.next.is_some() { (pager(it.first.clone(), it.next.clone())) }
        }
    })
}
