//! How a customer uses the company's product, on their page.

use maud::{Markup, html};
use tend_core::usage::use_of::{DAYS, Feature, Use, moment_of};

use crate::parts::{Now, Tone, badge, counted, grouped, panel, percent, table};

/// The panel; nothing where nothing was ever heard.
pub(super) fn usage_panel(now: &Now, it: &Use, of_one: bool) -> Markup {
    if it.is_empty() {
        return html! {};
    }
    let lead = match it.last_day {
        Some(day) => format!("Active last on {}. Days are of UTC.", now.date_text(moment_of(day))),
        None => String::new(),
    };
    html! {
        (panel("Usage").lead(lead).holds(html! {
            @if of_one { (figures_of_one(it)) } @else { (figures(it)) }
            (bars(now, it, of_one))
            (features(it, of_one))
        }))
    }
}

fn figure(title: &str, value: impl maud::Render, beside: impl maud::Render) -> Markup {
    html! { div.usage-figure { h3 { (title) } p.usage-big { (value) } p { (beside) } } }
}

fn number(it: u64) -> String {
    grouped(i64::try_from(it).unwrap_or(i64::MAX))
}

fn figures(it: &Use) -> Markup {
    let about = if it.is_exact { "" } else { "about " };
    html! {
        div.usage-figures {
            (figure("Active in 30 days", html! { (about) (number(it.month)) }, html! { (number(it.month_before)) " in the 30 before" }))
            (figure("In 7 days", number(it.week), html! { (number(it.today)) " today" }))
            (figure("Stickiness", share(it.stickiness()), "a day of a month's people"))
            (figure("Events in 30 days", number(it.events), trend(it)))
            @if it.key_all > 0 { (figure("Key features", html! { (it.key_used) " of " (it.key_all) }, "used in 30 days")) }
            @if let (Some(seats), Some(_)) = (it.seats, it.licence()) { (figure("Seats", share(it.licence()), html! { (number(it.month)) " of " (seats) " that are paid for" })) }
        }
    }
}

fn figures_of_one(it: &Use) -> Markup {
    let days = it.days.iter().filter(|it| it.events > 0).count();
    html! {
        div.usage-figures {
            (figure("Days active", html! { (days) }, html! { "of " (DAYS) }))
            (figure("Events in 30 days", number(it.events), trend(it)))
            @if it.key_all > 0 { (figure("Key features", html! { (it.key_used) " of " (it.key_all) }, "used in 30 days")) }
        }
    }
}

fn share(it: Option<f64>) -> String {
    it.map_or("–".to_owned(), |it| percent(it, 0))
}

fn trend(it: &Use) -> Markup {
    match it.trend() {
        None => html! { "none in the 30 before" },
        Some(share) if share.abs() < 0.005 => html! { "as in the 30 before" },
        Some(share) => html! {
            (percent(share.abs(), 0)) " " @if share > 0.0 { "more" } @else { "fewer" } " than in the 30 before"
        },
    }
}

/// A bar a day: people of an account, events of a contact.
fn bars(now: &Now, it: &Use, of_one: bool) -> Markup {
    let height = |day: &tend_core::usage::use_of::Day| if of_one { day.events } else { day.people };
    let most = it.days.iter().map(height).max().unwrap_or(0).max(1);
    let what = if of_one { "Events a day" } else { "Active people a day" };
    let (first, last) = (it.days.first(), it.days.last());
    html! {
        figure.usage-chart {
            figcaption { (what) ", at most " (number(most)) }
            svg viewBox={ "0 0 " (DAYS * 10) " 48" } preserveAspectRatio="none" role="img" aria-label=(what) {
                @for (n, day) in it.days.iter().enumerate() {
                    @let tall = (height(day) * 46).div_ceil(most);
                    rect.usage-bar x=(n * 10 + 1) y=(48 - tall) width="8" height=(tall) rx="1" {
                        title { (now.date_text(moment_of(day.day))) ": " (counted(day.people as i64, "person", "people")) ", " (counted(day.events as i64, "event", "events")) }
                    }
                }
                line.usage-ground x1="0" x2=(DAYS * 10) y1="47.5" y2="47.5" {}
            }
            @if let (Some(first), Some(last)) = (first, last) {
                div.usage-ends { span { (now.date_text(moment_of(first.day))) } span { (now.date_text(moment_of(last.day))) } }
            }
        }
    }
}

fn features(it: &Use, of_one: bool) -> Markup {
    let shown = |it: &Feature| {
        html! {
            tr {
                th scope="row" { span dir="auto" { (it.name) } @if it.is_key { " " (badge("Key").tone(Tone::Accent)) } }
                td.is-end data-label="Times" { (number(it.count)) }
                @if !of_one { td.is-end data-label="People" { (number(it.people)) } }
            }
        }
    };
    let rows = html! { @for it in it.top.iter().take(8) { (shown(it)) } };
    let rest = it.top.len().saturating_sub(8);
    let mut table = table("What was done in 30 days").tight().col("Event").col_end("Times");
    if !of_one {
        table = table.col_end("People");
    }
    html! {
        (table.rows(rows))
        @if rest > 0 { p.u-quiet.u-small { (counted(rest as i64, "other event", "other events")) } }
    }
}
