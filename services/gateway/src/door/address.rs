//! From whom a request comes: the socket's other end, or whom a proxy that we trust has seen there.
//!
//! `X-Forwarded-For` is a list to which each proxy appends whom it was asked by, so only its right end was written by
//! proxies of ours; what stands left of the first address that is not trusted, its bearer may have made up.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName},
};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Proxies that may say from whom a request comes: addresses and networks, as text separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

/// Says that a text is no list of addresses and networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of addresses and networks, such as 127.0.0.1,10.1.0.0/24,fd00::/64")]
pub struct NotProxies;

impl FromStr for Proxies {
    type Err = NotProxies;

    fn from_str(text: &str) -> Result<Self, NotProxies> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let all = text.split(',').map(|one| network(one.trim()));
        all.collect::<Option<_>>().map(Self).ok_or(NotProxies)
    }
}

fn network(text: &str) -> Option<IpNet> {
    let one = text.parse().ok().map(|address: IpAddr| address.into());
    one.or_else(|| text.parse().ok())
}

impl Proxies {
    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Goes from proxy to proxy, as long as they are trusted and say readably whom they were asked by.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut hops = hops(headers);
        let mut client = peer.to_canonical();
        while self.trust(client) {
            match hops.next() {
                Some(Some(address)) => client = address,
                Some(None) | None => break,
            }
        }
        client
    }
}

/// Gives the addresses that proxies have noted, the last one first.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).iter().rev();
    values.flat_map(|value| value.to_str().unwrap_or_default().rsplit(',').map(hop))
}

/// Reads an address, of which some proxies note the port too.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Finds out from whom a request comes.
pub(super) fn of(request: &Request, proxies: &Proxies) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // Where no socket is known, nobody is told from anybody.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    proxies.client(peer, request.headers())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(peer: &str, forwarded: &[&'static str]) -> String {
        let proxies: Proxies = "127.0.0.1, 10.1.0.0/24,fd00::/64".parse().expect("proxies");
        let values = forwarded.iter().map(|value| {
            let value = HeaderValue::from_static(value);
            (X_FORWARDED_FOR, value)
        });
        let peer = peer.parse().expect("an address");
        proxies.client(peer, &values.collect()).to_string()
    }

    #[test]
    fn without_a_proxy_of_ours_the_other_end_of_the_socket_counts() {
        assert_eq!(client("192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("::ffff:192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn behind_proxies_of_ours_the_last_address_that_is_none_of_them_counts() {
        assert_eq!(client("127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        let made_up = "203.0.113.1, 198.51.100.7";
        assert_eq!(client("127.0.0.1", &[made_up]), "198.51.100.7");
        let chain = "203.0.113.1, 198.51.100.7 ,10.1.0.9";
        assert_eq!(client("127.0.0.1", &[chain]), "198.51.100.7");
        let lines = ["203.0.113.1", "198.51.100.7", "10.1.0.9"];
        assert_eq!(client("::ffff:127.0.0.1", &lines), "198.51.100.7");
        assert_eq!(client("fd00::1", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn a_port_beside_an_address_is_passed_over() {
        assert_eq!(client("127.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(client("127.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(client("127.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(client("127.0.0.1", &["::ffff:192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn what_cannot_be_read_leaves_it_at_the_proxy_that_said_it() {
        for odd in ["", "unknown", "198.51.100.7, _hidden", "198.51.100.7,"] {
            assert_eq!(client("127.0.0.1", &[odd]), "127.0.0.1", "{odd}");
        }
        assert_eq!(client("127.0.0.1", &["unknown, 10.1.0.9"]), "10.1.0.9");
        assert_eq!(client("127.0.0.1", &["10.1.0.8, 10.1.0.9"]), "10.1.0.8");
    }

    #[test]
    fn a_list_of_proxies_is_read_whole_or_not_at_all() {
        assert_eq!("".parse(), Ok(Proxies::default()));
        for odd in ["proxy.example", "10.0.0.0/33", "127.0.0.1,", "10.0.0.1:80"] {
            assert_eq!(odd.parse::<Proxies>(), Err(NotProxies), "{odd}");
        }
    }
}
