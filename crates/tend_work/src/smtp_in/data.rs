/// Takes the dots out of what follows DATA, and finds its end.
///
/// Only CR LF ends a line, so the end is CR LF dot CR LF and nothing that looks
/// like it to somebody else (SMTP smuggling). A lone LF is remembered, for such
/// a mail is refused.
#[derive(Debug, Default)]
pub struct Undot {
    state: State,
    pub lone_lf: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    LineStart,
    Middle,
    Cr,
    Dot,
    DotCr,
}

impl Undot {
    /// Adds what `input` says to `out`. At the end, how many bytes of `input`
    /// belong to it; the rest is not looked at.
    pub fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            if self.state == State::Middle {
                let plain = &input[at..];
                let until = plain.iter().position(|it| matches!(it, b'\r' | b'\n'));
                let until = until.unwrap_or(plain.len());
                if until > 0 {
                    out.extend_from_slice(&plain[..until]);
                    at += until;
                    continue;
                }
            }
            at += 1;
            if self.step(byte, out) {
                return Some(at);
            }
        }
        None
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        use State::{Cr, Dot, DotCr, LineStart, Middle};
        self.state = match (self.state, byte) {
            (DotCr, b'\n') => return true,
            (LineStart, b'.') => {
                self.state = Dot;
                return false;
            }
            (Dot, b'\r') => {
                self.state = DotCr;
                return false;
            }
            (DotCr, _) => {
                out.push(b'\r');
                if byte == b'\r' { Cr } else { Middle }
            }
            (Cr, b'\n') => LineStart,
            (_, b'\r') => Cr,
            (_, b'\n') => {
                self.lone_lf = true;
                Middle
            }
            _ => Middle,
        };
        out.push(byte);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the bytes are cut, the answer is the same.
    fn undot(input: &str) -> Option<(String, String, bool)> {
        let mut answers = Vec::new();
        for size in 1..=input.len() {
            let (mut undot, mut out, mut used) = (Undot::default(), Vec::new(), 0);
            let mut end = None;
            for chunk in input.as_bytes().chunks(size) {
                if let Some(last) = undot.feed(chunk, &mut out) {
                    end = Some(used + last);
                    break;
                }
                used += chunk.len();
            }
            let out = String::from_utf8(out).unwrap();
            answers.push(end.map(|it| (out, input[it..].to_owned(), undot.lone_lf)));
        }
        assert!(answers.windows(2).all(|it| it[0] == it[1]), "{input:?}: {answers:?}");
        answers.pop().flatten()
    }

    fn whole(text: &str, rest: &str, lone_lf: bool) -> Option<(String, String, bool)> {
        Some((text.to_owned(), rest.to_owned(), lone_lf))
    }

    #[test]
    fn dots_and_ends() {
        assert_eq!(undot("hi\r\n.\r\n"), whole("hi\r\n", "", false));
        assert_eq!(undot(".\r\nQUIT\r\n"), whole("", "QUIT\r\n", false));
        assert_eq!(undot("..\r\n..a\r\n.b\r\n.\r\n"), whole(".\r\n.a\r\nb\r\n", "", false));
        assert_eq!(undot("a\r\n\r\n.\r\n.\r\n"), whole("a\r\n\r\n", ".\r\n", false));
        assert_eq!(undot("a\r\r\n.\r\n"), whole("a\r\r\n", "", false));
        assert_eq!(undot("a\r\n.\r\r\n.\r\n"), whole("a\r\n\r\r\n", "", false));
        assert_eq!(undot("a\r\n."), None);
        assert_eq!(undot("a\r\n.\r"), None);
    }

    /// V64: what others take for the end.
    #[test]
    fn smuggling() {
        for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\n.\0\r\n"] {
            let input = format!("a{end}MAIL FROM:<>\r\n.\r\n");
            let (text, rest, lone_lf) = undot(&input).unwrap();
            assert!(text.contains("MAIL FROM:<>"), "{end:?}: {text:?}");
            assert_eq!((rest.as_str(), lone_lf), ("", end.replace("\r\n", "").contains('\n')));
        }
    }
}
