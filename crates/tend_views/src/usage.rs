//! Product adoption: how the company's product is taken up, by day and by feature.

mod first_value;

use maud::{Markup, html};
use tend_core::{
    money::figures::Definition,
    usage::{
        adoption::{Adoption, Day, Feature, Seats, WINDOW},
        first_value::Report,
        meanings,
        use_of::moment_of,
    },
};

use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Tab, Tabs, Tone, badge, counted, csrf_field, empty, grouped, link_button,
        panel, percent, percent_between, submit, tab, table, tabs,
    },
    revenue::definitions,
    urls,
};

pub use first_value::{FirstValuePage, first_value_page};

/// So many days can be looked at.
pub const SPANS: [i64; 3] = [30, 90, 365];

/// The report with what its reader may do.
#[derive(Clone, Debug)]
pub struct AdoptionPage {
    pub report: Adoption,
    pub over: i64,
    /// `None` before any account was looked at.
    pub first_value: Option<Report>,
    /// Whether they set up sources and name key features.
    pub may_manage: bool,
}

pub fn adoption_page(frame: &Frame, it: &AdoptionPage) -> Markup {
    let report = &it.report;
    let is_empty = report.features.is_empty() && report.days.iter().all(|it| it.events == 0);
    let acts = html! {
        @if !is_empty { (link_button("Export", urls::usage_file()).small().icon(Icon::Download).attr("download", "")) }
        @if it.may_manage { (link_button("Sources", urls::settings_section("sources")).small()) }
    };
    page(frame, "Product adoption").bar(acts).shows(html! {
        div.usage-page {
            @if is_empty {
                (empty("No usage heard yet", "When your product tells Tend what people do in it, this page shows who is active, how often, and which features they use. It begins with a source.")
                    .actions(html! { @if it.may_manage { (link_button("Add a source", urls::settings_item("sources", "new")).primary()) } }))
            } @else {
                (figures(report))
                (over_time(frame, it))
                (first_value::first_value(frame, it))
                (features(frame, it))
                (definitions(&[&meanings::MONTH, &meanings::STICKINESS, &meanings::ACCOUNTS, &meanings::BREADTH, &meanings::FEATURE]))
            }
        }
    })
}

fn number(it: u64) -> String {
    grouped(i64::try_from(it).unwrap_or(i64::MAX))
}

fn figure(title: &str, value: impl maud::Render, beside: impl maud::Render) -> Markup {
    html! { div.usage-figure { h2 { (title) } p.usage-big { (value) } p { (beside) } } }
}

/// The interval of one of the key figures.
fn of(it: &Adoption, definition: &Definition) -> Option<(f64, f64)> {
    it.figures().into_iter().find(|it| it.definition.id == definition.id)?.sure
}

fn between(sure: Option<(f64, f64)>) -> Markup {
    html! { @if let Some((low, high)) = sure { ", " (percent_between((low, high), 0)) } }
}

fn figures(it: &Adoption) -> Markup {
    let share = |share: Option<f64>| share.map_or("–".to_owned(), |it| percent(it, 0));
    let growth = match it.growth() {
        None => "no 30 days before to compare with".to_owned(),
        Some(share) => {
            let more = if share >= 0.0 { "more" } else { "fewer" };
            format!("{} {more} a day than in the 30 days before", percent(share.abs(), 0))
        }
    };
    html! {
        section.usage-figures aria-label="Key figures" {
            (figure("Active in 30 days", number(it.month), html! { "people; " (growth) }))
            (figure("In 7 days", number(it.week), "people"))
            (figure("In 24 hours", number(it.today), "people"))
            (figure("Stickiness", share(it.stickiness()), "a day's people of a month's"))
            (figure("Active accounts", number(it.active_accounts), html! { "of " (number(it.accounts)) " in 30 days" (between(of(it, &meanings::ACCOUNTS))) }))
            @match it.breadth {
                Some(breadth) => (figure("Breadth", share(Some(breadth.share)), html! { "of key features, mean of " (number(breadth.accounts)) " accounts" (between(breadth.sure)) })),
                None => (figure("Breadth", "–", "name key features below")),
            }
            (seats(it))
        }
    }
}

fn seats(it: &Adoption) -> Markup {
    let share = |it: &Seats| percent(it.used / it.paid, 0);
    html! {
        @match it.seats {
                Some(seats) => (figure("Seats in use", share(&seats), html! {
                    "of " (grouped(seats.paid as i64)) " paid for by " (counted(seats.accounts as i64, "account", "accounts")) "; "
                    (number(seats.under_half)) " use less than half, " (number(seats.over)) " more than all"
                })),
                None => (figure("Seats in use", "–", html! { "give accounts the attribute " code { "seats" } })),
            }
    }
}

fn over_time(frame: &Frame, it: &AdoptionPage) -> Markup {
    let label = |days: i64| if days == 365 { "A year".to_owned() } else { format!("{days} days") };
    let one = |days: i64| {
        let url = urls::with_query(&urls::usage(), &[("over", &days.to_string())]);
        tab(label(days), url, days == it.over)
    };
    let spans: Vec<Tab> = SPANS.into_iter().map(one).collect();
    panel("Over time").aside(tabs(Tabs::Line, "Time", &spans)).holds(html! {
        (chart(frame, &it.report.days, "People a day", |it| it.people))
        (chart(frame, &it.report.days, "Accounts a day", |it| it.accounts))
        (chart(frame, &it.report.days, "Events a day", |it| it.events))
        p.u-quiet.u-small { "Days are of UTC; today is not over. A sign-in by itself counts nobody as active: only what is tracked, pages and screens do." }
    })
}

fn chart(frame: &Frame, days: &[Day], what: &str, height: impl Fn(&Day) -> i64) -> Markup {
    let most = days.iter().map(&height).max().unwrap_or(0).max(1);
    let wide = 1000.0 / days.len().max(1) as f64;
    let (first, last) = (days.first(), days.last());
    html! {
        figure.usage-chart.usage-wide {
            figcaption { (what) ", at most " (grouped(most)) }
            svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="group" aria-label=(what) {
                @for (n, day) in days.iter().enumerate() {
                    @let tall = (height(day) * 97 + most - 1) / most;
                    a href=(of_day(day.day)) tabindex="-1" aria-label={ (frame.now.date_text(moment_of(day.day))) ": " (grouped(height(day))) } {
                        rect.usage-room x=(format!("{:.2}", n as f64 * wide)) y="0" width=(format!("{wide:.2}")) height="100" {}
                        rect.usage-bar x=(format!("{:.2}", n as f64 * wide + wide * 0.1)) y=(100 - tall) width=(format!("{:.2}", wide * 0.8)) height=(tall) {
                            title { (frame.now.date_text(moment_of(day.day))) ": " (grouped(height(day))) }
                        }
                    }
                }
                line.usage-ground x1="0" x2="1000" y1="99.5" y2="99.5" {}
            }
            @if let (Some(first), Some(last)) = (first, last) {
                div.usage-ends { span { (frame.now.date_text(moment_of(first.day))) } span { (frame.now.date_text(moment_of(last.day))) } }
            }
        }
    }
}

/// The accounts behind a day.
fn of_day(day: i64) -> String {
    let day = moment_of(day).strftime("%Y-%m-%d").to_string();
    urls::with_query(&urls::usage_rows(), &[("from", &day), ("to", &day)])
}

fn features(frame: &Frame, it: &AdoptionPage) -> Markup {
    let rows =
        html! { @for one in it.report.features.iter().take(200) { (feature(frame, it, one)) } };
    panel("Features")
        .lead(format!(
            "What was done in {WINDOW} days. Breadth counts the key features; you name them here."
        ))
        .holds(
            table("Features")
                .col("Event")
                .col_end("Accounts")
                .col_end("Of active")
                .col_end("People")
                .col_end("Times")
                .col_end("Times a person")
                .col_quiet("Key feature")
                .rows(rows),
        )
}

fn feature(frame: &Frame, page: &AdoptionPage, it: &Feature) -> Markup {
    let share = page.report.share(it);
    let depth = if it.people == 0 {
        "–".to_owned()
    } else {
        format!("{:.1}", it.count as f64 / it.people as f64)
    };
    let rows = urls::with_query(&urls::usage_rows(), &[("event", &it.event)]);
    html! {
        tr {
            th scope="row" { a.link href=(rows) dir="auto" { (it.name) } @if it.is_key { " " (badge("Key").tone(Tone::Accent)) } }
            td.is-end data-label="Accounts" { (number(it.accounts)) }
            td.is-end data-label="Of active" { @if let Some(share) = share { (percent(share.value, 0)) span.u-quiet { (between(Some((share.lower, share.upper)))) } } @else { "–" } }
            td.is-end data-label="People" { (number(it.people)) }
            td.is-end data-label="Times" { (number(it.count)) }
            td.is-end data-label="Times a person" { (depth) }
            td { @if page.may_manage {
                form method="post" action=(urls::usage_key(it.id)) {
                    (csrf_field(&frame.csrf))
                    @if it.is_key { input type="hidden" name="is_key" value="off"; (submit("No key feature").small().quiet()) }
                    @else { input type="hidden" name="is_key" value="on"; (submit("Make it key").small().quiet()) }
                }
            } }
        }
    }
}

/// One account in the rows behind a figure.
#[derive(Clone, Debug)]
pub struct UsageRow {
    /// Its address, unless it waits for an account.
    pub url: Option<String>,
    pub name: String,
    pub count: u64,
    pub people: u64,
}

/// The rows behind a figure: accounts, the most first.
pub fn usage_rows_page(frame: &Frame, what: &str, file: &str, rows: &[UsageRow]) -> Markup {
    let body = html! {
        @for it in rows.iter().take(500) {
            tr {
                th scope="row" { @match &it.url {
                    Some(url) => a.link href=(url) dir="auto" { (it.name) },
                    None => span.u-quiet { "Nobody's account yet" },
                } }
                td.is-end data-label="Times" { (number(it.count)) }
                td.is-end data-label="People" { (number(it.people)) }
            }
        }
    };
    let acts = html! { (link_button("Product adoption", urls::usage()).small()) (link_button("Export", file.to_owned()).small().icon(Icon::Download).attr("download", "")) };
    page(frame, what).bar(acts).shows(html! {
        div.usage-page {
            @if rows.is_empty() { (empty("Nobody", "Nothing was done that would stand here.").plain()) }
            @else {
                p.u-quiet { (counted(rows.len() as i64, "account", "accounts")) @if rows.len() > 500 { "; the first 500 are shown" } }
                (table("Accounts").col("Account").col_end("Times").col_end("People").rows(body))
            }
        }
    })
}
