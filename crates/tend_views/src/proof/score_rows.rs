//! The foretellings behind a figure of the scoreboard.

use maud::{Markup, html};
use tend_core::{
    health::scoreboard::{Line, Quarter, Which},
    money::Currency,
};

use super::{
    score_words::{day, percent, quarter},
    shell::{Place, shell},
};
use crate::{
    layout::Frame,
    parts::{Element, Icon, Tone, badge, empty, grouped, link_button, table},
    urls,
};

/// The rows, and what they were asked for.
#[derive(Clone, Debug)]
pub struct ScoreRows {
    pub which: Which,
    pub quarter: Option<Quarter>,
    pub months: i64,
    pub lines: Vec<Line>,
    pub currency: Currency,
    pub sees_money: bool,
}

/// So many are shown; the file has all.
const SHOWN: usize = 300;

/// The whole page.
pub fn score_rows_page(frame: &Frame, it: &ScoreRows) -> Markup {
    let (which, over) = (it.which.to_string(), it.months.to_string());
    let of = it.quarter.map(|it| it.to_string()).unwrap_or_default();
    let pairs = [("which", which.as_str()), ("quarter", &of), ("over", &over)];
    let bar = html! {
        (link_button("Scoreboard", urls::with_query(&urls::scoreboard(), &[("over", &over)])).quiet().small().icon(Icon::ArrowLeft))
        @if !it.lines.is_empty() { (link_button("Export", urls::with_query(&urls::scoreboard_rows_file(), &pairs)).quiet().small().icon(Icon::Download).attr("download", "")) }
    };
    let title = it.which.label();
    let work = html! {
        header.score-head {
            h2 { (title) @if let Some(it) = it.quarter { ", " (quarter(it.month)) } }
            p { (grouped(it.lines.len() as i64)) " foretellings, the riskiest first."
                @if it.lines.len() > SHOWN { " " (SHOWN) " are shown; the file has all." } }
        }
        @if it.lines.is_empty() { (empty("No rows", "Nothing that was said by now is counted in this figure.").plain()) }
        @else { (shown(it)) }
    };
    shell(frame, Place::Scoreboard, &title, it.sees_money, (bar, html! {}), work)
}

fn shown(it: &ScoreRows) -> Markup {
    let mut shown = table("Foretellings")
        .wide()
        .col("Account")
        .col("Said on")
        .col_end("Said")
        .col_end("Hand score")
        .col_end("Yours");
    if it.sees_money {
        shown = shown.col_end("A year").col_end("Lost");
    }
    let rows = html! { @for line in it.lines.iter().take(SHOWN) { (row(it, line)) } };
    shown.col("What came").rows(rows)
}

fn row(page: &ScoreRows, line: &Line) -> Markup {
    let it = &line.it;
    let dash = || html! { span.u-quiet { "–" } };
    let share = |p: Option<f64>| p.map_or_else(dash, |p| html! { (percent(p)) });
    html! {
        tr {
            th scope="row" { a.link href=(urls::account(it.account)) dir="auto" { (line.name) } }
            td { (day(it.day)) }
            td.is-end { (share(it.p)) }
            td.is-end { @match it.rule { Some(rule) => (format!("{rule:.0}")), None => (dash()) } }
            td.is-end { (share(it.judged)) }
            @if page.sees_money {
                td.is-end { (page.currency.whole(it.arr)) }
                td.is-end { @if it.lost > 0 { (page.currency.whole(it.lost)) } @else { (dash()) } }
            }
            td { @match it.left_on {
                Some(on) => { (badge("Left").tone(Tone::Bad)) " " span.u-quiet { (day(on)) } },
                None => (badge("Stayed")),
            } }
        }
    }
}
