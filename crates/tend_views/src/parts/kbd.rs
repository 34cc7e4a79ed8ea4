//! Keys, as they stand on a keyboard.

use maud::{Markup, html};

use super::sample::{Sample, sample};

/// Keys as the `hotkeys` island reads them (`e`, `g i`, `mod+enter`), shown as people read them.
pub fn keys(keys: &str) -> Markup {
    let strokes: Vec<&str> = keys.split(' ').collect();
    match strokes.as_slice() {
        [one] => stroke(one),
        many => html! { span.kbd-row { @for it in many { (stroke(it)) } } },
    }
}

/// One stroke. The key that is ⌘ on a Mac and Ctrl elsewhere is there as both; `theme.js` says
/// before the first paint which one is shown.
fn stroke(keys: &str) -> Markup {
    let is_several = keys.contains('+');
    html! {
        kbd.kbd {
            @for key in keys.split('+') {
                @match key {
                    "mod" => { span.kbd-mac { "⌘" } span.kbd-pc { "Ctrl " } }
                    key if is_several && key.len() == 1 => { (key.to_uppercase()) }
                    key => { (sign(key)) }
                }
            }
        }
    }
}

fn sign(key: &str) -> &str {
    match key {
        "enter" => "⏎",
        "shift" => "⇧",
        "up" => "↑",
        "down" => "↓",
        "space" => "␣",
        other => other,
    }
}

/// A list of keys and what each does, for empty pages and the sheet of shortcuts.
pub fn key_list(lines: &[(&str, &str)]) -> Markup {
    html! {
        dl.kbd-list {
            @for (key, what) in lines { dt { (keys(key)) } dd { (what) } }
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let all = html! { div.gallery-row { @for it in ["j", "k", "?", "g i", "mod+k", "mod+enter", "esc"] { (keys(it)) } } };
    vec![
        sample("keys", all),
        sample("list", key_list(&[("a", "assigns it to someone"), ("g i", "goes to the inbox")])),
    ]
}
