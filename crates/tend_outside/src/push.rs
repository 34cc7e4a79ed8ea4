//! Messages to browsers: Web Push (RFC 8030) with encrypted content (RFC 8291)
//! and a signed sender (VAPID, RFC 8292).

mod seal;

use std::time::Duration;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jiff::Timestamp;

pub use seal::{Subscription, seal};

use crate::{
    Error, Result,
    http::{Ask, Http, Url},
};

/// The key by which push services know us. Kept as long as there are subscriptions.
pub struct Sender {
    key: EcdsaKeyPair,
    /// `mailto:` or `https:`: whom the push service may ask.
    contact: String,
}

/// What became of a push message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    Sent,
    /// The browser has left: forget the subscription.
    Gone,
    /// Later; the service's status, or none when there was no answer.
    Later(Option<u16>),
    /// The service will never take this message.
    Refused(u16),
}

impl Sender {
    /// A new key as PKCS#8, to be kept sealed.
    pub fn make_key() -> Vec<u8> {
        let key =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        key.expect("the system has randomness").as_ref().to_vec()
    }

    /// # Errors
    /// [`Error::Protocol`] when `pkcs8` is not a P-256 key.
    pub fn new(pkcs8: &[u8], contact: &str) -> Result<Self> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|_| Error::Protocol("The push key is damaged.".to_owned()))?;
        Ok(Self { key, contact: contact.to_owned() })
    }

    /// What the page gives to `pushManager.subscribe`: base64url, without padding.
    pub fn public_key(&self) -> String {
        BASE64.encode(self.key.public_key().as_ref())
    }

    /// Sends up to about 3,900 bytes, which the service keeps for a day at most.
    pub async fn send(
        &self,
        http: &Http,
        to: &Subscription,
        text: &[u8],
        now: Timestamp,
    ) -> Result<Pushed> {
        let ask = Ask::post(&to.endpoint, "application/octet-stream", seal(to, text)?)?
            .with("content-encoding", "aes128gcm")?
            .with("ttl", "86400")?
            .with("urgency", "normal")?
            .with("authorization", &self.authorization(&to.endpoint, now)?)?
            .cut_at(1024)
            .within(Duration::from_secs(15));
        match http.send(ask).await {
            Ok(answer) => Ok(match answer.status {
                200..=299 => Pushed::Sent,
                404 | 410 => Pushed::Gone,
                408 | 429 | 500..=599 => Pushed::Later(Some(answer.status)),
                other => Pushed::Refused(other),
            }),
            Err(error @ Error::Refused(_)) => Err(error),
            Err(_) => Ok(Pushed::Later(None)),
        }
    }

    /// A token for this push service, good for twelve hours.
    fn authorization(&self, endpoint: &str, now: Timestamp) -> Result<String> {
        let url = Url::parse(endpoint)
            .map_err(|_| Error::Refused("The subscription has no address.".to_owned()))?;
        let claims = serde_json::json!({
            "aud": url.origin().ascii_serialization(),
            "exp": now.as_second() + 12 * 3600,
            "sub": self.contact,
        });
        let head = BASE64.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", BASE64.encode(claims.to_string()));
        let signature = self
            .key
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| Error::Protocol("The push message could not be signed.".to_owned()))?;
        let token = format!("{signed}.{}", BASE64.encode(signature.as_ref()));
        Ok(format!("vapid t={token}, k={}", self.public_key()))
    }
}
