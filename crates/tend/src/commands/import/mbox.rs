//! A mailbox in one file: mails one after the other, each after a line `From …`.

use std::io::{BufRead, Result};

/// Reads one mail at a time, however large the file is.
pub struct Mbox<R> {
    input: R,
    /// The line after the last mail was the `From` of the next.
    begun: bool,
    /// Bytes read so far.
    pub at: u64,
}

impl<R: BufRead> Mbox<R> {
    pub fn new(input: R) -> Self {
        Self { input, begun: false, at: 0 }
    }

    /// A mail begins after an empty line, or at the start of the file. A line of the mail
    /// that looked the same was written with `>` before it, which is taken off again.
    fn next_mail(&mut self) -> Result<Option<Vec<u8>>> {
        let (mut mail, mut line, mut after_blank) = (Vec::new(), Vec::new(), true);
        loop {
            line.clear();
            let read = self.input.read_until(b'\n', &mut line)?;
            self.at += read as u64;
            if read == 0 {
                return Ok((self.begun && !mail.is_empty()).then(|| without_last_blank(mail)));
            }
            if after_blank && line.starts_with(b"From ") {
                let was_begun = std::mem::replace(&mut self.begun, true);
                if was_begun && !mail.is_empty() {
                    return Ok(Some(without_last_blank(mail)));
                }
                continue;
            }
            after_blank = line == b"\n" || line == b"\r\n";
            let quoted = line.iter().take_while(|it| **it == b'>').count();
            let escaped = quoted > 0 && line[quoted..].starts_with(b"From ");
            mail.extend_from_slice(&line[usize::from(escaped)..]);
        }
    }
}

/// The empty line before the next `From` is not the mail's.
fn without_last_blank(mut mail: Vec<u8>) -> Vec<u8> {
    for end in [&b"\r\n\r\n"[..], b"\n\n"] {
        if mail.ends_with(end) {
            mail.truncate(mail.len() - end.len() / 2);
        }
    }
    mail
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_mail().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &str) -> Vec<String> {
        let all = Mbox::new(text.as_bytes()).map(|it| String::from_utf8(it.expect("reads")));
        all.map(|it| it.expect("is text")).collect()
    }

    #[test]
    fn mails_are_told_apart() {
        let text = "From a@x Mon\nSubject: 1\n\nHello\nFrom here on\n\n>From the start\n>>From b\n\n\
                    From b@x Tue\nSubject: 2\n\nBye\n";
        let found = mails(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], "Subject: 1\n\nHello\nFrom here on\n\nFrom the start\n>From b\n");
        assert_eq!(found[1], "Subject: 2\n\nBye\n");
    }

    #[test]
    fn an_empty_box_has_no_mail_and_an_empty_mail_is_none() {
        assert!(mails("").is_empty());
        assert!(mails("From a@x Mon\n").is_empty());
        let crlf = "From a@x Mon\r\nSubject: 1\r\n\r\nHi\r\n\r\nFrom b@x\r\nSubject: 2\r\n\r\n";
        assert_eq!(mails(crlf), ["Subject: 1\r\n\r\nHi\r\n", "Subject: 2\r\n"]);
    }
}
