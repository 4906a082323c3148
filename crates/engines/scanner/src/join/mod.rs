//! Puts the reports of a project's blobs together.

mod clones;
mod flows;
mod grams;
mod joiner;
mod standing;
mod totals;
mod unused;

pub use clones::{ClonePair, CloneSide};
pub use joiner::{Joiner, ProjectFile};
pub use totals::{DirectoryTotals, FileTotals, LanguageTotals, SeverityCounts, Totals};
pub(crate) use unused::Names;

use std::borrow::Cow;
use std::collections::HashMap;

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

/// What can be said of a file without the others.
#[derive(Debug, Clone, Default)]
struct Alone {
    findings: Vec<Finding>,
    suppressed: Vec<Finding>,
    totals: Totals,
}

/// Rules about functions' measures.
type MetricRules<'a> = Vec<&'a RuleInfo>;

/// Whether a file has counts all the same.
fn is_counted(reason: Option<SkipReason>) -> bool {
    matches!(reason, None | Some(SkipReason::Timeout | SkipReason::Generated))
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
            let reason = self.reason(f.path, f.report);
            if let Some(reason) = reason {
                skipped.push(Skipped { path: f.path.to_owned(), reason });
            }
            is_counted(reason)
        });
        let clones = clones::find(&files, self.ruleset().clones);
        let metrics: MetricRules<'_> = self.metric_rules().collect();
        let linked = self.linked(&files);
        let own = files
            .iter()
            .enumerate()
            .map(|(at, file)| {
                let report = linked.get(&at).unwrap_or(file.report);
                Cow::Owned(self.alone(&FileReport { report, ..*file }, &metrics))
            })
            .collect();
        self.assemble(&files, own, clones, skipped)
    }

    /// Why a file is not, or only partly, analysed.
    fn reason(&self, path: &str, report: &BlobReport) -> Option<SkipReason> {
        if self.admits(path) { report.skipped } else { Some(SkipReason::Excluded) }
    }

    /// Reports as other files change them, by the place of the file; `files` are
    /// in order of their paths.
    fn linked(&self, files: &[FileReport<'_>]) -> HashMap<usize, BlobReport> {
        let mut linked = flows::link(files);
        for report in linked.values_mut() {
            self.settle(report);
        }
        linked
    }

    /// What can be said of a file without the others.
    fn alone(&self, file: &FileReport<'_>, metrics: &MetricRules<'_>) -> Alone {
        let mut own = Alone::default();
        if file.report.skipped.is_none() {
            self.findings_of(file, metrics, &mut own.findings, &mut own.suppressed);
        }
        // The path is a part of what is numbered: no other file has the same.
        identity::number(&mut own.findings);
        identity::number(&mut own.suppressed);
        own.totals = totals::of_file(file.report, &own.findings);
        own
    }

    /// Puts together what is known; `files` are in order of their paths, and `own`
    /// runs in parallel to them.
    fn assemble(
        &self,
        files: &[FileReport<'_>],
        own: Vec<Cow<'_, Alone>>,
        clones: Vec<ClonePair>,
        mut skipped: Vec<Skipped>,
    ) -> ProjectReport {
        skipped.sort_by(|a, b| a.path.cmp(&b.path));
        let duplicated = clones::duplicated_lines(files, &clones);
        let count: usize = own.iter().map(|own| own.suppressed.len()).sum();
        let sums = totals::sum(files, own.iter().map(|own| own.totals), &duplicated, count);
        let (mut findings, mut suppressed) = (Vec::new(), Vec::new());
        for own in own {
            match own {
                Cow::Owned(own) => {
                    findings.extend(own.findings);
                    suppressed.extend(own.suppressed);
                }
                Cow::Borrowed(own) => {
                    findings.extend_from_slice(&own.findings);
                    suppressed.extend_from_slice(&own.suppressed);
                }
            }
        }
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
            worst_functions: worst_functions(files),
            skipped,
            partly_parsed: partly_parsed(files),
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
                let covered = suppress::covering(&file.report.suppressions, info, line, line);
                if covered.is_some() {
                    suppressed.push(finding);
                } else {
                    findings.push(finding);
                }
            }
        }
        self.add_unused(file, findings, suppressed, first.1);
        findings[first.0..].sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        suppressed[first.1..].sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    }
}

fn worst_functions(files: &[FileReport<'_>]) -> Vec<FunctionAt> {
    let mut all: Vec<(&FileReport<'_>, &Function)> =
        files.iter().flat_map(|f| f.report.functions.iter().map(move |g| (f, g))).collect();
    let value = |g: &Function| std::cmp::Reverse((g.cyclomatic, g.cognitive));
    // There are many functions, of which few are told.
    let mut values: Vec<_> = all.iter().map(|(_, g)| value(g)).collect();
    if values.len() > WORST {
        let least = *values.select_nth_unstable(WORST).1;
        all.retain(|(_, g)| value(g) <= least);
    }
    // By value, then by place, so that equal scans print equally.
    all.sort_by_key(|(f, g)| (value(g), f.path, g.start_line));
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
