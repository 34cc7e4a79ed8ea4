//! The settings. `config.default.toml` is the manual: it names each of them, with
//! what it is if nobody says otherwise.

mod check;
mod layers;

pub use layers::Sources;

use std::net::SocketAddr;

use anyhow::Result;
use serde::Deserialize;
use tend_outside::{Allow, files::S3Options};

use crate::folder::Folder;

/// The manual, and the lowest layer of the settings.
pub const MANUAL: &str = include_str!("../config.default.toml");

/// No `Debug`: it holds passwords.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    smtp_listen: String,
    pub database_url: String,
    public_url: String,
    pub http: Http,
    pub mail: Mail,
    pub files: Files,
    pub outside: Outside,
    pub database: Database,
    pub log: Log,
    pub metrics: Metrics,
    pub api: Api,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub trusted_proxies: Vec<String>,
    pub max_connections: usize,
    pub header_seconds: u64,
    pub max_upload_mb: u64,
    pub stop_seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub hostname: String,
    pub certificate: String,
    pub certificate_key: String,
    pub max_message_mb: u64,
    pub max_connections: usize,
    pub max_connections_per_address: usize,
    pub max_from_one_sender: u32,
    pub lmtp: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    pub store: FileStore,
    pub s3: S3Options,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStore {
    Folder,
    S3,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    pub allow: Vec<String>,
    pub authorities: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub readers: usize,
    pub writers: usize,
    pub queue: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Auto,
    Text,
    Json,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub per_minute: u32,
}

impl Config {
    /// # Errors
    /// The first setting that is not one, or can't be what it is, in a sentence
    /// that says where it stands.
    pub fn load(sources: &Sources) -> Result<Self> {
        let it = sources.merged()?;
        it.check()?;
        Ok(it)
    }

    pub fn smtp_listen(&self) -> Option<SocketAddr> {
        self.smtp_listen.parse().ok()
    }

    /// Without a slash at its end.
    pub fn public_url(&self) -> String {
        match self.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.listen),
            url => url.to_owned(),
        }
    }

    /// Whether somebody said how people reach Tend.
    pub fn has_public_url(&self) -> bool {
        !self.public_url.is_empty()
    }

    /// What the web needs to know of these.
    ///
    /// # Errors
    /// The proxy that is none, in a sentence.
    pub fn web(&self, folder: &Folder, start_code: Option<String>) -> Result<tend_web::Config> {
        let proxy = |it: &String| {
            it.parse().map_err(|why| anyhow::anyhow!("http.trusted_proxies: {it} is {why}."))
        };
        Ok(tend_web::Config {
            base_url: self.has_public_url().then(|| self.public_url()),
            trusted_proxies: self.http.trusted_proxies.iter().map(proxy).collect::<Result<_>>()?,
            address: self.public_url(),
            receiver: self.smtp_listen().map(|it| it.to_string()),
            start_code,
            data: std::path::absolute(folder.path())?.display().to_string(),
            upload_limit: usize::try_from(self.http.max_upload_mb)? * 1024 * 1024,
            api_per_minute: self.api.per_minute,
            ..tend_web::Config::default()
        })
    }

    pub fn is_postgres(&self) -> bool {
        !self.database_url.is_empty()
    }

    /// Where inside our own network we may speak to.
    pub fn allowed_outside(&self) -> Allow {
        let entries = self.outside.allow.iter().map(String::as_str);
        Allow::parse(entries).expect("the settings were checked")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_is_a_configuration() {
        let config = Config::load(&Sources::default()).expect("loads");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.smtp_listen(), None);
        assert_eq!(config.public_url(), "http://127.0.0.1:8080");
        assert!(!config.is_postgres());
    }
}
