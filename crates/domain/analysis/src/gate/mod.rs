//! The gate: whether a scan's result is good enough, as a pure function of it.
//!
//! A [`Gate`] is data: conditions on [`Measures`]. [`Gate::evaluate`] needs
//! nothing else, so the same conditions can be tried on any scan whose measures
//! are kept.

mod measures;
#[cfg(test)]
mod tests;

use messages::Lang;
use scanner::{Category, Severity};
use serde::{Deserialize, Serialize};

pub use crate::coverage::Covered;
use crate::finding::FindingId;
use crate::words::Text;
pub use measures::{Group, Letter, MINUTES_PER_LINE, Measures, Part, Quality, Rating, Reason};

/// When a scan counts as failed for what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// Whether it is looked at.
    pub enabled: bool,
    /// Each has to hold.
    pub conditions: Vec<Condition>,
    /// Coverage and duplication of new code, and of changed files, are not
    /// judged where fewer lines than this are new.
    pub least_lines: u32,
    /// What is new code.
    pub baseline: Baseline,
}

impl Default for Gate {
    /// Switched off; once switched on, no new finding may be an error or worse.
    fn default() -> Self {
        Self {
            enabled: false,
            conditions: vec![Condition {
                metric: Metric::findings(Severity::Error),
                scope: Scope::New,
                comparison: Comparison::AtMost,
                threshold: 0.0,
            }],
            least_lines: 20,
            baseline: Baseline::Previous,
        }
    }
}

/// What the code is compared with to tell what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "since")]
pub enum Baseline {
    /// The scan before.
    #[default]
    Previous,
    /// The last scan that is at least so old.
    Days {
        /// From 1 to 3650.
        days: u32,
    },
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum Metric {
    /// The number of findings that are at least so bad and not ignored.
    Findings {
        /// The least severity that counts.
        at_least: Severity,
        /// Only of this kind of problem.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<Category>,
        /// Only of this rule; empty for any.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        rule: String,
    },
    /// Keys and passwords in the code.
    Secrets,
    /// Secrets in the histories of the plan's depots that nobody has revoked or let
    /// stay: of all of them, whatever the scope.
    HistorySecrets,
    /// Dependencies with known vulnerabilities.
    VulnerableDependencies,
    /// A rating: 1 for A to 5 for E.
    Rating {
        /// What is rated.
        of: Quality,
    },
    /// Minutes that mending what is hard to read or slow is likely to take.
    DebtMinutes,
    /// The same as a percentage of what writing the code is taken to cost.
    DebtPercent,
    /// Duplicated lines as a percentage of all lines but those of prose.
    DuplicationPercent,
    /// The number of functions over a threshold of the ruleset.
    ComplexFunctions,
    /// The same as a percentage of all functions.
    ComplexPercent,
    /// The highest cyclomatic complexity of a function.
    MaxComplexity,
    /// The highest cognitive complexity of a function.
    MaxCognitive,
    /// Lines that tests run as a percentage of those that they can.
    CoveragePercent,
    /// Comment lines as a percentage of comment and code lines.
    CommentPercent,
}

/// Which part of the code a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// What was not there at the [`Baseline`]. In a first scan that is all of
    /// it.
    New,
    /// All of it.
    Overall,
    /// All code of the files that changed since the [`Baseline`].
    Changed,
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
    /// The value; 0 where it was not measured.
    pub value: f64,
    /// Whether it holds; what was not measured does.
    pub holds: bool,
    /// Why it was not judged, if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spared: Option<Spared>,
}

/// Why a condition was not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spared {
    /// There is no value: no report of coverage came in, for instance.
    NotMeasured,
    /// Fewer lines than [`Gate::least_lines`] are new.
    TooFewLines,
    /// A part of what it looks at could not be read, and the rest would hold.
    Unread,
    /// No advisories were imported about some of it, and the rest would hold.
    Unchecked,
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

impl Gate {
    /// What the gate says of these measures, without the offending findings.
    pub fn evaluate(&self, measures: &Measures) -> GateResult {
        if !self.enabled {
            return GateResult::default();
        }
        let conditions: Vec<Measured> = self
            .conditions
            .iter()
            .map(|condition| condition.measure(measures, self.least_lines))
            .collect();
        let verdict = if conditions.iter().all(|measured| measured.holds) {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        GateResult { verdict, conditions, offending: Vec::new() }
    }
}

impl GateResult {
    /// The conditions that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Condition> {
        self.conditions
            .iter()
            .filter(|measured| !measured.holds)
            .map(|measured| &measured.condition)
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
                let value = metric.written(measured.value);
                let threshold = metric.written(*threshold);
                format!(
                    "{}: {value}, {allowed} {threshold} allowed",
                    Text { lang: Lang::En }.metric(metric, *scope)
                )
            })
            .collect();
        broken.join("; ")
    }
}

impl Metric {
    /// Findings of any kind that are at least so bad.
    pub fn findings(at_least: Severity) -> Self {
        Self::Findings { at_least, category: None, rule: String::new() }
    }

    /// Whether a finding counts for it: which findings break a condition on it.
    pub fn counts(&self, rule: &str, category: Category, severity: Severity) -> bool {
        match self {
            Self::Findings { at_least, category: wanted, rule: only } => {
                severity >= *at_least
                    && wanted.is_none_or(|wanted| wanted == category)
                    && (only.is_empty() || only == rule)
            }
            Self::Secrets => is_secret(rule),
            Self::Rating { of: Quality::Reliability } => {
                category == Category::Bug && severity > Severity::Info
            }
            Self::Rating { of: Quality::Security } => {
                category == Category::Security && severity > Severity::Info
            }
            Self::Rating { of: Quality::Maintainability }
            | Self::DebtMinutes
            | Self::DebtPercent => matches!(category, Category::Smell | Category::Performance),
            Self::ComplexFunctions | Self::ComplexPercent => {
                crate::rule(rule).is_some_and(|rule| rule.metric.is_some())
            }
            _ => false,
        }
    }

    /// A value as people write it: a letter for a rating, else a number with
    /// at most one digit after the point.
    pub fn written(&self, value: f64) -> String {
        match self {
            Self::Rating { .. } => Letter::of_number(value).as_str().to_owned(),
            _ => ((value * 10.0).round() / 10.0).to_string(),
        }
    }

    /// Whether it says little of a few lines.
    fn needs_lines(&self) -> bool {
        matches!(self, Self::CoveragePercent | Self::DuplicationPercent)
    }

    fn of(&self, part: &Part) -> Option<f64> {
        match self {
            Self::Findings { .. } | Self::Secrets => Some(f64::from(
                part.count(|group| self.counts(&group.rule, group.category, group.severity)),
            )),
            Self::VulnerableDependencies => part.vulnerable.map(f64::from),
            Self::HistorySecrets => part.leaks.map(f64::from),
            Self::Rating { of: Quality::Maintainability } if part.code.is_none() => None,
            Self::Rating { of } => Some(f64::from(part.rating(*of).letter.number())),
            #[expect(clippy::cast_precision_loss, reason = "minutes below 2^53")]
            Self::DebtMinutes => Some(part.debt() as f64),
            Self::DebtPercent => part.debt_percent(),
            Self::DuplicationPercent => part.duplication(),
            Self::ComplexFunctions => part.complex_functions.map(f64::from),
            Self::ComplexPercent => part.complex_share(),
            Self::MaxComplexity => part.max_cyclomatic.map(f64::from),
            Self::MaxCognitive => part.max_cognitive.map(f64::from),
            Self::CoveragePercent => part.coverage.and_then(Covered::percent),
            Self::CommentPercent => part.comments(),
        }
    }
}

/// Whether a rule finds keys and passwords.
pub(crate) fn is_secret(rule: &str) -> bool {
    rule.starts_with("secrets/")
}

impl Condition {
    fn measure(&self, measures: &Measures, least_lines: u32) -> Measured {
        let part = match self.metric {
            Metric::HistorySecrets => &measures.overall,
            _ => measures.of(self.scope),
        };
        let few = self.scope != Scope::Overall
            && self.metric.needs_lines()
            && measures.new.lines.is_some_and(|lines| lines < least_lines);
        let value = self.metric.of(part);
        let spared = match value {
            None => Some(Spared::NotMeasured),
            Some(_) if few => Some(Spared::TooFewLines),
            Some(_) => None,
        };
        let value = value.unwrap_or_default();
        let reached = match self.comparison {
            Comparison::AtMost => value <= self.threshold,
            Comparison::AtLeast => value >= self.threshold,
        };
        let spared = spared.or(match self.metric {
            Metric::VulnerableDependencies if reached && part.unread > 0 => Some(Spared::Unread),
            Metric::VulnerableDependencies if reached && part.unchecked > 0 => {
                Some(Spared::Unchecked)
            }
            _ => None,
        });
        let holds = spared.is_some() || reached;
        Measured { condition: self.clone(), value, holds, spared }
    }
}

/// The most conditions of a gate.
const MOST_CONDITIONS: usize = 50;

impl Gate {
    /// Whether it can be kept.
    ///
    /// # Errors
    /// `Invalid` on `gate`.
    pub(crate) fn check(&self) -> base::Result<()> {
        let wrong = |why: &str| Err(base::Error::invalid("gate", why.to_owned()));
        if self.conditions.len() > MOST_CONDITIONS {
            return wrong("must have at most 50 conditions");
        }
        if self.conditions.iter().any(|one| !one.threshold.is_finite() || one.threshold < 0.0) {
            return wrong("must have thresholds that are numbers from 0 on");
        }
        let long =
            |metric: &Metric| matches!(metric, Metric::Findings { rule, .. } if rule.len() > 200);
        if self.conditions.iter().any(|one| long(&one.metric)) {
            return wrong("must name rules of at most 200 characters");
        }
        if matches!(self.baseline, Baseline::Days { days } if !(1..=3650).contains(&days)) {
            return wrong("must have a baseline of 1 to 3650 days");
        }
        Ok(())
    }
}
