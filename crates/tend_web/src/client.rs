//! Who is at the other end of the line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};

use crate::{config::Config, error::WebError};

/// The client's address as far as we can know it, and whether it came by TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    pub address: IpAddr,
    pub is_https: bool,
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| WebError::broken("no client"))
    }
}

pub(crate) fn of(config: &Config, request: &Request) -> Client {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |it| it.0.ip());
    let (address, by_tls) = behind(config, peer, request.headers());
    Client { address, is_https: config.is_https() || by_tls }
}

/// A44: only proxies we were told of are believed, and of what they say the
/// last hop that is not one of them counts.
fn behind(config: &Config, peer: IpAddr, headers: &HeaderMap) -> (IpAddr, bool) {
    let trusts = |it: IpAddr| config.trusted_proxies.iter().any(|range| range.contains(it));
    if !trusts(peer) {
        return (peer, false);
    }
    let text = |it: &axum::http::HeaderValue| it.to_str().unwrap_or_default().to_owned();
    let hops: Vec<String> = headers.get_all("x-forwarded-for").iter().map(text).collect();
    let hops = hops.join(",");
    let mut address = peer;
    for hop in hops.rsplit(',').map(str::trim).filter(|it| !it.is_empty()) {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        address = hop;
        if !trusts(hop) {
            break;
        }
    }
    let by_tls = headers.get("x-forwarded-proto").is_some_and(|it| it == "https");
    (address, by_tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let config = Config {
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("is a range")],
            ..Config::default()
        };
        let mut headers = HeaderMap::new();
        for it in forwarded {
            headers.append("x-forwarded-for", it.parse().expect("is a header"));
        }
        behind(&config, peer.parse().expect("is an address"), &headers).0.to_string()
    }

    #[test]
    fn only_known_proxies_are_believed() {
        assert_eq!(seen("203.0.113.5", &["198.51.100.1"]), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense"]), "10.0.0.1");
    }
}
