//! What money is spoken of in: products, currencies and rates, reasons for leaving.

use maud::{Markup, html};
use tend_core::money::{
    Currency, Product, days,
    rates::{self, Rate},
};

use super::{Place, Said, day_name, shell};
use crate::{
    layout::Frame,
    parts::{badge, csrf_field, empty, form_problems, panel, submit, table},
    urls,
};

/// Products, rates and reasons.
#[derive(Clone, Debug)]
pub struct CatalogPage {
    pub home: Currency,
    pub products: Vec<Product>,
    pub rates: Vec<Rate>,
    /// Id, name, and whether it is out of use.
    pub reasons: Vec<(String, String, bool)>,
    /// The form that was not accepted: `product`, `home`, `rate` or `reason`.
    pub said: Said,
    pub today: i64,
    pub may_edit: bool,
    pub may_set_home: bool,
}

pub fn catalog_page(frame: &Frame, it: &CatalogPage) -> Markup {
    shell(
        frame,
        Place::Catalog,
        "Products and rates",
        html! {},
        html! {
            div.revenue-narrow {
                (form_problems(&it.said.problems))
                (products(frame, it))
                (home(frame, it))
                (all_rates(frame, it))
                (reasons(frame, it))
            }
        },
    )
}

fn products(frame: &Frame, it: &CatalogPage) -> Markup {
    let rows = html! { @for one in &it.products { tr {
        th scope="row" { a.link href=(urls::product(one.id)) dir="auto" { (one.name) } @if one.archived_at.is_some() { " " (badge("Not sold any more")) } }
        td { @if it.may_edit { form.revenue-inline method="post" action=(urls::product_archive(one.id)) {
            (csrf_field(&frame.csrf))
            input type="hidden" name="sold" value=(if one.archived_at.is_some() { "again" } else { "no_more" });
            (submit(if one.archived_at.is_some() { "Sell it again" } else { "Sell it no more" }).quiet().small())
        } } }
    } } };
    panel("Products").lead("What the company sells. White space and renewals speak of these.").holds(html! {
        @if it.products.is_empty() { (empty("No products yet", "An import makes those that it names.").plain()) }
        @else { (table("Products").col("Name").col_quiet("Change").rows(rows)) }
        @if it.may_edit { form.revenue-ask method="post" action=(urls::products()) {
            (csrf_field(&frame.csrf)) (it.said.line("product", "name", "Name of a product", "").required()) (submit("Add"))
        } }
    })
}

fn home(frame: &Frame, it: &CatalogPage) -> Markup {
    panel("Home currency").lead("All figures are in this one. It can be changed until money is recorded.").holds(html! {
        @if it.may_set_home { form.revenue-ask method="post" action=(urls::home_currency()) {
            (csrf_field(&frame.csrf)) (it.said.line("home", "home_currency", "Currency", it.home.word())) (submit("Save"))
        } } @else { p { (it.home) } }
    })
}

fn all_rates(frame: &Frame, it: &CatalogPage) -> Markup {
    let rows = html! { @for one in &it.rates { tr {
        th scope="row" { (one.currency) } td { "from " (day_name(one.day)) }
        td.is-end { (it.home.sign()) "\u{a0}" (rates::text(one.rate)) }
    } } };
    panel("Exchange rates").lead("A subscription keeps the rate of the day it began, so that rates never count as growth; an invoice that of its day of issue.").holds(html! {
        @if !it.rates.is_empty() { (table("Exchange rates").col("Currency").col("Since").col_end("One is worth").rows(rows)) }
        @if it.may_edit { form.revenue-ask method="post" action=(urls::exchange_rates()) {
            (csrf_field(&frame.csrf))
            (it.said.line("rate", "currency", "Currency", "").placeholder("USD").required())
            (it.said.line("rate", "day", "From", &days::text(it.today)).kind("date").required())
            (it.said.line("rate", "rate", "One is worth", "").placeholder("0.92").suffix(it.home.word()).required())
            (submit("Add"))
        } }
    })
}

fn reasons(frame: &Frame, it: &CatalogPage) -> Markup {
    let rows = html! { @for (id, name, is_out) in &it.reasons { tr {
        th scope="row" { (name) @if *is_out { " " (badge("Out of use")) } }
        td { @if it.may_edit { form.revenue-inline method="post" action=(urls::churn_reason_archive(id)) {
            (csrf_field(&frame.csrf))
            input type="hidden" name="used" value=(if *is_out { "again" } else { "no_more" });
            (submit(if *is_out { "Use it again" } else { "Use it no more" }).quiet().small())
        } } }
    } } };
    panel("Reasons for leaving").lead("Whoever ends a subscription or settles a renewal as lost chooses one of these.").holds(html! {
        @if it.reasons.is_empty() { (empty("No reasons yet", "Price, missing function, out of business: what your customers say.").plain()) }
        @else { (table("Reasons").col("Reason").col_quiet("Change").rows(rows)) }
        @if it.may_edit { form.revenue-ask method="post" action=(urls::churn_reasons()) {
            (csrf_field(&frame.csrf)) (it.said.line("reason", "reason", "A reason", "").required()) (submit("Add"))
        } }
    })
}
