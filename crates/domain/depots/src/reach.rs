//! Where an import, or a message, may lead.
//!
//! An address that somebody types makes this server talk to a machine, perhaps
//! to one that trusts it. The name is looked up here, what it means is compared
//! with what is permitted, and Git is told to connect to just that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use base::{Error, Result};
use call::Reach;

/// How long a name may take to be looked up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The addresses of a source that may be talked to; none where everything may
/// be, or where it is no host.
///
/// # Errors
/// `Invalid` on `url` when none of its addresses is permitted; `Unavailable`
/// when the name means nothing now.
pub async fn check(url: &str, reach: Reach) -> Result<Vec<IpAddr>> {
    let Some((host, port)) = host_of(url).filter(|_| reach < Reach::Anything) else {
        return Ok(Vec::new());
    };
    let unknown = || Error::unavailable("the source cannot be read: its host is not known");
    let looked_up = tokio::net::lookup_host((host.trim_matches(['[', ']']), port));
    let found = tokio::time::timeout(PATIENCE, looked_up).await;
    let found = found.map_err(|_| unknown())?.map_err(|_| unknown())?;
    let mut allowed: Vec<IpAddr> =
        found.map(|address| address.ip()).filter(|address| of(*address) <= reach).collect();
    allowed.dedup();
    if allowed.is_empty() {
        return Err(Error::invalid("url", "leads to an address from which nobody may import here"));
    }
    Ok(allowed)
}

/// Host and port of an address that is reached by network.
fn host_of(url: &str) -> Option<(&str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let usual = match scheme.to_ascii_lowercase().as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => Some((host, port.parse().ok()?)),
        _ => Some((authority, usual)),
    }
}

/// From where an address can be reached.
fn of(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => of_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(inner) => of_v4(inner),
            None => of_v6(address),
        },
    }
}

fn of_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    if address.is_loopback()
        || a == 0
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
    {
        return Reach::Anything;
    }
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let assigned = (a, b, c) == (192, 0, 0) || a >= 240;
    if address.is_private() || address.is_documentation() || shared || benchmarks || assigned {
        Reach::Network
    } else {
        Reach::Public
    }
}

fn of_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
    {
        return Reach::Anything;
    }
    // What is public begins with 2000::/3, but for examples.
    let [first, second, ..] = address.segments();
    if first & 0xe000 == 0x2000 && (first, second) != (0x2001, 0xdb8) {
        Reach::Public
    } else {
        Reach::Network
    }
}

/// The old address that a new one stands for: mapped, compatible, translated
/// (NAT64) or tunnelled (6to4).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let from = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(from(high, low))
        }
        [0x2002, high, low, ..] => Some(from(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_their_reach() {
        for (reach, addresses) in [
            (
                Reach::Anything,
                &[
                    "127.0.0.1",
                    "127.8.9.1",
                    "0.0.0.0",
                    "169.254.169.254",
                    "224.0.0.1",
                    "255.255.255.255",
                    "::1",
                    "::",
                    "fe80::1",
                    "ff02::1",
                    "::ffff:127.0.0.1",
                    "::ffff:169.254.169.254",
                    "64:ff9b::7f00:1",
                    "2002:7f00:1::",
                ][..],
            ),
            (
                Reach::Network,
                &[
                    "10.0.0.1",
                    "172.16.3.4",
                    "192.168.1.1",
                    "100.64.0.1",
                    "198.18.0.1",
                    "192.0.0.8",
                    "240.0.0.1",
                    "fd00::1",
                    "2001:db8::1",
                    "::ffff:10.0.0.1",
                ],
            ),
            (
                Reach::Public,
                &["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1", "::ffff:8.8.8.8"],
            ),
        ] {
            for address in addresses {
                assert_eq!(of(address.parse().unwrap()), reach, "{address}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_permitted_is_refused() {
        for url in [
            "http://127.0.0.1:8080/x.git",
            "https://localhost/x.git",
            "HTTP://[::1]:80/x",
            "http://169.254.169.254/latest/meta-data",
            "http://2130706433/x",
            "http://0x7f.1/x",
            "http://0/x",
        ] {
            for reach in [Reach::Public, Reach::Network] {
                let error = check(url, reach).await.unwrap_err().to_string();
                assert!(error.starts_with("url leads to an address"), "{url}: {error}");
            }
            assert!(check(url, Reach::Anything).await.unwrap().is_empty());
        }
        let private = "http://10.1.2.3/x.git";
        assert!(check(private, Reach::Public).await.is_err());
        let pinned = check(private, Reach::Network).await.unwrap();
        assert_eq!(pinned, ["10.1.2.3".parse::<IpAddr>().unwrap()]);
        assert!(check("file:///srv/x.git", Reach::Public).await.unwrap().is_empty());
        let error = check("http://nowhere.invalid/x", Reach::Network).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    }
}
