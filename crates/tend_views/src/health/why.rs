//! What adds up to what is foretold, and what each measure says.

use maud::{Markup, html};
use tend_core::health::{GroupScore, Line, Part, Unit, Way};

use super::sign::percent;
use crate::parts::{Tone, badge, counted, panel, table};

/// A measure as people read it: `−37%`, `12 days`, `3.5 h`, `4`.
pub(crate) fn value_text(unit: Unit, value: f64) -> String {
    let number = |digits: usize| {
        let text = format!("{value:.digits$}");
        let text =
            if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        text.replace('-', "−")
    };
    match unit {
        Unit::Percent => format!("{}%", number(0)),
        Unit::Days => counted(value.round() as i64, "day", "days"),
        Unit::Hours => format!("{} h", number(1)),
        Unit::Count => number(0),
        Unit::Number => number(2),
    }
}

/// The value of a line, and why it counts for less where it is not known.
pub(super) fn said(it: &Line) -> Markup {
    html! {
        @match (it.value, it.hidden) {
            (_, true) => { "hidden from your role" }
            (None, _) => { "not known" }
            (Some(value), _) => {
                (value_text(it.unit, value))
                @if it.age > 0 { ", " (counted(it.age, "day", "days")) " old" }
                @if it.stale { ", too old to count" }
            }
        }
    }
}

/// Signed log-odds: `+0.42`, `−1.07`.
pub(super) fn odds(it: f64) -> String {
    // What rounds to nothing has no sign.
    let text = if it.abs() < SEEN { "0.00".to_owned() } else { format!("{it:+.2}") };
    text.replace('-', "−")
}

/// Measures, each with what it adds.
type Parts<'a> = Vec<(&'a Line, f64)>;

/// A part that is smaller is not seen.
const SEEN: f64 = 0.005;

/// The log-odds of leaving as a sum, each part a bar from where the ones before it end.
pub(super) fn why(name: &str, p: f64, sum: &Part, lines: &[Line]) -> Markup {
    let all = lines.iter().filter_map(|it| Some((it, it.part?)));
    // What nobody would see is told in one line, so that it still adds up.
    let (parts, small): (Parts, Parts) = all.partition(|it| it.1.abs() >= SEEN);
    let rest: f64 = small.iter().map(|it| it.1).sum();
    let mut at = sum.average;
    let mut ends = vec![sum.average];
    for (_, part) in &parts {
        at += part;
        ends.push(at);
    }
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scale = Scale { low, wide: (high - low).max(0.1) };
    let lead = "What each measure adds to the log-odds of leaving, against an account that is average in everything. The parts add up to what is foretold.";
    panel(format!("Why {}", percent(1.0 - p))).lead(lead).holds(html! {
        div.health-wrap { table.health-sum {
            caption.u-hidden-visually { "What adds up to what is foretold" }
            thead { tr { th scope="col" { "Measure" } th scope="col" { span.u-hidden-visually { "Bar" } } th.is-end scope="col" { "Log-odds" } } }
            tbody {
                tr.health-base { th scope="row" { "An average account" } (bar(&scale, sum.average, sum.average)) td.is-end { (odds(sum.average)) } }
                @for ((line, part), from) in parts.iter().zip(&ends) {
                    tr data-is=[raises(*part)] {
                        th scope="row" { (line.label) small { (said(line)) @if line.against { "; goes the other way than your weights" } } }
                        (bar(&scale, *from, from + part)) td.is-end { (odds(*part)) }
                    }
                }
                @if !small.is_empty() { tr { th scope="row" { (counted(small.len() as i64, "other measure", "other measures")) small { "as good as nothing each" } } (bar(&scale, at, at)) td.is-end { (odds(rest)) } } }
                tr.health-total { th scope="row" dir="auto" { (name) small { (percent(p)) " will leave" } } (bar(&scale, sum.log_odds, sum.log_odds)) td.is-end { (odds(sum.log_odds)) } }
            }
        } }
    })
}

/// Whether a part raises or lowers the risk; neither if it is written as nothing.
fn raises(part: f64) -> Option<&'static str> {
    match part {
        it if it.abs() < 0.005 => None,
        it if it > 0.0 => Some("up"),
        _ => Some("down"),
    }
}

struct Scale {
    low: f64,
    wide: f64,
}

impl Scale {
    fn place(&self, value: f64) -> f64 {
        2.0 + 96.0 * (value - self.low) / self.wide
    }
}

fn bar(scale: &Scale, from: f64, to: f64) -> Markup {
    let (a, b) = (scale.place(from.min(to)), scale.place(from.max(to)));
    let point = from == to;
    let (x, wide) = if point { (a - 1.0, 2.0) } else { (a, (b - a).max(0.6)) };
    html! {
        td.health-cell aria-hidden="true" {
            svg.health-part viewBox="0 0 100 14" preserveAspectRatio="none" {
                rect x=(format!("{x:.2}")) y=(if point { "0" } else { "2" }) width=(format!("{wide:.2}")) height=(if point { "14" } else { "10" }) {}
            }
        }
    }
}

/// The company's own rule: groups with their scores, and every measure.
pub(super) fn rule(
    score: Option<f64>,
    profile: &str,
    groups: &[GroupScore],
    lines: &[Line],
) -> Markup {
    let lead = html! { "By the weights of the profile " b dir="auto" { (profile) } ". This is a rule score, not a probability." };
    let title = match score {
        Some(it) => format!("Rule score {it:.0}"),
        None => "Rule score".to_owned(),
    };
    panel(title).lead(lead).holds(html! {
        ul.health-groups { @for it in groups {
            li {
                span { (it.group.label()) } span.u-push.u-num { @match it.score { Some(score) => (format!("{score:.0}")), None => span.u-quiet { "not known" } } }
                progress.meter value=(format!("{:.3}", it.score.unwrap_or(0.0) / 100.0)) max="1" aria-label=(it.group.label()) {}
                small.u-quiet { (percent(it.share)) " of the weight" }
            }
        } }
        details.health-measures { summary { "All measures" }
            (table("Measures").col("Measure").col_end("It stands at").col_end("0 to 100").col_end("Weight").tight().rows(html! { @for it in lines { (measure(it)) } }))
        }
    })
}

fn measure(it: &Line) -> Markup {
    html! {
        tr {
            th scope="row" { (it.label) @if it.stale { " " (badge("Stale").tone(Tone::Warn)) } }
            td.is-end { (said(it)) }
            td.is-end.u-num { @match it.scaled { Some(value) => (format!("{:.0}", 100.0 * value)), None => "–" } }
            td.is-end.u-num { @if it.weight > 0.0 { (percent(it.weight)) } @else { "–" } }
        }
    }
}

/// The nearest change that would matter.
pub(super) fn way(it: &Way, p: f64) -> Markup {
    let lead = "The single measure whose change would halve the risk in the fewest steps, or lower it most. It says what goes with staying, not what causes it.";
    panel("What would matter most").lead(lead).holds(html! {
        p { b { (it.label) } " from "
            @match it.from { Some(value) => (value_text(it.unit, value)), None => "not known" }
            " to " b { (value_text(it.unit, it.to)) } "." }
        p.u-quiet { (percent(p)) " would leave now; then " (percent(it.p)) "." }
    })
}
