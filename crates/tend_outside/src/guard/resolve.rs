use std::{io, net::IpAddr};

use futures_util::future::BoxFuture;

pub type Resolving<'a> = BoxFuture<'a, io::Result<Vec<IpAddr>>>;

/// How names become addresses; tests bring their own.
pub trait Resolve: Send + Sync {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a>;
}

/// The machine's own resolver, with its hosts file.
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|it| it.ip()).collect())
        })
    }
}
