//! What a campaign does, with how sure that is.

use maud::{Markup, html};
use tend_core::campaigns::{
    CampaignId,
    effect::{Effect, FEWEST, Interval, Measure},
};

use crate::{
    parts::{
        Element, Icon, Tone, badge, grouped, hundredths, link_button, panel, percent, points, table,
    },
    urls,
};

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
pub(super) fn effects(id: CampaignId, them: &[Effect], days: i64) -> Markup {
    let lead = format!(
        "Everybody who could be reached counts, whether or not they read it, for {days} days from then on, against those who were held out. 95% intervals, of each side’s share by Wilson and of the difference by Newcombe."
    );
    let rows = html! { @for it in them { (row(it)) } };
    let file = link_button("Export", urls::campaign_effect_file(id)).quiet().small();
    let file = file.icon(Icon::Download).attr("download", "");
    panel("Effect").lead(lead).aside(file).holds(
        table("Effect")
            .col("Within the window they")
            .col_end("Treated")
            .col_end("Held out")
            .col("Difference, points")
            .rows(rows),
    )
}

fn row(it: &Effect) -> Markup {
    html! {
        tr {
            th scope="row" { (it.says) }
            td.is-end data-label="Treated" { (share_of(it.treated_did, it.treated, it.treated_share(), 1)) }
            td.is-end data-label="Held out" { (share_of(it.held_out_did, it.held_out, it.held_out_share(), 1)) }
            td data-label="Difference" { (said(it)) }
        }
    }
}

/// A share with its interval and of how many: `40.0% 28.1 to 53.2, 22 of 55`.
pub(crate) fn share_of(some: i64, of: i64, interval: Option<Interval>, decimals: usize) -> Markup {
    html! {
        @match interval {
            None => { "–" }
            Some(found) => { (percent(some as f64 / of as f64, decimals)) " " small.u-quiet { (hundredths(found.lower, decimals)) " to " (hundredths(found.upper, decimals)) ", " (grouped(some)) " of " (grouped(of)) } }
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
