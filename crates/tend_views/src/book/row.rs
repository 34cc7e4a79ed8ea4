//! One account of the portfolio, and the heads of the columns.

use maud::{Markup, html};
use tend_core::book::{By, Column, Fares, Line};

use super::{
    money::{day_ahead, day_text, money, stage_badge},
    portfolio::{Portfolio, way},
};
use crate::{
    health::{health_line, percent, stays},
    parts::{Now, account_avatar, agent_avatar, badge, grouped},
    urls,
};

fn sorts(column: Column) -> Option<By> {
    Some(match column {
        Column::Risk => By::Risk,
        Column::Arr => By::Arr,
        Column::Renewal => By::Renewal,
        Column::Stage => By::Stage,
        Column::Owner => By::Owner,
        Column::Touch => By::Touch,
        Column::Open => By::Open,
        Column::Trend => By::Trend,
        Column::Health | Column::Used | Column::Contacts | Column::Parent | Column::Tags => {
            return None;
        }
    })
}

fn is_end(column: Column) -> bool {
    matches!(column, Column::Risk | Column::Arr | Column::Open | Column::Contacts)
}

/// The heads; those by which one can sort are links.
pub(super) fn head(it: &Portfolio) -> Markup {
    html! {
        tr {
            th.portfolio-check { span.u-hidden-visually { "Choose" } }
            (sorted_head(it, By::Name, "Account", ""))
            @for column in &it.columns {
                @let class = if is_end(*column) { "is-end" } else { "" };
                @match sorts(*column) {
                    Some(by) => (sorted_head(it, by, column.label(), class)),
                    None => th scope="col" class=(class) { (column.label()) },
                }
            }
        }
    }
}

fn sorted_head(it: &Portfolio, by: By, label: &str, class: &str) -> Markup {
    let current = it.order.by == by;
    let down = by.is_down() != it.order.reversed;
    let next = match current && !it.order.reversed {
        true => format!("-{}", by.word()),
        false => by.word().to_owned(),
    };
    let sort = current.then_some(if down { "descending" } else { "ascending" });
    html! {
        th scope="col" class=(class) aria-sort=[sort] {
            a.portfolio-sort href=(it.url(&urls::portfolio(), "sort", &next)) { (label) @if current { " " (way(down)) } }
        }
    }
}

/// One account.
pub(super) fn row(now: &Now, it: &Portfolio, line: &Line) -> Markup {
    let label = format!("Choose {}", line.name);
    html! {
        tr data-item=(line.id) {
            td.portfolio-check { @if it.may_edit { input.field-box type="checkbox" name="id" value=(line.id) form="bulk" aria-label=(label) data-choose; } }
            th scope="row" {
                a.portfolio-name href=(urls::account(line.id)) {
                    (account_avatar(&line.name).s())
                    span.u-truncate { span dir="auto" { (line.name) } @if let Some((_, parent)) = &line.parent { " " small dir="auto" { (parent) } } }
                }
            }
            @for column in &it.columns { (cell(now, it, line, *column)) }
        }
    }
}

fn cell(now: &Now, page: &Portfolio, it: &Line, column: Column) -> Markup {
    let none = || html! { span.u-quiet { "–" } };
    let shown = match column {
        Column::Risk => it.risk.map(|risk| money(risk, &page.currency)),
        Column::Health => fares(it),
        Column::Arr => it.arr.map(|arr| money(arr, &page.currency)),
        Column::Renewal => it.renews_on.map(|day| day_ahead(day, page.today)),
        Column::Stage => it.stage.as_ref().map(|(_, name, tone)| html! { (stage_badge(name, *tone)) }),
        Column::Owner => it.owner.as_ref().map(|(_, name)| html! { span.portfolio-owner title=(name) { (agent_avatar(name, None).s()) span { (name) } } }),
        Column::Touch => it.touched_at.map(|at| now.short(at)),
        Column::Open => (it.open > 0).then(|| html! { a.figure-link href=(urls::view_list(format_args!("account:{}", it.id))) { (grouped(it.open)) } }),
        Column::Trend => trend(it),
        Column::Used => it.used_on.map(|day| html! { (day_text(day, page.today)) }),
        Column::Contacts => (it.contacts > 0).then(|| html! { (grouped(it.contacts)) }),
        Column::Parent => it.parent.as_ref().map(|(id, name)| html! { a.link href=(urls::account(id)) dir="auto" { (name) } }),
        Column::Tags => (!it.tags.is_empty()).then(|| html! { @for tag in it.tags.iter().take(3) { (badge(&tag.name).line()) " " } }),
    };
    html! { td class={ "portfolio-c-" (column.word()) @if is_end(column) { " is-end" } } { (shown.unwrap_or_else(none)) } }
}

/// How likely it stays, on Tend's own sign, and how much that changed in 30 days; or the hand
/// score where no chance is known.
fn fares(line: &Line) -> Option<Markup> {
    if let Some(p) = line.judged {
        return Some(overridden(p, line.fares.as_ref()));
    }
    let it = line.fares.as_ref()?;
    if it.frozen {
        return Some(html! { span.u-quiet { "Left" } });
    }
    let (Some(p), Some(low), Some(high)) = (it.p, it.p_low, it.p_high) else {
        let score = it.rule_score?;
        return Some(html! { span.u-quiet.u-small { "Rule score " (format!("{score:.0}")) } });
    };
    let (stay, worst, best) = stays(p, low, high);
    let change = it.before.map_or(0, |before| (100.0 * (before - p)).round() as i64);
    Some(html! {
        span.portfolio-health title={ "Stays with " (percent(stay)) ", between " (percent(worst)) " and " (percent(best)) } {
            span { (percent(stay)) } (health_line(stay, worst, best, false))
            @if change != 0 { span.portfolio-trend.u-small.u-bad[change <= -5].u-good[change >= 5].u-quiet[change.abs() < 5] { (way(change < 0)) (change.abs()) } }
        }
    })
}

/// What an agent believes instead, with a mark, and what is foretold beside it.
fn overridden(p: f64, fares: Option<&Fares>) -> Markup {
    let foretold = fares.and_then(|it| it.p).map(|it| percent(1.0 - it));
    let says = match &foretold {
        Some(it) => format!("Stays with {}, by an override; the model says {it}", percent(1.0 - p)),
        None => format!("Stays with {}, by an override; nothing is foretold", percent(1.0 - p)),
    };
    html! {
        span.portfolio-health title=(says) {
            span { (percent(1.0 - p)) }
            span.u-quiet.u-small { "override" @if let Some(it) = foretold { ", model " (it) } }
        }
    }
}

/// How much more or less it is used, in words, sign and colour.
fn trend(it: &Line) -> Option<Markup> {
    let Some(trend) = it.trend else {
        return (it.events > 0)
            .then(|| html! { span.u-quiet { (grouped(it.events)) " events, new" } });
    };
    let percent = trend / 10;
    Some(html! {
        span.portfolio-trend.u-bad[percent <= -25].u-good[percent >= 25].u-quiet[percent.abs() < 25] {
            @if percent != 0 { (way(percent < 0)) } (percent.abs()) "%"
        }
        span.u-hidden-visually { @if percent < 0 { " less" } @else { " more" } " than in the 30 days before" }
    })
}
