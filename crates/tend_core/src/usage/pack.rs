//! Bodies as they are kept: JSON, or gzip of it where that is shorter.

use std::io::{Read, Write};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

/// Shorter ones are kept as they are.
const WORTH_IT: usize = 1024;
const MARK: [u8; 2] = [0x1f, 0x8b];

/// Why a body can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// It would be larger than `most`.
    TooLarge,
    /// It begins like gzip and is none.
    Broken,
}

/// The JSON of a body, whatever its headers say of it: gzip is known by its first bytes.
///
/// # Errors
/// Says why not. Never makes more than `most` bytes.
pub fn unpack(body: &[u8], most: usize) -> Result<Vec<u8>, Unpacked> {
    if !body.starts_with(&MARK) {
        return match body.len() <= most {
            true => Ok(body.to_vec()),
            false => Err(Unpacked::TooLarge),
        };
    }
    let mut out = Vec::with_capacity((body.len() * 4).min(most));
    let mut reader = MultiGzDecoder::new(body).take(most as u64 + 1);
    reader.read_to_end(&mut out).map_err(|_| Unpacked::Broken)?;
    match out.len() <= most {
        true => Ok(out),
        false => Err(Unpacked::TooLarge),
    }
}

pub(super) fn pack(json: &[u8]) -> Vec<u8> {
    if json.len() < WORTH_IT {
        return json.to_vec();
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::new(1));
    let packed = encoder.write_all(json).and_then(|()| encoder.finish());
    // Writing into memory does not fail; should it, the text itself is as good.
    packed.unwrap_or_else(|_| json.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again_and_a_bomb_does_not() {
        let text = "[1234567890]".repeat(1000).into_bytes();
        let packed = pack(&text);
        assert!(packed.len() < text.len() / 20);
        assert_eq!(unpack(&packed, 20_000).as_deref(), Ok(&text[..]));
        assert_eq!(unpack(&packed, text.len() - 1), Err(Unpacked::TooLarge));
        assert_eq!(unpack(&packed[..packed.len() / 2], 20_000), Err(Unpacked::Broken));
        assert_eq!(pack(b"{}"), b"{}");
        assert_eq!(unpack(b"{}", 1), Err(Unpacked::TooLarge));
    }
}
