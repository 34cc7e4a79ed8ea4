use maud::{Markup, html};
use tend_core::{
    money::days,
    remedies::{
        like::{ENOUGH as ALIKE, Like},
        report::{By, ENOUGH, Group, Report, Share},
    },
};

use crate::{
    layout::{Frame, page},
    parts::{Element, Icon, Tabs, empty, grouped, link_button, tab, table, tabs},
    urls,
};

/// So many days can be looked back.
pub const PERIODS: [i64; 3] = [30, 90, 365];

/// What remedies cost in some days.
#[derive(Clone, Debug)]
pub struct ReportPage {
    pub report: Report,
    /// One of [`PERIODS`].
    pub period: i64,
}

fn url(path: &str, by: By, period: i64) -> String {
    urls::with_query(path, &[("by", by.word()), ("days", &period.to_string())])
}

/// The list behind a figure.
fn behind(it: &Report, key: &str) -> String {
    let (from, to) = (days::text(it.days.0), days::text(it.days.1));
    urls::with_query(
        &urls::remedies(),
        &[("state", "done"), (it.by.word(), key), ("from", &from), ("to", &to)],
    )
}

pub fn report_page(frame: &Frame, page_: &ReportPage) -> Markup {
    let (it, period) = (&page_.report, page_.period);
    let path = urls::remedies_report();
    let by: Vec<_> = By::ALL
        .iter()
        .map(|one| tab(one.label(), url(&path, *one, period), *one == it.by))
        .collect();
    let spans =
        PERIODS.map(|one| tab(format!("{one} days"), url(&path, it.by, one), one == period));
    let file = url(&urls::remedies_report_file(), it.by, period);
    let bar = html! {
        (link_button("All remedies", urls::remedies()).quiet().small().icon(Icon::ArrowLeft))
        @if it.all.count > 0 { (link_button("Export", file).quiet().small().icon(Icon::Download).attr("download", "")) }
    };
    page(frame, "What remedies cost").bar(bar).shows(html! {
        div.usage-page {
            header.usage-head { (tabs(Tabs::Segment, "Days", &spans)) }
            @if it.all.count == 0 { (empty("Nothing was carried out in these days", "When a remedy is carried out, this page shows what it cost and whether the customer came back.").plain()) }
            @else {
                (head(it))
                (tabs(Tabs::Segment, "By", &by))
                (groups(it))
                (meaning(it))
            }
        }
    })
}

fn head(it: &Report) -> Markup {
    let all = &it.all;
    html! {
        p.remedies-lead {
            a.figure-link href=(behind(it, "")) { (grouped(all.count)) @if all.count == 1 { " remedy" } @else { " remedies" } }
            " worth " (it.home.exact(all.given)) ". "
            @if all.again.n == 0 { "None is older than 90 days yet, so whether customers came back is not known." }
            @else { "Of the " (grouped(all.again.n as i64)) " that are older than 90 days, after " (percent(&all.again)) " the customer ordered again within 90 days" (range(&all.again)) "." }
        }
        @if it.without.n > 0 {
            p.u-quiet {
                "After " (percent(&it.without)) " of " (grouped(it.without.n as i64)) " orders of that time for which nothing was made right there was another one within 90 days" (range(&it.without))
                ". That is for comparison only: these orders differ in more than the remedy."
            }
        }
        (like(&it.like))
    }
}

/// What was given beside what was not, for the same reason and in the same month.
fn like(it: &Like) -> Markup {
    let share = |(of, n): (u64, u64)| whole(if n == 0 { 0.0 } else { of as f64 / n as f64 });
    html! {
        p.remedies-lead {
            b { "Like with like. " }
            @match it.difference {
                Some(one) => {
                    "Of " (grouped(it.given.1 as i64)) " remedies that were given, " (share(it.given)) " of the customers ordered again; of " (grouped(it.not_given.1 as i64)) " that were asked for and not given, for the same reason in the same month, " (share(it.not_given)) ". "
                    @if one.lower > 0.0 || one.upper < 0.0 { "That is " (points(one.value)) ", between " (points(one.lower)) " and " (points(one.upper)) "." }
                    @else { "The difference may be chance: it lies between " (points(one.lower)) " and " (points(one.upper)) "." }
                }
                None => {
                    "Whether a remedy brings customers back is not known. It takes " (ALIKE) " on each side that were asked for the same reason in the same month; there are "
                    (grouped(it.given.1 as i64)) " that were given and " (grouped(it.not_given.1 as i64)) " that were not, older than 90 days."
                }
            }
        }
    }
}

/// A difference of shares, in points: `+12 points`.
fn points(it: f64) -> String {
    format!("{:+.0} points", it * 100.0)
}

fn groups(it: &Report) -> Markup {
    let rows = html! { @for group in &it.groups { (row(it, group)) } };
    table("Remedies")
        .wide()
        .col(it.by.label())
        .col_end("Remedies")
        .col_end("Given")
        .col_end("Ordered again")
        .col_end("95% interval")
        .col_end("Of")
        .col_end("Pays no more")
        .rows(rows)
}

fn row(it: &Report, group: &Group) -> Markup {
    let url = behind(it, &group.key);
    html! {
        tr {
            th scope="row" { a.link href=(url) dir="auto" { (group.name) } }
            td.is-end { a.figure-link href=(url) { (grouped(group.count)) } }
            td.is-end { a.figure-link href=(url) { (it.home.exact(group.given)) } }
            td.is-end { @if group.again.n > 0 { (percent(&group.again)) } @else { span.u-quiet { "not known" } } }
            td.is-end { @if let Some(one) = group.again.interval { (whole(one.lower)) " to " (whole(one.upper)) } }
            td.is-end { (grouped(group.again.n as i64)) }
            td.is-end { @if group.churned.n > 0 { (grouped(group.churned.of as i64)) " of " (grouped(group.churned.n as i64)) } @else { span.u-quiet { "–" } } }
        }
    }
}

fn meaning(it: &Report) -> Markup {
    html! {
        p.u-quiet.u-small.remedies-lead {
            @if it.is_ranked { "The dearest first. " } @else { "By name: with fewer than " (ENOUGH) " in a group, an order by size would say little. " }
            "Amounts are in " (it.home) ", at the rate of the day on which each was asked for. “Ordered again” counts remedies that are older than 90 days; “Pays no more” counts customers whose account had a subscription."
            @if it.by.word() == "product" { " An order with several products stands at each of them." }
        }
    }
}

fn percent(it: &Share) -> String {
    whole(if it.n == 0 { 0.0 } else { it.of as f64 / it.n as f64 })
}

fn whole(share: f64) -> String {
    crate::parts::percent(share, 0)
}

fn range(it: &Share) -> String {
    it.interval.map_or(String::new(), |it| {
        format!(" (95% interval {} to {})", whole(it.lower), whole(it.upper))
    })
}
