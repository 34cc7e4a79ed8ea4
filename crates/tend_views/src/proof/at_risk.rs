//! What is expected to be lost, and the accounts behind it.

use maud::{Markup, html};
use tend_core::{
    health::at_risk::{AtRisk, By, Group, Line, NONE},
    money::{Currency, meanings},
};

use super::{
    score_words::percent,
    shell::{Place, shell},
};
use crate::{
    layout::Frame,
    parts::{Element, Icon, Tabs, Tone, callout, counted, empty, link_button, tab, table, tabs},
    revenue::definitions,
    urls,
};

fn by(path: &str, by: By, of: &str) -> String {
    urls::with_query(path, &[("by", by.word()), ("of", of)])
}

/// The whole page.
pub fn at_risk_page(frame: &Frame, it: &AtRisk) -> Markup {
    let all = By::ALL.map(|one| tab(one.label(), by(&urls::at_risk(), one, ""), one == it.by));
    let by_what = tabs(Tabs::Segment, "By", &all);
    let work = html! {
        @if it.total.accounts == 0 && it.total.unknown == 0 {
            (empty("Nobody pays yet", "When accounts have subscriptions, or somebody enters what they pay, this page shows what is expected to be lost of it.")
                .actions(crate::revenue::import_act(frame)))
        } @else {
            (head(it))
            @if !it.words.is_empty() { (callout(Tone::Warn, it.words.as_str(), None)) }
            (groups(it))
            (definitions(&[&meanings::EXPECTED_LOSS]))
        }
    };
    let bar =
        html! { @if !it.groups.is_empty() { (export(by(&urls::at_risk_file(), it.by, ""))) } };
    shell(frame, Place::AtRisk, "Money at risk", true, (bar, by_what), work)
}

fn export(url: String) -> Markup {
    html! { (link_button("Export", url).quiet().small().icon(Icon::Download).attr("download", "")) }
}

fn head(it: &AtRisk) -> Markup {
    let total = &it.total;
    let (low, high) = total.range();
    html! {
        header.score-head {
            @if total.accounts > 0 {
                h2 { a.figure-link href=(by(&urls::at_risk_rows(), it.by, "")) { (it.currency.whole(total.expected)) } " of a year’s revenue may leave" }
                p {
                    "That is the sum of probability × revenue over " (counted(total.accounts as i64, "account", "accounts")) " that pay " (it.currency.whole(total.arr)) " a year, for leaving within " (it.horizon) " days. "
                    "It lies between " (it.currency.whole(low)) " and " (it.currency.whole(high)) " in 95 of 100 cases, if accounts leave independently of each other."
                }
            } @else { h2 { "What may be lost is not known" } }
            @if total.unknown > 0 { p.u-quiet { "Of " (counted(total.unknown as i64, "account", "accounts")) " that pay " (it.currency.whole(total.unknown_arr)) " nothing is known; they are not in it." } }
            @if total.entered > 0 { p.u-quiet { (counted(total.entered as i64, "account", "accounts")) " of them, " (it.currency.exact(total.entered_arr)) " a year, " a.link href=(urls::with_query(&urls::revenue_apart(), &[("part", "entered")])) { "have income that somebody entered" } "; the ledger of subscriptions does not have it." } }
            @if it.by == By::Segment { p.u-quiet { "An account may be in several segments, so these don’t add up to the whole." } }
        }
    }
}

fn groups(it: &AtRisk) -> Markup {
    let most = it.groups.iter().map(|it| it.expected).max().unwrap_or(0).max(1);
    let rows = html! { @for group in &it.groups { (row(it, group, most)) } };
    table("Money at risk")
        .wide()
        .col(it.by.label())
        .col_end("Accounts")
        .col_end("A year")
        .col_end("Expected to be lost")
        .col_end("95% interval")
        .col_end("Share")
        .col_quiet("Beside the others")
        .rows(rows)
}

fn row(page: &AtRisk, it: &Group, most: i64) -> Markup {
    let of = it.id.clone().unwrap_or_else(|| NONE.to_owned());
    let (low, high) = it.range();
    let share = if it.arr > 0 { it.expected as f64 / it.arr as f64 } else { 0.0 };
    let wide = it.expected as f64 / most as f64 * 120.0;
    html! {
        tr {
            th scope="row" { a.link href=(by(&urls::at_risk_rows(), page.by, &of)) dir="auto" { (it.name) } }
            td.is-end { (it.accounts + it.unknown) @if it.unknown > 0 { " " span.u-quiet { "(" (it.unknown) " not known)" } } }
            td.is-end { (page.currency.whole(it.arr + it.unknown_arr)) }
            td.is-end { @if it.accounts > 0 { a.figure-link href=(by(&urls::at_risk_rows(), page.by, &of)) { (page.currency.whole(it.expected)) } } @else { span.u-quiet { "–" } } }
            td.is-end { @if it.accounts > 0 { (page.currency.whole(low)) " to " (page.currency.whole(high)) } }
            td.is-end { @if it.accounts > 0 { (percent(share)) } }
            td { svg.score-meter viewBox="0 0 120 8" aria-hidden="true" { rect.score-track width="120" height="8" rx="2" {} rect.score-fill width=(format!("{wide:.1}")) height="8" rx="2" {} } }
        }
    }
}

/// The accounts of a group.
#[derive(Clone, Debug)]
pub struct AtRiskRows {
    pub by: By,
    /// The group's id; empty for all.
    pub of: String,
    /// The group's name; empty for all.
    pub name: String,
    pub currency: Currency,
    pub lines: Vec<Line>,
}

/// So many are shown.
const SHOWN: usize = 300;

/// What counts, and what is foretold where an agent said otherwise.
fn chance(it: &Line) -> Markup {
    let foretold = it.chance.foretold.map_or("nothing".to_owned(), percent);
    html! {
        @match it.chance.counts() { Some(p) => (percent(p)), None => span.u-quiet { "not known" } }
        @if it.chance.judged.is_some() { " " span.u-quiet.u-small { "override, model " (foretold) } }
    }
}

/// The accounts behind a sum.
pub fn at_risk_rows_page(frame: &Frame, it: &AtRiskRows) -> Markup {
    let bar = html! {
        (link_button("Money at risk", by(&urls::at_risk(), it.by, "")).quiet().small().icon(Icon::ArrowLeft))
        @if !it.lines.is_empty() { (export(by(&urls::at_risk_rows_file(), it.by, &it.of))) }
    };
    let rows = html! { @for line in it.lines.iter().take(SHOWN) { tr {
        th scope="row" { a.link href=(urls::account(line.account)) dir="auto" { (line.name) } }
        td { (line.owner.as_deref().unwrap_or("Nobody")) }
        td.is-end { (chance(line)) }
        td.is-end { (it.currency.whole(line.arr)) }
        td.is-end { @match line.expected { Some(money) => (it.currency.whole(money)), None => span.u-quiet { "–" } } }
    } } };
    let work = html! {
        header.score-head {
            h2 { @if it.name.is_empty() { "All accounts" } @else { (it.by.label()) ": " bdi { (it.name) } } }
            p { (counted(it.lines.len() as i64, "account", "accounts")) ", the most money at risk first." @if it.lines.len() > SHOWN { " " (SHOWN) " are shown." } }
        }
        @if it.lines.is_empty() { (empty("No accounts", "Nobody who pays is in this group now.").plain()) }
        @else { (table("Accounts").wide().col("Account").col("Owner").col_end("Chance to leave").col_end("A year").col_end("Expected to be lost").rows(rows)) }
    };
    shell(frame, Place::AtRisk, "Money at risk", true, (bar, html! {}), work)
}
