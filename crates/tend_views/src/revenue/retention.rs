//! Who stays: a heat map of cohorts.

use maud::{Markup, html};
use tend_core::{
    book::SegmentId,
    money::{
        days::month_text,
        meanings,
        retention::{Asked, Basis, Came, Member, Retention, Share, sure},
    },
};

use super::{Place, accounts_text, definitions, month_name, percent, shell};
use crate::{
    layout::Frame,
    parts::{
        Element, Icon, Tab, Tabs, Tone, badge, button, empty, link_button, panel, percent_between,
        select, tab, table, tabs,
    },
    urls,
};

/// So many months after the first are shown.
const MONTHS: usize = 13;
/// Of fewer accounts, a share says little.
const FEW: u64 = 30;
/// The most accounts of one page.
const MOST: usize = 500;

/// Who stays.
#[derive(Clone, Debug)]
pub struct RetentionPage {
    pub report: Retention,
    pub shown: Came,
    /// Id and name of each segment.
    pub segments: Vec<(String, String)>,
}

fn word(it: Came) -> &'static str {
    match it {
        Came::On => "on",
        Came::OnOrAfter => "after",
    }
}

/// What is asked, as an address says it.
fn query(asked: Asked, shown: Came) -> Vec<(&'static str, String)> {
    let mut all = vec![("basis", asked.basis.word().to_owned()), ("shown", word(shown).to_owned())];
    all.extend(asked.segment.map(|it| ("segment", it.to_string())));
    all
}

fn address(url: &str, all: &[(&str, String)]) -> String {
    let all: Vec<(&str, &str)> = all.iter().map(|it| (it.0, it.1.as_str())).collect();
    urls::with_query(url, &all)
}

fn link(asked: Asked, shown: Came) -> String {
    address(&urls::retention(), &query(asked, shown))
}

/// With the cohorts that are left out otherwise.
fn older(asked: Asked, shown: Came) -> String {
    let mut all = query(asked, shown);
    all.push(("months", "all".to_owned()));
    address(&urls::retention(), &all)
}

pub fn retention_page(frame: &Frame, page: &RetentionPage) -> Markup {
    let (it, shown) = (&page.report, page.shown);
    shell(
        frame,
        Place::Retention,
        "Who stays",
        html! { @if !it.cohorts.is_empty() { (link_button("Export", address(&urls::retention_file(), &query(it.asked, shown))).icon(Icon::Download).attr("download", "")) } },
        html! {
            (asks(page))
            @if it.cohorts.is_empty() {
                (empty("No cohort is complete yet", "Accounts stand here by the month they first came, as soon as that month is over.")
                    .actions(super::import_act(frame)))
            } @else {
                p.u-quiet { "Accounts by the month they first came. " (month_name(it.last_complete)) " is the last month that is over; months that are not over are left out, so that the newest cohort does not look like the worst." @if it.older.0 > 0 { " " (it.older.0) " older cohorts of " (accounts_text(it.older.1)) " are not shown: " a.link href=(older(it.asked, shown)) { "show all" } "." } }
                (heat(it, shown))
                (brackets(it))
                (definitions(&[&meanings::RETENTION_ON, &meanings::RETENTION_LATER, &meanings::RETENTION_BRACKET]))
            }
        },
    )
}

fn asks(page: &RetentionPage) -> Markup {
    let (asked, shown) = (page.report.asked, page.shown);
    let bases: Vec<Tab> = Basis::ALL
        .into_iter()
        .map(|basis| {
            tab(basis.label(), link(Asked { basis, ..asked }, shown), basis == asked.basis)
        })
        .collect();
    let kinds: Vec<Tab> = [(Came::On, "In that month"), (Came::OnOrAfter, "In it or later")]
        .into_iter()
        .map(|(one, label)| tab(label, link(asked, one), one == shown))
        .collect();
    html! {
        div.revenue-asks {
            (tabs(Tabs::Segment, "What counts", &bases))
            (tabs(Tabs::Segment, "Which share", &kinds))
            (segment_ask(&urls::retention(), asked.segment, &page.segments, html! {
                input type="hidden" name="basis" value=(asked.basis.word());
                input type="hidden" name="shown" value=(word(shown));
            }))
        }
    }
}

/// Of which segment a page is; nothing where there is none to choose.
pub(super) fn segment_ask(
    url: &str,
    chosen: Option<SegmentId>,
    all: &[(String, String)],
    more: Markup,
) -> Markup {
    let chosen = chosen.map_or(String::new(), |it| it.to_string());
    let segments = std::iter::once((String::new(), "All segments".to_owned()));
    html! {
        @if !all.is_empty() { form.revenue-ask method="get" action=(url) {
            (more)
            (select("segment", "Segment", segments.chain(all.iter().cloned()), &chosen).label_hidden())
            (button("Show").submits())
        } }
    }
}

/// The accounts behind a share of a cohort.
#[derive(Clone, Debug)]
pub struct CohortPage {
    pub asked: Asked,
    pub shown: Came,
    /// The month in which they first came.
    pub first: i64,
    /// So many months after it.
    pub k: i64,
    pub members: Vec<Member>,
    /// The same as a file.
    pub file: String,
}

pub fn cohort_page(frame: &Frame, it: &CohortPage) -> Markup {
    let title = format!("First came in {}", month_name(it.first));
    let came = it.members.iter().filter(|it| it.came).count();
    let when = match it.shown {
        Came::On => format!("in {}", month_name(it.first + it.k)),
        Came::OnOrAfter => format!("in {} or later", month_name(it.first + it.k)),
    };
    let rows = html! { @for one in it.members.iter().take(MOST) { tr {
        th scope="row" { a.link href=(urls::account(one.account)) dir="auto" { (one.name) } }
        td { @if one.came { (badge("Came").tone(Tone::Good)) } @else { span.u-quiet { "Did not come" } } }
    } } };
    let all = it.members.len();
    shell(
        frame,
        Place::Retention,
        &title,
        html! {
            (link_button("Back to the cohorts", link(it.asked, it.shown)))
            (link_button("Export", it.file.clone()).icon(Icon::Download).attr("download", ""))
        },
        html! {
            @if all == 0 { (empty("Nobody", "No account first came in this month.").plain()) }
            @else {
                p.u-quiet { (came) " of " (accounts_text(all as u64)) " came " (when) "." @if all > MOST { " The first " (MOST) " are shown." } }
                (table("Accounts").col("Account").col(&when).rows(rows))
            }
        },
    )
}

fn heat(it: &Retention, shown: Came) -> Markup {
    let most = it.cohorts.iter().map(|it| it.return_on.len()).max().unwrap_or(0).min(MONTHS);
    let mut shown_table = table("Cohorts").wide().tight().col("Began").col_end("Accounts");
    for k in 0..most {
        shown_table = shown_table.col_end(format!("+{k}"));
    }
    let rows = html! { @for cohort in it.cohorts.iter().rev() {
        @let shares = if shown == Came::On { &cohort.return_on } else { &cohort.on_or_after };
        tr {
            th scope="row" { (month_name(cohort.period)) }
            td.is-end { (cohort.n) }
            @for k in 0..most { (cell(shares.get(k), || behind(it.asked, shown, cohort.period, k))) }
        }
    } };
    panel("Cohorts").lead("Share of a cohort, so many months after its first. Paler is a smaller share. Hollow is fewer than 30 accounts: there, one more or less moves it by several per cent. Of longer lives, the first twelve months are shown; the file has them all.").holds(html! { div.revenue-heat { (shown_table.rows(rows)) } })
}

/// Where the accounts behind a share are.
fn behind(asked: Asked, shown: Came, first: i64, k: usize) -> String {
    let mut all = query(asked, shown);
    all.extend([("first", month_text(first)), ("after", k.to_string())]);
    address(&urls::cohort(), &all)
}

fn cell(it: Option<&Share>, rows: impl Fn() -> String) -> Markup {
    let Some(share) = it.filter(|it| it.n > 0) else { return html! { td {} } };
    let part = share.k as f64 / share.n as f64;
    let step = (part * 10.0).round() as i64;
    let title = match sure(share) {
        Some(it) => {
            format!("{} of {}, {}", share.k, share.n, percent_between((it.lower, it.upper), 0))
        }
        None => format!("{} of {}", share.k, share.n),
    };
    let few = if share.n < FEW { " is-few" } else { "" };
    html! { td class={ "is-end revenue-cell revenue-heat-" (step) (few) } title=(title) { a href=(rows()) { (format!("{:.0}", part * 100.0)) } } }
}

fn brackets(it: &Retention) -> Markup {
    let name = |(from, to): (i64, i64)| match (from, to) {
        (0, 0) => "The first month".to_owned(),
        (a, b) => format!("Months {a} to {b} after"),
    };
    let rows = html! { @for (bracket, share) in &it.brackets { tr {
        th scope="row" { (name(*bracket)) }
        td.is-end data-label="Of" { (share.n) }
        td.is-end data-label="Came" { (share.k) }
        td.is-end data-label="Share" { @match sure(share) { Some(it) => { (percent(it.value)) " " span.u-quiet { (format!("{:.0} to {:.0}", it.lower * 100.0, it.upper * 100.0)) } } None => { "–" } } }
    } } };
    panel("All cohorts together").lead("Who came at all in these months. An account counts once the last of them is over for it.").holds(
        table("Brackets").col("When").col_end("Of").col_end("Came").col_end("Share").rows(rows),
    )
}
