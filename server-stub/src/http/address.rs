//! Whose request it is: the client's address behind the proxies that are believed.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;

use crate::app::App;

/// The client's address, as far as it can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client of a request that came from a peer with these headers.
    pub fn of(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> ClientAddress {
        let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        client_address(peer, headers, trusted)
    }

    /// The address itself.
    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// What limits are counted by: an IPv4 address, or the /64 network a single IPv6
    /// subscriber gets (RFC 6177), within which addresses cost nothing.
    pub fn limit_key(self) -> IpAddr {
        limit_key(self.0)
    }
}

/// The same, of any address.
pub fn limit_key(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

/// Whether a peer is one of the proxies that are believed.
pub fn is_proxy(peer: IpAddr, trusted: &[IpNet]) -> bool {
    let peer = peer.to_canonical();
    trusted.iter().any(|network| network.contains(&peer))
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<ClientAddress, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|peer| peer.0.ip());
        let trusted = &app.config.trusted_proxies;
        Ok(ClientAddress::of(peer, &parts.headers, trusted))
    }
}

/// Walks `X-Forwarded-For` from its end as long as a believed proxy wrote the entry.
///
/// What stands left of the first address that is not believed was written by
/// someone unknown, and an entry that is no address ends the walk.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> ClientAddress {
    let entries = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|line| line.to_str().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(",");
    let mut client = peer.to_canonical();
    for entry in entries.rsplit(',') {
        if !is_proxy(client, trusted) {
            break;
        }
        let Some(address) = read_entry(entry.trim()) else {
            break;
        };
        client = address;
    }
    ClientAddress(client)
}

/// An address, alone or with a port.
fn read_entry(entry: &str) -> Option<IpAddr> {
    let bare = entry
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(entry);
    bare.parse::<IpAddr>()
        .or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted)
            .0
            .to_string()
    }

    #[test]
    fn without_a_believed_proxy_the_header_says_nothing() {
        assert_eq!(client("192.0.2.1", &["198.51.100.9"], &[]), "192.0.2.1");
        assert_eq!(
            client("192.0.2.1", &["198.51.100.9"], &["127.0.0.1/32"]),
            "192.0.2.1"
        );
    }

    #[test]
    fn a_client_cannot_put_an_address_before_its_own() {
        let proxies = ["127.0.0.1/32", "10.0.0.0/8"];
        for forwarded in [
            &["203.0.113.5, 198.51.100.9"][..],
            &["203.0.113.5, 198.51.100.9, 10.1.2.3"],
            &["203.0.113.5", "198.51.100.9"],
            &["198.51.100.9:4711"],
            &["nonsense, 198.51.100.9"],
        ] {
            assert_eq!(client("127.0.0.1", forwarded, &proxies), "198.51.100.9");
        }
    }

    #[test]
    fn an_entry_that_is_no_address_ends_the_walk() {
        assert_eq!(
            client("127.0.0.1", &["198.51.100.9, unknown"], &["127.0.0.1/32"]),
            "127.0.0.1"
        );
        assert_eq!(client("127.0.0.1", &[], &["127.0.0.1/32"]), "127.0.0.1");
    }

    #[test]
    fn an_ipv4_address_written_in_ipv6_is_the_same() {
        assert_eq!(
            client("::ffff:127.0.0.1", &["[2001:db8::7]:80"], &["127.0.0.1/32"]),
            "2001:db8::7"
        );
    }

    #[test]
    fn ipv6_is_counted_by_network() {
        let key = |text: &str| ClientAddress(text.parse().unwrap()).limit_key();
        assert_eq!(key("2001:db8::7"), key("2001:db8::8"));
        assert_ne!(key("2001:db8::7"), key("2001:db8:0:1::7"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
