use maud::{Markup, html};
use tend_core::{
    attributes::About,
    customers::imports::{Import, Mode, Problem, State},
};

use crate::{
    layout::{Frame, page},
    parts::{
        Icon, Problems, Tone, badge, button, callout, counted, csrf_field, empty, form_problems,
        grouped, link_button, panel, progress, radio, select, submit,
    },
    urls,
};

/// An import with what its page asks or tells.
#[derive(Clone, Debug)]
pub struct ImportPage {
    pub import: Import,
    /// The first rows of the file.
    pub samples: Vec<Vec<String>>,
    /// What columns can mean: words, and what people read.
    pub offered: Vec<(String, String)>,
    /// The first problems.
    pub problems: Vec<Problem>,
    /// What is wrong with what was said about the columns.
    pub wrong: Problems,
}

fn noun(about: About) -> &'static str {
    if about == About::Account { "accounts" } else { "contacts" }
}

/// One's own imports, and the form of a new one.
pub fn imports_page(frame: &Frame, them: &[Import], problems: &Problems) -> Markup {
    let lead = "A table with a header line, saved as CSV. You say what its columns mean, every row is tried, and nothing changes before you say go.";
    page(frame, "Import").shows(html! {
        div.customers-form {
            (panel("A new file").lead(lead).holds(html! {
                form.u-stack method="post" action=(urls::imports()) enctype="multipart/form-data" {
                    (csrf_field(&frame.csrf))
                    (form_problems(problems))
                    fieldset.customers-decide {
                        legend { "What it holds" }
                        (radio("about", "contact", "Contacts").on(true).hint("One row a person; their companies are made along the way."))
                        (radio("about", "account", "Accounts").hint("One row a company."))
                    }
                    div.field {
                        label.field-label for="f-file" { "The file" }
                        input.field-input id="f-file" type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required;
                        p.field-hint { "At most 100,000 rows. Commas, semicolons or tabs, in UTF-8 or as Excel saves it." }
                    }
                    div.u-row { (submit("Go on").primary().icon(Icon::Upload)) }
                }
            }))
            (panel("Before").holds(html! {
                @if them.is_empty() { p.u-quiet { "Nothing was imported yet." } }
                @for it in them { (line(frame, it)) }
            }))
        }
    })
}

fn line(frame: &Frame, it: &Import) -> Markup {
    html! {
        a.record-line href=(urls::import(it.id)) {
            span.u-truncate dir="auto" { (it.file_name) }
            span.u-quiet.u-num { (counted(it.row_count, "row", "rows")) }
            (state_badge(it.state))
            (frame.now.short(it.created_at))
        }
    }
}

fn state_badge(it: State) -> Markup {
    let (word, tone) = match it {
        State::Arriving => ("Arriving", Tone::Plain),
        State::Mapping => ("Columns to explain", Tone::Accent),
        State::Checking => ("Being checked", Tone::Accent),
        State::Checked => ("Waits for your go", Tone::Accent),
        State::Running => ("Being imported", Tone::Accent),
        State::Done => ("Done", Tone::Good),
        State::Cancelled => ("Cancelled", Tone::Plain),
    };
    html! { (badge(word).tone(tone)) }
}

pub fn import_page(frame: &Frame, it: &ImportPage) -> Markup {
    let bar = link_button("All imports", urls::imports()).quiet().small();
    page(frame, format!("Import: {}", it.import.file_name)).bar(bar).shows(html! {
        div.customers-import { (import_work(frame, it)) }
    })
}

/// What stands there now; it is fetched anew while rows are worked on.
pub fn import_work(frame: &Frame, page: &ImportPage) -> Markup {
    let it = &page.import;
    let works = matches!(it.state, State::Checking | State::Running | State::Arriving);
    let url = works.then(|| urls::import(it.id));
    let every = works.then_some("every 1s");
    html! {
        div.customers-steps id="import" hx-get=[url] hx-trigger=[every] hx-target=[works.then_some("this")] hx-swap=[works.then_some("outerHTML")] {
            p.u-row { (state_badge(it.state)) span.u-quiet { (counted(it.row_count, "row", "rows")) " of " (noun(it.subject_kind)) } }
            @match it.state {
                State::Arriving => { p { "The file is being stored." } }
                State::Mapping => { (mapping(frame, page)) }
                State::Checking => { (progress("Trying every row; nothing is changed", it.at_row, it.row_count)) (stop(frame, it)) }
                State::Checked => { (checked(frame, page)) }
                State::Running => { (progress("Taking the rows in", it.at_row, it.row_count)) (tally(it, false)) (stop(frame, it)) }
                State::Done => { (done(page)) }
                State::Cancelled => { (callout(Tone::Plain, html! { "This import was cancelled. What was taken in by then stays: " (grouped(it.created_count)) " new, " (grouped(it.changed_count)) " changed." }, None)) (problem_table(page)) }
            }
        }
    }
}

fn stop(frame: &Frame, it: &Import) -> Markup {
    post(frame, &urls::import_cancel(it.id), button("Stop").submits().small())
}

fn post(frame: &Frame, url: &str, main: crate::parts::Button) -> Markup {
    html! { form method="post" action=(url) { (csrf_field(&frame.csrf)) (main) } }
}

fn mapping(frame: &Frame, page: &ImportPage) -> Markup {
    let it = &page.import;
    html! {
        form.customers-steps method="post" action=(urls::import_check(it.id)) {
            (csrf_field(&frame.csrf))
            (form_problems(&page.wrong))
            div.table-wrap { table.table.customers-mapping {
                caption.u-hidden-visually { "What the columns mean" }
                thead { tr { th scope="col" { "Column" } th scope="col" { "Means" } th scope="col" { "The first rows" } } }
                tbody { @for at in 0..it.columns().len() { (column(page, at)) } }
            } }
            (modes(it))
            div.u-row { (submit("Check the rows").primary()) }
        }
        (post(frame, &urls::import_cancel(it.id), button("Cancel this import").quiet().small().submits()))
    }
}

fn column(page: &ImportPage, at: usize) -> Markup {
    let columns = page.import.columns();
    let it = &columns[at];
    let none = std::iter::once((String::new(), "Leave it out".to_owned()));
    let choices = none.chain(page.offered.iter().cloned());
    let wrong = page.wrong.of(&format!("column {}", at + 1)).map(str::to_owned);
    let label = format!("Meaning of {}", it.header);
    html! {
        tr {
            th scope="row" dir="auto" { (it.header) }
            td { (select("target", label, choices, &it.target).label_hidden().named_apart(format!("target-{at}")).error(wrong)) }
            td.customers-samples { @for row in &page.samples { @if let Some(cell) = row.get(at).filter(|it| !it.is_empty()) { span dir="auto" { (cell.chars().take(60).collect::<String>()) } } } }
        }
    }
}

fn modes(it: &Import) -> Markup {
    let what = noun(it.subject_kind);
    let on = |mode: Mode| it.mode == mode;
    html! {
        fieldset.customers-decide {
            legend { "Which rows" }
            (radio("mode", "all", "All").on(on(Mode::All)).hint(format!("New {what} are added, known ones get what the file says. An empty cell changes nothing.")))
            (radio("mode", "only_new", "Only new ones").on(on(Mode::OnlyNew)).hint("What is there already stays as it is."))
            (radio("mode", "only_known", "Only known ones").on(on(Mode::OnlyKnown)).hint("Nobody is added."))
        }
    }
}

fn tally(it: &Import, would: bool) -> Markup {
    let line = |count: i64, what: &str| html! { li { b.u-num { (grouped(count)) } " " (what) } };
    html! {
        ul.customers-tally {
            (line(it.created_count, if would { "would be added" } else { "added" }))
            (line(it.changed_count, if would { "would be completed" } else { "completed" }))
            (line(it.same_count, "change nothing"))
            (line(it.refused_count, if would { "cannot be taken in" } else { "could not be taken in" }))
            @if it.repeated_count > 0 { li { b.u-num { (grouped(it.repeated_count)) } " " (of_one_named_above(it)) } }
        }
    }
}

fn of_one_named_above(it: &Import) -> String {
    let (who, verb) = match it.subject_kind {
        About::Account => ("an account", "company"),
        _ => ("somebody", "person"),
    };
    format!(
        "among these are about {who} that a row above names already: rows of one {verb} are put together, and the last says what counts"
    )
}

fn checked(frame: &Frame, page: &ImportPage) -> Markup {
    let it = &page.import;
    let good = it.row_count - it.refused_count;
    html! {
        (tally(it, true))
        @if it.refused_count > 0 { (callout(Tone::Warn, html! { "Rows that cannot be taken in are left out. You can correct the file and begin again, or go on without them." }, None)) }
        div.u-row.u-wrap {
            @if good > 0 { (post(frame, &urls::import_run(it.id), submit(format!("Import {}", counted(good, "row", "rows"))).primary())) }
            (post(frame, &urls::import_again(it.id), button("Back to the columns").submits()))
            (post(frame, &urls::import_cancel(it.id), button("Cancel").quiet().submits()))
        }
        (problem_table(page))
    }
}

fn done(page: &ImportPage) -> Markup {
    let it = &page.import;
    let list = if it.subject_kind == About::Account { urls::accounts() } else { urls::contacts() };
    html! {
        (callout(Tone::Good, html! { "The file is imported." }, Some(link_button("Look at them", list))))
        (tally(it, false))
        (problem_table(page))
    }
}

fn problem_table(page: &ImportPage) -> Markup {
    let it = &page.import;
    if page.problems.is_empty() {
        return html! { @if it.refused_count == 0 && it.state == State::Checked { (empty("No row has a problem", "All of them can be taken in.").plain()) } };
    }
    let aside = html! { a href=(urls::import_problems(it.id)) { "As a file" } };
    panel("What is wrong").aside(aside).holds(html! {
        div.table-wrap { table.table.table-tight.customers-problems {
            caption.u-hidden-visually { "What is wrong, by row" }
            thead { tr { th.is-end scope="col" { "Row" } th scope="col" { "Column" } th scope="col" { "Problem" } } }
            tbody { @for it in &page.problems {
                tr { th.is-end scope="row" { (it.row_number) } td dir="auto" { (it.column_name) } td dir="auto" { (it.problem) } }
            } }
        } }
        @if it.refused_count > page.problems.len() as i64 { p.u-quiet.u-small { "The first " (page.problems.len()) ". The file has up to 1,000." } }
    })
}
