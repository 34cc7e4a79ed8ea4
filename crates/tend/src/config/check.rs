//! What a setting may be, beyond its type.

use std::{net::SocketAddr, path::Path};

use anyhow::{Result, ensure};
use tend_outside::Allow;

use super::{Config, FileStore};

impl Config {
    pub(super) fn check(&self) -> Result<()> {
        let smtp = &self.smtp_listen;
        ensure!(
            smtp.is_empty() || smtp.parse::<SocketAddr>().is_ok(),
            "smtp_listen is {smtp:?}. It has to be an address and a port, such as 0.0.0.0:25."
        );
        let url = &self.database_url;
        ensure!(
            url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://"),
            "database_url has to begin with postgres:// or be empty, which means SQLite."
        );
        let public = &self.public_url;
        ensure!(
            public.is_empty() || public.starts_with("https://") || public.starts_with("http://"),
            "public_url is {public:?}. It has to begin with https:// or http://."
        );
        self.check_counts()?;
        self.check_mail()?;
        self.check_files()?;
        self.check_outside()
    }

    fn check_outside(&self) -> Result<()> {
        let authorities = &self.outside.authorities;
        ensure!(
            authorities.is_empty() || Path::new(authorities).is_file(),
            "outside.authorities: there is no file {authorities}."
        );
        if let Err(problem) = Allow::parse(self.outside.allow.iter().map(String::as_str)) {
            anyhow::bail!("outside.allow: {problem}");
        }
        if let Err(problem) = Allow::parse(self.http.trusted_proxies.iter().map(String::as_str)) {
            anyhow::bail!("http.trusted_proxies: {problem}");
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<()> {
        let counts = [
            ("http.max_connections", self.http.max_connections as u64, 1_000_000),
            ("http.header_seconds", self.http.header_seconds, 600),
            ("http.max_upload_mb", self.http.max_upload_mb, 2000),
            ("http.stop_seconds", self.http.stop_seconds, 600),
            ("mail.max_message_mb", self.mail.max_message_mb, 150),
            ("mail.max_connections", self.mail.max_connections as u64, 100_000),
            (
                "mail.max_connections_per_address",
                self.mail.max_connections_per_address as u64,
                100_000,
            ),
            ("database.readers", self.database.readers as u64, 256),
            ("database.writers", self.database.writers as u64, 256),
            ("database.queue", self.database.queue as u64, 1_000_000),
        ];
        for (name, count, most) in counts {
            ensure!(
                (1..=most).contains(&count),
                "{name} is {count}. It has to be from 1 to {most}."
            );
        }
        Ok(())
    }

    fn check_mail(&self) -> Result<()> {
        let (chain, key) = (&self.mail.certificate, &self.mail.certificate_key);
        ensure!(
            chain.is_empty() == key.is_empty(),
            "mail.certificate and mail.certificate_key go together: set both or none."
        );
        for (name, path) in [("mail.certificate", chain), ("mail.certificate_key", key)] {
            ensure!(
                path.is_empty() || Path::new(path).is_file(),
                "{name}: there is no file {path}."
            );
        }
        Ok(())
    }

    fn check_files(&self) -> Result<()> {
        ensure!(
            self.files.store == FileStore::Folder || !self.files.s3.bucket.is_empty(),
            "files.store is \"s3\", so files.s3.bucket needs a name."
        );
        Ok(())
    }
}
