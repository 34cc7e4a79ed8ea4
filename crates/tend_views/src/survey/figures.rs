//! Scores as people read them: with how sure one can be, and of how many.

use maud::{Markup, html};
use tend_core::surveys::{
    Kind,
    report::{FEW, Interval, Report, Scored},
};

use crate::parts::{hundredths, percent};

/// So few answers that a score says little.
pub fn few(it: &Scored) -> bool {
    it.n > 0 && it.n < FEW
}

fn number(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Csat => percent(value / 100.0, 0),
        Kind::Nps => format!("{value:+.0}").replace('-', "−").replace("+0", "0"),
        Kind::Ces | Kind::Own => format!("{value:.1}"),
    }
}

/// `84% (71 to 92)`; a dash without answers.
pub fn score_text(kind: Kind, it: &Scored) -> String {
    match it.score {
        None => "–".to_owned(),
        Some(it) if it.lower.is_finite() => {
            format!("{} ({})", number(kind, it.value), ends(kind, it))
        }
        Some(it) => number(kind, it.value),
    }
}

/// `71 to 92`, of the same unit as the score.
pub fn ends(kind: Kind, it: Interval) -> String {
    let (low, high) = kind.scale();
    let inside = |value: f64| match kind {
        Kind::Ces | Kind::Own => value.clamp(low as f64, high as f64),
        _ => value,
    };
    let plain = |value: f64| number(kind, inside(value)).replace('%', "");
    format!("{} to {}", plain(it.lower), plain(it.upper))
}

/// `17% (12 to 24)` of a share.
pub fn share(it: Option<Interval>) -> String {
    match it {
        Some(it) => format!(
            "{} ({} to {})",
            percent(it.value, 0),
            hundredths(it.lower, 0),
            hundredths(it.upper, 0)
        ),
        None => "–".to_owned(),
    }
}

/// What the score is called.
pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Csat => "Satisfied (4 or 5)",
        Kind::Ces => "Ease, in the mean of 1 to 7",
        Kind::Nps => "Net Promoter Score",
        Kind::Own => "The mean of 1 to 7",
    }
}

/// By how much it changed, in a sentence; only what is no chance is told.
pub fn changed(it: &Report) -> Markup {
    let unit = if it.survey.kind == Kind::Csat { " points" } else { "" };
    html! {
        @match it.change {
            Some(it) => { (if it.value > 0.0 { "Up by " } else { "Down by " }) (format!("{:.1}{unit}", it.value.abs())) " against the time before" }
            None if it.before == 0 => { "Nothing to compare with in the time before" }
            None => { "No change that could not be chance" }
        }
    }
}
