//! Randomness, hashes, passwords and the key of this installation.
//!
//! Verbs may run again, so nothing random is made inside a transaction: the
//! caller makes a [`Fresh`] secret or hashes a password first, and hands the
//! verb what it shall keep.

mod keys;
pub mod passwords;
mod recognise;

pub use keys::Keys;
pub use recognise::{Recognised, adopt, are_sealed, recognise};

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Bytes that nobody can guess.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// A text of 43 characters that nobody can guess, safe in addresses and headers.
pub fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// SHA-256 in hex: how sessions, links and tokens are kept. It is not for
/// passwords, which can be guessed: see [`passwords`].
pub fn fingerprint(secret: &str) -> String {
    fingerprint_bytes(secret.as_bytes())
}

/// SHA-256 in hex, of anything.
pub fn fingerprint_bytes(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Compares in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

/// A bearer secret that was made a moment ago: its text goes to one person, its
/// fingerprint into the database.
#[derive(Clone)]
pub struct Fresh {
    text: String,
}

impl Fresh {
    /// For a session's cookie or a link.
    pub fn make() -> Self {
        Self { text: random_text() }
    }

    /// For an API token: the prefix lets people and scanners see what it is.
    pub fn token() -> Self {
        Self { text: format!("tend_{}", random_text()) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn fingerprint(&self) -> String {
        fingerprint(&self.text)
    }

    /// The last four characters, by which its owner knows it again.
    pub fn hint(&self) -> String {
        self.text[self.text.len() - 4..].to_owned()
    }
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fresh(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_secret_is_long_unlike_others_and_not_shown() {
        let (one, other) = (Fresh::token(), Fresh::token());
        assert!(one.text().starts_with("tend_") && one.text().len() == 48, "{}", one.text());
        assert_ne!(one.text(), other.text());
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert!(!format!("{one:?}").contains(&one.hint()));
    }

    #[test]
    fn a_fingerprint_is_sha_256_in_hex() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fingerprint("abc"), known);
    }
}
