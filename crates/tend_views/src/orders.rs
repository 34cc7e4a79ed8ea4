//! Orders: beside a conversation, on the pages of customers, in a list, and each by itself.

mod import;
pub mod mine;
mod order;
pub mod samples;

use maud::{Markup, html};
use tend_core::{
    orders::{Fulfilment, Newest, Order, Payment, Shipment, Way, Whole},
    page::Page,
};

pub use import::{OrderFilePage, order_file_page, orders_import_page};
pub use order::{OrderPage, order_page};
pub use samples::samples;

use crate::{
    layout::{Frame, page},
    parts::{
        Badge, Icon, Now, Tone, badge, button, csrf_field, empty, grouped, icon_s, link_button,
        pager, panel, table,
    },
    urls,
};

/// Where an order stands, in one word.
pub fn standing(it: &Order) -> Badge {
    if it.gone_at.is_some() {
        return badge("Deleted at the shop");
    }
    if it.cancelled_at.is_some() {
        return badge("Cancelled").tone(Tone::Warn);
    }
    if it.payment == Payment::Refunded {
        return badge("Refunded").tone(Tone::Warn);
    }
    match it.fulfilment {
        _ if it.delivered_at.is_some() => badge("Delivered").tone(Tone::Good),
        Fulfilment::Fulfilled => badge("Shipped").tone(Tone::Accent),
        Fulfilment::Partial => badge("Partly shipped").tone(Tone::Accent),
        Fulfilment::Returned => badge("Taken back").tone(Tone::Warn),
        Fulfilment::Unfulfilled if it.payment.is_paid() => badge("Not shipped yet"),
        _ => paid(it.payment),
    }
}

/// Whether it is paid.
pub(crate) fn paid(it: Payment) -> Badge {
    badge(it.label()).tone(match it {
        Payment::Paid => Tone::Good,
        Payment::Failed => Tone::Bad,
        Payment::Pending | Payment::PartiallyPaid | Payment::PartiallyRefunded => Tone::Warn,
        Payment::Authorized | Payment::Refunded | Payment::Voided => Tone::Plain,
    })
}

/// Orders on the record beside a conversation: where each is, what is in it, whether it is paid.
pub fn orders_record(now: &Now, it: &Newest, all: &str) -> Markup {
    html! {
        @if !it.orders.is_empty() {
            section.record-part {
                h3 { "Orders" @if it.count > it.orders.len() as i64 { a href=(all) { "All " (grouped(it.count)) } } }
                @for (n, one) in it.orders.iter().enumerate() { (beside(now, one, n == 0)) }
            }
        }
    }
}

/// The newest with what is in it, the others in one line.
fn beside(now: &Now, it: &Whole, in_full: bool) -> Markup {
    let order = &it.order;
    html! {
        div.record-line {
            a.u-medium.u-truncate href=(urls::order(order.id)) dir="auto" { (order.number) }
            (standing(order)) (now.short(order.placed_at))
        }
        @if in_full {
            div.record-line { span.u-quiet { (order.payment.label()) } span { (order.currency.exact(order.total)) } }
            @for line in it.lines.iter().take(4) { div.record-line { span.u-quiet { (line.quantity) " ×" } span.u-truncate dir="auto" { (line.title) } } }
            @if it.lines.len() > 4 { p.u-quiet.u-small { "and " (it.lines.len() - 4) " more" } }
            @for one in it.shipments.iter().take(3) { div.record-line { span.u-quiet { (how_far(now, one)) } (tracking(one)) } }
        }
    }
}

/// The number by which the carrier knows a parcel, leading to where it is.
pub(crate) fn tracking(it: &Shipment) -> Markup {
    let text = match (it.carrier.is_empty(), it.tracking.is_empty()) {
        (false, false) => format!("{} {}", it.carrier, it.tracking),
        (true, false) => it.tracking.clone(),
        (false, true) => it.carrier.clone(),
        (true, true) if it.url.is_empty() => return html! { span.u-quiet { "no tracking number" } },
        (true, true) => "Track it".to_owned(),
    };
    match it.url.is_empty() {
        true => html! { span.u-truncate { (text) } },
        false => {
            html! { a.link.u-truncate href=(it.url) target="_blank" rel="noopener noreferrer" { (text) } }
        }
    }
}

/// Orders on the page of a contact or an account.
pub fn orders_panel(now: &Now, it: &Newest, all: &str) -> Markup {
    let aside = html! { @if it.count > it.orders.len() as i64 { a href=(all) { "All " (grouped(it.count)) } } };
    html! {
        @if !it.orders.is_empty() {
            (panel("Orders").aside(aside).holds(rows(now, "What", it.orders.iter().map(|it| (&it.order, said(it))))))
        }
    }
}

/// What was ordered, in one line.
fn said(it: &Whole) -> String {
    let one = |line: &tend_core::orders::Line| match line.quantity {
        1 => line.title.clone(),
        n => format!("{n} × {}", line.title),
    };
    let some: Vec<_> = it.lines.iter().take(3).map(one).collect();
    let more = if it.lines.len() > 3 { " …" } else { "" };
    format!("{}{more}", some.join(", "))
}

fn rows<'a>(now: &Now, second: &str, them: impl Iterator<Item = (&'a Order, String)>) -> Markup {
    let rows = html! {
        @for (it, said) in them {
            tr {
                th scope="row" { a.link href=(urls::order(it.id)) dir="auto" { (it.number) } }
                td data-label=(second) dir="auto" { (said) }
                td data-label="Placed" { (now.short(it.placed_at)) }
                td data-label="Delivery" { (standing(it)) }
                td data-label="Payment" { (paid(it.payment)) }
                td.is-end data-label="Total" { (it.currency.exact(it.total)) }
            }
        }
    };
    table("Orders")
        .col("Order")
        .col(second)
        .col("Placed")
        .col("Delivery")
        .col("Payment")
        .col_end("Total")
        .rows(rows)
}

/// All orders, or somebody's.
#[derive(Clone, Debug)]
pub struct OrdersPage {
    pub orders: Page<Order>,
    /// Whose they are, if not everybody's: a name and an address.
    pub whose: Option<(String, String)>,
    /// The first page, unless this is it; and the next.
    pub first: Option<String>,
    pub next: Option<String>,
    /// Whether orders may be taken in from a file, and the list be taken along as one.
    pub may: (bool, bool),
    /// Whether they may connect a shop.
    pub may_connect: bool,
    /// What the list is narrowed by.
    pub pairs: Vec<(&'static str, String)>,
}

impl OrdersPage {
    /// What is looked for.
    fn asks(&self) -> Option<&str> {
        self.pairs.iter().find(|it| it.0 == "q").map(|it| it.1.as_str())
    }
}

/// Looks for an order by its number or by who ordered.
fn search(it: &OrdersPage) -> Markup {
    html! {
        form.orders-search role="search" method="get" action=(urls::orders()) {
            @for (name, value) in it.pairs.iter().filter(|it| it.0 != "q") { input type="hidden" name=(name) value=(value); }
            input.field-input type="search" name="q" value=(it.asks().unwrap_or_default()) placeholder="Order number or address" aria-label="Order number or address";
            (button("Find").small().submits())
        }
    }
}

/// A file in, and the list as a file.
fn acts(frame: &Frame, it: &OrdersPage) -> Markup {
    let (import, export) = it.may;
    html! {
            @if export && !it.orders.items.is_empty() {
                form method="post" action=(urls::orders_export()) {
                    (csrf_field(&frame.csrf))
                    @for (name, value) in &it.pairs { input type="hidden" name=(name) value=(value); }
                    (button("Export").quiet().small().icon(Icon::Download).submits())
                }
            }
            @if import { (link_button("Import", urls::orders_import()).small().icon(Icon::Upload)) }
    }
}

pub fn orders_page(frame: &Frame, it: &OrdersPage) -> Markup {
    let title = it.whose.as_ref().map_or("Orders".to_owned(), |it| format!("Orders of {}", it.0));
    page(frame, title).bar(acts(frame, it)).shows(html! {
        div.usage-page {
            @if let Some((name, url)) = &it.whose { p.u-quiet { "All that " a.link href=(url) dir="auto" { (name) } " ordered." } }
            (search(it))
            @if it.orders.items.is_empty() && it.asks().is_some() { (empty("No order found", "Look for the whole number of an order, or for the whole address of who ordered.").plain()) }
            @else if it.orders.items.is_empty() { (empty("No orders", "Orders come from shops that are connected in the settings, from programs that use the API, and from files.").plain()
                .actions(html! { @if it.may_connect { (link_button("Connect a shop", urls::settings_item("shops", "new")).primary()) } })) }
            @else { (rows(&frame.now, "Customer", it.orders.items.iter().map(|it| (it, it.customer_name.clone())))) }
            @if it.first.is_some() || it.next.is_some() { (pager(it.first.clone(), it.next.clone())) }
        }
    })
}

/// How far a parcel is, in words. A shop that says nothing after it was sent does not say that it
/// is still on its way after two weeks.
pub(crate) fn how_far(now: &Now, it: &Shipment) -> &'static str {
    let sent = it.shipped_at.map(|at| now.days_since(at));
    match (it.state, sent) {
        (Way::InTransit, Some(days)) if days > 14 => "Sent",
        _ => it.state.label(),
    }
}

/// How far a parcel is.
pub(crate) fn way(now: &Now, one: &Shipment) -> Badge {
    badge(how_far(now, one)).tone(match one.state {
        Way::Delivered => Tone::Good,
        Way::InTransit | Way::OutForDelivery => Tone::Accent,
        Way::Failed => Tone::Bad,
        Way::Pending | Way::Cancelled => Tone::Plain,
    })
}

/// A link that leads away.
pub(crate) fn outside(url: &str, label: &str) -> Markup {
    html! { a.link href=(url) target="_blank" rel="noopener noreferrer" { (label) " " (icon_s(Icon::ExternalLink)) } }
}
