//! Keys, as they stand on a keyboard.

use maud::{Markup, html};

use super::sample::{Sample, sample};

/// Keys as the `hotkeys` island reads them (`e`, `g i`, `mod+enter`), shown as people read them.
pub fn keys(keys: &str) -> Markup {
    let strokes: Vec<String> = keys.split(' ').map(stroke).collect();
    match strokes.as_slice() {
        [one] => html! { kbd.kbd { (one) } },
        many => html! { span.kbd-row { @for it in many { kbd.kbd { (it) } } } },
    }
}

fn stroke(keys: &str) -> String {
    keys.split('+')
        .map(|key| match key {
            "mod" => "⌘",
            "enter" => "⏎",
            "shift" => "⇧",
            "up" => "↑",
            "down" => "↓",
            "space" => "␣",
            other => other,
        })
        .collect()
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
