//! The accounts behind a figure that is not the ledger's.

use maud::{Markup, html};
use tend_core::{
    accounts::AccountId,
    money::{Currency, figures::Definition},
};

use super::{Place, accounts_text, day_name, definitions, shell};
use crate::{
    layout::Frame,
    parts::{Element, Icon, empty, link_button, table},
    urls,
};

/// The most lines of one page.
const MOST: usize = 500;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// A day since 1970.
    Day(i64),
    /// Minor units of the page's currency.
    Money(i64),
}

/// One account.
#[derive(Clone, Debug)]
pub struct BehindLine {
    pub account: AccountId,
    pub name: String,
    /// In the order of the columns.
    pub cells: Vec<Cell>,
}

/// The accounts behind a figure.
#[derive(Clone, Debug)]
pub struct BehindPage {
    pub place: Place,
    pub title: String,
    /// Which accounts these are: a whole sentence, or nothing.
    pub says: String,
    /// Where the figure stands.
    pub back: String,
    /// The same as a file.
    pub file: String,
    pub definition: &'static Definition,
    pub currency: Currency,
    /// The columns beside the account.
    pub columns: Vec<&'static str>,
    pub lines: Vec<BehindLine>,
    /// The sums, in the order of the columns; of all accounts, also of those that are not shown.
    pub sum: Vec<Cell>,
}

pub fn behind_page(frame: &Frame, it: &BehindPage) -> Markup {
    let acts = html! {
        (link_button("Back", &it.back).icon(Icon::ArrowLeft))
        @if !it.lines.is_empty() { (link_button("Export", &it.file).icon(Icon::Download).attr("download", "")) }
    };
    let cells = |them: &[Cell]| {
        html! { @for (label, cell) in it.columns.iter().zip(them) { @match cell {
            Cell::Text(text) => td data-label=(label) { (text) },
            Cell::Day(day) => td data-label=(label) { (day_name(*day)) },
            Cell::Money(minor) => td.is-end data-label=(label) { (it.currency.exact(*minor)) },
        } } }
    };
    let rows = html! {
        @for one in it.lines.iter().take(MOST) { tr {
            th scope="row" { a.link href=(urls::account(one.account)) dir="auto" { (one.name) } }
            (cells(&one.cells))
        } }
        tr.revenue-sum { th scope="row" { "Together" } (cells(&it.sum)) }
    };
    let mut shown = table("Accounts").col("Account");
    for (label, cell) in it.columns.iter().zip(&it.sum) {
        let is_money = matches!(cell, Cell::Money(_));
        shown = if is_money { shown.col_end(*label) } else { shown.col(*label) };
    }
    shell(
        frame,
        it.place,
        &it.title,
        acts,
        html! {
            @if it.lines.is_empty() { (empty("Nobody", "No account stands behind this figure.").plain()) }
            @else {
                p.u-quiet.revenue-says { (it.says) @if !it.says.is_empty() { " " } (accounts_text(it.lines.len() as u64)) @if it.lines.len() > MOST { "; the first " (MOST) " are shown, and the sum is of all" } "." }
                (shown.rows(rows))
            }
            (definitions(&[it.definition]))
        },
    )
}
