//! Reports as text, SARIF and JSON.

use scanner::{ProjectReport, render};

use crate::{engine, join, sarif};

#[test]
fn text_reads_like_a_compiler() {
    let source = "def f(a):\n\treturn eval(a)\n";
    let report = join(&engine(), &[("a.py", source)]);
    let mut out = Vec::new();
    render::text(&report, &|_| Some(source.to_owned()), render::TextOptions::default(), &mut out)
        .expect("writes");
    insta::assert_snapshot!(String::from_utf8(out).expect("UTF-8"), @r"
    a.py:2:9: error[python/eval-call] `eval` runs whatever its argument says
      |
    2 |  return eval(a)
      |         ^^^^^^^

    language             files      code   comment     blank functions
    Python                   1         2         0         0         1
    all                      1         2         0         0         1

    findings: 1 error
    duplicates: 0 pairs, 0 lines, 0.0 %
    most complex: f (cyclomatic 1, cognitive 0) a.py:1
    ");
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let engine = engine();
    let report =
        join(&engine, &[("a b/x.py", "def f(a):\n    return eval(a)\nexec(a)  # NOSONAR\n")]);
    let mut out = Vec::new();
    render::sarif(&engine, &report, &mut out).expect("writes");
    let log: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(rules.len() > 60);
    let index = results[0]["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(rules[index]["id"], "python/eval-call");
    insta::assert_snapshot!(results[0]["locations"][0], @r#"{"physicalLocation":{"artifactLocation":{"uri":"a%20b/x.py","uriBaseId":"SRCROOT"},"region":{"startLine":2,"startColumn":12,"endLine":2,"endColumn":19}},"logicalLocations":[{"fullyQualifiedName":"f"}]}"#);
    assert_eq!(results[0]["level"], "error");
    assert_eq!(
        results[0]["partialFingerprints"]["mortise/v1"],
        report.findings[0].fingerprint.as_str()
    );
    assert_eq!(results[0].get("suppressions"), None);
    assert_eq!(results[1]["suppressions"][0]["kind"], "inSource");
}

#[test]
fn sarif_keeps_the_rules_of_its_schema() {
    let engine = engine();
    let flow = "import os\nfrom flask import request\n\ndef f():\n    \
        name = request.args.get('n')\n    os.system('ls ' + name)\n";
    let mut report = join(
        &engine,
        &[
            ("a b/x.py", "def f(a):\n    return eval(a)\nexec(a)  # NOSONAR\n"),
            ("flow.py", flow),
            ("broken.py", "def (:\n"),
            ("long.js", &format!("var a = '{}';\n", "x".repeat(200_000))),
        ],
    );
    report.skipped.push(scanner::Skipped {
        path: "ä/#1.c".to_owned(),
        reason: scanner::SkipReason::TooLarge,
    });
    assert!(report.findings.iter().any(|finding| !finding.flow.is_empty()));
    let mut out = Vec::new();
    render::sarif(&engine, &report, &mut out).expect("writes");
    let mut log: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(sarif::faults(&log), [""; 0]);
    let empty = join(&engine, &[]);
    let mut out = Vec::new();
    render::sarif(&engine, &empty, &mut out).expect("writes");
    let none: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(sarif::faults(&none), [""; 0]);
    // What checks can also say no.
    let result = &mut log["runs"][0]["results"][0];
    result["level"] = "grave".into();
    result["ruleIndex"] = 0.into();
    result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    result["why"] = "because".into();
    result["message"] = serde_json::json!({});
    let faults = sarif::faults(&log);
    assert_eq!(faults.len(), 5, "{faults:#?}");
}

#[test]
fn json_is_the_report() {
    let report = join(&engine(), &[("x.py", "eval(a)\n")]);
    let mut out = Vec::new();
    render::json(&report, &mut out).expect("writes");
    let back: ProjectReport = serde_json::from_slice(&out).expect("parses");
    assert_eq!(back, report);
}
