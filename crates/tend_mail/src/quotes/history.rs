//! Earlier mails that stand below without any quote marks.

use super::Line;
use super::words::{ABOVE, DATE, FORWARDED, FROM, ORIGINAL, SUBJECT, TO};

/// Lines of a block of headers that are looked at.
const BLOCK: usize = 14;
/// Longer lines are no headers and no separators.
const LONGEST: usize = 400;

/// Whether everything from this line on is an earlier mail.
pub(super) fn starts(lines: &[Line<'_>], at: usize) -> bool {
    let text = lines[at].text;
    text.len() <= LONGEST && (is_original(text) || is_above(text) || is_header_block(lines, at))
}

/// A line of nothing but dashes and the like, or a rule of a page.
pub(super) fn is_ruler(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 3 && text.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '─' | '—' | ' '))
}

/// `-----Original Message-----` in its languages.
fn is_original(text: &str) -> bool {
    framed(text).is_some_and(|inner| ORIGINAL.contains(&&*inner))
}

/// What stands between dashes, underscores or stars, in lower case.
fn framed(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('>').trim();
    let marks = ['-', '_', '*', '=', '─', '—'];
    let start = text.trim_start_matches(marks);
    if start.len() == text.len() {
        return None;
    }
    let inner = start.trim_end_matches(marks).trim_end_matches(':').trim();
    let is_framed = text.len() >= start.len() + 2;
    (is_framed && !inner.is_empty() && inner.len() < 80).then(|| inner.to_lowercase())
}

/// A line that asks to write above it.
fn is_above(text: &str) -> bool {
    if text.len() > 200 || !text.trim_start().starts_with(['-', '#', '=', '_', '*', '—', '[']) {
        return false;
    }
    let lower = text.to_lowercase();
    ABOVE.iter().any(|phrase| lower.contains(phrase))
}

/// `---------- Forwarded message ----------`, `Begin forwarded message:`.
pub(super) fn is_forward(text: &str) -> bool {
    let is_framed = text.trim_start().starts_with(['-', '_', '*', '=', '─', '—']);
    if text.len() > 200 || !(is_framed || text.trim_end().ends_with(':')) {
        return false;
    }
    let lower = text.trim().to_lowercase();
    let inner = framed(&lower).or_else(|| lower.strip_suffix(':').map(str::to_owned));
    inner.is_some_and(|inner| FORWARDED.iter().any(|phrase| inner.starts_with(phrase)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Subject,
}

/// The field a line names: `*From:* Jo`, `De : Jo`, and its value.
fn field(text: &str) -> Option<(Field, &str)> {
    let line = text.trim().trim_start_matches(['*', '>', ' ', '\u{a0}', '_']);
    let end = line.char_indices().take(30).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    let name = line[..end].trim_matches(|c: char| c == '*' || c.is_whitespace()).to_lowercase();
    let value = line[end..].trim_start_matches([':', '：', '*', ' ', '\u{a0}']);
    let lists =
        [(Field::From, FROM), (Field::Date, DATE), (Field::To, TO), (Field::Subject, SUBJECT)];
    let found = lists.iter().find(|(_, names)| names.contains(&&*name))?;
    Some((found.0, value))
}

/// From, Sent, To, Subject, as Outlook and others copy them above a mail.
fn is_header_block(lines: &[Line<'_>], at: usize) -> bool {
    let Some((first, value)) = field(lines[at].text) else { return false };
    if !matches!(first, Field::From | Field::Date) {
        return false;
    }
    let mut seen = vec![first];
    // Pages may have them all on one line.
    let inner = value.split_whitespace().filter(|word| word.ends_with(':'));
    seen.extend(inner.take(5).filter_map(|word| field(word)).map(|(field, _)| field));
    let mut has_address = value.contains('@');
    let mut gap = 0;
    for line in lines.iter().skip(at + 1).take(BLOCK) {
        match field(line.text) {
            Some((field, value)) => {
                gap = 0;
                has_address |= value.contains('@');
                if !seen.contains(&field) {
                    seen.push(field);
                }
            }
            // A long value goes on; pages leave lines empty between fields.
            None if gap < 2 && line.text.len() <= LONGEST => {
                gap += 1;
                has_address |= !line.is_blank() && line.text.contains('@');
            }
            None => break,
        }
    }
    let has = |field: Field| seen.contains(&field);
    // "From: Berlin, To: Paris, Date: May" is a journey, not a mail.
    let is_mail = has_address || has(Field::Subject);
    let is_sender = has(Field::From) && seen.len() >= 2;
    let is_dated = has(Field::Date) && has(Field::To) && has_address;
    is_mail && (is_sender || is_dated)
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    fn found(text: &str) -> bool {
        starts(&lines(text), 0)
    }

    #[test]
    fn earlier_mails_are_known() {
        for text in [
            "-----Original Message-----",
            "----- Ursprüngliche Nachricht -----",
            "________ Message d'origine ________",
            "From: Jo [mailto:jo@example.com]\nSent: Monday\nTo: Ann\nSubject: Hi",
            "*From:* Jo\n*Sent:* Monday\n*To:* Ann\n*Subject:* Hi",
            "Von: Jo\nGesendet: Montag\nAn: Ann\nBetreff: Hi",
            "From: Jo \n<jo@example.com> \nSent: Monday\nTo: Ann",
            "Date: Wed, 16 May 2012\nTo: jo@example.com",
            "差出人: 山田\n送信日時: 月曜日\n宛先: 鈴木\n件名: こんにちは",
            "-- Please reply above this line --",
            "##- Please type your reply above this line -##",
        ] {
            assert!(found(text), "{text}");
        }
    }

    #[test]
    fn other_lists_are_not() {
        for text in [
            "From: Berlin\nTo: Paris\nDate: 5 May",
            "Date: Wednesday\nTime: 7:00am\nAddress: 130 Fox St",
            "From: our database, not from others",
            "------------------------------",
            "Original Message",
            "Please reply above this line of code",
        ] {
            assert!(!found(text), "{text}");
        }
        assert!(is_forward("---------- Forwarded message ---------"));
        assert!(is_forward("Begin forwarded message:"));
        assert!(!is_forward("I sent you a forwarded message yesterday"));
    }
}
