//! Who wrote a mail, as far as its domain vouches for it: SPF, DKIM, DMARC, ARC.
//!
//! Never an obstacle: everything is limited in time, and without a name server the
//! answers are "temperror" at once.

mod caches;
mod trust;

use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use mail_auth::{
    ArcOutput, AuthenticatedMessage, DkimOutput, DkimResult, DmarcOutput, DmarcResult,
    MessageAuthenticator, Parameters, SpfOutput, SpfResult,
    common::verify::VerifySignature,
    dmarc::{Policy, verify::DmarcParameters},
    hickory_resolver::{
        config::{ResolverConfig, ResolverOpts},
        system_conf::read_system_conf,
    },
    spf::verify::SpfParameters,
};
use tend_core::mails::{Check, Checks, Verdict};
use tend_outside::guard::is_public;

pub(crate) use caches::Caches;

const LONGEST: Duration = Duration::from_secs(6);
/// After so many mails in a row for which name servers did not answer, nobody is asked for
/// a while. One domain with bad servers does not do that.
const PATIENCE: u32 = 3;
const REST: Duration = Duration::from_secs(60);
/// More signatures than this are not looked at.
const MOST_SIGNATURES: usize = 10;

/// Checks mails; keeps what it asked of name servers.
pub struct Verifier {
    authenticator: Option<MessageAuthenticator>,
    caches: Caches,
    host: String,
    rest: Mutex<Rest>,
}

/// When name servers don't answer.
#[derive(Default)]
struct Rest {
    failures: u32,
    until: Option<Instant>,
}

/// Who handed us a mail.
#[derive(Clone, Debug)]
pub struct Remote {
    pub address: IpAddr,
    /// The name that it gave itself.
    pub helo: String,
    /// Empty for bounces.
    pub mail_from: String,
}

impl Verifier {
    /// With the name servers of this machine. `host` is what we call ourselves.
    pub fn system(host: &str) -> Self {
        Self { authenticator: system_resolver(), ..Self::offline(host) }
    }

    /// Asks nobody.
    pub fn offline(host: &str) -> Self {
        Self {
            authenticator: None,
            caches: Caches::default(),
            host: host.to_owned(),
            rest: Mutex::default(),
        }
    }

    /// Checks a mail as it came. Without a remote, or one on a private network (our own mail
    /// server in front of us), there is no SPF.
    pub async fn check(&self, mail: &[u8], remote: Option<&Remote>) -> Checks {
        let Some(message) = AuthenticatedMessage::parse(mail) else {
            return Checks::default();
        };
        let from_domain = message.from().rsplit_once('@').map_or("", |(_, it)| it).to_lowercase();
        let remote = remote.filter(|it| is_public(it.address));
        let unknown = || unknown(&message, remote, &from_domain);
        let Some(authenticator) = self.authenticator.as_ref().filter(|_| !self.rests()) else {
            return unknown();
        };
        let checked = self.ask(authenticator, &message, remote, &from_domain);
        let checks = tokio::time::timeout(LONGEST, checked).await.unwrap_or_else(|_| unknown());
        self.note(all(&checks).into_iter().any(|it| it.verdict == Verdict::TempError));
        checks
    }

    async fn ask<'x>(
        &self,
        authenticator: &MessageAuthenticator,
        message: &'x AuthenticatedMessage<'x>,
        remote: Option<&Remote>,
        from_domain: &str,
    ) -> Checks {
        let spf = match remote {
            Some(it) => {
                let ask = SpfParameters::verify_mail_from(
                    it.address,
                    &it.helo,
                    &self.host,
                    &it.mail_from,
                );
                authenticator.verify_spf(self.with(ask)).await
            }
            None => SpfOutput::default(),
        };
        let signed =
            !message.dkim_headers.is_empty() && message.dkim_headers.len() <= MOST_SIGNATURES;
        let dkim = match signed {
            true => authenticator.verify_dkim(self.with(message)).await,
            false => Vec::new(),
        };
        let arc = match message.ams_headers.is_empty() {
            true => ArcOutput::default(),
            false => authenticator.verify_arc(self.with(message)).await,
        };
        let envelope = remote.map_or("", |it| envelope_domain(it));
        let ask = DmarcParameters::new(message, &dkim, envelope, &spf);
        let dmarc = authenticator.verify_dmarc(self.with(ask)).await;
        judged(&spf, &dkim, &dmarc, &arc, remote, from_domain)
    }

    fn with<P>(&self, params: P) -> caches::Cached<'_, P> {
        Parameters::new(params)
            .with_txt_cache(&self.caches.txt)
            .with_mx_cache(&self.caches.mx)
            .with_ptr_cache(&self.caches.ptr)
            .with_ipv4_cache(&self.caches.ipv4)
            .with_ipv6_cache(&self.caches.ipv6)
    }

    fn rests(&self) -> bool {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        rest.until.is_some_and(|it| Instant::now() < it)
    }

    fn note(&self, failed: bool) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        rest.failures = if failed { rest.failures + 1 } else { 0 };
        if rest.failures >= PATIENCE {
            *rest = Rest { failures: 0, until: Instant::now().checked_add(REST) };
        }
    }
}

/// Asks the name servers of this machine.
pub(crate) fn system_resolver() -> Option<MessageAuthenticator> {
    read_system_conf().ok().and_then(|(config, mut options)| {
        options.timeout = Duration::from_secs(2);
        options.attempts = 1;
        authenticator(config, options)
    })
}

fn authenticator(config: ResolverConfig, options: ResolverOpts) -> Option<MessageAuthenticator> {
    MessageAuthenticator::new(config, options)
        .inspect_err(|error| tracing::warn!(%error, "verify: no name server can be asked"))
        .ok()
}

fn envelope_domain(it: &Remote) -> &str {
    it.mail_from.rsplit_once('@').map_or(&it.helo, |(_, domain)| domain)
}

/// What can be said without asking anybody.
fn unknown(
    message: &AuthenticatedMessage<'_>,
    remote: Option<&Remote>,
    from_domain: &str,
) -> Checks {
    let unless = |nothing: bool, domain: &str| match nothing {
        true => Check::default(),
        false => Check { verdict: Verdict::TempError, domain: domain.to_lowercase() },
    };
    let signer = message.dkim_headers.first().map_or("", |it| it.header.domain());
    Checks {
        sender: Default::default(),
        from_domain: from_domain.to_owned(),
        spf: unless(remote.is_none(), remote.map_or("", envelope_domain)),
        dkim: unless(message.dkim_headers.is_empty(), signer),
        dmarc: unless(from_domain.is_empty(), from_domain),
        arc: unless(message.ams_headers.is_empty(), ""),
    }
}

fn judged(
    spf: &SpfOutput,
    dkim: &[DkimOutput<'_>],
    dmarc: &DmarcOutput,
    arc: &ArcOutput<'_>,
    remote: Option<&Remote>,
    from_domain: &str,
) -> Checks {
    let spf = Check {
        verdict: match spf.result() {
            SpfResult::Pass => Verdict::Pass,
            SpfResult::Fail => Verdict::Fail,
            SpfResult::SoftFail => Verdict::SoftFail,
            SpfResult::Neutral => Verdict::Neutral,
            SpfResult::TempError => Verdict::TempError,
            SpfResult::PermError => Verdict::PermError,
            SpfResult::None => Verdict::None,
        },
        domain: remote.map_or("", envelope_domain).to_lowercase(),
    };
    let dkims: Vec<_> = dkim
        .iter()
        .map(|it| Check {
            verdict: of_dkim(it.result()),
            domain: it.signature().map_or("", |it| it.domain()).to_lowercase(),
        })
        .collect();
    // "none" asks for reports, and says nothing against what fails.
    let strict = matches!(dmarc.policy(), Policy::Quarantine | Policy::Reject);
    let dmarc = Check {
        verdict: match dmarc.result() {
            DmarcResult::Pass => Verdict::Pass,
            DmarcResult::Fail(_) => Verdict::Fail,
            DmarcResult::TempError(_) => Verdict::TempError,
            DmarcResult::PermError(_) => Verdict::PermError,
            DmarcResult::None => Verdict::None,
        },
        domain: from_domain.to_owned(),
    };
    let arc = Check { verdict: of_dkim(arc.result()), domain: String::new() };
    trust::weigh(from_domain, spf, &dkims, dmarc, strict, arc)
}

fn of_dkim(it: &DkimResult) -> Verdict {
    match it {
        DkimResult::Pass => Verdict::Pass,
        DkimResult::Fail(_) => Verdict::Fail,
        DkimResult::Neutral(_) => Verdict::Neutral,
        DkimResult::TempError(_) => Verdict::TempError,
        DkimResult::PermError(_) => Verdict::PermError,
        DkimResult::None => Verdict::None,
    }
}

fn all(it: &Checks) -> [&Check; 4] {
    [&it.spf, &it.dkim, &it.dmarc, &it.arc]
}

#[cfg(test)]
mod tests;
