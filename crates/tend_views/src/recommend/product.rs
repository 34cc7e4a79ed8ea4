use maud::{Markup, html};
use tend_core::recommend::{Beside, Offer, offers::Trait};

use crate::{
    layout::{Frame, page},
    parts::{
        Element, Problems, Tone, area, badge, callout, check, csrf_field, empty, field,
        form_problems, grouped, link_button, panel, submit, table,
    },
    urls,
};

/// One product: what is said of it, and what goes with it.
#[derive(Clone, Debug)]
pub struct ProductPage {
    pub offer: Offer,
    pub traits: Vec<Trait>,
    /// None for who may not see orders.
    pub beside: Option<Vec<Beside>>,
    pub problems: Problems,
    pub may_edit: bool,
}

pub fn product_page(frame: &Frame, it: &ProductPage) -> Markup {
    let back = link_button("All products", urls::catalog()).small();
    page(frame, &it.offer.name).bar(back).shows(html! {
        div.usage-page {
            @if let Some(why) = it.offer.why_not() { (callout(Tone::Warn, html! { "It is suggested to nobody. " (why) }, None)) }
            (said(frame, it))
            @if let Some(beside) = &it.beside { (goes_with(it, beside)) }
        }
    })
}

fn said(frame: &Frame, it: &ProductPage) -> Markup {
    let number = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    let offer = &it.offer;
    panel("What is said of it").holds(html! {
        form.recommend-form method="post" action=(urls::product(offer.id)) {
            (csrf_field(&frame.csrf)) (form_problems(&it.problems))
            (field("url", "Where it is bought").kind("url").value(&offer.url).placeholder("https://shop.example/gateway").disabled(!it.may_edit).problems(&it.problems))
            (field("picture_url", "Address of its picture").kind("url").value(&offer.picture_url).disabled(!it.may_edit).problems(&it.problems)
                .hint("A PNG, JPEG, GIF or WebP. Tend fetches it for your agents."))
            (field("stock", "In stock").attr("inputmode", "numeric").value(number(offer.stock)).disabled(!it.may_edit).problems(&it.problems)
                .hint("Pieces; empty if it is not known. With 0 it is suggested to nobody."))
            (field("margin_percent", "Margin").attr("inputmode", "numeric").value(number(offer.margin_percent)).suffix("%").disabled(!it.may_edit).problems(&it.problems)
                .hint("Lifts it in lists by a tenth of this at most; empty if it is not to count."))
            (check("is_offered", "It may be suggested").on(offer.is_offered).disabled(!it.may_edit))
            (check("is_repeated", "It is bought again and again: who has it may be suggested it again").on(!offer.is_durable).disabled(!it.may_edit))
            (traits(it))
            @if it.may_edit { div { (submit("Save")) } }
        }
    })
}

fn traits(it: &ProductPage) -> Markup {
    let text: Vec<String> =
        it.traits.iter().map(|it| format!("{}: {}", it.name, it.value)).collect();
    let one = area("traits", "What it is like", text.join("\n"));
    html! {
        (one.rows(5).any_direction().disabled(!it.may_edit).problems(&it.problems)
            .hint("An attribute on each line, such as colour: blue. The matching quiz chooses by these."))
    }
}

fn goes_with(it: &ProductPage, all: &[Beside]) -> Markup {
    let rows = html! { @for one in all { tr {
        th scope="row" { a.link href=(urls::product(one.offer.id)) dir="auto" { (one.offer.name) } @if one.offer.why_not().is_some() { " " (badge("Not suggested")) } }
        td.is-end data-label="Customers with both" { (grouped(one.customers)) " of " (grouped(one.of)) }
        td.is-end data-label="Similarity" { (format!("{:.2}", one.similarity)) }
    } } };
    panel("Bought by the same customers").holds(html! {
        @if all.is_empty() { (empty("Nothing yet", html! { "No two customers bought " (it.offer.name) " and another product, as far as was learned." }).plain()) }
        @else { (table("Bought by the same customers").col("Product").col_end("Customers with both").col_end("Similarity").rows(rows)) }
    })
}
