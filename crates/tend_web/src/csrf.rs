//! The proof that a form is ours. On the page it looks different each time, so
//! that nothing can be learned from how well a page compresses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tend_core::secrets::{self, Keys};

/// What a session, or a browser before it, keeps to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret([u8; 32]);

impl Secret {
    /// Of a session, from its row.
    pub fn of_session(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        <[u8; 32]>::try_from(bytes).ok().map(Self)
    }

    /// Of a browser that nobody is signed in with, from its cookie.
    pub fn of_cookie(keys: &Keys, cookie: &str) -> Self {
        Self(keys.mac("form", cookie.as_bytes()))
    }

    /// For a form.
    pub fn masked(&self) -> String {
        let mask = secrets::random::<32>();
        let mixed = self.0.iter().zip(mask).map(|(a, b)| a ^ b);
        let bytes: Vec<u8> = mask.into_iter().chain(mixed).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether a form brings the proof.
    pub fn proves(&self, masked: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(masked) else { return false };
        let Some((mask, mixed)) = bytes.split_at_checked(32) else { return false };
        let open: Vec<u8> = mask.iter().zip(mixed).map(|(a, b)| a ^ b).collect();
        mixed.len() == 32 && secrets::same(&secrets::hex(&open), &secrets::hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_different_each_time_and_good_for_one_secret() {
        let keys = Keys::generate();
        let (one, other) = (Secret::of_cookie(&keys, "a"), Secret::of_cookie(&keys, "b"));
        let (first, second) = (one.masked(), one.masked());
        assert_ne!(first, second);
        assert!(one.proves(&first) && one.proves(&second));
        assert!(!other.proves(&first));
        for bad in ["", "AAAA", &first[..first.len() - 4], &format!("{first}AAAA"), "*"] {
            assert!(!one.proves(bad), "{bad}");
        }
        let text = secrets::random_text();
        let session = Secret::of_session(&text).expect("has 32 bytes");
        assert!(session.proves(&session.masked()));
        assert_eq!(Secret::of_session("short"), None);
    }
}
