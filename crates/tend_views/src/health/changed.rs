//! What is different between two days.

use maud::{Markup, html};
use tend_core::health::{Changed, Line, Moved, Of, Snapshot};

use super::{
    sign::percent,
    why::{odds, said},
};
use crate::{
    book::{day_iso, day_text, money},
    parts::{button, field, panel, table},
    urls,
};

/// The form of two days and, once they are chosen, what is different.
pub(super) fn changed(it: &Of, days: (i64, i64), found: Option<&Changed>) -> Markup {
    let lead =
        "From what was written down on those days; what was found out later changes nothing in it.";
    panel("What changed between two days").lead(lead).holds(html! {
        form.health-days method="get" action=(urls::account_health(it.account)) {
            (field("from", "From").kind("date").value(day_iso(days.0)))
            (field("to", "To").kind("date").value(day_iso(days.1)))
            (button("Compare").submits())
        }
        @match found {
            Some(found) => (difference(it, found)),
            None => p.u-quiet { "Nothing was written down by the first of these days." },
        }
    })
}

fn difference(it: &Of, found: &Changed) -> Markup {
    let (a, b) = (&found.before, &found.after);
    let score = |it: &Snapshot| it.rule_score.map_or("–".to_owned(), |it| format!("{it:.0}"));
    let p = |it: &Snapshot| it.p.map_or("not known".to_owned(), percent);
    let moved: Vec<&Moved> = found.moved.iter().filter(|it| is_different(it)).collect();
    html! {
        p { "Will leave: " b { (p(a)) } " then, " b { (p(b)) } " later. Rule score: " b { (score(a)) } " then, " b { (score(b)) } " later."
            @if a.arr != b.arr { @if let (Some(x), Some(y)) = (a.arr, b.arr) { " A year: " (money(x, &it.currency)) " then, " (money(y, &it.currency)) " later." } }
            @if a.owner_id != b.owner_id { " Another agent looks after it." }
            @if a.stage_id != b.stage_id { " It stands in another stage." }
            @if a.day == b.day { " On both days the same holds, written down on " (day_text(a.day, it.today)) "." } }
        @if let Some((x, y)) = &found.profiles { p.u-quiet { "Another profile counted: " (x) ", then " (y) "." } }
        @if found.other_model { p.u-quiet { "It was learned anew in between, so the parts speak of two models." } }
        @if moved.is_empty() { @if a.day != b.day { p.u-quiet { "No measure moved." } } }
        @else { (table("What moved").col("Measure").col_end("Then").col_end("Later").col_end("Log-odds").tight().rows(html! { @for it in moved { (row(it)) } })) }
    }
}

fn is_different(it: &Moved) -> bool {
    let of = |it: &Line| (it.value, it.scaled, it.stale);
    of(&it.before) != of(&it.after) || part(it).is_some_and(|it| it.abs() >= 0.005)
}

fn part(it: &Moved) -> Option<f64> {
    match (it.before.part, it.after.part) {
        (None, None) => None,
        (a, b) => Some(b.unwrap_or(0.0) - a.unwrap_or(0.0)),
    }
}

fn row(it: &Moved) -> Markup {
    html! {
        tr {
            th scope="row" { (it.after.label) }
            td.is-end { (said(&it.before)) }
            td.is-end { (said(&it.after)) }
            td.is-end.u-num { @match part(it) { Some(it) => (odds(it)), None => "–" } }
        }
    }
}
