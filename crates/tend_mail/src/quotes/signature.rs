//! Signatures: after two dashes, by a telephone, or a name at the end.

use super::walk::is_boundary;
use super::words::{CLOSINGS, MOBILE};
use super::{Line, Piece};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Lines with text that may stand below two dashes without a space after
/// them, and below a longer line.
const BELOW_DASHES: usize = 25;
const BELOW_RULER: usize = 12;
/// Lines with text below "Best regards".
const BELOW_CLOSING: usize = 5;

/// Whether a signature or closing starts at this line, and which.
pub(super) fn starts(lines: &[Line<'_>], at: usize) -> Option<Piece> {
    let whole = lines[at].text;
    if whole.len() > 200 {
        return None;
    }
    let text = whole.trim();
    if is_dashes(whole) {
        let most = if whole == "-- " { usize::MAX } else { BELOW_DASHES };
        return (at > 0 && below(lines, at, most)).then_some(Piece::Signature);
    }
    if is_underscores(text) || text == "---" {
        return (at > 0 && below(lines, at, BELOW_RULER)).then_some(Piece::Signature);
    }
    if at == 0 && text.is_empty() {
        return None;
    }
    match mobile(text) {
        Some(true) => return Some(Piece::Signature),
        Some(false) => return Some(Piece::Closing),
        None => {}
    }
    if is_closing(text) && below(lines, at, BELOW_CLOSING) {
        return Some(Piece::Closing);
    }
    (at > 0 && is_name(text) && is_last(lines, at)).then_some(Piece::Signature)
}

/// A line that begins a signature whatever stands around it.
pub(super) fn is_certain(line: &str) -> bool {
    line.len() <= 200 && (is_dashes(line) || mobile(line.trim()) == Some(true))
}

/// `--`, with or without its space; a telephone makes it a dash.
fn is_dashes(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "—" | "\u{2014}\u{2014}" | "--\u{a0}" | "*--*")
}

fn is_underscores(text: &str) -> bool {
    text.len() >= 2 && text.bytes().all(|b| b == b'_')
}

/// At most so many lines with text up to the next quote or the end.
fn below(lines: &[Line<'_>], at: usize, most: usize) -> bool {
    let mut count = 0;
    for i in at + 1..lines.len() {
        if is_boundary(lines, i) || is_certain(lines[i].text) {
            break;
        }
        count += usize::from(!lines[i].is_blank());
        if count > most {
            return false;
        }
    }
    count > 0
}

/// A telephone's line: `Some(true)` for certain, `Some(false)` where it may be
/// a sentence.
fn mobile(text: &str) -> Option<bool> {
    let text = text.trim_start_matches(['*', '_', '-', ' ', '<', '[']);
    let first = text.split([' ', '\u{a0}', '\'', '’']).next().unwrap_or("");
    if first.is_ascii() && !FIRST_WORDS.contains(first.to_ascii_lowercase().as_str()) {
        return None;
    }
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().count();
    if let Some(rest) = MOBILE.iter().find_map(|start| lower.strip_prefix(start)) {
        let is_sentence = rest.contains(", ") || words > 14;
        return Some(!is_sentence && (words <= 8 || rest.contains("http") || rest.contains('<')));
    }
    let is_sent_from = lower.starts_with("sent from ") && text.starts_with("Sent") && words <= 14;
    is_sent_from.then_some(false)
}

/// The first words of those lines, to pass over most others at once.
static FIRST_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| MOBILE.iter().filter_map(|line| line.split([' ', '\'']).next()).collect());

fn is_closing(text: &str) -> bool {
    if text.len() > 60 {
        return false;
    }
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| {
        c.is_ascii_punctuation() || c.is_whitespace() || c == '！' || c == '，'
    });
    CLOSINGS.contains(&bare)
}

/// `-Jo`, `- Jo Doe`: one to three words that are letters.
fn is_name(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['-', '–', '—', '~']) else { return false };
    let rest = rest.trim();
    let words: Vec<&str> = rest.split(' ').collect();
    let is_word = |word: &&str| {
        let word = word.trim_end_matches(['.', ',']);
        !word.is_empty()
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'))
    };
    words.len() <= 3 && rest.len() <= 40 && words.iter().all(is_word)
}

/// Nothing but signatures and quotes follow, and it is no item of a list.
fn is_last(lines: &[Line<'_>], at: usize) -> bool {
    let before = lines[..at].iter().rev().find(|line| !line.is_blank());
    let is_item =
        before.is_some_and(|line| line.text.trim_start().starts_with(['-', '–', '*', '•']));
    let next = (at + 1..lines.len()).find(|i| !lines[*i].is_blank());
    let is_end = match next {
        None => true,
        Some(next) => {
            let text = lines[next].text;
            is_boundary(lines, next) || is_certain(text) || is_underscores(text.trim())
        }
    };
    !is_item && is_end
}
