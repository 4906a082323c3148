//! What a gate is evaluated on, and the ratings that follow from it.

use scanner::{Category, Severity};
use serde::{Deserialize, Serialize};

use super::Scope;
use crate::coverage::Covered;

/// The measures of each part of the code, as a scan leaves them. Kept with the
/// scan, so that other conditions can be tried on it later.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Measures {
    /// New code: what was not there at the baseline.
    pub new: Part,
    /// All code.
    pub overall: Part,
    /// All code of the files that changed since the baseline.
    pub changed: Part,
    /// The commits of the baseline, in the order of the scan's depots; none for
    /// a first scan.
    pub baseline: Vec<String>,
    /// Findings that were first seen in a scan after the one of this number are
    /// new; `None` where that was not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_after: Option<i64>,
}

impl Measures {
    /// Those of one part.
    pub fn of(&self, scope: Scope) -> &Part {
        match scope {
            Scope::New => &self.new,
            Scope::Overall => &self.overall,
            Scope::Changed => &self.changed,
        }
    }
}

/// The measures of a part of the code. What is `None` has not been measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Findings that are there and not ignored, by what they have in common.
    pub findings: Vec<Group>,
    /// Lines of any kind.
    pub lines: Option<u32>,
    /// Those of them in files of prose.
    pub prose: u32,
    /// Lines of code.
    pub code: Option<u32>,
    /// Lines of comment.
    pub comment: Option<u32>,
    /// Lines that are in a duplicate.
    pub duplicated: Option<u32>,
    /// Functions.
    pub functions: Option<u32>,
    /// The highest cyclomatic complexity of a function.
    pub max_cyclomatic: Option<u32>,
    /// The highest cognitive complexity of a function.
    pub max_cognitive: Option<u32>,
    /// Functions over a threshold of the ruleset.
    pub complex_functions: Option<u32>,
    /// Lines that tests run, of those they can.
    pub coverage: Option<Covered>,
    /// Dependencies with known vulnerabilities.
    pub vulnerable: Option<u32>,
    /// Files that tell of dependencies and could not be read: there may be more
    /// that are vulnerable.
    pub unread: u32,
    /// Dependencies about which no advisories were imported.
    pub unchecked: u32,
    /// Secrets in the history that ask for work; `None` where it was not searched,
    /// and in every part but all of the code.
    pub leaks: Option<u32>,
}

/// Findings of one rule and severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Full rule id.
    pub rule: String,
    /// Kind of problem.
    pub category: Category,
    /// How bad they are.
    pub severity: Severity,
    /// How many.
    pub count: u32,
    /// Minutes that mending one is likely to take.
    pub effort: u32,
}

/// Minutes that writing one line of code is taken to cost, as SonarQube has it.
pub const MINUTES_PER_LINE: u32 = 30;

/// How good a part of the code is, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Letter {
    /// Nothing worth mentioning; debt up to 5 %.
    A,
    /// Debt up to 10 %.
    B,
    /// A warning; debt up to 20 %.
    C,
    /// An error; debt up to 50 %.
    D,
    /// Something fatal; debt above.
    E,
}

impl Letter {
    /// Every letter, the best first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// `A` to `E`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }

    /// 1 for A to 5 for E.
    pub fn number(self) -> u8 {
        match self {
            Self::A => 1,
            Self::B => 2,
            Self::C => 3,
            Self::D => 4,
            Self::E => 5,
        }
    }

    /// From the rounded number.
    pub fn of_number(number: f64) -> Self {
        Self::ALL
            .into_iter()
            .find(|letter| number < f64::from(letter.number()) + 0.5)
            .unwrap_or(Self::E)
    }

    /// SonarQube's severities are taken by their names in ours: its minor has
    /// no counterpart.
    fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::A,
            Severity::Warning => Self::C,
            Severity::Error => Self::D,
            Severity::Fatal => Self::E,
        }
    }

    fn of_debt(percent: f64) -> Self {
        match percent {
            share if share <= 5.0 => Self::A,
            share if share <= 10.0 => Self::B,
            share if share <= 20.0 => Self::C,
            share if share <= 50.0 => Self::D,
            _ => Self::E,
        }
    }
}

/// What is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// By the worst bug.
    Reliability,
    /// By the worst security finding.
    Security,
    /// By the minutes that mending what is hard to read or slow would take, as
    /// a share of those that writing the code would.
    Maintainability,
}

impl Quality {
    /// Every quality.
    pub const ALL: [Self; 3] = [Self::Reliability, Self::Security, Self::Maintainability];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reliability => "reliability",
            Self::Security => "security",
            Self::Maintainability => "maintainability",
        }
    }
}

/// A rating and why it is what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rating {
    /// The rating.
    pub letter: Letter,
    /// Why.
    pub reason: Reason,
}

/// Why a rating is what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// Nothing was found.
    Clean,
    /// The worst finding is of this severity, of which there are so many.
    Worst(Severity, u32),
    /// So many minutes of debt are so many per cent of the cost of the code.
    Debt(u64, f64),
}

impl Part {
    /// How many findings `wanted` wants.
    pub fn count(&self, wanted: impl Fn(&Group) -> bool) -> u32 {
        self.findings.iter().filter(|group| wanted(group)).map(|group| group.count).sum()
    }

    /// Minutes that mending what is hard to read or slow is likely to take.
    pub fn debt(&self) -> u64 {
        self.findings
            .iter()
            .filter(|group| matches!(group.category, Category::Smell | Category::Performance))
            .map(|group| u64::from(group.count) * u64::from(group.effort))
            .sum()
    }

    /// The same as a percentage of what writing the code is taken to cost;
    /// `None` where there is no code or it was not counted.
    pub fn debt_percent(&self) -> Option<f64> {
        let lines = self.code.filter(|lines| *lines > 0)?;
        #[expect(clippy::cast_precision_loss, reason = "minutes below 2^53")]
        let debt = self.debt() as f64;
        Some(debt * 100.0 / (f64::from(lines) * f64::from(MINUTES_PER_LINE)))
    }

    /// How good it is.
    pub fn rating(&self, quality: Quality) -> Rating {
        let category = match quality {
            Quality::Reliability => Category::Bug,
            Quality::Security => Category::Security,
            Quality::Maintainability => {
                let percent = self.debt_percent().unwrap_or_default();
                let (letter, debt) = (Letter::of_debt(percent), self.debt());
                let reason = if debt == 0 { Reason::Clean } else { Reason::Debt(debt, percent) };
                return Rating { letter, reason };
            }
        };
        let those = self.findings.iter().filter(|group| group.category == category);
        match those.map(|group| group.severity).max() {
            None => Rating { letter: Letter::A, reason: Reason::Clean },
            Some(worst) => {
                let count =
                    self.count(|group| group.category == category && group.severity == worst);
                Rating { letter: Letter::of_severity(worst), reason: Reason::Worst(worst, count) }
            }
        }
    }

    /// Duplicated lines as a percentage of all but those of prose.
    pub fn duplication(&self) -> Option<f64> {
        share(self.duplicated?, self.lines?.saturating_sub(self.prose))
    }

    /// Comment lines as a percentage of comment and code.
    pub fn comments(&self) -> Option<f64> {
        share(self.comment?, self.comment?.saturating_add(self.code?))
    }

    /// Functions over a threshold as a percentage of all.
    pub fn complex_share(&self) -> Option<f64> {
        share(self.complex_functions?, self.functions?)
    }
}

/// A percentage; of nothing it is none of it.
fn share(part: u32, whole: u32) -> Option<f64> {
    Some(if whole == 0 { 0.0 } else { f64::from(part) * 100.0 / f64::from(whole) })
}
