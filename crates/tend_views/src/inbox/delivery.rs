//! Where a message of ours is: what is known, and nothing more.

use jiff::SignedDuration;
use maud::{Markup, html};
use tend_core::conversations::{SendState, thread::Message};

use crate::{
    layout::Frame,
    parts::{Button, Icon, button, csrf_field, icon_s},
    urls,
};

/// A message that leaves within this time can be taken back with one key.
const SOON: SignedDuration = SignedDuration::from_secs(60);

/// The line below a message: its state in words, the server's own answer, and what can be done.
pub fn message_state(frame: &Frame, it: &Message) -> Markup {
    if let (SendState::Queued, Some(at)) = (it.state, it.send_at.filter(|at| *at > frame.now.at)) {
        return leaving(frame, it, at);
    }
    let (sign, text, class) = match it.recipients().to.is_empty() {
        // In an inbox of the API nothing is sent: whoever reads the API has it.
        true if it.state == SendState::Sent => {
            (Icon::Check, "Stored, to be fetched by the API", "is-good")
        }
        _ => words(it.state),
    };
    html! {
        div.message-state.(class) {
            (icon_s(sign)) span { (text) }
            @if !it.state_detail.is_empty() {
                details.message-answer { summary { (if it.state == SendState::Sent { "The server’s answer" } else { "Why" }) } code { (it.state_detail) } }
            }
            @match it.state {
                SendState::Failed | SendState::Unknown => { (acts(frame, &urls::send_again(it.id), button("Send again").quiet().small()
                    .confirm_if(it.state == SendState::Unknown, "Send it again? It may have arrived already; then the customer has it twice."))) }
                SendState::Deferred | SendState::Held => { (acts(frame, &urls::undo_send(it.id), button("Take back").quiet().small())) }
                _ => {}
            }
        }
    }
}

fn words(state: SendState) -> (Icon, &'static str, &'static str) {
    match state {
        SendState::Queued => (Icon::Clock, "Waits to leave", ""),
        SendState::Sending => (Icon::Send, "On its way", ""),
        SendState::Sent => (Icon::Check, "Taken by the mail server", "is-good"),
        SendState::Deferred => {
            (Icon::Clock, "Not sent yet; it is tried again by itself", "is-warn")
        }
        SendState::Failed => (Icon::CircleAlert, "Could not be delivered", "is-bad"),
        SendState::Unknown => {
            (Icon::TriangleAlert, "May have left: the connection was lost at the end", "is-warn")
        }
        SendState::Cancelled => (Icon::Undo2, "Taken back, never sent", ""),
        SendState::Held => {
            (Icon::Lock, "Held after a restore, until an admin lets it go", "is-warn")
        }
        SendState::Received | SendState::Kept => (Icon::Check, "Kept", ""),
    }
}

/// It has not left: soon (undo) or at a time that was chosen.
fn leaving(frame: &Frame, it: &Message, at: jiff::Timestamp) -> Markup {
    let soon = at.duration_since(frame.now.at) <= SOON;
    let seconds = at.duration_since(frame.now.at).as_secs().max(1);
    html! {
        div.message-state.message-leaving {
            (icon_s(if soon { Icon::Send } else { Icon::CalendarClock }))
            @if soon { span { "Leaves in " span.u-num data-countdown=(at) { (seconds) " s" } } }
            @else { span { "Leaves " (frame.now.until(at)) } }
            @let undo = button(if soon { "Undo" } else { "Take back" }).small();
            (acts(frame, &urls::undo_send(it.id), if soon { undo.key("z") } else { undo }))
        }
    }
}

fn acts(frame: &Frame, url: &str, act: Button) -> Markup {
    html! {
        form method="post" action=(url) hx-post=(url) hx-target="#thread-items" hx-swap="innerMorph" { (csrf_field(&frame.csrf)) (act.submits()) }
    }
}
