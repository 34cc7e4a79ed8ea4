//! Which hosts Tend may speak to.
//!
//! A host is resolved once, each address is checked, and the connection goes to
//! a checked address: a name that changes its mind afterwards changes nothing.
//! One address that may not be used refuses the whole host.

mod address;
mod allow;
mod resolve;

use std::{net::IpAddr, sync::Arc, time::Duration};

pub use address::is_public;
pub use allow::Allow;
pub use resolve::{Resolve, Resolving, SystemResolver};

use crate::{Error, Result};

const LOOKUP_TIME: Duration = Duration::from_secs(5);

/// Lets public addresses through, and what the operator allows beside them.
#[derive(Clone)]
pub struct Guard {
    allow: Arc<Allow>,
    resolver: Arc<dyn Resolve>,
}

impl Guard {
    pub fn new(allow: Allow) -> Self {
        Self::with_resolver(allow, Arc::new(SystemResolver))
    }

    pub fn with_resolver(allow: Allow, resolver: Arc<dyn Resolve>) -> Self {
        Self { allow: Arc::new(allow), resolver }
    }

    /// The addresses of a host that was typed by somebody, all of them checked;
    /// never empty.
    ///
    /// # Errors
    /// [`Error::Refused`] when the host is no host or an address of it may not be
    /// used; [`Error::Lookup`] when the name can't be resolved now.
    pub async fn check(&self, host: &str) -> Result<Vec<IpAddr>> {
        let host = normal(host)?;
        let addresses = match host.parse::<IpAddr>() {
            Ok(literal) => vec![literal],
            Err(_) => self.look_up(&host).await?,
        };
        let named = self.allow.has_host(&host);
        for address in &addresses {
            if !self.allow.has_address(*address, named) {
                return Err(Error::Refused(format!(
                    "{host} is at a private or reserved address, which is not allowed."
                )));
            }
        }
        Ok(addresses)
    }

    async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>> {
        let lookup = tokio::time::timeout(LOOKUP_TIME, self.resolver.resolve(host));
        match lookup.await {
            Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
            _ => Err(Error::Lookup(host.to_owned())),
        }
    }
}

/// Lower-cased, without brackets and without the final dot.
fn normal(host: &str) -> Result<String> {
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    let bare = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_.:".contains(it);
    if bare.is_empty() || bare.len() > 253 || !bare.chars().all(fits) {
        return Err(Error::Refused("This is not the name of a host.".to_owned()));
    }
    Ok(bare)
}
