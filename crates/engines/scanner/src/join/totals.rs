//! Sums over files, languages and directories.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FileReport;
use crate::identity::Finding;
use crate::language::Language;
use crate::report::LineCounts;
use crate::rules::Severity;

/// Findings by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityCounts {
    /// Severity fatal.
    pub fatal: u32,
    /// Severity error.
    pub error: u32,
    /// Severity warning.
    pub warning: u32,
    /// Severity info.
    pub info: u32,
}

impl SeverityCounts {
    /// All severities together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.fatal + self.error + self.warning + self.info
    }

    /// The count of one severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u32 {
        match severity {
            Severity::Fatal => self.fatal,
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }

    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Fatal => self.fatal += 1,
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
    }
}

impl std::ops::AddAssign for SeverityCounts {
    fn add_assign(&mut self, other: Self) {
        self.fatal += other.fatal;
        self.error += other.error;
        self.warning += other.warning;
        self.info += other.info;
    }
}

/// What is summed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Analysed files.
    pub files: u32,
    /// Lines by kind.
    pub lines: LineCounts,
    /// Those of the lines counted as comment that are prose: documents, not code.
    #[serde(default)]
    pub prose: u32,
    /// Functions.
    pub functions: u32,
    /// Sum of the functions' cyclomatic complexity.
    pub cyclomatic: u64,
    /// Sum of the functions' cognitive complexity.
    pub cognitive: u64,
    /// Lines that lie in at least one clone.
    pub duplicated_lines: u32,
    /// Findings that are not suppressed.
    pub findings: SeverityCounts,
    /// Findings suppressed by comments; only in the project's totals.
    pub suppressed: u32,
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.lines += other.lines;
        self.prose += other.prose;
        self.functions += other.functions;
        self.cyclomatic += other.cyclomatic;
        self.cognitive += other.cognitive;
        self.duplicated_lines += other.duplicated_lines;
        self.findings += other.findings;
        self.suppressed += other.suppressed;
    }
}

impl Totals {
    /// Duplicated lines as a share of all lines but those of prose, 0 to 1.
    #[must_use]
    pub fn duplication(&self) -> f64 {
        let lines = self.lines.total.saturating_sub(self.prose);
        if lines == 0 {
            return 0.0;
        }
        f64::from(self.duplicated_lines) / f64::from(lines)
    }
}

/// Sums of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageTotals {
    /// The language.
    pub language: Language,
    /// Its sums.
    pub totals: Totals,
}

/// Sums of a directory and everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryTotals {
    /// Path without a final `/`; `""` is the root.
    pub path: String,
    /// Its sums.
    pub totals: Totals,
}

/// Sums of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTotals {
    /// Path of the file.
    pub path: String,
    /// Id of its blob.
    pub blob: String,
    /// Its language.
    pub language: Language,
    /// Its sums.
    pub totals: Totals,
}

pub(super) struct Sums {
    pub(super) totals: Totals,
    pub(super) languages: Vec<LanguageTotals>,
    pub(super) directories: Vec<DirectoryTotals>,
    pub(super) files: Vec<FileTotals>,
}

/// Sums up; `files` and `duplicated` run in parallel, and `findings` are sorted
/// by path as the files are.
pub(super) fn sum(
    files: &[FileReport<'_>],
    duplicated: &[u32],
    findings: &[Finding],
    suppressed: usize,
) -> Sums {
    let mut severities: BTreeMap<&str, SeverityCounts> = BTreeMap::new();
    for finding in findings {
        severities.entry(&finding.path).or_default().add(finding.severity);
    }
    let mut totals = Totals::default();
    let mut languages: BTreeMap<Language, Totals> = BTreeMap::new();
    let mut directories: BTreeMap<&str, Totals> = BTreeMap::new();
    let mut per_file = Vec::with_capacity(files.len());
    for (file, duplicated_lines) in files.iter().zip(duplicated) {
        let report = file.report;
        let sums = Totals {
            files: u32::from(report.language.is_counted()),
            lines: report.summed_lines(),
            prose: if report.language.is_prose() { report.summed_lines().comment } else { 0 },
            functions: report.functions.len() as u32,
            cyclomatic: report.functions.iter().map(|f| u64::from(f.cyclomatic)).sum(),
            cognitive: report.functions.iter().map(|f| u64::from(f.cognitive)).sum(),
            duplicated_lines: *duplicated_lines,
            findings: severities.get(file.path).copied().unwrap_or_default(),
            suppressed: 0,
        };
        totals += sums;
        if report.language.is_counted() || sums.findings.total() > 0 {
            let mut by_language = report.lines_by_language();
            let own = by_language.next().map_or(report.lines, |(_, lines)| lines);
            *languages.entry(report.language).or_default() += Totals { lines: own, ..sums };
            for (language, lines) in by_language {
                languages.entry(language).or_default().lines += lines;
            }
        }
        let mut directory = file.path;
        while let Some((parent, _)) = directory.rsplit_once('/') {
            *directories.entry(parent).or_default() += sums;
            directory = parent;
        }
        *directories.entry("").or_default() += sums;
        per_file.push(FileTotals {
            path: file.path.to_owned(),
            blob: file.blob.to_owned(),
            language: report.language,
            totals: sums,
        });
    }
    totals.suppressed = suppressed as u32;
    let mut languages: Vec<_> = languages
        .into_iter()
        .map(|(language, totals)| LanguageTotals { language, totals })
        .collect();
    languages.sort_by_key(|l| std::cmp::Reverse((l.totals.lines.code, l.totals.lines.total)));
    Sums {
        totals,
        languages,
        directories: directories
            .into_iter()
            .map(|(path, totals)| DirectoryTotals { path: path.to_owned(), totals })
            .collect(),
        files: per_file,
    }
}
