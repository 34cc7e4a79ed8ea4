use std::{future::Future, net::IpAddr, time::Duration};

use mail_auth::{DnsError, Error, IpLookupStrategy, MessageAuthenticator};
use tend_core::dns::{self, Kind, Question, Record};

use super::{Finding, Mark, records};
use crate::verify::Caches;

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
    /// Of a host; several with a comma and a blank between them.
    fn addresses(&self, host: &str) -> impl Future<Output = Answer> + Send;
    /// The names of an address.
    fn reverse(&self, address: IpAddr) -> impl Future<Output = Answer> + Send;
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

    async fn addresses(&self, host: &str) -> Answer {
        let Some(resolver) = &self.resolver else { return Answer::Unknown };
        let (name, caches) = (format!("{host}."), &self.caches);
        let strategy = IpLookupStrategy::Ipv4thenIpv6;
        let ask = resolver.ip_lookup(&name, strategy, 4, Some(&caches.ipv4), Some(&caches.ipv6));
        match tokio::time::timeout(TIME, ask).await {
            Ok(Ok(found)) if found.is_empty() => Answer::Nothing,
            Ok(Ok(found)) => {
                let all: Vec<_> = found.iter().map(IpAddr::to_string).collect();
                Answer::Found(all.join(", "))
            }
            Ok(Err(error)) => missing(&error),
            Err(_) => Answer::Unknown,
        }
    }

    async fn reverse(&self, address: IpAddr) -> Answer {
        let Some(resolver) = &self.resolver else { return Answer::Unknown };
        let ask = resolver.ptr_lookup(address, Some(&self.caches.ptr));
        match tokio::time::timeout(TIME, ask).await {
            Ok(Ok(found)) if found.rrset.is_empty() => Answer::Nothing,
            Ok(Ok(found)) => {
                let all: Vec<_> = found.rrset.iter().map(|it| it.trim_end_matches('.')).collect();
                Answer::Found(all.join(", "))
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

/// What the DNS says about a domain, and whether other servers will believe our mail.
pub async fn domain(names: &impl Names, it: &Question) -> Vec<Finding> {
    let all = records(names, it).await;
    if all.iter().any(|it| it.kind == Kind::Mx && it.mark == dns::Mark::Unknown) {
        let text = format!("{}: the name servers of this machine don't answer.", it.domain);
        return vec![Finding::new(Mark::Think, text)];
    }
    let mut found: Vec<_> = all.iter().map(finding).collect();
    if it.keys.is_empty() {
        let text = format!(
            "{}: Tend does not sign its mail (DKIM); that is well if your mail server does.",
            it.domain
        );
        found.push(Finding::new(Mark::Think, text));
    }
    found
}

fn finding(it: &Record) -> Finding {
    let mark = match it.mark {
        dns::Mark::Well => Mark::Well,
        dns::Mark::Think | dns::Mark::Unknown => Mark::Think,
        dns::Mark::Wrong => Mark::Wrong,
    };
    Finding::new(mark, format!("{}: {}", it.kind.label(), it.says))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Says what it was told to, and nothing else.
    pub struct Said(pub &'static [(&'static str, &'static str)]);

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
        async fn addresses(&self, host: &str) -> Answer {
            self.about(&format!("a {host}"))
        }
        async fn reverse(&self, address: IpAddr) -> Answer {
            self.about(&format!("ptr {address}"))
        }
    }

    async fn marks(said: &'static [(&'static str, &'static str)], signs: bool) -> Vec<Mark> {
        let key = ("tend".to_owned(), "v=DKIM1; k=rsa; p=AAA".to_owned());
        let keys = if signs { vec![key] } else { Vec::new() };
        let it = Question { domain: "x.test".to_owned(), keys, sends_through: None };
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
        assert_eq!(marks(whole, false).await, [Well, Well, Well, Think]);
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
