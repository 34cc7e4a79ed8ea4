//! Opportunities, and the white space where they are looked for.

use maud::{Markup, html};
use tend_core::money::{
    Currency, Product, meanings,
    opportunities::{Kind, Opportunity, Stage, WhiteLine, WhiteSpace},
};

use super::{Place, Said, accounts_text, card, day_name, definitions, shell};
use crate::{
    layout::Frame,
    parts::{
        Element, Icon, Tab, Tabs, Tone, badge, counted, csrf_field, empty, form_problems, icon,
        link_button, panel, select, submit, tab, table, tabs,
    },
    urls,
};

/// Opportunities with what their reader may do.
#[derive(Clone, Debug)]
pub struct OpportunitiesPage {
    pub all: Vec<Opportunity>,
    pub currency: Currency,
    pub products: Vec<Product>,
    /// Whose a new one would be: id and name; where it is not known yet, what was written.
    pub account: Option<(String, String)>,
    pub named: String,
    /// Those that are shown; all without them.
    pub stage: Option<Stage>,
    pub kind: Option<Kind>,
    /// Which product a new one would be of.
    pub product: String,
    /// The form if it was not accepted: `new`.
    pub said: Said,
    pub may_edit: bool,
}

pub fn opportunities_page(frame: &Frame, it: &OpportunitiesPage) -> Markup {
    let acts = html! {
        (link_button("White space", urls::white_space()))
        @if !it.all.is_empty() { (link_button("Export", urls::opportunities_file()).icon(Icon::Download).attr("download", "")) }
    };
    shell(
        frame,
        Place::Opportunities,
        "Opportunities",
        acts,
        html! {
            @if it.may_edit { (new_one(frame, it)) }
            @if it.all.is_empty() {
                (empty("No opportunities yet", "What more a customer could buy: a larger plan, more seats, another product. Begin one above, on an account, or in the white space, which shows who has which products.")
                    .actions(link_button("Look at the white space", urls::white_space()).primary()))
            } @else {
                section.revenue-figures aria-label="By stage" {
                    @for stage in Stage::ALL {
                        @let some: Vec<&Opportunity> = it.all.iter().filter(|one| one.stage == *stage).collect();
                        (card(stage.label(), &it.currency.whole(some.iter().map(|it| it.amount).sum()), (!some.is_empty()).then(|| of(Some(*stage), it.kind)), counted(some.len() as i64, "opportunity", "opportunities")))
                    }
                }
                (kinds(it))
                (list(frame, it))
                (definitions(&[&meanings::OPPORTUNITIES]))
            }
        },
    )
}

/// Some of them.
fn of(stage: Option<Stage>, kind: Option<Kind>) -> String {
    let all = [("stage", stage.map_or("", Stage::word)), ("kind", kind.map_or("", Kind::word))];
    let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
    urls::with_query(&urls::opportunities(), &some)
}

fn kinds(it: &OpportunitiesPage) -> Markup {
    let all = std::iter::once(tab("All kinds", of(it.stage, None), it.kind.is_none()));
    let each = Kind::ALL
        .iter()
        .map(|kind| tab(kind.label(), of(it.stage, Some(*kind)), it.kind == Some(*kind)));
    let all: Vec<Tab> = all.chain(each).collect();
    html! { div.revenue-asks {
        (tabs(Tabs::Segment, "Kind", &all))
        @if it.stage.is_some() { p.u-quiet { a.link href=(of(None, it.kind)) { "All stages" } } }
    } }
}

fn list(frame: &Frame, page: &OpportunitiesPage) -> Markup {
    let shown = |it: &&Opportunity| {
        page.stage.is_none_or(|stage| it.stage == stage)
            && page.kind.is_none_or(|kind| it.kind == kind)
    };
    let rows = html! { @for it in page.all.iter().filter(shown) {
        tr {
            th scope="row" { (it.name) " " small.u-quiet { (it.kind.label()) @if let Some(product) = &it.product { ", " (product) } } }
            td { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } }
            td { @if let Some(day) = it.close_day { (day_name(day)) } @else { "–" } }
            td { @if page.may_edit { (stages(frame, it)) } @else { (badge(it.stage.label())) } }
            td.is-end { (page.currency.whole(it.amount)) }
        }
    } };
    panel(page.stage.map_or("All", Stage::label)).holds(
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
    let said = &it.said;
    let whose = match &it.account {
        Some((id, _)) => html! { input type="hidden" name="account" value=(id); },
        None => {
            html! { (said.line("new", "account", "Account", &it.named).any_direction().required()) }
        }
    };
    let title = match &it.account {
        Some((_, name)) => format!("A new one with {name}"),
        None => "A new one".to_owned(),
    };
    let kinds = Kind::ALL.iter().map(|it| (it.word(), it.label()));
    let kind = if it.product.is_empty() { Kind::Upsell } else { Kind::CrossSell };
    let products = std::iter::once((String::new(), "None".to_owned()))
        .chain(it.products.iter().map(|it| (it.id.to_string(), it.name.clone())));
    panel(title).card().holds(html! {
        (form_problems(&said.problems))
        form.revenue-ask method="post" action=(urls::opportunities()) {
            (csrf_field(&frame.csrf)) (whose)
            (said.line("new", "name", "What", "").required())
            (select("kind", "Kind", kinds, said.value("new", "kind", kind.word())))
            (select("product", "Product", products, &it.product))
            (said.line("new", "amount", "Worth a year", "").suffix(it.currency.word()).required())
            (said.line("new", "close", "Closes", "").kind("date"))
            (submit("Add it").primary())
        }
    })
}

/// What an account has of each product.
fn white_line(
    it: &WhiteSpace,
    line: &WhiteLine,
    order: &[(usize, &Product)],
    may_edit: bool,
) -> Markup {
    html! { tr {
        th scope="row" { a.link href=(urls::account(line.account)) dir="auto" { (line.name) } }
        @for (n, product) in order.iter().copied() {
            td { @if line.owns.get(n) == Some(&true) { span.revenue-has title="Has it" { (icon(Icon::Check)) span.u-hidden-visually { "Has " (product.name) } } }
                 @else if line.open.get(n) == Some(&true) { (badge("Under way").tone(Tone::Accent)) }
                 @else if may_edit { a.revenue-white href=(urls::with_query(&urls::opportunities(), &[("account", &line.account.to_string()), ("product", &product.id.to_string())])) aria-label={ "Begin an opportunity: " (product.name) " for " (line.name) } { "+" } }
                 @else { "–" } }
        }
        td.is-end { (it.currency.whole(line.arr)) }
    } }
}

/// Which customers have which products: the most frequent first. Those that nobody has stand here if
/// `all` are asked for.
pub fn white_space_page(frame: &Frame, it: &WhiteSpace, all: bool, may_edit: bool) -> Markup {
    let owned = |n: usize| it.lines.iter().filter(|line| line.owns.get(n) == Some(&true)).count();
    let shown = it.lines.len();
    let mut order: Vec<(usize, &Product)> = it.products.iter().enumerate().collect();
    order.sort_by_key(|(n, _)| std::cmp::Reverse(owned(*n)));
    let unsold = order.iter().filter(|(n, _)| owned(*n) == 0).count();
    if !all {
        order.retain(|(n, _)| owned(*n) > 0);
    }
    let rows = html! { @for line in &it.lines { (white_line(it, line, &order, may_edit)) } };
    let mut shown_table = table("White space").wide().col("Account");
    for (n, product) in &order {
        shown_table = shown_table.col(format!("{}, {} of {shown}", product.name, owned(*n)));
    }
    let every = urls::with_query(&urls::white_space(), &[("products", "all")]);
    shell(
        frame,
        Place::Opportunities,
        "White space",
        html! {
            (link_button("Opportunities", urls::opportunities()))
            @if !it.lines.is_empty() { (link_button("Export", format!("{}.csv", urls::white_space())).icon(Icon::Download).attr("download", "")) }
        },
        html! {
            @if it.products.is_empty() || it.lines.is_empty() {
                (empty("No white space yet", "It needs products, and accounts that pay. An empty cell is a product that a customer does not have.")
                    .actions(link_button("Products and rates", urls::catalog()).primary()))
            } @else {
                p.u-quiet.revenue-says { (accounts_text(it.accounts as u64)) " pay" @if it.accounts as usize > shown { "; the " (shown) " that pay most are shown" } ". A check is a product that a subscription of today has, or that was ordered." @if !all && unsold > 0 { " " (counted(unsold as i64, "product", "products")) " that none of them has " (if unsold == 1 { "is" } else { "are" }) " left out: " a.link href=(every) { "show all" } "." } }
                (shown_table.col_end("A year").rows(rows))
            }
        },
    )
}
