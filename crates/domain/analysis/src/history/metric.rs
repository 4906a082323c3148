//! What is measured of a commit.

use base::{Error, Result};
use scanner::{DirectoryTotals, Engine, ProjectReport, Totals};
use serde::Serialize;

/// Directories of a commit whose sums are kept: those of the first two levels
/// with the most lines.
const DIRECTORIES: usize = 40;

/// What was measured of a commit.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CommitMeasures {
    /// Sums over all files. The findings are those of the code as it was,
    /// whatever people decided about them.
    pub totals: Totals,
    /// Pairs of duplicates.
    pub duplicate_blocks: u32,
    /// Functions over a threshold of the ruleset.
    pub complex_functions: u32,
    /// The highest cyclomatic complexity of a function.
    pub max_cyclomatic: u32,
    /// Sums of the largest directories of the first two levels, by path.
    pub directories: Vec<DirectoryTotals>,
}

pub(crate) fn measures(engine: &Engine, report: &ProjectReport) -> CommitMeasures {
    let mut directories: Vec<&DirectoryTotals> = report
        .directories
        .iter()
        .filter(|directory| !directory.path.is_empty() && directory.path.matches('/').count() < 2)
        .collect();
    directories.sort_by(|one, other| {
        (other.totals.lines.total, &one.path).cmp(&(one.totals.lines.total, &other.path))
    });
    directories.truncate(DIRECTORIES);
    directories.sort_by(|one, other| one.path.cmp(&other.path));
    CommitMeasures {
        totals: report.totals,
        duplicate_blocks: u32::try_from(report.clones.len()).unwrap_or(u32::MAX),
        complex_functions: crate::run::current::complex_functions(engine, report),
        max_cyclomatic: report.worst_functions.first().map_or(0, |one| one.function.cyclomatic),
        directories: directories.into_iter().cloned().collect(),
    }
}

/// Something that is measured of every commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryMetric {
    /// Files.
    Files,
    /// All lines.
    Lines,
    /// Lines with code.
    Code,
    /// Lines with comments and no code.
    Comments,
    /// Functions.
    Functions,
    /// Sum of the functions' cyclomatic complexity.
    Cyclomatic,
    /// Sum of the functions' cognitive complexity.
    Cognitive,
    /// The highest cyclomatic complexity of a function; not of directories.
    MaxCyclomatic,
    /// Functions over a threshold of the ruleset; not of directories.
    ComplexFunctions,
    /// Lines in a duplicate.
    DuplicatedLines,
    /// Lines in a duplicate as a percentage of all lines.
    Duplication,
    /// Pairs of duplicates; not of directories.
    DuplicateBlocks,
    /// Findings of any severity.
    Findings,
    /// Findings of severity fatal.
    Fatal,
    /// Findings of severity error.
    Errors,
    /// Findings of severity warning.
    Warnings,
    /// Findings of severity info.
    Infos,
    /// Findings for every thousand lines of code.
    Density,
    /// Findings that comments in the code suppress; not of directories.
    Suppressed,
}

impl HistoryMetric {
    /// Every metric.
    pub const ALL: [Self; 19] = [
        Self::Files,
        Self::Lines,
        Self::Code,
        Self::Comments,
        Self::Functions,
        Self::Cyclomatic,
        Self::Cognitive,
        Self::MaxCyclomatic,
        Self::ComplexFunctions,
        Self::DuplicatedLines,
        Self::Duplication,
        Self::DuplicateBlocks,
        Self::Findings,
        Self::Fatal,
        Self::Errors,
        Self::Warnings,
        Self::Infos,
        Self::Density,
        Self::Suppressed,
    ];

    /// The word in addresses and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Lines => "lines",
            Self::Code => "code",
            Self::Comments => "comments",
            Self::Functions => "functions",
            Self::Cyclomatic => "cyclomatic",
            Self::Cognitive => "cognitive",
            Self::MaxCyclomatic => "max_cyclomatic",
            Self::ComplexFunctions => "complex_functions",
            Self::DuplicatedLines => "duplicated_lines",
            Self::Duplication => "duplication",
            Self::DuplicateBlocks => "duplicate_blocks",
            Self::Findings => "findings",
            Self::Fatal => "fatal",
            Self::Errors => "errors",
            Self::Warnings => "warnings",
            Self::Infos => "infos",
            Self::Density => "density",
            Self::Suppressed => "suppressed",
        }
    }

    /// The metric's value. `directory` is a path without a slash at its end, or
    /// empty for everything; `None` where it is not known of a directory.
    pub fn of(self, measures: &CommitMeasures, directory: &str) -> Option<f64> {
        let whole = directory.is_empty();
        let totals = if whole {
            &measures.totals
        } else {
            let found = measures.directories.iter().find(|one| one.path == directory);
            &found?.totals
        };
        let share = |part: u32, of: u32, times: f64| {
            if of == 0 { 0.0 } else { f64::from(part) * times / f64::from(of) }
        };
        Some(match self {
            Self::Files => totals.files.into(),
            Self::Lines => totals.lines.total.into(),
            Self::Code => totals.lines.code.into(),
            Self::Comments => totals.lines.comment.saturating_sub(totals.prose).into(),
            Self::Functions => totals.functions.into(),
            // Exact up to 2^53.
            Self::Cyclomatic => totals.cyclomatic as f64,
            Self::Cognitive => totals.cognitive as f64,
            Self::DuplicatedLines => totals.duplicated_lines.into(),
            Self::Duplication => totals.duplication() * 100.0,
            Self::Findings => totals.findings.total().into(),
            Self::Fatal => totals.findings.fatal.into(),
            Self::Errors => totals.findings.error.into(),
            Self::Warnings => totals.findings.warning.into(),
            Self::Infos => totals.findings.info.into(),
            Self::Density => share(totals.findings.total(), totals.lines.code, 1000.0),
            Self::MaxCyclomatic => f64::from(whole.then_some(measures.max_cyclomatic)?),
            Self::ComplexFunctions => f64::from(whole.then_some(measures.complex_functions)?),
            Self::DuplicateBlocks => f64::from(whole.then_some(measures.duplicate_blocks)?),
            Self::Suppressed => f64::from(whole.then_some(totals.suppressed)?),
        })
    }
}

impl std::str::FromStr for HistoryMetric {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.as_str() == word)
            .ok_or_else(|| Error::invalid("metric", "is nothing that is measured of commits"))
    }
}
