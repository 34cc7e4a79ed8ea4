//! Crockford's base 32, lower case: survives mail servers that fold case.

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Bytes as text: 8 characters for 5 bytes, the last bits filled with zeros.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut count) = (0u32, 0u8);
    for &b in bytes {
        bits = bits << 8 | u32::from(b);
        count += 8;
        while count >= 5 {
            count -= 5;
            out.push(char::from(ALPHABET[(bits >> count) as usize & 31]));
        }
    }
    if count > 0 {
        out.push(char::from(ALPHABET[(bits << (5 - count)) as usize & 31]));
    }
    out
}

/// The text in the one form that [`encode`] writes: lower case, look-alikes
/// folded (`o` is 0, `i` and `l` are 1). `None` for any other character.
pub(crate) fn canonical(text: &str) -> Option<String> {
    text.bytes().map(|b| symbol(b).map(|v| char::from(ALPHABET[usize::from(v)]))).collect()
}

fn symbol(byte: u8) -> Option<u8> {
    let byte = match byte.to_ascii_lowercase() {
        b'o' => b'0',
        b'i' | b'l' => b'1',
        b => b,
    };
    ALPHABET.iter().position(|b| *b == byte).and_then(|i| u8::try_from(i).ok())
}

/// A number without leading zeros.
pub(crate) fn number(mut n: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(ALPHABET[(n & 31) as usize]);
        n >>= 5;
        if n == 0 {
            break;
        }
    }
    digits.iter().rev().map(|b| char::from(*b)).collect()
}

/// Reads what [`number`] wrote.
pub(crate) fn read_number(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 13 {
        return None;
    }
    text.bytes().try_fold(0u64, |n, b| n.checked_mul(32)?.checked_add(u64::from(symbol(b)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(encode(b""), "");
        assert_eq!(encode(&[0xff; 5]), "zzzzzzzz");
        assert_eq!(encode(&[0]), "00");
        assert_eq!(encode(&[0; 12]).len(), 20);
        assert_eq!(canonical("OIL").as_deref(), Some("011"));
        assert_eq!(canonical("u"), None);
        for n in [0, 1, 31, 32, 1042, i64::MAX as u64, u64::MAX] {
            assert_eq!(read_number(&number(n)), Some(n));
        }
        assert_eq!(read_number("zzzzzzzzzzzzz"), None);
    }
}
