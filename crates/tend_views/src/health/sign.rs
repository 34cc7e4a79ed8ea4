//! Tend's own sign: a probability is a tick in the band it may lie in, on a line from 0 to 100.

use maud::{Markup, html};

use crate::parts;

/// From 0 to 1 as people read it; what is nearly certain is not called certain.
pub(crate) fn percent(p: f64) -> String {
    match 100.0 * p {
        it if it < 1.0 && it > 0.0 => "under 1%".to_owned(),
        it if it > 99.0 && it < 100.0 => "over 99%".to_owned(),
        _ => parts::percent(p, 0),
    }
}

/// The probability that it stays, and between which two: the low risk is the high end.
pub(crate) fn stays(p: f64, low: f64, high: f64) -> (f64, f64, f64) {
    (1.0 - p, 1.0 - high, 1.0 - low)
}

fn tone(stays: f64) -> &'static str {
    match stays {
        it if it >= 0.85 => "good",
        it if it >= 0.6 => "warn",
        _ => "bad",
    }
}

/// The line of one who stays with `p`, between `low` and `high`, 0 to 1.
pub(crate) fn health_line(p: f64, low: f64, high: f64, large: bool) -> Markup {
    let place = |it: f64| format!("{:.1}", 100.0 * it.clamp(0.0, 1.0));
    let tick = format!("{:.1}", (100.0 * p - 0.75).clamp(0.0, 98.5));
    let wide = format!("{:.1}", (100.0 * (high - low)).max(0.5));
    let label = format!("{} stay, between {} and {}", percent(p), percent(low), percent(high));
    html! {
        span.health.health-large[large] data-is=(tone(p)) {
            svg.health-bar viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label=(label) {
                rect.health-track x="0" y="6" width="100" height="2" {}
                rect.health-band x=(place(low)) y="3.5" width=(wide) height="7" {}
                rect.health-tick x=(tick) y="0" width="1.5" height="14" {}
            }
            @if large { span.health-scale aria-hidden="true" { span { "0" } span { "50" } span { "100" } } }
        }
    }
}
