//! Trying a rule: on a text, and on its own examples.

use std::sync::Arc;

use super::metric;
use super::own::{OwnRule, with_room};
use crate::engine::Engine;
use crate::language::Language;
use crate::report::{Fix, FlowStep, Span};
use crate::ruleset::{Limits, RuleSetting, Ruleset};

/// The longest text that is tried, in bytes.
pub const MOST_TRIED: usize = 256 * 1024;

/// What a rule found in a text.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// What it reports, in order.
    pub matches: Vec<TrialMatch>,
    /// The rule asked for more than a rule may on one file: there may be more.
    pub cut: bool,
    /// The text is not wholly understood.
    pub broken: bool,
    /// The text was not looked at: too large, too long to read, generated.
    pub skipped: bool,
}

/// One match of a [`Trial`].
#[derive(Debug, Clone)]
pub struct TrialMatch {
    /// Where.
    pub span: Span,
    /// What is said.
    pub message: String,
    /// A comment in the text takes it back.
    pub suppressed: bool,
    /// For data flow: the steps.
    pub flow: Vec<FlowStep>,
    /// What to write instead, where the rule says it.
    pub fix: Option<Fix>,
}

/// What became of one of a rule's examples.
#[derive(Debug, Clone)]
pub struct Tested {
    /// It stands among the valid ones: nothing may be reported.
    pub valid: bool,
    /// Its place among those, from 1.
    pub number: usize,
    /// The language it was read as.
    pub language: Language,
    /// It is as it should be, and so is what the fix makes of it.
    pub holds: bool,
    /// What is wrong with the fix; empty where nothing is, or there is none.
    pub fix: String,
    /// Lines on which something was reported.
    pub lines: Vec<u32>,
    /// It is not wholly understood.
    pub broken: bool,
}

/// What is wrong with what an engine's fixes make of a text: empty where it is
/// `wanted`, or where nothing is wanted, and nothing more is found in it.
pub(super) fn check_fix(
    engine: &Engine,
    language: Language,
    text: &str,
    wanted: Option<&str>,
) -> String {
    let report = engine.analyse(language, text.as_bytes());
    let all: Vec<usize> = (0..report.findings.len()).collect();
    match engine.fixed(language, text.as_bytes(), &report, &all) {
        Err(fault) => fault.to_string(),
        Ok(fixed) => {
            let made = String::from_utf8_lossy(&fixed.source);
            match wanted {
                Some(wanted) if wanted != made => format!("the fixed text is\n{made}"),
                _ if engine.analyse(language, &fixed.source).findings.is_empty() => String::new(),
                _ => format!("the rule still matches\n{made}"),
            }
        }
    }
}

impl OwnRule {
    /// Runs the rule on a text. Bounded in time and memory.
    #[must_use]
    pub fn try_on(self: &Arc<Self>, language: Language, text: &str) -> Trial {
        let engine = self.alone();
        engine.map_or_else(Trial::default, |engine| self.run(&engine, language, text))
    }

    /// Runs the rule on its examples, each read as each of its languages.
    #[must_use]
    pub fn test(self: &Arc<Self>) -> Vec<Tested> {
        let Some(engine) = self.alone() else { return Vec::new() };
        let examples = &self.info().examples;
        let mut tested = Vec::new();
        for language in self.languages() {
            for (valid, texts) in [(true, &examples.valid), (false, &examples.invalid)] {
                for (number, text) in texts.iter().enumerate() {
                    let trial = self.run(&engine, language, text);
                    let lines: Vec<u32> = trial.matches.iter().map(|m| m.span.start_line).collect();
                    let fix = if valid || lines.is_empty() || !self.info().fixable {
                        String::new()
                    } else {
                        let wanted = examples.fixed.get(number).and_then(Option::as_deref);
                        let made = with_room(|| check_fix(&engine, language, text, wanted));
                        made.unwrap_or_default()
                    };
                    let matches = lines.is_empty() == valid;
                    tested.push(Tested {
                        valid,
                        number: number + 1,
                        language,
                        holds: matches && fix.is_empty() && !trial.skipped && !trial.cut,
                        fix,
                        lines,
                        broken: trial.broken,
                    });
                }
            }
        }
        tested
    }

    /// The languages that it is tried in.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        let languages = &self.info().languages;
        if languages.is_empty() { vec![Language::Python] } else { languages.clone() }
    }

    fn alone(self: &Arc<Self>) -> Option<Engine> {
        let on = RuleSetting { enabled: Some(true), ..RuleSetting::default() };
        let ruleset = Ruleset {
            packs: Default::default(),
            rules: [(self.info().id.clone(), on)].into(),
            limits: Limits { max_bytes: MOST_TRIED as u64, parse_ms: 1_000 },
            ..Ruleset::default()
        };
        Engine::with_own(&ruleset, std::slice::from_ref(self)).ok()
    }

    fn run(&self, engine: &Engine, language: Language, text: &str) -> Trial {
        let Some(report) = with_room(|| engine.analyse(language, text.as_bytes())) else {
            return Trial { skipped: true, ..Trial::default() };
        };
        let mut trial = Trial {
            matches: report
                .findings
                .into_iter()
                .map(|found| TrialMatch {
                    span: found.span,
                    message: found.message,
                    suppressed: found.suppressed,
                    flow: found.flow,
                    fix: found.fix,
                })
                .collect(),
            cut: report.health.rules_skipped,
            broken: report.health.error_bytes > 0,
            skipped: report.skipped.is_some(),
        };
        let info = self.info();
        if let (Some(measured), Some(limit)) = (info.metric, info.threshold) {
            for function in &report.functions {
                let (value, line) = (measured.of(function), function.start_line);
                if value > limit {
                    trial.matches.push(TrialMatch {
                        span: Span {
                            start_line: line,
                            start_column: 1,
                            end_line: line,
                            end_column: 1,
                        },
                        message: metric::message(&info.message, function, value, limit),
                        suppressed: false,
                        flow: Vec::new(),
                        fix: None,
                    });
                }
            }
        }
        trial
    }
}
