//! What a campaign does, with how sure that is.

use maud::{Markup, html};
use tend_core::campaigns::effect::{Effect, FEWEST, Measure};

use crate::parts::{Tone, badge, grouped, hundredths, panel, percent, points, table};

/// `+2.1 points`, or that it is not known.
pub(super) fn in_short(it: &Effect) -> Markup {
    html! {
        @match it.difference.filter(|_| it.is_known()) {
            Some(found) => { (it.says) ": " (badge(format!("{} points", points(found.value, 1))).tone(tone(it, found.value))) }
            None => { span.u-quiet { (it.says) ": unknown" } }
        }
    }
}

fn tone(it: &Effect, value: f64) -> Tone {
    let good = if it.measure == Measure::Wrote { value < 0.0 } else { value > 0.0 };
    if good { Tone::Good } else { Tone::Warn }
}

/// Each measure in both arms.
pub(super) fn effects(them: &[Effect], days: i64) -> Markup {
    let lead = format!(
        "Everybody who could be reached counts, whether or not they read it, for {days} days from then on, against those who were held out. 95% intervals (Newcombe)."
    );
    let rows = html! { @for it in them { (row(it)) } };
    panel("Effect").lead(lead).holds(
        table("Effect")
            .col("Within the window they")
            .col_end("Treated")
            .col_end("Held out")
            .col("Difference, points")
            .rows(rows),
    )
}

fn row(it: &Effect) -> Markup {
    let share = |did: i64, of: i64| match of {
        0 => "–".to_owned(),
        of => percent(did as f64 / of as f64, 1),
    };
    html! {
        tr {
            th scope="row" { (it.says) }
            td.is-end data-label="Treated" { (share(it.treated_did, it.treated)) " " small.u-quiet { "of " (grouped(it.treated)) } }
            td.is-end data-label="Held out" { (share(it.held_out_did, it.held_out)) " " small.u-quiet { "of " (grouped(it.held_out)) } }
            td data-label="Difference" { (said(it)) }
        }
    }
}

fn said(it: &Effect) -> Markup {
    let Some(found) = it.difference else {
        return html! { span.u-quiet { "Unknown: each side needs at least " (FEWEST) " people whose window is over." } };
    };
    let range = format!("{} to {}", hundredths(found.lower, 1), hundredths(found.upper, 1));
    html! {
        @if it.is_known() { (badge(points(found.value, 1)).tone(tone(it, found.value))) " " (range) }
        @else {
            span.u-quiet {
                "Unknown: " (range)
                @if let Some(more) = it.more { ". Needs about " (grouped(more)) " more." }
            }
        }
    }
}
