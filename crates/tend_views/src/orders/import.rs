//! Orders from a file: chosen, looked through, taken in.

use maud::{Markup, html};
use tend_core::orders::{
    ShopId,
    file::{Tally, Waiting},
};

use crate::{
    layout::{Frame, page},
    parts::{
        Problems, Tone, callout, csrf_field, form_problems, grouped, link_button, select, submit,
        table,
    },
    urls,
};

/// The most problems that are shown.
const MOST: usize = 500;

fn shell(frame: &Frame, title: &str, acts: Markup, body: Markup) -> Markup {
    page(frame, title).bar(acts).shows(html! { div.usage-page { (body) } })
}

/// Choose a file, and whose orders they are.
pub fn orders_import_page(
    frame: &Frame,
    sources: &[(ShopId, String)],
    problems: &Problems,
) -> Markup {
    let body = html! {
        form.orders-form method="post" action=(urls::orders_import()) enctype="multipart/form-data" {
            (csrf_field(&frame.csrf))
            (form_problems(problems))
            p { "A table with a row for each thing that was ordered; rows with the same order number are one order. It is looked through before anything is changed, and the same file taken in twice changes nothing." }
            (source(sources))
            div.field {
                label.field-label for="f-file" { "File" }
                input.field-input id="f-file" type="file" name="file" accept=".csv,text/csv,.tsv" required;
            }
            (meanings())
            div { (submit("Look it through").primary()) }
        }
    };
    shell(
        frame,
        "Import orders",
        html! { (link_button("Back to the orders", urls::orders())) },
        body,
    )
}

fn source(sources: &[(ShopId, String)]) -> Markup {
    let mut all: Vec<(String, String)> =
        sources.iter().map(|it| (it.0.to_string(), it.1.clone())).collect();
    if all.is_empty() {
        all.push((String::new(), "API, a source that is made now".to_owned()));
    }
    html! { (select("source", "Orders of", all, "").hint("An order is known again by its number within its source. Shops that tell of their orders themselves are not offered.")) }
}

/// What columns a file may have.
fn meanings() -> Markup {
    let all = [
        (
            "Order, Placed, Product, Price",
            "needed: the order number, when it was placed, what was ordered, and what one cost",
        ),
        ("Email, Customer, Phone", "who ordered; the contact is found by the address, or made"),
        (
            "Status",
            "pending, paid, shipped, delivered, cancelled, refunded, partially_refunded, returned or failed; nothing is paid",
        ),
        ("Quantity, SKU, Currency", "one, none and the home currency where nothing stands"),
        (
            "Paid, Shipped, Delivered, Cancelled",
            "times, such as 2026-11-20 09:14; without a zone they are the company’s",
        ),
        (
            "Total, Shipping, Discount, Tax, Refunded",
            "of the whole order; without a total the rows are added up",
        ),
        ("Carrier, Tracking, Tracking URL", "each tracking number is a parcel"),
    ];
    let rows =
        html! { @for (name, what) in all { tr { th scope="row" { (name) } td { (what) } } } };
    html! {
        details.orders-meanings { summary { "Which columns it may have" } (table("Columns").col("Columns").col("What they hold").rows(rows)) }
    }
}

/// A file, looked through or taken in.
#[derive(Clone, Debug)]
pub struct OrderFilePage {
    pub of: Waiting,
    pub tally: Tally,
    /// Nothing was changed yet.
    pub waits: bool,
}

pub fn order_file_page(frame: &Frame, it: &OrderFilePage) -> Markup {
    let (done, tally) = (!it.waits, &it.tally);
    let work = tally.created + tally.changed;
    let acts = html! {
        @if done { (link_button("To the orders", urls::orders()).primary()) }
        (link_button("Another file", urls::orders_import()))
    };
    let said = match done {
        true => "The file was taken in.",
        false => "Nothing is changed yet. This is what would become of it.",
    };
    let body = html! {
        (callout(if done { Tone::Good } else { Tone::Plain }, said, None))
        (figures(it))
        @if it.waits { form.orders-form method="post" action=(urls::orders_import_run(it.of.id)) {
            (csrf_field(&frame.csrf))
            div { (submit(format!("Take in {} {}", grouped(work), if work == 1 { "order" } else { "orders" })).primary().disabled(work == 0)) }
        } }
        @if !tally.wrong.is_empty() { (left_out(tally)) }
    };
    shell(frame, &format!("Orders from {}", it.of.file_name), acts, body)
}

fn figures(it: &OrderFilePage) -> Markup {
    let tally = &it.tally;
    let all = [
        ("New orders", tally.created),
        ("Changed", tally.changed),
        ("The same", tally.same),
        ("Rows in the file", it.of.row_count),
        ("Problems", tally.wrong.len() as i64),
    ];
    html! { dl.orders-figures { @for (name, n) in all { div { dt { (name) } dd { (grouped(n)) } } } } }
}

fn left_out(it: &Tally) -> Markup {
    let rows = html! {
        @for one in it.wrong.iter().take(MOST) {
            tr { th scope="row" { (one.row) } td data-label="Column" { (one.column) } td data-label="Why" { (one.why) } }
        }
    };
    html! {
        h2 { "Left out" }
        p.u-quiet { "An order of which any row is wrong is left out whole. Mend the file and take it in again: what is there already stays as it is." }
        (table("What is wrong").col("Row").col("Column").col("Why").rows(rows))
        @if it.wrong.len() > MOST { p.u-quiet { "The first " (MOST) " are shown." } }
    }
}
