//! Bytes in some character set to a string.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Text of a part: `label` is the declared character set. The second value is
/// false when the label is unknown. Never fails; what can't be read is U+FFFD.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> (String, bool) {
    let label = label.map(|l| l.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace()));
    let name = label.unwrap_or("").to_ascii_lowercase();
    if is_unlabelled(&name) {
        return (guess(bytes), true);
    }
    if name.starts_with("utf-32") || name.starts_with("utf32") || name.starts_with("ucs-4") {
        return (utf32(bytes, name.ends_with("le")), true);
    }
    if matches!(name.as_str(), "utf-8" | "utf8" | "unicode-1-1-utf-8") {
        return (utf8_or_latin(bytes), true);
    }
    if name.starts_with("utf-16") && looks_single_byte(bytes) {
        return (guess(bytes), true);
    }
    match decoder(&name) {
        Some(decode) => (decode(bytes), true),
        None => (guess(bytes), false),
    }
}

fn decoder(name: &str) -> Option<fn(&[u8]) -> String> {
    let name = match name {
        "cp932" | "ms932" | "windows-932" | "x-sjis" => "shift_jis",
        "cp949" | "ms949" | "ks_c_5601-1987" | "ksc5601" | "ks_c_5601" => "euc-kr",
        "x-gbk" | "gb2312" | "gb_2312-80" | "euc-cn" | "cp936" => "gbk",
        "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms" | "cp50220"
        | "cp50221" => "iso-2022-jp",
        "cp950" | "x-x-big5" => "big5",
        other => other,
    };
    if name.is_empty() || name.len() > 45 { None } else { charset_decoder(name.as_bytes()) }
}

fn is_unlabelled(name: &str) -> bool {
    matches!(
        name,
        "" | "us-ascii"
            | "ascii"
            | "ansi_x3.4-1968"
            | "default"
            | "unknown"
            | "unknown-8bit"
            | "x-unknown"
            | "8bit"
            | "7bit"
            | "binary"
            | "none"
            | "default_charset"
            | "utf-7bit"
    )
}

/// Without a usable label: ISO-2022-JP by its escapes, UTF-8 if it is UTF-8,
/// otherwise windows-1252.
pub(crate) fn guess(bytes: &[u8]) -> String {
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if bytes.windows(3).any(|w| w == b"\x1b$B" || w == b"\x1b$@")
        && bytes.is_ascii()
        && let Some(decode) = charset_decoder(b"iso-2022-jp")
    {
        return decode(bytes);
    }
    utf8_or_latin(bytes)
}

/// UTF-8, or windows-1252 where most of the 8-bit bytes aren't UTF-8.
fn utf8_or_latin(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += chunk.invalid().len();
    }
    match charset_decoder(b"windows-1252") {
        Some(decode) if bad > good => decode(bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn utf32(bytes: &[u8], is_little: bool) -> String {
    let mut is_little = is_little;
    let bytes = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => {
            is_little = true;
            rest
        }
        [0, 0, 0xfe, 0xff, rest @ ..] => rest,
        other => other,
    };
    if looks_single_byte(bytes) {
        return guess(bytes);
    }
    let (units, _) = bytes.as_chunks::<4>();
    let read =
        |u: &[u8; 4]| if is_little { u32::from_le_bytes(*u) } else { u32::from_be_bytes(*u) };
    units.iter().map(|u| char::from_u32(read(u)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A wide character set named for text that has no zero byte: the label lies.
fn looks_single_byte(bytes: &[u8]) -> bool {
    !bytes.is_empty() && !bytes.contains(&0) && bytes.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_followed_or_seen_through() {
        assert_eq!(decode(b"\xfcber", Some("iso-8859-1")), ("über".into(), true));
        assert_eq!(decode(b"\xfcber", None), ("über".into(), true));
        assert_eq!(decode("über".as_bytes(), Some("us-ascii")), ("über".into(), true));
        assert_eq!(decode(b"\xfcber", Some("UTF-8")), ("über".into(), true));
        assert_eq!(decode(b"plain", Some("klingon")), ("plain".into(), false));
        assert_eq!(
            decode(b"\0\0\0a\0\x01\xf6\0", Some("utf-32")),
            ("a🈀".replace('🈀', "\u{1f600}"), true)
        );
        assert_eq!(decode(b"label lies", Some("utf-16")), ("label lies".into(), true));
        assert_eq!(decode(b"\x1b$B%O%m!<\x1b(B", None), ("ハロー".into(), true));
    }
}
