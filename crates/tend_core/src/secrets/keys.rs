use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::random;
use crate::{Result, error::refused};

const MARK: &str = "v1.";

/// The key of this installation, from its key file: never in the database, so
/// that a copy of the database alone gives no password of a mail server away.
/// Each purpose has a key of its own, derived from this one.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
}

impl Keys {
    pub fn new(master: [u8; 32]) -> Self {
        Self { master }
    }

    /// For a new installation.
    pub fn generate() -> Self {
        Self { master: random() }
    }

    /// From the text of the key file, as [`to_text`](Self::to_text) writes it.
    ///
    /// # Errors
    /// Refused, when it is not such a text.
    pub fn from_text(text: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok();
        let master = bytes.and_then(|it| <[u8; 32]>::try_from(it).ok());
        let why = "The key file does not hold a key: 43 characters of base64 are expected.";
        master.map(Self::new).ok_or_else(|| refused(why))
    }

    /// 43 characters, for the key file and nowhere else.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.master)
    }

    /// Encrypts a secret that we must be able to read again. `purpose` is bound
    /// to it: a text that was sealed for one does not open for another.
    pub fn seal(&self, purpose: &str, secret: &str) -> String {
        let mut bytes = secret.as_bytes().to_vec();
        let nonce = self
            .sealing(purpose)
            .seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut bytes)
            .expect("a secret is short enough");
        let mut whole = nonce.as_ref().to_vec();
        whole.append(&mut bytes);
        format!("{MARK}{}", URL_SAFE_NO_PAD.encode(whole))
    }

    /// Reads what [`seal`](Self::seal) made.
    ///
    /// # Errors
    /// Refused, when it was sealed with another key or for another purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<String> {
        let why =
            "This secret was sealed with another key. Enter it again, or bring the key file back.";
        self.try_open(purpose, sealed).ok_or_else(|| refused(why))
    }

    fn try_open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(MARK)?).ok()?;
        let (nonce, secret) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let aad = Aad::from(purpose.as_bytes());
        let plain = self.sealing(purpose).open_in_place(nonce, aad, secret).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }

    /// HMAC-SHA256 of the data under the purpose's own key: for addresses and
    /// ids that go out into the world and must come back unforged.
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive("mac", purpose));
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&key, data).as_ref());
        out
    }

    fn sealing(&self, purpose: &str) -> RandomizedNonceKey {
        let key = self.derive("seal", purpose);
        RandomizedNonceKey::new(&AES_256_GCM, &key).expect("the key has 32 bytes")
    }

    fn derive(&self, use_as: &str, purpose: &str) -> [u8; 32] {
        let master = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        let mut out = [0; 32];
        let tag = hmac::sign(&master, format!("tend {use_as} {purpose}").as_bytes());
        out.copy_from_slice(tag.as_ref());
        out
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_purpose_only() {
        let keys = Keys::generate();
        let sealed = keys.seal("mail account", "hunter2 über");
        assert!(!sealed.contains("hunter2"));
        assert_ne!(sealed, keys.seal("mail account", "hunter2 über"));
        assert_eq!(keys.open("mail account", &sealed).expect("opens"), "hunter2 über");
        assert!(keys.open("oauth", &sealed).is_err());
        assert!(Keys::generate().open("mail account", &sealed).is_err());
        for broken in ["", "v1.", "v1.AAAA", &sealed[1..], &sealed[..sealed.len() - 2]] {
            assert!(keys.open("mail account", broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_key_survives_its_file() {
        let keys = Keys::generate();
        let again = Keys::from_text(&format!("{}\n", keys.to_text())).expect("reads");
        assert_eq!(keys.mac("a", b"x"), again.mac("a", b"x"));
        assert_ne!(keys.mac("a", b"x"), keys.mac("b", b"x"));
        assert!(Keys::from_text("too short").is_err());
    }
}
