//! What stands in one cell.

/// With these a spreadsheet takes a cell for a formula; also in their full width.
const FORMULA: &str = "=+-@\t\r\n\0＝＋－＠";

/// A text as a cell that no spreadsheet runs: what could begin a formula gets an apostrophe, and
/// a number below nothing gets none. [`bare`] takes it off again, and gives back each text as it
/// was.
pub fn guarded(text: &str) -> String {
    match begins_formula(text) && !is_number(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// The text of a cell that [`guarded`] wrote, or that a person typed.
pub fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if begins_formula(rest) => rest,
        _ => cell,
    }
}

/// `-12.5`: a sign, digits and a point, and nothing else.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|it| it.is_ascii_digit() || it == b'.') && digits.parse::<f64>().is_ok()
}

fn begins_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(|it: char| FORMULA.contains(it))
}

/// Several texts in one cell: `vip; "a;b"`. The empty list is the empty cell.
pub fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |it: &str| match it.contains([';', ',', '"', '\n']) || it.trim() != it {
        true => format!("\"{}\"", it.replace('"', "\"\"")),
        false => it.to_owned(),
    };
    texts.into_iter().map(quoted).collect::<Vec<_>>().join("; ")
}

/// The texts of a cell, between semicolons, commas or on lines of their own; in quotes for
/// those that hold such a sign. Empty ones are left out.
pub fn listed(cell: &str) -> Vec<String> {
    let (mut texts, mut text, mut quoted) = (Vec::new(), String::new(), false);
    let mut was_quoted = false;
    let mut signs = cell.chars().peekable();
    while let Some(it) = signs.next() {
        match it {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                text.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if text.trim().is_empty() && !was_quoted => {
                text.clear();
                (quoted, was_quoted) = (true, true);
            }
            ';' | ',' | '\n' if !quoted => {
                end(&mut texts, &mut text, was_quoted);
                was_quoted = false;
            }
            it if was_quoted && !quoted && it.is_whitespace() => {}
            it => text.push(it),
        }
    }
    end(&mut texts, &mut text, was_quoted);
    texts
}

fn end(texts: &mut Vec<String>, text: &mut String, was_quoted: bool) {
    let whole = std::mem::take(text);
    let whole = if was_quoted { whole } else { whole.trim().to_owned() };
    if !whole.is_empty() {
        texts.push(whole);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_cell_runs_and_each_comes_back(text in "('{0,2}[=+\\-@\t\r\n\0＝]?)?\\PC{0,8}") {
            let cell = guarded(&text);
            let runs = cell.starts_with(|it: char| FORMULA.contains(it)) && !is_number(&cell);
            prop_assert!(!runs, "{cell:?}");
            prop_assert_eq!(bare(&cell), text);
        }

        #[test]
        fn lists_come_back(texts in prop::collection::vec("[a-c;,\" \n]{1,5}", 0..5)) {
            let texts: Vec<_> = texts.into_iter().filter(|it| !it.trim().is_empty()).collect();
            let cell = list(texts.iter().map(String::as_str));
            prop_assert_eq!(listed(&cell), texts);
        }
    }

    #[test]
    fn a_number_below_nothing_is_a_number() {
        for number in ["-9", "-0.032926", "12"] {
            assert_eq!(guarded(number), number);
        }
        for other in ["-9+1", "+4930", "-", "-.", "-1-2", "-1e5", "--1"] {
            assert_eq!(guarded(other), format!("'{other}"));
        }
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        assert_eq!(listed("vip, late ;; x"), ["vip", "late", "x"]);
        assert_eq!(listed("a@b.example\nc@d.example"), ["a@b.example", "c@d.example"]);
        assert_eq!(listed(" "), [""; 0]);
        assert_eq!(list(["vip", "a;b"]), "vip; \"a;b\"");
    }

    #[test]
    fn what_people_mean_as_an_apostrophe_stays_one() {
        assert_eq!(bare("'s Gravenhage"), "'s Gravenhage");
        assert_eq!(bare("'=1+1"), "=1+1");
        assert_eq!(bare("''=1+1"), "'=1+1");
    }
}
