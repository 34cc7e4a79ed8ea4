//! What one reads in the terminal when Tend has started.

use std::io::Write;

use anyhow::Result;
use tend_core::agents;
use tend_store::Db;

use crate::{config::Config, folder::Folder};

/// Says where Tend is, and on an empty folder what to do next.
pub fn say(
    config: &Config,
    folder: &Folder,
    db: &Db,
    is_new: bool,
    start_code: Option<&str>,
) -> Result<()> {
    let started = db.read(agents::is_started)?;
    let version = env!("CARGO_PKG_VERSION");
    let database = if config.is_postgres() { "PostgreSQL" } else { "SQLite" };
    let url = config.public_url();
    tracing::info!(version, listen = %config.listen, database, "ready");
    let mut text = format!("Tend {version} is at {url}\n");
    if let Some(address) = config.smtp_listen() {
        text += &format!("Mail is taken in at {address}.\n");
    }
    let made = if is_new { "A new data folder" } else { "The data folder" };
    text += &format!("{made} is {}, the database {database}.\n", folder.path().display());
    if !started {
        text += &format!(
            "\nNobody is here yet. Open {url} to set up your company, or type:\n  \
             tend agent add --email you@example.com --name 'Your Name' --role admin\n"
        );
    }
    if let Some(code) = start_code {
        text += &format!("\nThe first page asks for this code: {code}\n");
    }
    // Nobody may be reading; Tend serves all the same.
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    Ok(())
}
