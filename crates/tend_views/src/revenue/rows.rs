use maud::{Markup, html};
use tend_core::money::{
    Currency,
    figures::Which,
    invoices::{Invoice, Status},
    ledger::{Line, Over},
};

use super::{Place, accounts_text, day_name, month_name, shell};
use crate::{
    layout::Frame,
    parts::{Element, Icon, Tab, Tabs, Tone, badge, empty, link_button, pager, tab, table, tabs},
    urls,
};

/// The most lines of one page.
const MOST: usize = 500;

/// The accounts behind a figure.
#[derive(Clone, Debug)]
pub struct RowsPage {
    pub which: Which,
    pub over: Over,
    pub month: i64,
    pub currency: Currency,
    pub lines: Vec<Line>,
    /// Back to where the figure stands.
    pub back: String,
    /// The same as a file.
    pub file: String,
}

pub fn revenue_rows_page(frame: &Frame, it: &RowsPage) -> Markup {
    let period = match it.over {
        Over::Month => month_name(it.month),
        Over::Year => format!("twelve months to {}", month_name(it.month)),
    };
    let title = format!("{}, {period}", it.which.label());
    let (start, end): (i64, i64) =
        it.lines.iter().fold((0, 0), |sum, it| (sum.0 + it.start, sum.1 + it.end));
    let money = |minor: i64| it.currency.exact(minor);
    let change = |minor: i64| format!("{}{}", if minor > 0 { "+" } else { "" }, money(minor));
    let rows = html! {
        @for line in it.lines.iter().take(MOST) { tr {
            th scope="row" { a.link href=(urls::account(line.account)) dir="auto" { (line.name) } }
            td.is-end data-label="Opening" { (money(line.start)) }
            td.is-end data-label="Closing" { (money(line.end)) }
            td.is-end data-label="Change" { (change(line.end - line.start)) }
        } }
        tr.revenue-sum {
            th scope="row" { "Together" }
            td.is-end data-label="Opening" { (money(start)) }
            td.is-end data-label="Closing" { (money(end)) }
            td.is-end data-label="Change" { (change(end - start)) }
        }
    };
    shell(
        frame,
        Place::Ledger,
        &title,
        html! { (link_button("Back to the ledger", &it.back)) (export(it.file.clone())) },
        html! {
            @if it.lines.is_empty() { (empty("Nobody", "No account stands behind this figure.").plain()) }
            @else {
                p.u-quiet { (accounts_text(it.lines.len() as u64)) @if it.lines.len() > MOST { "; the largest " (MOST) " are shown, and the sum is of all" } }
                (table("Accounts").col("Account").col_end("Opening").col_end("Closing").col_end("Change").rows(rows))
            }
        },
    )
}

fn export(url: String) -> Markup {
    html! { (link_button("Export", url).icon(Icon::Download).attr("download", "")) }
}

/// A page of invoices.
#[derive(Clone, Debug)]
pub struct InvoicesPage {
    /// `all`, `late`, `open` or `paid`.
    pub shown: String,
    pub items: Vec<Invoice>,
    pub older: Option<String>,
    pub today: i64,
}

pub fn invoices_page(frame: &Frame, it: &InvoicesPage) -> Markup {
    let kinds = [("all", "All"), ("late", "Late"), ("open", "Open"), ("paid", "Paid")];
    let all: Vec<Tab> = kinds
        .into_iter()
        .map(|(word, label)| {
            let url = urls::with_query(&urls::invoices(), &[("shown", word)]);
            tab(label, url, it.shown == word)
        })
        .collect();
    let rows = html! { @for one in &it.items { (invoice_row(one, it.today, true)) } };
    shell(
        frame,
        Place::Invoices,
        "Invoices",
        export(urls::with_query(&format!("{}.csv", urls::invoices()), &[("shown", &it.shown)])),
        html! {
            div.revenue-asks { (tabs(Tabs::Segment, "Which", &all)) }
            @if it.items.is_empty() {
                (empty("No invoices here", "Invoices come with the import, by the API, or are recorded on an account. Late is what is due and not paid, and what was paid after it was due.")
                    .actions(super::import_act(frame)))
            } @else {
                (table("Invoices").col("Number").col("Account").col("Issued").col("Due").col("State").col_end("Amount").rows(rows))
                (pager(None, it.older.clone()))
            }
        },
    )
}

pub(super) fn invoice_row(it: &Invoice, today: i64, with_account: bool) -> Markup {
    html! {
        tr {
            th scope="row" { (it.number) }
            @if with_account { td { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } } }
            td data-label="Issued" { (day_name(it.issued_day)) }
            td data-label="Due" { (day_name(it.due_day)) }
            td { (invoice_state(it, today)) }
            td.is-end { (it.currency.exact(it.amount)) }
        }
    }
}

fn invoice_state(it: &Invoice, today: i64) -> Markup {
    let late = it.late(today);
    let days = |n: i64| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    match (it.status, late) {
        (Status::Paid, None) => html! { (badge("Paid").tone(Tone::Good)) },
        (Status::Paid, Some(n)) => {
            html! { (badge(format!("Paid {} late", days(n))).tone(Tone::Warn)) }
        }
        (Status::Open, Some(n)) => html! { (badge(format!("{} late", days(n))).tone(Tone::Bad)) },
        (Status::Open, None) => html! { (badge("Open")) },
        (Status::Draft, _) => html! { (badge("Draft")) },
        (Status::Void, _) => html! { (badge("Void")) },
        (Status::Uncollectible, _) => html! { (badge("Uncollectible").tone(Tone::Bad)) },
    }
}
