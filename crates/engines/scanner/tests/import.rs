//! Rules of other tools.

use scanner::{ImportOutcome, Language, Translated, import};

fn only(text: &str) -> Translated {
    let mut all = import(text).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn lines(translated: &Translated, language: Language, text: &str) -> Vec<u32> {
    let rule = translated.rule.as_ref().unwrap_or_else(|| panic!("{:?}", translated.why));
    rule.try_on(language, text).matches.iter().map(|found| found.span.start_line).collect()
}

#[test]
fn searches_are_translated() {
    let rule = only(
        "rules:
- id: Shell_Call
  languages: [python]
  severity: ERROR
  message: |
    runs
    $CMD
  metadata: { cwe: ['CWE-78: x'], category: security }
  patterns:
  - pattern-either:
    - pattern: subprocess.$F(..., shell=True, ...)
    - pattern: os.system($CMD)
  - pattern-not: os.system(\"...\")
  - metavariable-regex: { metavariable: $F, regex: (run|call)$ }
",
    );
    assert_eq!((rule.outcome, rule.id.as_str()), (ImportOutcome::Whole, "own/shell_call"));
    assert_eq!(rule.rule.as_ref().unwrap().info().cwe, [78]);
    let text = "import os\nos.system(x)\nos.system(\"ls\")\nsubprocess.run(a, shell=True)\nsubprocess.Popen(a, shell=True)\nsubprocess.call(a)\n";
    assert_eq!(lines(&rule, Language::Python, text), [2, 4]);
    // As the name is imported, and only then.
    assert_eq!(lines(&rule, Language::Python, "from os import system\nsystem(x)\n"), [2]);
    assert_eq!(lines(&rule, Language::Python, "from my import system\nsystem(x)\n"), [0u32; 0]);
}

#[test]
fn what_comes_before_and_around_is_asked_for() {
    let rule = only(
        "rules:
- id: used-after
  languages: [javascript]
  severity: WARNING
  message: m
  patterns:
  - pattern-inside: |
      $X = open(...)
      ...
  - pattern-not-inside: 'try { ... } catch ($E) { ... }'
  - pattern: $X.read(...)
",
    );
    let text = "a = open('f');\na.read();\nb.read();\ntry { a.read(); } catch (e) { f(); }\n";
    assert_eq!(lines(&rule, Language::JavaScript, text), [2]);
    let rule = only(
        "rules:
- id: flows
  mode: taint
  languages: [python]
  severity: ERROR
  message: m
  pattern-sources: [{ pattern: read_input() }]
  pattern-sinks: [{ pattern: danger($X) }]
",
    );
    assert_eq!(rule.outcome, ImportOutcome::Partly);
    let text = "def f():\n    a = read_input()\n    danger(a)\n    danger(1)\n";
    assert_eq!(lines(&rule, Language::Python, text), [3]);
}

/// Places that are an argument of a call around, a field that is written, a parameter;
/// numbers.
#[test]
fn places_of_flows_and_numbers_are_brought() {
    let flow = |sources: &str, sinks: &str| {
        only(&format!(
            "rules:\n- id: flows\n  mode: taint\n  languages: [javascript]\n  severity: ERROR\n  message: m\n  pattern-sources: [{sources}]\n  pattern-sinks: [{sinks}]\n"
        ))
    };
    let read = "{ pattern: read(...) }";
    let rule =
        flow(read, "{ patterns: [{ pattern: $Q }, { pattern-inside: 'db.query($A, $Q)' }] }");
    let text = "const a = read();\ndb.query(a, 1);\ndb.query(1, a);\n";
    assert_eq!(lines(&rule, Language::JavaScript, text), [3]);
    let rule = flow(
        read,
        "{ patterns: [{ pattern: '$X.$M($Q, ...)' }, { metavariable-regex: { metavariable: $M, regex: ^(run|start)$ } }, { focus-metavariable: $Q }] }",
    );
    let text = "const a = read();\nb.run(a);\nb.stop(a);\nb.start(a);\n";
    assert_eq!(lines(&rule, Language::JavaScript, text), [2, 4]);
    let rule = flow("{ pattern: place.hash }", "{ pattern: '$E.innerHTML = $V' }");
    let text = "e.innerHTML = place.hash;\ne.innerHTML = 'x';\n";
    assert_eq!(lines(&rule, Language::JavaScript, text), [1]);
    let rule = flow(
        "{ patterns: [{ pattern-inside: 'function ... (..., $A, ...) { ... }' }, { focus-metavariable: $A }] }",
        "{ pattern: run($X) }",
    );
    let text = "function f(a) {\n  run(a);\n  run('x');\n}\n";
    assert_eq!(lines(&rule, Language::JavaScript, text), [2]);
    let rule = only(
        "rules:\n- id: short\n  languages: [python]\n  severity: ERROR\n  message: m\n  patterns: [{ pattern: make($N) }, { metavariable-comparison: { metavariable: $N, comparison: $N < 2048 } }]\n",
    );
    assert_eq!(rule.outcome, ImportOutcome::Whole);
    assert_eq!(lines(&rule, Language::Python, "make(1024)\nmake(2048)\nmake(n)\n"), [1]);
}

#[test]
fn what_has_no_counterpart_is_refused_with_the_reason() {
    for (body, why) in [
        ("languages: [hcl]\n  pattern: f(...)", "no grammar"),
        ("languages: [python]\n  pattern: $A. ... .f()", "chain"),
        (
            "languages: [python]\n  patterns: [{ pattern: f($N) }, { metavariable-comparison: { metavariable: $N, comparison: $N > $M } }]",
            "metavariable-comparison",
        ),
        ("languages: [python]\n  patterns: [{ pattern-not: f() }]", "must not"),
    ] {
        let rule = only(&format!("rules:\n- id: a\n  message: m\n  severity: INFO\n  {body}\n"));
        assert_eq!(rule.outcome, ImportOutcome::Refused, "{body}");
        assert!(rule.why[0].contains(why), "{:?}", rule.why);
    }
    assert!(import("a: b\n").is_err());
    assert!(import("- [\n").is_err());
}

/// What is around a match is written twice, so that each level doubles the rule.
#[test]
fn patterns_in_patterns_have_an_end() {
    let nested = |levels: usize, place: fn(&str) -> String| {
        let inner = (0..levels).fold("{ pattern: f($X) }".to_owned(), |inner, _| place(&inner));
        only(&format!(
            "rules:\n- id: a\n  message: m\n  severity: INFO\n  languages: [python]\n  patterns: [{{ pattern: f($X) }}, {inner}]\n"
        ))
    };
    let inside = |inner: &str| {
        format!("{{ pattern-inside: {{ patterns: [{{ pattern: f($X) }}, {inner}] }} }}")
    };
    let like = |inner: &str| {
        format!(
            "{{ metavariable-pattern: {{ metavariable: $X, patterns: [{{ pattern: f($X) }}, {inner}] }} }}"
        )
    };
    for place in [inside as fn(&str) -> String, like] {
        assert_eq!(nested(3, place).outcome, ImportOutcome::Whole);
        let deep = nested(12, place);
        assert_eq!(deep.outcome, ImportOutcome::Refused);
        assert!(deep.why[0].contains("nests more than 6"), "{:?}", deep.why);
    }
}

#[test]
fn rules_of_ast_grep_stay_as_they_are_and_get_their_examples() {
    let first = "id: one\nlanguage: Python\nrule:\n  pattern: print($A)\n";
    let all = import(&format!(
        "{first}---\nid: two\nlanguage: TypeScript\nseverity: hint\nrule: {{ pattern: 'eval($A)' }}\nfix: safe($A)\n---\nid: two\nvalid: ['a']\ninvalid: ['eval(a)']\n"
    ))
    .unwrap();
    assert_eq!((all.len(), all[0].text.as_str()), (2, first));
    assert_eq!((all[0].outcome, all[1].outcome), (ImportOutcome::Whole, ImportOutcome::Whole));
    let second = all[1].rule.as_ref().unwrap();
    assert!(second.test().iter().all(|one| one.holds) && second.test().len() == 2);
}
