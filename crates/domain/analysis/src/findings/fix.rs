//! What rules and external analysers say to write instead: shown against a branch as it is now, and
//! committed.

use std::sync::Arc;

use base::{Error, Granted, Read, Result, Right, Write};
use call::Call;
use depots::commits::{FileEdit, FilesChange, change_files};
use depots::{Depot, DepotKey};
use git::{Change, ChangeKind, Commit, Content, FileDiff, Oid, Repository, Side};
use messages::Lang;
use scanner::{Admission, BlobReport, Engine, FileReport, FixFault, Language, Named};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::decide::happened;
use super::given;
use crate::finding::{Finding, FindingEventKind, FindingState};
use crate::plan::ScanPlan;
use crate::run::{cache, collect, compare};
use crate::tables::findings as rows;
use crate::words::{Text, message_in};

/// Larger files are not changed here.
pub(super) const MAX_BYTES: u64 = 4 << 20;
/// Unchanged lines around a change.
const CONTEXT: u32 = 3;

/// How much is fixed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FixRange {
    /// The finding.
    #[default]
    Finding,
    /// Every finding of its rule in its file that nobody decided to keep.
    File,
}

/// What a finding's rule says to write instead, in a file as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedFix {
    /// The branch.
    pub branch: String,
    /// The commit at its tip.
    pub commit: String,
    /// The blob of the file there; see [`NewFix::blob`].
    pub blob: String,
    /// The file, from the root of the depot.
    pub path: String,
    /// Where the finding is now, from 1.
    pub line: u32,
    /// How many findings are gone with it.
    pub findings: usize,
    /// How many [`FixRange::File`] would fix.
    pub of_file: usize,
    /// What changes in the file.
    pub diff: FileDiff,
    source: Vec<u8>,
}

impl ProposedFix {
    /// The change as `git diff` writes it and `git apply` takes it.
    #[must_use]
    pub fn patch(&self) -> String {
        self.diff.patch()
    }

    /// Of a file and its new text, with the line of the finding, how many findings
    /// are gone, and how many could be.
    pub(super) fn new(
        branch: String,
        at: At,
        source: Vec<u8>,
        (line, findings, of_file): (u32, usize, usize),
    ) -> Self {
        let content = git::diff_text(&at.data, &source, CONTEXT);
        let new = Some(at.side.clone());
        let blob = at.side.oid.to_string();
        let path = at.side.path.clone();
        let change = Change { kind: ChangeKind::Modified, old: Some(at.side), new };
        let (commit, diff) = (at.tip.to_string(), FileDiff { change, content });
        Self { branch, commit, blob, path, line, findings, of_file, diff, source }
    }
}

/// A fix that is to be committed.
#[derive(Debug, Clone, Default)]
pub struct NewFix {
    /// How much of it.
    pub range: FixRange,
    /// The branch that the commit goes to. One that is not there is made, from the
    /// one that was scanned; empty means that one itself.
    pub branch: String,
    /// The message.
    pub message: String,
    /// The [`ProposedFix::blob`] that the caller has seen; when the file is another
    /// by now, nothing happens. Empty where he has seen none.
    pub blob: String,
}

/// A fix that was committed.
#[derive(Debug, Clone, PartialEq)]
pub struct CommittedFix {
    /// The branch that has it.
    pub branch: String,
    /// The commit.
    pub commit: Commit,
}

/// Whether the rule of a finding, or the tool that found it, says what to write instead. Costs nothing that
/// grows with the file; for this finding there may be no fix all the same.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_fixable<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    finding: &Finding,
) -> Result<bool> {
    if finding.plan != plan.id || finding.state == FindingState::Fixed {
        return Ok(false);
    }
    if let Some(rule) = crate::rule(&finding.rule) {
        return Ok(rule.fixable);
    }
    if given::is_external(&finding.rule) {
        return given::is_given(call, finding).await;
    }
    let engine = crate::ruleset::chosen(&call.env, plan).await?.engine;
    Ok(engine.rule(&finding.rule).is_some_and(|rule| rule.fixable))
}

/// The fix of a finding in the file as it is at the tip of `branch`; an empty one
/// is the branch that was scanned.
///
/// # Errors
/// * `NotFound` when the finding is not the plan's, when the caller may not see
///   the depot, or when there is no such branch;
/// * `Conflict` in words when there is no fix: the rule has none, the finding is
///   not in the file any more, or what it says would break the file.
pub async fn proposed_fix<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    finding: &Finding,
    branch: &str,
    range: FixRange,
) -> Result<ProposedFix> {
    let scanned = scanned(call, plan, finding).await?;
    let depot = depots::authorise::<Read>(call, DepotKey::Id(finding.depot)).await?;
    let repository = depots::repository(&call.env, &depot)?;
    let branch = if branch.is_empty() { scanned.branch.clone() } else { short(branch) };
    propose(call, plan, finding, (repository, branch, &scanned.prefix), range).await
}

/// Commits the fix of a finding, as a change of files made by the caller: the rules
/// of the depot hold as for every other.
///
/// # Errors
/// As [`proposed_fix`] and [`change_files`]; `NotFound` when the depot is not the
/// finding's; `Conflict` when the file is not the one that the caller has seen.
pub async fn commit_fix<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    depot: &Granted<Depot, Write>,
    finding: &Finding,
    new: NewFix,
) -> Result<CommittedFix> {
    if depot.id != finding.depot {
        return Err(Error::not_found("finding"));
    }
    let scanned = scanned(call, plan, finding).await?;
    let target = if new.branch.is_empty() { scanned.branch.clone() } else { short(&new.branch) };
    if !git::is_branch_name(&target) {
        return Err(Error::invalid("branch", "is not a name that Git takes for a branch"));
    }
    let repository = depots::repository(&call.env, depot)?;
    let there = {
        let (repository, target) = (repository.clone(), target.clone());
        blocking(move || tip(&repository, &target)).await?.is_some()
    };
    let from = if there { target.clone() } else { scanned.branch };
    let at = (repository, from.clone(), scanned.prefix.as_str());
    let fix = propose(call, plan, finding, at, new.range).await?;
    if !new.blob.is_empty() && new.blob != fix.blob {
        return Err(Error::conflict("the file has changed since the fix was shown; look again"));
    }
    let change = FilesChange {
        branch: from.clone(),
        new_branch: (from != target).then_some(target.clone()),
        expected: Some(fix.commit.clone()),
        message: new.message,
        files: vec![FileEdit::Modify { path: fix.path.clone(), data: fix.source }],
        author: None,
    };
    let commit = change_files(call, depot, change).await?;
    let tx = call.db.begin().await?;
    let short: String = commit.id.to_string().chars().take(10).collect();
    let said = format!("{target} {short}");
    happened(call, &tx, &[finding.id], FindingEventKind::FixCommitted, &said).await?;
    let details = json!({
        "plan": plan.id,
        "finding": finding.id,
        "rule": finding.rule,
        "branch": target,
        "commit": commit.id.to_string(),
    });
    let on = format!("plan:{}", plan.id);
    identity::audit::record(&tx, call, "finding.fix_committed", &on, details).await?;
    tx.commit().await?;
    Ok(CommittedFix { branch: target, commit })
}

/// A subject and a body for the commit that fixes a finding. `title` is that of
/// its rule, in the same language.
#[must_use]
pub fn fix_message(lang: Lang, finding: &Finding, title: &str) -> String {
    let file = finding.path.rsplit('/').next().unwrap_or(&finding.path);
    let subject: String = Text { lang }.fix_subject(file, title).chars().take(72).collect();
    let said = message_in(lang, &finding.rule, &finding.message);
    format!("{subject}\n\n{}:{}: {said}\n{}\n", finding.path, finding.line, finding.rule)
}

/// What the scan looked at which saw a finding last.
struct Scanned {
    branch: String,
    /// What paths in its result begin with.
    prefix: String,
}

async fn scanned<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    finding: &Finding,
) -> Result<Scanned> {
    if finding.plan != plan.id {
        return Err(Error::not_found("finding"));
    }
    let scan = crate::scan_by_id(call, plan, finding.last_seen.scan).await?;
    let source = scan.source(finding.depot).ok_or_else(|| Error::not_found("branch"))?;
    let several = scan.sources.len() > 1;
    let prefix = if several { format!("{}/", source.name) } else { String::new() };
    Ok(Scanned { branch: short(&source.branch), prefix })
}

fn short(branch: &str) -> String {
    branch.strip_prefix("refs/heads/").unwrap_or(branch).to_owned()
}

fn tip(repository: &Repository, branch: &str) -> Result<Option<Oid>> {
    repository.reference(&format!("refs/heads/{branch}")).map_err(Error::internal)
}

/// A file at the tip of a branch.
pub(super) struct At {
    pub(super) tip: Oid,
    pub(super) side: Side,
    pub(super) data: Vec<u8>,
}

async fn propose(
    call: &Call,
    plan: &ScanPlan,
    finding: &Finding,
    at: (Repository, String, &str),
    range: FixRange,
) -> Result<ProposedFix> {
    let fix = if given::is_external(&finding.rule) {
        given::propose(call, plan, finding, at, range).await?
    } else {
        worked_out(call, plan, finding, at, range).await?
    };
    match &fix.diff.content {
        Content::Text { hunks, .. } if !hunks.is_empty() => Ok(fix),
        _ => Err(Error::conflict("nothing would change")),
    }
}

/// The fix that a rule of ours says.
async fn worked_out(
    call: &Call,
    plan: &ScanPlan,
    finding: &Finding,
    (repository, branch, prefix): (Repository, String, &str),
    range: FixRange,
) -> Result<ProposedFix> {
    let none = || Error::conflict("the rule does not say what to write instead");
    let engine = crate::ruleset::chosen(&call.env, plan).await?.engine;
    if !engine.rule(&finding.rule).is_some_and(|rule| rule.fixable) {
        return Err(none());
    }
    let at = {
        let (path, branch) = (finding.path.clone(), branch.clone());
        blocking(move || read(&repository, &branch, &path)).await?
    };
    let path = format!("{prefix}{}", finding.path);
    let Admission::Analyse(named) = engine.admit(&path) else { return Err(none()) };
    let (language, report, at) = analysed(call, &engine, named, at).await?;
    let known = known(call, finding).await?;
    let (wanted, rule) = (finding.id, finding.rule.clone());
    let work = move || {
        let found = Found::new(&engine, &rule, &path, &report, &known);
        let Some(place) = found.now(&known, wanted) else {
            return Err(Error::conflict(
                "the file has changed there: the finding is not in it any more",
            ));
        };
        let all = found.open(&known);
        let chosen = match range {
            FixRange::Finding => vec![found.raw[place]],
            FixRange::File => all.clone(),
        };
        let fixed = engine.fixed(language, &at.data, &report, &chosen).map_err(said)?;
        let line = found.findings[place].span.start_line;
        let numbers = (line, fixed.findings.len(), all.len());
        Ok(ProposedFix::new(branch, at, fixed.source, numbers))
    };
    blocking(work).await
}

pub(super) fn said(fault: FixFault) -> Error {
    Error::conflict(match fault {
        FixFault::Missing => "the rule does not say what to write instead here",
        FixFault::Breaks => "the fix would leave the file in a state that cannot be parsed",
        _ => "the finding would still be there after the fix",
    })
}

pub(super) fn read(repository: &Repository, branch: &str, path: &str) -> Result<At> {
    let tip =
        tip(repository, branch)?.ok_or_else(|| Error::not_found(format!("branch {branch}")))?;
    let gone = || Error::conflict("the file is not on the branch any more");
    let entry = repository.entry(tip, path).map_err(|_| gone())?;
    if !entry.mode.is_file() {
        return Err(gone());
    }
    let blob = repository.blob(entry.oid, MAX_BYTES).map_err(|error| match error {
        git::Error::TooLarge { .. } => Error::limit("the file is too large to be changed here"),
        error => Error::internal(error),
    })?;
    let side = Side { path: path.to_owned(), mode: entry.mode, oid: entry.oid };
    Ok(At { tip, side, data: blob.data })
}

/// The report of the file, which is known or made.
pub(super) async fn analysed(
    call: &Call,
    engine: &Arc<Engine>,
    named: Named,
    at: At,
) -> Result<(Language, BlobReport, At)> {
    let analysis = hex::decode(engine.analysis_hash()).map_err(Error::internal)?;
    let key = cache::key(at.side.oid, &analysis, named);
    let known = cache::load(&call.env, std::slice::from_ref(&key)).await?.remove(&key);
    let engine = Arc::clone(engine);
    blocking(move || {
        let report = match known {
            Some(known) => known.report(),
            None => collect::report(&engine, named, Ok(&at.data)),
        };
        Ok((report.language, report, at))
    })
    .await
}

/// What is known of the findings of the same rule in the same file.
pub(super) async fn known(call: &Call, finding: &Finding) -> Result<Vec<rows::Model>> {
    const MOST: u64 = 1_000;
    use sea_orm::{QueryOrder as _, QuerySelect as _};
    let found = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(finding.plan))
        .filter(rows::Column::Lane.eq(&finding.lane))
        .filter(rows::Column::DepotId.eq(finding.depot))
        .filter(rows::Column::Path.eq(&finding.path))
        .filter(rows::Column::Rule.eq(&finding.rule))
        .filter(rows::Column::State.ne(FindingState::Fixed.as_str()))
        .order_by_asc(rows::Column::Line)
        .limit(MOST)
        .all(call.db.reader())
        .await?;
    Ok(found)
}

/// The findings of a rule in a file as it is, and which of the known ones they are.
struct Found {
    findings: Vec<scanner::Finding>,
    /// Their indexes in the report.
    raw: Vec<usize>,
    /// Pairs of indexes: known, here.
    same: Vec<(usize, usize)>,
}

impl Found {
    fn new(
        engine: &Engine,
        rule: &str,
        path: &str,
        report: &BlobReport,
        known: &[rows::Model],
    ) -> Self {
        let file = FileReport { path, blob: "", report };
        let mut project = engine.join(&[file], &[]);
        project.findings.retain(|found| found.rule == rule);
        let place = |found: &scanner::Finding| {
            let same = |raw: &scanner::RawFinding| raw.rule == rule && raw.span == found.span;
            report.findings.iter().position(same)
        };
        let (findings, raw): (Vec<_>, Vec<_>) = project
            .findings
            .into_iter()
            .filter_map(|found| {
                let at = place(&found)?;
                Some((found, at))
            })
            .unzip();
        let tracked: Vec<scanner::Tracked> = known
            .iter()
            .map(|row| scanner::Tracked {
                path: path.to_owned(),
                rule: row.rule.clone(),
                symbol: row.symbol.clone(),
                line: u32::try_from(row.line).unwrap_or_default(),
                context: compare::unpack(&row.place),
            })
            .collect();
        let matches = scanner::track(&tracked, &findings, &[]);
        let same = matches.same.iter().map(|pair| (pair.previous, pair.current)).collect();
        Self { findings, raw, same }
    }

    /// Where a known finding is.
    fn now(&self, known: &[rows::Model], id: crate::FindingId) -> Option<usize> {
        self.same.iter().find(|(row, _)| known[*row].id == id).map(|(_, here)| *here)
    }

    /// The indexes in the report of those that have a fix and that nobody decided
    /// to keep.
    fn open(&self, known: &[rows::Model]) -> Vec<usize> {
        let kept = |here: usize| {
            self.same
                .iter()
                .any(|(row, at)| *at == here && known[*row].state == FindingState::Ignored.as_str())
        };
        (0..self.findings.len())
            .filter(|here| self.findings[*here].fix.is_some() && !kept(*here))
            .map(|here| self.raw[here])
            .collect()
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
