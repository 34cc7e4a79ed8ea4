use std::{
    collections::VecDeque,
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use tend_outside::{
    Allow, Error, Guard,
    guard::{Resolve, Resolving, is_public},
};

/// Answers with the next list, and with an error when there is none left.
struct Answers(Mutex<VecDeque<Vec<IpAddr>>>);

impl Resolve for Answers {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        let next = self.0.lock().unwrap().pop_front();
        Box::pin(async move { next.ok_or_else(|| io::Error::other("no such name")) })
    }
}

fn guard(allow: &str, answers: &[&[&str]]) -> Guard {
    let parse = |it: &&str| it.parse().unwrap();
    let answers = answers.iter().map(|it| it.iter().map(parse).collect()).collect();
    let allow = Allow::parse(allow.split_whitespace()).unwrap();
    Guard::with_resolver(allow, Arc::new(Answers(Mutex::new(answers))))
}

/// A81
#[test]
fn addresses_that_are_not_public() {
    let private = "
        0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8
        169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1
        192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255
        240.0.0.1 255.255.255.255 168.63.129.16
        :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8
        64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 2002:7f00:1:: 2002:a00:1::
        2001::1 2001:10::1 2001:20::1 2001:db8::1 3fff::1 100::1 5f00::1
        fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 4000::1";
    for it in private.split_whitespace() {
        assert!(!is_public(it.parse().unwrap()), "{it}");
    }
    let public = "
        1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 169.253.0.1 192.0.1.1
        198.17.0.1 198.20.0.1 223.255.255.255 2606:4700::1111 2001:4860:4860::8888
        64:ff9b::808:808 2002:808:808::1";
    for it in public.split_whitespace() {
        assert!(is_public(it.parse().unwrap()), "{it}");
    }
}

#[tokio::test]
async fn hosts_that_are_written_as_private_addresses() {
    for host in ["127.0.0.1", "[::1]", "::1", "10.1.2.3.", "[::ffff:127.0.0.1]", "169.254.169.254"]
    {
        let refused = guard("", &[]).check(host).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{host}: {refused:?}");
    }
    for host in ["", ".", "a b", "user@host", "host/path", "fe80::1%eth0", "h\u{f6}st", "a\nb"] {
        let refused = guard("", &[&["1.1.1.1"]]).check(host).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{host}: {refused:?}");
    }
}

/// The system's resolver reads numbers in old ways; what comes out is checked.
#[tokio::test]
async fn numbers_that_mean_this_machine() {
    for host in ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "localhost."] {
        let refused = Guard::new(Allow::default()).check(host).await;
        assert!(refused.is_err(), "{host}: {refused:?}");
    }
}

/// A82
#[tokio::test]
async fn a_name_is_refused_when_one_of_its_addresses_is() {
    let mixed = guard("", &[&["1.1.1.1", "10.0.0.1"]]).check("two.example").await;
    assert!(matches!(mixed, Err(Error::Refused(_))));
    let fine = guard("", &[&["1.1.1.1", "8.8.8.8"]]).check("two.example").await;
    assert_eq!(fine.unwrap().len(), 2);
}

#[tokio::test]
async fn a_name_that_fails_or_changes_its_mind() {
    let guard = guard("", &[&["1.1.1.1"], &["127.0.0.1"]]);
    assert_eq!(
        guard.check("rebind.example").await.unwrap(),
        ["1.1.1.1".parse::<IpAddr>().unwrap()]
    );
    assert!(matches!(guard.check("rebind.example").await, Err(Error::Refused(_))));
    assert!(matches!(guard.check("rebind.example").await, Err(Error::Lookup(_))));
    let empty = self::guard("", &[&[]]).check("empty.example").await;
    assert!(matches!(empty, Err(Error::Lookup(_))));
}

#[tokio::test]
async fn what_the_operator_allows() {
    let allow = "10.2.0.0/16 fd12::/16 Mail.Corp.Example 127.0.0.1";
    for (host, answer, passes) in [
        ("a.example", "10.2.3.4", true),
        ("a.example", "10.3.0.1", false),
        ("a.example", "fd12::7", true),
        ("a.example", "::ffff:10.2.3.4", true),
        ("mail.corp.example", "192.168.1.1", true),
        ("MAIL.corp.example.", "192.168.1.1", true),
        ("other.corp.example", "192.168.1.1", false),
        ("mail.corp.example", "127.0.0.1", true),
        ("mail.corp.example", "127.0.0.2", true),
        ("mail.corp.example", "169.254.169.254", false),
        ("mail.corp.example", "fd00:ec2::254", false),
        ("mail.corp.example", "0.0.0.0", false),
        ("a.example", "127.0.0.1", true),
    ] {
        let checked = guard(allow, &[&[answer]]).check(host).await;
        assert_eq!(checked.is_ok(), passes, "{host} at {answer}: {checked:?}");
    }
    assert!(Allow::parse(["10.0.0.0/33"]).is_err());
    assert!(Allow::parse(["*.example.com"]).is_err());
}
