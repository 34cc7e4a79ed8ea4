//! Content-Transfer-Encoding, read leniently.

/// Decoded bytes, and whether they were encoded as the label says.
pub(crate) fn decode(bytes: &[u8], encoding: &str) -> (Vec<u8>, bool) {
    let encoding = encoding.split(';').next().unwrap_or("").trim_matches(['"', ' ', '\t']);
    if encoding.eq_ignore_ascii_case("base64") {
        base64(bytes)
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable(bytes)
    } else if ["x-uuencode", "uuencode", "x-uue", "uue"]
        .iter()
        .any(|name| encoding.eq_ignore_ascii_case(name))
    {
        uuencode(bytes)
    } else {
        (bytes.to_vec(), true)
    }
}

/// True where the body is not encoded at all.
pub(crate) fn is_identity(encoding: &str) -> bool {
    let encoding = encoding.trim();
    ["", "7bit", "8bit", "binary"].iter().any(|name| encoding.eq_ignore_ascii_case(name))
}

/// Base64 that passes over what does not belong: line ends, spaces, stray
/// characters; padding in the middle starts a new group.
pub(crate) fn base64(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut bits, mut count, mut strange) = (0u32, 0u8, 0usize);
    for &b in bytes {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                flush(&mut out, bits, count);
                (bits, count) = (0, 0);
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => {
                strange += 1;
                continue;
            }
        };
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    flush(&mut out, bits, count);
    (out, strange == 0)
}

fn flush(out: &mut Vec<u8>, bits: u32, count: u8) {
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
}

/// Quoted-printable; a `=` that starts nothing stays as it is.
pub(crate) fn quoted_printable(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut good) = (0, true);
    while let Some((line, next)) = crate::source::line(bytes, at) {
        let had_end = bytes[at..next].ends_with(b"\n");
        let (soft, clean) = quoted_line(line, &mut out);
        good &= clean;
        if had_end && !soft {
            out.push(b'\n');
        }
        at = next;
    }
    (out, good)
}

/// Decodes one line; says whether it ends in a soft line break, and whether
/// all of it was well formed.
fn quoted_line(line: &[u8], out: &mut Vec<u8>) -> (bool, bool) {
    let end = line.iter().rposition(|b| !matches!(b, b' ' | b'\t')).map_or(0, |i| i + 1);
    let line = &line[..end];
    let (mut i, mut good) = (0, true);
    while i < line.len() {
        if line[i] != b'=' {
            out.push(line[i]);
            i += 1;
            continue;
        }
        if i + 1 == line.len() {
            return (true, good);
        }
        match (hex(line.get(i + 1)), hex(line.get(i + 2))) {
            (Some(high), Some(low)) => {
                out.push(high << 4 | low);
                i += 3;
            }
            _ => {
                good = false;
                out.push(b'=');
                i += 1;
            }
        }
    }
    (false, good)
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(byte: Option<&u8>) -> Option<u8> {
    match byte? {
        b @ b'0'..=b'9' => Some(b - b'0'),
        b @ b'a'..=b'f' => Some(b - b'a' + 10),
        b @ b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    }
}

fn uuencode(bytes: &[u8]) -> (Vec<u8>, bool) {
    let (mut at, mut out, mut inside, mut ended) = (0, Vec::new(), false, false);
    while let Some((line, next)) = crate::source::line(bytes, at) {
        at = next;
        if !inside {
            inside = line.starts_with(b"begin ");
        } else if line == b"end" {
            ended = true;
            break;
        } else {
            uu_line(line, &mut out);
        }
    }
    if inside { (out, ended) } else { (bytes.to_vec(), false) }
}

fn uu_line(line: &[u8], out: &mut Vec<u8>) {
    let Some((&first, data)) = line.split_first() else { return };
    let want = usize::from(first.wrapping_sub(32) & 63);
    let start = out.len();
    for group in data.chunks(4) {
        let value = |i: usize| u32::from(group.get(i).map_or(0, |b| b.wrapping_sub(32) & 63));
        let bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
        out.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    out.truncate(out.len().min(start + want));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_lenient() {
        assert_eq!(base64(b"SGVs\r\nbG8="), (b"Hello".to_vec(), true));
        assert_eq!(base64(b"SGVsbG8"), (b"Hello".to_vec(), true));
        assert_eq!(base64(b"SGk=SGk="), (b"HiHi".to_vec(), true));
        assert_eq!(base64(b"SG!Vs"), (b"Hel".to_vec(), false));
    }

    #[test]
    fn quoted_printable_is_lenient() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc  \r\nd"), (b"a=bc\nd".to_vec(), true));
        assert_eq!(quoted_printable(b"1=2, x=zz="), (b"1=2, x=zz".to_vec(), false));
    }

    #[test]
    fn uuencode_decodes() {
        let (bytes, good) = decode(b"begin 644 a.txt\n#0V%T\n`\nend\n", "x-uuencode");
        assert_eq!((bytes, good), (b"Cat".to_vec(), true));
    }
}
