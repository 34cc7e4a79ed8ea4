//! Puts together what serving is done with.

use anyhow::{Context, Result, anyhow};
use tend_core::{
    Actor, agents,
    dkim_keys::Algorithm,
    dns::{Question, Record},
    mail_accounts::MailAccount,
    notifications,
    secrets::{Keys, hex, random},
    settings,
};
use tend_outside::{Guard, Outside, push, tls};
use tend_store::{Clock, Db, SystemClock};
use tend_web::{Asked, Later, MailServers, SigningKey};
use tend_work::{
    Setup, Works, dkim,
    doctor::{self, SystemNames},
    smtp_in,
};

use crate::{config::Config, folder::Folder};

/// The only way to the outside, with what the settings allow.
pub fn outside(config: &Config) -> Result<Outside> {
    let extra = match config.outside.authorities.as_str() {
        "" => None,
        path => Some(std::fs::read(path).with_context(|| format!("{path} can't be read"))?),
    };
    let believed = tls::client_config(extra.as_deref()).map_err(|it| anyhow!(it))?;
    Ok(Outside::new(Guard::new(config.allowed_outside()), believed))
}

/// Links in mail begin with the address that the settings name.
pub fn keep_public_url(config: &Config, db: &Db) -> Result<()> {
    if config.has_public_url() {
        let url = config.public_url();
        db.write(move |tx| settings::set(tx, Actor::System, settings::BASE_URL, &url))?;
    }
    Ok(())
}

/// Push services know this Tend by a key that it makes at its first start.
pub fn keep_push_key(keys: &Keys, db: &Db) -> Result<()> {
    let known = keys.clone();
    if db.read(move |tx| notifications::push_key(tx, &known))?.is_none() {
        let (keys, fresh) = (keys.clone(), push::Sender::make_key());
        db.write(move |tx| notifications::keep_push_key(tx, &keys, &fresh))?;
    }
    Ok(())
}

/// On this machine alone nobody else is faster; elsewhere whoever starts Tend reads a
/// code that nobody else knows.
pub fn start_code(config: &Config, db: &Db) -> Result<Option<String>> {
    if config.listen.ip().is_loopback() || db.read(agents::is_started)? {
        return Ok(None);
    }
    let code = hex(&random::<5>()).to_uppercase();
    Ok(Some(format!("{}-{}", &code[..5], &code[5..])))
}

/// How we deal with other mail servers.
pub fn setup(config: &Config) -> Setup {
    let host = match config.mail.hostname.as_str() {
        "" => own_name(),
        name => name.to_owned(),
    };
    Setup {
        host,
        largest: config.mail.max_message_mb * 1024 * 1024,
        at_once: i64::from(config.mail.max_from_one_sender),
        ..Setup::default()
    }
}

fn own_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => "localhost".to_owned(),
        name => name.to_owned(),
    }
}

/// Mail servers as the settings pages ask of them.
pub struct Servers(pub Works);

impl MailServers for Servers {
    fn sign_in(&self, to: MailAccount) -> Asked {
        let works = self.0.clone();
        Box::pin(async move { tend_work::look(&works, &to).await })
    }

    fn records(&self, about: Question) -> Later<Vec<Record>> {
        Box::pin(async move { doctor::records(&SystemNames::new(), &about).await })
    }

    fn record_of_key(&self, domain: String, selector: String, record: String) -> Later<Record> {
        Box::pin(async move { doctor::key(&SystemNames::new(), &domain, &selector, &record).await })
    }

    #[expect(clippy::disallowed_methods, reason = "a key takes a processor, and no database")]
    fn signing_key(&self, of: Algorithm) -> Later<Result<SigningKey, String>> {
        let kind = match of {
            Algorithm::Rsa => dkim::Kind::Rsa,
            Algorithm::Ed25519 => dkim::Kind::Ed25519,
        };
        Box::pin(async move {
            let made = tokio::task::spawn_blocking(move || dkim::make(kind)).await;
            let key = made.map_err(|_| "The key could not be made.".to_owned())??;
            let (private, record) = (dkim::to_text(&key.private), dkim::record(&key.public, kind));
            Ok(SigningKey { private, record })
        })
    }
}

/// How mail is received; with a certificate of our own making when none is named.
pub fn receiving(config: &Config, folder: &Folder, host: &str) -> Result<smtp_in::Options> {
    let read = |path: &str| std::fs::read(path).with_context(|| format!("{path} can't be read"));
    let tls = match config.mail.certificate.as_str() {
        "" => smtp_in::tls::own(folder.path(), host, SystemClock.now()),
        path => smtp_in::tls::server_config(&read(path)?, &read(&config.mail.certificate_key)?),
    };
    Ok(smtp_in::Options {
        host: host.to_owned(),
        largest: config.mail.max_message_mb * 1024 * 1024,
        connections: config.mail.max_connections,
        connections_each: config.mail.max_connections_per_address,
        drain: std::time::Duration::from_secs(config.http.stop_seconds),
        only_lmtp: config.mail.lmtp,
        tls: Some(tls.map_err(|it| anyhow!(it))?),
        ..smtp_in::Options::default()
    })
}
