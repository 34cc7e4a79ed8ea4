use maud::{Markup, html};
use tend_core::money::stripe::{Kind, Tally, Waiting};

use super::{Place, card, shell};
use crate::{
    layout::Frame,
    parts::{
        Problems, Tone, callout, choice_group, csrf_field, form_problems, grouped, link_button,
        radio, submit, table,
    },
    urls,
};

/// Choose a file.
pub fn money_import_page(frame: &Frame, problems: &Problems) -> Markup {
    shell(
        frame,
        Place::Ledger,
        "Import from Stripe",
        link_button("Back to the ledger", urls::revenue()),
        html! {
            form.revenue-form method="post" action=(urls::revenue_import()) enctype="multipart/form-data" {
                (csrf_field(&frame.csrf))
                (form_problems(problems))
                p { "Take the files that Stripe exports under Billing, as they are: " code { "subscriptions.csv" } " first, then " code { "invoices.csv" } ". They are looked through before anything is changed, and the same file taken in twice changes nothing." }
                (choice_group("What it holds", None, html! {
                    (radio("kind", "subscriptions", "Subscriptions").on(true))
                    (radio("kind", "invoices", "Invoices"))
                }))
                div.field {
                    label.field-label for="f-file" { "File" }
                    input.field-input id="f-file" type="file" name="file" accept=".csv,text/csv" required;
                }
                p.u-quiet { "A customer is known by the Stripe id, else by the address of a contact, else by a domain of an account. Who is nobody’s is listed, and left out." }
                div.revenue-acts { (submit("Look it through").primary()) }
            }
        },
    )
}

/// A file, looked through or taken in.
#[derive(Clone, Debug)]
pub struct ImportedPage {
    pub of: Waiting,
    pub tally: Tally,
    /// Nothing was changed yet.
    pub waits: bool,
}

/// The most problems that are shown.
const MOST: usize = 500;

pub fn money_imported_page(frame: &Frame, it: &ImportedPage) -> Markup {
    let kind = match it.of.kind() {
        Kind::Subscriptions => "Subscriptions",
        Kind::Invoices => "Invoices",
    };
    let (done, tally) = (!it.waits, &it.tally);
    let work = tally.created + tally.changed;
    let title = format!("{kind} from {}", it.of.file_name);
    let acts = html! {
        @if it.waits { (link_button("Another file", urls::revenue_import())) }
        @else { (link_button("To the ledger", urls::revenue()).primary()) (link_button("Another file", urls::revenue_import())) }
    };
    shell(
        frame,
        Place::Ledger,
        &title,
        acts,
        html! {
            (callout(if done { Tone::Good } else { Tone::Plain }, if done { "The file was taken in." } else { "Nothing is changed yet. This is what would become of it." }, None))
            section.revenue-figures aria-label="What becomes of the rows" {
                (card("New", &grouped(tally.created), None, if done { "added" } else { "would be added" }))
                (card("Changed", &grouped(tally.changed), None, if done { "changed" } else { "would be changed" }))
                (card("The same", &grouped(tally.same), None, "known already"))
                (card("Left out", &grouped(tally.problems.len() as i64), None, "with their reasons below"))
            }
            @if it.waits { form.revenue-form method="post" action=(urls::revenue_import_run(it.of.id)) {
                (csrf_field(&frame.csrf))
                div.revenue-acts { (submit(format!("Take in {} of {} rows", grouped(work), grouped(it.of.row_count))).primary().disabled(work == 0)) }
            } }
            @if !tally.problems.is_empty() { (left_out(tally)) }
        },
    )
}

fn left_out(it: &Tally) -> Markup {
    let rows = html! { @for (place, why) in it.problems.iter().take(MOST) { tr { th scope="row" { (place) } td.revenue-why { (why) } } } };
    html! {
        h3.revenue-sub { "Left out" }
        (table("Rows that are left out").col("Row").col("Why").rows(rows))
        @if it.problems.len() > MOST { p.u-quiet { "The first " (MOST) " are shown." } }
    }
}
