//! Data flow: what is found, how it is told, and what hostile files cost.

use std::sync::OnceLock;

use scanner::{BlobReport, Engine, FileReport, Language, Ruleset, StepKind};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(&Ruleset::default()).expect("the built-in rules"))
}

fn analyse(language: Language, source: &str) -> BlobReport {
    engine().analyse(language, source.as_bytes())
}

fn lines(report: &BlobReport, rule: &str) -> Vec<u32> {
    report.findings.iter().filter(|f| f.rule == rule).map(|f| f.span.start_line).collect()
}

const PYTHON: &str = "\
import flask
from flask import request

def build(name):
    return \"select x from t where n = '\" + name + \"'\"

def view():
    name = request.args['name']
    query = build(name)
    cursor.execute(query)
";

#[test]
fn a_flow_is_told_step_by_step() {
    let report = analyse(Language::Python, PYTHON);
    let found: Vec<_> =
        report.findings.iter().filter(|f| f.rule == "python/sql-injection").collect();
    assert_eq!(found.len(), 1);
    let steps: Vec<(StepKind, &str, u32)> =
        found[0].flow.iter().map(|s| (s.kind, s.name.as_str(), s.span.start_line)).collect();
    assert_eq!(steps.first().map(|s| (s.0, s.2)), Some((StepKind::Source, 8)), "{steps:?}");
    assert!(steps.contains(&(StepKind::Assigned, "name", 8)), "{steps:?}");
    assert!(steps.iter().any(|s| s.0 == StepKind::Through && s.1 == "build"), "{steps:?}");
    assert_eq!(steps.last(), Some(&(StepKind::Sink, "execute", 10)));
    assert_eq!(found[0].symbol, "view");
    // What is stored comes back, and the join hands it on.
    let stored = BlobReport::decode(&report.encode()).expect("decodes");
    assert_eq!(stored, report);
    let joined = engine().join(&[FileReport { path: "a.py", blob: "", report: &stored }], &[]);
    let finding = joined.findings.iter().find(|f| f.rule == "python/sql-injection");
    assert_eq!(finding.map(|f| f.flow.len()), Some(steps.len()));
    let mut sarif = Vec::new();
    scanner::render::sarif(engine(), &joined, &mut sarif).expect("writes");
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).expect("is JSON");
    let flows = sarif.pointer("/runs/0/results").and_then(|r| r.as_array()).expect("results");
    let locations = flows
        .iter()
        .find_map(|r| r.pointer("/codeFlows/0/threadFlows/0/locations"))
        .and_then(|l| l.as_array())
        .expect("a code flow");
    assert_eq!(locations.len(), steps.len());
    assert_eq!(
        locations[0].pointer("/location/physicalLocation/region/startLine"),
        Some(&8.into())
    );
}

/// Constants decide branches, slots of containers are told apart, guards hold.
#[test]
fn what_cannot_happen_is_not_reported() {
    let body = |code: &str| {
        let code = code.replace('\n', "\n    ");
        format!("from flask import request\ndef f():\n    a = request.args['a']\n    {code}\n")
    };
    let clean = [
        "n = 7 * 6\nb = 'x' if n > 40 else a\neval(b)",
        "d = {}\nd['p'] = a\nd['q'] = 'x'\neval(d['q'])",
        "l = ['x', a, 'y']\nl.pop(0)\neval(l[1])",
        "if a not in NAMES:\n    return\neval(a)",
        "match 'B':\n    case 'A' | 'C':\n        b = a\n    case 'B':\n        b = 'x'\neval(b)",
        "a = int(a)\neval('f%d()' % a)",
        "while True:\n    a = 'x'\n    break\neval(a)",
    ];
    for code in clean {
        let report = analyse(Language::Python, &body(code));
        assert_eq!(lines(&report, "python/code-injection"), [0u32; 0], "{code}");
    }
    let dirty = [
        "n = g()\nb = 'x' if n > 40 else a\neval(b)",
        "d = {}\nd['p'] = a\neval(d['p'])",
        "l = ['x', a, 'y']\nl.pop(0)\neval(l[0])",
        "if a in NAMES:\n    pass\neval(a)",
        "d = {}\nd[g()] = a\neval(d['q'])",
        "b = ''\nfor c in a:\n    b += c\neval(b)",
        "b = ''\nfor i in range(9):\n    eval(b)\n    b = a",
    ];
    for code in dirty {
        let report = analyse(Language::Python, &body(code));
        assert_eq!(lines(&report, "python/code-injection").len(), 1, "{code}");
    }
}

/// However many functions of a file hand it on.
#[test]
fn chains_of_calls_are_followed_to_their_end() {
    for many in [2, 6, 9, 40] {
        let chain: String =
            (0..many).map(|i| format!("def f{i}(a):\n    f{}(a)\n\n", i + 1)).collect();
        let text = format!(
            "from flask import request\n{chain}def f{many}(a):\n    eval(a)\n\ndef v():\n    f0(request.args['a'])\n"
        );
        let report = analyse(Language::Python, &text);
        assert_eq!(lines(&report, "python/code-injection").len(), 1, "{many} calls");
        let back: String =
            (0..many).map(|i| format!("def f{i}():\n    return f{}()\n\n", i + 1)).collect();
        let text = format!(
            "from flask import request\n{back}def f{many}():\n    return request.args['a']\n\ndef v():\n    eval(f0())\n"
        );
        let report = analyse(Language::Python, &text);
        assert_eq!(lines(&report, "python/code-injection").len(), 1, "{many} returns");
    }
}

/// Steps are counted, not seconds, so this ends on any machine.
#[test]
fn hostile_files_end() {
    let deep =
        format!("x = request.args['a']\neval({}x{})\n", "f(\n".repeat(3_000), ")".repeat(3_000));
    let many: String = (0..4_000).map(|i| format!("    if g({i}):\n        v{i} = a\n")).collect();
    let many = format!(
        "from flask import request\ndef f():\n    a = request.args['a']\n{many}    eval(v1)\n"
    );
    let calls: String = (0..400)
        .map(|i| {
            format!("def f{i}(a):\n    return f{}(a) + f{}(a)\n", (i + 1) % 400, (i + 7) % 400)
        })
        .collect();
    let calls = format!("from flask import request\n{calls}eval(f0(request.args['a']))\n");
    let nested: String = (0..60).map(|i| format!("{}for x{i} in a:\n", " ".repeat(i))).collect();
    let nested = format!("a = request.args['a']\n{nested}{}eval(x1)\n", " ".repeat(60));
    let chain = format!("var a = {}req.query.a;\neval(a);\n", "'x' +\n".repeat(20_000));
    let lambdas =
        format!("{}eval(req.query.a){}", "f((req, b) => {\n".repeat(80), " })".repeat(80));
    // Lists of lists of lists, which hold each other many times over.
    let row = |of: &str| vec![of; 64].join(",");
    let held = format!(
        "from flask import request\ndef f(u):\n    a = [{}]\n    b = [{}]\n    c = [{}]\n    d = [{}]\n{}    eval(d)\n",
        row("u"),
        row("a"),
        row("b"),
        row("c"),
        "    g(d)\n".repeat(5_000)
    );
    let put: String = (0..2)
        .map(|i| format!("def p{i}(u):\n    a = []\n{}", "    a.insert(0, u)\n".repeat(9_000)))
        .collect();
    let put = format!("from flask import request\n{put}eval(request.args['a'])\n");
    // Constants that would make one another long.
    let long = format!(
        "const a = '{}';\n{}eval(req.query.a);\n",
        "x".repeat(4_000),
        "f(a.replace('x', a));\n".repeat(5_000)
    );
    for (language, source) in [
        (Language::JavaScript, long),
        (Language::Python, held),
        (Language::Python, put),
        (Language::Python, deep),
        (Language::Python, many),
        (Language::Python, calls),
        (Language::Python, nested),
        (Language::JavaScript, chain),
        (Language::JavaScript, lambdas),
    ] {
        // That it comes back, and is the same again, is what is tested.
        let first = analyse(language, &source);
        assert_eq!(first.skipped, None);
        assert_eq!(analyse(language, &source), first);
    }
}
