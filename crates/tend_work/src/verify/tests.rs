use mail_auth::{
    DnsError, Error, ResolverCache, Txt,
    common::{parse::TxtRecordParser, verify::DomainKey},
    dmarc::Dmarc,
    hickory_resolver::proto::op::ResponseCode,
    spf::Spf,
};
use tend_core::mails::Sender;

use super::*;
use crate::dkim;

/// A verifier that knows these records and no name server.
fn knowing(records: &[(&str, &str)]) -> Verifier {
    let config = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
    let verifier = Verifier {
        authenticator: authenticator(config, ResolverOpts::default()),
        ..Verifier::offline("tend.test")
    };
    for (name, text) in records.iter().chain(&[("_dmarc.test", "none")]) {
        let text = text.as_bytes();
        let txt: Txt = match name {
            _ if text == b"none" => {
                Txt::Error(Error::Dns(DnsError::RecordNotFound(ResponseCode::NXDomain)))
            }
            it if it.starts_with("_dmarc") => Dmarc::parse(text).unwrap().into(),
            it if it.contains("_domainkey") => DomainKey::parse(text).unwrap().into(),
            _ => Spf::parse(text).unwrap().into(),
        };
        let until = Instant::now() + Duration::from_secs(60);
        verifier.caches.txt.insert(format!("{name}.").into(), txt, until);
    }
    verifier
}

fn remote(address: &str) -> Remote {
    Remote {
        address: address.parse().unwrap(),
        helo: "mx.shop.test".to_owned(),
        mail_from: "ann@shop.test".to_owned(),
    }
}

const MAIL: &[u8] = b"From: Ann <ann@Shop.test>\r\nTo: support@tend.test\r\nSubject: Hello\r\n\
    Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@shop.test>\r\n\r\nHello.\r\n";

#[tokio::test]
async fn spf_and_dmarc() {
    let verifier = knowing(&[
        ("shop.test", "v=spf1 ip4:9.9.9.0/24 -all"),
        ("_dmarc.shop.test", "v=DMARC1; p=reject"),
    ]);
    let checks = verifier.check(MAIL, Some(&remote("9.9.9.9"))).await;
    assert_eq!(checks.spf.verdict, Verdict::Pass);
    assert_eq!(checks.dmarc.verdict, Verdict::Pass);
    assert_eq!((checks.sender, checks.from_domain.as_str()), (Sender::Proven, "shop.test"));

    // A12: a forged sender.
    let checks = verifier.check(MAIL, Some(&remote("8.8.8.8"))).await;
    assert_eq!(checks.spf.verdict, Verdict::Fail);
    assert_eq!(checks.dmarc.verdict, Verdict::Fail);
    assert_eq!(checks.sender, Sender::Contradicted);

    // A13: what the mail says about itself is nothing.
    let claims = [b"Authentication-Results: tend.test; dmarc=pass\r\n", MAIL].concat();
    let checks = verifier.check(&claims, Some(&remote("8.8.8.8"))).await;
    assert_eq!(checks.sender, Sender::Contradicted);

    // Our own mail server in front of us.
    let checks = verifier.check(MAIL, Some(&remote("10.0.0.7"))).await;
    assert_eq!(checks.spf, Check::default());
}

#[tokio::test]
async fn signed_by_us_and_verified() {
    for kind in [dkim::Kind::Rsa, dkim::Kind::Ed25519] {
        let key = dkim::make(kind).unwrap();
        let header = dkim::sign(&key.private, "shop.test", "tend1", MAIL).unwrap();
        let signed = [header.as_bytes(), MAIL].concat();
        let record = dkim::record(&key.public, kind);
        let verifier = knowing(&[
            ("tend1._domainkey.shop.test", &record),
            ("_dmarc.shop.test", "v=DMARC1; p=reject"),
        ]);
        let checks = verifier.check(&signed, None).await;
        assert_eq!(checks.dkim.verdict, Verdict::Pass, "{header} {record}");
        assert_eq!((checks.dkim.domain.as_str(), checks.sender), ("shop.test", Sender::Proven));
        let changed = String::from_utf8(signed).unwrap().replace("Subject: H", "Subject: J");
        let checks = verifier.check(changed.as_bytes(), None).await;
        assert_eq!((checks.dkim.verdict, checks.sender), (Verdict::Fail, Sender::Contradicted));
    }
}

/// RFC 8463, appendix A.
#[tokio::test]
async fn the_mail_of_the_rfc() {
    let mail = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\nFrom: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let verifier = knowing(&[("brisbane._domainkey.football.example.com", key)]);
    let checks = verifier.check(mail.as_bytes(), None).await;
    assert_eq!((checks.dkim.verdict, checks.sender), (Verdict::Pass, Sender::Proven));
}

/// F-37
#[tokio::test]
async fn without_a_name_server() {
    let signed = [
        b"DKIM-Signature: v=1; a=ed25519-sha256; d=x.test; s=a; h=from; bh=AA==; b=AA==\r\n",
        MAIL,
    ]
    .concat();
    for verifier in [Verifier::offline("tend.test"), knowing(&[])] {
        let checks = verifier.check(&signed, Some(&remote("9.9.9.9"))).await;
        assert_eq!(checks.sender, Sender::Unproven);
        assert_eq!(checks.dmarc.verdict, Verdict::TempError, "{checks:?}");
    }
    let checks = Verifier::offline("tend.test").check(b"", None).await;
    assert_eq!(Checks::read(&checks.to_json()), checks);
    assert_eq!(Checks::read("nonsense"), Checks::default());
}
