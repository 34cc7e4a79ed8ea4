use aws_lc_rs::{
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// A certificate that vouches for itself, and its key, both as PEM.
pub struct Made {
    pub certificate: String,
    pub key: String,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const UTF8: u8 = 0x0c;
const GENERALIZED_TIME: u8 = 0x18;
const UTC_TIME: u8 = 0x17;

const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// For `host`, good for ten years.
///
/// # Errors
/// Only when the system has no randomness.
pub fn make(host: &str, now: Timestamp) -> Result<Made, String> {
    let failed = |_| "The certificate could not be made.".to_owned();
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random);
    let pkcs8 = pkcs8.map_err(failed)?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref())
        .map_err(|_| "The certificate could not be made.".to_owned())?;
    let mut serial = [0; 16];
    random.fill(&mut serial).map_err(failed)?;
    // Positive, and not shorter than it looks.
    serial[0] = serial[0] & 0x3f | 0x40;

    let algorithm = wrap(SEQUENCE, &[&wrap(OID, &[ECDSA_WITH_SHA256])]);
    let name = name(host);
    let from = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    let until = now.checked_add(SignedDuration::from_hours(24 * 3652)).unwrap_or(now);
    let content = wrap(
        SEQUENCE,
        &[
            &wrap(0xa0, &[&wrap(INTEGER, &[&[2]])]),
            &wrap(INTEGER, &[&serial]),
            &algorithm,
            &name,
            &wrap(SEQUENCE, &[&time(from), &time(until)]),
            &name,
            &public_key(key.public_key().as_ref()),
            &extensions(host),
        ],
    );
    let signature = key.sign(&random, &content).map_err(failed)?;
    let signature = wrap(BITS, &[&[0], signature.as_ref()]);
    let certificate = wrap(SEQUENCE, &[&content, &algorithm, &signature]);
    Ok(Made {
        certificate: pem("CERTIFICATE", &certificate),
        key: pem("PRIVATE KEY", pkcs8.as_ref()),
    })
}

/// A common name holds at most 64 characters.
fn name(host: &str) -> Vec<u8> {
    let text = if host.len() > 64 { "Tend" } else { host };
    let part = wrap(SEQUENCE, &[&wrap(OID, &[COMMON_NAME]), &wrap(UTF8, &[text.as_bytes()])]);
    wrap(SEQUENCE, &[&wrap(SET, &[&part])])
}

fn public_key(key: &[u8]) -> Vec<u8> {
    let kind = wrap(SEQUENCE, &[&wrap(OID, &[EC_PUBLIC_KEY]), &wrap(OID, &[P256])]);
    wrap(SEQUENCE, &[&kind, &wrap(BITS, &[&[0], key])])
}

fn extensions(host: &str) -> Vec<u8> {
    let names = wrap(SEQUENCE, &[&wrap(0x82, &[host.as_bytes()])]);
    let names = wrap(SEQUENCE, &[&wrap(OID, &[ALTERNATIVE_NAME]), &wrap(OCTETS, &[&names])]);
    wrap(0xa3, &[&wrap(SEQUENCE, &[&names])])
}

fn time(at: Timestamp) -> Vec<u8> {
    let at = at.to_zoned(TimeZone::UTC);
    if at.year() < 2050 {
        wrap(UTC_TIME, &[at.strftime("%y%m%d%H%M%SZ").to_string().as_bytes()])
    } else {
        wrap(GENERALIZED_TIME, &[at.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes()])
    }
}

/// One element of DER.
fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let mut out = vec![tag];
    if length < 128 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|it| **it == 0).count()..];
        out.push(0x80 | bytes.len() as u8);
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(&content);
    out
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
