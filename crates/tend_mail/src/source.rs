//! Lines of a mail: CRLF, LF, or (old Macs) CR alone.

use std::borrow::Cow;
use std::io::BufRead;

/// The mail with line ends that [`line`] understands: a mail that has CR but
/// no LF at all gets LF in their place; any other is left as it is.
pub(crate) fn with_newlines(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|&b| if b == b'\r' { b'\n' } else { b }).collect())
}

/// The line that starts at `at` without its line end, and where the next one
/// starts. `None` at the end.
pub(crate) fn line(data: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let mut rest = data.get(at..).filter(|rest| !rest.is_empty())?;
    let whole = rest;
    // skip_until uses the standard library's memchr, fast in debug builds too.
    let len = rest.skip_until(b'\n').unwrap_or(whole.len());
    Some((trim_end_of_line(&whole[..len]), at + len))
}

fn trim_end_of_line(mut line: &[u8]) -> &[u8] {
    if let [head @ .., b'\n'] = line {
        line = head;
    }
    while let [head @ .., b'\r'] = line {
        line = head;
    }
    line
}

/// Without blanks at both ends.
pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(data: &[u8]) -> Vec<&[u8]> {
        let (mut at, mut all) = (0, Vec::new());
        while let Some((line, next)) = line(data, at) {
            all.push(line);
            at = next;
        }
        all
    }

    #[test]
    fn lines_end_in_crlf_or_lf() {
        assert_eq!(lines(b"a\r\nb\n\r\nc"), [&b"a"[..], b"b", b"", b"c"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_mail_of_carriage_returns_gets_newlines() {
        assert_eq!(lines(&with_newlines(b"a\rb\r\rc\r")), [&b"a"[..], b"b", b"", b"c"]);
        assert!(matches!(with_newlines(b"a\rb\n"), Cow::Borrowed(_)));
    }
}
