use maud::{Markup, html};
use tend_core::{
    contacts::Contact,
    journal::{Change, Entry},
    orders::{Order, Whole},
    remedies::Beside,
};

use super::{outside, paid, standing, tracking, way};
use crate::{
    layout::{Frame, page},
    parts::{Element, Tone, button, callout, csrf_field, pairs, panel, table},
    recommend::suggestions_to_come,
    remedies::remedies_panel,
    urls,
};

/// An order with all that its page shows.
#[derive(Clone, Debug)]
pub struct OrderPage {
    pub whole: Whole,
    pub contact: Option<Contact>,
    /// What was done with it, oldest first.
    pub story: Vec<Entry>,
    /// Whether one may hand the customer a link to their orders.
    pub may_link: bool,
    /// The link that was made just now: it is shown once.
    pub link: Option<String>,
    /// What was made right with it, and what may be.
    pub remedies: Beside,
}

pub fn order_page(frame: &Frame, it: &OrderPage) -> Markup {
    let order = &it.whole.order;
    page(frame, format!("Order {}", order.number)).shows(html! {
        div.usage-page {
            header.usage-head { h1 dir="auto" { "Order " (order.number) " " (standing(order)) } }
            @if order.redacted_at.is_some() {
                (callout(Tone::Plain, html! { "The shop asked that it be forgotten whose order this was." }, None))
            }
            (link(frame, it))
            (about(frame, it))
            (lines(&it.whole))
            (shipments(frame, &it.whole))
            (money(frame, &it.whole))
            (remedies_panel(frame, &it.remedies, order.id, &order.number))
            @if let Some(contact) = &it.contact { (suggestions_to_come(&urls::with_query(&urls::contact_suggestions(contact.id), &[("order", &order.id.to_string())]))) }
            (story(frame, it))
        }
    })
}

/// The customer's own page, to be handed over.
fn link(frame: &Frame, it: &OrderPage) -> Markup {
    if let Some(link) = &it.link {
        let said = html! {
            "Whoever has this link sees all orders of this customer, for thirty days. It is shown once."
            p.u-row { code { (link) } (button("Copy").small().attr("data-copy", link)) }
        };
        return callout(Tone::Accent, said, None);
    }
    html! {
        @if it.may_link && it.whole.order.contact_id.is_some() {
            form method="post" action=(urls::order_link(it.whole.order.id)) {
                (csrf_field(&frame.csrf))
                (button("Make a link for the customer").small().submits())
            }
        }
    }
}

fn about(frame: &Frame, it: &OrderPage) -> Markup {
    let order = &it.whole.order;
    let customer = html! {
        @match &it.contact {
            Some(contact) => { a.link href=(urls::contact(contact.id)) dir="auto" { (contact.name) } }
            None if order.customer_name.is_empty() => { "not known" }
            None => { span dir="auto" { (order.customer_name) } }
        }
    };
    let mut rows = vec![
        ("Customer", customer),
        ("Placed", frame.now.full(order.placed_at)),
        ("Payment", html! { (paid(order.payment)) }),
        ("Shipping", html! { (order.fulfilment.label()) }),
        ("From", html! { span dir="auto" { (order.shop) } }),
        ("Changed there", frame.now.short(order.changed_at)),
    ];
    if let Some(at) = order.cancelled_at {
        rows.push(("Cancelled", frame.now.full(at)));
    }
    if let Some(at) = order.gone_at {
        rows.push(("Deleted at the shop", frame.now.full(at)));
    }
    if !order.url.is_empty() {
        rows.push(("What the customer sees", outside(&order.url, "Open")));
    }
    panel("At a glance").holds(pairs(&rows))
}

fn lines(it: &Whole) -> Markup {
    let order = &it.order;
    let money = |minor: i64| order.currency.exact(minor);
    let sum = |label: &str, minor: i64| html! { tr { th scope="row" { (label) } td {} td {} td.is-end data-label="Amount" { (money(minor)) } } };
    let rows = html! {
        @for line in &it.lines { tr {
            th scope="row" dir="auto" { (line.title) @if !line.sku.is_empty() { small.u-quiet { " " (line.sku) } } }
            td.is-end data-label="Pieces" { (line.quantity) }
            td.is-end data-label="Each" { (money(line.price)) }
            td.is-end data-label="Amount" { (money(line.price.saturating_mul(line.quantity))) }
        } }
        @if order.discount != 0 { (sum("Discount", -order.discount)) }
        @if order.shipping != 0 { (sum("Shipping", order.shipping)) }
        @if order.tax != 0 { (sum("Tax", order.tax)) }
        (sum("Total", order.total))
        @if order.refunded != 0 { (sum("Refunded", -order.refunded)) }
    };
    panel("What was ordered").holds(
        table("Lines").col("What").col_end("Pieces").col_end("Each").col_end("Amount").rows(rows),
    )
}

fn shipments(frame: &Frame, it: &Whole) -> Markup {
    let now = &frame.now;
    let rows = html! {
        @for one in &it.shipments { tr {
            th scope="row" { (tracking(one)) }
            td data-label="State" { (way(now, one)) }
            td data-label="Left" { @if let Some(at) = one.shipped_at { (now.short(at)) } @else { "–" } }
            td data-label="Came" { @if let Some(at) = one.delivered_at { (now.short(at)) } @else { "–" } }
        } }
    };
    html! {
        @if !it.shipments.is_empty() {
            (panel("Shipments").holds(table("Shipments").col("Tracking").col("State").col("Left").col("Came").rows(rows)))
        }
    }
}

fn money(frame: &Frame, it: &Whole) -> Markup {
    let (now, order): (_, &Order) = (&frame.now, &it.order);
    let rows = html! {
        @for one in &it.payments { tr {
            th scope="row" { "Payment" @if !one.method.is_empty() { small.u-quiet { " " (one.method) } } }
            td data-label="State" { (paid(one.state)) }
            td data-label="When" { @if let Some(at) = one.paid_at { (now.short(at)) } @else { "–" } }
            td.is-end data-label="Amount" { (order.currency.exact(one.amount)) }
        } }
        @for one in &it.refunds { tr {
            th scope="row" { "Refund" @if !one.reason.is_empty() { small.u-quiet dir="auto" { " " (one.reason) } } }
            td data-label="State" { "–" }
            td data-label="When" { @if let Some(at) = one.refunded_at { (now.short(at)) } @else { "–" } }
            td.is-end data-label="Amount" { (order.currency.exact(-one.amount)) }
        } }
    };
    html! {
        @if !it.payments.is_empty() || !it.refunds.is_empty() {
            (panel("Money").holds(table("Payments and refunds").col("What").col("State").col("When").col_end("Amount").rows(rows)))
        }
    }
}

fn story(frame: &Frame, it: &OrderPage) -> Markup {
    let moved = it.story.iter().filter_map(|entry| match entry.change() {
        Some(Change::OrderMoved(it)) => Some((entry.happened_at, it)),
        _ => None,
    });
    let rows = html! {
        @for (at, step) in moved { tr {
            th scope="row" { (word(&step.step)) }
            td data-label="What" { (step.detail) }
            td data-label="When" { (frame.now.full(at)) }
        } }
    };
    panel("History").holds(table("History").col("Step").col("What").col("When").rows(rows))
}

fn word(step: &str) -> &str {
    match step {
        "placed" => "Placed",
        "paid" => "Paid",
        "shipped" => "Shipped",
        "delivered" => "Delivered",
        "refunded" => "Refunded",
        "cancelled" => "Cancelled",
        "deleted" => "Deleted at the shop",
        "redacted" => "Made nobody’s",
        other => other,
    }
}
