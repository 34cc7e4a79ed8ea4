//! An account's money, on its page.

use maud::{Markup, html};
use tend_core::money::{
    of_account::{MONTHS, Of},
    subscriptions::{State, Subscription, interval_text},
};

use super::{day_name, month_name, rows::invoice_row};
use crate::{
    layout::Frame,
    parts::{Icon, Tone, badge, counted, link_button, panel, table},
    urls,
};

/// What it pays in a year and when it renews, as key figures of the page.
pub fn money_figures(it: &Of) -> Markup {
    let Some(standing) = &it.standing else { return html! {} };
    let ledger = urls::with_query(&urls::revenue(), &[("account", &it.account.to_string())]);
    html! {
        div.customers-figure { h2 { "A year" } p.customers-big { a.figure-link href=(ledger) { (it.currency.whole(standing.arr)) } } p { (it.currency.whole(standing.mrr)) " a month" } }
        div.customers-figure { h2 { "Renews" } p.customers-big {
            @match standing.next_renewal { Some(day) => { (day_name(day)) } None => { "–" } }
        } p { @match standing.next_renewal {
            Some(day) if day < it.today => { (days(it.today - day)) " overdue" }
            Some(day) => { "in " (days(day - it.today)) }
            None => { "nothing runs on" }
        } } }
    }
}

fn days(n: i64) -> String {
    counted(n, "day", "days").to_string()
}

/// Subscriptions, invoices and the history of what it paid.
pub fn money_panel(_frame: &Frame, it: &Of) -> Markup {
    let new = urls::with_query(&urls::new_subscription(), &[("account", &it.account.to_string())]);
    let more = urls::with_query(&urls::opportunities(), &[("account", &it.account.to_string())]);
    let aside = html! {
        @if it.may_begin { (link_button("Begin an opportunity", more).quiet().small().icon(Icon::Plus)) }
        @if it.may_edit { (link_button("Add a subscription", new).quiet().small().icon(Icon::Plus)) }
    };
    let nothing = it.subscriptions.is_empty() && it.invoices.is_empty();
    panel("Money").aside(aside).holds(html! {
        @if nothing { p.u-quiet { "No subscription and no invoice was recorded yet." } }
        @if !it.subscriptions.is_empty() { (subscriptions(it)) }
        @if it.history.iter().any(|it| it.1 > 0) { (history(it)) }
        @if !it.invoices.is_empty() { (invoices(it)) }
    })
}

fn subscriptions(it: &Of) -> Markup {
    let rows = html! { @for one in it.subscriptions.iter().take(20) { (subscription(it, one)) } };
    table("Subscriptions").col("Subscription").col("Pays").col("Until").col_end("A year").rows(rows)
}

fn subscription(page: &Of, it: &Subscription) -> Markup {
    let until = match it.state(page.today) {
        State::Coming => html! { "begins " (day_name(it.start_day)) },
        State::Active if it.auto_renew => html! { "renews itself " (day_name(it.renewal_day)) },
        State::Active => html! { "to renew " (day_name(it.renewal_day)) },
        State::Overdue => {
            html! { (badge("Renewal overdue").tone(Tone::Bad)) " " (day_name(it.renewal_day)) }
        }
        State::Ending => {
            html! { (badge("Ends").tone(Tone::Warn)) " " (it.end_day.map(day_name).unwrap_or_default()) }
        }
        State::Ended => {
            html! { (badge("Ended")) " " (it.end_day.map(day_name).unwrap_or_default()) @if let Some(why) = &it.reason { ", " (why) } }
        }
    };
    html! {
        tr {
            th scope="row" { a.link href=(urls::subscription(it.id)) { (it.name()) } }
            td { (it.currency.exact(it.amount())) " " (interval_text(it.months)) @if it.quantity != 1 { span.u-quiet { " × " (it.quantity) } } }
            td { (until) }
            td.is-end { (page.currency.whole(it.arr)) }
        }
    }
}

/// A bar a month.
fn history(it: &Of) -> Markup {
    let most = it.history.iter().map(|it| it.1).max().unwrap_or(0).max(1);
    html! {
        figure.usage-chart {
            figcaption { "A month’s recurring revenue, at most " (it.currency.whole(most)) }
            svg viewBox={ "0 0 " (MONTHS * 10) " 48" } preserveAspectRatio="none" role="img" aria-label="Recurring revenue by month" {
                @for (n, (month, mrr)) in it.history.iter().enumerate() {
                    @let tall = (i128::from(*mrr) * 46 + i128::from(most) - 1) / i128::from(most);
                    rect.usage-bar x=(n * 10 + 1) y=(48 - tall) width="8" height=(tall) rx="1" { title { (month_name(*month)) ": " (it.currency.exact(*mrr)) } }
                }
                line.usage-ground x1="0" x2=(MONTHS * 10) y1="47.5" y2="47.5" {}
            }
            @if let (Some(first), Some(last)) = (it.history.first(), it.history.last()) {
                div.usage-ends { span { (month_name(first.0)) } span { (month_name(last.0)) } }
            }
        }
    }
}

fn invoices(it: &Of) -> Markup {
    let sums = &it.sums;
    let rows = html! { @for one in &it.invoices { (invoice_row(one, it.today, false)) } };
    html! {
        p.revenue-line {
            (counted(sums.paid, "invoice", "invoices")) " paid, " (it.currency.whole(sums.paid_amount))
            @if sums.paid_late > 0 { ", " (sums.paid_late) " of them late" } "."
            @if sums.open > 0 { " " (it.currency.whole(sums.open_amount)) " open and not due." }
            @if sums.late > 0 { " " (badge(format!("{} late", it.currency.whole(sums.late_amount))).tone(Tone::Bad)) }
        }
        (table("Invoices").tight().col("Number").col("Issued").col("Due").col("State").col_end("Amount").rows(rows))
    }
}
