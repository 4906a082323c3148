//! One advisory, and whether a version is affected by it.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::Ecosystem;
use crate::version::Version;

/// An advisory, with what is needed of the schema.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Advisory {
    /// Its identifier, unique among the databases of the schema.
    pub id: String,
    /// When it last changed, RFC 3339.
    pub modified: String,
    /// When it was published.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub published: String,
    /// When it was taken back; empty if it holds.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "some")]
    pub withdrawn: String,
    /// What others call it.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub aliases: Vec<String>,
    /// One line.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "some")]
    pub summary: String,
    /// Everything, in Markdown.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "some")]
    pub details: String,
    /// How grave it is.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub severity: Vec<Severity>,
    /// What it is about.
    #[serde(deserialize_with = "some")]
    pub affected: Vec<Affected>,
    /// Where more is written.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub references: Vec<Reference>,
    /// What the database adds.
    #[serde(skip_serializing_if = "Map::is_empty", deserialize_with = "some")]
    pub database_specific: Map<String, Value>,
}

/// Some databases write `null` for what they do not have.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A score and its system.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Severity {
    /// `CVSS_V2`, `CVSS_V3`, `CVSS_V4` and others.
    #[serde(rename = "type")]
    pub kind: String,
    /// The vector.
    pub score: String,
}

/// Where more is written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// `ADVISORY`, `FIX`, `WEB` and others.
    #[serde(rename = "type")]
    pub kind: String,
    /// The address.
    pub url: String,
}

/// A package, and which of its versions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Affected {
    /// The package; advisories about repositories have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageName>,
    /// How grave it is for this package, where that differs.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub severity: Vec<Severity>,
    /// Affected versions, as ranges.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub ranges: Vec<Range>,
    /// Affected versions, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub versions: Vec<String>,
    /// What the database adds.
    #[serde(skip_serializing_if = "Map::is_empty", deserialize_with = "some")]
    pub database_specific: Map<String, Value>,
}

/// A package's name and world.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PackageName {
    /// The schema's word.
    pub ecosystem: String,
    /// The name there.
    pub name: String,
}

/// A range of versions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Range {
    /// `SEMVER`, `ECOSYSTEM` or `GIT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins and ends, in any order.
    #[serde(deserialize_with = "some")]
    pub events: Vec<Event>,
}

/// The beginning or the end of a range.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// The first version with the fault; `0` is before all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introduced: Option<String>,
    /// The first version without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// The last version with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_affected: Option<String>,
}

/// That a version is affected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// The lowest version above it that is not affected, where one is known.
    pub fixed: Option<String>,
}

impl Advisory {
    /// Whether it still holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.withdrawn.is_empty()
    }

    /// Its packages that are of an ecosystem known here, each once, by the form
    /// of their names in which they are compared.
    #[must_use]
    pub fn packages(&self) -> Vec<(Ecosystem, String)> {
        let mut all: Vec<(Ecosystem, String)> = self
            .affected
            .iter()
            .filter_map(|affected| {
                let package = affected.package.as_ref()?;
                let ecosystem = Ecosystem::of_osv(&package.ecosystem)?;
                Some((ecosystem, ecosystem.normal_name(&package.name)))
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The entries about a package, by its normal name.
    pub(super) fn about<'a>(
        &'a self,
        ecosystem: Ecosystem,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Affected> {
        self.affected.iter().filter(move |affected| {
            affected.package.as_ref().is_some_and(|package| {
                Ecosystem::of_osv(&package.ecosystem) == Some(ecosystem)
                    && ecosystem.normal_name(&package.name) == name
            })
        })
    }

    /// Whether a version of a package is affected. The name is taken in any
    /// form.
    #[must_use]
    pub fn affects(&self, ecosystem: Ecosystem, name: &str, version: &str) -> Option<Effect> {
        if !self.holds() || version.is_empty() {
            return None;
        }
        let name = ecosystem.normal_name(name);
        let mut effect: Option<Effect> = None;
        for affected in self.about(ecosystem, &name) {
            if let Some(found) = affected.affects(ecosystem, version) {
                let known = effect.get_or_insert_default();
                known.fixed = known.fixed.take().or(found.fixed);
            }
        }
        effect
    }
}

impl Affected {
    fn affects(&self, ecosystem: Ecosystem, version: &str) -> Option<Effect> {
        let parsed = Version::parse(ecosystem, version);
        let listed = self.versions.iter().any(|one| one == version)
            || parsed.as_ref().is_some_and(|parsed| self.lists(ecosystem, parsed, version));
        let ranges = || self.ranges.iter().filter(|range| range.kind != "GIT");
        let within = parsed
            .as_ref()
            .is_some_and(|parsed| ranges().any(|range| range.holds(ecosystem, parsed)));
        if !listed && !within {
            return None;
        }
        let fixed = parsed.and_then(|parsed| {
            let events = ranges().flat_map(|range| &range.events);
            let above = events.filter_map(|event| {
                let fixed = event.fixed.as_deref()?;
                let at = Version::parse(ecosystem, fixed)?;
                (at.compare(&parsed) == Some(Ordering::Greater)).then_some((at, fixed))
            });
            let lowest =
                above.min_by(|(one, _), (other, _)| one.compare(other).unwrap_or(Ordering::Equal));
            lowest.map(|(_, text)| text.to_owned())
        });
        Some(Effect { fixed })
    }

    /// Whether the version is listed in another spelling.
    fn lists(&self, ecosystem: Ecosystem, parsed: &Version, text: &str) -> bool {
        // Spellings of one version begin alike, but for a sign in front.
        let first =
            |text: &str| text.trim_start_matches(|c: char| !c.is_ascii_digit()).bytes().next();
        self.versions
            .iter()
            .filter(|one| first(one) == first(text))
            .filter_map(|one| Version::parse(ecosystem, one))
            .any(|one| one.compare(parsed) == Some(Ordering::Equal))
    }
}

impl Range {
    /// Whether a version lies in it, as the schema evaluates its events.
    fn holds(&self, ecosystem: Ecosystem, version: &Version) -> bool {
        // None is before every version. At the same version a beginning comes
        // first, so that an end there holds.
        let mut events: Vec<(Option<Version>, u8)> = Vec::new();
        for event in &self.events {
            let (text, kind) = match event {
                Event { introduced: Some(text), .. } => (text, 0),
                Event { fixed: Some(text), .. } => (text, 1),
                Event { last_affected: Some(text), .. } => (text, 2),
                _ => continue,
            };
            if text == "0" && kind == 0 {
                events.push((None, kind));
            } else if let Some(at) = Version::parse(ecosystem, text) {
                events.push((Some(at), kind));
            } else {
                // A range with an end that cannot be placed says nothing.
                return false;
            }
        }
        events.sort_by(|(one, kind), (other, against)| {
            let order = match (one, other) {
                (Some(one), Some(other)) => one.compare(other).unwrap_or(Ordering::Equal),
                (one, other) => one.is_some().cmp(&other.is_some()),
            };
            order.then_with(|| kind.cmp(against))
        });
        let mut affected = false;
        for (at, kind) in &events {
            let order = match at {
                Some(at) => version.compare(at).unwrap_or(Ordering::Less),
                None => Ordering::Greater,
            };
            match kind {
                0 if order.is_ge() => affected = true,
                1 if order.is_ge() => affected = false,
                2 if order.is_gt() => affected = false,
                _ => {}
            }
        }
        affected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn advisory(ecosystem: &str, ranges: &Value, versions: &Value) -> Advisory {
        serde_json::from_value(json!({
            "id": "X-1",
            "affected": [{
                "package": { "ecosystem": ecosystem, "name": "Some.Thing" },
                "ranges": ranges,
                "versions": versions,
            }],
            "aliases": null,
        }))
        .unwrap()
    }

    #[test]
    fn ranges_are_evaluated_event_by_event() {
        let found = advisory(
            "PyPI",
            &json!([{ "type": "ECOSYSTEM", "events": [
                { "fixed": "3.2.11" }, { "introduced": "3.2" },
                { "introduced": "0" }, { "fixed": "2.2.26" },
                { "introduced": "4.0" }, { "last_affected": "4.0.5" },
            ] }]),
            &json!(["9.9"]),
        );
        for (version, expected) in [
            ("1.0", Some(Some("2.2.26"))),
            ("2.2.25", Some(Some("2.2.26"))),
            ("2.2.26", None),
            ("3.2rc1", None),
            ("3.2.0", Some(Some("3.2.11"))),
            ("3.2.11", None),
            ("4.0.5", Some(None)),
            ("4.0.6", None),
            ("9.9", Some(None)),
            ("9.9.0", Some(None)),
            ("", None),
            ("main", None),
        ] {
            let effect = found.affects(Ecosystem::Pypi, "some_thing", version);
            let fixed = effect.as_ref().map(|effect| effect.fixed.as_deref());
            assert_eq!(fixed, expected, "{version}");
        }
        assert_eq!(found.affects(Ecosystem::Npm, "some-thing", "1.0"), None);
    }

    #[test]
    fn what_was_taken_back_or_is_about_commits_affects_nothing() {
        let events = json!([{ "introduced": "0" }]);
        let mut found =
            advisory("npm", &json!([{ "type": "SEMVER", "events": events }]), &json!([]));
        assert!(found.affects(Ecosystem::Npm, "Some.Thing", "1.0.0").is_some());
        found.withdrawn = "2024-01-01T00:00:00Z".to_owned();
        assert_eq!(found.affects(Ecosystem::Npm, "Some.Thing", "1.0.0"), None);
        let found = advisory("npm", &json!([{ "type": "GIT", "events": events }]), &json!([]));
        assert_eq!(found.affects(Ecosystem::Npm, "Some.Thing", "1.0.0"), None);
    }
}
