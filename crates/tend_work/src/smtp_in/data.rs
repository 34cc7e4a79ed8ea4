/// Takes the dots out of what follows DATA, and finds its end.
///
/// The end is CR LF dot CR LF and nothing that looks like it to somebody else (SMTP
/// smuggling). Lines of the mail may end in LF alone, as those of many a script and
/// printer do; who takes that for a line end also doubles the dots after it.
#[derive(Debug, Default)]
pub struct Undot {
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    LineStart,
    Middle,
    Cr,
    Dot,
    DotCr,
    /// After LF alone.
    LoneStart,
    LoneDot,
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
        use State::{Cr, Dot, DotCr, LineStart, LoneDot, LoneStart, Middle};
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
            (LoneDot, b'.') => {
                self.state = Middle;
                return false;
            }
            (LoneStart, b'.') => LoneDot,
            (Cr, b'\n') => LineStart,
            (_, b'\r') => Cr,
            (_, b'\n') => LoneStart,
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
    fn undot(input: &str) -> Option<(String, String)> {
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
            answers.push(end.map(|it| (out, input[it..].to_owned())));
        }
        assert!(answers.windows(2).all(|it| it[0] == it[1]), "{input:?}: {answers:?}");
        answers.pop().flatten()
    }

    fn whole(text: &str, rest: &str) -> Option<(String, String)> {
        Some((text.to_owned(), rest.to_owned()))
    }

    #[test]
    fn dots_and_ends() {
        assert_eq!(undot("hi\r\n.\r\n"), whole("hi\r\n", ""));
        assert_eq!(undot(".\r\nQUIT\r\n"), whole("", "QUIT\r\n"));
        assert_eq!(undot("..\r\n..a\r\n.b\r\n.\r\n"), whole(".\r\n.a\r\nb\r\n", ""));
        assert_eq!(undot("a\r\n\r\n.\r\n.\r\n"), whole("a\r\n\r\n", ".\r\n"));
        assert_eq!(undot("a\r\r\n.\r\n"), whole("a\r\r\n", ""));
        assert_eq!(undot("a\r\n.\r\r\n.\r\n"), whole("a\r\n\r\r\n", ""));
        assert_eq!(undot("a\n..b\n.c\n\r\n.\r\n"), whole("a\n.b\n.c\n\r\n", ""));
        assert_eq!(undot("a\r\n."), None);
        assert_eq!(undot("a\r\n.\r"), None);
    }

    /// V64: what others take for the end.
    #[test]
    fn smuggling() {
        for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\n.\0\r\n"] {
            let input = format!("a{end}MAIL FROM:<>\r\n.\r\n");
            let (text, rest) = undot(&input).unwrap();
            assert!(text.contains("MAIL FROM:<>"), "{end:?}: {text:?}");
            assert_eq!(rest, "", "{end:?}");
        }
    }
}
