//! What the parser of HTML can bear: its time grows with the square of how deep elements lie in
//! each other, and of how many stand where a table does not allow them. A letter needs neither.

use std::collections::HashMap;

/// More tags than the longest newsletter has.
const MOST_TAGS: usize = 20_000;
/// Elements that are open at one time, tables in tables among them.
const MOST_DEEP: usize = 300;

/// Elements that end by themselves, or hold nothing.
const SHORT: [&str; 24] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "o:p", "option", "p", "param", "source", "tbody", "td", "th", "thead", "tr", "wbr",
];

/// Whether it is read at all. One pass, no tree; an element counts as open until its own end
/// tag comes, so that depth is not thought too small.
pub(super) fn bearable(html: &str) -> bool {
    let bytes = html.as_bytes();
    let (mut tags, mut deep) = (0, 0);
    let mut open: HashMap<String, usize> = HashMap::new();
    for (at, _) in html.match_indices('<') {
        let ends = bytes.get(at + 1) == Some(&b'/');
        let rest = &bytes[at + 1 + usize::from(ends)..];
        if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        tags += 1;
        let name = rest
            .iter()
            .take(32)
            .take_while(|it| !matches!(it, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'>'));
        let name: String = name.map(|it| char::from(it.to_ascii_lowercase())).collect();
        if tags > MOST_TAGS {
            return false;
        }
        if SHORT.contains(&name.as_str()) {
            continue;
        }
        let count = open.entry(name).or_default();
        match ends {
            true if *count > 0 => (*count, deep) = (*count - 1, deep - 1),
            true => {}
            false => (*count, deep) = (*count + 1, deep + 1),
        }
        if deep > MOST_DEEP {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_bearable_and_towers_are_not() {
        let table = "<table><tr><td>".repeat(60) + "x" + &"</td></tr></table>".repeat(60);
        assert!(bearable(&table));
        assert!(bearable(&"<p>One<br>two<li>three".repeat(3_000)));
        assert!(bearable(&"<div>a</div>".repeat(8_000)));
        assert!(bearable("1 < 2, 3 <4> 5 </ a>"));
        assert!(!bearable(&"<div>".repeat(301)));
        assert!(!bearable(&"<DIV\n>".repeat(301)));
        assert!(!bearable(&"<b></i>".repeat(400)), "an end tag of another closes nothing");
        assert!(!bearable(&"<img src=x>".repeat(20_001)));
    }
}
