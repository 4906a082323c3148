//! Sums over files, languages and directories.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Alone, ProjectFile};
use crate::identity::Finding;
use crate::language::Language;
use crate::report::{BlobReport, LineCounts};
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

/// The sums of a file but for its duplicates, which others have a part in.
pub(super) fn of_file(report: &BlobReport, findings: &[Finding]) -> Totals {
    let mut severities = SeverityCounts::default();
    for finding in findings {
        severities.add(finding.severity);
    }
    Totals {
        files: u32::from(report.language.is_counted()),
        lines: report.summed_lines(),
        prose: if report.language.is_prose() { report.summed_lines().comment } else { 0 },
        functions: report.functions.len() as u32,
        cyclomatic: report.functions.iter().map(|f| u64::from(f.cyclomatic)).sum(),
        cognitive: report.functions.iter().map(|f| u64::from(f.cognitive)).sum(),
        duplicated_lines: 0,
        findings: severities,
        suppressed: 0,
    }
}

/// Sums up; `own` and `duplicated` run in parallel to `files`, which are in order
/// of their paths.
pub(super) fn sum(files: &[&ProjectFile], own: &[Cow<'_, Alone>], duplicated: &[u32]) -> Sums {
    let mut totals = Totals::default();
    let mut languages: BTreeMap<Language, Totals> = BTreeMap::new();
    let mut directories = Directories::default();
    let mut per_file = Vec::with_capacity(files.len());
    for ((file, own), duplicated_lines) in files.iter().zip(own).zip(duplicated) {
        let language = file.report.language();
        let sums = Totals { duplicated_lines: *duplicated_lines, ..own.totals };
        totals += sums;
        if language.is_counted() || sums.findings.total() > 0 {
            let mut by_language = own.lines.iter().copied();
            let lines = by_language.next().map_or_else(LineCounts::default, |(_, lines)| lines);
            *languages.entry(language).or_default() += Totals { lines, ..sums };
            for (language, lines) in by_language {
                languages.entry(language).or_default().lines += lines;
            }
        }
        directories.add(&file.path, sums);
        per_file.push(FileTotals {
            path: file.path.clone(),
            blob: file.blob.clone(),
            language,
            totals: sums,
        });
    }
    let suppressed: usize = own.iter().map(|own| own.suppressed.len()).sum();
    totals.suppressed = suppressed as u32;
    let mut languages: Vec<_> = languages
        .into_iter()
        .map(|(language, totals)| LanguageTotals { language, totals })
        .collect();
    languages.sort_by_key(|l| std::cmp::Reverse((l.totals.lines.code, l.totals.lines.total)));
    Sums { totals, languages, directories: directories.finish(), files: per_file }
}

/// Sums by directory of files that come in order of their paths, so that those
/// of a directory follow each other.
#[derive(Default)]
struct Directories<'a> {
    /// Each is in the one before it; the first is the root.
    open: Vec<(&'a str, Totals)>,
    closed: Vec<(&'a str, Totals)>,
}

impl<'a> Directories<'a> {
    fn add(&mut self, path: &'a str, sums: Totals) {
        if self.open.is_empty() {
            self.open.push(("", Totals::default()));
        }
        while let [_, .., (last, _)] = self.open.as_slice()
            && !path.strip_prefix(last).is_some_and(|rest| rest.starts_with('/'))
        {
            self.close();
        }
        let inside = self.open.last().map_or(0, |(last, _)| last.len());
        for (at, _) in path.match_indices('/').filter(|(at, _)| *at > inside) {
            self.open.push((&path[..at], Totals::default()));
        }
        if let Some((_, totals)) = self.open.last_mut() {
            *totals += sums;
        }
    }

    /// Ends the innermost directory.
    fn close(&mut self) {
        let Some((path, totals)) = self.open.pop() else { return };
        if let Some((_, around)) = self.open.last_mut() {
            *around += totals;
        }
        self.closed.push((path, totals));
    }

    fn finish(mut self) -> Vec<DirectoryTotals> {
        while !self.open.is_empty() {
            self.close();
        }
        self.closed.sort_unstable_by_key(|(path, _)| *path);
        let named =
            |(path, totals): (&str, Totals)| DirectoryTotals { path: path.to_owned(), totals };
        self.closed.into_iter().map(named).collect()
    }
}
