use std::fs;
use std::ops::ControlFlow;

use dependencies::osv::{Index, Level, load};

const GHSA: &str = r#"{
  "schema_version": "1.6.0", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2024-01-01T00:00:00Z",
  "aliases": ["CVE-2024-1"], "summary": "Prototype pollution",
  "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
  "affected": [{ "package": { "ecosystem": "PyPI", "name": "Thing_x" },
    "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "2.0" }] }] }]
}"#;

const PYSEC: &str = "id: PYSEC-2024-1
modified: '2024-01-02T00:00:00Z'
details: First sentence. Second one.
aliases: [CVE-2024-1]
affected:
- package: { name: thing-x, ecosystem: PyPI }
  versions: ['1.0', '1.1']
";

const OTHER: &str = r#"{ "id": "OTHER-1", "details": "Something else. More.",
  "affected": [{ "package": { "ecosystem": "PyPI", "name": "thing-x" }, "versions": ["1.1"] },
               { "package": { "ecosystem": "Linux", "name": "thing-x" } }] }"#;

const WITHDRAWN: &str = r#"{ "id": "GONE-1", "withdrawn": "2024-01-01T00:00:00Z",
  "affected": [{ "package": { "ecosystem": "PyPI", "name": "thing-x" }, "versions": ["1.1"] }] }"#;

#[test]
fn one_fault_under_two_names_is_told_once() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::create_dir(at("deep")).unwrap();
    fs::write(at("a.json"), GHSA).unwrap();
    fs::write(at("deep/b.yaml"), PYSEC).unwrap();
    fs::write(at("deep/c.json"), OTHER).unwrap();
    fs::write(at("d.json"), WITHDRAWN).unwrap();
    fs::write(at("broken.json"), "{").unwrap();
    fs::write(at("README.md"), "no advisory").unwrap();
    let mut index = Index::default();
    let loaded = load(directory.path(), &mut |advisory| {
        index.insert(advisory);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((loaded.advisories, loaded.unreadable), (4, 1));
    assert!(loaded.examples[0].0.ends_with("broken.json"), "{loaded:?}");

    let components = crate::components(&[("requirements.txt", "Thing.X==1.1\n")]);
    let found = index.find(&components[0]);
    let [grave, other] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((grave.id.as_str(), grave.level), ("GHSA-aaaa-bbbb-cccc", Level::Critical));
    assert_eq!(grave.aliases, ["CVE-2024-1", "PYSEC-2024-1"]);
    assert_eq!((grave.fixed.as_str(), grave.score), ("2.0", Some(9.8)));
    assert_eq!((other.id.as_str(), other.summary.as_str()), ("OTHER-1", "Something else."));

    let components = crate::components(&[("requirements.txt", "thing-x==2.0\n")]);
    assert_eq!(index.find(&components[0]), []);
}
