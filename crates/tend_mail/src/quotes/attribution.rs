//! "On Monday Jo wrote:", in many languages, on one line or several.

use super::Line;
use super::words::{OPENERS, VERBS};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Lines one attribution may be broken into.
const LINES: usize = 4;
/// Characters it has at most.
const LONGEST: usize = 400;

/// How many lines an attribution that starts here has, if one does.
pub(super) fn length(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let len = lengths(lines, at)?;
    // The line before may have been taken for the start: a later one that can
    // be the start of the same attribution counts, unless only the first has
    // an opening word.
    let is_opened = has_opener(lines[at].text);
    let is_later = |i: &usize| {
        let text = lines[at + i].text;
        let is_start = looks_like_start(text) && (!is_opened || has_opener(text));
        is_start && lengths(lines, at + i).is_some_and(|l| i + l == len)
    };
    if (1..len).any(|i| is_later(&i)) { None } else { Some(len) }
}

fn lengths(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let first = lines.get(at)?;
    if first.is_quoted || first.is_blank() || first.text.len() > LONGEST {
        return None;
    }
    let mut joined = String::new();
    let is_start = looks_like_start(first.text);
    for (i, line) in lines.iter().enumerate().skip(at).take(LINES) {
        let is_broken_address =
            joined.ends_with('<') || joined.is_empty() || line.text.trim_start().starts_with('<');
        if (line.is_quoted && !is_lone_bracket(line.text))
            || (line.is_blank() && !is_broken_address)
        {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line.text.trim());
        if joined.len() > LONGEST {
            return None;
        }
        let is_quote_next = next_is_quoted(lines, i + 1);
        let fits = if is_start {
            is_attribution(&joined, is_quote_next)
        } else {
            i == at && is_bare(&joined, is_quote_next)
        };
        if fits {
            return Some(i + 1 - at);
        }
        if !is_start {
            return None;
        }
    }
    None
}

/// `>:` or `> wrote:` left alone on a line by wrapping.
fn is_lone_bracket(line: &str) -> bool {
    let rest = line.trim().trim_start_matches('>').trim();
    rest == ":" || (rest.ends_with(':') && ends_with_verb(rest))
}

fn next_is_quoted(lines: &[Line<'_>], from: usize) -> bool {
    lines.iter().skip(from).find(|line| !line.is_blank()).is_some_and(|line| line.is_quoted)
}

/// A line that may begin an attribution: an opening word, or a number among
/// the first words.
fn looks_like_start(line: &str) -> bool {
    let starts_with_digit = |word: &str| {
        word.trim_start_matches(['(', '"', '[']).starts_with(|c: char| c.is_ascii_digit())
    };
    let line = line.trim_start_matches(['-', '_', '*', ' ']);
    has_opener(line) || line.split_whitespace().take(3).any(starts_with_digit)
}

fn has_opener(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['-', '_', '*', ' ']);
    let lower = crate::text::cut(line, 24).to_lowercase();
    let mut words = lower.split([' ', '\u{a0}', ',']);
    let (first, second) = (words.next().unwrap_or(""), words.next());
    second.is_some_and(|second| {
        OPENERS.contains(&first) || OPENERS.contains(&&*format!("{first} {second}"))
    })
}

/// The whole attribution on one line.
fn is_attribution(joined: &str, is_quote_next: bool) -> bool {
    let line = joined.trim().trim_end_matches(['-', '_', '*', ' ']).trim();
    let ends = line.ends_with([':', '：']);
    let may_end = ends || ends_with_verb(line) || (is_quote_next && line.ends_with('>'));
    if !may_end {
        return false;
    }
    let has_email = has_email(line);
    let has_digit = line.bytes().any(|b| b.is_ascii_digit());
    let may_have_date = has_digit || (has_email && is_quote_next);
    if !may_have_date {
        return false;
    }
    let has_time = has_time(line);
    let is_verbal = (ends && has_verb(line)) || ends_with_verb(line);
    if is_verbal && (has_email || has_time || has_date(line) || is_quote_next) {
        return true;
    }
    // No verb: `30.09.2017, 18.30, "Jo" <jo@example.com>:`
    let stem = line.trim_end_matches([':', '：', ' ']);
    let ends_in_address = ends && has_email && stem.ends_with(['>', ')', ']', '"']);
    (ends_in_address && (has_time || has_date(line)))
        || (is_quote_next && has_email && has_date(line) && stem.ends_with('>'))
}

/// Without a date: "Jo wrote:" right above a quote, or "---- Jo wrote ----".
fn is_bare(line: &str, is_quote_next: bool) -> bool {
    let bare = line.trim().trim_matches(['-', '_', '*', ' ']);
    let is_framed = line.trim().starts_with("---") && line.trim().ends_with("---");
    let is_short = bare.len() <= 120 && bare.split_whitespace().count() <= 6;
    ends_with_verb(bare)
        && is_short
        && (is_framed || (is_quote_next && bare.ends_with([':', '：'])))
}

fn has_verb(line: &str) -> bool {
    let lower = line.to_lowercase();
    VERBS.iter().any(|verb| contains_word(&lower, verb))
}

fn ends_with_verb(line: &str) -> bool {
    let stem = line.trim_end_matches([':', '：', ' ', '\u{a0}', '-', '*']);
    // "<jo@example.com>wrote:" has no space before its verb.
    let last = stem.rsplit([' ', '>', '"', ')', '\u{a0}']).next().unwrap_or("");
    if last.is_ascii() && !LAST_WORDS.contains(last.to_ascii_lowercase().as_str()) {
        // `napisał(a)` ends in a bracket.
        return stem.ends_with("(a)") || stem.ends_with("(а)");
    }
    let tail = stem.char_indices().rev().nth(40).map_or(stem, |(at, _)| &stem[at..]);
    let lower = tail.to_lowercase();
    VERBS.iter().any(|verb| {
        lower
            .strip_suffix(verb)
            .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric) || !verb.is_ascii())
    })
}

/// The last words of the verbs, to pass over most lines at once.
static LAST_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| VERBS.iter().filter_map(|verb| verb.rsplit(' ').next()).collect());

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).take(10).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let is_edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        !word.is_ascii() || (is_edge(before) && is_edge(after))
    })
}

fn has_email(line: &str) -> bool {
    line.match_indices('@').take(10).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + 1..].chars().next();
        let is_part =
            |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "._-+".contains(c));
        is_part(before) && is_part(after)
    })
}

/// `10:30`, `18.30`, `10h30`.
fn has_time(line: &str) -> bool {
    let bytes = line.as_bytes();
    (1..bytes.len()).any(|i| {
        let is_digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
        matches!(bytes[i], b':' | b'h' | b'.')
            && is_digit(bytes.get(i - 1))
            && is_digit(bytes.get(i + 1))
            && is_digit(bytes.get(i + 2))
            && !is_digit(bytes.get(i + 3))
            && (bytes[i] == b':' || !is_digit(i.checked_sub(3).and_then(|at| bytes.get(at))))
    })
}

/// A year, or numbers with separators: `2014`, `14.01.24`, `4/19/11`.
pub(super) fn has_date(line: &str) -> bool {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '年' | '月')).any(
        |word| {
            let word = word.trim_matches(|c: char| !c.is_ascii_digit());
            let is_year = word.len() == 4
                && (word.starts_with("19") || word.starts_with("20"))
                && is_number(word);
            let parts: Vec<&str> = word.split(['.', '/', '-']).take(4).collect();
            is_year || (parts.len() >= 3 && is_number(parts[0]) && is_number(parts[2]))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    fn found(text: &str) -> Option<usize> {
        length(&lines(text), 0)
    }

    #[test]
    fn attributions_in_many_tongues() {
        for text in [
            "On Apr 3, 2012, at 4:19 PM, bob <bob@example.com> wrote:",
            "On Tue, Sep 25, 2012 at 8:59 AM, Jo\n<jo@example.com>wrote:",
            "On Nov 26, 2013 you wrote:",
            "Am 13.12.2017 21:11 schrieb \"John Doe <s@example.com>:",
            "Le 15 janv. 2024 à 14:30, Pierre <p@example.fr> a écrit :",
            "El 5 de mayo de 2020 a las 10:00, Ana (<a@example.es>) escribió:",
            "W dniu 2017-01-09 11:59:39 użytkownik Q <q@example.com> napisał:",
            "Op 12 december 2016 19:05 schreef Q <\nq@example.com>:",
            "Em 10 de julho de 2017 às 16:32:35, John (\nc@example.com) escreveu:",
            "In data 11 ottobre 2017 21:11:31 \"J\" <s@example.com> ha scritto:",
            "pe 20. lokakuuta 2017 klo 17.50 John\n<s@example.com> kirjoitti:",
            "tir. 18. apr. 2017 kl. 13:09 skrev Test <t@example.com\n>:",
            "ср, 30 апр. 2025 г. в 15:19, John <d@example.com>:",
            "2013.02.08. 7:31 keltezéssel, \"E\" írta:",
            "Vào 14:24 8 tháng 6, 2017, H <h@example.com> đã viết:",
            "2024年1月5日 10:30 山田 <y@example.jp>:",
            "---- On Wed, 24 Feb 2021 14:02:50 +0530 j@example.com wrote ----",
            "---- John Smith wrote ----",
            "30.09.2017, 18.30, \"J\" <s@example.com>:",
            "Jo wrote:\n> hi",
        ] {
            assert!(found(text).is_some(), "{text}");
        }
    }

    #[test]
    fn sentences_are_no_attributions() {
        for text in [
            "On the other hand, we should be careful:",
            "On Thursday:",
            "On your remote host you can run:",
            "As Jefferson wrote in 1776:",
            "Call me at 10:30:",
            "Please write to jo@example.com before 2024:",
            "2024-01-15 14:30:25",
            "Jo wrote:\nsomething nice",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn the_latest_start_counts() {
        let text = "We had 3 cases\nOn Dec 16, 2011, at 12:47 PM, C\n<r@example.com>\nwrote:\n";
        assert_eq!(length(&lines(text), 0), None);
        assert_eq!(length(&lines(text), 1), Some(3));
    }
}
