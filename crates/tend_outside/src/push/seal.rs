use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The record size that we announce; one record holds the whole message.
const RECORD: u32 = 4096;

/// What a browser gave us: `PushSubscription.toJSON()`, flattened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The shared secret, base64url.
    pub auth: String,
}

/// The body of the request to the push service (aes128gcm, RFC 8291).
///
/// # Errors
/// [`Error::Refused`] when the subscription's keys are none or the text is too long.
pub fn seal(to: &Subscription, text: &[u8]) -> Result<Vec<u8>> {
    let mut salt = [0; 16];
    let key = PrivateKey::generate(&ECDH_P256);
    match (SystemRandom::new().fill(&mut salt), key) {
        (Ok(()), Ok(key)) => seal_with(to, text, &key, salt),
        _ => Err(Error::Protocol("The system has no randomness.".to_owned())),
    }
}

pub(super) fn seal_with(
    to: &Subscription,
    text: &[u8],
    ours: &PrivateKey,
    salt: [u8; 16],
) -> Result<Vec<u8>> {
    let bad = || Error::Refused("The browser's push keys are damaged.".to_owned());
    let decode = |it: &str| BASE64.decode(it.trim_end_matches('=')).map_err(|_| bad());
    let (theirs, auth) = (decode(&to.p256dh)?, decode(&to.auth)?);
    // The record: what is said, one byte that ends it, and 16 that prove it.
    if text.len() + 17 + 86 > RECORD as usize {
        return Err(Error::Refused("The push message is too long.".to_owned()));
    }
    let public = ours.compute_public_key().map_err(|_| bad())?;
    let public = public.as_ref();
    let theirs_parsed = UnparsedPublicKey::new(&ECDH_P256, &theirs);
    let shared = agree(ours, theirs_parsed, bad(), |it| Ok(it.to_vec()))?;
    let both = [b"WebPush: info\0".as_slice(), &theirs, public].concat();
    let input = expand(&auth, &shared, &both, 32).ok_or_else(bad)?;
    let key = expand(&salt, &input, b"Content-Encoding: aes128gcm\0", 16).ok_or_else(bad)?;
    let nonce = expand(&salt, &input, b"Content-Encoding: nonce\0", 12).ok_or_else(bad)?;

    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(|_| bad())?);
    let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| bad())?;
    let mut record = [text, &[2]].concat();
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record).map_err(|_| bad())?;

    let length = u8::try_from(public.len()).map_err(|_| bad())?;
    Ok([&salt, &RECORD.to_be_bytes()[..], &[length], public, &record].concat())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(salt: &[u8], input: &[u8], info: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(input);
    extracted.expand(&[info], Length(length)).ok()?.fill(&mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_vector_of_the_rfc() {
        let to = Subscription {
            endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV".to_owned(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6S\
                     RpkNtoIAiw4"
                .to_owned(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        };
        let key = BASE64.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap();
        let key = PrivateKey::from_private_key(&ECDH_P256, &key).unwrap();
        let salt = BASE64.decode("DGv6ra1nlYgDCS1FRnbzlw").unwrap().try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = seal_with(&to, text, &key, salt).unwrap();
        assert_eq!(
            BASE64.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
             InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVW\
             GNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_long_text_is_refused() {
        let browser = PrivateKey::generate(&ECDH_P256).unwrap();
        let to = Subscription {
            endpoint: "https://push.example.net/1".to_owned(),
            p256dh: BASE64.encode(browser.compute_public_key().unwrap().as_ref()),
            auth: BASE64.encode([7; 16]),
        };
        assert!(seal(&to, &[b'x'; 3990]).is_ok());
        assert!(matches!(seal(&to, &[b'x'; 3999]), Err(Error::Refused(_))));
    }
}
