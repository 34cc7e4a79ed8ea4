//! Codes in the answers of mail servers.

/// The first enhanced status code (`5.1.1`) in a text: one that follows a
/// reply code or `#` rather than any other. Only 2, 4 and 5 are classes.
pub(crate) fn find(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut weak = None;
    let mut i = 0;
    while i < bytes.len() {
        let before = i.checked_sub(1).map(|at| bytes[at]);
        let is_start =
            !before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'@' | b'_'));
        let Some(len) = is_start.then(|| code_len(&bytes[i..])).flatten() else {
            i += 1;
            continue;
        };
        let code = &text[i..i + len];
        if before == Some(b'#') || follows_reply(&bytes[..i]) {
            return Some(code.to_owned());
        }
        weak.get_or_insert(code);
        i += len;
    }
    weak.map(str::to_owned)
}

/// Length of `5.1.1` at the start; not of an IP address or a version.
fn code_len(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.first(), Some(b'2' | b'4' | b'5')) || bytes.get(1) != Some(&b'.') {
        return None;
    }
    let digits =
        |from: usize| bytes[from..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    let second = digits(2);
    let after = 2 + second;
    if !(1..=2).contains(&second)
        || bytes.get(after) != Some(&b'.')
        || bytes[2] > b'7'
        || second > 1
    {
        return None;
    }
    let third = digits(after + 1);
    let end = after + 1 + third;
    let is_followed = bytes.get(end).is_some_and(|b| b.is_ascii_alphabetic())
        || (bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit));
    ((1..=3).contains(&third) && !is_followed).then_some(end)
}

/// `550 ` or `550-` stands right before.
fn follows_reply(before: &[u8]) -> bool {
    let n = before.len();
    n >= 4 && matches!(before[n - 1], b' ' | b'-') && reply_at(before, n - 4).is_some()
}

fn reply_at(bytes: &[u8], at: usize) -> Option<u16> {
    let code = bytes.get(at..at + 3)?;
    let is_code =
        matches!(code[0], b'4' | b'5') && code[1] <= b'5' && code.iter().all(u8::is_ascii_digit);
    let is_start = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'.');
    if !is_code || !is_start {
        return None;
    }
    std::str::from_utf8(code).ok()?.parse().ok()
}

/// The first SMTP reply code (400 to 559) that a text after it makes likely.
pub(crate) fn reply(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|at| {
        let is_followed = matches!(bytes.get(at + 3), Some(b' ' | b'-' | b':' | b'_') | None);
        reply_at(bytes, at).filter(|_| is_followed)
    })
}

/// The remote server an answer names: `host mx.example.com [192.0.2.1]`.
pub(crate) fn host(text: &str) -> Option<String> {
    for mark in ["host ", "server ", "by ", "from "] {
        for (at, _) in text.match_indices(mark).take(20) {
            let rest = text[at + mark.len()..].trim_start_matches(['<', '"', '\'']);
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ".-_".contains(c)));
            let name = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
            let is_name = name.contains('.')
                && name.len() <= 253
                && name.chars().any(|c| c.is_ascii_alphabetic());
            if is_name {
                return Some(name.to_ascii_lowercase());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_numbers() {
        for (text, want) in [
            ("550 5.1.1 User unknown", Some("5.1.1")),
            ("sorry, no mailbox here (#5.1.1 - chkusr)", Some("5.1.1")),
            ("host 4.3.2.1 said: 550 5.7.1 no", Some("5.7.1")),
            ("Status: 4.4.7", Some("4.4.7")),
            ("Exim 4.72 and 192.0.2.5", None),
            ("550-5.7.26 no", Some("5.7.26")),
            ("id 5.1.1x", None),
            ("5.1.10 RESOLVER", Some("5.1.10")),
            ("Sendmail 5.65.3/1.2 550 5.2.2 full", Some("5.2.2")),
        ] {
            assert_eq!(find(text).as_deref(), want, "{text}");
        }
        assert_eq!(reply("host x[1.2.3.4] said: 550 no"), Some(550));
        assert_eq!(reply("line 5501"), None);
        assert_eq!(
            host("host MX.example.com[192.0.2.1] said: x").as_deref(),
            Some("mx.example.com")
        );
    }
}
