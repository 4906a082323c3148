//! Every built-in rule is compiled for every language it names and run on its
//! own snippets.

use super::{Catalogue, Category, LanguageRules};
use crate::engine::Engine;
use crate::ruleset::{RuleSetting, Ruleset};

#[test]
fn every_rule_matches_what_it_should_and_nothing_else() {
    let catalogue = Catalogue::builtin().expect("rule files are well-formed");
    let mut wrong = Vec::new();
    for document in &catalogue.documents {
        let info = &document.info;
        if info.metric.is_some() {
            continue;
        }
        let tests = &document.tests;
        if tests.valid.is_empty() || tests.invalid.is_empty() {
            wrong.push(format!("{}: has no tests", document.file));
            continue;
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
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn rules_describe_themselves_completely() {
    let catalogue = Catalogue::builtin().expect("rule files are well-formed");
    for document in &catalogue.documents {
        let info = &document.info;
        assert!(!info.title.is_empty() && !info.title_zh.is_empty(), "{}", info.id);
        assert!(!info.message_zh.is_empty() && !info.note.is_empty(), "{}", info.id);
        assert!(info.effort_min > 0, "{}", info.id);
        assert!(
            info.category != Category::Security || !info.cwe.is_empty(),
            "{} is a security rule without CWE",
            info.id
        );
    }
}

#[test]
fn every_analysed_language_has_a_dozen_rules() {
    let catalogue = Catalogue::builtin().expect("rule files are well-formed");
    for spec in crate::Language::all().filter(|s| s.language.is_analysed()) {
        let rules = catalogue
            .documents
            .iter()
            .filter(|d| d.info.languages.contains(&spec.language))
            .count();
        assert!(rules >= 12, "{} has {rules} rules", spec.name);
    }
}
