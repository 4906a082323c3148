//! The gate: whether a scan's result is good enough, as a pure function of it.

use scanner::{Severity, SeverityCounts};
use serde::{Deserialize, Serialize};

use crate::finding::FindingId;

/// When a scan counts as failed for what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// Whether it is looked at.
    pub enabled: bool,
    /// Each has to hold.
    pub conditions: Vec<Condition>,
}

impl Default for Gate {
    /// Switched off; once switched on, no new finding may be an error or worse.
    fn default() -> Self {
        Self {
            enabled: false,
            conditions: vec![Condition {
                metric: Metric::Findings { at_least: Severity::Error },
                scope: Scope::New,
                comparison: Comparison::AtMost,
                threshold: 0.0,
            }],
        }
    }
}

impl Gate {
    /// The usual conditions, switched on.
    pub fn on() -> Self {
        Self { enabled: true, ..Self::default() }
    }
}

/// `metric comparison threshold` is what has to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What is looked at.
    pub metric: Metric,
    /// Of which part of the code.
    pub scope: Scope,
    /// How it has to compare.
    pub comparison: Comparison,
    /// With what.
    pub threshold: f64,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum Metric {
    /// The number of findings that are at least so bad and not ignored.
    Findings {
        /// The least severity that counts.
        at_least: Severity,
    },
    /// Duplicated lines as a percentage of all lines.
    DuplicationPercent,
    /// The number of functions over a threshold of the ruleset.
    ComplexFunctions,
    /// The highest cyclomatic complexity of a function.
    MaxComplexity,
    /// Comment lines as a percentage of comment and code lines.
    CommentPercent,
}

/// Which part of the code a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// What was not there in the scan before. In a first scan that is all of
    /// it. Only findings are known for this scope; other metrics are taken of
    /// the whole.
    New,
    /// All of it.
    Overall,
}

/// How a value has to compare with its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// It may be equal or less.
    AtMost,
    /// It may be equal or more.
    AtLeast,
}

/// What the gate says of a scan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GateResult {
    /// In one word.
    pub verdict: Verdict,
    /// Each condition with what was measured.
    pub conditions: Vec<Measured>,
    /// The findings that break a condition, the worst first, at most
    /// [`MOST_OFFENDING`].
    pub offending: Vec<Offending>,
}

/// The most findings that a [`GateResult`] lists.
pub const MOST_OFFENDING: usize = 50;

/// The gate's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// There is no gate.
    #[default]
    None,
    /// Every condition holds.
    Passed,
    /// At least one does not.
    Failed,
}

/// A condition and what was measured for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The condition.
    pub condition: Condition,
    /// The value.
    pub value: f64,
    /// Whether it holds.
    pub holds: bool,
}

/// A finding that breaks the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offending {
    /// The finding.
    pub finding: FindingId,
    /// Its rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Its file.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// Its message.
    pub message: String,
}

/// What a gate is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Findings that are there and not ignored.
    pub open: SeverityCounts,
    /// Those of them that are new.
    pub new: SeverityCounts,
    /// Duplicated lines as a percentage of all lines.
    pub duplication_percent: f64,
    /// Functions over a threshold.
    pub complex_functions: u32,
    /// The highest cyclomatic complexity.
    pub max_complexity: u32,
    /// Comment lines as a percentage of comment and code lines.
    pub comment_percent: f64,
}

impl Gate {
    /// What the gate says of these measures, without the offending findings.
    pub fn evaluate(&self, measures: &Measures) -> GateResult {
        if !self.enabled {
            return GateResult::default();
        }
        let conditions: Vec<Measured> =
            self.conditions.iter().map(|condition| condition.measure(measures)).collect();
        let verdict = if conditions.iter().all(|measured| measured.holds) {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        GateResult { verdict, conditions, offending: Vec::new() }
    }
}

impl GateResult {
    /// The least severity of the findings that break it, and whether only new
    /// ones do; `None` when findings do not break it.
    pub(crate) fn blames(&self) -> Option<(Severity, Scope)> {
        let mut blamed: Option<(Severity, Scope)> = None;
        for measured in self.conditions.iter().filter(|measured| !measured.holds) {
            if let Metric::Findings { at_least } = measured.condition.metric {
                let scope = measured.condition.scope;
                blamed = Some(match blamed {
                    None => (at_least, scope),
                    Some((least, Scope::New)) => (least.min(at_least), scope),
                    Some((least, Scope::Overall)) => (least.min(at_least), Scope::Overall),
                });
            }
        }
        blamed
    }

    /// One line for people that says which conditions do not hold.
    pub fn summary(&self) -> String {
        let broken: Vec<String> = self
            .conditions
            .iter()
            .filter(|measured| !measured.holds)
            .map(|measured| {
                let Condition { metric, scope, comparison, threshold } = &measured.condition;
                let allowed = match comparison {
                    Comparison::AtMost => "at most",
                    Comparison::AtLeast => "at least",
                };
                let value = (measured.value * 10.0).round() / 10.0;
                format!("{}: {value}, {allowed} {threshold} allowed", metric.words(*scope))
            })
            .collect();
        broken.join("; ")
    }
}

impl Metric {
    fn words(self, scope: Scope) -> String {
        let new = if scope == Scope::New { "new " } else { "" };
        match self {
            Self::Findings { at_least: Severity::Info } => format!("{new}findings"),
            Self::Findings { at_least: Severity::Fatal } => format!("{new}fatal findings"),
            Self::Findings { at_least } => {
                format!("{new}findings of severity {} or worse", at_least.id())
            }
            Self::DuplicationPercent => "duplicated lines in per cent".to_owned(),
            Self::ComplexFunctions => "too complex functions".to_owned(),
            Self::MaxComplexity => "highest complexity of a function".to_owned(),
            Self::CommentPercent => "comment lines in per cent".to_owned(),
        }
    }
}

impl Condition {
    fn measure(&self, measures: &Measures) -> Measured {
        let value = match self.metric {
            Metric::Findings { at_least } => {
                let counts = match self.scope {
                    Scope::New => &measures.new,
                    Scope::Overall => &measures.open,
                };
                let count: u32 = Severity::ALL
                    .into_iter()
                    .filter(|severity| *severity >= at_least)
                    .map(|severity| counts.of(severity))
                    .sum();
                f64::from(count)
            }
            Metric::DuplicationPercent => measures.duplication_percent,
            Metric::ComplexFunctions => f64::from(measures.complex_functions),
            Metric::MaxComplexity => f64::from(measures.max_complexity),
            Metric::CommentPercent => measures.comment_percent,
        };
        let holds = match self.comparison {
            Comparison::AtMost => value <= self.threshold,
            Comparison::AtLeast => value >= self.threshold,
        };
        Measured { condition: self.clone(), value, holds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(new_errors: u32, open_errors: u32) -> Measures {
        Measures {
            new: SeverityCounts { error: new_errors, warning: 9, ..SeverityCounts::default() },
            open: SeverityCounts { error: open_errors, warning: 9, ..SeverityCounts::default() },
            duplication_percent: 4.25,
            ..Measures::default()
        }
    }

    #[test]
    fn the_usual_gate_minds_new_errors_only() {
        let gate = Gate::on();
        assert_eq!(gate.evaluate(&measures(0, 7)).verdict, Verdict::Passed);
        let result = gate.evaluate(&measures(2, 9));
        assert_eq!(result.verdict, Verdict::Failed);
        assert_eq!(result.blames(), Some((Severity::Error, Scope::New)));
        assert_eq!(
            result.summary(),
            "new findings of severity error or worse: 2, at most 0 allowed"
        );
        assert_eq!(Gate::default().evaluate(&measures(2, 9)).verdict, Verdict::None);
    }

    #[test]
    fn every_condition_has_to_hold() {
        let mut gate = Gate::on();
        gate.conditions.push(Condition {
            metric: Metric::DuplicationPercent,
            scope: Scope::Overall,
            comparison: Comparison::AtMost,
            threshold: 3.0,
        });
        let result = gate.evaluate(&measures(0, 0));
        assert_eq!(result.verdict, Verdict::Failed);
        assert!(result.blames().is_none());
        assert_eq!(result.conditions.iter().filter(|measured| measured.holds).count(), 1);
        assert_eq!(result.summary(), "duplicated lines in per cent: 4.3, at most 3 allowed");
    }

    #[test]
    fn it_survives_being_stored() {
        let gate = Gate::on();
        let text = serde_json::to_string(&gate).unwrap();
        assert_eq!(serde_json::from_str::<Gate>(&text).unwrap(), gate);
        assert_eq!(serde_json::from_str::<Gate>("{}").unwrap(), Gate::default());
    }
}
