//! Folding: the form in which texts are compared and sorted.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, without accents, with single spaces: "  Müller  GmbH" is "muller gmbh".
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|it| !is_combining_mark(*it)).collect();
    let lower = plain.to_lowercase().replace('ß', "ss");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An email address as it is compared: trimmed and lower-cased, its domain in ASCII.
/// `None` if it is no address.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let odd = |it: char| it.is_whitespace() || it.is_control() || "<>(),;:\\\"[]".contains(it);
    if local.is_empty() || local.len() > 128 || local.contains(odd) || domain.contains(odd) {
        return None;
    }
    let domain = idna::domain_to_ascii(domain.trim_end_matches('.')).ok()?;
    if domain.is_empty() || domain.len() > 253 || domain.starts_with('.') || domain.contains("..") {
        return None;
    }
    Some(format!("{}@{}", local.to_lowercase(), domain.to_lowercase()))
}

/// A phone number as it is compared: its digits, with a leading `+` kept.
pub fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !(4..=20).contains(&digits.len()) {
        return None;
    }
    let plus = if text.trim_start().starts_with('+') { "+" } else { "" };
    Some(format!("{plus}{digits}"))
}

/// At most `most` characters, cut at a character and marked where it was cut.
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
    }
}

/// One line without control characters, at most `most` characters.
pub fn one_line(text: &str, most: usize) -> String {
    let clean: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    shorten(&clean.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_to_one_form() {
        assert_eq!(fold("  MÜLLER   Straße "), "muller strasse");
        assert_eq!(fold("Żółć"), "zołc");
        assert_eq!(fold("佐藤 美咲"), "佐藤 美咲");
    }

    #[test]
    fn addresses_fold_and_impostors_do_not() {
        assert_eq!(email(" Ann@Example.COM ").as_deref(), Some("ann@example.com"));
        assert_eq!(email("ann@bücher.example").as_deref(), Some("ann@xn--bcher-kva.example"));
        for odd in ["", "ann", "@example.com", "a b@example.com", "a@b\r\nBcc: c@d", "a@.."] {
            assert_eq!(email(odd), None, "{odd}");
        }
    }
}
