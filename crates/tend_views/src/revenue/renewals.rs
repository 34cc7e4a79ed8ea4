//! Renewals: a calendar, a forecast, and what became of those that were due.

use maud::{Markup, html};
use tend_core::money::{
    Currency, days, meanings,
    renewals::{Asked, Category, Expected, Forecast, Line, Outcome},
};

use super::{Place, card, day_name, definitions, month_name, percent, share_between, shell};
use crate::{
    layout::Frame,
    parts::{
        Element, Icon, Problems, Tabs, Tone, badge, counted, csrf_field, empty, field,
        form_problems, link_button, panel, select, submit, tab, table, tabs,
    },
    urls,
};

/// Renewals with what their reader may do.
#[derive(Clone, Debug)]
pub struct RenewalsPage {
    pub forecast: Forecast,
    /// Which of those to come are shown; nothing where those are shown that were settled.
    pub asked: Option<Asked>,
    /// A page of them.
    pub lines: Vec<Line>,
    /// The page after it.
    pub next: Option<String>,
    pub may_edit: bool,
}

/// Some of those to come.
fn some(category: Option<Category>, month: Option<i64>) -> String {
    let month = month.map(days::month_text).unwrap_or_default();
    let all = [("category", category.map_or("", Category::word)), ("month", &month)];
    let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
    urls::with_query(&urls::renewals(), &some) + "#list"
}

pub fn renewals_page(frame: &Frame, it: &RenewalsPage) -> Markup {
    let forecast = &it.forecast;
    let nothing = forecast.expected.is_empty() && forecast.rate.due == 0 && it.lines.is_empty();
    let acts = html! { @if !nothing { (link_button("Export", urls::renewals_file()).icon(Icon::Download).attr("download", "")) } };
    shell(
        frame,
        Place::Renewals,
        "Renewals",
        acts,
        html! {
            @if nothing && it.asked.is_some_and(|it| it.category.is_none() && it.month.is_none()) {
                (empty("Nothing to renew", "Subscriptions with terms of three months and more stand here, by the day their term ends. Shorter ones renew by the way.")
                    .actions(super::import_act(frame)))
            } @else {
                (figures(forecast))
                @if !forecast.expected.is_empty() { (by_month(forecast)) }
                (lists(frame, it))
                (definitions(&[&meanings::RENEWAL_FORECAST, &meanings::RENEWAL_MONEY, &meanings::RENEWAL_COUNT]))
            }
        },
    )
}

fn figures(it: &Forecast) -> Markup {
    let settled = urls::with_query(&urls::renewals(), &[("shown", "settled")]) + "#list";
    let rate = &it.rate;
    let money = html! { @if let Some(sure) = rate.sure { (share_between((sure.lower, sure.upper))) " · " } "n " (rate.accounts) " · of money, 12 months" };
    let count = rate.of_renewals();
    let value = count.map_or("–".to_owned(), |it| percent(it.value));
    let beside = html! { @if let Some(sure) = count { (share_between((sure.lower, sure.upper))) " · " } "n " (rate.due) " · of renewals, 12 months" };
    html! {
        section.revenue-figures aria-label="Forecast of twelve months" {
            @for category in Category::ALL {
                @let (n, sum) = it.of(*category);
                (card(category.label(), &it.currency.whole(sum), (n > 0).then(|| some(Some(*category), None)), counted(n, "renewal", "renewals")))
            }
            (card("Renewal rate, of money", &rate.of_money().map_or("–".to_owned(), percent), (rate.due > 0).then(|| settled.clone()), money))
            (card("Renewal rate", &value, (rate.due > 0).then_some(settled), beside))
        }
    }
}

/// A row a month: how much ends its term, and what is expected of it.
fn by_month(it: &Forecast) -> Markup {
    let mut months: Vec<i64> = it.expected.iter().map(|it| it.month).collect();
    months.dedup();
    let sum = |month: i64, of: Option<Category>| -> i64 {
        let is = |one: &&Expected| one.month == month && of.is_none_or(|of| one.category == of);
        it.expected.iter().filter(is).map(|it| it.amount).sum()
    };
    let cell = |month: i64, of: Option<Category>| {
        let minor = sum(month, of);
        html! { @if minor == 0 { "–" } @else { a.figure-link href=(some(of, Some(month))) { (it.currency.whole(minor)) } } }
    };
    let rows = html! { @for month in &months { tr {
        th scope="row" { (month_name(*month)) }
        @for category in Category::ALL { td.is-end { (cell(*month, Some(*category))) } }
        td.is-end { b { (cell(*month, None)) } }
    } } };
    let mut shown = table("Forecast by month").wide().col("Month");
    for category in Category::ALL {
        shown = shown.col_end(category.label());
    }
    panel("Calendar")
        .lead(
            "What ends its term in which month, in yearly revenue. Each figure opens its renewals.",
        )
        .holds(shown.col_end("Together").rows(rows))
}

/// Those to come or those that were settled, a page at a time.
fn lists(frame: &Frame, page: &RenewalsPage) -> Markup {
    let settled_url = urls::with_query(&urls::renewals(), &[("shown", "settled")]) + "#list";
    let both = [
        tab("To come", some(None, None), page.asked.is_some()),
        tab("Settled in twelve months", settled_url, page.asked.is_none()),
    ];
    let asked = page.asked.unwrap_or_default();
    html! {
        div.revenue-list id="list" {
            div.revenue-asks {
                (tabs(Tabs::Segment, "Which", &both))
                @if asked.category.is_some() || asked.month.is_some() {
                    p.u-quiet { @if let Some(it) = asked.category { (it.label()) } @if let Some(it) = asked.month { " " (month_name(it)) } " · " a.link href=(some(None, None)) { "all" } }
                }
            }
            @if page.lines.is_empty() { (empty("None", "No renewal is among these.").plain()) }
            @else if page.asked.is_some() { (to_come(frame, page)) }
            @else { (settled(&page.lines, page.forecast.currency)) }
            (pager_on(page.next.clone()))
        }
    }
}

/// On to what comes after it.
pub(super) fn pager_on(next: Option<String>) -> Markup {
    html! { @if let Some(it) = next { nav.panel-pager aria-label="Pages" { (link_button("Next", it).small().attr("rel", "next")) } } }
}

fn to_come(frame: &Frame, page: &RenewalsPage) -> Markup {
    let rows = html! { @for one in &page.lines { (line(frame, page, one)) } };
    html! {
        p.u-quiet { "By the day they are due. Overdue are those whose term is over and of which nobody has said what became of them." }
        (table("Renewals to come")
            .col("Account")
            .col("Due")
            .col("Expected")
            .col("Owner")
            .col_end("A year")
            .col_quiet("Settle")
            .rows(rows))
    }
}

fn line(frame: &Frame, page: &RenewalsPage, it: &Line) -> Markup {
    let today = page.forecast.today;
    let all = Category::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        tr {
            th scope="row" { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } " " small.u-quiet { (name(it)) } }
            td { (day_name(it.due_day)) " " @if it.due_day < today { (badge("Overdue").tone(Tone::Bad)) } @else if it.auto_renew { span.u-quiet { "by itself" } } }
            td { @if page.may_edit {
                form.revenue-inline method="post" action=(urls::renewal_forecast(it.subscription_id)) {
                    (csrf_field(&frame.csrf))
                    (select("category", format!("What is expected of {}", it.account), all, it.category.word()).label_hidden().named_apart(format!("category-{}", it.subscription_id)).attr("data-sends", ""))
                    (submit("Save").quiet().small())
                }
            } @else { (it.category.label()) } }
            td { (it.owner.as_deref().unwrap_or("–")) }
            td.is-end { (page.forecast.currency.whole(it.amount)) }
            td { @if page.may_edit { (link_button("Settle", urls::renewal(it.subscription_id)).small()) } }
        }
    }
}

fn name(it: &Line) -> String {
    match (&it.product, it.plan.as_str()) {
        (Some(product), "") => product.clone(),
        (Some(product), plan) => format!("{product}, {plan}"),
        (None, plan) => plan.to_owned(),
    }
}

fn settled(lines: &[Line], currency: Currency) -> Markup {
    let tone = |outcome: Option<Outcome>| match outcome {
        Some(Outcome::Renewed | Outcome::Expanded) => Tone::Good,
        Some(Outcome::Contracted) => Tone::Warn,
        _ => Tone::Bad,
    };
    let rows = html! { @for one in lines { tr {
        th scope="row" { a.link href=(urls::account(one.account_id)) dir="auto" { (one.account) } }
        td { (day_name(one.due_day)) }
        td { (badge(one.outcome.map_or("", Outcome::label)).tone(tone(one.outcome))) @if let Some(why) = &one.reason { " " (why) } }
        td.u-quiet { (one.note) }
        td.is-end { (currency.whole(one.amount)) }
    } } };
    table("Settled renewals")
        .col("Account")
        .col("Due")
        .col("Outcome")
        .col("Note")
        .col_end("A year")
        .rows(rows)
}

/// One renewal that is to be settled.
#[derive(Clone, Debug)]
pub struct SettlePage {
    pub line: Line,
    pub quantity: String,
    pub price: String,
    pub currency: Currency,
    pub term_months: String,
    pub note: String,
    /// Id and name.
    pub reasons: Vec<(String, String)>,
    pub problems: Problems,
}

pub fn settle_page(frame: &Frame, it: &SettlePage) -> Markup {
    let title =
        format!("{}: {}, due {}", it.line.account, name(&it.line), day_name(it.line.due_day));
    let reasons =
        std::iter::once((String::new(), "Choose".to_owned())).chain(it.reasons.iter().cloned());
    shell(
        frame,
        Place::Renewals,
        &title,
        link_button("Back to renewals", urls::renewals()),
        html! {
            div.revenue-narrow {
                (form_problems(&it.problems))
                (panel("It renews").lead("For the same, for more or for less: what is paid from the day it was due.").holds(html! {
                    form.revenue-ask method="post" action=(urls::renewal(it.line.subscription_id)) {
                        (csrf_field(&frame.csrf)) input type="hidden" name="how" value="renewed";
                        (field("quantity", "How many").value(&it.quantity).problems(&it.problems))
                        (field("price", "Price of one").value(&it.price).suffix(it.currency.word()).problems(&it.problems))
                        (field("term_months", "Months").value(&it.term_months).problems(&it.problems))
                        (field("note", "Note").value(&it.note))
                        (submit("Settle as renewed").primary())
                    }
                }))
                (panel("It is lost").lead("The subscription ends on the day it was due.").holds(html! {
                    form.revenue-ask method="post" action=(urls::renewal(it.line.subscription_id)) {
                        (csrf_field(&frame.csrf)) input type="hidden" name="how" value="churned";
                        (select("reason", "Why", reasons, "").problems(&it.problems))
                        (field("note", "Note").named_apart("lost-note").value(&it.note))
                        (submit("Settle as lost").danger())
                    }
                }))
            }
        },
    )
}
