//! Why customers left.

use maud::{Markup, html};
use tend_core::money::{
    meanings,
    renewals::{Ended, Lost, Reasons, Row},
};

use super::{Place, card, day_name, definitions, percent, share_between, shell};
use crate::{
    layout::Frame,
    parts::{Element, Icon, counted, empty, link_button, panel, table},
    urls,
};

fn who(of: &str) -> String {
    urls::with_query(&urls::churn_rows(), &[("reason", of)])
}

/// Why customers left: as many and as much as the ledger says.
pub fn churn_page(frame: &Frame, it: &Reasons) -> Markup {
    let acts = html! { @if it.total.accounts > 0 { (link_button("Export", urls::churn_file()).icon(Icon::Download).attr("download", "")) } };
    let nothing = it.total.accounts == 0 && it.stayed.subscriptions + it.passed.subscriptions == 0;
    shell(
        frame,
        Place::Churn,
        "Why customers left",
        acts,
        html! {
            @if nothing { (empty("Nobody left", "Accounts that left in the last twelve months stand here by the reason that was given.")) }
            @else {
                (sums(it))
                @if it.total.accounts > 0 { (reasons(it)) }
                (beside(it))
            }
            (definitions(&[&meanings::CHURN_BY_REASON]))
        },
    )
}

fn sums(it: &Reasons) -> Markup {
    let one = |title: &str, lost: Lost, url: String| {
        let n = i64::try_from(lost.accounts).unwrap_or(i64::MAX);
        card(title, &it.currency.exact(lost.arr), Some(url), counted(n, "account", "accounts"))
    };
    let ledger = urls::with_query(
        &urls::revenue_rows(),
        &[("which", "churn"), ("over", "year"), ("measure", "arr")],
    );
    html! {
        p.u-quiet.revenue-says { "Accounts that paid at the end of " (day_name(it.from_day)) " and pay nothing on " (day_name(it.to_day)) ", with what they paid a year then." }
        section.revenue-figures aria-label="With and without a reason" {
            (one("With a reason", it.said, who("some")))
            (one("Without a reason", it.unsaid, who("none")))
            (one("Churn, as in the ledger", it.total, ledger))
        }
    }
}

fn reasons(it: &Reasons) -> Markup {
    let share = |arr: i64| match it.total.arr {
        0 => "–".to_owned(),
        all => percent(arr as f64 / all as f64),
    };
    let line = |row: &Row| {
        let of = row.id.map_or("none".to_owned(), |it| it.to_string());
        html! { tr {
            th scope="row" { (row.reason.as_deref().unwrap_or("Nobody said")) }
            td.is-end data-label="Accounts" { a.figure-link href=(who(&of)) { (row.lost.accounts) } }
            td.is-end data-label="Share of accounts" { @if let Some(sure) = row.share { (percent(sure.value)) " " span.u-quiet { (share_between((sure.lower, sure.upper))) } } }
            td.is-end data-label="Share of money" { (share(row.lost.arr)) }
            td.is-end { a.figure-link href=(who(&of)) { (it.currency.exact(row.lost.arr)) } }
        } }
    };
    let rows = html! {
        @for row in &it.rows { (line(row)) }
        tr.revenue-sum { th scope="row" { "Together" } td.is-end { (it.total.accounts) } td.is-end {} td.is-end {} td.is-end { (it.currency.exact(it.total.arr)) } }
    };
    panel("By reason")
        .lead("Each account under the reason of its subscription that ended last with one.")
        .holds(
            table("Reasons")
                .col("Reason")
                .col_end("Accounts")
                .col_end("Share of accounts")
                .col_end("Share of money")
                .col_end("A year")
                .rows(rows),
        )
}

/// What ended and is no churn of the year.
fn beside(it: &Reasons) -> Markup {
    let one = |what: &str, of: Ended| {
        html! { @if of.subscriptions > 0 {
            p.u-quiet { (counted(of.subscriptions, "subscription", "subscriptions")) ", " (it.currency.exact(of.arr)) " a year, ended " (what) "." }
        } }
    };
    html! {
        (one("while their accounts pay for others: that is contraction, not churn", it.stayed))
        (one("of accounts that came and left within the twelve months: the ledger of the year has them at neither end", it.passed))
    }
}
