use std::net::{IpAddr, Ipv4Addr};

use super::is_public;

/// What the operator allows beside the public internet: hosts by name, and
/// ranges of addresses, for mail servers and others on their own premises.
#[derive(Clone, Debug, Default)]
pub struct Allow {
    hosts: Vec<String>,
    ranges: Vec<Range>,
}

#[derive(Clone, Copy, Debug)]
struct Range {
    network: IpAddr,
    bits: u8,
}

impl Allow {
    /// From entries like `mail.corp.example`, `10.2.0.7` and `10.0.0.0/8`.
    ///
    /// # Errors
    /// The entry that is neither, in a sentence.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut allow = Self::default();
        for entry in entries.into_iter().map(str::trim).filter(|it| !it.is_empty()) {
            if let Some(range) = Range::parse(entry) {
                allow.ranges.push(range);
            } else if entry.contains(['/', ':', '*', ' ']) {
                return Err(format!("{entry} is neither a host nor a range like 10.0.0.0/8."));
            } else {
                allow.hosts.push(entry.trim_end_matches('.').to_ascii_lowercase());
            }
        }
        Ok(allow)
    }

    pub(super) fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|it| it == host)
    }

    /// A named host may be at a private address, but nobody means a metadata
    /// service or "any address" by a name: those need their range.
    pub(super) fn has_address(&self, address: IpAddr, named: bool) -> bool {
        let address = address.to_canonical();
        is_public(address)
            || (named && is_ordinary(address))
            || self.ranges.iter().any(|it| it.holds(address))
    }
}

fn is_ordinary(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(it) => it.is_link_local() || it.is_broadcast() || it.octets()[0] == 0,
        IpAddr::V6(it) => it.is_unicast_link_local(),
    };
    let azure = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));
    // Amazon's metadata service has a unique local address.
    let amazon = matches!(address, IpAddr::V6(it) if it.segments()[..2] == [0xfd00, 0x0ec2]);
    !(link_local || address.is_unspecified() || address.is_multicast() || amazon)
        && address != azure
}

impl Range {
    fn parse(entry: &str) -> Option<Self> {
        let (network, bits) = match entry.split_once('/') {
            Some((network, bits)) => (network, Some(bits.parse::<u8>().ok()?)),
            None => (entry, None),
        };
        let network: IpAddr = network.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { network, bits })
    }

    fn holds(&self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(it)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                network.to_bits() & mask == it.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(it)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                network.to_bits() & mask == it.to_bits() & mask
            }
            _ => false,
        }
    }
}
