use maud::{Markup, html};
use tend_core::conversations::thread::{Item, Thread};

use super::{
    Composer, Offered, Presence, Shown, compose, event::event, message::message_item,
    presence::presence_line, thread_head,
};
use crate::{
    layout::Frame,
    parts::{Element, Tone, button, callout, counted, csrf_field, link_button},
    urls,
};

/// One conversation with what is needed to work on it.
#[derive(Clone, Debug)]
pub struct ThreadPane<'a> {
    pub thread: &'a Thread,
    pub offered: &'a Offered,
    /// Who else is here.
    pub here: &'a [Presence],
    /// Nothing for who may neither reply nor note.
    pub composer: Option<Composer>,
    /// The view that one came from: `mine`.
    pub back: &'a str,
}

pub fn thread_pane(frame: &Frame, it: &ThreadPane<'_>) -> Markup {
    let c = &it.thread.conversation;
    html! {
        section.inbox-thread id="thread" aria-label={ "Conversation #" (c.number) } data-presence=(urls::presence(c.id)) {
            (thread_head(frame, it.back, it.thread, it.offered))
            div.inbox-scroll tabindex="0" aria-label="What was written" {
                div.inbox-flow { (thread_items(frame, it.thread, it.offered)) }
            }
            footer.inbox-reply {
                div.inbox-flow {
                    (presence_line(c.id, it.here))
                    @match &it.composer {
                        Some(composer) => { (compose::composer(frame, composer, it.offered)) }
                        None => { p.u-quiet.u-small { "Your role reads here and does not write." } }
                    }
                }
            }
        }
    }
}

/// What was written and done, fetched anew when something is added.
pub fn thread_items(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    html! {
        div.inbox-items id="thread-items" data-live={ "conversation:" (c.id) } data-live-get=(urls::messages(c.id))
            data-live-swap="innerMorph" data-live-with="shown" {
            (items(frame, it, offered))
        }
    }
}

/// The content of [`thread_items`]: the answer to sending, to taking back, and to a change elsewhere.
pub fn items(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    html! {
        (belongs(it))
        (earlier(it))
        (in_order(frame, &it.items, offered))
        @if let Some(last) = c.last_message_id {
            // It carries its own proof: it is sent before the scripts that add it may be there.
            form id={ "read-" (last) } hidden hx-put=(urls::reading(c.id)) hx-trigger="load" hx-swap="none" { (csrf_field(&frame.csrf)) }
        }
    }
}

/// Items in the order of time, with a line where a day begins. Also the answer to asking for earlier ones.
pub fn in_order(frame: &Frame, items: &[Item], offered: &Offered) -> Markup {
    let mut day = None;
    html! {
        @for item in items {
            @let at = match item { Item::Message(it, _) => it.created_at, Item::Entry(it, _) => it.happened_at };
            @let is_new = day.replace(frame.now.day_of(at)) != Some(frame.now.day_of(at));
            @if is_new { div.message-day id={ "day-" (frame.now.day_of(at)) } { (frame.now.day(at)) } }
            @match item {
                Item::Message(it, files) => { (message_item(frame, it, files, offered, Shown::AsWritten)) }
                Item::Entry(it, actor) => { (event(&frame.now, it, actor, offered)) }
            }
        }
    }
}

/// The button that fetches what is older; nothing at the beginning.
pub fn earlier(it: &Thread) -> Markup {
    let first = it.items.iter().find_map(|item| match item {
        Item::Message(it, _) => Some(it.id),
        Item::Entry(..) => None,
    });
    html! {
        @if let (Some(first), true) = (first, it.earlier > 0) {
            div.panel-more id="earlier" {
                (button(format!("Show {}", counted(it.earlier, "earlier message", "earlier messages"))).quiet().small()
                    .gets(format!("{}?before={first}", urls::messages(it.conversation.id)), "#earlier").swap("outerHTML"))
            }
        }
    }
}

/// What the thread must say of itself before its messages.
fn belongs(it: &Thread) -> Markup {
    let c = &it.conversation;
    html! {
        @if let Some(into) = c.merged_into {
            (callout(Tone::Plain, "This conversation was merged into another.", Some(link_button("Open it", urls::conversation(into)))))
        }
        @if let Some(before) = c.follows_id {
            (callout(Tone::Plain, "It goes on from a conversation that was closed.", Some(link_button("Open that one", urls::conversation(before)))))
        }
        @if let Some(other) = c.may_belong_to {
            (callout(Tone::Warn, "Its subject names another conversation, but the sender did not prove to belong there.", Some(link_button("Look at it", urls::conversation(other)))))
        }
    }
}
