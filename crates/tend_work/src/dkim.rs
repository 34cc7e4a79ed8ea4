//! Signs what we send, and says what the domain has to publish for it.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::KeyPair,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use mail_auth::{
    common::{
        crypto::{Ed25519Key, RsaKey, Sha256},
        headers::HeaderWriter,
    },
    dkim::DkimSigner,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is signed. From, To, Cc and Subject stand twice, so that nobody can add another.
const HEADERS: [&str; 17] = [
    "From",
    "From",
    "To",
    "To",
    "Cc",
    "Cc",
    "Subject",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
];

/// What is signed besides, where it stands: a list that hands a reply on may add its own.
const WHERE_THERE: [&str; 2] = ["List-Unsubscribe", "List-Unsubscribe-Post"];

fn headers(mail: &[u8]) -> Vec<&'static str> {
    let end = mail.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(mail.len());
    let head = String::from_utf8_lossy(&mail[..end]).to_lowercase();
    let has = |name: &&&str| head.contains(&format!("\r\n{}:", name.to_lowercase()));
    HEADERS.iter().chain(WHERE_THERE.iter().filter(has)).copied().collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 2048 bits. Everybody can verify it.
    Rsa,
    /// Short, and not understood by all.
    Ed25519,
}

/// A key for signing.
pub struct Key {
    /// PKCS#8. To be kept sealed.
    pub private: Vec<u8>,
    /// As it stands in the record, base64.
    pub public: String,
}

/// # Errors
/// A sentence; only when the system has no randomness.
pub fn make(kind: Kind) -> Result<Key, String> {
    let failed = || "The key could not be made.".to_owned();
    match kind {
        Kind::Rsa => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| failed())?;
            let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| failed())?;
            let public = rsa_public(pair.public_key().as_ref());
            Ok(Key { private: private.as_ref().to_vec(), public })
        }
        Kind::Ed25519 => {
            let private = Ed25519Key::generate_pkcs8().map_err(|_| failed())?;
            let key = Ed25519Key::from_pkcs8_der(&private).map_err(|_| failed())?;
            Ok(Key { private, public: BASE64.encode(key.public_key()) })
        }
    }
}

/// The record holds a SubjectPublicKeyInfo around the key.
fn rsa_public(key: &[u8]) -> String {
    // SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { key } }
    const ALGORITHM: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let long = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    };
    let bits = long(0x03, &[&[0], key].concat());
    BASE64.encode(long(0x30, &[&ALGORITHM[..], &bits].concat()))
}

/// What stands in DNS as TXT at `<selector>._domainkey.<domain>`.
pub fn record(public: &str, kind: Kind) -> String {
    let kind = match kind {
        Kind::Rsa => "rsa",
        Kind::Ed25519 => "ed25519",
    };
    format!("v=DKIM1; k={kind}; p={public}")
}

/// Where it stands.
pub fn record_name(domain: &str, selector: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// The header that goes before the mail, with its CR LF.
///
/// # Errors
/// A sentence when the key is none.
pub fn sign(pkcs8: &[u8], domain: &str, selector: &str, mail: &[u8]) -> Result<String, String> {
    let failed = |it: mail_auth::Error| format!("The mail could not be signed: {it}.");
    if let Ok(key) = Ed25519Key::from_pkcs8_maybe_unchecked_der(pkcs8) {
        let signer =
            DkimSigner::from_key(key).domain(domain).selector(selector).headers(headers(mail));
        return Ok(signer.sign(mail).map_err(failed)?.to_header());
    }
    let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8));
    let key = RsaKey::<Sha256>::from_key_der(der).map_err(failed)?;
    let signer = DkimSigner::from_key(key).domain(domain).selector(selector).headers(headers(mail));
    Ok(signer.sign(mail).map_err(failed)?.to_header())
}

/// A private key as it is kept: text to be sealed.
pub fn to_text(private: &[u8]) -> String {
    BASE64.encode(private)
}

/// # Errors
/// A sentence when the text is no key.
pub fn from_text(text: &str) -> Result<Vec<u8>, String> {
    BASE64.decode(text).map_err(|_| "The key is damaged.".to_owned())
}
