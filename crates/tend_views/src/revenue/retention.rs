//! Who stays: a heat map of cohorts.

use maud::{Markup, html};
use tend_core::money::retention::{Basis, Retention, Share, sure};

use super::{Place, month_name, percent, shell};
use crate::{
    layout::Frame,
    parts::{Tab, Tabs, empty, panel, tab, table, tabs},
    urls,
};

/// Which of the two shares is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    ReturnOn,
    OnOrAfter,
}

impl Shown {
    fn word(self) -> &'static str {
        match self {
            Self::ReturnOn => "on",
            Self::OnOrAfter => "after",
        }
    }
}

/// So many months after the first are shown.
const MONTHS: usize = 13;

pub fn retention_page(frame: &Frame, it: &Retention, shown: Shown) -> Markup {
    let link = |basis: Basis, shown: Shown| {
        urls::with_query(&urls::retention(), &[("basis", basis.word()), ("shown", shown.word())])
    };
    let bases: Vec<Tab> = Basis::ALL
        .into_iter()
        .map(|one| tab(one.label(), link(one, shown), one == it.basis))
        .collect();
    let kinds: Vec<Tab> =
        [(Shown::ReturnOn, "In that month"), (Shown::OnOrAfter, "In it or later")]
            .into_iter()
            .map(|(one, label)| tab(label, link(it.basis, one), one == shown))
            .collect();
    shell(
        frame,
        Place::Retention,
        "Who stays",
        html! {},
        html! {
            div.revenue-asks { (tabs(Tabs::Segment, "What counts", &bases)) (tabs(Tabs::Segment, "Which share", &kinds)) }
            @if it.cohorts.is_empty() {
                (empty("No cohort is complete yet", "Accounts stand here by the month they first came, as soon as that month is over."))
            } @else {
                p.u-quiet { "Accounts by the month they first came. " (month_name(it.last_complete)) " is the last month that is over; months that are not over are left out, so that the newest cohort does not look like the worst." }
                (heat(it, shown))
                (brackets(it))
            }
        },
    )
}

fn heat(it: &Retention, shown: Shown) -> Markup {
    let most = it.cohorts.iter().map(|it| it.return_on.len()).max().unwrap_or(0).min(MONTHS);
    let mut shown_table = table("Cohorts").wide().tight().col("Began").col_end("Accounts");
    for k in 0..most {
        shown_table = shown_table.col_end(format!("+{k}"));
    }
    let rows = html! { @for cohort in it.cohorts.iter().rev() {
        @let shares = if shown == Shown::ReturnOn { &cohort.return_on } else { &cohort.on_or_after };
        tr {
            th scope="row" { (month_name(cohort.period)) }
            td.is-end { (cohort.n) }
            @for k in 0..most { (cell(shares.get(k))) }
        }
    } };
    panel("Cohorts").lead("Share of a cohort, so many months after its first. Paler is fewer; below 30 accounts one more or less moves it by several per cent.").holds(html! { div.revenue-heat { (shown_table.rows(rows)) } })
}

fn cell(it: Option<&Share>) -> Markup {
    let Some(share) = it.filter(|it| it.n > 0) else { return html! { td {} } };
    let part = share.k as f64 / share.n as f64;
    let step = (part * 10.0).round() as i64;
    let title = match sure(share) {
        Some(it) => format!(
            "{} of {}, {:.0} to {:.0} %",
            share.k,
            share.n,
            it.lower * 100.0,
            it.upper * 100.0
        ),
        None => format!("{} of {}", share.k, share.n),
    };
    html! { td class={ "is-end revenue-cell revenue-heat-" (step) } title=(title) { (format!("{:.0}", part * 100.0)) } }
}

fn brackets(it: &Retention) -> Markup {
    let name = |(from, to): (i64, i64)| match (from, to) {
        (0, 0) => "The first month".to_owned(),
        (a, b) => format!("Months {a} to {b} after"),
    };
    let rows = html! { @for (bracket, share) in &it.brackets { tr {
        th scope="row" { (name(*bracket)) }
        td.is-end data-label="Of" { (share.n) }
        td.is-end data-label="Came" { (share.k) }
        td.is-end data-label="Share" { @match sure(share) { Some(it) => { (percent(it.value)) " " span.u-quiet { (format!("{:.0} to {:.0}", it.lower * 100.0, it.upper * 100.0)) } } None => { "–" } } }
    } } };
    panel("All cohorts together").lead("Who came at all in these months. An account counts once the last of them is over for it.").holds(
        table("Brackets").col("When").col_end("Of").col_end("Came").col_end("Share").rows(rows),
    )
}
