/// The mail as it goes over the wire, without the final dot: every line ends with
/// CR LF, and a line that begins with a dot has one more.
pub fn dotted(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 64 + 2);
    let mut rest = mail;
    while !rest.is_empty() {
        let end = rest.iter().position(|it| matches!(it, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = match tail {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => tail,
        };
    }
    out
}

/// Can it stand between `<` and `>` without being something else?
pub fn is_address(text: &str, utf8: bool) -> bool {
    let fits = |it: char| !it.is_control() && !" <>".contains(it) && (utf8 || it.is_ascii());
    text.len() <= 254 && text.contains('@') && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (mail, wire) in [
            ("", ""),
            ("a", "a\r\n"),
            ("a\r\n", "a\r\n"),
            (".\r\n..\n.a", "..\r\n...\r\n..a\r\n"),
            ("a\nb\rc\r\r\n\r\n", "a\r\nb\r\nc\r\n\r\n\r\n"),
            ("a\n.\nQUIT", "a\r\n..\r\nQUIT\r\n"),
        ] {
            assert_eq!(String::from_utf8(dotted(mail.as_bytes())).unwrap(), wire, "{mail:?}");
        }
    }

    #[test]
    fn addresses() {
        assert!(is_address("ann@b.test", false));
        assert!(!is_address("j\u{f6}rg@b.test", false));
        assert!(is_address("j\u{f6}rg@b.test", true));
        for it in ["", "ann", "a b@c.test", "a@b.test>\r\nDATA", "<a@b.test", "a@b\n.test"] {
            assert!(!is_address(it, true), "{it:?}");
        }
    }
}
