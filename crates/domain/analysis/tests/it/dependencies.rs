//! What scans say of dependencies, and what advisories change about it.

use analysis::gate::{Comparison, Condition, Metric, Scope, Spared};
use analysis::{
    BillFormat, DependencyFilter, FindingState, Gate, Level, ScanState, Severity,
    advisories_directory, advisory_imports, bill, dependencies, import_advisories, licences,
    lying_advisories, running_imports, send_advisories, take_advisories, told_by,
};
use base::PageRequest;
use call::Call;

use crate::world::{World, each, user};

const LOCK: &str = r#"{ "lockfileVersion": 3, "packages": {
    "": { "dependencies": { "thing": "^1.0.0" } },
    "node_modules/thing": { "version": "1.2.0", "license": "MIT", "dependencies": { "b": "1" } },
    "node_modules/b": { "version": "1.0.0" } } }
"#;

const MIT: &str = "Permission is hereby granted, free of charge, ... sublicense, and/or sell copies. \
    The above copyright notice and this permission notice shall be included in all copies.";

fn advisory(id: &str, package: &str, fixed: &str, modified: &str) -> String {
    format!(
        r#"{{ "id": "{id}", "modified": "{modified}", "aliases": ["CVE-2026-1"],
        "summary": "It is bad",
        "severity": [{{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }}],
        "affected": [{{ "package": {{ "ecosystem": "npm", "name": "{package}" }},
          "ranges": [{{ "type": "SEMVER", "events": [{{ "introduced": "0" }}, {{ "fixed": "{fixed}" }}] }}] }}] }}"#
    )
}

/// A lock file of an ecosystem about which nobody has imported anything.
const PYTHON: &str = "flask==3.0.0\n";

async fn import(world: &World, advisories: &[String]) -> analysis::Imported {
    let directory = tempfile::tempdir().unwrap();
    for (number, text) in advisories.iter().enumerate() {
        std::fs::write(directory.path().join(format!("{number}.json")), text).unwrap();
    }
    let system = Call::system(world.env().clone());
    import_advisories(&system, directory.path(), "test").await.unwrap()
}

#[tokio::test]
async fn advisories_make_and_end_findings_without_a_commit() {
    each(async |world| {
        world.commit(&[("web/package-lock.json", Some(LOCK)), ("LICENSE", Some(MIT))]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        let result = scan.result.as_ref().unwrap();
        assert_eq!((result.dependencies, result.vulnerable_dependencies), (2, 0));
        assert_eq!(world.findings(&plan).await, []);

        let day = |day: u32| format!("2026-01-0{day}T00:00:00Z");
        let done =
            import(&world, &[advisory("GHSA-1", "thing", "1.3.0", &day(1)), "{".to_owned()]).await;
        assert_eq!((done.seen, done.changed, done.unreadable), (1, 1, 1));
        let scan = world.scan(&plan).await;
        let result = scan.result.as_ref().unwrap();
        assert_eq!(result.vulnerable_dependencies, 1);
        let found = world.findings(&plan).await;
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((one.rule.as_str(), one.severity), ("dependencies/vulnerable", Severity::Fatal));
        assert_eq!((one.path.as_str(), one.line), ("web/package-lock.json", 3));
        assert!(one.message.contains("thing 1.2.0") && one.message.contains("1.3.0"), "{one:?}");
        assert_eq!(one.state, FindingState::New);

        // The same again changes nothing; the file moves, the finding with it.
        let done = import(&world, &[advisory("GHSA-1", "thing", "1.3.0", &day(1))]).await;
        assert_eq!((done.seen, done.changed), (1, 0));
        let moved = format!("\n{LOCK}");
        world.commit(&[("web/package-lock.json", None), ("app/package-lock.json", Some(&moved))]);
        world.scan(&plan).await;
        let found = world.findings(&plan).await;
        let [same] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((same.id, same.state, same.line), (one.id, FindingState::Open, 4));
        assert_eq!(same.path, "app/package-lock.json");

        // The advisory is corrected.
        import(&world, &[advisory("GHSA-1", "thing", "1.1.0", &day(2))]).await;
        world.scan(&plan).await;
        assert_eq!(world.findings(&plan).await[0].state, FindingState::Fixed);

        // It was right after all; then the package is updated.
        import(&world, &[advisory("GHSA-1", "thing", "1.3.0", &day(3))]).await;
        world.scan(&plan).await;
        assert_eq!(world.findings(&plan).await[0].state, FindingState::Reopened);
        world.commit(&[("app/package-lock.json", Some(&LOCK.replace("1.2.0", "1.3.0")))]);
        world.scan(&plan).await;
        assert_eq!(world.findings(&plan).await[0].state, FindingState::Fixed);
    })
    .await;
}

fn none_vulnerable() -> Gate {
    Gate {
        enabled: true,
        conditions: vec![Condition {
            metric: Metric::VulnerableDependencies,
            scope: Scope::Overall,
            comparison: Comparison::AtMost,
            threshold: 0.0,
        }],
        ..Gate::default()
    }
}

#[tokio::test]
async fn a_gate_may_ask_for_none_that_is_vulnerable() {
    each(async |world| {
        world.commit(&[("package-lock.json", Some(LOCK))]);
        let mut new = world.new_plan("all");
        new.definition.gate = none_vulnerable();
        let plan = world.make(new).await;
        assert_eq!(world.scan(&plan).await.state, ScanState::Passed);
        import(&world, &[advisory("GHSA-1", "thing", "1.3.0", "2026-01-01T00:00:00Z")]).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Failed);
        assert!(scan.error.contains("vulnerable dependencies: 1"), "{}", scan.error);
        // Still there, however long it has been known.
        assert_eq!(world.scan(&plan).await.state, ScanState::Failed);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_imported_is_unknown() {
    each(async |world| {
        world.commit(&[
            ("package-lock.json", Some(LOCK)),
            ("requirements.txt", Some(PYTHON)),
            ("Dockerfile", Some("FROM alpine:3.19\n")),
        ]);
        let mut new = world.new_plan("all");
        new.definition.gate = none_vulnerable();
        let plan = world.make(new).await;
        let look = async || {
            let result = world.scan(&plan).await.result.unwrap();
            let spared = result.gate.conditions[0].spared;
            (result.vulnerable_dependencies, result.unchecked_ecosystems, spared)
        };
        let both = vec!["npm".to_owned(), "pypi".to_owned()];
        assert_eq!(look().await, (0, both, Some(Spared::Unchecked)));
        // What is known to be vulnerable breaks the gate, whatever is unknown.
        import(&world, &[advisory("GHSA-1", "thing", "1.3.0", "x")]).await;
        assert_eq!(look().await, (1, vec!["pypi".to_owned()], None));
        import(&world, &[advisory("GHSA-1", "thing", "1.1.0", "y")]).await;
        assert_eq!(look().await, (0, vec!["pypi".to_owned()], Some(Spared::Unchecked)));
        let python = advisory("PYSEC-1", "django", "4.0.0", "x").replace("npm", "PyPI");
        import(&world, &[python.replace("SEMVER", "ECOSYSTEM")]).await;
        assert_eq!(look().await, (0, Vec::new(), None));
        let page = PageRequest::first(10);
        let imports = advisory_imports(&Call::system(world.env().clone()), page).await.unwrap();
        let newest: Vec<_> = imports.items[0]
            .ecosystems
            .iter()
            .map(|(ecosystem, count)| (ecosystem.id(), *count))
            .collect();
        assert_eq!(newest, [("npm", 1), ("pypi", 1)]);
    })
    .await;
}

/// A zip file of these.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn advisories_are_brought_by_a_job() {
    each(async |world| {
        let zip = packed(&[("GHSA-1.json", &advisory("GHSA-1", "thing", "1.3.0", "x"))]);
        let bob = user(world.env(), "bob").await;
        let error = send_advisories(&bob, "all.zip", &zip[..]).await.unwrap_err();
        assert!(matches!(error, base::Error::Denied { .. }), "{error}");
        let ann = &Call::system(world.env().clone());
        let error = send_advisories(ann, "all.zip", &b"no zip"[..]).await.unwrap_err();
        assert!(matches!(error, base::Error::Invalid { .. }), "{error}");
        send_advisories(ann, "all.zip", &zip[..]).await.unwrap();
        assert_eq!(running_imports(ann).await.unwrap().len(), 1);
        world.drain().await;
        assert_eq!(running_imports(ann).await.unwrap(), []);
        let page = PageRequest::first(10);
        let imports = advisory_imports(ann, page).await.unwrap().items;
        assert_eq!((imports[0].source.as_str(), imports[0].seen), ("all.zip", 1));
        assert_eq!(imports[0].by, ann.actor.name());

        // From the installation's own directory, and nowhere else.
        let directory = advisories_directory(world.env());
        assert_eq!(lying_advisories(ann).await.unwrap(), [""; 0]);
        std::fs::create_dir_all(directory.join("osv")).unwrap();
        let text = advisory("GHSA-2", "b", "1.0.1", "x");
        std::fs::write(directory.join("osv/a.json"), text).unwrap();
        assert_eq!(lying_advisories(ann).await.unwrap(), ["osv"]);
        assert!(take_advisories(ann, "../osv").await.is_err());
        take_advisories(ann, "osv").await.unwrap();
        world.drain().await;
        assert_eq!(advisory_imports(ann, page).await.unwrap().items[0].total, 2);

        // What is damaged is told, and gone.
        send_advisories(ann, "bad.zip", &b"PK\x03\x04 no zip"[..]).await.unwrap();
        world.drain().await;
        let failed = running_imports(ann).await.unwrap();
        let error = failed[0].error.as_deref().unwrap();
        assert!(error.starts_with("file is damaged or no zip file: bad.zip"), "{error}");

        // What holds nothing is no import; what is left out is told.
        let nothing = packed(&[("readme.txt", "hello"), ("a.json", "{")]);
        send_advisories(ann, "none.zip", &nothing[..]).await.unwrap();
        world.drain().await;
        let failed = running_imports(ann).await.unwrap();
        let none = failed.iter().find(|job| job.label == "none.zip").unwrap();
        let error = none.error.as_deref().unwrap();
        assert!(error.ends_with("in the OSV schema; unreadable files: 1"), "{error}");
        let partly =
            packed(&[("GHSA-3.json", &advisory("GHSA-3", "c", "1.0.1", "x")), ("b.json", "{")]);
        send_advisories(ann, "part.zip", &partly[..]).await.unwrap();
        world.drain().await;
        let newest = &advisory_imports(ann, page).await.unwrap().items[0];
        assert_eq!((newest.source.as_str(), newest.seen, newest.unreadable), ("part.zip", 1, 1));
        assert_eq!(newest.examples[0].0, "b.json");
    })
    .await;
}

#[tokio::test]
async fn a_lock_file_that_cannot_be_read_closes_nothing() {
    each(async |world| {
        import(&world, &[advisory("GHSA-1", "thing", "1.3.0", "x")]).await;
        world.commit(&[("package-lock.json", Some(LOCK)), ("a.py", Some("x = 1\n"))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        world.commit(&[("package-lock.json", Some("{ broken"))]);
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        assert_eq!(world.findings(&plan).await[0].state, FindingState::Open);
        let told = told_by(&world.ann, &plan, &scan).await.unwrap();
        assert!(told[0].error.contains("cannot be read"), "{told:?}");
        // A file that is gone has no dependencies any more.
        world.commit(&[("package-lock.json", None)]);
        world.scan(&plan).await;
        assert_eq!(world.findings(&plan).await[0].state, FindingState::Fixed);
    })
    .await;
}

#[tokio::test]
async fn lists_are_filtered_and_bills_are_written() {
    each(async |world| {
        import(&world, &[advisory("GHSA-1", "b", "1.0.1", "x")]).await;
        world.commit(&[
            ("package-lock.json", Some(LOCK)),
            ("requirements.txt", Some("flask==3.0.0\n")),
            ("LICENSE", Some(MIT)),
        ]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        let list = async |filter: DependencyFilter| {
            dependencies(&world.ann, &plan, &scan, &filter, PageRequest::first(2)).await.unwrap()
        };
        let all = list(DependencyFilter::default()).await;
        let names: Vec<&str> =
            all.page.items.iter().map(|one| one.component.name.as_str()).collect();
        assert_eq!((names, all.page.total), (vec!["b", "thing"], 3));
        assert_eq!(all.page.items[0].level(), Some(Level::Critical));
        assert_eq!((all.summary.total, all.summary.vulnerable, all.summary.direct), (3, 1, 2));
        for (filter, total) in [
            (DependencyFilter { vulnerable: Some(true), ..Default::default() }, 1),
            (DependencyFilter { direct: Some(false), ..Default::default() }, 1),
            (DependencyFilter { licence: Some("MIT".to_owned()), ..Default::default() }, 1),
            (DependencyFilter { licence: Some(String::new()), ..Default::default() }, 2),
            (DependencyFilter { text: " FLA".to_owned(), ..Default::default() }, 1),
            (
                DependencyFilter {
                    ecosystem: Some(analysis::Ecosystem::Npm),
                    ..Default::default()
                },
                2,
            ),
        ] {
            let found = list(filter.clone()).await;
            assert_eq!((found.page.total, found.summary.total), (total, 3), "{filter:?}");
        }
        let counts = licences(&world.ann, &plan, &scan).await.unwrap();
        assert_eq!((counts[0].licence.as_str(), counts[0].components), ("", 2));
        assert_eq!((counts[1].licence.as_str(), counts[1].components), ("MIT", 1));
        let told = told_by(&world.ann, &plan, &scan).await.unwrap();
        let told: Vec<_> =
            told.iter().map(|one| (one.path.as_str(), one.licence.as_str())).collect();
        assert_eq!(told, [("LICENSE", "MIT"), ("package-lock.json", ""), ("requirements.txt", "")]);

        for format in [BillFormat::CycloneDx15, BillFormat::CycloneDx16, BillFormat::Spdx] {
            let write = async || {
                bill(&world.ann, &plan, &scan, format, "https://code.example.com").await.unwrap()
            };
            let document = write().await;
            assert_eq!(document, write().await);
            let text = String::from_utf8(document.bytes).unwrap();
            assert!(text.contains("pkg:npm/thing@1.2.0"), "{text}");
            assert!(document.name.starts_with("all-1."), "{}", document.name);
        }
    })
    .await;
}

#[tokio::test]
async fn only_admins_import() {
    each(async |world| {
        let bob = user(world.env(), "bob").await;
        let error = import_advisories(&bob, std::path::Path::new("/"), "x").await.unwrap_err();
        assert!(matches!(error, base::Error::Denied { .. }), "{error}");
        let system = Call::system(world.env().clone());
        let missing = std::path::Path::new("/does/not/exist");
        let error = import_advisories(&system, missing, "x").await.unwrap_err();
        assert!(matches!(error, base::Error::Invalid { .. }), "{error}");
    })
    .await;
}
