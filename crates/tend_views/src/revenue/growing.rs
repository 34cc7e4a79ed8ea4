//! Opportunities, and the white space where they are looked for.

use maud::{Markup, html};
use tend_core::money::{
    Currency, Product,
    opportunities::{Kind, Opportunity, Stage, WhiteSpace},
};

use super::{Place, accounts_text, card, day_name, shell};
use crate::{
    layout::Frame,
    parts::{
        Icon, Problems, Tone, badge, counted, csrf_field, empty, field, form_problems, icon,
        link_button, panel, select, submit, table,
    },
    urls,
};

/// Opportunities with what their reader may do.
#[derive(Clone, Debug)]
pub struct OpportunitiesPage {
    pub all: Vec<Opportunity>,
    pub currency: Currency,
    pub products: Vec<Product>,
    /// Whose a new one would be: id and name.
    pub account: Option<(String, String)>,
    /// Which product a new one would be of.
    pub product: String,
    pub problems: Problems,
    pub may_edit: bool,
}

pub fn opportunities_page(frame: &Frame, it: &OpportunitiesPage) -> Markup {
    let acts = link_button("White space", urls::white_space());
    shell(
        frame,
        Place::Opportunities,
        "Opportunities",
        acts,
        html! {
            @if it.may_edit && it.account.is_some() { (new_one(frame, it)) }
            @if it.all.is_empty() {
                (empty("No opportunities yet", "What more a customer could buy. The white space shows who has which products; an empty cell there begins one.")
                    .actions(link_button("Look at the white space", urls::white_space()).primary()))
            } @else {
                section.revenue-figures aria-label="By stage" {
                    @for stage in Stage::ALL {
                        @let some: Vec<&Opportunity> = it.all.iter().filter(|one| one.stage == *stage).collect();
                        (card(stage.label(), &it.currency.whole(some.iter().map(|it| it.amount).sum()), None, counted(some.len() as i64, "opportunity", "opportunities")))
                    }
                }
                (list(frame, it))
            }
        },
    )
}

fn list(frame: &Frame, page: &OpportunitiesPage) -> Markup {
    let rows = html! { @for it in &page.all {
        tr {
            th scope="row" { (it.name) " " small.u-quiet { (it.kind.label()) @if let Some(product) = &it.product { ", " (product) } } }
            td { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } }
            td { @if let Some(day) = it.close_day { (day_name(day)) } @else { "–" } }
            td { @if page.may_edit { (stages(frame, it)) } @else { (badge(it.stage.label())) } }
            td.is-end { (page.currency.whole(it.amount)) }
        }
    } };
    panel("All").holds(
        table("Opportunities")
            .col("Opportunity")
            .col("Account")
            .col("Closes")
            .col("Stage")
            .col_end("A year")
            .rows(rows),
    )
}

fn stages(frame: &Frame, it: &Opportunity) -> Markup {
    let all = Stage::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        form.revenue-inline method="post" action=(urls::opportunity_stage(it.id)) {
            (csrf_field(&frame.csrf))
            (select("stage", format!("Stage of {}", it.name), all, it.stage.word()).label_hidden().named_apart(format!("stage-{}", it.id)))
            (submit("Save").quiet().small())
        }
    }
}

fn new_one(frame: &Frame, it: &OpportunitiesPage) -> Markup {
    let (id, name) = it.account.clone().unwrap_or_default();
    let kinds = Kind::ALL.iter().map(|it| (it.word(), it.label()));
    let kind = if it.product.is_empty() { Kind::Upsell } else { Kind::CrossSell };
    let products = std::iter::once((String::new(), "None".to_owned()))
        .chain(it.products.iter().map(|it| (it.id.to_string(), it.name.clone())));
    panel(format!("A new one with {name}")).card().holds(html! {
        (form_problems(&it.problems))
        form.revenue-ask method="post" action=(urls::opportunities()) {
            (csrf_field(&frame.csrf)) input type="hidden" name="account" value=(id);
            (field("name", "What").required().problems(&it.problems))
            (select("kind", "Kind", kinds, kind.word()))
            (select("product", "Product", products, &it.product))
            (field("amount", "Worth a year").suffix(it.currency.word()).required().problems(&it.problems))
            (field("close", "Closes").kind("date").problems(&it.problems))
            (submit("Add it").primary())
        }
    })
}

pub fn white_space_page(frame: &Frame, it: &WhiteSpace, may_edit: bool) -> Markup {
    let owned = |n: usize| it.lines.iter().filter(|line| line.owns.get(n) == Some(&true)).count();
    let shown = it.lines.len();
    let rows = html! { @for line in &it.lines { tr {
        th scope="row" { a.link href=(urls::account(line.account)) dir="auto" { (line.name) } }
        @for (n, product) in it.products.iter().enumerate() {
            td { @if line.owns.get(n) == Some(&true) { span.revenue-has title="Has it" { (icon(Icon::Check)) span.u-hidden-visually { "Has " (product.name) } } }
                 @else if line.open.get(n) == Some(&true) { (badge("Under way").tone(Tone::Accent)) }
                 @else if may_edit { a.revenue-white href=(urls::with_query(&urls::opportunities(), &[("account", &line.account.to_string()), ("product", &product.id.to_string())])) aria-label={ "Begin an opportunity: " (product.name) " for " (line.name) } { "+" } }
                 @else { "–" } }
        }
        td.is-end { (it.currency.whole(line.arr)) }
    } } };
    let mut shown_table = table("White space").wide().col("Account");
    for (n, product) in it.products.iter().enumerate() {
        shown_table = shown_table.col(format!("{}, {} of {shown}", product.name, owned(n)));
    }
    shell(
        frame,
        Place::Opportunities,
        "White space",
        link_button("Opportunities", urls::opportunities()),
        html! {
            @if it.products.is_empty() || it.lines.is_empty() {
                (empty("No white space yet", "It needs products, and accounts that pay. An empty cell is a product that a customer does not have."))
            } @else {
                p.u-quiet { (accounts_text(it.accounts as u64)) " pay" @if it.accounts as usize > shown { "; the " (shown) " that pay most are shown" } ". A check is a product that runs today." }
                (shown_table.col_end("A year").rows(rows))
            }
        },
    )
}
