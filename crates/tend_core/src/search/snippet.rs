use super::{query::Term, words::words};
use crate::fold;

/// A piece of a snippet; its text is plain, to be escaped like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub text: String,
    /// It is what was looked for.
    pub hit: bool,
}

const BEFORE: usize = 60;
const LENGTH: usize = 200;

/// The part of a text around the first hit, in pieces.
pub(super) fn snippet(text: &str, terms: &[Term]) -> Vec<Segment> {
    let text = fold::one_line(text, 20_000);
    let wanted = |word: &str| {
        terms.iter().filter(|it| !it.not).any(|term| {
            let last = term.words.len() - 1;
            term.words
                .iter()
                .enumerate()
                .any(|(n, it)| word == it || (n == last && term.prefix && word.starts_with(it)))
        })
    };
    let hits: Vec<(usize, usize)> =
        words(&text).iter().filter(|it| wanted(&it.text)).map(|it| (it.from, it.to)).collect();
    let first = hits.first().map_or(0, |it| it.0);
    let start = back(&text, first, BEFORE);
    let end = forth(&text, start, LENGTH);
    let mut out = Vec::new();
    let mut at = start;
    if start > 0 {
        out.push(Segment { text: "…".to_owned(), hit: false });
    }
    for (from, to) in hits.into_iter().filter(|it| it.1 <= end) {
        // Pairs of a dense script overlap.
        let from = from.max(at);
        if to <= from {
            continue;
        }
        if from > at {
            out.push(Segment { text: text[at..from].to_owned(), hit: false });
        }
        match out.last_mut().filter(|it| it.hit && from == at) {
            Some(last) => last.text.push_str(&text[from..to]),
            None => out.push(Segment { text: text[from..to].to_owned(), hit: true }),
        }
        at = to;
    }
    if at < end {
        out.push(Segment { text: text[at..end].to_owned(), hit: false });
    }
    if end < text.len() {
        out.push(Segment { text: "…".to_owned(), hit: false });
    }
    out
}

/// So many characters before a place, at the beginning of a word.
fn back(text: &str, at: usize, most: usize) -> usize {
    let start = text[..at].char_indices().rev().nth(most).map_or(0, |it| it.0);
    match start {
        0 => 0,
        start => text[start..at].find(' ').map_or(start, |it| start + it + 1),
    }
}

fn forth(text: &str, at: usize, most: usize) -> usize {
    text[at..].char_indices().nth(most).map_or(text.len(), |it| at + it.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parse;

    #[test]
    fn the_part_around_the_hit_is_shown() {
        let text = format!("{} the Émile parcel was lost {}", "word ".repeat(50), "x ".repeat(300));
        let shown = snippet(&text, &parse("emile parc").terms);
        let hits: Vec<_> = shown.iter().filter(|it| it.hit).map(|it| it.text.as_str()).collect();
        assert_eq!(hits, ["Émile", "parcel"]);
        assert_eq!(
            (shown[0].text.as_str(), shown.last().map(|it| it.text.as_str())),
            ("…", Some("…"))
        );
        let dense = snippet("私は佐藤美咲です", &parse("佐藤美咲").terms);
        assert_eq!(dense[1], Segment { text: "佐藤美咲".to_owned(), hit: true });
        assert!(snippet("", &parse("x").terms).is_empty());
    }
}
