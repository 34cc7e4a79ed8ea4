//! Whether a message is of who it says: its signature over the bytes as they came, compared in a
//! time that tells nothing.

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::ShopKind;

/// A message that says when it was signed is taken for so long, either way. Seconds.
pub const TOLERANCE: i64 = 300;

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no signature, or not what one looks like.
    Missing,
    /// It was signed with another secret, or is not what was signed.
    Wrong,
    /// It was signed too long ago, or in the future.
    Stale,
}

impl Refusal {
    /// A sentence for who sent it.
    pub fn why(self) -> &'static str {
        match self {
            Self::Missing => "There is no signature that can be read.",
            Self::Wrong => "The signature is not that of this body and a secret of this shop.",
            Self::Stale => "It was signed more than five minutes ago, or in the future.",
        }
    }
}

/// The headers of a message, by their names in lower case.
pub type Headers<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What all of them sign with, HMAC-SHA256: for who plays a shop.
pub fn sign(secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&Key::new(HMAC_SHA256, secret), message).as_ref().to_vec()
}

/// Believes a message that any of the secrets signed.
pub fn check(
    kind: ShopKind,
    headers: Headers<'_>,
    body: &[u8],
    secrets: &[String],
    now: Timestamp,
) -> Result<(), Refusal> {
    match kind {
        ShopKind::Shopify => {
            base64_of_body(headers("x-shopify-hmac-sha256"), body, secrets, |it| it.to_owned())
        }
        ShopKind::WooCommerce => {
            base64_of_body(headers("x-wc-webhook-signature"), body, secrets, entities_decoded)
        }
        ShopKind::Stripe => of_stripe(headers("stripe-signature"), body, secrets, now),
        ShopKind::Webhook => of_webhook(headers, body, secrets, now),
        ShopKind::Api => Err(Refusal::Missing),
    }
}

fn is_signed(secret: &[u8], pieces: &[&[u8]], signature: &[u8]) -> bool {
    let message: Vec<u8> = pieces.concat();
    hmac::verify(&Key::new(HMAC_SHA256, secret), &message, signature).is_ok()
}

/// Base64 of the HMAC of the body: Shopify and WooCommerce.
fn base64_of_body(
    header: Option<String>,
    body: &[u8],
    secrets: &[String],
    decode: fn(&str) -> String,
) -> Result<(), Refusal> {
    let text = header.ok_or(Refusal::Missing)?;
    let signature = STANDARD.decode(text.trim()).map_err(|_| Refusal::Missing)?;
    let by = |it: &String| is_signed(decode(it).as_bytes(), &[body], &signature);
    if secrets.iter().any(by) { Ok(()) } else { Err(Refusal::Wrong) }
}

/// WordPress keeps a secret as HTML and signs with what that stands for.
fn entities_decoded(secret: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(secret.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn in_time(at: i64, now: Timestamp) -> Result<(), Refusal> {
    let apart = now.as_second().saturating_sub(at).saturating_abs();
    if apart <= TOLERANCE { Ok(()) } else { Err(Refusal::Stale) }
}

/// `t=1700000000,v1=hex[,v1=hex]`; other schemes are left alone.
fn of_stripe(
    header: Option<String>,
    body: &[u8],
    secrets: &[String],
    now: Timestamp,
) -> Result<(), Refusal> {
    let text = header.ok_or(Refusal::Missing)?;
    let pairs: Vec<_> = text.split(',').filter_map(|it| it.trim().split_once('=')).collect();
    let at = pairs.iter().find(|it| it.0 == "t").map(|it| it.1).ok_or(Refusal::Missing)?;
    let second: i64 = at.parse().map_err(|_| Refusal::Missing)?;
    let signatures = pairs.iter().filter(|it| it.0 == "v1").filter_map(|it| unhex(it.1));
    let signatures: Vec<_> = signatures.collect();
    if signatures.is_empty() {
        return Err(Refusal::Missing);
    }
    let by = |secret: &String| {
        let signs = |it: &Vec<u8>| is_signed(secret.as_bytes(), &[at.as_bytes(), b".", body], it);
        signatures.iter().any(signs)
    };
    if !secrets.iter().any(by) {
        return Err(Refusal::Wrong);
    }
    in_time(second, now)
}

/// Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,base64 …`, of
/// the id, the second and the body with dots between them.
fn of_webhook(
    headers: Headers<'_>,
    body: &[u8],
    secrets: &[String],
    now: Timestamp,
) -> Result<(), Refusal> {
    let of = |name: &str| headers(name).ok_or(Refusal::Missing);
    let (id, at, text) = (of("webhook-id")?, of("webhook-timestamp")?, of("webhook-signature")?);
    let second: i64 = at.parse().map_err(|_| Refusal::Missing)?;
    let one = |it: &str| STANDARD.decode(it.strip_prefix("v1,")?).ok();
    let signatures: Vec<_> = text.split(' ').filter_map(one).collect();
    if signatures.is_empty() {
        return Err(Refusal::Missing);
    }
    let by = |secret: &String| {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret));
        let key = key.unwrap_or_else(|_| secret.as_bytes().to_vec());
        let pieces = [id.as_bytes(), b".", at.as_bytes(), b".", body];
        signatures.iter().any(|it| is_signed(&key, &pieces, it))
    };
    if !secrets.iter().any(by) {
        return Err(Refusal::Wrong);
    }
    in_time(second, now)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|it| match it {
            [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(
        kind: ShopKind,
        headers: &[(&str, &str)],
        body: &[u8],
        secrets: &[&str],
        now: i64,
    ) -> Result<(), Refusal> {
        let of = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        let secrets: Vec<String> = secrets.iter().map(|it| (*it).to_owned()).collect();
        let now = Timestamp::from_second(now).expect("a time");
        check(kind, &of, body, &secrets, now)
    }

    // Made with Python's hmac and hashlib, but for the one of Standard Webhooks, which its
    // specification prints.
    const SHOPIFY: &str = "qBvrsZF7RfB1iS6BX6IHqJTp5L911P7intnPeTPsH0I=";
    const WOOCOMMERCE: &str = "2dQKEtPp5FdPC8Nvjd/5bTh2NYE2RCNrjtFGswvLwxo=";
    const STRIPE: &str = "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
    const STANDARD_WEBHOOKS: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn shopify_signs_the_bytes_with_either_secret() {
        let body = br#"{"id":820982911946154508}"#;
        let of = |signature: &str, body: &[u8], secrets: &[&str]| {
            checked(ShopKind::Shopify, &[("x-shopify-hmac-sha256", signature)], body, secrets, 0)
        };
        assert_eq!(of(SHOPIFY, body, &["hush"]), Ok(()));
        assert_eq!(of(SHOPIFY, body, &["newer", "hush"]), Ok(()), "while it is changed");
        assert_eq!(of(SHOPIFY, body, &["newer"]), Err(Refusal::Wrong));
        assert_eq!(of(SHOPIFY, &body[..24], &["hush"]), Err(Refusal::Wrong), "cut off");
        assert_eq!(of(SHOPIFY, b"{ \"id\":820982911946154508}", &["hush"]), Err(Refusal::Wrong));
        assert_eq!(of(SHOPIFY, body, &[]), Err(Refusal::Wrong));
        for odd in ["", "qBvrsZF7RfB1iS6BX6IHqA==", "AAAA"] {
            assert_eq!(of(odd, body, &["hush"]), Err(Refusal::Wrong), "{odd}");
        }
        assert_eq!(of("no base64!", body, &["hush"]), Err(Refusal::Missing));
        assert_eq!(checked(ShopKind::Shopify, &[], body, &["hush"], 0), Err(Refusal::Missing));
    }

    #[test]
    fn woocommerce_signs_with_what_the_secret_stands_for() {
        let of = |secret: &str| {
            let header = [("x-wc-webhook-signature", WOOCOMMERCE)];
            checked(ShopKind::WooCommerce, &header, br#"{"id":17}"#, &[secret], 0)
        };
        assert_eq!(of("a&amp;b&quot;c"), Ok(()));
        assert_eq!(of("a&b\"c"), Ok(()));
        assert_eq!(of("a&b'c"), Err(Refusal::Wrong));
    }

    #[test]
    fn stripe_may_sign_twice_and_is_believed_for_five_minutes() {
        let body = br#"{"id":"evt_1"}"#;
        let of = |header: &str, now: i64| {
            let header = [("stripe-signature", header)];
            checked(ShopKind::Stripe, &header, body, &["other", "whsec_test"], now)
        };
        let (at, zeros) = (1_700_000_000, "0".repeat(64));
        let one = format!("t={at},v1={STRIPE}");
        assert_eq!(of(&one, at), Ok(()));
        assert_eq!(of(&format!("t={at},v1={zeros},v0=abc,v1={STRIPE},v7=x"), at), Ok(()));
        assert_eq!((of(&one, at + 300), of(&one, at - 300)), (Ok(()), Ok(())));
        assert_eq!(of(&one, at + 301), Err(Refusal::Stale));
        assert_eq!(of(&one, at - 301), Err(Refusal::Stale));
        assert_eq!(of(&format!("t={},v1={STRIPE}", at + 1), at), Err(Refusal::Wrong));
        assert_eq!(of(&format!("t={at},v1={zeros}"), at), Err(Refusal::Wrong));
        for odd in
            [format!("t={at},v0={STRIPE}"), format!("v1={STRIPE}"), format!("t=x,v1={STRIPE}")]
        {
            assert_eq!(of(&odd, at), Err(Refusal::Missing), "{odd}");
        }
        assert_eq!(of(&format!("t={at},v1={}", &STRIPE[..63]), at), Err(Refusal::Missing));
        assert_eq!(of("t=-9223372036854775808,v1=00", at), Err(Refusal::Wrong));
    }

    #[test]
    fn any_other_shop_signs_as_standard_webhooks_says() {
        let of = |id: &str, signature: &str, now: i64| {
            let headers = [
                ("webhook-id", id),
                ("webhook-timestamp", "1614265330"),
                ("webhook-signature", signature),
            ];
            let secret = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];
            checked(ShopKind::Webhook, &headers, br#"{"test": 2432232314}"#, &secret, now)
        };
        let (id, at) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        assert_eq!(of(id, STANDARD_WEBHOOKS, at), Ok(()));
        assert_eq!(of(id, &format!("v1,AAAA v1a,xx {STANDARD_WEBHOOKS}"), at), Ok(()));
        assert_eq!(of("msg_other", STANDARD_WEBHOOKS, at), Err(Refusal::Wrong));
        assert_eq!(of(id, STANDARD_WEBHOOKS, at + 301), Err(Refusal::Stale));
        assert_eq!(of(id, "v2,AAAA", at), Err(Refusal::Missing));
    }
}
