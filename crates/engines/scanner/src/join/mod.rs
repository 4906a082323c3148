//! Puts the reports of a project's blobs together.

mod clones;
mod entries;
mod finder;
mod flows;
mod grams;
mod joiner;
mod seeds;
mod standing;
mod stretches;
mod totals;
mod unused;

pub use clones::{ClonePair, CloneSide};
pub use joiner::{Joiner, ProjectFile};
pub use totals::{DirectoryTotals, FileTotals, LanguageTotals, SeverityCounts, Totals};
pub(crate) use unused::Names;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::identity::{self, Finding};
use crate::language::{Language, SkipReason, Skipped};
use crate::passes::suppress;
use crate::report::{BlobReport, Function, LineCounts, Links, PackedReport, Span};
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
    /// Its lines by language, those of its own first.
    lines: Vec<(Language, LineCounts)>,
    /// What other files are told of its data flow, and asked.
    links: Option<Box<Links>>,
    /// See [`PackedReport::names`].
    names: Vec<u64>,
}

impl Alone {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let links = self.links.as_ref().map_or(0, |links| {
            links.functions.len() * 300 + links.calls.len() * 400 + links.settings.len() * 100
        });
        (self.findings.len() + self.suppressed.len()) * 400 + self.names.len() * 8 + links
    }
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
        let pack = |file: &FileReport<'_>| ProjectFile {
            path: file.path.to_owned(),
            blob: file.blob.to_owned(),
            report: Arc::new(PackedReport::new(file.report)),
        };
        let files: Vec<ProjectFile> = files.iter().map(pack).collect();
        Joiner::default().finish(self, &files, left_out)
    }

    /// Why a file is not, or only partly, analysed.
    fn reason(&self, path: &str, report: &PackedReport) -> Option<SkipReason> {
        if self.admits(path) { report.skipped() } else { Some(SkipReason::Excluded) }
    }

    /// Reports as other files change them, by the place of the file; `files` are
    /// in order of their paths, and `own` runs in parallel to them.
    fn linked(&self, files: &[&ProjectFile], own: &[Cow<'_, Alone>]) -> HashMap<usize, BlobReport> {
        let mut linked = flows::link(files, own);
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
        own.lines = file.report.lines_by_language().collect();
        own
    }

    /// Puts together what is known; `files` are in order of their paths, and `own`
    /// runs in parallel to them.
    fn assemble(
        &self,
        files: &[&ProjectFile],
        own: Vec<Cow<'_, Alone>>,
        clones: Vec<ClonePair>,
        mut skipped: Vec<Skipped>,
    ) -> ProjectReport {
        skipped.sort_by(|a, b| a.path.cmp(&b.path));
        let duplicated = clones::duplicated_lines(files, &clones);
        let sums = totals::sum(files, &own, &duplicated);
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
            worst_functions: worst_functions(files, WORST),
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

/// The `most` most complex functions of some files, worst first, and those of one
/// file in order of their start.
#[must_use]
pub fn worst_functions(files: &[&ProjectFile], most: usize) -> Vec<FunctionAt> {
    // There are many functions, of which few are told.
    type Value = std::cmp::Reverse<(u32, u32)>;
    let mut values: Vec<Value> = Vec::new();
    let mut of_file: Vec<Value> = Vec::with_capacity(files.len());
    for file in files {
        let from = values.len();
        let shapes = file.report.shapes().into_iter();
        values.extend(shapes.map(|one| std::cmp::Reverse((one.cyclomatic, one.cognitive))));
        of_file.extend(values[from..].iter().min().copied().or(Some(std::cmp::Reverse((0, 0)))));
    }
    let least = match values.len() > most {
        true => *values.select_nth_unstable(most).1,
        false => std::cmp::Reverse((0, 0)),
    };
    let value = |function: &Function| std::cmp::Reverse((function.cyclomatic, function.cognitive));
    let mut all: Vec<FunctionAt> = Vec::new();
    for (file, _) in files.iter().zip(of_file).filter(|(_, value)| *value <= least) {
        let functions = file.report.functions().into_iter();
        all.extend(functions.filter(|function| value(function) <= least).map(|function| {
            FunctionAt { path: file.path.clone(), language: file.report.language(), function }
        }));
    }
    // By value, then by place, so that equal scans print equally.
    all.sort_by(|one, other| {
        let key = |at: &FunctionAt| (value(&at.function), at.function.start_line);
        let ((value, line), (its_value, its_line)) = (key(one), key(other));
        value.cmp(&its_value).then_with(|| one.path.cmp(&other.path)).then(line.cmp(&its_line))
    });
    all.truncate(most);
    all
}

fn partly_parsed(files: &[&ProjectFile]) -> Vec<PartlyParsed> {
    files
        .iter()
        .map(|file| (file, file.report.health()))
        .filter(|(_, health)| health.error_bytes > 0 || health.rules_skipped)
        .map(|(file, health)| PartlyParsed {
            path: file.path.clone(),
            error_share: health.error_share(),
            rules_skipped: health.rules_skipped,
        })
        .collect()
}
