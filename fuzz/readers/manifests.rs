//! Lock files and manifests, what is written of them, advisories and versions.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::io::Cursor;
use std::ops::ControlFlow;

use dependencies::osv::{Advisory, Index, load_zip, parse};
use dependencies::sbom::{Bill, CycloneVersion, cyclonedx, spdx};
use dependencies::version::Version;
use dependencies::{Component, Ecosystem, Kind, Manifest, Scope, licence, read, resolve};
use serde_json::Value;

/// Files of a tree, see [`super::files`]: read, put together, written as bills.
pub fn manifests(bytes: &[u8]) {
    let files: Vec<(String, Manifest)> = super::files(bytes)
        .into_iter()
        .filter_map(|(path, text)| {
            let manifest = read(Kind::of_path(&path)?, text).ok()?;
            Some((path, manifest))
        })
        .collect();
    let views: Vec<(&str, &Manifest)> =
        files.iter().map(|(path, manifest)| (path.as_str(), manifest)).collect();
    let Ok(components) = resolve(&views) else { return };
    for component in &components {
        assert!(component.purl().starts_with("pkg:"), "{component:?}");
        assert!(component.line >= 1, "{component:?}");
        let known = |need: &u32| (*need as usize) < components.len();
        assert!(component.needs.iter().all(known), "{component:?}");
        expression(&component.licence);
    }
    bills(&components);
}

fn bills(components: &[Component]) {
    let bill = Bill {
        name: "tree",
        version: "1",
        serial: "1",
        created: "2026-01-01T00:00:00Z",
        tool: ("mortise", "1"),
        namespace: "https://code.example.com/sbom",
        components,
        matches: &[],
    };
    for version in [CycloneVersion::V1_5, CycloneVersion::V1_6] {
        let document = cyclonedx(&bill, version);
        let refs = texts(&document["components"], "bom-ref");
        let each: HashSet<&str> = refs.iter().copied().collect();
        assert_eq!(each.len(), refs.len(), "a reference stands for two");
        for dependency in document["dependencies"].as_array().into_iter().flatten() {
            for on in dependency["dependsOn"].as_array().into_iter().flatten() {
                assert!(on.as_str().is_some_and(|on| each.contains(on)), "{on} is not there");
            }
        }
    }
    let document = spdx(&bill);
    let ids = texts(&document["packages"], "SPDXID");
    let each: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(each.len(), ids.len(), "an identifier stands for two");
    let own: HashSet<&str> =
        texts(&document["hasExtractedLicensingInfos"], "licenseId").into_iter().collect();
    for licence in texts(&document["packages"], "licenseDeclared") {
        for one in licence::identifiers(licence) {
            assert!(!one.starts_with("LicenseRef-") || own.contains(one.as_str()), "{one}");
        }
    }
}

fn texts<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str()).collect()
}

/// What is kept of licences are expressions, or nothing.
fn expression(text: &str) {
    if !text.is_empty() {
        let parsed = ::spdx::Expression::parse_mode(text, ::spdx::ParseMode::LAX);
        assert!(parsed.is_ok(), "{text:?} is no expression: {:?}", parsed.err());
    }
}

/// What a package says of its licence, and a licence's own text.
pub fn licence_text(bytes: &[u8]) {
    let _ = licence::recognise(bytes);
    let text = String::from_utf8_lossy(bytes);
    let normal = licence::normalise(&text);
    expression(&normal);
    assert_eq!(licence::normalise(&normal), normal, "{text:?} has two normal forms");
}

/// An advisory behind a line `ecosystem name version`, or a zip of advisories.
pub fn advisory(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        let _ = load_zip("all.zip", Cursor::new(bytes), &mut |advisory| {
            matched(&advisory, Ecosystem::Npm, "thing", "1.2.0");
            ControlFlow::Continue(())
        });
        return;
    }
    let (line, text) = super::split(bytes);
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let Some(ecosystem) = Ecosystem::of_id(word()) else { return };
    let (name, version) = (word(), word());
    for file in ["a.json", "a.yaml"] {
        if let Ok(advisory) = parse(file, &text) {
            matched(&advisory, ecosystem, name, version);
        }
    }
}

fn matched(advisory: &Advisory, ecosystem: Ecosystem, name: &str, version: &str) {
    let effect = advisory.affects(ecosystem, name, version);
    let mut index = Index::default();
    index.insert(advisory.clone());
    let component = Component {
        ecosystem,
        name: name.to_owned(),
        version: version.to_owned(),
        requirement: String::new(),
        direct: None,
        scope: Scope::Unknown,
        licence: String::new(),
        path: String::new(),
        line: 1,
        needs: Vec::new(),
    };
    let found = index.find(&component);
    assert_eq!(effect.is_some(), !found.is_empty(), "the index and {} disagree", advisory.id);
}

/// Three versions of an ecosystem, each on a line: theirs is an order.
pub fn versions(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let Some(ecosystem) = lines.next().and_then(Ecosystem::of_id) else { return };
    let versions: Vec<Version> =
        lines.take(3).filter_map(|line| Version::parse(ecosystem, line)).collect();
    let order = |one: &Version, other: &Version| one.compare(other).expect("one ecosystem");
    // Maven's order goes round by its own definition: `a` is before `0-milestone-1`, that before
    // the empty version, and that before `a`.
    let is_total = ecosystem != Ecosystem::Maven;
    for one in &versions {
        assert_eq!(order(one, one), Ordering::Equal, "{one:?}");
        for other in &versions {
            assert_eq!(order(one, other), order(other, one).reverse(), "{one:?} {other:?}");
            for third in &versions {
                let ascending = order(one, other).is_le() && order(other, third).is_le();
                let goes_round = is_total && ascending && order(one, third).is_gt();
                assert!(!goes_round, "{one:?} {other:?} {third:?}");
            }
        }
    }
}
