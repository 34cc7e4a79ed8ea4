//! Cleaning of texts that come from outside.

/// Without NUL and other control characters; tab and newline stay. CRLF and
/// lone CR become `\n`.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// On one line: every run of white space and control characters is one space,
/// and characters that turn the direction of writing are removed.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if is_direction(c) || c == '\u{feff}' || c == '\0' {
            continue;
        }
        if c.is_whitespace() || c.is_control() || c == '\u{2028}' || c == '\u{2029}' {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// Characters that override or embed the direction of writing.
pub fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

/// At most `max` bytes of `text`, cut between two characters.
pub fn cut(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let mut end = max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// An address as a key: lower case, the domain in its ASCII (punycode) form.
pub fn address_key(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", local.to_lowercase(), ascii_domain(domain)),
        None => address.to_lowercase(),
    }
}

/// The ASCII form of a domain; one that has none stays, in lower case.
pub fn ascii_domain(domain: &str) -> String {
    if domain.is_ascii() {
        return domain.to_ascii_lowercase();
    }
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_go() {
        assert_eq!(clean("a\0b\r\nc\rd\te\u{7}\u{85}"), "ab\nc\nd\te");
        assert_eq!(one_line(" a\r\nBcc: x\u{2028}y\u{202e}z\0 "), "a Bcc: x yz");
    }

    #[test]
    fn cutting_keeps_characters_whole() {
        assert_eq!(cut("aäö", 2), "a");
        assert_eq!(cut("aäö", 3), "aä");
    }

    #[test]
    fn keys_fold_case_and_domains() {
        assert_eq!(address_key("Jo@BÜCHER.example"), "jo@xn--bcher-kva.example");
        assert_eq!(address_key("MAILER-DAEMON"), "mailer-daemon");
    }
}
