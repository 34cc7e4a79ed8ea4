//! The pictures of the scoreboard. Each point opens its rows, and each picture is followed by
//! its numbers.

use maud::{Markup, Render, html};
use tend_core::health::scoreboard::{Bin, FEW, Interval, Tenth};

use super::score_words::{percent, range, times};
use crate::parts::{Icon, icon_turns};

/// The numbers behind a picture.
pub(super) fn numbers(table: impl Render) -> Markup {
    html! {
        details.score-numbers { summary { (icon_turns(Icon::ChevronRight)) "The numbers" } (table) }
    }
}

/// A place, to a tenth.
fn at(place: f64) -> String {
    format!("{place:.1}")
}

const LEFT: f64 = 40.0;
const RIGHT: f64 = 446.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 352.0;

/// Said against came: a point a bin on the line where word and world agree.
pub(super) fn said_and_came(bins: &[Bin], row: impl Fn(usize) -> String) -> Markup {
    let top = bins.iter().map(|it| it.came.upper.max(it.said)).fold(0.1, f64::max);
    // As far as it reaches, to a round number.
    let step = match top {
        top if top <= 0.2 => 0.05,
        top if top <= 0.6 => 0.1,
        _ => 0.2,
    };
    let ticks = (top / step - 1e-9).ceil() as u32;
    let top = step * f64::from(ticks);
    let x = |share: f64| LEFT + share / top * (RIGHT - LEFT);
    let y = |share: f64| BOTTOM - share / top * (BOTTOM - TOP);
    let line: Vec<String> =
        bins.iter().map(|it| format!("{} {}", at(x(it.said)), at(y(it.came.value)))).collect();
    let label = "For each bin of like probabilities: what was said, and the share that left, with its 95 percent interval, against the line where both agree. The numbers follow as a table.";
    html! {
        svg.score-svg viewBox="0 0 460 384" role="group" aria-label=(label) {
            @for tick in 0..=ticks {
                @let share = step * f64::from(tick);
                line.chart-grid x1=(LEFT) x2=(RIGHT) y1=(at(y(share))) y2=(at(y(share))) {}
                text x=(LEFT - 8.0) y=(at(y(share) + 4.0)) text-anchor="end" { (tick_text(share)) }
                text x=(at(x(share))) y=(BOTTOM + 17.0) text-anchor="middle" { (tick_text(share)) }
            }
            line.score-ideal x1=(LEFT) y1=(BOTTOM) x2=(RIGHT) y2=(TOP) {}
            path.score-joins d=(format!("M{}", line.join("L"))) {}
            @for (n, it) in bins.iter().enumerate() {
                line.score-whisker x1=(at(x(it.said))) x2=(at(x(it.said))) y1=(at(y(it.came.lower))) y2=(at(y(it.came.upper))) {}
                a.score-point href=(row(n)) aria-label=(bin_text(it)) {
                    title { (bin_text(it)) }
                    circle.score-dot.is-few[it.accounts < FEW as u64] cx=(at(x(it.said))) cy=(at(y(it.came.value))) r="4.5" {}
                }
            }
            text x=(RIGHT) y=(BOTTOM + 31.0) text-anchor="end" { "Said, %" }
            text x=(LEFT + 6.0) y=(TOP + 4.0) { "Came, %" }
        }
    }
}

fn tick_text(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

fn bin_text(it: &Bin) -> String {
    format!("Said {}, {} of {} left", percent(it.said), it.left, it.n)
}

/// Intervals one below the other on one scale; the first is ours.
pub(super) struct Beam {
    pub name: String,
    pub at: Interval,
    pub is_ours: bool,
}

/// Areas under the curve beside each other, from 0.5, a coin, to 1.
pub(super) fn beams(them: &[Beam]) -> Markup {
    let low = them.iter().map(|it| it.at.lower).fold(0.5, f64::min);
    let low = (low * 10.0).floor() / 10.0;
    let x = |value: f64| 168.0 + (value - low) / (1.0 - low) * 232.0;
    let steps = ((1.0 - low) * 10.0).round() as u32;
    let height = 34.0 * them.len() as f64;
    let label = "How often each names the right one of two, with its 95 percent interval. The numbers follow as a table.";
    html! {
        svg.score-svg viewBox=(format!("0 0 460 {}", height + 26.0)) role="img" aria-label=(label) {
            @for step in 0..=steps {
                @let value = low + f64::from(step) / 10.0;
                line.chart-grid x1=(at(x(value))) x2=(at(x(value))) y1="0" y2=(height) {}
                text x=(at(x(value))) y=(height + 16.0) text-anchor="middle" { (format!("{value:.1}")) }
            }
            line.score-ideal x1=(at(x(0.5))) x2=(at(x(0.5))) y1="0" y2=(height) {}
            @for (n, it) in them.iter().enumerate() {
                @let y = 17.0 + 34.0 * n as f64;
                text.score-name.is-ours[it.is_ours] x="0" y=(y + 4.0) { (it.name) }
                line.score-whisker.is-other[!it.is_ours] x1=(at(x(it.at.lower))) x2=(at(x(it.at.upper))) y1=(y) y2=(y) {}
                circle.score-dot.is-other[!it.is_ours] cx=(at(x(it.at.value))) cy=(y) r="4.5" {}
                text.score-name.is-ours[it.is_ours] x="456" y=(y + 4.0) text-anchor="end" { (format!("{:.2}", it.at.value)) }
            }
        }
    }
}

/// How often each tenth left, against the base rate; the riskiest first.
pub(super) fn tenths(them: &[Tenth], row: impl Fn(usize) -> String) -> Markup {
    let most = them.iter().map(|it| it.lift.upper).fold(1.0, f64::max).min(10.0).ceil();
    let bottom = 150.0;
    let y = |times: f64| bottom - times.min(most) / most * 136.0;
    let wide = 41.0;
    let label = "For each tenth of the foretellings, the riskiest first: how many times as often as all of them it left, with its 95 percent interval. The numbers follow as a table.";
    html! {
        svg.score-svg viewBox="0 0 460 178" role="group" aria-label=(label) {
            @for tick in 0..=(most as u32) {
                @let times = f64::from(tick);
                @if most <= 5.0 || tick.is_multiple_of(2) {
                    line.chart-grid x1="36" x2="456" y1=(at(y(times))) y2=(at(y(times))) {}
                    text x="28" y=(at(y(times) + 4.0)) text-anchor="end" { (tick) "×" }
                }
            }
            @for (n, it) in them.iter().enumerate() {
                @let x = 40.0 + wide * n as f64;
                @let text = format!("Tenth {}: {} of {} left, {}", n + 1, it.left, it.n, times(it.lift.value));
                a.score-point href=(row(n)) aria-label=(text) {
                    title { (text) }
                    // The bar is small where few left; one can point at its whole column.
                    rect.score-reach x=(at(x)) y="14" width="34" height="136" {}
                    rect.score-bar.is-other[n > 0] x=(at(x)) y=(at(y(it.lift.value))) width="34" height=(at(bottom - y(it.lift.value))) rx="2" {}
                }
                line.score-thin x1=(at(x + 17.0)) x2=(at(x + 17.0)) y1=(at(y(it.lift.upper))) y2=(at(y(it.lift.lower))) {}
                text x=(at(x + 17.0)) y="168" text-anchor="middle" { (n + 1) }
            }
        }
    }
}

/// A share by quarter with its interval; the last may be of few.
pub(super) struct Shown {
    pub label: String,
    pub share: Option<Interval>,
    pub right: u64,
    pub of: u64,
    pub href: String,
}

/// Shares of quarters side by side.
pub(super) fn quarters(them: &[Shown]) -> Markup {
    let wide = 400.0 / them.len().max(1) as f64;
    let y = |share: f64| 150.0 - share * 136.0;
    let label = "The share of alerts that were right, by quarter, with its 95 percent interval. The numbers follow as a table.";
    html! {
        svg.score-svg viewBox="0 0 460 188" role="group" aria-label=(label) {
            @for tick in 0..=4 {
                @let share = f64::from(tick) / 4.0;
                line.chart-grid x1="36" x2="456" y1=(at(y(share))) y2=(at(y(share))) {}
                text x="28" y=(at(y(share) + 4.0)) text-anchor="end" { (tick * 25) }
            }
            @for (n, it) in them.iter().enumerate() {
                @let x = 44.0 + wide * (n as f64 + 0.5);
                @let few = it.of < FEW as u64;
                @if let Some(share) = it.share {
                    @let text = format!("{}: {} of {} alerts were right, {}", it.label, it.right, it.of, range(share));
                    line.score-whisker.is-other[few] x1=(at(x)) x2=(at(x)) y1=(at(y(share.lower))) y2=(at(y(share.upper))) {}
                    a.score-point href=(it.href) aria-label=(text) {
                        title { (text) }
                        circle.score-dot.is-few[few] cx=(at(x)) cy=(at(y(share.value))) r="4.5" {}
                    }
                    @if !few { text.score-say x=(at(x + 9.0)) y=(at(y(share.value) + 4.0)) { (percent(share.value)) } }
                }
                text x=(at(x)) y="168" text-anchor="middle" { (it.label) }
                @if few { text x=(at(x)) y="183" text-anchor="middle" { "few" } }
            }
        }
    }
}
