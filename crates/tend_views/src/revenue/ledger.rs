use maud::{Markup, Render, html};
use tend_core::{
    agents::Agent,
    money::{
        days::month_text,
        figures::{self, Figure, Which},
        income::Bridge,
        ledger::{Ledger, Measure, Month, Moved, Over, Report},
    },
};

use super::{
    Place, accounts_text, apart::adds_up, card, definitions, interval_text, minor, month_name,
    shell, value_text,
};
use crate::{
    layout::Frame,
    parts::{Element, Icon, Tabs, button, empty, link_button, panel, select, tab, table, tabs},
    urls,
};

/// The ledger, and what it was asked for.
#[derive(Clone, Debug)]
pub struct RevenuePage {
    pub report: Report,
    /// The months that can be chosen, the newest first.
    pub choices: Vec<i64>,
    pub owner: String,
    pub agents: Vec<Agent>,
    /// The segment that it is of; empty for everybody.
    pub segment: String,
    /// Id and name of those there are.
    pub segments: Vec<(String, String)>,
    /// The account that it is of alone: its id and name.
    pub account: Option<(String, String)>,
    /// From this ledger to the portfolio, where it is of today and not of one account.
    pub bridge: Option<Bridge>,
    pub may_edit: bool,
}

impl RevenuePage {
    fn month(&self) -> i64 {
        self.report.months.last().map_or(0, |it| it.month)
    }

    /// What stays the same from link to link.
    fn asked(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("measure", self.report.measure.word().to_owned())];
        if !self.owner.is_empty() {
            all.push(("owner", self.owner.clone()));
        }
        if !self.segment.is_empty() {
            all.push(("segment", self.segment.clone()));
        }
        if let Some((id, _)) = &self.account {
            all.push(("account", id.clone()));
        }
        all
    }

    fn url(&self, path: &str, more: &[(&'static str, String)]) -> String {
        let mut all = self.asked();
        for it in more {
            all.retain(|known| known.0 != it.0);
            all.push(it.clone());
        }
        let all: Vec<(&str, &str)> = all.iter().map(|it| (it.0, it.1.as_str())).collect();
        urls::with_query(path, &all)
    }

    fn rows(&self, month: i64, over: Over, which: Which) -> String {
        let mut more = vec![("month", month_text(month)), ("which", which.word().to_owned())];
        if over == Over::Year {
            more.push(("over", "year".to_owned()));
        }
        self.url(&urls::revenue_rows(), &more)
    }
}

pub fn revenue_page(frame: &Frame, it: &RevenuePage) -> Markup {
    let nothing =
        it.report.months.iter().all(|it| it.ledger.start.accounts + it.ledger.end.accounts == 0);
    let acts = html! {
        @if it.may_edit { (link_button("Import", urls::revenue_import()).icon(Icon::Upload)) }
        @if !nothing { (link_button("Export", it.url(&urls::revenue_file(), &[("month", month_text(it.month()))])).icon(Icon::Download).attr("download", "")) }
    };
    let title = match &it.account {
        Some((_, name)) => format!("Revenue of {name}"),
        None => "Revenue".to_owned(),
    };
    shell(
        frame,
        Place::Ledger,
        &title,
        acts,
        html! {
            @if nothing && it.account.is_none() && it.owner.is_empty() && it.segment.is_empty() {
                (nobody_pays(it))
            } @else {
                (asks(it))
                (headline(it))
                @if let Some(bridge) = &it.bridge { (adds_up(bridge, &it.owner, &it.segment)) }
                (fall(it))
                (months(it))
                (definitions(&[&figures::MRR, &figures::ARR, &figures::NRR, &figures::GRR, &figures::LOGO_CHURN, &figures::REVENUE_CHURN, &figures::NET_CHURN, &figures::QUICK_RATIO, &figures::ARPA, &figures::NRR_WITHOUT_CONTRACTION]))
            }
        },
    )
}

fn nobody_pays(it: &RevenuePage) -> Markup {
    empty("No subscriptions yet", "When subscriptions are recorded, this page shows month by month what is new, what grew, what shrank and what left, to the cent.")
        .actions(html! { @if it.may_edit {
            (link_button("Import subscriptions", urls::revenue_import()).primary())
            (link_button("Products and rates", urls::catalog()))
        } })
        .render()
}

/// Month, owner and measure.
fn asks(it: &RevenuePage) -> Markup {
    let months = it.choices.iter().map(|month| (month_text(*month), month_name(*month)));
    let agents = std::iter::once((String::new(), "All owners".to_owned()))
        .chain(it.agents.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let segments = std::iter::once((String::new(), "All segments".to_owned()))
        .chain(it.segments.iter().cloned());
    let measures = [(Measure::Mrr, "A month"), (Measure::Arr, "A year")].map(|(measure, label)| {
        let more = [("measure", measure.word().to_owned()), ("month", month_text(it.month()))];
        tab(label, it.url(&urls::revenue(), &more), measure == it.report.measure)
    });
    html! {
        div.revenue-asks {
            form.revenue-ask method="get" action=(urls::revenue()) {
                input type="hidden" name="measure" value=(it.report.measure.word());
                @if let Some((id, _)) = &it.account { input type="hidden" name="account" value=(id); }
                (select("month", "Month", months, month_text(it.month())).label_hidden())
                (select("owner", "Owner", agents, &it.owner).label_hidden())
                @if !it.segments.is_empty() { (select("segment", "Segment", segments, &it.segment).label_hidden()) }
                (button("Show").submits())
            }
            (tabs(Tabs::Segment, "Measure", &measures))
            p.u-quiet.u-small { "Money in " (it.report.currency) ". Each subscription at the rate of the day it began." }
        }
    }
}

fn figure<'a>(them: &'a [Figure], id: &str) -> Option<&'a Figure> {
    them.iter().find(|it| it.definition.id == id)
}

/// The figures of the last month and of its twelve months.
fn headline(it: &RevenuePage) -> Markup {
    let report = &it.report;
    let (month, currency) = (it.month(), report.currency);
    let Some(last) = report.months.last() else { return html! {} };
    let closing = if report.measure == Measure::Mrr { "A month" } else { "A year" };
    let when = if last.is_over {
        format!("on the last day of {}", month_name(month))
    } else {
        "so far this month".to_owned()
    };
    let of_year = ["nrr", "grr", "logo_churn", "gross_revenue_churn", "quick_ratio"];
    html! {
        section.revenue-figures aria-label="Key figures" {
            (card(closing, &currency.whole(minor(last.ledger.end.amount)), Some(it.rows(month, Over::Month, Which::End)), html! { (accounts_text(last.ledger.end.accounts)) ", " (when) }))
            @for id in of_year { @if let Some(one) = figure(&report.of_year, id) {
                (card(one.definition.name, &value_text(one, currency), one.definition.rows.map(|which| it.rows(month, Over::Year, which)), html! {
                    @if let Some(sure) = interval_text(one, currency) { (sure) " · " }
                    "n " (one.n) " · 12 months"
                }))
            } }
            @if let Some(one) = figure(&report.of_month, "arpa") {
                (card(one.definition.name, &value_text(one, currency), Some(it.rows(month, Over::Month, Which::End)), html! { @if let Some(sure) = interval_text(one, currency) { (sure) " · " } "n " (one.n) }))
            }
        }
    }
}

/// The movements with where their bars begin and end.
fn steps(ledger: &Ledger) -> [(Which, Moved, i32, i128, i128); 7] {
    let mut at: i128 = 0;
    let all = [
        (Which::Start, ledger.start, 0),
        (Which::New, ledger.new, 1),
        (Which::Expansion, ledger.expansion, 1),
        (Which::Reactivation, ledger.reactivation, 1),
        (Which::Contraction, ledger.contraction, -1),
        (Which::Churn, ledger.churn, -1),
        (Which::End, ledger.end, 0),
    ];
    all.map(|(which, moved, way)| {
        let (from, to) = match way {
            0 => (0, moved.amount),
            1 => (at, at + moved.amount),
            _ => (at - moved.amount, at),
        };
        at = if way < 0 { from } else { to };
        (which, moved, way, from, to)
    })
}

/// Where the bars begin: at nothing; or, where the movements would be slivers on bars that long,
/// a little below the least that is reached, as a round number.
fn ground(ledger: &Ledger, top: i128) -> i128 {
    let all = steps(ledger);
    let least = all.iter().map(|it| if it.2 == 0 { it.4 } else { it.3 }).min().unwrap_or(0);
    if least == top || (top - least) * 4 >= top {
        return 0;
    }
    let room = least - (top - least) / 3;
    // Two digits of it, rounded down.
    let mut unit = 1;
    while unit * 100 <= room {
        unit *= 10;
    }
    (room / unit * unit).max(0)
}

/// From opening to closing, a line a movement.
fn fall(it: &RevenuePage) -> Markup {
    let Some(last) = it.report.months.last() else { return html! {} };
    let ledger = &last.ledger;
    let top = ledger.start.amount
        + ledger.new.amount
        + ledger.expansion.amount
        + ledger.reactivation.amount;
    let base = ground(ledger, top);
    let lead = if last.is_over { "" } else { "This month is not over: it is shown up to today." };
    let currency = it.report.currency;
    panel(format!("{}, from opening to closing", month_name(last.month))).lead(lead).holds(html! {
        ul.revenue-fall {
            @for (which, moved, way, from, to) in steps(ledger) {
                li { a.revenue-step href=(it.rows(last.month, Over::Month, which)) {
                    span.revenue-what { (which.label()) small { (accounts_text(moved.accounts)) } }
                    (bar(from, to, (base, top), way))
                    span.revenue-amount { @if way < 0 && moved.amount > 0 { "−" } @else if way > 0 && moved.amount > 0 { "+" } (currency.exact(minor(moved.amount))) }
                } }
            }
        }
        @if base > 0 { p.u-quiet.u-small { "The bars begin at " (currency.whole(minor(base))) ", not at nothing, so that the movements can be seen: opening and closing are broken off there." } }
    })
}

fn bar(from: i128, to: i128, (base, top): (i128, i128), way: i32) -> Markup {
    let wide = (top - base).max(1) as f64;
    let place = |it: i128| (it - base).max(0) as f64 * 1000.0 / wide;
    let class = match way {
        0 => "revenue-whole",
        1 => "revenue-more",
        _ => "revenue-less",
    };
    let long = (place(to) - place(from)).max(if to > from { 2.0 } else { 0.0 });
    html! {
        svg.revenue-bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect class=(class) x=(format!("{:.1}", place(from))) y="0" height="10" width=(format!("{long:.1}")) {}
            @if base > 0 && way == 0 && to > 0 { path.revenue-break d="M14 0 L20 0 L14 10 L8 10 Z M28 0 L34 0 L28 10 L22 10 Z" {} }
        }
    }
}

/// Month by month, each figure to the cent.
fn months(it: &RevenuePage) -> Markup {
    let rows = html! { @for one in it.report.months.iter().rev() { (month_row(it, one)) } };
    panel("Month by month")
        .lead("Opening and what came, less what went, is closing. Each figure opens its accounts.")
        .holds(
            table("Month by month")
                .wide()
                .col("Month")
                .col_end("Opening")
                .col_end("New")
                .col_end("Expansion")
                .col_end("Reactivation")
                .col_end("Contraction")
                .col_end("Churn")
                .col_end("Closing")
                .col_end("Accounts")
                .rows(rows),
        )
}

fn month_row(page: &RevenuePage, it: &Month) -> Markup {
    let ledger = &it.ledger;
    let cells = [
        (Which::Start, ledger.start, ""),
        (Which::New, ledger.new, "+"),
        (Which::Expansion, ledger.expansion, "+"),
        (Which::Reactivation, ledger.reactivation, "+"),
        (Which::Contraction, ledger.contraction, "−"),
        (Which::Churn, ledger.churn, "−"),
        (Which::End, ledger.end, ""),
    ];
    let to = page.url(&urls::revenue(), &[("month", month_text(it.month))]);
    html! {
        tr.is-selected[it.month == page.month()] {
            th scope="row" { a.link href=(to) { (month_name(it.month)) } @if !it.is_over { " " span.u-quiet { "so far" } } }
            @for (which, moved, sign) in cells {
                td.is-end { @if moved.amount == 0 { span.u-quiet { "–" } } @else {
                    a.figure-link href=(page.rows(it.month, Over::Month, which)) { (sign) (plain(page, minor(moved.amount))) }
                } }
            }
            td.is-end { (ledger.end.accounts) }
        }
    }
}

/// Without the currency, which stands above.
fn plain(page: &RevenuePage, amount: i64) -> String {
    let text = page.report.currency.exact(amount);
    text.trim_start_matches(page.report.currency.sign()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use tend_core::money::ledger::{Span, add_up};

    use super::*;

    fn of(them: &[(i64, i64)]) -> (Ledger, i128) {
        let span = |it: &(i64, i64)| Span { start: it.0, end: it.1, was_customer: it.0 > 0 };
        let it = add_up(them.iter().map(span));
        let top = it.start.amount + it.new.amount + it.expansion.amount + it.reactivation.amount;
        (it, top)
    }

    #[test]
    fn bars_begin_at_nothing_unless_the_movements_were_slivers() {
        let (small, top) = of(&[(1_000_000, 1_000_000), (20_000, 30_000), (5_000, 0), (0, 7_000)]);
        let base = ground(&small, top);
        assert!(base > 900_000 && base < 1_020_000, "{base}");
        assert!(steps(&small).iter().all(|it| it.4 >= base), "no bar ends before it begins");
        let (large, top) = of(&[(1_000, 200), (100, 900)]);
        assert_eq!(ground(&large, top), 0);
        let (still, top) = of(&[(1_000, 1_000)]);
        assert_eq!(ground(&still, top), 0, "nothing moved");
    }
}
