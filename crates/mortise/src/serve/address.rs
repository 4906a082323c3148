//! How this server is reached.

use std::net::SocketAddr;

/// An address for people where none is configured: whoever listens on every
/// interface is reached as localhost at least.
pub(super) fn reachable(bound: SocketAddr) -> String {
    format!("http://{}", host_and_port(bound))
}

/// The same without a scheme.
pub(super) fn host_and_port(bound: SocketAddr) -> String {
    if bound.ip().is_unspecified() {
        format!("localhost:{}", bound.port())
    } else {
        bound.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interface_is_localhost() {
        assert_eq!(reachable("0.0.0.0:80".parse().unwrap()), "http://localhost:80");
        assert_eq!(reachable("[::]:80".parse().unwrap()), "http://localhost:80");
        assert_eq!(reachable("[::1]:80".parse().unwrap()), "http://[::1]:80");
        assert_eq!(reachable("127.0.0.1:8080".parse().unwrap()), "http://127.0.0.1:8080");
    }
}
