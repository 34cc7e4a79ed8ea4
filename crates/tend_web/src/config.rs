use std::{net::IpAddr, str::FromStr, time::Duration};

/// What the web needs to know from outside; read once, at the start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where people reach Tend, as in `https://desk.example.com`, without a slash
    /// at the end. If it is set, requests to any other host are refused.
    pub base_url: Option<String>,
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Where programs on this machine reach Tend, as in `http://127.0.0.1:8080`.
    pub address: String,
    /// Where this program takes mail in by SMTP, as in `0.0.0.0:25`, if it does.
    pub receiver: Option<String>,
    /// What the first-run page asks for, where strangers could reach it first.
    pub start_code: Option<String>,
    /// Where the data lies, in words for the first-run page: a folder's path.
    pub data: String,
    /// How long an answer may take; streams and uploads are exempt.
    pub request_time: Duration,
    /// How long an upload may take.
    pub upload_time: Duration,
    /// Bytes of a form or of JSON.
    pub body_limit: usize,
    /// Bytes of an uploaded file.
    pub upload_limit: usize,
    /// How often a token may ask in a minute; 0 for as often as it likes.
    pub api_per_minute: u32,
    /// How many live streams this node carries.
    pub live_limit: usize,
    /// How many live streams one agent may hold.
    pub live_limit_each: usize,
    /// How often a silent live stream says that it is there.
    pub heartbeat: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: None,
            trusted_proxies: Vec::new(),
            address: "http://127.0.0.1:8080".to_owned(),
            receiver: None,
            start_code: None,
            data: "the data folder".to_owned(),
            request_time: Duration::from_secs(30),
            upload_time: Duration::from_secs(600),
            body_limit: 1024 * 1024,
            upload_limit: 100 * 1024 * 1024,
            api_per_minute: 600,
            live_limit: 5_000,
            live_limit_each: 30,
            heartbeat: Duration::from_secs(20),
        }
    }
}

impl Config {
    /// Host and port of the base URL, as a `Host` header says them.
    pub(crate) fn authority(&self) -> Option<&str> {
        self.base_url.as_deref()?.split_once("://").map(|(_, it)| it)
    }

    pub(crate) fn is_https(&self) -> bool {
        self.base_url.as_deref().is_some_and(|it| it.starts_with("https://"))
    }
}

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, `192.0.2.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.base
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let why = "not a range of addresses such as 10.0.0.0/8";
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| why)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(most), |it| it.trim().parse()).map_err(|_| why)?;
        if length > most {
            return Err(why);
        }
        let free = most - length;
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self { base: bits(address) & mask, mask })
    }
}

/// IPv4 addresses as IPv6 ones, so that both compare.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(it) => it.to_ipv6_mapped().to_bits(),
        IpAddr::V6(it) => it.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_addresses() {
        let has = |network: &str, address: &str| {
            let network: Network = network.parse().expect("is one");
            network.contains(address.parse().expect("is an address"))
        };
        assert!(has("10.0.0.0/8", "10.255.0.1"));
        assert!(!has("10.0.0.0/8", "11.0.0.1"));
        assert!(has("10.0.0.0/8", "::ffff:10.0.0.1"));
        assert!(has("192.0.2.7", "192.0.2.7"));
        assert!(!has("192.0.2.7", "192.0.2.8"));
        assert!(has("fd00::/8", "fd12::1"));
        assert!(has("0.0.0.0/0", "203.0.113.9"));
        for bad in ["", "x", "10.0.0.0/33", "10.0.0.0/-1", "::/129"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
