use maud::{Markup, html};
use tend_core::health::Tried;

use crate::{
    health::percent,
    parts::{counted, grouped, table},
};

/// How the scores would lie, beside how they lie now.
pub(super) fn tried(it: &Tried) -> Markup {
    let (now, then): (usize, usize) = (it.now.iter().sum(), it.then.iter().sum());
    html! {
        div.settings-tried {
            p { "Of " (counted(it.looked_at as i64, "account", "accounts")) " that were looked at" @if (it.looked_at as i64) < it.of { ", drawn evenly from " (grouped(it.of)) } ", it would be for " b { (it.fits) } "." }
            @if it.fits > 0 {
                p.u-quiet.u-small { (now) " of them have a rule score now, " (then) " would have one." }
                (bars(it))
                (table("How the rule scores lie").col("Rule score").col_end("Now").col_end("Then").tight().wide().rows(html! {
                    @for (n, (now, then)) in it.now.iter().zip(&it.then).enumerate() { tr { th scope="row" { (10 * n) " to " (10 * n + 10) } td.is-end { (now) } td.is-end { (then) } } }
                }))
                (table("Not known").col("Measure").col_end("Not known of").tight().wide().rows(html! {
                    @for (label, share) in &it.blank { tr { th scope="row" { (label) } td.is-end { (percent(*share)) } } }
                }))
            }
            @if let Some(one) = &it.one {
                p { b dir="auto" { (one.name) } ": " (score(one.now)) " now, " b { (score(one.then)) } " then, " (percent(one.stale_share)) " of the weight on what is not known or too old. "
                    @if !one.fits { "Another profile is asked for it." } }
            }
        }
    }
}

fn score(it: Option<f64>) -> String {
    it.map_or("no score".to_owned(), |it| format!("{it:.0}"))
}

/// Ten pairs of bars: grey is now, the accent is then.
fn bars(it: &Tried) -> Markup {
    let most = it.now.iter().chain(&it.then).copied().max().unwrap_or(1).max(1) as f64;
    let bar = |x: f64, n: usize, class: &'static str| {
        let high = 60.0 * n as f64 / most;
        html! { rect class=(class) x=(format!("{x:.1}")) y=(format!("{:.1}", 62.0 - high)) width="9" height=(format!("{high:.1}")) {} }
    };
    html! {
        svg.settings-bars viewBox="0 0 240 64" role="img" aria-label="How the rule scores lie now and then; the numbers follow as a table." {
            line.chart-grid x1="0" x2="240" y1="62.5" y2="62.5" {}
            @for (n, (now, then)) in it.now.iter().zip(&it.then).enumerate() {
                @let x = 24.0 * n as f64 + 2.0;
                (bar(x, *now, "settings-before")) (bar(x + 10.0, *then, "settings-after"))
            }
        }
    }
}
