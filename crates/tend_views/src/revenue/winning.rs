//! What it costs to win customers, what they are worth, and how portfolios grow.

use maud::{Markup, html};
use tend_core::money::{
    acquisition::{Acquisition, UNKNOWN, Won},
    days,
    growth::Growth,
    lifetime::{Lifetime, Tracking, Way, Worth},
};

use super::{Place, card, day_name, money_between, percent, retention::segment_ask, shell};
use crate::{
    charts::{Lines, Series, Stroke},
    layout::Frame,
    parts::{
        Problems, Tone, badge, callout, csrf_field, empty, field, form_problems, panel, submit,
        table,
    },
    urls,
};

/// Acquisition with what its reader may do.
#[derive(Clone, Debug)]
pub struct AcquisitionPage {
    pub it: Acquisition,
    pub problems: Problems,
    pub may_edit: bool,
    pub may_say: bool,
}

pub fn acquisition_page(frame: &Frame, page: &AcquisitionPage) -> Markup {
    let it = &page.it;
    let together = &it.together;
    let cost =
        together.cost.map_or("–".to_owned(), |cost| it.currency.whole(cost.round() as i64));
    let back = together.payback.map_or("–".to_owned(), |months| format!("{months:.1} months"));
    shell(
        frame,
        Place::Acquisition,
        "What it costs to win a customer",
        html! {},
        html! {
            section.revenue-figures aria-label="Twelve months together" {
                (card("Spent", &it.currency.whole(together.spend), None, "in twelve months, all channels"))
                (card("New customers", &together.customers.to_string(), None, "who paid for the first time"))
                (card("Cost of a customer", &cost, None, html! { "spend ÷ new customers, version 1, n " (together.customers) }))
                (card("Earned back in", &back, None, html! { "cost ÷ (first month’s revenue × " (format!("{:.0}", it.margin * 100.0)) " % margin)" }))
            }
            (won("By channel", "Channel", "Customers whose channel nobody said have no cost of their own; they are in the sum.", it, &it.channels))
            (won("By month", "Month", "A month’s spend against the customers of the same month.", it, &it.months))
            @if page.may_edit { (costs(frame, page)) }
            (came(frame, page))
        },
    )
}

fn won(title: &str, first: &str, lead: &str, page: &Acquisition, them: &[Won]) -> Markup {
    let money =
        |it: Option<f64>| it.map_or("–".to_owned(), |it| page.currency.whole(it.round() as i64));
    let rows = html! { @for it in them { tr {
        th scope="row" { (it.name) }
        td.is-end data-label="Spent" { (if it.spend > 0 { page.currency.whole(it.spend) } else { "–".to_owned() }) }
        td.is-end data-label="Customers" { (it.customers) }
        td.is-end data-label="First month" { (page.currency.whole(it.mrr)) }
        td.is-end data-label="Cost of one" { (money(it.cost)) @if it.customers > 0 && it.customers < 30 && it.cost.is_some() { " " span.u-quiet { "n " (it.customers) } } }
        td.is-end data-label="Earned back" { (it.payback.map_or("–".to_owned(), |it| format!("{it:.1} months"))) }
    } } };
    panel(title).lead(lead).holds(html! {
        @if them.is_empty() { p.u-quiet { "Nothing was spent, and nobody came." } }
        @else { (table(title).col(first).col_end("Spent").col_end("Customers").col_end("First month").col_end("Cost of one").col_end("Earned back").rows(rows)) }
    })
}

fn costs(frame: &Frame, page: &AcquisitionPage) -> Markup {
    panel("What was spent").lead("Enter what a channel cost in a month, or bring a file with the columns month, channel and amount. The same month and channel again replaces what was there.").holds(html! {
        (form_problems(&page.problems))
        form.revenue-ask method="post" action=(urls::acquisition_costs()) {
            (csrf_field(&frame.csrf))
            (field("month", "Month").kind("month").value(days::month_text(page.it.to)).required().problems(&page.problems))
            (field("channel", "Channel").required().problems(&page.problems))
            (field("amount", "Spent").suffix(page.it.currency.word()).required().problems(&page.problems))
            (submit("Save"))
        }
        form.revenue-ask method="post" action=(urls::acquisition_file()) enctype="multipart/form-data" {
            (csrf_field(&frame.csrf))
            div.field { label.field-label for="f-costs" { "File" } input.field-input id="f-costs" type="file" name="file" accept=".csv,text/csv" required; }
            (submit("Take it in"))
        }
        @if let Some(wrong) = page.problems.of("file") { (callout(Tone::Bad, wrong, None)) }
        form.revenue-ask method="post" action=(urls::gross_margin()) {
            (csrf_field(&frame.csrf))
            (field("margin", "Gross margin").value(format!("{:.0}", page.it.margin * 100.0)).suffix("per cent").problems(&page.problems))
            (submit("Save"))
        }
    })
}

fn came(frame: &Frame, page: &AcquisitionPage) -> Markup {
    let rows = html! { @for it in page.it.came.iter().take(100) { tr {
        th scope="row" { a.link href=(urls::account(it.account)) dir="auto" { (it.name) } }
        td { (day_name(it.since)) }
        td { @if page.may_say { form.revenue-inline method="post" action=(urls::account_channel(it.account)) {
            (csrf_field(&frame.csrf))
            (field("channel", format!("Channel of {}", it.name)).label_hidden().named_apart(format!("channel-{}", it.account)).value(it.channel.as_deref().unwrap_or_default()))
            (submit("Save").quiet().small())
        } } @else { (it.channel.as_deref().unwrap_or(UNKNOWN)) } }
        td.is-end { (page.it.currency.exact(it.mrr)) }
    } } };
    panel("Who came").lead("Accounts that paid for the first time, with how they were won.").holds(html! {
        @if page.it.came.is_empty() { p.u-quiet { "Nobody in twelve months." } }
        @else { (table("New customers").col("Account").col("Since").col("Won by").col_end("First month").rows(rows)) }
    })
}

/// What a customer is worth, three ways.
#[derive(Clone, Debug)]
pub struct LifetimePage {
    pub report: Lifetime,
    /// Id and name of each segment.
    pub segments: Vec<(String, String)>,
}

pub fn lifetime_page(frame: &Frame, page: &LifetimePage) -> Markup {
    let it = &page.report;
    shell(
        frame,
        Place::Value,
        "What a customer is worth",
        html! {},
        html! {
            div.revenue-asks { (segment_ask(&urls::lifetime(), it.segment, &page.segments, html! {})) }
            (callout(Tone::Accent, it.because.as_str(), None))
            section.revenue-figures aria-label="Three ways" {
                @for one in &it.all { (worth(it, one)) }
            }
            @for one in &it.all { (way(one)) }
        },
    )
}

/// One way's figure; it opens what it was learned from.
fn worth(it: &Lifetime, one: &Worth) -> Markup {
    let value = one.value.map_or("–".to_owned(), |value| it.currency.whole(value));
    let rows = match one.way {
        Way::Simple => urls::revenue(),
        Way::Contractual => urls::retention(),
        Way::Buying => urls::invoices(),
    };
    let beside = html! {
        @if let Some(sure) = one.interval { (money_between(it.currency, sure)) " · " }
        "n " (one.n)
        @if one.way == it.chosen { " " (badge("Chosen").tone(Tone::Accent)) }
    };
    card(way_name(one.way), &value, one.value.map(|_| rows), beside)
}

fn way_name(it: Way) -> &'static str {
    match it {
        Way::Simple => "Simple",
        Way::Contractual => "Contractual",
        Way::Buying => "Without contract, next year",
    }
}

fn way(it: &Worth) -> Markup {
    panel(way_name(it.way)).holds(html! {
        @for text in &it.says { p { (text) } }
        @if !it.curve.is_empty() {
            @let model = it.curve.iter().enumerate().map(|(n, it)| (n as f64, it.0)).collect();
            @let seen = it.curve.iter().enumerate().filter_map(|(n, it)| Some((n as f64, it.1?))).collect();
            (Lines { title: "Share of accounts left".into(), x: "Quarters".into(), y: "Share left".into(), percent: true, series: vec![Series::new("Model", Stroke::First, model), Series::new("Seen", Stroke::Dots, seen)], mark: None, ticks: Vec::new() })
            details.revenue-meaning { summary { "The numbers" } (curve_table(it)) }
        }
        @if let Some(tracked) = &it.tracked { (foretold(tracked)) }
    })
}

/// What the model would have foretold two thirds of the way, and what came.
fn foretold(it: &Tracking) -> Markup {
    let points = |of: Vec<f64>| it.time.iter().copied().zip(of).collect();
    let actual: Vec<f64> = it.actual.iter().map(|n| *n as f64).collect();
    let last = actual.last().copied().zip(it.predicted.last().copied());
    let before = it.time.iter().position(|time| *time > it.calibrated).unwrap_or(0).max(1) - 1;
    let came = |at: &[f64], n: f64| n - at.get(before).copied().unwrap_or(0.0);
    html! {
        @if let Some((came_all, foretold_all)) = last {
            p { "Asked two thirds of the way, it would have foretold "
                b { (format!("{:.0}", came(&it.predicted, foretold_all))) } " purchases since, and "
                b { (format!("{:.0}", came(&actual, came_all))) } " came."
            }
        }
        (Lines { title: "Purchases after the first: foretold and came".into(), x: "Weeks since the first purchase".into(), y: "Purchases so far".into(), percent: false, series: vec![Series::new("Came", Stroke::Second, points(actual)), Series::new("Foretold", Stroke::First, points(it.predicted.clone()))], mark: Some((it.calibrated, "learned until here".into())), ticks: Vec::new() })
    }
}

fn curve_table(it: &Worth) -> Markup {
    let rows = html! { @for (n, (model, seen)) in it.curve.iter().enumerate() { tr { th scope="row" { (n) } td.is-end { (seen.map_or("–".to_owned(), percent)) } td.is-end { (percent(*model)) } } } };
    table("Share left").tight().col("Quarter").col_end("Seen").col_end("Model").rows(rows)
}

/// How portfolios grew.
pub fn growth_page(frame: &Frame, it: &Growth) -> Markup {
    let money = |minor: i64| if minor == 0 { "–".to_owned() } else { it.currency.whole(minor) };
    let rows = html! { @for one in &it.portfolios { tr {
        th scope="row" { (one.name) }
        td.is-end { (one.accounts) }
        td.is-end { (money(one.start)) }
        td.is-end { (money(one.growth())) @if let Some(rate) = one.rate() { " " span.u-quiet { (percent(rate)) } } }
        td.is-end { (money(one.won)) }
        td.is-end { (money(one.received)) }
        td.is-end { (money(-one.handed)) }
        td.is-end { (money(one.end)) }
    } } };
    shell(
        frame,
        Place::Growth,
        "How portfolios grow",
        html! {},
        html! {
            @if it.portfolios.is_empty() { (empty("No portfolios yet", "Accounts with owners and subscriptions stand here: what each owner’s accounts pay more or less than a year ago.")) }
            @else {
                p.u-quiet { "From " (day_name(it.from_day)) " to " (day_name(it.to_day)) ", in yearly revenue. Growth is that of the accounts which stayed in the same hands; what changed hands stands apart, and is nobody’s growth." }
                (table("Portfolios").wide().col("Owner").col_end("Accounts").col_end("Start").col_end("Growth").col_end("Won").col_end("Received").col_end("Handed over").col_end("Now").rows(rows))
            }
        },
    )
}
