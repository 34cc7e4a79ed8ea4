//! What lists and pages of customers have in common: facts to be changed where they stand, tags, exports.

use jiff::SignedDuration;
use maud::{Markup, Render, html};
use tend_core::{
    attributes::{Definition, Kind},
    customers::Merged,
    tags::Tag,
};

use crate::{
    layout::Frame,
    parts::{
        Button, Element, Icon, Tone, badge, button, callout, check, csrf_field, field, hidden,
        icon_s, panel, submit,
    },
    urls,
};

/// A line that opens the field which changes it, sent with PUT to `url`. What may not be changed is
/// only shown, and only if there is anything.
pub(crate) fn fact(
    frame: &Frame,
    label: &str,
    shown: Option<Markup>,
    may: bool,
    url: &str,
    control: impl Render,
) -> Markup {
    if !may {
        return html! { @if let Some(it) = &shown { div.record-line { span.u-quiet { (label) } span.u-truncate dir="auto" { (it) } } } };
    }
    html! {
        details.record-fact {
            summary.record-line {
                span.u-quiet { (label) }
                @match &shown { Some(it) => { span.u-truncate dir="auto" { (it) } } None => { span.u-quiet { "–" } } }
            }
            form method="post" action=(url) hx-put=(url) hx-swap="none" data-resets {
                (csrf_field(&frame.csrf)) (hidden("_method", "PUT")) (control)
                (button("Keep").small().submits())
            }
        }
    }
}

/// Something to press that does one thing, perhaps after a question.
pub(crate) fn act(
    frame: &Frame,
    method: &'static str,
    url: &str,
    label: &str,
    question: &str,
) -> Markup {
    let send = format!("hx-{}", method.to_lowercase());
    let form = crate::parts::El::new("form", "customers-act")
        .attr("method", "post")
        .attr("action", url)
        .attr(send, url)
        .attr("hx-swap", "none");
    let form = if question.is_empty() { form } else { form.attr("hx-confirm", question) };
    form.around(html! {
        (csrf_field(&frame.csrf)) @if method != "POST" { (hidden("_method", method)) }
        (submit(label).quiet().small())
    })
}

/// Tags, and a form for exactly which shall stand here.
pub(super) fn tags(
    frame: &Frame,
    worn: &[Tag],
    all: &[Tag],
    url: &str,
    may: bool,
    may_make: bool,
) -> Markup {
    if !may {
        return html! { @if !worn.is_empty() { div.record-tags { @for it in worn { (badge(&it.name).line()) } } } };
    }
    html! {
        details.record-add {
            summary.customers-worn {
                @if worn.is_empty() { (icon_s(Icon::Tag)) "Add tags" }
                @else { span.record-tags { @for it in worn { (badge(&it.name).line()) } (icon_s(Icon::Pencil)) } }
            }
            form method="post" action=(url) hx-put=(url) hx-swap="none" data-resets {
                (csrf_field(&frame.csrf)) (hidden("_method", "PUT"))
                div.customers-choices { @for it in all { (check("tag", &it.name).value(it.id).on(worn.contains(it))) } }
                @if may_make { (field("new", "A new tag").label_hidden().placeholder("A new tag").named_apart("new-tag")) }
                @else if all.is_empty() { p.u-quiet.u-small { "There are no tags yet. Who manages tags makes them in the settings." } }
                (button("Keep").small().submits())
            }
        }
    }
}

/// For so long a merge is spoken of at the top of the page.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The merges of the last days, each with its way back.
pub(super) fn merged_lately(
    frame: &Frame,
    them: &[Merged],
    url: impl Fn(&Merged) -> String,
    may: bool,
) -> Markup {
    let now = &frame.now;
    html! {
        @for it in them.iter().filter(|it| now.at.duration_since(it.merged_at) < RECENT) {
            @let said = html! {
                b dir="auto" { (it.name) } " was merged into this"
                @if let Some(by) = &it.by { " by " (by) } ", " (now.short(it.merged_at)) "."
            };
            form.customers-merged method="post" action=(url(it)) {
                (csrf_field(&frame.csrf))
                (callout(Tone::Plain, said, may.then(|| take_back(it, &url(it)))))
            }
        }
    }
}

/// The earlier ones.
pub(super) fn merged_before(
    frame: &Frame,
    them: &[Merged],
    url: impl Fn(&Merged) -> String,
    may: bool,
) -> Markup {
    let now = &frame.now;
    let old = |it: &&Merged| now.at.duration_since(it.merged_at) >= RECENT;
    let old: Vec<_> = them.iter().filter(old).collect();
    if old.is_empty() {
        return html! {};
    }
    panel("Merged into this").holds(html! {
        @for it in old {
            form.record-line method="post" action=(url(it)) {
                (csrf_field(&frame.csrf))
                span.u-truncate dir="auto" { (it.name) } (now.date(it.merged_at))
                @if may { span { (take_back(it, &url(it)).small().quiet()) } }
            }
        }
    })
}

fn take_back(it: &Merged, url: &str) -> Button {
    let question =
        format!("Take the merge of {} back? What happened since then stays here.", it.name);
    button("Take back").submits().posts(url).confirm(question)
}

/// The list as it is now, as a file.
pub(super) fn export(frame: &Frame, url: &str, pairs: &[(&'static str, String)]) -> Markup {
    html! {
        form.customers-act.u-only-wide method="post" action=(url) {
            (super::contacts::keeps(&frame.csrf, pairs))
            (button("Export").quiet().small().icon(Icon::Download).submits())
        }
    }
}

/// The end of a table that goes on.
pub(super) fn more_rows(columns: usize, url: &str) -> Markup {
    html! {
        tr.customers-more hx-get=(url) hx-trigger="intersect once, click" hx-target="this" hx-swap="outerHTML" {
            td colspan=(columns) { (button("Show more").quiet().small()) }
        }
    }
}

/// Tags to narrow a list by.
pub(super) fn tag_choices(any: &str, them: &[Tag]) -> Vec<(String, String)> {
    let none = std::iter::once((String::new(), any.to_owned()));
    none.chain(them.iter().map(|it| (it.id.to_string(), it.name.clone()))).collect()
}

/// Values to narrow a list by: those of choices, and yes and no.
pub(super) fn value_choices(them: &[Definition]) -> Vec<(String, String)> {
    let mut all = vec![(String::new(), "Any attributes".to_owned())];
    for it in them {
        let values = match it.kind {
            Kind::Choice => it.choices().into_iter().map(|it| (it.clone(), it)).collect(),
            Kind::Boolean => {
                vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())]
            }
            _ => Vec::new(),
        };
        let named = |(value, shown): (String, String)| {
            (format!("{}:{value}", it.name), format!("{}: {shown}", it.label))
        };
        all.extend(values.into_iter().map(named));
    }
    all
}

/// Where the picture of an agent is.
pub(crate) fn picture(it: Option<i64>) -> Option<String> {
    it.map(urls::picture)
}
