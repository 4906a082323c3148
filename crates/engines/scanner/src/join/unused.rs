//! Suppression comments that suppressed nothing: only who knows all findings of a
//! file can tell.

use std::collections::{HashMap, HashSet};

use super::FileReport;
use crate::engine::Engine;
use crate::identity::Finding;
use crate::passes::suppress;
use crate::report::Suppression;
use crate::rules::{RuleInfo, UNUSED_SUPPRESSION};

/// The rules that a ruleset has switched on, by the words that comments have for
/// them, in lower case.
pub(crate) type Names = HashMap<String, Vec<String>>;

impl Engine {
    /// The rule about suppressions that suppress nothing, where it is on.
    fn unused_suppressions(&self) -> Option<&RuleInfo> {
        self.rule(UNUSED_SUPPRESSION).filter(|info| self.ruleset().enables(info))
    }

    /// Adds what is to be said about the suppressions of a file, of whose findings
    /// `suppressed` are those that comments took back.
    pub(super) fn add_unused(
        &self,
        file: &FileReport<'_>,
        findings: &mut Vec<Finding>,
        suppressed: &mut Vec<Finding>,
        first: usize,
    ) {
        let Some(info) = self.unused_suppressions() else { return };
        let report = file.report;
        // What did not run to its end may have missed what a comment is about.
        if report.suppressions.is_empty() || report.health.rules_skipped {
            return;
        }
        let used = self.used(&report.suppressions, &suppressed[first..]);
        let mut found = Vec::new();
        for (one, used) in report.suppressions.iter().zip(&used) {
            let Some(said) = self.unused_words(file, one, used) else { continue };
            found.push(Finding {
                rule: info.id.clone(),
                severity: self.ruleset().severity(info),
                category: info.category,
                path: file.path.to_owned(),
                language: report.language,
                span: one.span,
                message: info.message.replace("$NAME", &said),
                symbol: String::new(),
                uncertain: report.health.error_bytes > 0,
                flow: Vec::new(),
                fix: None,
                context: one.context,
                fingerprint: String::new(),
            });
        }
        // A comment without names covers itself; only one that names this rule may
        // take it back.
        let names = info.names();
        for finding in found {
            let line = finding.span.start_line;
            let covered = report.suppressions.iter().any(|one| {
                !one.rules.is_empty() && suppress::covers(one, info, &names, line, line)
            });
            if covered {
                suppressed.push(finding);
            } else {
                findings.push(finding);
            }
        }
    }

    /// Which of the words of each suppression took something back; one without
    /// words has an empty one.
    fn used<'s>(
        &self,
        suppressions: &'s [Suppression],
        suppressed: &[Finding],
    ) -> Vec<HashSet<&'s str>> {
        let mut used = vec![HashSet::new(); suppressions.len()];
        for finding in suppressed {
            let Some(info) = self.rule(&finding.rule) else { continue };
            let names = info.names();
            let (start, end) = (finding.span.start_line, finding.span.end_line);
            for (one, used) in suppressions.iter().zip(&mut used) {
                if !suppress::covers(one, info, &names, start, end) {
                    continue;
                }
                if one.rules.is_empty() {
                    used.insert("");
                }
                let named = one.rules.iter().filter(|word| suppress::is_named(word, &names));
                used.extend(named.map(String::as_str));
            }
        }
        used
    }

    /// What of a suppression is without effect, as it is written; `None` where it
    /// has one, or nobody can tell.
    fn unused_words(
        &self,
        file: &FileReport<'_>,
        one: &Suppression,
        used: &HashSet<&str>,
    ) -> Option<String> {
        // Other programs of the same scan may mind their own comments.
        if one.marker != suppress::OWN && !self.ruleset().adapters.is_empty() {
            return None;
        }
        if one.rules.is_empty() {
            let judged = !one.only_metrics || self.metric_rules().next().is_some();
            return (judged && used.is_empty()).then(|| one.marker.clone());
        }
        let unused: Vec<&str> = one
            .rules
            .iter()
            .map(String::as_str)
            .filter(|word| !used.contains(word) && self.is_judged(file, word))
            .collect();
        (!unused.is_empty()).then(|| format!("{}: {}", one.marker, unused.join(", ")))
    }

    /// Whether a rule of this name ran on a file.
    fn is_judged(&self, file: &FileReport<'_>, word: &str) -> bool {
        let Some(ids) = self.rule_names().get(&word.to_ascii_lowercase()) else { return false };
        let report = file.report;
        let languages = || {
            let parts = report.parts.iter().map(|part| part.language);
            std::iter::once(report.language).chain(parts)
        };
        ids.iter().filter_map(|id| self.rule(id)).any(|rule| {
            rule.id != UNUSED_SUPPRESSION
                && (rule.languages.is_empty()
                    || languages().any(|language| rule.languages.contains(&language)))
                && self.is_for(&rule.id, file.path)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::join::FileReport;
    use crate::rules::UNUSED_SUPPRESSION;
    use crate::{Engine, Language, RuleSetting, Ruleset};

    fn engine(packs: &[&str], adapters: &[&str]) -> Engine {
        Engine::new(&Ruleset {
            packs: packs.iter().map(|pack| (*pack).to_owned()).collect(),
            rules: [(
                UNUSED_SUPPRESSION.to_owned(),
                RuleSetting { enabled: Some(true), ..RuleSetting::default() },
            )]
            .into(),
            adapters: adapters.iter().map(|name| (*name).to_owned()).collect(),
            ..Ruleset::default()
        })
        .expect("a ruleset")
    }

    fn told(engine: &Engine, language: Language, source: &str) -> Vec<String> {
        let report = engine.analyse(language, source.as_bytes());
        let file = FileReport { path: "a", blob: "", report: &report };
        let project = engine.join(&[file], &[]);
        let of_rule = project.findings.iter().filter(|found| found.rule == UNUSED_SUPPRESSION);
        of_rule
            .map(|found| {
                let name = found.message.split('`').nth(1).unwrap_or_default();
                format!("{}:{} {name}", found.span.start_line, found.span.start_column)
            })
            .collect()
    }

    #[test]
    fn the_rule_holds_on_its_examples() {
        let engine = engine(&["recommended", "security", "strict", "metrics"], &[]);
        let info = engine.rule(UNUSED_SUPPRESSION).expect("the rule");
        for source in &info.examples.valid {
            assert!(told(&engine, Language::Python, source).is_empty(), "{source}");
        }
        for source in &info.examples.invalid {
            assert_eq!(told(&engine, Language::Python, source).len(), 1, "{source}");
        }
    }

    #[test]
    fn every_family_is_looked_at() {
        let engine = engine(&["recommended", "security", "metrics"], &[]);
        let python = |source: &str| told(&engine, Language::Python, source);
        let comments = [
            "analysis-ignore: why",
            "analysis-ignore-file",
            "analysis-ignore-start",
            "NOSONAR",
            "noqa",
            "nosec",
            "NOCA:eval-call(why)",
            "nolint",
            "eslint-disable",
            "ast-grep-ignore",
        ];
        for comment in comments {
            let source = format!("total = 1  # {comment}\n");
            assert_eq!(python(&source).len(), 1, "{source}");
            // The finding is on the line itself, where each of them holds.
            let source = format!("total = eval(text)  # {comment}\n");
            assert_eq!(python(&source), Vec::<String>::new(), "{source}");
        }
        let small = "def f():\n    # lizard forgives\n    return 1\n";
        assert_eq!(python(small), ["2:7 lizard forgives"]);
        let branches = "    if x:\n        y()\n".repeat(20);
        let large = format!("def f(x):\n    # lizard forgives\n{branches}");
        assert_eq!(python(&large), Vec::<String>::new());
    }

    #[test]
    fn a_linter_stands_for_its_checks() {
        let engine = engine(&["recommended", "security"], &[]);
        let hashes = |comment: &str| {
            let source = format!(
                "package a\n\nimport \"crypto/md5\"\n\nfunc F(b []byte) [16]byte {{\n\treturn md5.Sum(b) {comment}\n}}\n"
            );
            let report = engine.analyse(Language::Go, source.as_bytes());
            let file = FileReport { path: "a.go", blob: "", report: &report };
            let project = engine.join(&[file], &[]);
            project.findings.iter().filter(|found| found.rule == "go/weak-hash").count()
        };
        assert_eq!(hashes(""), 1);
        assert_eq!(hashes("//nolint:gosec // no secret"), 0);
        assert_eq!(hashes("//nolint:errcheck"), 1);
    }

    #[test]
    fn only_rules_that_ran_are_missed() {
        let on = engine(&["recommended", "security"], &[]);
        // Of two names, one that does something.
        let both = "total = eval(text)  # analysis-ignore[eval-call, os-system]\n";
        assert_eq!(told(&on, Language::Python, both), ["1:23 analysis-ignore: os-system"]);
        // A rule that nobody has, or that is for another language.
        assert!(told(&on, Language::Python, "x = 1  # noqa: E501\n").is_empty());
        assert!(told(&on, Language::Json, "{\"a\": 1}\n").is_empty());
        assert!(told(&on, Language::Go, "package a // nolint:os-system\n").is_empty());
        // A linter has more checks than we know of.
        assert!(told(&on, Language::Go, "package a // nolint:gosec\n").is_empty());
        // Switched off.
        let off = engine(&["metrics"], &[]);
        let named = "x = 1  # analysis-ignore[eval-call]\n";
        assert_eq!(told(&on, Language::Python, named).len(), 1);
        assert!(told(&off, Language::Python, named).is_empty());
        // The rule itself can be taken back by name, and by nothing else.
        let kept = "x = 1  # analysis-ignore[eval-call, unused-suppression]\n";
        assert!(told(&on, Language::Python, kept).is_empty());
    }

    #[test]
    fn other_programs_mind_their_own_comments() {
        let engine = engine(&["recommended", "security"], &["ruff"]);
        assert!(told(&engine, Language::Python, "x = 1  # noqa\n").is_empty());
        assert_eq!(told(&engine, Language::Python, "x = 1  # analysis-ignore\n").len(), 1);
    }

    #[test]
    fn switching_the_rule_on_costs_no_new_analysis() {
        let plain = Engine::new(&Ruleset {
            packs: ["recommended".to_owned()].into(),
            ..Ruleset::default()
        });
        let with = engine(&["recommended"], &[]);
        assert_eq!(plain.expect("a ruleset").analysis_hash(), with.analysis_hash());
    }
}
