//! How portfolios grow.

use maud::{Markup, html};
use tend_core::money::{
    growth::{Among, Growth, Portfolio},
    meanings,
};

use super::{Place, day_name, definitions, percent, share_between, shell};
use crate::{
    layout::Frame,
    parts::{Element, Icon, Tab, Tabs, empty, link_button, tab, table, tabs},
    urls,
};

fn rows(page: &Growth, of: &str, which: Among) -> String {
    let months = page.months.to_string();
    let all = [("owner", of), ("which", which.word()), ("months", &months)];
    let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
    urls::with_query(&urls::growth_rows(), &some)
}

/// Whose it is, as addresses say it.
fn word(it: &Portfolio) -> String {
    it.owner.map_or("nobody".to_owned(), |it| it.to_string())
}

fn row(page: &Growth, it: &Portfolio, of: &str) -> Markup {
    let cell = |minor: i64, which: Among| {
        html! { td.is-end { @if minor == 0 { span.u-quiet { "–" } } @else { a.figure-link href=(rows(page, of, which)) { (page.currency.whole(minor)) } } } }
    };
    html! {
        th scope="row" { (it.name) }
        td.is-end { (it.accounts) }
        (cell(it.start, Among::Start))
        td.is-end { @if it.stayed == 0 { span.u-quiet { "–" } } @else {
            a.figure-link href=(rows(page, of, Among::Stayed)) { (page.currency.whole(it.growth())) }
            @if let Some(rate) = it.rate() { " " span.u-quiet { (percent(rate)) } }
        } }
        td.is-end.u-quiet { @match it.sure { Some(sure) => (share_between(sure)), None => "–" } @if it.stayed > 0 { ", n " (it.stayed) } }
        (cell(it.won, Among::Won))
        (cell(it.received, Among::Received))
        (cell(-it.handed, Among::Handed))
        (cell(it.end, Among::End))
    }
}

pub fn growth_page(frame: &Frame, it: &Growth) -> Markup {
    let all = html! {
        @for one in &it.portfolios { tr { (row(it, one, &word(one))) } }
        tr.revenue-sum { (row(it, &it.together, "")) }
    };
    let months = it.months.to_string();
    let span = |n: i64| {
        let url = urls::with_query(&urls::growth(), &[("months", &n.to_string())]);
        tab(format!("{n} months"), url, it.months == n)
    };
    let spans: Vec<Tab> = [3, 6, 12, 24, 36].map(span).into();
    let file = urls::with_query(&urls::growth_file(), &[("months", &months)]);
    let acts = html! { @if !it.portfolios.is_empty() { (link_button("Export", file).icon(Icon::Download).attr("download", "")) } };
    shell(
        frame,
        Place::Growth,
        "How portfolios grow",
        acts,
        html! {
            @if it.portfolios.is_empty() { (empty("No portfolios yet", "Accounts with owners and subscriptions stand here: what each owner’s accounts pay more or less than before.").actions(super::import_act(frame))) }
            @else {
                div.revenue-asks { (tabs(Tabs::Segment, "Over", &spans)) }
                p.u-quiet.revenue-says { "From " (day_name(it.from_day)) " to " (day_name(it.to_day)) ", in yearly revenue of subscriptions. Growth is that of the accounts which stayed in the same hands; what changed hands stands apart, and is nobody’s growth. Together they pay now what the ledger closes with." }
                (table("Portfolios").wide().col("Owner").col_end("Accounts").col_end("Start").col_end("Growth").col_end("95% interval").col_end("Won").col_end("Received").col_end("Handed over").col_end("Now").rows(all))
            }
            (definitions(&[&meanings::GROWTH]))
        },
    )
}
