//! Puts the reports of a project's blobs together.

mod clones;
mod flows;
mod grams;
mod joiner;
mod totals;

pub use clones::{ClonePair, CloneSide};
pub use joiner::{Joiner, ProjectFile};
pub use totals::{DirectoryTotals, FileTotals, LanguageTotals, SeverityCounts, Totals};

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::identity::{self, Finding};
use crate::language::{Language, SkipReason, Skipped};
use crate::passes::suppress;
use crate::report::{BlobReport, Function, Span};
use crate::rules::{RuleInfo, metric};

/// How many functions [`ProjectReport::worst_functions`] lists.
const WORST: usize = 100;

/// One file of a project: where it is, which blob it is, what the blob's
/// analysis said.
#[derive(Debug, Clone, Copy)]
pub struct FileReport<'a> {
    /// Path below the project's root, with `/`.
    pub path: &'a str,
    /// The blob's id, in whatever form the caller uses; files with equal ids
    /// have equal reports. May be empty.
    pub blob: &'a str,
    /// The blob's report.
    pub report: &'a BlobReport,
}

/// Everything a scan says about a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProjectReport {
    /// Version of the engine.
    pub engine_version: String,
    /// [`Ruleset::hash`](crate::Ruleset::hash) of the ruleset.
    pub ruleset_hash: String,
    /// Sums over all files.
    pub totals: Totals,
    /// Sums by language, most code first.
    pub languages: Vec<LanguageTotals>,
    /// Sums by directory with everything below it, by path; the root is `""`.
    pub directories: Vec<DirectoryTotals>,
    /// Sums by file, by path.
    pub files: Vec<FileTotals>,
    /// Findings by path and line.
    pub findings: Vec<Finding>,
    /// Findings that comments in the code suppress.
    pub suppressed: Vec<Finding>,
    /// Pairs of duplicates, longest first.
    pub clones: Vec<ClonePair>,
    /// The most complex functions, worst first.
    pub worst_functions: Vec<FunctionAt>,
    /// Files left out, with the reason.
    pub skipped: Vec<Skipped>,
    /// Files of which the parser did not understand everything.
    pub partly_parsed: Vec<PartlyParsed>,
}

/// A function and its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionAt {
    /// Path of the file.
    pub path: String,
    /// The file's language.
    pub language: Language,
    /// The function.
    pub function: Function,
}

/// A file that the parser did not understand completely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartlyParsed {
    /// Path of the file.
    pub path: String,
    /// Share of bytes not understood, 0 to 1.
    pub error_share: f64,
    /// True when the rules did not run to their end.
    pub rules_skipped: bool,
}

impl Engine {
    /// Joins the reports of a project's files. `left_out` are the files that
    /// the caller did not read because [`Engine::admit`] said so.
    #[must_use]
    pub fn join(&self, files: &[FileReport<'_>], left_out: &[Skipped]) -> ProjectReport {
        let mut files: Vec<FileReport<'_>> = files.to_vec();
        files.sort_by_key(|f| f.path);
        let mut skipped = left_out.to_vec();
        files.retain(|f| {
            let reason =
                if self.admits(f.path) { f.report.skipped } else { Some(SkipReason::Excluded) };
            if let Some(reason) = reason {
                skipped.push(Skipped { path: f.path.to_owned(), reason });
            }
            // These have counts all the same.
            matches!(reason, None | Some(SkipReason::Timeout | SkipReason::Generated))
        });
        skipped.sort_by(|a, b| a.path.cmp(&b.path));

        let clones = clones::find(&files, self.ruleset().clones);
        let (mut findings, mut suppressed) = (Vec::new(), Vec::new());
        let metrics: Vec<&RuleInfo> = self.rules().filter(|r| r.metric.is_some()).collect();
        let mut linked = flows::link(&files);
        for report in linked.values_mut() {
            self.settle(report);
        }
        for (at, file) in files.iter().enumerate().filter(|(_, f)| f.report.skipped.is_none()) {
            let report = linked.get(&at).unwrap_or(file.report);
            let file = FileReport { report, ..*file };
            self.findings_of(&file, &metrics, &mut findings, &mut suppressed);
        }
        identity::number(&mut findings);
        identity::number(&mut suppressed);

        let duplicated = clones::duplicated_lines(&files, &clones);
        let sums = totals::sum(&files, &duplicated, &findings, suppressed.len());
        ProjectReport {
            engine_version: crate::ENGINE_VERSION.to_owned(),
            ruleset_hash: self.ruleset_hash().to_owned(),
            totals: sums.totals,
            languages: sums.languages,
            directories: sums.directories,
            files: sums.files,
            findings,
            suppressed,
            clones,
            worst_functions: worst_functions(&files),
            skipped,
            partly_parsed: partly_parsed(&files),
        }
    }

    fn findings_of(
        &self,
        file: &FileReport<'_>,
        metrics: &[&RuleInfo],
        findings: &mut Vec<Finding>,
        suppressed: &mut Vec<Finding>,
    ) {
        let first = (findings.len(), suppressed.len());
        for raw in &file.report.findings {
            // A cached report may know rules that this ruleset has switched off.
            let Some(info) = self.rule(&raw.rule) else {
                continue;
            };
            if !self.ruleset().enables(info) || !self.is_for(&raw.rule, file.path) {
                continue;
            }
            let severity = self.ruleset().severity(info);
            let finding = Finding::of_raw(file, raw, info, severity);
            if raw.suppressed {
                suppressed.push(finding);
            } else {
                findings.push(finding);
            }
        }
        for info in metrics {
            if !self.is_for(&info.id, file.path) {
                continue;
            }
            let (Some(metric), Some(limit)) = (info.metric, self.ruleset().threshold(info)) else {
                continue;
            };
            for function in &file.report.functions {
                let value = metric.of(function);
                if value <= limit {
                    continue;
                }
                let line = function.start_line;
                let finding = Finding::of_function(
                    file,
                    function,
                    info,
                    self.ruleset().severity(info),
                    metric::message(&info.message, function, value, limit),
                    Span { start_line: line, start_column: 1, end_line: line, end_column: 1 },
                );
                let names = info.names();
                let covered = suppress::covering(&file.report.suppressions, &names, line, line);
                if covered.is_some() {
                    suppressed.push(finding);
                } else {
                    findings.push(finding);
                }
            }
        }
        findings[first.0..].sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        suppressed[first.1..].sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    }
}

fn worst_functions(files: &[FileReport<'_>]) -> Vec<FunctionAt> {
    let mut all: Vec<(&FileReport<'_>, &Function)> =
        files.iter().flat_map(|f| f.report.functions.iter().map(move |g| (f, g))).collect();
    // By value, then by place, so that equal scans print equally.
    all.sort_by_key(|(f, g)| {
        (std::cmp::Reverse((g.cyclomatic, g.cognitive)), f.path, g.start_line)
    });
    all.truncate(WORST);
    all.into_iter()
        .map(|(f, g)| FunctionAt {
            path: f.path.to_owned(),
            language: f.report.language,
            function: g.clone(),
        })
        .collect()
}

fn partly_parsed(files: &[FileReport<'_>]) -> Vec<PartlyParsed> {
    files
        .iter()
        .filter(|f| f.report.health.error_bytes > 0 || f.report.health.rules_skipped)
        .map(|f| PartlyParsed {
            path: f.path.to_owned(),
            error_share: f.report.health.error_share(),
            rules_skipped: f.report.health.rules_skipped,
        })
        .collect()
}
