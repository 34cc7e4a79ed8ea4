//! The page of how one account fares.

use maud::{Markup, html};
use tend_core::{
    health::{Changed, Of, Percent, Snapshot},
    money::days,
};

use super::{
    changed::changed,
    judged::{JudgeForm, judged},
    learned::learned_from,
    sign::{health_line, percent, stays},
    why::{rule, way, why},
};
use crate::{
    book::{day_text, money},
    charts::{Lines, Series, Stroke},
    layout::{Frame, page, side_button},
    parts::{Icon, counted, icon_s, panel, table},
    revenue::month_name,
    urls,
};

/// How an account fares, with what was asked of it.
#[derive(Clone, Debug)]
pub struct HealthPage {
    pub of: Of,
    /// Two days that are compared, and what is different if both were written down.
    pub days: (i64, i64),
    pub changed: Option<Changed>,
    pub form: JudgeForm,
}

pub fn health_page(frame: &Frame, it: &HealthPage) -> Markup {
    let of = &it.of;
    let title = format!("Health of {}", of.name);
    page(frame, &title).fixed().shows(html! {
        div.healthpage-whole {
            header.shell-bar {
                (side_button())
                nav.customers-crumb aria-label="Where this is" {
                    a.u-quiet href=(urls::accounts()) { "Accounts" } (icon_s(Icon::ChevronRight))
                    a.u-quiet.u-truncate href=(urls::account(of.account)) dir="auto" { (of.name) } (icon_s(Icon::ChevronRight)) span { "Health" }
                }
            }
            div.healthpage {
                h1.u-hidden-visually { (title) }
                (figures(of))
                div.healthpage-cols {
                    div.healthpage-main { (main(it)) }
                    div.healthpage-side { (side(frame, it)) }
                }
            }
        }
    })
}

fn figures(it: &Of) -> Markup {
    let score = it.snapshot.and_then(|it| it.rule_score);
    html! {
        section.healthpage-figures aria-label="Key figures" {
            div.healthpage-figure.healthpage-first { (will_stay(it)) }
            div.healthpage-figure { h2 { "Rule score" } p.healthpage-big { @match score { Some(score) => { b { (format!("{score:.0}")) } " of 100" } None => b { "–" } } } p { "by your own weights, not a probability" } }
            @if let Some(risk) = it.risk.filter(|it| *it >= 0) {
                div.healthpage-figure { h2 { "At risk" } p.healthpage-big { b.u-bad { (money(risk, &it.currency)) } } p { "what it pays a year times the risk" @if it.judged.is_some() { ", as overridden" } } }
            }
            @if let Some(last) = &it.snapshot {
                div.healthpage-figure { h2 { "Rests on nothing" } p.healthpage-big { b { (percent(last.stale_share)) } } p { "of the weight is on measures that are blank or too old" } }
            }
        }
    }
}

fn will_stay(it: &Of) -> Markup {
    html! {
        @match &it.percent {
            Percent::Known { p, low, high, horizon_days } => {
                @let (stay, worst, best) = stays(*p, *low, *high);
                h2 { "Will stay for " (counted(*horizon_days, "day", "days")) }
                p.healthpage-big { b { (percent(stay)) } " between " (percent(worst)) " and " (percent(best)) }
                (health_line(stay, worst, best, true))
                @if let Some(judged) = &it.judged { p { b { (percent(1.0 - judged.p)) } " says " (judged.by) ", until " (day_text(judged.expires_on, it.today)) "." } }
            }
            Percent::NotKnown(sentence) => {
                h2 { "Will it stay?" } p.healthpage-big { b { "Not known" } } p.healthpage-sentence { (sentence) }
                @if let Some(judged) = &it.judged { p { b { (percent(1.0 - judged.p)) } " says " (judged.by) ", until " (day_text(judged.expires_on, it.today)) "." } }
            }
            Percent::Gone { day, p } => {
                h2 { "Left" } p.healthpage-big { b { (day_text(*day, it.today)) } }
                p { @match p { Some(p) => { "Its risk was " (percent(*p)) " on that day. This stays as it was." } None => { "No risk had been foretold. What was written down stays as it was." } } }
            }
        }
    }
}

fn main(page: &HealthPage) -> Markup {
    let it = &page.of;
    let score = it.snapshot.and_then(|it| it.rule_score);
    let p = it.snapshot.and_then(|it| it.p);
    html! {
        @if let (Some(sum), Some(p)) = (&it.sum, p) { (why(&it.name, p, sum, &it.lines)) }
        @if it.snapshot.is_some() {
            (rule(score, &it.profile, &it.groups, &it.lines))
            (history(it))
            (changed(it, page.days, page.changed.as_ref()))
        } @else {
            (panel("Nothing yet").holds(html! { p { "Once a day Tend writes down how each customer fares: what they use, ask, pay and reach. The first time for this account is tomorrow." } }))
        }
    }
}

fn side(frame: &Frame, page: &HealthPage) -> Markup {
    let it = &page.of;
    let p = it.snapshot.filter(|it| !it.frozen).and_then(|it| it.p);
    html! {
        @if let (Some(change), Some(p)) = (&it.way, p) { (way(change, p)) }
        (judged(frame, it, &page.form))
        (about(it))
    }
}

/// What stands behind the numbers.
fn about(it: &Of) -> Markup {
    let Some(last) = &it.snapshot else { return html! {} };
    panel("What it rests on").holds(html! {
        p { "Written down on " b { (day_text(last.day, it.today)) } ", from what was known before that day. It holds as long as nothing but the day changes." }
        @match &it.model {
            Some(model) if model.known => p { "Learned from " (learned_from(model)) "." },
            Some(model) => p.u-quiet { "Known by now are " (learned_from(model)) "." },
            None => {},
        }
        p.u-quiet { "Profile " span dir="auto" { (it.profile) } ", version " (last.version) "."
            @if it.may_manage { " " a.link href=(urls::health_settings()) { "Profiles and weights" } } }
    })
}

/// The rule score and the probability of staying, over a year.
fn history(it: &Of) -> Markup {
    let Some(first) = it.history.first() else { return html! {} };
    let lead = html! { "Written down since " (day_text(first.day, it.today)) "." };
    panel("Over a year").lead(lead).holds(html! {
        (picture(it))
        details.healthpage-numbers { summary { "The numbers" }
            (table("What was written down").col("Day").col_end("Will leave").col_end("Between").col_end("Rule score").tight().rows(html! { @for one in it.history.iter().rev().take(100) { (number(it, one)) } }))
        }
    })
}

fn picture(it: &Of) -> Lines {
    let start = it.today - 365;
    let at = |one: &Snapshot| (one.day.max(start) - start) as f64;
    let percent = |p: f64| 100.0 * (1.0 - p);
    let all = it.history.iter();
    let mut scores: Vec<_> =
        all.clone().filter_map(|one| Some((at(one), one.rule_score?))).collect();
    let mut stays: Vec<_> =
        all.clone().filter_map(|one| Some((at(one), percent(one.p?)))).collect();
    let both = |one: &Snapshot| Some((at(one), percent(one.p_high?), percent(one.p_low?)));
    let mut band: Vec<_> = all.filter_map(both).collect();
    // A row holds until the next one, and the last until today.
    if !matches!(it.percent, Percent::Gone { .. }) {
        scores.extend(scores.last().map(|it| (365.0, it.1)));
        stays.extend(stays.last().map(|it| (365.0, it.1)));
        band.extend(band.last().map(|it| (365.0, it.1, it.2)));
    }
    let series = [
        Series::new("Rule score", Stroke::Dashed, scores),
        Series { band, ..Series::new("Will stay, per cent", Stroke::First, stays) },
    ];
    Lines {
        title: format!("How {} fared in a year", it.name),
        x: String::new(),
        y: "0 to 100".into(),
        percent: false,
        series: series.into_iter().filter(|it| !it.points.is_empty()).collect(),
        mark: None,
        between: None,
        ticks: months_since(start, it.today),
    }
}

/// The first of each month of the year, as days since it began.
fn months_since(start: i64, today: i64) -> Vec<(f64, String)> {
    let first = days::month_of(start) + 1;
    (first..=days::month_of(today))
        .map(|month| ((days::first_of(month) - start) as f64, month_name(month)))
        .collect()
}

fn number(it: &Of, one: &Snapshot) -> Markup {
    html! {
        tr {
            th scope="row" { (day_text(one.day, it.today)) @if one.frozen { ", left" } }
            td.is-end { @match one.p { Some(p) => (percent(p)), None => "–" } }
            td.is-end { @match (one.p_low, one.p_high) { (Some(low), Some(high)) => { (percent(low)) " and " (percent(high)) } _ => "–" } }
            td.is-end { @match one.rule_score { Some(score) => (format!("{score:.0}")), None => "–" } }
        }
    }
}
