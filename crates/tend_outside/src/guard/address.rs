use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to the public internet: not this machine, not a
/// private, shared or reserved network, not a cloud's metadata service, and not
/// one of those written as an IPv6 address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => is_public_v4(it),
        IpAddr::V6(it) => is_public_v6(it),
    }
}

fn is_public_v4(it: Ipv4Addr) -> bool {
    let [a, b, c, d] = it.octets();
    !matches!(
        (a, b, c, d),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, ..)
            | (169, 254, ..)
            | (172, 16..=31, ..)
            | (192, 0, 0 | 2, _)
            | (192, 88, 99, _)
            | (192, 168, ..)
            | (198, 18..=19, ..)
            | (198, 51, 100, _)
            | (203, 0, 113, _)
            // Azure's platform service has an address of the public range.
            | (168, 63, 129, 16)
    )
}

/// Only global unicast, less what is set aside in it; an address that carries
/// an IPv4 address is as public as that one.
fn is_public_v6(it: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = it.segments();
    match (a, b) {
        // NAT64
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => is_public_v4(joined(g, h)),
        // 6to4
        (0x2002, _) => is_public_v4(joined(b, c)),
        // Teredo, ORCHID and other protocol assignments; documentation
        (0x2001, 0x0000..=0x01ff | 0x0db8) => false,
        (0x3fff, 0x0000..=0x0fff) => false,
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
