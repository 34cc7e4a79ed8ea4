//! From the ledger to the portfolio: what stands in one of them alone.

use maud::{Markup, html};
use tend_core::money::{
    Currency,
    income::{Apart, Bridge, Line, Part},
};

use super::{Place, accounts_text, day_name, shell};
use crate::{
    layout::Frame,
    parts::{Element, Icon, empty, link_button, table},
    urls,
};

/// The most lines of one page.
const MOST: usize = 500;

fn address(path: &str, part: Apart, owner: &str, segment: &str) -> String {
    let all = [("part", part.word()), ("owner", owner), ("segment", segment)];
    let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
    urls::with_query(path, &some)
}

/// How the ledger's yearly income and the portfolio's come together, to the cent.
pub(super) fn adds_up(it: &Bridge, owner: &str, segment: &str) -> Markup {
    let part = |sign: &str, it_is: Apart, of: Part| {
        html! { @if of.accounts > 0 {
            " " (sign) " " a.figure-link href=(address(&urls::revenue_apart(), it_is, owner, segment)) { (it.currency.exact(of.arr)) }
            @match it_is {
                Apart::Entered => { " that somebody entered for " (accounts_text(of.accounts as u64)) " without a subscription, which is not in the ledger" }
                Apart::Outside => { " of " (accounts_text(of.accounts as u64)) " of persons in nobody’s portfolio" }
            }
        } }
    };
    let total = it.portfolio();
    html! {
        p.revenue-adds-up id="adds-up" {
            "A year, today: " (it.currency.exact(it.ledger.arr)) " by the subscriptions of " (accounts_text(it.ledger.accounts as u64))
            (part("+", Apart::Entered, it.entered))
            (part("−", Apart::Outside, it.outside))
            " = " b { (it.currency.exact(total.arr)) } " of " (accounts_text(total.accounts as u64)) ", as the portfolio says."
        }
    }
}

/// The accounts of one part of it.
#[derive(Clone, Debug)]
pub struct ApartPage {
    pub part: Apart,
    pub owner: String,
    pub segment: String,
    pub currency: Currency,
    pub lines: Vec<Line>,
}

pub fn apart_page(frame: &Frame, it: &ApartPage) -> Markup {
    let (title, says) = match it.part {
        Apart::Entered => (
            "Income that was entered",
            "Somebody entered what these accounts pay a year, and no subscription says so. It counts in the portfolio and as money at risk. The ledger, growth and cohorts leave it out, since nobody knows since when it is paid.",
        ),
        Apart::Outside => (
            "In nobody’s portfolio",
            "These persons have subscriptions, and neither an owner nor a stage: the ledger has what they pay, and no portfolio does.",
        ),
    };
    let sum: i64 = it.lines.iter().map(|it| it.arr).sum();
    let rows = html! {
        @for one in it.lines.iter().take(MOST) { tr {
            th scope="row" { a.link href=(urls::account(one.account)) dir="auto" { (one.name) } }
            td { (one.owner.as_deref().unwrap_or("Nobody")) }
            td { (one.renews_on.map_or("–".to_owned(), day_name)) }
            td.is-end { (it.currency.exact(one.arr)) }
        } }
        tr.revenue-sum { th scope="row" { "Together" } td {} td {} td.is-end { (it.currency.exact(sum)) } }
    };
    let acts = html! {
        (link_button("Back to the ledger", urls::revenue()))
        @if !it.lines.is_empty() { (link_button("Export", address(&urls::revenue_apart_file(), it.part, &it.owner, &it.segment)).icon(Icon::Download).attr("download", "")) }
    };
    shell(
        frame,
        Place::Ledger,
        title,
        acts,
        html! {
            p.u-quiet.revenue-says { (says) }
            @if it.lines.is_empty() { (empty("Nobody", "No account stands here now.").plain()) }
            @else {
                p.u-quiet { (accounts_text(it.lines.len() as u64)) @if it.lines.len() > MOST { "; the largest " (MOST) " are shown, and the sum is of all" } }
                (table("Accounts").col("Account").col("Owner").col("Renews").col_end("A year").rows(rows))
            }
        },
    )
}
