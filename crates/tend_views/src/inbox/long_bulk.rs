use maud::{Markup, html};
use tend_core::conversations::LongBulk;

use crate::{
    layout::Frame,
    parts::{Element, Icon, button, csrf_field, grouped, icon, icon_button, progress},
    urls,
};

/// How far long work has come; it asks again by itself until it is done, and can then be taken back.
pub fn long_bulk(frame: &Frame, it: &LongBulk) -> Markup {
    let url = urls::long_bulk(it.id);
    let (asks, when) = match it.ended_at {
        None => (Some(&url), Some("load delay:700ms")),
        Some(_) => (None, None),
    };
    html! {
        div.inbox-long id="long-bulk" role="status" hx-get=[asks] hx-trigger=[when] hx-target="this" hx-swap="outerHTML" {
            @match it.ended_at {
                None => {
                    (progress(if it.undoes.is_some() { "Taking it back" } else { "Changing conversations" }, it.done + it.refused, it.total))
                    (acts(frame, &urls::long_bulk_stop(it.id), "Stop"))
                }
                Some(_) => {
                    (icon(Icon::Check))
                    span.inbox-longsays { (said(it)) @if !it.problem.is_empty() { small { (it.problem) } } }
                    @if it.undoes.is_none() && it.done > 0 { (acts(frame, &urls::long_bulk_undo(it.id), "Undo")) }
                    (icon_button(Icon::X, "Close").small().attr("data-long-close", ""))
                }
            }
        }
    }
}

fn said(it: &LongBulk) -> String {
    let what = if it.undoes.is_some() { "taken back" } else { "changed" };
    let mut text = format!("{} of {} {what}", grouped(it.done), grouped(it.total));
    if it.refused > 0 {
        text += &format!(", {} could not be", grouped(it.refused));
    }
    text + "."
}

fn acts(frame: &Frame, url: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(url) hx-post=(url) hx-target="#long-bulk" hx-swap="outerHTML" {
            (csrf_field(&frame.csrf)) (button(label).small().submits())
        }
    }
}
