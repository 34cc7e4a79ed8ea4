//! What it costs to win customers, and what they are worth.

use maud::{Markup, html};
use tend_core::money::{
    acquisition::{Acquisition, UNKNOWN, Won},
    days,
    lifetime::{Lifetime, Tracking, Way, Worth},
    meanings,
};

use super::{
    Place, Said, card, day_name, definitions, money_between, month_name, percent,
    retention::segment_ask, shell,
};
use crate::{
    charts::{Lines, Series, Stroke},
    layout::Frame,
    parts::{
        self, Element, Icon, Tone, badge, callout, csrf_field, empty, field, form_problems,
        link_button, panel, submit, table,
    },
    urls,
};

/// Acquisition with what its reader may do.
#[derive(Clone, Debug)]
pub struct AcquisitionPage {
    pub it: Acquisition,
    /// The form that was not accepted: `cost` or `margin`.
    pub said: Said,
    pub may_edit: bool,
    pub may_say: bool,
}

pub fn acquisition_page(frame: &Frame, page: &AcquisitionPage) -> Markup {
    let it = &page.it;
    let together = &it.together;
    let cost =
        together.cost.map_or("–".to_owned(), |cost| it.currency.whole(cost.round() as i64));
    let back = together.payback.map_or("–".to_owned(), |months| format!("{months:.1} months"));
    let came = won_by(it, "", "");
    let n = html! { "n " (together.customers) };
    let sure = |text: Option<String>| html! { @if let Some(text) = text { (text) " · " } (n) };
    let cost_sure = together.cost_between.map(|it_is| cost_between(it, it_is));
    let back_sure =
        together.payback_between.map(|(low, high)| format!("{low:.1} to {high:.1} months"));
    let acts = html! { (link_button("Export", urls::acquisition_export()).icon(Icon::Download).attr("download", "")) };
    shell(
        frame,
        Place::Acquisition,
        "What it costs to win a customer",
        acts,
        html! {
            section.revenue-figures aria-label="Twelve months together" {
                (card("Spent", &it.currency.whole(together.spend), None, "in twelve months, all channels"))
                (card("New customers", &together.customers.to_string(), Some(came.clone()), "who paid for the first time"))
                (card(meanings::CAC.name, &cost, Some(came.clone()), html! { (sure(cost_sure)) " · 12 months" }))
                (card("Earned back in", &back, Some(came), html! { (sure(back_sure)) " · at " (parts::percent(it.margin, 0)) " margin" }))
            }
            (won("By channel", "Channel", "Customers whose channel nobody said have no cost of their own; they are in the sum.", it, &it.channels, str::to_owned, |name| won_by(it, name, "")))
            (won("By month", "Month", "A month’s spend against the customers of the same month.", it, &it.months, month_words, |name| won_by(it, "", name)))
            @if page.may_edit { (costs(frame, page)) }
            (self::came(frame, page))
            (definitions(&[&meanings::CAC, &meanings::PAYBACK]))
        },
    )
}

/// `Oct 2026`, of `2026-10`.
fn month_words(key: &str) -> String {
    days::parse_month(key).map_or(key.to_owned(), month_name)
}

/// The customers behind a figure.
fn won_by(it: &Acquisition, channel: &str, month: &str) -> String {
    let months = (it.to - it.from + 1).to_string();
    let all = [("channel", channel), ("month", month), ("months", &months)];
    let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
    urls::with_query(&urls::acquisition_rows(), &some)
}

fn cost_between(page: &Acquisition, (low, high): (f64, f64)) -> String {
    money_between(page.currency, (low.round() as i64, high.round() as i64))
}

fn won(
    title: &str,
    first: &str,
    lead: &str,
    page: &Acquisition,
    them: &[Won],
    name_of: impl Fn(&str) -> String,
    rows_of: impl Fn(&str) -> String,
) -> Markup {
    let rows = html! { @for it in them { tr {
        th scope="row" { (name_of(&it.name)) }
        td.is-end data-label="Spent" { (if it.spend > 0 { page.currency.whole(it.spend) } else { "–".to_owned() }) }
        td.is-end data-label="Customers" { @if it.customers > 0 { a.figure-link href=(rows_of(&it.name)) { (it.customers) } } @else { "0" } }
        td.is-end data-label="First month" { (page.currency.whole(it.mrr)) }
        td.is-end data-label="Cost of one" { @if let Some(cost) = it.cost { (page.currency.whole(cost.round() as i64)) @if let Some(sure) = it.cost_between { " " span.u-quiet { (cost_between(page, sure)) } } } @else { "–" } }
        td.is-end data-label="Earned back" { @if let Some(months) = it.payback { (format!("{months:.1} months")) @if let Some((low, high)) = it.payback_between { " " span.u-quiet { (format!("{low:.1} to {high:.1}")) } } } @else { "–" } }
    } } };
    panel(title).lead(lead).holds(html! {
        @if them.is_empty() { p.u-quiet { "Nothing was spent, and nobody came." } }
        @else { (table(title).wide().col(first).col_end("Spent").col_end("Customers").col_end("First month").col_end("Cost of one").col_end("Earned back").rows(rows)) }
    })
}

fn costs(frame: &Frame, page: &AcquisitionPage) -> Markup {
    let (said, month) = (&page.said, days::month_text(page.it.to));
    let margin = format!("{:.0}", page.it.margin * 100.0);
    panel("What was spent").lead("Enter what a channel cost in a month, or bring a file with the columns month, channel and amount. The same month and channel again replaces what was there.").holds(html! {
        (form_problems(&said.problems))
        form.revenue-ask method="post" action=(urls::acquisition_costs()) {
            (csrf_field(&frame.csrf))
            (said.line("cost", "month", "Month", &month).kind("month").required())
            (said.line("cost", "channel", "Channel", "").required())
            (said.line("cost", "amount", "Spent", "").suffix(page.it.currency.word()).required())
            (submit("Save"))
        }
        form.revenue-ask method="post" action=(urls::acquisition_file()) enctype="multipart/form-data" {
            (csrf_field(&frame.csrf))
            div.field { label.field-label for="f-costs" { "File" } input.field-input id="f-costs" type="file" name="file" accept=".csv,text/csv" required; }
            (submit("Take it in"))
        }
        @if let Some(wrong) = said.problems.of("file") { (callout(Tone::Bad, wrong, None)) }
        form.revenue-ask method="post" action=(urls::gross_margin()) {
            (csrf_field(&frame.csrf))
            (said.line("margin", "margin", "Gross margin", &margin).suffix("per cent"))
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
        html! { (link_button("Export", lifetime_file(it)).icon(Icon::Download).attr("download", "")) },
        html! {
            div.revenue-asks { (segment_ask(&urls::lifetime(), it.segment, &page.segments, html! {})) }
            @if it.all.iter().all(|it| it.n == 0) {
                (empty("Nothing to learn from yet", "What a customer is worth is learned from subscriptions, invoices and orders. As soon as there are some, three ways of counting stand here, and which of them holds.")
                    .actions(super::import_act(frame)))
            } @else {
                (callout(Tone::Accent, it.because.as_str(), None))
                section.revenue-figures aria-label="Three ways" {
                    @for one in &it.all { (worth(it, one)) }
                }
                @for one in &it.all { (way(one)) }
            }
            (definitions(&it.all.iter().map(|it| it.way.means()).collect::<Vec<_>>()))
            (unsettled(&it.all))
        },
    )
}

/// What the models could not learn.
fn unsettled(all: &[Worth]) -> Markup {
    let them: Vec<_> = all.iter().flat_map(|it| &it.unsettled).collect();
    html! {
        @if !them.is_empty() {
            details.revenue-meaning {
                summary { "What the data does not settle" }
                @for text in &them { p.u-small { (text) } }
            }
        }
    }
}

/// The same as a file.
fn lifetime_file(it: &Lifetime) -> String {
    let of = it.segment.map(|it| it.to_string()).unwrap_or_default();
    let all: &[(&str, &str)] = &[("segment", &of)];
    urls::with_query(&urls::lifetime_file(), if of.is_empty() { &[] } else { all })
}

/// One way's figure; it opens what it was learned from.
fn worth(it: &Lifetime, one: &Worth) -> Markup {
    let value = one.value.map_or("–".to_owned(), |value| it.currency.whole(value));
    let rows = match one.way {
        Way::Simple => urls::revenue(),
        Way::Contractual => urls::retention(),
        Way::Buying => urls::orders(),
    };
    let beside = html! {
        @if let Some(sure) = one.interval { (money_between(it.currency, sure)) " · " }
        "n " (one.n) " · " (one.way.horizon())
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
            (Lines { title: "Share of accounts left".into(), x: "Quarters".into(), y: "Share left".into(), percent: true, series: vec![Series::new("Model", Stroke::First, model), Series::new("Seen", Stroke::Dots, seen)], mark: None, between: None, ticks: Vec::new() })
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
        (Lines { title: "Purchases after the first: foretold and came".into(), x: "Weeks since the first purchase".into(), y: "Purchases so far".into(), percent: false, series: vec![Series::new("Came", Stroke::Second, points(actual)), Series::new("Foretold", Stroke::First, points(it.predicted.clone()))], mark: Some((it.calibrated, "learned until here".into())), between: None, ticks: Vec::new() })
    }
}

fn curve_table(it: &Worth) -> Markup {
    let rows = html! { @for (n, (model, seen)) in it.curve.iter().enumerate() { tr { th scope="row" { (n) } td.is-end { (seen.map_or("–".to_owned(), percent)) } td.is-end { (percent(*model)) } } } };
    table("Share left").tight().col("Quarter").col_end("Seen").col_end("Model").rows(rows)
}
