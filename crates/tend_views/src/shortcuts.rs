//! The sheet of keys. What stands here is what the pages bind.

use maud::{Markup, html};

use crate::parts::{dialog, keys};

/// Every key by where it works: (heading, (keys, what they do)).
pub const KEYS: &[(&str, &[(&str, &str)])] = &[
    (
        "Anywhere",
        &[
            ("mod+k", "Search or do"),
            ("?", "This sheet"),
            ("c", "New conversation"),
            ("/", "Find in the list, or search"),
            ("g i", "Go to your inbox"),
            ("g u", "Go to unassigned"),
            ("g n", "Go to mentions"),
            ("g a", "Go to all open"),
            ("g d", "Go to your drafts"),
            ("g c", "Go to customers"),
            ("g s", "Go to settings"),
            ("z", "Undo the last thing"),
        ],
    ),
    (
        "In the list",
        &[
            ("j", "Next conversation"),
            ("k", "The one before"),
            ("enter", "Open it"),
            ("x", "Choose it"),
            ("shift+x", "Choose all up to it"),
            ("esc", "Choose none"),
        ],
    ),
    (
        "In a conversation",
        &[
            ("r", "Reply"),
            ("shift+r", "Reply to all"),
            ("n", "Note"),
            ("f", "Forward"),
            ("e", "Resolve, or open again"),
            ("a", "Assign"),
            ("m", "Assign to me"),
            ("h", "Snooze"),
            ("t", "Tags"),
            ("p", "Priority"),
            ("s", "Status"),
            ("u", "Mark unread"),
            ("w", "Follow"),
            ("i", "Show or hide the record"),
        ],
    ),
    (
        "While you write",
        &[
            ("mod+enter", "Send"),
            ("mod+shift+enter", "Send and resolve"),
            ("esc", "Leave the composer; the draft is kept"),
            ("mod+b", "Bold"),
            ("mod+i", "Italic"),
        ],
    ),
];

/// The sheet, closed.
pub fn sheet() -> Markup {
    let body = html! {
        div.dialog-keys {
            @for (title, lines) in KEYS {
                section {
                    h3 { (title) }
                    dl { @for (key, what) in *lines { dt { (what) } dd { (keys(key)) } } }
                }
            }
            section {
                h3 { "Also while you write" }
                p.u-ink-2 { "A slash at the start of a word offers canned responses, @ your colleagues, : signs." }
            }
        }
    };
    html! { (dialog("shortcuts", "Keys").wide().body(body)) }
}
