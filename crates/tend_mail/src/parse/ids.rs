//! Message ids.

use super::words;
use crate::text::one_line;

/// An id longer than this is no use as a key.
pub(crate) const LONGEST: usize = 512;

/// The ids of a References or In-Reply-To header in their order, each once:
/// what stands in `<…>`, or lone words with an `@` where nothing does.
pub(crate) fn list(raw: &[u8]) -> Vec<String> {
    let text = words::to_string(raw, None);
    let text = words::decode(&text);
    let mut ids: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut rest = &*text;
    while let Some(start) = rest.find('<') {
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(['>', '<']) else { break };
        push(&mut ids, &mut seen, &inner[..end]);
        rest = &inner[end..];
    }
    if ids.is_empty() && !text.contains('<') {
        for word in text.split([' ', ',', ';', '\t']).filter(|w| w.contains('@')) {
            push(&mut ids, &mut seen, word);
        }
    }
    ids
}

fn push(ids: &mut Vec<String>, seen: &mut std::collections::HashSet<String>, id: &str) {
    if let Some(id) = clean(id)
        && seen.insert(id.clone())
    {
        ids.push(id);
    }
}

/// The one id of a Message-ID header.
pub(crate) fn one(raw: &[u8]) -> Option<String> {
    let text = words::to_string(raw, None);
    match list(raw).into_iter().next() {
        Some(id) => Some(id),
        None => clean(&text),
    }
}

/// Without brackets and blanks; `None` if nothing usable is left.
pub(crate) fn clean(id: &str) -> Option<String> {
    let id: String = one_line(id).chars().filter(|c| !c.is_whitespace()).collect();
    let id = id.trim_matches(['<', '>']).to_owned();
    (!id.is_empty() && id.len() <= LONGEST).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_among_words() {
        assert_eq!(list(b"<a@x> <b@y>\t<a@x>"), ["a@x", "b@y"]);
        assert_eq!(list(b"<a@x><b@y>"), ["a@x", "b@y"]);
        assert_eq!(list(b"Message from Jo <jo@x> of Monday <1@y>"), ["jo@x", "1@y"]);
        assert_eq!(list(b"a@x b@y"), ["a@x", "b@y"]);
        assert_eq!(list(b"<a@x"), Vec::<String>::new());
        assert_eq!(list(b"<a @x>"), ["a@x"]);
    }

    #[test]
    fn one_id_or_none() {
        assert_eq!(one(b"<a@x>").as_deref(), Some("a@x"));
        assert_eq!(one(b"plain-id").as_deref(), Some("plain-id"));
        assert_eq!(one(b"<>"), None);
        assert_eq!(one(b"  "), None);
        assert_eq!(one("x".repeat(10_000).as_bytes()), None);
    }
}
