//! Rules that teams write.

use std::sync::Arc;

use scanner::{Engine, Language, OwnRule, RuleFault, RuleSetting, Ruleset};

fn rule(text: &str) -> Arc<OwnRule> {
    Arc::new(OwnRule::parse(text).unwrap_or_else(|fault| panic!("{fault}\n{text}")))
}

fn fault(text: &str) -> RuleFault {
    OwnRule::parse(text).expect_err("a fault")
}

fn lines(rule: &Arc<OwnRule>, language: Language, text: &str) -> Vec<u32> {
    rule.try_on(language, text).matches.iter().map(|found| found.span.start_line).collect()
}

const PRINT: &str = "id: no-print
language: Python
severity: warning
message: leave `$X` to the log
rule: { pattern: print($X) }
metadata:
  cwe: ['CWE-532: Insertion of Sensitive Information']
  tests:
    valid: ['log(x)']
    invalid: ['print(x)', 'y']
";

#[test]
fn a_rule_is_tried_and_its_examples_are_run() {
    let rule = rule(PRINT);
    assert_eq!((rule.info().id.as_str(), rule.info().cwe.as_slice()), ("own/no-print", &[532][..]));
    let trial = rule.try_on(Language::Python, "x = 1\nprint(x)\n");
    assert_eq!(trial.matches[0].message, "leave `x` to the log");
    assert_eq!(trial.matches[0].span.start_line, 2);
    let tested = rule.test();
    let holds: Vec<(bool, usize, bool)> =
        tested.iter().map(|one| (one.valid, one.number, one.holds)).collect();
    assert_eq!(holds, [(true, 1, true), (false, 1, true), (false, 2, false)]);
}

#[test]
fn faults_say_where() {
    for (text, line, field) in [
        ("id: a\nlanguage: python\nrule: { patern: x }\n", 3, "patern"),
        ("id: a\nlanguage: python\nrulez: { pattern: x }\n", 3, "rulez"),
        ("id: a\nrule: { pattern: x }\n", 0, "language"),
        ("id: A b\nlanguage: python\nrule: { pattern: x }\n", 1, "id"),
        ("id: a\nlanguage: klingon\nrule: { pattern: x }\n", 2, "language"),
        ("id: a\nlanguage: python\nrule: { kind: no_such_kind }\n", 3, "rule"),
        ("id: a\nlanguage: python\nrule: { regex: '(' , kind: call }\n", 3, "rule"),
        ("id: a\nlanguage: python\nrule: { regex: 'a' }\n", 3, "rule"),
        (
            "id: a\nlanguage: python\nrule: { pattern: x }\nmetadata: { packs: [no] }\n",
            4,
            "metadata.packs",
        ),
        ("id: a\nlanguage: python\ntaint: { sinks: ['f(0)'], sources: [nowhere] }\n", 0, "rule"),
        ("id: a\nlanguage: any\nrule: { pattern: x }\n", 2, "language"),
        ("id: a\nlanguage: python\n", 0, ""),
        ("id: [\n", 1, ""),
    ] {
        let fault = fault(text);
        assert_eq!(fault.field, field, "{text}{fault}");
        if line > 0 {
            assert_eq!(fault.line, line, "{text}{fault}");
        }
    }
}

#[test]
fn text_and_absence_look_at_what_is_written() {
    let todo =
        rule("id: todo\nlanguage: python\nmessage: open\ntext: { regex: 'TODO', in: comment }\n");
    assert_eq!(lines(&todo, Language::Python, "a = 'TODO'\n# TODO\n"), [2]);
    let string = rule("id: t\nlanguage: python\ntext: { regex: 'TODO', in: string }\n");
    assert_eq!(lines(&string, Language::Python, "a = 'TODO'\n# TODO\n"), [1]);
    let code = rule("id: t\nlanguage: python\ntext: { regex: 'TODO', in: code }\n");
    assert_eq!(lines(&code, Language::Python, "a = 'TODO'\n# TODO\nTODO = 1\n"), [3]);
    let header = rule(
        "id: header\nlanguage: any\nabsence: { regex: 'Copyright', when: 'class', first_lines: 2 }\n",
    );
    assert_eq!(lines(&header, Language::Java, "// Copyright\nclass A {}\n"), [0u32; 0]);
    assert_eq!(lines(&header, Language::Java, "\n\n// Copyright\nclass A {}\n"), [4]);
    assert_eq!(lines(&header, Language::Markdown, "a class\n"), [1]);
    assert_eq!(lines(&header, Language::Markdown, "nothing\n"), [0u32; 0]);
}

#[test]
fn flows_and_metrics_are_rules_too() {
    let flow = rule(
        "id: own-flow\nlanguage: python\nmessage: flows\ntaint: { from: ['read_input()'], sinks: ['danger(0)'] }\n",
    );
    let found =
        flow.try_on(Language::Python, "def f():\n    a = read_input()\n    b = a\n    danger(b)\n");
    assert_eq!(found.matches[0].span.start_line, 4);
    assert!(!found.matches[0].flow.is_empty());
    let metric =
        rule("id: m\nlanguage: any\nmessage: $NAME $VALUE\nmetric: parameters\nthreshold: 2\n");
    let found = metric.try_on(Language::Python, "def f(a, b, c):\n    pass\n");
    assert_eq!(found.matches[0].message, "f 3");
}

const OWN_FLOW: &str = "id: own-flow
language: python
message: flows
taint: { from: ['read_input()'], sinks: ['danger(0)'], clean: ['tame()'] }
metadata: { also: [javascript] }
";

/// Rules of a team about data flow are followed one call into another file, like
/// built-in ones, and apart from them.
#[test]
fn flows_of_own_rules_cross_files() {
    let mut ruleset = Ruleset::default();
    ruleset.packs.insert("own".to_owned());
    let engine = Engine::with_own(&ruleset, &[rule(OWN_FLOW)]).unwrap();
    let places = |files: &[(&str, &str)], id: &str| -> Vec<(String, u32)> {
        let reports: Vec<(&str, scanner::BlobReport)> = files
            .iter()
            .map(|(path, source)| {
                let language = Language::of(path, source.as_bytes()).unwrap();
                let report = engine.analyse(language, source.as_bytes());
                (*path, scanner::BlobReport::decode(&report.encode()).unwrap())
            })
            .collect();
        let files: Vec<_> = reports
            .iter()
            .map(|(path, report)| scanner::FileReport { path, blob: "", report })
            .collect();
        let found = engine.join(&files, &[]).findings;
        found
            .into_iter()
            .filter(|f| f.rule == id)
            .map(|f| (f.path.clone(), f.span.start_line))
            .collect()
    };
    let store = "def keep(a):\n    danger(a)\n\ndef read():\n    return read_input()\n\ndef soft(a):\n    return tame(a)\n";
    let into = "from store import keep\n\ndef f():\n    keep(read_input())\n";
    let out = "from store import read\n\ndef f():\n    danger(read())\n";
    let fine = "from store import soft\n\ndef f():\n    danger(soft(read_input()))\n";
    let own = "own/own-flow";
    assert_eq!(places(&[("a.py", into), ("store.py", store)], own), [("store.py".to_owned(), 2)]);
    assert_eq!(places(&[("a.py", out), ("store.py", store)], own), [("a.py".to_owned(), 4)]);
    assert_eq!(places(&[("a.py", fine), ("store.py", store)], own), []);
    // What comes with a request is no source of this rule.
    let request = "from flask import request\nfrom store import keep\n\ndef f():\n    keep(request.args['a'])\n";
    assert_eq!(places(&[("a.py", request), ("store.py", store)], own), []);
    let web = "from flask import request\n\ndef read():\n    return request.args['a']\n";
    assert_eq!(places(&[("a.py", out), ("store.py", web)], own), []);
    // And the built-in ones find what they did.
    let sql =
        "from flask import request\nfrom db import find\n\ndef f():\n    find(request.args['a'])\n";
    let db = "def find(n):\n    cursor.execute(\"select x from t where n = '\" + n + \"'\")\n    danger(n)\n";
    let files = [("a.py", sql), ("db.py", db)];
    assert_eq!(places(&files, "python/sql-injection"), [("db.py".to_owned(), 2)]);
    assert_eq!(places(&files, own), []);
}

#[test]
fn rulesets_choose_own_rules_and_scans_tell_versions_apart() {
    let first = rule(PRINT);
    let second = rule(&PRINT.replace("leave", "give"));
    let off = Ruleset::default();
    let mut on = Ruleset::default();
    on.packs.insert("own".to_owned());
    let with = |ruleset: &Ruleset, own: &[Arc<OwnRule>]| Engine::with_own(ruleset, own).unwrap();
    let found = |engine: &Engine| {
        let report = engine.analyse(Language::Python, b"print(1)\n");
        report.findings.iter().filter(|f| f.rule == "own/no-print").count()
    };
    let own = [Arc::clone(&first)];
    assert_eq!(found(&with(&off, &own)), 0);
    assert_eq!(found(&with(&on, &own)), 1);
    assert_eq!(with(&off, &own).ruleset_hash(), off.hash());
    assert_ne!(with(&on, &own).ruleset_hash(), on.hash());
    let other = with(&on, &[second]);
    assert_ne!(with(&on, &own).ruleset_hash(), other.ruleset_hash());
    assert_ne!(with(&on, &own).analysis_hash(), other.analysis_hash());
    let setting = RuleSetting { enabled: Some(false), ..RuleSetting::default() };
    on.rules.insert("own/no-print".to_owned(), setting);
    assert_eq!(found(&with(&on, &own)), 0);
    // One that has gone stops no scan.
    assert_eq!(found(&with(&on, &[])), 0);
}

#[test]
fn paths_are_the_rules_own() {
    let text = format!("{PRINT}files: ['src/**']\nignores: ['src/gen/**']\n");
    let mut ruleset = Ruleset::default();
    ruleset.packs.insert("own".to_owned());
    let engine = Engine::with_own(&ruleset, &[rule(&text)]).unwrap();
    let report = engine.analyse(Language::Python, b"print(1)\n");
    let files: Vec<_> = ["src/a.py", "src/gen/a.py", "a.py"]
        .map(|path| scanner::FileReport { path, blob: "b", report: &report })
        .into();
    let joined = engine.join(&files, &[]);
    let own: Vec<&str> = joined
        .findings
        .iter()
        .filter(|f| f.rule == "own/no-print")
        .map(|f| f.path.as_str())
        .collect();
    assert_eq!(own, ["src/a.py"]);
}

#[test]
fn hostile_rules_are_refused_or_stopped() {
    let deep = format!(
        "id: a\nlanguage: python\nrule: {}kind: call{}\n",
        "{ not: ".repeat(400),
        "}".repeat(400)
    );
    fault(&deep);
    let nested = format!(
        "id: a\nlanguage: python\nrule: {{ pattern: '{}x{}' }}\n",
        "(".repeat(900),
        ")".repeat(900)
    );
    assert!(fault(&nested).why.contains("deep"), "{}", fault(&nested));
    let huge = "id: a\nlanguage: python\nrule: { kind: call, regex: '(\\w{100}){1000}' }\n";
    assert!(fault(huge).why.contains("too large"), "{}", fault(huge));
    let round = "id: a\nlanguage: python\nrule: { matches: x, kind: call }\nutils: { x: { has: { matches: y } }, y: { inside: { matches: x } } }\n";
    assert!(fault(round).why.contains("itself"), "{}", fault(round));
    let mut multiplied =
        "id: a\nlanguage: python\nrule: { matches: u0, kind: call }\nutils:\n".to_owned();
    for n in 0..12 {
        let next = format!("{{ matches: u{} }}, ", n + 1).repeat(10);
        multiplied.push_str(&format!("  u{n}: {{ any: [{next}] }}\n"));
    }
    multiplied.push_str("  u12: { kind: call }\n");
    assert!(fault(&multiplied).why.contains("too large"), "{}", fault(&multiplied));
    fault(&"x".repeat(100_000));
    // Each level of it looks at the whole file.
    let mut slow = "{ kind: integer }".to_owned();
    for _ in 0..6 {
        slow = format!(
            "{{ kind: call, has: {{ stopBy: end, any: [{slow}, {{ inside: {{ stopBy: end, has: {{ stopBy: end, kind: integer }} }} }}] }} }}"
        );
    }
    let slow = rule(&format!("id: a\nlanguage: python\nrule: {slow}\n"));
    let text = "f(\n".repeat(500) + &")\n".repeat(500);
    let trial = slow.try_on(Language::Python, &text.repeat(20));
    assert!(trial.cut);
}
