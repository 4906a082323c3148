//! Which version comes first, as each ecosystem sees it.

mod composer;
mod gem;
mod maven;
mod pep440;
mod semantic;

use std::cmp::Ordering;

use crate::Ecosystem;

/// A version that can be compared with others of its ecosystem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(Inner);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Inner {
    Semantic(semantic::Version),
    Pep440(pep440::Version),
    Maven(maven::Version),
    Gem(gem::Version),
    Composer(composer::Version),
}

/// Longer texts are not versions.
const LONGEST: usize = 256;

impl Version {
    /// Reads a version of an ecosystem; `None` where its rules give the text no
    /// place in an order, such as the name of a branch.
    #[must_use]
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let inner = match ecosystem {
            Ecosystem::Npm
            | Ecosystem::Go
            | Ecosystem::Cargo
            | Ecosystem::Pub
            | Ecosystem::Swift => Inner::Semantic(semantic::Version::parse(text, false)?),
            Ecosystem::Nuget => Inner::Semantic(semantic::Version::parse(text, true)?),
            Ecosystem::Pypi => Inner::Pep440(pep440::Version::parse(text)?),
            Ecosystem::Maven => Inner::Maven(maven::Version::parse(text)),
            Ecosystem::Gem => Inner::Gem(gem::Version::parse(text)?),
            Ecosystem::Composer => Inner::Composer(composer::Version::parse(text)?),
            // Versions of any form, whose letters come behind: 1.1.1k.
            Ecosystem::Conan => Inner::Maven(maven::Version::parse(text)),
            Ecosystem::Docker => return None,
        };
        Some(Self(inner))
    }

    /// The order within an ecosystem; `None` between two.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        Some(match (&self.0, &other.0) {
            (Inner::Semantic(one), Inner::Semantic(other)) => one.cmp(other),
            (Inner::Pep440(one), Inner::Pep440(other)) => one.cmp(other),
            (Inner::Maven(one), Inner::Maven(other)) => one.cmp(other),
            (Inner::Gem(one), Inner::Gem(other)) => one.cmp(other),
            (Inner::Composer(one), Inner::Composer(other)) => one.cmp(other),
            _ => return None,
        })
    }
}

/// Two numbers of any length, written in digits.
fn numbers(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every version comes before the next.
    fn ascending(ecosystem: Ecosystem, versions: &[&str]) {
        for (at, one) in versions.iter().enumerate() {
            for (behind, other) in versions.iter().enumerate() {
                let parse = |text| Version::parse(ecosystem, text).unwrap();
                let order = parse(one).compare(&parse(other));
                assert_eq!(order, Some(at.cmp(&behind)), "{one} and {other} of {ecosystem:?}");
            }
        }
    }

    fn equal(ecosystem: Ecosystem, versions: &[&str]) {
        for one in versions {
            for other in versions {
                let parse = |text| Version::parse(ecosystem, text).unwrap();
                assert_eq!(
                    parse(one).compare(&parse(other)),
                    Some(Ordering::Equal),
                    "{one} {other}"
                );
            }
        }
    }

    #[test]
    fn semantic_versions_are_ordered_as_their_specification_says() {
        ascending(
            Ecosystem::Npm,
            &[
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "1.0.1",
                "2.0.0",
                "2.10.0",
                "99999999999999999999999.0.0",
            ],
        );
        equal(Ecosystem::Go, &["v1.2.3", "1.2.3", "v1.2.3+incompatible"]);
        ascending(
            Ecosystem::Go,
            &["v0.0.0-20190830153728-000000000000", "v0.0.0-20200101000000-abcdefabcdef", "v0.0.1"],
        );
        assert_eq!(Version::parse(Ecosystem::Npm, "github:a/b"), None);
    }

    #[test]
    fn nuget_has_a_fourth_number_and_no_case() {
        ascending(Ecosystem::Nuget, &["1.0.0-Beta", "1.0.0-beta2", "1.0.0", "1.0.0.1", "1.0.1"]);
        equal(Ecosystem::Nuget, &["1.0", "1.0.0", "1.0.0.0", "1.0.0+x"]);
        equal(Ecosystem::Nuget, &["1.0.0-RC1", "1.0.0-rc1"]);
    }

    #[test]
    fn python_versions_are_ordered_as_pep_440_says() {
        ascending(
            Ecosystem::Pypi,
            &[
                "1.dev0",
                "1.0.dev456",
                "1.0a1",
                "1.0a2.dev456",
                "1.0a12.dev456",
                "1.0a12",
                "1.0b1.dev456",
                "1.0b2",
                "1.0b2.post345.dev456",
                "1.0b2.post345",
                "1.0rc1.dev456",
                "1.0rc1",
                "1.0",
                "1.0+abc.5",
                "1.0+abc.7",
                "1.0+5",
                "1.0.post456.dev34",
                "1.0.post456",
                "1.0.15",
                "1.1.dev1",
                "1!0.1",
            ],
        );
        equal(Ecosystem::Pypi, &["1.0", "1", "v1.0.0", "1.0.0"]);
        equal(Ecosystem::Pypi, &["1.0rc1", "1.0c1", "1.0-RC.1", "1.0.preview1"]);
        equal(Ecosystem::Pypi, &["1.0.post1", "1.0-1", "1.0.rev1"]);
        assert_eq!(Version::parse(Ecosystem::Pypi, "2012-x-y"), None);
    }

    #[test]
    fn maven_versions_are_ordered_as_its_documentation_says() {
        ascending(
            Ecosystem::Maven,
            &[
                "1-alpha2snapshot",
                "1-alpha2",
                "1-alpha-123",
                "1-beta-2",
                "1-beta123",
                "1-m2",
                "1-m11",
                "1-rc",
                "1-rc2",
                "1-rc123",
                "1-SNAPSHOT",
                "1",
                "1-sp",
                "1-sp2",
                "1-abc",
                "1-def",
                "1-pom-1",
                "1-1-snapshot",
                "1-1",
                "1-2",
                "1-123",
            ],
        );
        equal(Ecosystem::Maven, &["1", "1.0", "1.0.0", "1-ga", "1.final", "1.0.RELEASE", "1-0"]);
        equal(Ecosystem::Maven, &["1-a1", "1-alpha-1", "1-ALPHA1"]);
        equal(Ecosystem::Maven, &["1-cr2", "1-rc2"]);
        ascending(Ecosystem::Maven, &["2.9.10", "2.9.10.1", "2.10.0"]);
        ascending(Ecosystem::Maven, &["31.0-android", "31.0-jre", "31.1-android"]);
    }

    #[test]
    fn gems_and_composer_packages_have_rules_of_their_own() {
        ascending(
            Ecosystem::Gem,
            &["1.0.0.a", "1.0.0.b1", "1.0.0.pre.1", "1.0.0.rc1", "1.0.0", "1.0.0.1", "1.10", "2"],
        );
        equal(Ecosystem::Gem, &["1.0", "1", "1.0.0"]);
        equal(Ecosystem::Gem, &["1.0-x", "1.0.pre.x"]);
        ascending(
            Ecosystem::Composer,
            &[
                "1.0.0-dev",
                "1.0.0-alpha1",
                "v1.0.0-beta2",
                "1.0.0-RC1",
                "1.0.0",
                "1.0.0-p1",
                "1.0.1",
            ],
        );
        equal(Ecosystem::Composer, &["1.0", "v1.0.0.0", "1.0.0-stable"]);
        assert_eq!(Version::parse(Ecosystem::Composer, "dev-main"), None);
        ascending(Ecosystem::Conan, &["1.1.1", "1.1.1d", "1.1.1k", "1.1.2", "3.0.0"]);
    }
}
