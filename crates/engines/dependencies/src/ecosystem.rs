//! Where packages come from.

use serde::{Deserialize, Serialize};

/// A world of packages with names and versions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecosystem {
    /// JavaScript: npm, yarn, pnpm.
    Npm,
    /// Python.
    Pypi,
    /// Java: Maven and Gradle.
    Maven,
    /// Go modules.
    Go,
    /// Rust.
    Cargo,
    /// PHP.
    Composer,
    /// Ruby.
    Gem,
    /// .NET.
    Nuget,
    /// Dart and Flutter.
    Pub,
    /// Swift packages, named by the address of their repository.
    Swift,
    /// C and C++.
    Conan,
    /// Images that containers are built from.
    Docker,
}

impl Ecosystem {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Npm,
        Self::Pypi,
        Self::Maven,
        Self::Go,
        Self::Cargo,
        Self::Composer,
        Self::Gem,
        Self::Nuget,
        Self::Pub,
        Self::Swift,
        Self::Conan,
        Self::Docker,
    ];

    /// The type in a package URL; also the word for addresses.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Maven => "maven",
            Self::Go => "golang",
            Self::Cargo => "cargo",
            Self::Composer => "composer",
            Self::Gem => "gem",
            Self::Nuget => "nuget",
            Self::Pub => "pub",
            Self::Swift => "swift",
            Self::Conan => "conan",
            Self::Docker => "docker",
        }
    }

    /// The ecosystem of a package URL's type.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ecosystem| ecosystem.id() == id)
    }

    /// The name that people know.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pypi => "PyPI",
            Self::Maven => "Maven",
            Self::Go => "Go",
            Self::Cargo => "crates.io",
            Self::Composer => "Packagist",
            Self::Gem => "RubyGems",
            Self::Nuget => "NuGet",
            Self::Pub => "Pub",
            Self::Swift => "Swift",
            Self::Conan => "Conan",
            Self::Docker => "Docker",
        }
    }

    /// The name in advisories of the OSV schema; images have none.
    #[must_use]
    pub fn osv(self) -> Option<&'static str> {
        match self {
            Self::Swift => Some("SwiftURL"),
            Self::Conan => Some("ConanCenter"),
            Self::Docker => None,
            other => Some(other.label()),
        }
    }

    /// The ecosystem of an advisory's word, which may carry a suffix after a
    /// colon.
    #[must_use]
    pub fn of_osv(name: &str) -> Option<Self> {
        let name = name.split(':').next().unwrap_or(name);
        Self::ALL.into_iter().find(|ecosystem| ecosystem.osv() == Some(name))
    }

    /// The form of a package's name by which it is compared.
    #[must_use]
    pub fn normal_name(self, name: &str) -> String {
        match self {
            // PEP 503.
            Self::Pypi => {
                let mut normal = String::with_capacity(name.len());
                for c in name.chars() {
                    match c {
                        '-' | '_' | '.' if normal.ends_with('-') => {}
                        '-' | '_' | '.' => normal.push('-'),
                        c => normal.extend(c.to_lowercase()),
                    }
                }
                normal
            }
            Self::Composer | Self::Nuget => name.to_lowercase(),
            Self::Swift => swift_name(name),
            _ => name.to_owned(),
        }
    }
}

/// The address of a repository as host and path.
pub(crate) fn swift_name(address: &str) -> String {
    let address = address.trim();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = match address.split_once('@') {
        Some((user, rest)) if !user.contains('/') => rest.replacen(':', "/", 1),
        _ => address.to_owned(),
    };
    let address = address.trim_end_matches('/');
    address.strip_suffix(".git").unwrap_or(address).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_their_registries_do() {
        assert_eq!(Ecosystem::Pypi.normal_name("Zope.Interface__x"), "zope-interface-x");
        assert_eq!(Ecosystem::Nuget.normal_name("Newtonsoft.Json"), "newtonsoft.json");
        assert_eq!(Ecosystem::Maven.normal_name("org.A:B"), "org.A:B");
        for address in [
            "https://github.com/apple/swift-nio.git",
            "git@github.com:apple/swift-nio.git",
            "github.com/Apple/swift-nio",
        ] {
            assert_eq!(Ecosystem::Swift.normal_name(address), "github.com/apple/swift-nio");
        }
    }

    #[test]
    fn words_of_advisories_lead_to_ecosystems() {
        assert_eq!(Ecosystem::of_osv("crates.io"), Some(Ecosystem::Cargo));
        assert_eq!(
            Ecosystem::of_osv("Packagist:https://packages.drupal.org/8"),
            Some(Ecosystem::Composer)
        );
        assert_eq!(Ecosystem::of_osv("Debian:12"), None);
        for ecosystem in Ecosystem::ALL {
            assert_eq!(Ecosystem::of_id(ecosystem.id()), Some(ecosystem));
        }
    }
}
