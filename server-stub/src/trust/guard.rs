//! Which machines an address from a certificate may lead to: those of the public network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Resolves names to public addresses only.
///
/// What it returns is what is connected to, so that a name that means something else the
/// second time it is looked up gains nothing; and it is asked anew at each redirect.
#[derive(Debug, Default)]
pub(super) struct PublicOnly(DefaultResolver);

/// A name leads nowhere but into a network of its own.
#[derive(Debug, thiserror::Error)]
#[error("{host} is not on the public network, and no administrator named it")]
pub(super) struct NotPublic {
    host: String,
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let mut public = self.empty();
        for address in &self.0.resolve(uri, config, timeout)? {
            if is_public(address.ip()) {
                public.push(*address);
            }
        }
        if public.is_empty() {
            let host = uri.host().unwrap_or_default().to_owned();
            return Err(Error::Other(Box::new(NotPublic { host })));
        }
        Ok(public)
    }
}

/// Whether an address is of the public network (the IANA special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [224..=255, ..]
    )
}

/// Only what is given out as global unicast, and of that nothing that carries an address of
/// version 4 inside (6to4, Teredo; NAT64 and mapped ones stand outside) or is not routed.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    matches!(segments[0], 0x2000..=0x3fff)
        && !matches!(
            segments,
            [0x2001, 0..=0x01ff, ..]
                | [0x2001, 0x0db8, ..]
                | [0x2002, ..]
                | [0x3fff, 0..=0x0fff, ..]
        )
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn the_public_network_is_public() {
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2606:4700::1",
            "2a00:1450::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
