//! What people wrote, as a page shows it: paragraphs, links, the quoted history behind a fold.

use maud::{Markup, PreEscaped, Render, html};

use crate::parts::{Icon, icon};

/// So many bytes of one message stand in a page of many; more is shown when it is asked for.
pub const MOST_AT_ONCE: usize = 64 * 1024;

/// So many addresses in a message become links; the rest stays text.
const MOST_LINKS: usize = 500;

/// The first `most` bytes at most, whole characters.
pub fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// Plain text: paragraphs, addresses as links, the quoted history behind a fold. `quote_at` counts
/// characters.
pub fn text_body(text: &str, quote_at: Option<i64>) -> Markup {
    let at = quote_at.and_then(|it| usize::try_from(it).ok());
    let cut = at.and_then(|at| text.char_indices().nth(at)).map_or(text.len(), |it| it.0);
    let (said, quoted) = text.split_at(cut);
    let mut out = String::with_capacity(text.len() + 256);
    let mut links = MOST_LINKS;
    for part in said.trim().split("\n\n").filter(|it| !it.trim().is_empty()) {
        out.push_str("<p class=\"message-text\" dir=\"auto\">");
        linked(part.trim_matches('\n'), &mut links, &mut out);
        out.push_str("</p>");
    }
    html! {
        (PreEscaped(out))
        @if !quoted.trim().is_empty() {
            details.message-quote {
                summary title="Quoted text" aria-label="Quoted text" { (icon(Icon::Ellipsis)) }
                div.message-text { (quoted.trim()) }
            }
        }
    }
}

/// Addresses of the web become links that tell nothing about us.
fn linked(text: &str, links: &mut usize, out: &mut String) {
    let (mut at, mut written) = (0, 0);
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let from = word.len() - word.trim_start_matches(['<', '(']).len();
        let bare = word[from..].trim_end_matches(['.', ',', ')', '>', ';', ':', '!', '?']);
        if *links > 0 && (bare.starts_with("https://") || bare.starts_with("http://")) {
            *links -= 1;
            text[written..at + from].render_to(out);
            out.push_str("<a class=\"link\" href=\"");
            bare.render_to(out);
            out.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
            bare.render_to(out);
            out.push_str("</a>");
            written = at + from + bare.len();
        }
        at += piece.len();
    }
    text[written..].render_to(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web_become_links_and_all_else_stays() {
        let said = text_body(
            "See (https://a.example/x?a=1&b=2), <b> & more.\n\nÄ http://b.example.",
            None,
        )
        .0;
        let link = |url: &str| {
            format!(
                "<a class=\"link\" href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{url}</a>"
            )
        };
        let expected = format!(
            "<p class=\"message-text\" dir=\"auto\">See ({}), &lt;b&gt; &amp; more.</p>\
             <p class=\"message-text\" dir=\"auto\">Ä {}.</p>",
            link("https://a.example/x?a=1&amp;b=2"),
            link("http://b.example")
        );
        assert_eq!(said, expected);
    }

    #[test]
    fn a_text_made_of_links_does_not_grow_without_end() {
        let many = "http://a.example/ ".repeat(20_000);
        let said = text_body(&many, None).0;
        assert_eq!(said.matches("<a ").count(), MOST_LINKS);
        assert!(said.len() < many.len() + 100_000);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("aä", 2), "a");
        assert_eq!(beginning("aä", 3), "aä");
        assert_eq!(beginning("aä", usize::MAX), "aä");
    }

    #[test]
    fn quoted_history_is_behind_a_fold() {
        let said = text_body("Yes.\n> No?", Some(4)).0;
        assert!(said.contains("<p class=\"message-text\" dir=\"auto\">Yes.</p><details"), "{said}");
        assert!(said.contains("&gt; No?"), "{said}");
    }
}
