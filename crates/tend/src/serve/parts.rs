//! Puts together what serving is done with.

use anyhow::{Context, Result, anyhow};
use tend_core::{
    Actor, agents,
    secrets::{hex, random},
    settings,
};
use tend_outside::{Guard, Outside, tls};
use tend_store::Db;

use crate::config::Config;

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

/// On this machine alone nobody else is faster; elsewhere whoever starts Tend reads a
/// code that nobody else knows.
pub fn start_code(config: &Config, db: &Db) -> Result<Option<String>> {
    if config.listen.ip().is_loopback() || db.read(agents::is_started)? {
        return Ok(None);
    }
    let code = hex(&random::<5>()).to_uppercase();
    Ok(Some(format!("{}-{}", &code[..5], &code[5..])))
}
