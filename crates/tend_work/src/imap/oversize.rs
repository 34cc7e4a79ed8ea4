/// The header of a mail that was not fetched whole, with a text in the place of
/// its body. What the header says about the body is left out, for it has another.
pub fn stand_in(header: &[u8], size: u64, largest: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(header.len() + 200);
    let mut keeps = true;
    for line in header.split_inclusive(|it| *it == b'\n') {
        let is_end = line.iter().all(u8::is_ascii_whitespace);
        if is_end {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            keeps = !line.get(..8).is_some_and(|it| it.eq_ignore_ascii_case(b"content-"));
        }
        if keeps {
            out.extend_from_slice(line.trim_ascii_end());
            out.extend_from_slice(b"\r\n");
        }
    }
    let why = if size > largest {
        format!(
            "This mail has {} and is larger than the {} that are fetched.",
            readable(size),
            readable(largest)
        )
    } else {
        "The mail server did not hand out the text of this mail.".to_owned()
    };
    let text = format!(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n{why} It was left on the mail server; \
         only its header is here.\r\n"
    );
    out.extend_from_slice(text.as_bytes());
    out
}

fn readable(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        format!("{} kB", bytes.div_ceil(1024))
    } else {
        format!("{} MB", bytes / (1024 * 1024))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_another_body() {
        let header = b"From: ann@b.test\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n\
            content-transfer-encoding: 8bit\r\nSubject: large\r\n one\r\n\r\n";
        let made = String::from_utf8(stand_in(header, 70 << 20, 50 << 20)).unwrap();
        assert_eq!(
            made,
            "From: ann@b.test\r\nSubject: large\r\n one\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n\
             This mail has 70 MB and is larger than the 50 MB that are fetched. It was left on \
             the mail server; only its header is here.\r\n"
        );
        assert!(String::from_utf8(stand_in(b"", 1, 2)).unwrap().contains("did not hand out"));
    }
}
