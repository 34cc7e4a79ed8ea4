//! What a domain's records say, each in words, and what would be good.

use futures_util::future::join_all;
use tend_core::dns::{Kind, Mark, Question, Record};

use super::{
    Answer, Names,
    spf::{self, provider},
};
use crate::dkim;

/// Asks for all of them: MX, SPF, a DKIM record for each key, DMARC, and the reverse name of the
/// server through which we send.
pub async fn records(names: &impl Names, it: &Question) -> Vec<Record> {
    let domain = it.domain.as_str();
    let through = it.sends_through.as_deref();
    let keys = it.keys.iter().map(|(selector, record)| key(names, domain, selector, record));
    let back = async { Some(reverse(names, through?).await) };
    let (mx, texts, dkim, dmarc, back) = tokio::join!(
        names.servers(domain),
        names.text(domain),
        join_all(keys),
        policy(names, domain),
        back,
    );
    let mut all = vec![servers(domain, &mx), spf::record(domain, through, &texts)];
    all.extend(dkim);
    all.push(dmarc);
    all.extend(back);
    all
}

/// What stands in the place of a key's record, and whether it is the key's.
pub async fn key(names: &impl Names, domain: &str, selector: &str, record: &str) -> Record {
    let place = dkim::record_name(domain, selector);
    let answer = names.text(&place).await;
    let (mark, says) = match (&answer, public(record)) {
        (Answer::Unknown, _) => unknown(),
        (Answer::Nothing, _) => (
            Mark::Wrong,
            format!("Nothing stands at {place} yet. What is new may take an hour to be seen."),
        ),
        (Answer::Found(text), ours) => match public(text) {
            theirs if theirs.is_some() && theirs == ours => {
                (Mark::Well, format!("The key stands at {place}."))
            }
            Some(theirs) if theirs.is_empty() => {
                (Mark::Wrong, format!("The record at {place} has no key in it, so it revokes one."))
            }
            _ => (Mark::Wrong, format!("Something else than this key stands at {place}.")),
        },
    };
    let good = (mark == Mark::Wrong).then(|| record.to_owned());
    Record { kind: Kind::Dkim, place, found: found(answer), mark, says, good }
}

/// The key in a record. Quotes and blanks are of the provider's form, not of the record.
fn public(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|it| !it.is_whitespace() && *it != '"').collect();
    bare.split(';').find_map(|it| it.strip_prefix("p=").map(str::to_owned))
}

pub(super) fn found(answer: Answer) -> String {
    match answer {
        Answer::Found(text) => text,
        Answer::Nothing | Answer::Unknown => String::new(),
    }
}

pub(super) fn unknown() -> (Mark, String) {
    (Mark::Unknown, "The name servers of this machine don't answer.".to_owned())
}

fn servers(domain: &str, answer: &Answer) -> Record {
    let (mark, says) = match answer {
        Answer::Found(them) if !them.is_empty() => {
            (Mark::Well, format!("Mail for {domain} goes to {them}."))
        }
        Answer::Unknown => unknown(),
        _ => (
            Mark::Think,
            format!("No server takes mail for {domain}, so answers may not come back."),
        ),
    };
    let found = found(answer.clone());
    Record { kind: Kind::Mx, place: domain.to_owned(), found, mark, says, good: None }
}

/// The policy of the domain, or of one above it.
async fn policy(names: &impl Names, domain: &str) -> Record {
    let mut of = domain;
    loop {
        let place = format!("_dmarc.{of}");
        let answer = names.text(&place).await;
        let parent = of.split_once('.').map(|it| it.1).filter(|it| it.contains('.'));
        match (&answer, parent) {
            (Answer::Nothing, Some(above)) => of = above,
            _ => return dmarc(domain, place, answer),
        }
    }
}

fn dmarc(domain: &str, place: String, answer: Answer) -> Record {
    let good = |policy: &str| Some(format!("v=DMARC1; p={policy}; rua=mailto:postmaster@{domain}"));
    let text = found(answer.clone()).to_lowercase();
    let asks = |it: &str| text.replace(' ', "").contains(&format!("p={it}"));
    let (mark, says, good) = match () {
        () if answer == Answer::Unknown => (unknown().0, unknown().1, None),
        () if !text.contains("v=dmarc1") => (
            Mark::Think,
            format!(
                "{domain} does not say what to do with mail that only claims to be from it. \
                 Begin with reports."
            ),
            good("none"),
        ),
        () if asks("quarantine") || asks("reject") => (
            Mark::Well,
            format!("Others put aside or refuse mail that only claims to be from {domain}."),
            None,
        ),
        () => (
            Mark::Well,
            "Others send you reports and do nothing else. When all your mail has been signed for \
             some weeks, ask them to put the rest aside."
                .to_owned(),
            good("quarantine"),
        ),
    };
    let place = if good.is_some() { format!("_dmarc.{domain}") } else { place };
    Record { kind: Kind::Dmarc, place, found: found(answer), mark, says, good }
}

/// Many servers refuse mail from an address whose name does not lead back to it.
async fn reverse(names: &impl Names, host: &str) -> Record {
    let record = |mark, says: String, found: String| {
        let place = host.to_owned();
        Record { kind: Kind::Reverse, place, found, mark, says, good: None }
    };
    if provider(host).is_some() {
        let says = format!("{host} hands your mail on, and its operator cares for its names.");
        return record(Mark::Well, says, String::new());
    }
    let named = match host.parse::<std::net::IpAddr>() {
        Ok(ip) => Answer::Found(ip.to_string()),
        Err(_) => names.addresses(host).await,
    };
    let address = match named {
        Answer::Found(them) => them.split(", ").next().unwrap_or_default().to_owned(),
        Answer::Nothing => {
            return record(Mark::Wrong, format!("{host} has no address."), String::new());
        }
        Answer::Unknown => return record(unknown().0, unknown().1, String::new()),
    };
    let parsed = address.parse().ok().filter(|it| tend_outside::guard::is_public(*it));
    let Some(ip) = parsed else {
        let says = format!(
            "From here {host} is at a private address, {address}. The public one that it sends \
             from needs a name that leads back to it."
        );
        return record(Mark::Think, says, address);
    };
    let name = match names.reverse(ip).await {
        Answer::Found(name) => name.split(", ").next().unwrap_or_default().to_owned(),
        Answer::Nothing => {
            let says = format!(
                "{address}, which is {host}, has no name. Many servers refuse mail from such an \
                 address: ask whoever gave it to you to call it {host}."
            );
            return record(Mark::Think, says, String::new());
        }
        Answer::Unknown => return record(unknown().0, unknown().1, String::new()),
    };
    match names.addresses(&name).await {
        Answer::Found(them) if them.split(", ").any(|it| it == address) => {
            record(Mark::Well, format!("{address} is called {name}, which leads back to it."), name)
        }
        _ => {
            let says = format!("{address} is called {name}, which does not lead back to it.");
            record(Mark::Think, says, name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::domains::tests::Said, *};

    async fn ask(said: &'static [(&'static str, &'static str)], through: &str) -> Vec<Record> {
        let question = Question {
            domain: "x.test".to_owned(),
            keys: vec![("tend1".to_owned(), "v=DKIM1; k=rsa; p=AAA".to_owned())],
            sends_through: (!through.is_empty()).then(|| through.to_owned()),
        };
        records(&Said(said), &question).await
    }

    fn of(all: &[Record], kind: Kind) -> &Record {
        all.iter().find(|it| it.kind == kind).unwrap()
    }

    #[tokio::test]
    async fn a_key_is_found_missing_another_or_revoked() {
        let place = "tend1._domainkey.x.test";
        for (text, mark, word) in [
            ("v=DKIM1; k=rsa; p=A\" \"AA", Mark::Well, "stands at"),
            ("v=DKIM1; p=BBB", Mark::Wrong, "Something else"),
            ("v=DKIM1; p=", Mark::Wrong, "revokes"),
            ("?", Mark::Unknown, "don't answer"),
        ] {
            let said: &'static [_] = Box::leak(Box::new([(place, text)]));
            let all = ask(said, "").await;
            let it = of(&all, Kind::Dkim);
            assert_eq!(it.mark, mark, "{text}");
            assert!(it.says.contains(word) && it.place == place, "{}", it.says);
        }
        let all = ask(&[], "").await;
        let it = of(&all, Kind::Dkim);
        assert!(it.says.contains("Nothing stands at"), "{}", it.says);
        assert_eq!(it.good.as_deref(), Some("v=DKIM1; k=rsa; p=AAA"));
    }

    #[tokio::test]
    async fn a_policy_may_be_of_the_domain_above() {
        let question = Question { domain: "help.x.test".to_owned(), ..Question::default() };
        let said = Said(&[("_dmarc.x.test", "v=DMARC1; p=reject")]);
        let all = records(&said, &question).await;
        let it = of(&all, Kind::Dmarc);
        assert_eq!((it.mark, it.place.as_str()), (Mark::Well, "_dmarc.x.test"));
        let all = records(&Said(&[]), &question).await;
        let it = of(&all, Kind::Dmarc);
        assert_eq!((it.mark, it.place.as_str()), (Mark::Think, "_dmarc.help.x.test"));
        let all = records(&Said(&[("_dmarc.help.x.test", "v=DMARC1; p=none")]), &question).await;
        assert!(of(&all, Kind::Dmarc).good.as_deref().is_some_and(|it| it.contains("quarantine")));
    }

    #[tokio::test]
    async fn the_sending_server_should_lead_back() {
        for (said, mark, word) in [
            (
                &[
                    ("a mx.x.test", "8.8.4.4"),
                    ("ptr 8.8.4.4", "out.x.test"),
                    ("a out.x.test", "8.8.4.4"),
                ][..],
                Mark::Well,
                "leads back",
            ),
            (
                &[("a mx.x.test", "8.8.4.4"), ("ptr 8.8.4.4", "out.x.test")],
                Mark::Think,
                "does not lead back",
            ),
            (&[("a mx.x.test", "8.8.4.4")], Mark::Think, "has no name"),
            (&[("a mx.x.test", "10.0.0.1")], Mark::Think, "private"),
            (&[], Mark::Wrong, "no address"),
        ] {
            let said: &'static [_] = Box::leak(said.to_vec().into_boxed_slice());
            let all = ask(said, "mx.x.test").await;
            let it = of(&all, Kind::Reverse);
            assert_eq!(it.mark, mark, "{}", it.says);
            assert!(it.says.contains(word), "{}", it.says);
        }
        let all = ask(&[], "smtp.gmail.com").await;
        assert_eq!(of(&all, Kind::Reverse).mark, Mark::Well);
    }
}
