use maud::{Markup, html};
use tend_core::{campaigns::Failures, conversations::SendState};

use crate::{
    layout::Frame,
    parts::{grouped, panel, table},
};

/// What could not be delivered; nothing if all was.
pub(super) fn undelivered(frame: &Frame, it: &Failures) -> Markup {
    let rows = html! {
        @for one in &it.newest { tr {
            th scope="row" { (one.address) }
            td data-label="State" { @if one.state == SendState::Unknown { "Nobody knows" } @else { "Not taken" } @if let Some(at) = one.settled_at { " " (frame.now.short(at)) } }
            td data-label="Answer" { (one.answer) }
        } }
    };
    html! {
        @if it.count > 0 {
            (panel(format!("Not delivered: {}", grouped(it.count))).lead("Each is counted as reached all the same, so that both arms stay comparable.")
                .holds(table("Not delivered").col("Address").col("State").col("What the server said").rows(rows)))
        }
    }
}
