//! How long it takes until a customer first uses a key feature, and which ones did not yet.

use maud::{Markup, html};
use tend_core::{
    page::Page,
    usage::{
        first_value::{Interval, Line, Median, Report, WITHIN},
        use_of::moment_of,
    },
};

use super::AdoptionPage;
use crate::{
    charts::{Lines, Series, Stroke},
    layout::{Frame, page},
    parts::{
        Element, Icon, Tab, Tabs, counted, empty, link_button, panel, percent, tab, table, tabs,
    },
    urls,
};

/// The part of the adoption page.
pub(super) fn first_value(frame: &Frame, it: &AdoptionPage) -> Markup {
    let has_keys = it.report.features.iter().any(|it| it.is_key);
    panel("Time to first value")
        .lead("From an account's start (its first subscription, or else the day it was first known here) to the first use of a key feature. Those that are still on their way count as long as they have been.")
        .holds(html! {
            @match &it.first_value {
                _ if !has_keys => p.u-quiet { "Name the features that make the product worth its price in the table below. Then this says how long customers take to get there." },
                None => p.u-quiet { "The accounts are being looked at. It takes a moment after key features were named." },
                Some(report) => (told(frame, report)),
            }
        })
}

fn told(frame: &Frame, it: &Report) -> Markup {
    let open = it.accounts - it.reached;
    let rows = |reached: &str| urls::with_query(&urls::first_value(), &[("reached", reached)]);
    html! {
        section.usage-figures aria-label="Time to first value" {
            (figure("Half of them within", days(it.curve.median.value), range(&it.curve.median)))
            @for within in WITHIN {
                @let left = it.curve.at(within as f64);
                @let seen = it.curve.points.last().is_some_and(|it| it.time >= within as f64) || open == 0;
                (figure(&format!("Within {within} days"), if seen { share(1.0 - left.value) } else { "–".to_owned() },
                    if seen { interval(left) } else { "nobody has been here so long".to_owned() }))
            }
        }
        p { a.link href=(rows("yes")) { (counted(count(it.reached), "account", "accounts")) " got there" } ", "
            a.link href=(rows("no")) { (counted(count(open), "has", "have")) " not yet" } "." }
        @if it.left_out > 0 {
            p.u-quiet.u-small { (counted(count(it.left_out), "account", "accounts")) " that began before usage was first heard of (" (frame.now.date_text(moment_of(it.heard_since))) ") " (if it.left_out == 1 { "is" } else { "are" }) " left out: nobody saw their first day." }
        }
        (curve(it))
        p.u-quiet.u-small { "Kaplan and Meier’s estimate with intervals of 95% on the log-log scale. Counted anew each day, and whenever key features are named." }
    }
}

fn figure(title: &str, value: String, beside: String) -> Markup {
    html! { div.usage-figure { h3 { (title) } p.usage-big { (value) } p { (beside) } } }
}

fn curve(it: &Report) -> Markup {
    let from = (0.0, 1.0, 0.0, 0.0);
    let points = it.curve.points.iter().map(|it| (it.time, it.survival, it.lower, it.upper));
    let points: Vec<_> = [from].into_iter().chain(points).collect();
    let mut series = Series::new(
        "Got there",
        Stroke::Steps,
        points.iter().map(|(time, left, ..)| (*time, 1.0 - left)).collect(),
    );
    series.band = points.iter().skip(1).map(|it| (it.0, 1.0 - it.3, 1.0 - it.2)).collect();
    html! {
        div.usage-curve {
            (Lines {
                title: "Share of accounts that used a key feature".into(),
                x: "Days from the start".into(),
                y: "Share that got there".into(),
                percent: true,
                series: vec![series],
                mark: None, between: None, ticks: Vec::new() })
        }
    }
}

fn count(it: usize) -> i64 {
    i64::try_from(it).unwrap_or(i64::MAX)
}

fn share(it: f64) -> String {
    percent(it, 0)
}

/// Of a share that did not get there, the interval of the share that did.
fn interval(left: Interval) -> String {
    format!("95% interval {} to {}", share(1.0 - left.upper), share(1.0 - left.lower))
}

fn days(it: Option<f64>) -> String {
    it.map_or("–".to_owned(), |it| counted(it.round() as i64, "day", "days"))
}

fn range(it: &Median) -> String {
    match (it.value, it.lower, it.upper) {
        (None, ..) => "fewer than half have got there".to_owned(),
        (_, Some(lower), Some(upper)) => format!("95% interval {lower:.0} to {upper:.0} days"),
        (_, Some(lower), None) => format!("95% interval {lower:.0} days to no known end"),
        _ => "too few for an interval".to_owned(),
    }
}

/// The accounts behind it.
#[derive(Clone, Debug)]
pub struct FirstValuePage {
    pub reached: bool,
    pub lines: Page<Line>,
    /// Today, in days since 1970, UTC.
    pub today: i64,
}

pub fn first_value_page(frame: &Frame, it: &FirstValuePage) -> Markup {
    let url = |reached: &str, cursor: &str| {
        urls::with_query(&urls::first_value(), &[("reached", reached), ("cursor", cursor)])
    };
    let both: [Tab; 2] =
        [tab("Not yet", url("no", ""), !it.reached), tab("Got there", url("yes", ""), it.reached)];
    let rows = html! { @for line in &it.lines.items { (one(frame, line, it.today)) } };
    let back = html! { (link_button("Product adoption", urls::usage()).small()) (link_button("Export", format!("{}.csv", urls::first_value())).small().icon(Icon::Download).attr("download", "")) };
    page(frame, "Time to first value").bar(back).shows(html! {
        div.usage-page {
            (tabs(Tabs::Line, "Which accounts", &both))
            @if it.lines.items.is_empty() {
                (empty("No accounts", "There is no account that would stand here.").plain())
            } @else {
                (table("Accounts").col("Account").col("Start").col("First value").col_end("Days").rows(rows))
            }
            @if let Some(next) = &it.lines.next {
                p { (link_button("Later ones", url(if it.reached { "yes" } else { "no" }, &next.to_string())).quiet()) }
            }
        }
    })
}

fn one(frame: &Frame, it: &Line, today: i64) -> Markup {
    let date = |day: i64| frame.now.date_text(moment_of(day));
    html! {
        tr {
            th scope="row" { a.link href=(urls::account(it.account_id)) dir="auto" { (it.name) } }
            td data-label="Start" { (date(it.started_on)) }
            td data-label="First value" { @match it.reached_on { Some(day) => (date(day)), None => span.u-quiet { "Not yet" } } }
            td.is-end data-label="Days" { ((it.reached_on.unwrap_or(today) - it.started_on).max(0)) }
        }
    }
}
