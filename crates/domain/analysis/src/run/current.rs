//! What a scan says of the code as it is, before it is compared.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{Error, Result};
use scanner::{Engine, Joiner, ProjectFile, ProjectReport, SkipReason};

use super::collect::{Collected, is_provisional};
use super::dependencies::{self, Depends};
use super::measure::{Shape, Shapes};
use super::{Measured, Work};
use crate::details::{FlowOf, FunctionOf, Kept, Kind};
use crate::scan::ScanResult;

/// The most functions that are kept.
const WORST: usize = 200;
/// Flows that are kept to be shown.
const MOST_FLOWS: usize = 5_000;

/// What was found, and what it has to be compared by.
pub(crate) struct Current {
    pub(crate) result: ScanResult,
    pub(crate) details: Vec<Kept>,
    pub(crate) observed: Vec<Observed>,
    /// Every file that was read, with its blob; `None` when files cannot be
    /// told apart by their blobs.
    pub(crate) blobs: Option<HashMap<String, String>>,
    /// Files about whose findings nothing certain is known.
    pub(crate) uncertain: HashSet<String>,
    /// What is measured; `None` where another program looked at the code.
    pub(crate) shapes: Option<Shapes>,
    /// Files whose findings may change though they do not.
    pub(crate) always: HashSet<String>,
    /// How the rules begin of tools of which nothing was heard.
    pub(crate) silent: Vec<String>,
    /// What is kept of the commit for its history.
    pub(crate) measured: Option<Measured>,
}

impl Current {
    /// Adds what the code depends on.
    pub(crate) fn add(&mut self, work: &Work, depends: &Depends) -> Result<()> {
        let prefixes: Vec<String> =
            work.sources.iter().map(|source| source.prefix.clone()).collect();
        self.observed.extend(dependencies::findings(depends, &prefixes));
        for source in depends.sources.iter().filter(|source| source.kind.is_some()) {
            self.always.insert(source.path.clone());
            // What cannot be read says nothing of what it said before.
            if !source.error.is_empty() {
                self.uncertain.insert(source.path.clone());
            }
        }
        let vulnerable = depends.dependencies.iter().filter(|one| one.level().is_some()).count();
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.result.dependencies = small(depends.dependencies.len());
        self.result.vulnerable_dependencies = small(vulnerable);
        if !depends.sources.is_empty() {
            self.details.push(Kept::new(Kind::Dependencies, &depends.dependencies)?);
            self.details.push(Kept::new(Kind::Manifests, &depends.sources)?);
        }
        Ok(())
    }
}

/// A finding of this scan.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    pub(crate) finding: scanner::Finding,
    /// Which of the scan's depots.
    pub(crate) source: usize,
    /// The path in it.
    pub(crate) path: String,
    /// Identifier of the language, or empty.
    pub(crate) language: String,
}

/// Joins the reports.
pub(crate) async fn join(
    work: &Work,
    engine: &Arc<Engine>,
    collected: Collected,
) -> Result<Current> {
    let engine = Arc::clone(engine);
    let prefixes: Vec<String> = work.sources.iter().map(|source| source.prefix.clone()).collect();
    let shape = crate::history::shape(&engine, &work.plan.definition)?;
    tokio::task::spawn_blocking(move || join_now(&engine, &prefixes, &collected, shape))
        .await
        .map_err(Error::internal)?
}

fn join_now(
    engine: &Engine,
    prefixes: &[String],
    collected: &Collected,
    shape: String,
) -> Result<Current> {
    let Collected { files, left_out, cached, analysed, .. } = collected;
    let report = Joiner::default().join(engine, files, left_out);
    let measured = match prefixes {
        [_] => {
            let body = crate::history::pack(&crate::history::measures(engine, &report))?;
            Some(Measured { shape, body })
        }
        // A commit of several depots is none.
        _ => None,
    };
    let functions = worst_functions(files);
    let uncertain = files
        .iter()
        .filter(|file| is_provisional(&file.report))
        .map(|file| file.path.clone())
        .collect();
    let result = result(engine, &report, &functions, (*cached, *analysed));
    let mut details = vec![
        Kept::new(Kind::Functions, &functions)?,
        Kept::new(Kind::Duplicates, &report.clones)?,
        Kept::new(Kind::Directories, &report.directories)?,
        Kept::new(Kind::Files, &report.files)?,
        Kept::new(Kind::LeftOut, &report.skipped)?,
        Kept::new(Kind::PartlyParsed, &report.partly_parsed)?,
    ];
    let blobs = report.files.iter().map(|file| (file.path.clone(), file.blob.clone())).collect();
    let shapes = Shapes { functions: shapes(files), files: report.files, clones: report.clones };
    let observed: Vec<Observed> = report
        .findings
        .into_iter()
        .filter_map(|finding| {
            let (source, path) = prefixes.iter().enumerate().find_map(|(number, prefix)| {
                Some((number, finding.path.strip_prefix(prefix.as_str())?.to_owned()))
            })?;
            let language = finding.language.id().to_owned();
            Some(Observed { finding, source, path, language })
        })
        .collect();
    let flows: Vec<FlowOf> = observed
        .iter()
        .filter(|one| !one.finding.flow.is_empty())
        .take(MOST_FLOWS)
        .map(|one| FlowOf {
            path: one.path.clone(),
            rule: one.finding.rule.clone(),
            line: one.finding.span.start_line,
            column: one.finding.span.start_column,
            steps: one.finding.flow.clone(),
        })
        .collect();
    details.push(Kept::new(Kind::Flows, &flows)?);
    Ok(Current {
        result,
        details,
        observed,
        blobs: Some(blobs),
        uncertain,
        shapes: Some(shapes),
        always: HashSet::new(),
        silent: Vec::new(),
        measured,
    })
}

fn shapes(files: &[ProjectFile]) -> HashMap<String, Vec<Shape>> {
    let of = |file: &ProjectFile| -> Vec<Shape> {
        let functions = file.report.functions.iter();
        functions
            .map(|function| Shape {
                lines: (function.start_line, function.end_line),
                cyclomatic: function.cyclomatic,
                cognitive: function.cognitive,
            })
            .collect()
    };
    let named = files.iter().map(|file| (file.path.clone(), of(file)));
    named.filter(|(_, functions)| !functions.is_empty()).collect()
}

fn result(
    engine: &Engine,
    report: &ProjectReport,
    functions: &[FunctionOf],
    (cached, analysed): (u32, u32),
) -> ScanResult {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let failed = |reason: SkipReason| reason == SkipReason::Failed;
    ScanResult {
        totals: report.totals,
        languages: report.languages.clone(),
        duplicate_blocks: small(report.clones.len()),
        complex_functions: complex_functions(engine, report),
        max_cyclomatic: functions.first().map_or(0, |function| function.cyclomatic),
        skipped: small(report.skipped.len()),
        partly_parsed: small(report.partly_parsed.len()),
        failed_files: small(report.skipped.iter().filter(|file| failed(file.reason)).count()),
        engine_version: report.engine_version.clone(),
        ruleset_hash: report.ruleset_hash.clone(),
        cached,
        analysed,
        ..ScanResult::default()
    }
}

/// Functions over a threshold of the ruleset.
pub(crate) fn complex_functions(engine: &Engine, report: &ProjectReport) -> u32 {
    let about: HashSet<(&str, &str, u32)> = report
        .findings
        .iter()
        .filter(|finding| engine.rule(&finding.rule).is_some_and(|rule| rule.metric.is_some()))
        .map(|finding| (finding.path.as_str(), finding.symbol.as_str(), finding.span.start_line))
        .collect();
    u32::try_from(about.len()).unwrap_or(u32::MAX)
}

fn worst_functions(files: &[ProjectFile]) -> Vec<FunctionOf> {
    let mut all: Vec<(&ProjectFile, &scanner::Function)> = files
        .iter()
        .flat_map(|file| file.report.functions.iter().map(move |function| (file, function)))
        .collect();
    all.sort_by_key(|(file, function)| {
        (Reverse((function.cyclomatic, function.cognitive)), &file.path, function.start_line)
    });
    all.truncate(WORST);
    all.into_iter()
        .map(|(file, function)| FunctionOf {
            path: file.path.clone(),
            language: file.report.language,
            name: function.qualified_name.clone(),
            line: function.start_line,
            end_line: function.end_line,
            parameters: function.parameters,
            cyclomatic: function.cyclomatic,
            cognitive: function.cognitive,
            nesting: function.nesting,
        })
        .collect()
}
