//! HTML of mails, read without building a tree: one pass, no recursion.

mod render;
pub(crate) mod token;

pub use render::to_text;

/// Text as HTML that keeps its line breaks.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
