//! Renewals: a calendar, a forecast, and what became of those that were due.

use maud::{Markup, html};
use tend_core::money::{
    Currency, days,
    renewals::{Calendar, Category, Line, Outcome, Reasons},
};

use super::{Place, card, day_name, month_name, percent, shell};
use crate::{
    layout::Frame,
    parts::{
        Element, Problems, Tone, badge, counted, csrf_field, empty, field, form_problems,
        link_button, panel, select, submit, table,
    },
    urls,
};

/// Renewals with what their reader may do.
#[derive(Clone, Debug)]
pub struct RenewalsPage {
    pub calendar: Calendar,
    pub may_edit: bool,
}

pub fn renewals_page(frame: &Frame, it: &RenewalsPage) -> Markup {
    let calendar = &it.calendar;
    shell(
        frame,
        Place::Renewals,
        "Renewals",
        html! {},
        html! {
            @if calendar.open.is_empty() && calendar.settled.is_empty() {
                (empty("Nothing to renew", "Subscriptions with terms of three months and more stand here, by the day their term ends. Shorter ones renew by the way."))
            } @else {
                (figures(calendar))
                (by_month(calendar))
                (to_come(frame, it))
                (settled(calendar))
            }
        },
    )
}

fn figures(it: &Calendar) -> Markup {
    let rate = it.rate.of_money().map_or("–".to_owned(), percent);
    let sure = it.rate.of_renewals().map(|it| {
        format!(
            "{} of renewals, {:.0} to {:.0} %",
            percent(it.value),
            it.lower * 100.0,
            it.upper * 100.0
        )
    });
    html! {
        section.revenue-figures aria-label="Forecast of twelve months" {
            @for category in Category::ALL {
                @let (n, sum) = it.of(*category);
                (card(category.label(), &it.currency.whole(sum), None, counted(n, "renewal", "renewals")))
            }
            (card("Renewal rate", &rate, None, html! { "of money, 12 months, n " (it.rate.due) @if let Some(sure) = sure { "; " (sure) } }))
        }
    }
}

/// A row a month: how much ends its term, and what is expected of it.
fn by_month(it: &Calendar) -> Markup {
    let months: Vec<i64> = {
        let mut all: Vec<i64> = it.open.iter().map(|it| days::month_of(it.due_day)).collect();
        all.dedup();
        all
    };
    let sum = |month: i64, of: Option<Category>| -> i64 {
        it.open
            .iter()
            .filter(|one| {
                days::month_of(one.due_day) == month && of.is_none_or(|of| one.category == of)
            })
            .map(|it| it.amount)
            .sum()
    };
    let money = |minor: i64| if minor == 0 { "–".to_owned() } else { it.currency.whole(minor) };
    let rows = html! { @for month in &months { tr {
        th scope="row" { (month_name(*month)) }
        @for category in Category::ALL { td.is-end { (money(sum(*month, Some(*category)))) } }
        td.is-end { b { (money(sum(*month, None))) } }
    } } };
    let mut shown = table("Forecast by month").wide().col("Month");
    for category in Category::ALL {
        shown = shown.col_end(category.label());
    }
    panel("Calendar")
        .lead("What ends its term in which month, in yearly revenue.")
        .holds(shown.col_end("Together").rows(rows))
}

fn to_come(frame: &Frame, page: &RenewalsPage) -> Markup {
    let it = &page.calendar;
    let rows = html! { @for one in it.open.iter().take(300) { (line(frame, page, one)) } };
    panel("To come")
        .lead("Overdue first: their terms are over, and nobody has said what became of them.")
        .holds(
            table("Renewals to come")
                .col("Account")
                .col("Due")
                .col("Expected")
                .col("Owner")
                .col_end("A year")
                .col_quiet("Settle")
                .rows(rows),
        )
}

fn line(frame: &Frame, page: &RenewalsPage, it: &Line) -> Markup {
    let today = page.calendar.today;
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
            td.is-end { (page.calendar.currency.whole(it.amount)) }
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

fn settled(it: &Calendar) -> Markup {
    let tone = |outcome: Option<Outcome>| match outcome {
        Some(Outcome::Renewed | Outcome::Expanded) => Tone::Good,
        Some(Outcome::Contracted) => Tone::Warn,
        _ => Tone::Bad,
    };
    let rows = html! { @for one in it.settled.iter().take(100) { tr {
        th scope="row" { a.link href=(urls::account(one.account_id)) dir="auto" { (one.account) } }
        td { (day_name(one.due_day)) }
        td { (badge(one.outcome.map_or("", Outcome::label)).tone(tone(one.outcome))) @if let Some(why) = &one.reason { " " (why) } }
        td.u-quiet { (one.note) }
        td.is-end { (it.currency.whole(one.amount)) }
    } } };
    html! { @if !it.settled.is_empty() {
        (panel("Settled in twelve months").holds(table("Settled renewals").col("Account").col("Due").col("Outcome").col("Note").col_end("A year").rows(rows)))
    } }
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

/// Why customers left.
pub fn churn_page(frame: &Frame, it: &Reasons) -> Markup {
    let lost: i64 = it.rows.iter().map(|it| it.arr).sum();
    let share =
        |arr: i64| if lost > 0 { percent(arr as f64 / lost as f64) } else { "–".to_owned() };
    let rows = html! { @for one in &it.rows { tr {
        th scope="row" { (one.reason.as_deref().unwrap_or("Nobody said")) }
        td.is-end data-label="Subscriptions" { (one.subscriptions) }
        td.is-end data-label="Accounts" { (one.accounts) }
        td.is-end data-label="Share of money" { (share(one.arr)) }
        td.is-end { (it.currency.whole(one.arr)) }
    } } };
    shell(
        frame,
        Place::Churn,
        "Why customers left",
        html! {},
        html! {
            @if it.rows.is_empty() { (empty("Nobody left", "Subscriptions that ended in the last twelve months stand here by the reason that was given.")) }
            @else {
                p.u-quiet { "Subscriptions that ended in the last " (it.months) " months, in yearly revenue when they ended." }
                (table("Reasons").col("Reason").col_end("Subscriptions").col_end("Accounts").col_end("Share of money").col_end("A year").rows(rows))
            }
        },
    )
}
