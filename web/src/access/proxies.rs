//! Who asks, over what and under which name, when a proxy asks for them.
//!
//! `X-Forwarded-…` can be written by anybody, so it is believed of the proxies that were named, and of
//! nobody else.

use std::{
    future::{Ready, ready},
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{HOST, HeaderMap, HeaderValue},
};
use ipnet::IpNet;

/// The networks of the proxies that are believed; none unless they are named. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// What is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a network")]
pub struct NotANetwork(String);

impl FromStr for TrustedProxies {
    type Err = NotANetwork;

    /// Reads `10.0.0.0/8,127.0.0.1,fd00::/8`.
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let parts = text.split(',').map(str::trim);
        let network = |part: &str| {
            let alone = part.parse::<IpAddr>().map(IpNet::from);
            let network = alone.or_else(|_| part.parse::<IpNet>());
            network.map_err(|_| NotANetwork(part.to_owned()))
        };
        let networks: Result<Vec<_>, _> =
            parts.filter(|part| !part.is_empty()).map(network).collect();
        networks.map(|networks| Self(networks.into()))
    }
}

/// How the server is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The address of the client, behind whatever proxies are believed.
    pub client: Option<IpAddr>,
    /// Whether its connection is encrypted.
    pub over_tls: bool,
    /// `host[:port]` under which it asks.
    pub authority: Option<HeaderValue>,
}

impl TrustedProxies {
    /// How the request that came from `peer` with `headers` was asked.
    pub fn asked(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Asked {
        let peer = peer.map(|peer| peer.ip().to_canonical());
        let direct = Asked {
            client: peer,
            over_tls: false,
            authority: headers.get(HOST).cloned(),
        };
        match peer {
            Some(proxy) if self.trust(proxy) => Asked {
                client: Some(self.client_behind(proxy, headers)),
                over_tls: last(headers, "x-forwarded-proto")
                    .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
                authority: last(headers, "x-forwarded-host")
                    .and_then(|host| HeaderValue::from_str(host).ok())
                    .or(direct.authority),
            },
            _ => direct,
        }
    }

    /// The nearest address that is no proxy of ours. Each proxy adds the one that it was asked from at
    /// the end; what stands before an address that is not believed may be made up.
    fn client_behind(&self, proxy: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<&HeaderValue> = headers.get_all("x-forwarded-for").collect();
        let lines = lines.iter().rev().map(|line| line.to_str().unwrap_or("?"));
        let mut nearest = proxy;
        for part in lines.flat_map(|line| line.rsplit(',')) {
            match address(part.trim()) {
                Some(address) => nearest = address,
                None => break,
            }
            if !self.trust(nearest) {
                break;
            }
        }
        nearest
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Asked {
    /// Its authority as text; one that is no text is nobody's name.
    pub(super) fn authority(&self) -> Option<&str> {
        let authority = self.authority.as_ref()?;
        Some(authority.to_str().unwrap_or("?"))
    }
}

/// As the envelope found out.
impl FromRequest for Asked {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let asked = request.extensions().get::<Self>().cloned();
        ready(Ok(asked.unwrap_or_default()))
    }
}

/// The last element of a list, which the nearest proxy wrote.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).last()?.to_str().ok()?;
    let element = line.rsplit(',').next()?.trim();
    (!element.is_empty()).then_some(element)
}

/// `1.2.3.4`, `1.2.3.4:5`, `::1` or `[::1]:5`.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.trim_start_matches('[').trim_end_matches(']');
    let address = alone.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn asked(peer: &str, lines: &[(&str, &str)]) -> (String, bool, String) {
        let proxies: TrustedProxies = "10.0.0.0/8, 127.0.0.1".parse().unwrap();
        let peer = SocketAddr::new(peer.parse().unwrap(), 9);
        let asked = proxies.asked(Some(peer), &headers(lines));
        let authority = asked.authority.unwrap();
        (
            asked.client.unwrap().to_string(),
            asked.over_tls,
            authority.to_str().unwrap().to_owned(),
        )
    }

    const FORWARDED: [(&str, &str); 4] = [
        ("host", "betstream:3001"),
        ("x-forwarded-for", "6.6.6.6, 192.0.2.7"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "desk.example"),
    ];

    #[test]
    fn a_proxy_that_was_named_is_believed_and_nobody_else() {
        let told = ("192.0.2.7".to_owned(), true, "desk.example".to_owned());
        assert_eq!(asked("10.1.2.3", &FORWARDED), told);
        assert_eq!(asked("::ffff:127.0.0.1", &FORWARDED), told);
        let itself = ("192.0.2.99".to_owned(), false, "betstream:3001".to_owned());
        assert_eq!(asked("192.0.2.99", &FORWARDED), itself);
    }

    #[test]
    fn the_client_is_the_nearest_address_that_is_no_proxy() {
        let behind = |lines: &[&str]| {
            let mut all = vec![("host", "h")];
            all.extend(lines.iter().map(|line| ("x-forwarded-for", *line)));
            asked("10.0.0.1", &all).0
        };
        assert_eq!(behind(&[]), "10.0.0.1");
        assert_eq!(behind(&["6.6.6.6, 192.0.2.7, 10.0.0.2"]), "192.0.2.7");
        assert_eq!(behind(&["6.6.6.6", "192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(behind(&["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(behind(&["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(behind(&["192.0.2.7, unknown"]), "10.0.0.1");
    }

    #[test]
    fn networks_are_read_and_what_is_none_is_named() {
        assert_eq!("".parse(), Ok(TrustedProxies::default()));
        assert!("10.0.0.0/8,::1,fd00::/8".parse::<TrustedProxies>().is_ok());
        for text in ["10.0.0.0/33", "proxy", "10.0.0.1,x"] {
            let refused = text.parse::<TrustedProxies>().unwrap_err().to_string();
            assert!(
                refused.contains("neither an address nor a network"),
                "{text}"
            );
        }
    }
}
