//! Where a browser may be sent back to.

use base::{Error, Result};
use url::{Host, Url};

/// Schemes whose addresses are programs or files.
const NEVER: &[&str] = &["about", "blob", "data", "file", "javascript", "vbscript"];

/// Checks an address that is to be registered.
pub(super) fn check(address: &str) -> Result<()> {
    let wrong = |why: &'static str| Err(Error::invalid("redirect_uri", why));
    let Ok(url) = Url::parse(address) else {
        return wrong("must be a whole address");
    };
    if address.len() > 2000 || NEVER.contains(&url.scheme()) {
        return wrong("cannot be used");
    }
    if url.fragment().is_some() {
        return wrong("must not have a fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must not have a user name");
    }
    Ok(())
}

/// Whether an application that registered `registered` may have the browser
/// sent to `given`: the same address; or on the user's own machine any port,
/// because programs there take what is free, and any path if none was
/// registered.
pub(super) fn allowed(registered: &str, given: &str) -> bool {
    if registered == given {
        return true;
    }
    let (Ok(known), Ok(wanted)) = (Url::parse(registered), Url::parse(given)) else {
        return false;
    };
    is_loopback(&known)
        && known.scheme() == wanted.scheme()
        && known.host() == wanted.host()
        && wanted.username().is_empty()
        && wanted.password().is_none()
        && wanted.fragment().is_none()
        && (known.path() == "/" || known.path() == wanted.path())
}

fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
}

/// `address` with `pairs` added to its query.
pub(super) fn with_query(address: &str, pairs: &[(&str, &str)]) -> Result<String> {
    let mut url = Url::parse(address).map_err(Error::internal)?;
    url.query_pairs_mut().extend_pairs(pairs);
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_registered_address_or_the_own_machine() {
        let app = "https://app.example.com/back";
        assert!(allowed(app, app));
        for other in [
            "https://app.example.com/back2",
            "https://app.example.com/back?x=1",
            "https://app.example.com:8443/back",
            "https://evil.example.com/back",
            "http://app.example.com/back",
            "https://app.example.com/back/../evil",
        ] {
            assert!(!allowed(app, other), "{other}");
        }
        assert!(allowed("http://127.0.0.1", "http://127.0.0.1:9002/api/oauth/callback"));
        assert!(allowed("http://localhost/cb", "http://localhost:1234/cb"));
        for other in [
            "http://localhost:1234/other",
            "http://localhost.evil.com/cb",
            "http://user@localhost/cb",
            "https://localhost/cb",
            "http://127.0.0.1/cb",
        ] {
            assert!(!allowed("http://localhost/cb", other), "{other}");
        }
    }

    #[test]
    fn programs_and_fragments_cannot_be_registered() {
        assert!(check("https://app.example.com/back?a=1").is_ok());
        assert!(check("vscode://publisher.extension/done").is_ok());
        for bad in ["", "/relative", "javascript:alert(1)", "https://x/#a", "https://u:p@x/"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_are_added_to_the_query_and_escaped() {
        let address = with_query("https://x.org/b?k=1", &[("state", "a b&c"), ("code", "9")]);
        assert_eq!(address.unwrap(), "https://x.org/b?k=1&state=a+b%26c&code=9");
    }
}
