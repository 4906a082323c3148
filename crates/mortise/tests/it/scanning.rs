//! `mortise scan` without a server.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::process::{answer, complaint, mortise};

const BAD: &str =
    "import subprocess\n\ndef run(command):\n    subprocess.call(command, shell=True)\n";
const CLEAN: &str = "def add(a, b):\n    return a + b\n";

fn scan(path: &Path, more: &[&str]) -> Output {
    mortise(&["scan"]).arg(path).args(more).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", complaint(output)))
}

fn write(directory: &Path, path: &str, text: &str) {
    let file = directory.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn git(directory: &Path, words: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {}", complaint(&output));
}

#[test]
fn the_exit_status_says_how_it_went() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    write(path, "clean.py", CLEAN);
    let clean = scan(path, &[]);
    assert_eq!(clean.status.code(), Some(0));
    assert!(answer(&clean).contains("findings: none"));

    write(path, "src/bad.py", BAD);
    let bad = scan(path, &[]);
    assert_eq!(bad.status.code(), Some(1));
    let text = String::from_utf8_lossy(&bad.stdout);
    assert!(text.contains("src/bad.py:4:5: error[python/subprocess-shell]"), "{text}");
    assert!(text.contains("subprocess.call(command, shell=True)"), "{text}");
    assert!(!text.contains('\x1b'), "colours on something that is no terminal");
    assert_eq!(scan(path, &["--fail-on", "fatal"]).status.code(), Some(0));
    assert_eq!(scan(path, &["--fail-on", "never"]).status.code(), Some(0));
    assert_eq!(scan(path, &["--exclude", "src/**"]).status.code(), Some(0));
    assert_eq!(scan(&path.join("src/bad.py"), &[]).status.code(), Some(1));

    assert_eq!(scan(path, &["--packs", "none"]).status.code(), Some(0));
    assert_eq!(scan(path, &["--packs", "security,secrets"]).status.code(), Some(1));
    let unknown = scan(path, &["--packs", "securty"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(complaint(&unknown).contains("securty"));

    let missing = scan(&path.join("nowhere"), &[]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(complaint(&missing).contains("nowhere"));
    assert_eq!(scan(path, &["--exclude", "a["]).status.code(), Some(2));
    assert_eq!(scan(path, &["--format", "xml"]).status.code(), Some(2));
}

#[test]
fn tools_get_json_and_sarif() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "bad.py", BAD);
    write(directory.path(), ".gitignore", "ignored/\n");
    write(directory.path(), "ignored/bad.py", BAD);

    let report = json(&scan(directory.path(), &["--format", "json"]));
    assert_eq!(report["totals"]["files"], 1);
    assert_eq!(report["totals"]["lines"]["code"], 3);
    assert_eq!(report["findings"][0]["rule"], "python/subprocess-shell");
    assert_eq!(report["findings"][0]["span"]["start_line"], 4);
    let all = json(&scan(directory.path(), &["--format", "json", "--no-ignore"]));
    assert_eq!(all["totals"]["files"], 2);

    let sarif = json(&scan(directory.path(), &["--format", "sarif"]));
    assert_eq!(sarif["version"], "2.1.0");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "python/subprocess-shell");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "bad.py");
    assert_eq!(place["region"]["startLine"], 4);
}

#[test]
fn with_a_baseline_only_what_is_new_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    git(path, &["init", "--quiet", "--initial-branch=main"]);
    write(path, "app/old.py", BAD);
    write(path, "app/gone.py", BAD);
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "-m", "one"]);
    // The old finding moves to another line of a renamed file.
    git(path, &["mv", "app/old.py", "app/renamed.py"]);
    write(path, "app/renamed.py", &format!("import os\nimport sys\n{BAD}"));
    git(path, &["rm", "--quiet", "app/gone.py"]);
    git(path, &["commit", "--quiet", "-am", "two"]);

    let same = scan(path, &["--baseline", "HEAD~1"]);
    assert_eq!(same.status.code(), Some(0), "{}", String::from_utf8_lossy(&same.stdout));
    assert!(answer(&same).contains("since HEAD~1: 1 known before, 1 gone"), "{}", answer(&same));

    write(path, "app/new.py", BAD);
    for (below, name) in [(path.to_path_buf(), "app/new.py"), (path.join("app"), "new.py")] {
        let new = scan(&below, &["--baseline", "HEAD~1", "--format", "json"]);
        assert_eq!(new.status.code(), Some(1));
        let report = json(&new);
        assert_eq!(report["findings"].as_array().unwrap().len(), 1);
        assert_eq!(report["findings"][0]["path"], name);
        assert_eq!(report["totals"]["findings"]["error"], 1);
        assert_eq!(report["languages"][0]["totals"]["findings"]["error"], 1);
    }

    let unknown = scan(path, &["--baseline", "v9"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(complaint(&unknown).contains("v9"));
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "bad.py", BAD);
    let outside = scan(elsewhere.path(), &["--baseline", "HEAD"]);
    assert_eq!(outside.status.code(), Some(2));
    assert!(complaint(&outside).contains("no Git checkout"), "{}", complaint(&outside));
}

#[test]
fn rules_of_ones_own_are_applied() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    write(path, "code/a.py", "import time\n\ntime.sleep(3)\n");
    let rule = "id: no-sleep\nlanguage: python\nmessage: sleeps\nrule: {pattern: time.sleep($S)}\n";
    write(path, "rules/deep/sleep.yml", rule);
    let (code, rules) = (path.join("code"), path.join("rules"));
    let with =
        |rules: &Path| scan(&code, &["--format", "json", "--rules", rules.to_str().unwrap()]);
    let found = with(&rules);
    assert_eq!(found.status.code(), Some(1), "{}", complaint(&found));
    assert_eq!(json(&found)["findings"][0]["rule"], "own/no-sleep");
    assert_eq!(json(&with(&rules.join("deep/sleep.yml")))["findings"][0]["rule"], "own/no-sleep");

    write(path, "rules/wrong.yml", "id: wrong\nlanguage: python\nrule: {pattern: 7, kin: 8}\n");
    let refused = with(&rules);
    assert!(!refused.status.success());
    assert!(complaint(&refused).contains("wrong.yml"), "{}", complaint(&refused));
    let refused = with(&code);
    assert!(complaint(&refused).contains("there are no rules in"), "{}", complaint(&refused));
}
