//! A customer's own page: their orders, in the company's name. Plain pages that need no JavaScript.

use maud::{Markup, Render, html};
use tend_core::orders::{Shipment, Way, Whole, mine::Mine};

use super::{how_far, outside, standing, tracking};
use crate::{
    layout::customer_page,
    parts::{Now, Problems, csrf_field, field, form_problems, link_button, submit},
    start::Bare,
    urls,
};

/// What these pages say of who shows them.
#[derive(Clone, Debug)]
pub struct Shown {
    pub bare: Bare,
    /// The company's name.
    pub company: String,
}

fn alone(it: &Shown, title: &str, said: impl Render) -> Markup {
    let work =
        html! { main.start-alone { div.start-brand { (it.company) } div.start-in { (said) } } };
    customer_page(&it.bare.assets, &it.company, title, work)
}

/// Asks for a link by mail: the field `email`.
pub fn my_orders_ask(it: &Shown, email: &str, problems: &Problems) -> Markup {
    alone(
        it,
        "Your orders",
        html! {
            header { h1 { "Your orders" } p { "Write the address that you ordered with, and a link to your orders comes by mail." } }
            form.u-stack method="post" action=(urls::my_orders()) {
                (csrf_field(&it.bare.csrf))
                (form_problems(problems))
                (field("email", "Email").kind("email").value(email).required().autocomplete("email").problems(problems))
                (submit("Send the link").large().wide())
            }
        },
    )
}

/// The answer, whether the address is known or not.
pub fn my_orders_sent(it: &Shown, email: &str) -> Markup {
    alone(
        it,
        "Look into your mail",
        html! {
            header { h1 { "Look into your mail" } }
            p { "If somebody ordered with " b { (email) } ", a link to these orders is on its way. It works for thirty days." }
            p { "Nothing there? Look among the unwanted mail, or write to us." }
        },
    )
}

/// No shop is connected, so there is nothing to ask for.
pub fn my_orders_none(it: &Shown) -> Markup {
    alone(
        it,
        "Your orders",
        html! {
            header { h1 { "Your orders" } }
            p { "There are no orders to show here. Write to us if you are waiting for one." }
        },
    )
}

/// The link is too old, or never was one.
pub fn my_orders_gone(it: &Shown) -> Markup {
    alone(
        it,
        "This link no longer works",
        html! {
            header { h1 { "This link no longer works" } }
            p { "A link works for thirty days. You can ask for a new one." }
            (link_button("Ask for a new link", urls::my_orders()).primary().large().wide())
        },
    )
}

/// The orders behind a link.
pub fn my_orders_page(it: &Shown, now: &Now, mine: &Mine) -> Markup {
    let shown = mine.orders.len() as i64;
    let work = html! {
        main.mine {
            header.mine-head {
                p.start-brand { (it.company) }
                h1 { "Your orders" }
                @if !mine.name.is_empty() { p.u-quiet dir="auto" { (mine.name) } }
            }
            @if mine.orders.is_empty() { p { "Nothing was ordered with your address." } }
            @for one in &mine.orders { (order(now, one, mine.ask_at.as_deref())) }
            @if mine.count > shown { p.u-quiet { "The newest " (shown) " of " (mine.count) " are shown." } }
        }
    };
    customer_page(&it.bare.assets, &it.company, "Your orders", work)
}

fn order(now: &Now, it: &Whole, ask_at: Option<&str>) -> Markup {
    let order = &it.order;
    let money = |minor: i64| order.currency.exact(minor);
    let sum = |label: &str, minor: i64| html! { @if minor != 0 { div { dt { (label) } dd { (money(minor)) } } } };
    html! {
        section.mine-order aria-label={ "Order " (order.number) } {
            header {
                h2 dir="auto" { (order.number) }
                (standing(order))
                span.u-quiet { "Ordered " (now.full(order.placed_at)) }
            }
            ul.mine-lines { @for line in &it.lines { li {
                span { span.u-quiet { (line.quantity) " ×" } " " span dir="auto" { (line.title) } }
                span { @if line.quantity > 1 { span.u-quiet { (money(line.price)) " each " } } (money(line.price.saturating_mul(line.quantity))) }
            } } }
            @for one in &it.shipments { (parcel(now, one)) }
            dl.mine-sums {
                (sum("Discount", -order.discount)) (sum("Shipping", order.shipping)) (sum(tax(it), order.tax))
                div { dt { "Total" } dd { b { (money(order.total)) } } }
                (sum("Refunded", order.refunded))
                div { dt { "Payment" } dd { (order.payment.label()) } }
            }
            p.mine-acts {
                @if let Some(to) = ask_at { a.link href=(question(to, &order.number)) { "Ask about this order" } }
                @if !order.url.is_empty() { (outside(&order.url, "Open it at the shop")) }
            }
        }
    }
}

/// Some shops add the tax to their prices, and some have it in them.
fn tax(it: &Whole) -> &'static str {
    let lines: i64 = it.lines.iter().map(|it| it.price.saturating_mul(it.quantity)).sum();
    let order = &it.order;
    let without = lines.saturating_add(order.shipping).saturating_sub(order.discount);
    if without == order.total { "Tax included" } else { "Tax" }
}

/// A mail to us whose subject says which order it is about.
fn question(to: &str, number: &str) -> String {
    urls::with_query(&format!("mailto:{to}"), &[("subject", &format!("Order {number}"))])
}

fn parcel(now: &Now, it: &Shipment) -> Markup {
    html! {
        p.mine-parcel {
            b { (how_far(now, it)) }
            @if let Some(at) = it.delivered_at { " " (now.full(at)) }
            @else if let Some(at) = it.shipped_at { @if it.state == Way::InTransit && how_far(now, it) == it.state.label() { ", sent" } " " (now.full(at)) }
            span { (tracking(it)) }
        }
    }
}
