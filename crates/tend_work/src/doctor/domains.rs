use std::{future::Future, time::Duration};

use mail_auth::{DnsError, Error, MessageAuthenticator};

use super::{Finding, Mark};
use crate::{dkim, verify::Caches};

/// How long one question may take.
const TIME: Duration = Duration::from_secs(5);

/// What a name server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The texts that stand there, one after the other; of MX, the servers.
    Found(String),
    Nothing,
    /// It could not be asked, or did not know.
    Unknown,
}

/// Who is asked.
pub trait Names: Send + Sync {
    fn text(&self, name: &str) -> impl Future<Output = Answer> + Send;
    fn servers(&self, domain: &str) -> impl Future<Output = Answer> + Send;
}

/// The name servers of this machine.
pub struct SystemNames {
    resolver: Option<MessageAuthenticator>,
    caches: Caches,
}

impl SystemNames {
    pub fn new() -> Self {
        Self { resolver: crate::verify::system_resolver(), caches: Caches::default() }
    }
}

impl Default for SystemNames {
    fn default() -> Self {
        Self::new()
    }
}

impl Names for SystemNames {
    async fn text(&self, name: &str) -> Answer {
        let Some(resolver) = &self.resolver else { return Answer::Unknown };
        // With its dot at the end nobody adds the name of this network.
        match tokio::time::timeout(TIME, resolver.txt_raw_lookup(format!("{name}."))).await {
            Ok(Ok(bytes)) => Answer::Found(String::from_utf8_lossy(&bytes).into_owned()),
            Ok(Err(error)) => missing(&error),
            Err(_) => Answer::Unknown,
        }
    }

    async fn servers(&self, domain: &str) -> Answer {
        let Some(resolver) = &self.resolver else { return Answer::Unknown };
        let ask = resolver.mx_lookup(format!("{domain}."), Some(&self.caches.mx));
        match tokio::time::timeout(TIME, ask).await {
            Ok(Ok(found)) => {
                let names = found.rrset.iter().flat_map(|it| it.exchanges.iter());
                let names: Vec<_> = names.map(|it| it.trim_end_matches('.').to_owned()).collect();
                Answer::Found(names.join(", "))
            }
            Ok(Err(error)) => missing(&error),
            Err(_) => Answer::Unknown,
        }
    }
}

fn missing(error: &Error) -> Answer {
    match error {
        Error::Dns(DnsError::RecordNotFound(_)) => Answer::Nothing,
        _ => Answer::Unknown,
    }
}

/// A domain that we send for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    pub name: String,
    /// The selector of our own key and the record that should stand there, if we sign.
    pub key: Option<(String, String)>,
}

/// What the DNS says about a domain, and whether other servers will believe our mail.
pub async fn domain(names: &impl Names, it: &Domain) -> Vec<Finding> {
    let name = &it.name;
    let mut all = vec![match names.servers(name).await {
        Answer::Found(servers) if !servers.is_empty() => {
            Finding::new(Mark::Well, format!("{name}: mail for it goes to {servers} (MX)."))
        }
        Answer::Found(_) | Answer::Nothing => Finding::new(
            Mark::Think,
            format!("{name}: no server takes mail for it (MX), so answers may not come back."),
        ),
        Answer::Unknown => return vec![unknown(name)],
    }];
    all.push(spf(name, &names.text(name).await));
    if let Some((selector, record)) = &it.key {
        let place = dkim::record_name(name, selector);
        all.push(key(name, &place, record, &names.text(&place).await));
    } else {
        let text = format!(
            "{name}: Tend does not sign its mail (DKIM); that is well if your mail server does."
        );
        all.push(Finding::new(Mark::Think, text));
    }
    all.push(policy(name, &names.text(&format!("_dmarc.{name}")).await));
    all
}

fn unknown(name: &str) -> Finding {
    let text = format!("{name}: the name servers of this machine don't answer.");
    Finding::new(Mark::Think, text)
}

fn spf(name: &str, answer: &Answer) -> Finding {
    let (mark, text) = match answer {
        Answer::Found(text) => match text.to_lowercase().matches("v=spf1").count() {
            0 => (Mark::Think, "it does not say who may send for it (SPF)."),
            1 => (Mark::Well, "it says who may send for it (SPF)."),
            _ => (Mark::Wrong, "it has more than one SPF record, which others take for none."),
        },
        Answer::Nothing => (Mark::Think, "it does not say who may send for it (SPF)."),
        Answer::Unknown => return unknown(name),
    };
    Finding::new(mark, format!("{name}: {text}"))
}

/// A key that differs is worse than none: each of our mails would fail.
fn key(name: &str, place: &str, record: &str, answer: &Answer) -> Finding {
    let public = |text: &str| {
        let bare: String = text.chars().filter(|it| !it.is_whitespace()).collect();
        bare.split(';').find_map(|it| it.strip_prefix("p=").map(str::to_owned))
    };
    let (mark, text) = match answer {
        Answer::Found(text) if public(text).is_some() && public(text) == public(record) => {
            (Mark::Well, format!("the key that Tend signs with stands at {place} (DKIM)."))
        }
        Answer::Found(_) => (
            Mark::Wrong,
            format!("another key than the one that Tend signs with stands at {place} (DKIM)."),
        ),
        Answer::Nothing => {
            (Mark::Wrong, format!("Tend signs its mail, and nothing stands at {place} (DKIM)."))
        }
        Answer::Unknown => return unknown(name),
    };
    Finding::new(mark, format!("{name}: {text}"))
}

fn policy(name: &str, answer: &Answer) -> Finding {
    let (mark, text) = match answer {
        Answer::Found(text) if text.to_lowercase().contains("v=dmarc1") => {
            (Mark::Well, "it says what others should do with mail that is not from it (DMARC).")
        }
        Answer::Found(_) | Answer::Nothing => {
            (Mark::Think, "it does not say what to do with mail that is not from it (DMARC).")
        }
        Answer::Unknown => return unknown(name),
    };
    Finding::new(mark, format!("{name}: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says what it was told to, and nothing else.
    struct Said(&'static [(&'static str, &'static str)]);

    impl Said {
        fn about(&self, name: &str) -> Answer {
            let found = self.0.iter().find(|it| it.0 == name).map(|it| it.1);
            match found {
                Some("?") => Answer::Unknown,
                Some(text) => Answer::Found(text.to_owned()),
                None => Answer::Nothing,
            }
        }
    }

    impl Names for Said {
        async fn text(&self, name: &str) -> Answer {
            self.about(name)
        }
        async fn servers(&self, domain: &str) -> Answer {
            self.about(&format!("mx {domain}"))
        }
    }

    async fn marks(said: &'static [(&'static str, &'static str)], signs: bool) -> Vec<Mark> {
        let key = signs.then(|| ("tend".to_owned(), "v=DKIM1; k=rsa; p=AAA".to_owned()));
        let it = Domain { name: "x.test".to_owned(), key };
        domain(&Said(said), &it).await.into_iter().map(|it| it.mark).collect()
    }

    #[tokio::test]
    async fn what_the_dns_says_is_weighed() {
        use Mark::{Think, Well, Wrong};
        let whole = &[
            ("mx x.test", "mx.x.test"),
            ("x.test", "verify=1v=spf1 mx -all"),
            ("tend._domainkey.x.test", "v=DKIM1; k=rsa; p=A AA"),
            ("_dmarc.x.test", "v=DMARC1; p=none"),
        ];
        assert_eq!(marks(whole, true).await, [Well, Well, Well, Well]);
        assert_eq!(marks(whole, false).await, [Well, Well, Think, Well]);
        assert_eq!(marks(&[], true).await, [Think, Think, Wrong, Think]);
        let odd = &[
            ("mx x.test", "mx.x.test"),
            ("x.test", "v=spf1 mx -allv=spf1 a -all"),
            ("tend._domainkey.x.test", "v=DKIM1; p=BBB"),
            ("_dmarc.x.test", "?"),
        ];
        assert_eq!(marks(odd, true).await, [Well, Wrong, Wrong, Think]);
        assert_eq!(marks(&[("mx x.test", "?")], true).await, [Think]);
    }
}
