//! Package URLs, as their specification (ECMA-427) writes them.

use std::fmt::Write as _;

use crate::Ecosystem;
use crate::ecosystem::swift_name;

/// The package URL of a package; without a version where that is empty.
#[must_use]
pub fn purl(ecosystem: Ecosystem, name: &str, version: &str) -> String {
    let (mut version, mut qualifiers) = (version.to_owned(), String::new());
    let path = match ecosystem {
        Ecosystem::Maven => name.replace(':', "/"),
        Ecosystem::Pypi => name.to_lowercase().replace('_', "-"),
        Ecosystem::Go | Ecosystem::Composer => name.to_lowercase(),
        Ecosystem::Swift => swift_name(name),
        Ecosystem::Docker => {
            // A registry is told from a namespace as the container tools do.
            match name.split_once('/') {
                Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => {
                    qualifiers = format!("?repository_url={}", encoded(host));
                    rest.to_owned()
                }
                _ => name.to_owned(),
            }
        }
        Ecosystem::Conan => {
            // name/version@user/channel is taken apart by the reader; a user
            // stands behind the version.
            if let Some((plain, user)) = version.clone().split_once('@') {
                let (user, channel) = user.split_once('/').unwrap_or((user, ""));
                version = plain.to_owned();
                qualifiers = match channel {
                    "" => format!("?user={}", encoded(user)),
                    channel => {
                        format!("?channel={}&user={}", encoded(channel), encoded(user))
                    }
                };
            }
            name.to_owned()
        }
        _ => name.to_owned(),
    };
    let mut purl = format!("pkg:{}", ecosystem.id());
    for part in path.split('/').filter(|part| !part.is_empty()) {
        purl.push('/');
        purl.push_str(&encoded(part));
    }
    if !version.is_empty() {
        purl.push('@');
        purl.push_str(&encoded(&version));
    }
    purl + &qualifiers
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' | b':' => {
                out.push(char::from(byte));
            }
            other => drop(write!(out, "%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_are_those_of_the_specification() {
        for (ecosystem, name, version, expected) in [
            (Ecosystem::Npm, "foobar", "12.3.1", "pkg:npm/foobar@12.3.1"),
            (Ecosystem::Npm, "@angular/animation", "12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
            (Ecosystem::Pypi, "Django_package", "1.11.1", "pkg:pypi/django-package@1.11.1"),
            (
                Ecosystem::Maven,
                "org.apache.xmlgraphics:batik-anim",
                "1.9.1",
                "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1",
            ),
            (
                Ecosystem::Go,
                "google.golang.org/genproto",
                "v0.0.0-20190830",
                "pkg:golang/google.golang.org/genproto@v0.0.0-20190830",
            ),
            (Ecosystem::Cargo, "rand", "0.7.2+x", "pkg:cargo/rand@0.7.2%2Bx"),
            (Ecosystem::Composer, "Guzzle/Http", "", "pkg:composer/guzzle/http"),
            (
                Ecosystem::Swift,
                "https://github.com/Alamofire/Alamofire.git",
                "5.4.3",
                "pkg:swift/github.com/alamofire/alamofire@5.4.3",
            ),
            (Ecosystem::Docker, "cassandra", "latest", "pkg:docker/cassandra@latest"),
            (
                Ecosystem::Docker,
                "gcr.io/customer/dockerimage",
                "sha256:244fd47e",
                "pkg:docker/customer/dockerimage@sha256:244fd47e?repository_url=gcr.io",
            ),
            (
                Ecosystem::Conan,
                "openssl",
                "3.0.3@bincrafters/stable",
                "pkg:conan/openssl@3.0.3?channel=stable&user=bincrafters",
            ),
        ] {
            assert_eq!(purl(ecosystem, name, version), expected);
        }
    }
}
