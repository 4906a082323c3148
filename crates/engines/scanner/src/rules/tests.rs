//! Every built-in rule is compiled for every language it names and run on its
//! own snippets.

use super::trial::check_fix;
use super::{Catalogue, Category, Document, LanguageRules};
use crate::engine::Engine;
use crate::ruleset::{RuleSetting, Ruleset};

fn documents() -> Vec<&'static Document> {
    let rules = &Catalogue::builtin().expect("the table of secrets is well-formed").rules;
    rules.iter().map(|rule| rule.document().expect("rule files are well-formed")).collect()
}

#[test]
fn every_rule_matches_what_it_should_and_nothing_else() {
    let documents = documents();
    let mut wrong = Vec::new();
    for document in documents {
        let info = &document.info;
        if document.core.is_none() && document.taint.is_none() {
            continue;
        }
        let tests = &info.examples;
        if tests.valid.len() < 2 || tests.invalid.len() < 2 {
            wrong.push(format!("{}: needs two valid and two invalid examples", document.file));
        }
        let engine = Engine::new(&Ruleset {
            packs: Default::default(),
            rules: [(
                info.id.clone(),
                RuleSetting { enabled: Some(true), ..RuleSetting::default() },
            )]
            .into(),
            ..Ruleset::default()
        })
        .expect("a ruleset of one rule");
        for language in &info.languages {
            if let Err(error) = LanguageRules::compile(*language, &[document]) {
                wrong.push(error.to_string());
                continue;
            }
            let mut check = |snippets: &[String], expected: bool| {
                for snippet in snippets {
                    let report = engine.analyse(*language, snippet.as_bytes());
                    if report.findings.is_empty() == expected {
                        let verb = if expected { "misses" } else { "matches" };
                        wrong.push(format!("{} ({language}) {verb}:\n{snippet}", document.file));
                    }
                    if report.health.error_bytes > 0 {
                        wrong.push(format!(
                            "{} ({language}): the snippet does not parse:\n{snippet}",
                            document.file
                        ));
                    }
                    for finding in &report.findings {
                        if finding.message.contains('$') {
                            wrong.push(format!(
                                "{}: unfilled message: {}",
                                document.file, finding.message
                            ));
                        }
                    }
                }
            };
            check(&tests.valid, false);
            check(&tests.invalid, true);
            if info.fixable {
                for (at, snippet) in tests.invalid.iter().enumerate() {
                    let wanted = tests.fixed.get(at).and_then(Option::as_deref);
                    let fault = check_fix(&engine, *language, snippet, wanted);
                    if !fault.is_empty() {
                        wrong.push(format!("{} ({language}): {fault}", document.file));
                    }
                }
                if tests.fixed.iter().all(Option::is_none) {
                    wrong.push(format!("{}: no example says what is fixed", document.file));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn rules_about_measures_hold_on_their_examples() {
    let documents = documents();
    let mut seen = 0;
    for info in documents.iter().map(|document| &document.info).filter(|info| info.metric.is_some())
    {
        seen += 1;
        let on = RuleSetting { enabled: Some(true), ..RuleSetting::default() };
        let engine = Engine::new(&Ruleset {
            packs: Default::default(),
            rules: [(info.id.clone(), on)].into(),
            ..Ruleset::default()
        })
        .expect("a ruleset of one rule");
        let found = |snippet: &String| {
            let report = engine.analyse(crate::Language::Python, snippet.as_bytes());
            assert_eq!(report.health.error_bytes, 0, "{}: {snippet}", info.id);
            let file = crate::FileReport { path: "a.py", blob: "", report: &report };
            engine.join(&[file], &[]).findings.len()
        };
        let examples = &info.examples;
        assert!(examples.valid.len() > 1 && examples.invalid.len() > 1, "{}", info.id);
        for snippet in &examples.valid {
            assert_eq!(found(snippet), 0, "{} matches:\n{snippet}", info.id);
        }
        for snippet in &examples.invalid {
            assert_eq!(found(snippet), 1, "{} misses:\n{snippet}", info.id);
        }
    }
    assert_eq!(seen, 5);
}

#[test]
fn rules_describe_themselves_completely() {
    let documents = documents();
    for document in documents {
        let info = &document.info;
        assert!(!info.title.is_empty() && !info.title_zh.is_empty(), "{}", info.id);
        assert!(!info.message_zh.is_empty(), "{}", info.id);
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (doc, zh) in [(&info.docs.en, false), (&info.docs.zh, true)] {
            for part in [&doc.what, &doc.why, &doc.fix] {
                assert!(part.trim().len() > 8, "{} has an empty part", info.id);
                assert_eq!(chinese(part), zh, "{}: {part}", info.id);
            }
        }
        assert!(info.effort_min > 0, "{}", info.id);
        assert!(
            info.category != Category::Security || !info.cwe.is_empty(),
            "{} is a security rule without CWE",
            info.id
        );
    }
}

#[test]
fn every_analysed_language_has_a_recommended_pack() {
    let documents = documents();
    for spec in crate::Language::all().filter(|s| s.language.is_analysed()) {
        let rules = documents
            .iter()
            .filter(|d| d.info.languages.contains(&spec.language))
            .filter(|d| d.info.packs.iter().any(|p| p == "recommended"))
            .count();
        let major = spec.language <= crate::Language::CSharp
            || matches!(spec.language, crate::Language::Kotlin | crate::Language::Php);
        let least = if major { 25 } else { 10 };
        assert!(rules >= least, "{} has {rules} recommended rules", spec.name);
    }
}

/// A rule that no word rules out costs time on every file of its language.
#[test]
fn few_rules_run_on_every_file() {
    let documents = documents();
    let mut unfiltered = std::collections::BTreeSet::new();
    for spec in crate::Language::all().filter(|s| s.language.is_analysed()) {
        let documents: Vec<_> = documents
            .iter()
            .filter(|d| d.info.languages.contains(&spec.language))
            .copied()
            .collect();
        let rules = LanguageRules::compile(spec.language, &documents).expect("rules compile");
        unfiltered.extend(rules.unfiltered());
    }
    insta::assert_debug_snapshot!(unfiltered, @r#"
    {
        "c/assignment-in-condition",
        "c/mask-precedence",
        "c/repeated-condition",
        "c/same-branches",
        "c/self-assign",
        "c/self-compare",
        "cangjie/repeated-condition",
        "cangjie/same-branches",
        "cangjie/self-assign",
        "cangjie/self-compare",
        "cpp/assignment-in-condition",
        "csharp/blocking-on-task",
        "csharp/finaliser-throws",
        "csharp/lock-on-shared",
        "csharp/null-then-member",
        "csharp/random-secret",
        "csharp/repeated-condition",
        "csharp/same-branches",
        "csharp/self-assign",
        "csharp/self-compare",
        "css/duplicate-property",
        "css/duplicate-selector",
        "css/empty-rule",
        "css/font-without-family",
        "css/import-in-style",
        "css/important",
        "css/invalid-hex-colour",
        "css/plain-http",
        "css/unknown-unit",
        "fortran/allocate-unchecked",
        "fortran/arithmetic-if",
        "fortran/common-block",
        "fortran/fixed-unit",
        "fortran/goto",
        "fortran/implicit-none-missing",
        "fortran/implicit-typing",
        "fortran/open-unchecked",
        "fortran/real-equality",
        "fortran/self-assign",
        "fortran/self-compare",
        "fortran/shell-command",
        "go/nil-map-write",
        "go/repeated-condition",
        "go/same-branches",
        "go/self-assign",
        "go/self-compare",
        "html/frame-without-title",
        "html/image-without-alt",
        "html/insecure-content",
        "html/obsolete-element",
        "html/page-without-language",
        "html/password-by-get",
        "html/script-url",
        "java/repeated-condition",
        "java/same-branches",
        "java/self-assign",
        "java/self-compare",
        "java/string-equality",
        "javascript/assignment-in-condition",
        "javascript/duplicate-case",
        "javascript/duplicate-key",
        "javascript/literal-compare",
        "javascript/prototype-walk",
        "javascript/prototype-write",
        "javascript/repeated-condition",
        "javascript/same-branches",
        "javascript/self-assign",
        "javascript/self-compare",
        "javascript/slow-expression",
        "json/any-origin",
        "json/duplicate-key",
        "json/old-tls-setting",
        "kotlin/assert-null-elvis",
        "kotlin/not-null-assertion",
        "kotlin/repeated-condition",
        "kotlin/return-in-finally",
        "kotlin/self-assign",
        "kotlin/self-compare",
        "kotlin/weak-cipher",
        "kotlin/weak-hash",
        "lua/duplicate-key",
        "lua/global-function",
        "lua/loop-over-zero",
        "lua/repeated-condition",
        "lua/same-branches",
        "lua/self-assign",
        "lua/self-compare",
        "php/assignment-in-condition",
        "php/duplicate-key",
        "php/exit-call",
        "php/reference-left-over",
        "php/repeated-condition",
        "php/same-branches",
        "php/self-assign",
        "php/self-compare",
        "php/shell-command",
        "php/tls-verify-off",
        "python/duplicate-key",
        "python/mutable-default",
        "python/repeated-condition",
        "python/same-branches",
        "python/self-assign",
        "python/unreachable",
        "rust/busy-loop",
        "rust/pointless-arithmetic",
        "rust/repeated-condition",
        "rust/reversed-range",
        "rust/same-branches",
        "rust/self-assign",
        "rust/self-compare",
        "scala/null-literal",
        "scala/repeated-condition",
        "scala/return-in-function",
        "scala/same-branches",
        "scala/self-compare",
        "scala/weak-cipher",
        "scala/weak-hash",
        "shell/backticks",
        "shell/unquoted-test",
        "sql/delete-without-where",
        "sql/drop-if-missing",
        "sql/implicit-join",
        "sql/insert-without-columns",
        "sql/leading-wildcard",
        "sql/money-as-float",
        "sql/not-in-subquery",
        "sql/null-compare",
        "sql/order-by-number",
        "sql/plain-password",
        "sql/select-star",
        "sql/self-compare",
        "sql/update-without-where",
        "typescript/non-null-optional",
    }
    "#);
}

/// What is known of a rule without reading it is what it says.
#[test]
fn rules_are_told_apart_unread() {
    let ruleset = Ruleset { packs: ["strict".to_owned()].into(), ..Ruleset::default() };
    for rule in &Catalogue::builtin().expect("the table of secrets is well-formed").rules {
        let document = rule.document().expect("rule files are well-formed");
        let info = &document.info;
        assert_eq!(rule.id(), info.id);
        assert_eq!(rule.hash(), document.hash, "{}", info.id);
        assert_eq!(rule.is_on(&ruleset), ruleset.enables(info), "{}", info.id);
        assert_eq!(rule.is_metric(), info.metric.is_some(), "{}", info.id);
        assert_eq!(rule.shapes_reports(), document.shapes_reports(), "{}", info.id);
        let matched = document.core.is_some() || document.taint.is_some();
        for spec in crate::Language::all().filter(|_| matched || document.words.is_some()) {
            let of = info.languages.contains(&spec.language);
            assert_eq!(rule.is_of(spec.language), of, "{} {}", info.id, spec.id);
        }
    }
}
