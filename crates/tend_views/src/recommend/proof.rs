use maud::{Markup, html};
use tend_core::recommend::{self, ArmEffect, Effect, Interval, Proven, Standing, Version};

use crate::{
    layout::{Frame, page},
    parts::{
        Badge, Tone, badge, callout, empty, grouped, hundredths, panel, percent, points, table,
    },
    urls,
};

/// What was learned, whether it is worth it, and what it did.
#[derive(Clone, Debug)]
pub struct RecommendPage {
    /// The newest first.
    pub versions: Vec<Version>,
    pub effect: Effect,
}

pub fn recommend_page(frame: &Frame, it: &RecommendPage) -> Markup {
    let current = it.versions.iter().find(|it| it.is_current);
    let how = html! { @if let Some(it) = current { (standing(it.standing)) } };
    page(frame, "Recommendations").bar(how).shows(html! {
        div.usage-page {
            @match current {
                None => { (empty("Nothing was learned yet", "Each night Tend learns from the paid orders of the last three years what customers are likely to want next, and tests whether that is better than a list of what most buy.").plain()) }
                Some(version) => {
                    (callout(Tone::Plain, html! { (version.why) }, None))
                    (methods(version))
                    (effect(&it.effect))
                    (history(frame, &it.versions))
                }
            }
        }
    })
}

fn standing(it: Standing) -> Badge {
    badge(it.label()).tone(match it {
        Standing::Learned => Tone::Good,
        Standing::Aside => Tone::Warn,
        Standing::TooFew => Tone::Plain,
    })
}

/// `0.142 (0.121 to 0.165)`.
fn with_interval(it: &Interval) -> String {
    format!("{:.3} ({:.3} to {:.3})", it.value, it.lower, it.upper)
}

fn methods(version: &Version) -> Markup {
    let rows = html! { @for it in &version.proof { (method(version, it)) } };
    panel("Against a list of what most buy")
        .lead(html! {
            "The newest fifth of your orders, in three spans, each foretold from all before it, for "
            (grouped(version.judged)) " customers who then bought something new to them. All products are ranked. "
            "Learned from " a.link href=(urls::orders()) { (grouped(version.purchases)) " purchases" }
            " of " (grouped(version.customers)) " customers and " (grouped(version.products)) " products; 95% intervals over customers."
        })
        .holds(html! {
            @if version.proof.is_empty() { p.u-quiet { "There was too little to foretell." } }
            @else {
                (table("Methods").col("Method").col_end("nDCG@10").col_end("HR@10").col_end("MRR").col_end("Coverage").col_end("Gain in nDCG@10").rows(rows))
                p.u-quiet.u-small { "nDCG@10: how high on a list of ten stood what was then bought, 1 at best. HR@10: for how many customers anything on the list was bought. MRR: the mean of one over its place. Coverage: the share of products on anyone’s list." }
            }
        })
}

fn method(version: &Version, it: &Proven) -> Markup {
    let figures = &it.figures;
    let in_use = it.recipe == version.recipe;
    html! { tr {
        th scope="row" { (recommend::name_of(&it.recipe)) @if in_use { " " (badge("In use").tone(Tone::Good)) } }
        td.is-end data-label="nDCG@10" { (with_interval(&figures.ndcg_at_10)) }
        td.is-end data-label="HR@10" { (with_interval(&figures.hit_rate_at_10)) }
        td.is-end data-label="MRR" { (with_interval(&figures.mean_reciprocal_rank)) }
        td.is-end data-label="Coverage" { (percent(figures.coverage_at_10, 1)) }
        td.is-end data-label="Gain in nDCG@10" {
            @match &it.gain { Some(gain) => { (with_interval(&gain.ndcg_at_10)) } None => { "–" } }
        }
    } }
}

fn effect(it: &Effect) -> Markup {
    let rows = html! { (arm(&it.personal)) (arm(&it.control)) };
    panel("What it did")
        .lead("One customer in ten always sees what most buy instead of their own list. A customer counts 30 days after something was shown to them, whether or not anybody put it into an answer.")
        .holds(html! {
            (table("Effect").col("Shown").col_end("Customers").col_end("Put into an answer").col_end("Bought within 7 days").col_end("Bought within 30 days").rows(rows))
            p { @match it.difference() {
                Some(gain) => { "Bought within 30 days: " (signed(&gain)) " with their own list." }
                None => { span.u-quiet { "The difference is unknown: at least 30 customers are needed of each kind." } }
            } }
            p.u-quiet.u-small {
                (grouped(it.waiting)) " customers saw something within the last 30 days. Of the "
                a.link href=(urls::opportunities()) { "opportunities" } " made of suggestions, "
                (grouped(it.opportunities.open)) " are open, " (grouped(it.opportunities.won)) " won and " (grouped(it.opportunities.lost)) " lost."
            }
        })
}

fn signed(it: &Interval) -> String {
    let [value, low, high] = [it.value, it.lower, it.upper].map(|it| points(it, 1));
    format!("{value} points ({low} to {high})")
}

fn arm(it: &ArmEffect) -> Markup {
    let share = |label: &'static str, of: i64| {
        html! { td.is-end data-label=(label) { (grouped(of)) @match it.share(of) {
            Some(share) => { small.u-quiet { " " (percent(share.value, 1)) " (" (hundredths(share.lower, 1)) " to " (hundredths(share.upper, 1)) ")" } }
            None => { small.u-quiet { " unknown" } }
        } } }
    };
    html! { tr {
        th scope="row" { (it.arm.label()) }
        td.is-end data-label="Customers" { (grouped(it.customers)) }
        (share("Put into an answer", it.clicked))
        (share("Bought within 7 days", it.bought_7))
        (share("Bought within 30 days", it.bought_30))
    } }
}

fn history(frame: &Frame, all: &[Version]) -> Markup {
    let ndcg = |it: &Version| {
        let own = it.proof.iter().find(|one| one.recipe == it.recipe);
        own.map_or("–".to_owned(), |it| format!("{:.3}", it.figures.ndcg_at_10.value))
    };
    let rows = html! { @for it in all.iter().take(30) { tr {
        th scope="row" { (frame.now.full(it.made_at)) }
        td data-label="Stands" { @if it.is_current || it.standing != Standing::Learned { (standing(it.standing)) } @else { "Learned" } }
        td data-label="Method" { @if it.standing == Standing::TooFew { "–" } @else { (recommend::name_of(&it.recipe)) } }
        td.is-end data-label="nDCG@10" { (ndcg(it)) }
        td.is-end data-label="Purchases" { (grouped(it.purchases)) }
        td data-label="Why" { small { (it.why) } }
    } } };
    panel("Nights")
        .lead("Each night is learned anew; what was learned is never changed afterwards.")
        .holds(
            table("Nights")
                .col("Night")
                .col("Stands")
                .col("Method")
                .col_end("nDCG@10")
                .col_end("Purchases")
                .col("Why")
                .rows(rows),
        )
}
