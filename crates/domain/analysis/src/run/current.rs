//! What a scan says of the code as it is, before it is compared.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use base::{Error, Result};
use scanner::{Engine, FunctionAt, ProjectFile, ProjectReport, SkipReason};

use super::collect::{Collected, is_provisional};
use super::dependencies::{self, Depends};
use super::measure::Shapes;
use super::warm::{Lane, Last};
use super::{Measured, Work};
use crate::details::{FlowOf, FunctionOf, Kept, Kind};
use crate::findings::GivenFix;
use crate::scan::{ScanId, ScanResult};

/// The most functions that are kept.
const WORST: usize = 200;
/// Flows that are kept to be shown.
const MOST_FLOWS: usize = 5_000;

/// What was found, and what it has to be compared by.
pub(crate) struct Current {
    pub(crate) result: ScanResult,
    pub(crate) details: Vec<Kept>,
    pub(crate) observed: Vec<Observed>,
    /// What external analysers would write instead.
    pub(crate) given: Vec<GivenFix>,
    /// Every file that was read, with its blob; `None` when files cannot be
    /// told apart by their blobs.
    pub(crate) blobs: Option<Arc<HashMap<String, String>>>,
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
    /// Files of which this scan says something doubtful.
    pub(crate) doubtful: HashSet<String>,
    /// What is remembered of the scan before.
    pub(crate) before: Option<Last>,
    /// What is said of each file that has findings, in a number.
    pub(crate) marks: Arc<HashMap<String, u64>>,
    /// Files of which others have a say in what is found.
    pub(crate) linked: HashSet<String>,
}

impl Current {
    /// Adds what the code depends on.
    pub(crate) fn add(&mut self, work: &Work, depends: &Depends) -> Result<()> {
        // What advisories say of a file changes without it.
        self.doubtful.extend(depends.sources.iter().map(|source| source.path.clone()));
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
        let unchecked = || {
            let all = depends.dependencies.iter().map(|one| one.component.ecosystem);
            all.filter(|ecosystem| !depends.known.covers(*ecosystem))
        };
        self.result.unchecked_dependencies = small(unchecked().count());
        let ecosystems: BTreeSet<&str> = unchecked().map(::dependencies::Ecosystem::id).collect();
        self.result.unchecked_ecosystems = ecosystems.into_iter().map(str::to_owned).collect();
        let unread =
            depends.sources.iter().filter(|one| one.kind.is_some() && !one.error.is_empty());
        self.result.unread_manifests = small(unread.count());
        if !depends.sources.is_empty() {
            self.details.push(Kept::new(Kind::Dependencies, &depends.dependencies)?);
            self.details.push(Kept::new(Kind::Manifests, &depends.sources)?);
        }
        Ok(())
    }
}

impl Current {
    /// What the next scan has to know of this one.
    pub(crate) fn last(&self, scan: ScanId) -> Option<Last> {
        let blobs = Arc::clone(self.blobs.as_ref()?);
        let marks = Some(Arc::clone(&self.marks));
        Some(Last { scan, blobs, doubtful: self.doubtful.clone(), marks })
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
    mut lane: Lane,
) -> Result<(Current, Lane)> {
    let engine = Arc::clone(engine);
    let prefixes: Vec<String> = work.sources.iter().map(|source| source.prefix.clone()).collect();
    let shape = crate::history::shape(&engine, &work.plan.definition)?;
    let (current, lane) = tokio::task::spawn_blocking(move || {
        let report = lane.joiner.join(&engine, &collected.files, &collected.left_out);
        (current(&engine, &prefixes, &collected, report, shape), lane)
    })
    .await
    .map_err(Error::internal)?;
    Ok((current?, lane))
}

fn current(
    engine: &Engine,
    prefixes: &[String],
    collected: &Collected,
    report: ProjectReport,
    shape: String,
) -> Result<Current> {
    let Collected { files, cached, analysed, .. } = collected;
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
    let blobs: HashMap<String, String> =
        report.files.iter().map(|file| (file.path.clone(), file.blob.clone())).collect();
    let marks = marks(&report.findings);
    let linked =
        files.iter().filter(|file| file.report.has_links()).map(|file| file.path.clone()).collect();
    let failed = |reason| matches!(reason, SkipReason::Failed | SkipReason::Timeout);
    let failed = report.skipped.iter().filter(|file| failed(file.reason)).map(|file| &file.path);
    let cut = report.partly_parsed.iter().filter(|file| file.rules_skipped).map(|file| &file.path);
    let doubtful = failed.chain(cut).cloned().collect();
    let reports = files.iter().map(|file| (file.path.clone(), Arc::clone(&file.report)));
    let shapes = Shapes { reports: reports.collect(), files: report.files, clones: report.clones };
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
        given: Vec::new(),
        blobs: Some(Arc::new(blobs)),
        uncertain,
        shapes: Some(shapes),
        always: HashSet::new(),
        silent: Vec::new(),
        measured,
        doubtful,
        before: None,
        marks: Arc::new(marks),
        linked,
    })
}

/// A number for what is said of each file.
fn marks(findings: &[scanner::Finding]) -> HashMap<String, u64> {
    let mut marks = HashMap::new();
    for of_file in findings.chunk_by(|one, other| one.path == other.path) {
        let mut hasher = DefaultHasher::new();
        for finding in of_file {
            let span = &finding.span;
            (&finding.rule, &finding.message, &finding.symbol).hash(&mut hasher);
            (span.start_line, span.start_column, span.end_line, span.end_column).hash(&mut hasher);
            (finding.uncertain, finding.context.line, finding.context.text).hash(&mut hasher);
        }
        marks.insert(of_file[0].path.clone(), hasher.finish());
    }
    marks
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
    let files: Vec<&ProjectFile> = files.iter().collect();
    scanner::worst_functions(&files, WORST)
        .into_iter()
        .map(|FunctionAt { path, language, function }| FunctionOf {
            path,
            language,
            name: function.qualified_name,
            line: function.start_line,
            end_line: function.end_line,
            parameters: function.parameters,
            cyclomatic: function.cyclomatic,
            cognitive: function.cognitive,
            nesting: function.nesting,
        })
        .collect()
}
