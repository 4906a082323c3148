use std::collections::HashSet;

use dependencies::osv::{Level, Match};
use dependencies::sbom::{Bill, CycloneVersion, cyclonedx, spdx};
use dependencies::{Component, licence};
use serde_json::Value;

fn tree() -> Vec<Component> {
    let lock = r#"{ "lockfileVersion": 3, "packages": {
    "": { "dependencies": { "@s/a": "1" }, "devDependencies": { "d": "1" } },
    "node_modules/@s/a": { "version": "1.2.0", "license": "MIT", "dependencies": { "b": "^2" } },
    "node_modules/b": { "version": "2.1.0", "license": "MIT OR Apache-2.0" },
    "node_modules/d": { "version": "1.0.0", "dev": true, "license": "SEE LICENSE IN x" } } }"#;
    crate::components(&[
        ("package-lock.json", lock),
        ("sub/package-lock.json", lock),
        ("Dockerfile", "FROM alpine:3.19\n"),
        ("requirements.txt", "flask>=3\n"),
    ])
}

fn found() -> Match {
    Match {
        id: "GHSA-1".to_owned(),
        aliases: vec!["CVE-2024-1".to_owned()],
        summary: "Bad".to_owned(),
        level: Level::High,
        score: Some(7.5),
        fixed: "2.1.1".to_owned(),
    }
}

fn bill<'a>(components: &'a [Component], matches: &'a [(usize, Match)]) -> Bill<'a> {
    Bill {
        name: "app",
        version: "0123abc",
        serial: "00112233445566778899aabbccddeeff",
        created: "2026-01-02T03:04:05Z",
        tool: ("mortise", "1.0"),
        namespace: "https://code.example.com/sbom/",
        components,
        matches,
    }
}

fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    value.as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap()).collect()
}

/// The rules of the CycloneDX schemas that a document of ours could break.
fn check_cyclone(document: &Value, version: &str) {
    assert_eq!(document["bomFormat"], "CycloneDX");
    assert_eq!(document["specVersion"], version);
    let serial = document["serialNumber"].as_str().unwrap();
    let pattern = regex::Regex::new(
        "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    )
    .unwrap();
    assert!(pattern.is_match(serial), "{serial}");
    assert!(document["version"].as_u64().unwrap() >= 1);
    let allowed =
        ["type", "bom-ref", "group", "name", "version", "scope", "licenses", "purl", "evidence"];
    let mut refs: HashSet<&str> =
        [document["metadata"]["component"]["bom-ref"].as_str().unwrap()].into();
    for component in document["components"].as_array().unwrap() {
        let map = component.as_object().unwrap();
        assert!(map.keys().all(|key| allowed.contains(&key.as_str())), "{component}");
        assert!(["library", "container"].contains(&component["type"].as_str().unwrap()));
        assert!(!component["name"].as_str().unwrap().is_empty());
        assert!(refs.insert(component["bom-ref"].as_str().unwrap()), "{component}");
        if let Some(scope) = map.get("scope") {
            assert!(["required", "optional", "excluded"].contains(&scope.as_str().unwrap()));
        }
        for choice in map.get("licenses").and_then(Value::as_array).into_iter().flatten() {
            match (choice.get("expression"), choice.get("license")) {
                (Some(text), None) => assert!(!text.as_str().unwrap().is_empty()),
                (None, Some(one)) => assert_ne!(one.get("id").is_some(), one.get("name").is_some()),
                _ => panic!("{choice}"),
            }
        }
        for place in component["evidence"]["occurrences"].as_array().unwrap() {
            assert!(place["location"].is_string());
            assert_eq!(place.get("line").is_some(), version == "1.6");
        }
    }
    for dependency in document["dependencies"].as_array().unwrap() {
        assert!(refs.contains(dependency["ref"].as_str().unwrap()));
        let on: Vec<&str> = dependency["dependsOn"]
            .as_array()
            .unwrap()
            .iter()
            .map(|other| other.as_str().unwrap())
            .collect();
        assert!(on.iter().all(|other| refs.contains(other)), "{dependency}");
        assert_eq!(on.iter().collect::<HashSet<_>>().len(), on.len(), "{dependency}");
    }
    for one in document["vulnerabilities"].as_array().into_iter().flatten() {
        for affected in one["affects"].as_array().unwrap() {
            assert!(refs.contains(affected["ref"].as_str().unwrap()), "{one}");
        }
    }
}

#[test]
fn cyclonedx_keeps_the_rules_of_its_schemas() {
    let components = tree();
    let at = components.iter().position(|component| component.name == "b").unwrap();
    let matches = [(at, found())];
    let bill = bill(&components, &matches);
    for (version, word) in [(CycloneVersion::V1_5, "1.5"), (CycloneVersion::V1_6, "1.6")] {
        let document = cyclonedx(&bill, version);
        check_cyclone(&document, word);
        assert_eq!(document.to_string(), cyclonedx(&bill, version).to_string());
    }
    let document = cyclonedx(&bill, CycloneVersion::V1_6);
    assert_eq!(
        texts(&document["components"], "purl"),
        [
            "pkg:docker/alpine@3.19",
            "pkg:npm/%40s/a@1.2.0",
            "pkg:npm/b@2.1.0",
            "pkg:npm/d@1.0.0",
            "pkg:pypi/flask",
        ]
    );
    let a = &document["components"][1];
    assert_eq!((a["group"].as_str(), a["name"].as_str()), (Some("@s"), Some("a")));
    assert_eq!(a["licenses"][0]["license"]["id"], "MIT");
    assert_eq!(a["evidence"]["occurrences"].as_array().unwrap().len(), 2);
    assert_eq!(document["components"][3]["licenses"][0]["license"]["name"], "SEE-LICENSE-IN-x");
    assert_eq!(document["components"][3]["scope"], "excluded");
    assert_eq!(document["dependencies"][2]["dependsOn"][0], "pkg:npm/b@2.1.0");
    let one = &document["vulnerabilities"][0];
    assert_eq!(
        (one["id"].as_str(), one["ratings"][0]["score"].as_f64()),
        (Some("GHSA-1"), Some(7.5))
    );
}

#[test]
fn spdx_keeps_the_rules_of_its_schema() {
    let components = tree();
    let bill = bill(&components, &[]);
    let document = spdx(&bill);
    assert_eq!(document.to_string(), spdx(&bill).to_string());
    assert_eq!(document["spdxVersion"], "SPDX-2.3");
    assert_eq!(document["dataLicense"], "CC0-1.0");
    assert_eq!(
        document["documentNamespace"],
        "https://code.example.com/sbom/00112233-4455-6677-8899-aabbccddeeff"
    );
    let id = regex::Regex::new("^SPDXRef-[a-zA-Z0-9.-]+$").unwrap();
    let ids: HashSet<&str> = texts(&document["packages"], "SPDXID").into_iter().collect();
    assert_eq!(ids.len(), document["packages"].as_array().unwrap().len());
    assert!(ids.iter().all(|one| id.is_match(one)));
    let own: HashSet<&str> =
        texts(&document["hasExtractedLicensingInfos"], "licenseId").into_iter().collect();
    for package in document["packages"].as_array().unwrap() {
        for key in ["name", "downloadLocation", "licenseDeclared", "copyrightText"] {
            assert!(package[key].is_string(), "{package}");
        }
        for one in licence::identifiers(package["licenseDeclared"].as_str().unwrap()) {
            assert!(!one.starts_with("LicenseRef-") || own.contains(one.as_str()), "{package}");
        }
    }
    for relation in document["relationships"].as_array().unwrap() {
        let end = |key: &str| relation[key].as_str().unwrap();
        let known = |one: &str| one == "SPDXRef-DOCUMENT" || ids.contains(one);
        assert!(known(end("spdxElementId")) && known(end("relatedSpdxElement")), "{relation}");
        assert!(
            ["DESCRIBES", "DEPENDS_ON", "DEV_DEPENDENCY_OF"].contains(&end("relationshipType"))
        );
    }
    let described = document["relationships"][0].clone();
    assert_eq!(described["relationshipType"], "DESCRIBES");
}

/// A file of every ecosystem, with licences in every form.
const EVERYTHING: &[(&str, &str)] = &[
    (
        "npm/package-lock.json",
        r#"{ "lockfileVersion": 3, "packages": {
        "": { "dependencies": { "@s/a": "1", "e": "1" }, "devDependencies": { "d": "1" } },
        "node_modules/@s/a": { "version": "1.2.0", "license": "MIT", "dependencies": { "b": "^2" } },
        "node_modules/b": { "version": "2.1.0", "license": "(MIT OR Apache-2.0)" },
        "node_modules/d": { "version": "1.0.0", "dev": true, "license": "SEE LICENSE IN x" },
        "node_modules/e": { "version": "1.0.0-beta.1+b", "license": "GPL-2.0-only WITH Classpath-exception-2.0" },
        "node_modules/g": { "version": "3.0.0", "license": "GPL-2.0+" },
        "node_modules/h": { "version": "3.0.0", "license": "Apache-2.0+" },
        "node_modules/i": { "version": "3.0.0", "license": "UNLICENSED" },
        "node_modules/j": { "version": "3.0.0", "license": "Apache 2.0 OR Ours" } } }"#,
    ),
    ("python/requirements.txt", "Flask_Login==0.6.3\nother>=2\n"),
    (
        "maven/pom.xml",
        "<project><artifactId>x</artifactId><dependencies><dependency><groupId>org.x</groupId>\
         <artifactId>core</artifactId><version>1.0-rc1</version></dependency></dependencies></project>",
    ),
    ("go/go.mod", "module example.com/x\n\nrequire github.com/C/d v2.0.0+incompatible\n"),
    (
        "rust/Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"rand\"\nversion = \"0.7.2\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
    ),
    (
        "php/composer.lock",
        "{ \"packages\": [\n { \"name\": \"a/b\", \"version\": \"v1.2.0\", \"license\": [\"MIT\"], \"require\": { \"e/f\": \"1\" } },\n { \"name\": \"e/f\", \"version\": \"1.0.0\", \"license\": [\"LGPL-2.1+\", \"proprietary\"] } ] }",
    ),
    (
        "ruby/Gemfile.lock",
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.3)\n\nDEPENDENCIES\n  nokogiri\n",
    ),
    (
        "dotnet/packages.lock.json",
        "{ \"version\": 1, \"dependencies\": { \"net8.0\": { \"A.B\": { \"type\": \"Direct\", \"resolved\": \"1.0.1\" } } } }",
    ),
    (
        "dart/pubspec.lock",
        "packages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n    version: \"1.2.0\"\n",
    ),
    (
        "swift/Package.resolved",
        "{ \"pins\": [ { \"identity\": \"swift-nio\", \"location\": \"https://github.com/apple/swift-nio.git\", \"state\": { \"version\": \"2.40.0\" } } ], \"version\": 2 }",
    ),
    ("cpp/conan.lock", "{ \"version\": \"0.5\", \"build_requires\": [\"cmake/3.27@u/c\"] }"),
    (
        "Dockerfile",
        "FROM gcr.io/x/alpine:3.19 AS one\nFROM golang@sha256:244fd47e07d1004f0aed9c156aa09083c82bf8944eceb67c946ff7430510a77b\n",
    ),
];

/// What is written of a tree with every ecosystem. The files were validated by the
/// JSON schemas of CycloneDX 1.5 and 1.6 (with those of SPDX's identifiers) and by
/// that of SPDX 2.3 with its own validator; whoever writes them anew, with the
/// variable `WRITE_BILLS` set, validates them again.
#[test]
fn bills_are_those_that_were_validated() {
    let components = crate::components(EVERYTHING);
    let ecosystems: HashSet<_> = components.iter().map(|one| one.ecosystem).collect();
    assert_eq!(ecosystems.len(), 12, "{ecosystems:?}");
    let at = components.iter().position(|component| component.name == "b").unwrap();
    let matches = [(at, found())];
    let bill = bill(&components, &matches);
    for (name, document) in [
        ("cyclonedx-1.5.json", cyclonedx(&bill, CycloneVersion::V1_5)),
        ("cyclonedx-1.6.json", cyclonedx(&bill, CycloneVersion::V1_6)),
        ("spdx-2.3.json", spdx(&bill)),
    ] {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/bills").join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
        if std::env::var_os("WRITE_BILLS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(known == text, "{name} is no longer what was validated:\n{text}");
    }
}
