//! What people type, read without ever failing.

use super::words::words;

/// One thing to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// As it was typed.
    pub typed: String,
    /// Its words; several stand next to each other.
    pub words: Vec<String>,
    /// The last word may go on.
    pub prefix: bool,
    /// It must not be there.
    pub not: bool,
    pub quoted: bool,
}

/// A search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) terms: Vec<Term>,
    /// `tag:vip` is `("tag", "vip")`.
    pub(super) filters: Vec<(&'static str, String)>,
    /// `#1042`.
    pub(super) number: Option<i64>,
}

/// A part of a search, as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// `word`, `phrase`, `not`, `number`, or the filter's name.
    pub kind: &'static str,
    /// What was typed, such as `tag:vip`; the parts joined by spaces are the search again.
    pub text: String,
}

const FILTERS: [&str; 9] =
    ["from", "to", "tag", "assignee", "is", "inbox", "before", "after", "has"];

/// Reads a search: words, "phrases", -not, prefix*, filters, #1042. What is no filter is words;
/// the last word may go on, since it may still be being typed.
pub fn parse(text: &str) -> Query {
    let mut out = Query::default();
    let text: String = text.chars().take(1000).collect();
    let open_end = !text.ends_with(char::is_whitespace);
    let pieces = pieces(&text);
    let last = pieces.len();
    for (n, piece) in pieces.into_iter().enumerate() {
        if out.terms.len() + out.filters.len() >= 30 {
            break;
        }
        out.take(&piece, open_end && n + 1 == last);
    }
    out
}

/// Split at spaces that are not between quotes.
fn pieces(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for it in text.chars() {
        if matches!(it, '"' | '“' | '”' | '„') {
            quoted = !quoted;
            out.last_mut().expect("there is one").push('"');
        } else if it.is_whitespace() && !quoted {
            out.push(String::new());
        } else {
            out.last_mut().expect("there is one").push(it);
        }
    }
    out.retain(|it| !it.is_empty());
    out
}

impl Query {
    fn take(&mut self, piece: &str, may_go_on: bool) {
        if let Some((name, value)) = piece.split_once(':') {
            let known = FILTERS.into_iter().find(|it| name.eq_ignore_ascii_case(it));
            let value = value.trim_matches('"').trim();
            if let (Some(name), false) = (known, value.is_empty()) {
                return self.filters.push((name, value.to_owned()));
            }
        }
        let number = piece.strip_prefix('#').and_then(|it| it.parse().ok());
        if let (Some(number), None) = (number, self.number) {
            self.number = Some(number);
            return;
        }
        let not = piece.starts_with('-') && piece.len() > 1;
        let bare = piece.trim_start_matches('-');
        let quoted = bare.contains('"');
        let found = words(bare);
        if found.is_empty() {
            return;
        }
        let goes_on = bare.ends_with('*')
            || (may_go_on && !quoted && !not && bare.ends_with(char::is_alphanumeric));
        // A single character of a dense script begins many pairs.
        let alone = found.len() == 1 && found[0].is_pair;
        let dense = found.last().is_some_and(|it| it.is_pair);
        let mut list: Vec<String> = found.into_iter().map(|it| it.text).collect();
        // The last character of a dense run stands alone only where its text ends.
        if dense && list.len() > 1 {
            list.pop();
        }
        let long = list.last().is_some_and(|it| it.chars().count() >= 2);
        self.terms.push(Term {
            typed: piece.to_owned(),
            words: list,
            prefix: alone || (goes_on && long && !dense),
            not,
            quoted,
        });
    }

    /// Nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.filters.is_empty() && self.number.is_none()
    }

    /// The parts, as a page shows them.
    pub fn chips(&self) -> Vec<Chip> {
        let mut out: Vec<Chip> = Vec::new();
        out.extend(self.number.map(|it| Chip { kind: "number", text: format!("#{it}") }));
        for (name, value) in &self.filters {
            let value = if value.contains(' ') { format!("\"{value}\"") } else { value.clone() };
            out.push(Chip { kind: name, text: format!("{name}:{value}") });
        }
        for it in &self.terms {
            let kind = match (it.not, it.quoted) {
                (true, _) => "not",
                (false, true) => "phrase",
                (false, false) => "word",
            };
            out.push(Chip { kind, text: it.typed.clone() });
        }
        out
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self.chips().into_iter().map(|it| it.text).collect();
        f.write_str(&parts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_and_can_be_printed_again() {
        let it = parse(r#"parcel "not here" -spam FROM:carol tag:"big one" inv* #1042 http://x "#);
        assert_eq!(it.number, Some(1042));
        assert_eq!(it.filters, [("from", "carol".to_owned()), ("tag", "big one".to_owned())]);
        let kinds: Vec<_> = it.chips().iter().map(|it| it.kind).collect();
        assert_eq!(kinds, ["number", "from", "tag", "word", "phrase", "not", "word", "word"]);
        assert_eq!(parse(&format!("{it} ")), it);
        assert!(!parse("parcel ").terms[0].prefix && parse("parcel").terms[0].prefix);
        assert_eq!(parse("佐藤美").terms[0].words, ["佐藤", "藤美"]);
        for odd in ["", "\"", "-", "::", "from:", "*", "#", "\"\" -- **", "\u{0}"] {
            let _ = parse(odd).to_string();
        }
    }
}
