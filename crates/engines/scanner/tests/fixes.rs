//! What rules say to write instead: where it stands in the bytes of a blob, and
//! what comes of applying it.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::sync::Arc;

use scanner::{
    BlobReport, Engine, FixFault, ImportOutcome, Language, OwnRule, RuleSetting, Ruleset,
    catalogue, import,
};

fn engine_of(rule: &str) -> Engine {
    Engine::new(&only(rule)).unwrap()
}

fn only(rule: &str) -> Ruleset {
    let on = RuleSetting { enabled: Some(true), ..RuleSetting::default() };
    Ruleset {
        packs: Default::default(),
        rules: [(rule.to_owned(), on)].into(),
        ..Ruleset::default()
    }
}

fn own(text: &str) -> (Engine, Arc<OwnRule>) {
    let rule = Arc::new(OwnRule::parse(text).unwrap());
    let engine = Engine::with_own(&only(&rule.info().id), std::slice::from_ref(&rule)).unwrap();
    (engine, rule)
}

/// The text with all fixes applied.
fn fixed(engine: &Engine, language: Language, source: &[u8]) -> Result<Vec<u8>, FixFault> {
    let report = engine.analyse(language, source);
    let all: Vec<usize> = (0..report.findings.len()).collect();
    engine.fixed(language, source, &report, &all).map(|fixed| fixed.source)
}

fn text(engine: &Engine, language: Language, source: &str) -> String {
    String::from_utf8(fixed(engine, language, source.as_bytes()).unwrap()).unwrap()
}

#[test]
fn many_rules_of_many_languages_say_what_to_write() {
    let with: Vec<_> = catalogue().unwrap().filter(|rule| rule.fixable).collect();
    let mut languages: Vec<Language> =
        with.iter().filter_map(|rule| rule.languages.first().copied()).collect();
    languages.sort_unstable_by_key(|language| language.id());
    languages.dedup();
    assert!(with.len() >= 30, "{}", with.len());
    assert!(languages.len() >= 12, "{languages:?}");
}

#[test]
fn bytes_are_those_of_the_blob_and_survive_the_cache() {
    let engine = engine_of("python/is-literal");
    let source = "näme = 'é'\nif näme is \"a\":\n    pass\n";
    let report = engine.analyse(Language::Python, source.as_bytes());
    let report = BlobReport::decode(&report.encode()).unwrap();
    let fix = report.findings[0].fix.as_ref().unwrap();
    assert_eq!(
        &source.as_bytes()[fix.start as usize..fix.end as usize],
        "näme is \"a\"".as_bytes()
    );
    assert_eq!(fix.text, "näme == \"a\"");

    let marked = [b"\xef\xbb\xbf".as_slice(), source.as_bytes()].concat();
    let made = fixed(&engine, Language::Python, &marked).unwrap();
    assert_eq!(
        made,
        [b"\xef\xbb\xbf".as_slice(), source.replace(" is ", " == ").as_bytes()].concat()
    );

    // Other encodings are read, and not written.
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("x is 5\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let report = engine.analyse(Language::Python, &wide);
    assert_eq!(report.findings.len(), 1);
    assert!(report.findings[0].fix.is_none());
    let latin = b"# caf\xe9\nx is 5\n";
    let report = engine.analyse(Language::Python, latin);
    assert!(report.findings[0].fix.is_none());
}

#[test]
fn line_ends_and_indents_are_kept() {
    let (engine, _) = own(
        "id: with\nlanguage: python\nmessage: m\nrule: { pattern: 'open($F)' }\nfix: |-\n  guarded(\n      $F,\n  )\n",
    );
    assert_eq!(
        text(&engine, Language::Python, "def f():\r\n    x = open(a)\r\n"),
        "def f():\r\n    x = guarded(\r\n        a,\r\n    )\r\n"
    );
}

#[test]
fn places_are_right_whatever_stands_before_them() {
    let engine = engine_of("python/is-literal");
    for (before, after) in [
        // Several on a line, behind characters of one to four bytes.
        (
            "s = 'é𝄞字', x is 5, y is not 'b', z is 'ü'\n",
            "s = 'é𝄞字', x == 5, y != 'b', z == 'ü'\n",
        ),
        ("if a:\n\tif x is 5:\n\t\ty =\tx is 6\n", "if a:\n\tif x == 5:\n\t\ty =\tx == 6\n"),
        // The end of the file is the end of the place.
        ("y = x is 5", "y = x == 5"),
        ("\u{feff}# ü\r\ny = x is 5\r\nz = y is 'ä'", "\u{feff}# ü\r\ny = x == 5\r\nz = y == 'ä'"),
        // Lines that end in both ways, and in none of them.
        (
            "a = x is 5\r\nb = x is 6\nc = '\u{2028}', x is 7\n",
            "a = x == 5\r\nb = x == 6\nc = '\u{2028}', x == 7\n",
        ),
    ] {
        assert_eq!(text(&engine, Language::Python, before), after, "{before:?}");
    }
    let engine = engine_of("javascript/debugger");
    let js = Language::JavaScript;
    assert_eq!(text(&engine, js, "a();\r\n\tdebugger;\r\nb();"), "a();\r\nb();");
    assert_eq!(text(&engine, js, "a();\n\tdebugger;"), "a();\n");
    assert_eq!(text(&engine, js, "\u{feff}debugger;\na('ü');\n"), "\u{feff}a('ü');\n");
}

#[test]
fn what_goes_takes_its_line_with_it() {
    let engine = engine_of("javascript/debugger");
    let js = Language::JavaScript;
    assert_eq!(text(&engine, js, "a();\n  debugger;\nb();\n"), "a();\nb();\n");
    assert_eq!(text(&engine, js, "a(); debugger; b();\n"), "a();  b();\n");
    // Without its body the condition is no statement any more.
    assert_eq!(fixed(&engine, js, b"if (x) debugger\n"), Err(FixFault::Breaks));
}

#[test]
fn overlapping_fixes_are_not_mixed() {
    let engine = engine_of("javascript/negated-operand");
    let source = "f(!(!a in b) in c)\n";
    let report = engine.analyse(Language::JavaScript, source.as_bytes());
    assert_eq!(report.findings.len(), 2);
    // The outer one is first; with the inner left, the rule still has a finding.
    let done = engine.fixed(Language::JavaScript, source.as_bytes(), &report, &[0, 1]).unwrap();
    assert_eq!(done.findings.len(), 1);
    let text = String::from_utf8(done.source).unwrap();
    assert_eq!(engine.analyse(Language::JavaScript, text.as_bytes()).findings.len(), 1, "{text}");
}

#[test]
fn a_fix_that_heals_nothing_is_refused() {
    let (engine, rule) = own(
        "id: still\nlanguage: python\nmessage: m\nrule: { pattern: 'old($$$A)' }\nfix: old(new($$$A))\nmetadata: { tests: { valid: [x()], invalid: [old(1)] } }\n",
    );
    assert_eq!(fixed(&engine, Language::Python, b"old(1)\n"), Err(FixFault::Remains));
    let tested = rule.test();
    let wrong = tested.iter().find(|one| !one.holds).unwrap();
    assert!(wrong.fix.contains("still be there"), "{wrong:?}");
}

#[test]
fn examples_say_what_is_fixed() {
    let rule = |fixed: &str| {
        let text = format!(
            "id: t\nlanguage: go\nmessage: m\nrule: {{ kind: call_expression, has: {{ field: function, regex: '^old$' }}, pattern: 'old($A)' }}\nfix: neu($A)\nmetadata:\n  tests:\n    valid: ['package a']\n    invalid:\n      - code: |\n          package a\n          var x = old(1)\n        fixed: |\n          package a\n          var x = {fixed}\n"
        );
        Arc::new(OwnRule::parse(&text).unwrap())
    };
    assert!(rule("neu(1)").test().iter().all(|one| one.holds));
    let tested = rule("neu(2)").test();
    assert!(tested.iter().any(|one| !one.holds && one.fix.contains("neu(1)")), "{tested:?}");
}

#[test]
fn rules_about_text_have_fixes_too() {
    let (engine, _) = own(
        "id: host\nlanguage: any\nmessage: m\ntext: { regex: 'http://([a-z.]+)' }\nfix: 'https://${1}'\n",
    );
    let yaml = Language::of_id("yaml").unwrap();
    assert_eq!(text(&engine, yaml, "a: http://x.org\n"), "a: https://x.org\n");
}

#[test]
fn surroundings_can_be_taken_in() {
    let (engine, _) = own(
        "id: last\nlanguage: javascript\nmessage: m\nrule: { kind: pair, has: { field: key, regex: '^gone$' } }\nfix: { template: '', expandEnd: { regex: ',' } }\n",
    );
    assert_eq!(text(&engine, Language::JavaScript, "f({ gone: 1, b: 2 })\n"), "f({  b: 2 })\n");
}

#[test]
fn faults_in_fixes_are_named() {
    let fault = |fix: &str| {
        let text =
            format!("id: t\nlanguage: python\nmessage: m\nrule: {{ pattern: f($A) }}\n{fix}\n");
        OwnRule::parse(&text).unwrap_err()
    };
    let undefined = fault("fix: g($B)");
    assert_eq!(undefined.field, "fix", "{undefined}");
    assert!(undefined.why.contains('B'), "{undefined}");
    assert_eq!(fault(&format!("fix: '{}'", "x".repeat(5_000))).field, "fix");
    assert_eq!(fault(&format!("fix: '{}'", "$A".repeat(200))).field, "fix");
    let metric = "id: t\nlanguage: any\nmessage: m\nmetric: length\nthreshold: 5\nfix: x\n";
    assert_eq!(OwnRule::parse(metric).unwrap_err().field, "fix");
}

#[test]
fn large_captures_have_no_fix() {
    let (engine, _) = own(&format!(
        "id: t\nlanguage: python\nmessage: m\nrule: {{ pattern: f($A) }}\nfix: '[{}]'\n",
        "$A, ".repeat(30)
    ));
    let source = format!("f(\"\"\"{}\"\"\")\n", "x\n".repeat(5_000));
    let report = engine.analyse(Language::Python, source.as_bytes());
    assert_eq!(report.findings.len(), 1);
    assert!(report.findings[0].fix.is_none());
}

#[test]
fn fixes_are_imported() {
    let rules = import(
        "id: none\nlanguage: python\nrule: { pattern: '$A == None' }\nfix: $A is None\n---\nid: odd\nlanguage: python\nrule: { pattern: f($A) }\nfix: g($C)\n",
    )
    .unwrap();
    assert_eq!(rules[0].outcome, ImportOutcome::Whole, "{:?}", rules[0].why);
    assert!(rules[0].rule.as_ref().unwrap().info().fixable);
    assert_eq!(rules[1].outcome, ImportOutcome::Partly);
    assert!(!rules[1].rule.as_ref().unwrap().info().fixable);

    let rules = import(
        "rules:\n- id: md\n  languages: [python]\n  severity: INFO\n  message: m\n  pattern: old($X, ...)\n  fix: neu($X)\n- id: focus\n  languages: [python]\n  severity: INFO\n  message: m\n  patterns: [{ pattern: 'a($X)' }, { focus-metavariable: $X }]\n  fix: b\n",
    )
    .unwrap();
    let first = rules[0].rule.clone().unwrap();
    assert_eq!(rules[0].outcome, ImportOutcome::Whole, "{:?}", rules[0].why);
    let engine = Engine::with_own(&only(&first.info().id), std::slice::from_ref(&first)).unwrap();
    assert_eq!(text(&engine, Language::Python, "x = old(1, 2)\n"), "x = neu(1)\n");
    assert!(rules[1].why.iter().any(|why| why.contains("fix is left out")), "{:?}", rules[1].why);
}
