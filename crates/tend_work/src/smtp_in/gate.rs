use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// Counts who is in.
pub struct Gate {
    all: usize,
    each: usize,
    inside: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// Held by who is in.
pub struct Pass {
    network: IpAddr,
    inside: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Gate {
    pub fn new(all: usize, each: usize) -> Self {
        Self { all, each, inside: Arc::default() }
    }

    pub fn enter(&self, address: IpAddr) -> Option<Pass> {
        let network = network(address);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.values().sum::<usize>() >= self.all {
            return None;
        }
        let count = inside.entry(network).or_default();
        if *count >= self.each {
            return None;
        }
        *count += 1;
        Some(Pass { network, inside: self.inside.clone() })
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = inside.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                inside.remove(&self.network);
            }
        }
    }
}

/// One customer of IPv6 has at least a /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_networks() {
        let gate = Gate::new(3, 2);
        let at = |it: &str| it.parse().unwrap();
        let first = gate.enter(at("2001:db8::1")).unwrap();
        let _second = gate.enter(at("2001:db8::2")).unwrap();
        assert!(gate.enter(at("2001:db8::3")).is_none());
        let _other = gate.enter(at("2001:db8:0:1::1")).unwrap();
        assert!(gate.enter(at("192.0.2.1")).is_none());
        drop(first);
        assert!(gate.enter(at("192.0.2.1")).is_some());
    }
}
