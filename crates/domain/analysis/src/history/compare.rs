//! What changed between two commits, by the plan's rules: whoever scanned them,
//! or nobody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Granted, Read, Result, Right};
use call::Call;
use depots::{DepotId, DepotKey};
use git::{Oid, Repository};
use scanner::{Category, ClonePair, Engine, Finding, Severity, Totals, Tracked, track};

use super::evaluate::{Evaluated, Evaluator};
use super::{CommitMeasures, source_of};
use crate::plan::{PlanId, ScanPlan};
use crate::run::stop::Stop;

/// Blobs that are analysed for a comparison; where more are needed, a scan or a
/// back-fill has to come first.
const MOST_BLOBS: usize = 400;
/// Items of each list that are told of.
const LISTED: usize = 300;
/// Comparisons that are remembered.
const REMEMBERED: usize = 16;

/// What changed between two commits.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The older commit, or whichever was named first.
    pub old: String,
    /// The other one.
    pub new: String,
    /// What was measured of the first.
    pub before: CommitMeasures,
    /// What was measured of the second.
    pub after: CommitMeasures,
    /// Files whose measures changed, those with the largest change of lines
    /// first.
    pub files: ComparedList<FileChange>,
    /// Functions whose complexity changed, the largest change first; those that
    /// came or went among them.
    pub functions: ComparedList<FunctionChange>,
    /// Findings that only the second has, the most severe first.
    pub came: ComparedList<ComparedFinding>,
    /// Findings that only the first has.
    pub went: ComparedList<ComparedFinding>,
    /// Duplicates that only the second has, the longest first.
    pub duplicates_came: ComparedList<ClonePair>,
    /// Duplicates that only the first has.
    pub duplicates_went: ComparedList<ClonePair>,
}

/// The first items of a list, and how many it has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComparedList<T> {
    /// At most 300.
    pub items: Vec<T>,
    /// All of them.
    pub total: u64,
}

impl<T> ComparedList<T> {
    fn of(mut items: Vec<T>) -> Self {
        let total = items.len() as u64;
        items.truncate(LISTED);
        Self { items, total }
    }
}

/// A file that is not the same.
#[derive(Debug, Clone, PartialEq)]
pub struct FileChange {
    /// The path in the second commit, or in the first where it is gone.
    pub path: String,
    /// The path in the first commit, if the file was moved.
    pub moved_from: Option<String>,
    /// Sums in the first commit; `None` where it came.
    pub before: Option<Totals>,
    /// Sums in the second commit; `None` where it went.
    pub after: Option<Totals>,
}

/// A function whose complexity is not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionChange {
    /// The path in the second commit, or in the first where the function is gone.
    pub path: String,
    /// The name with the enclosing classes and functions.
    pub name: String,
    /// In the first commit; `None` where it came.
    pub before: Option<ComparedFunction>,
    /// In the second commit; `None` where it went.
    pub after: Option<ComparedFunction>,
}

/// A function in one of the commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparedFunction {
    /// First line, from 1.
    pub line: u32,
    /// Lines.
    pub lines: u32,
    /// Cyclomatic complexity.
    pub cyclomatic: u32,
    /// Cognitive complexity.
    pub cognitive: u32,
}

impl FunctionChange {
    /// How much the cyclomatic and the cognitive complexity rose.
    pub fn rise(&self) -> (i64, i64) {
        let of = |side: &Option<ComparedFunction>| {
            side.map_or((0, 0), |one| (i64::from(one.cyclomatic), i64::from(one.cognitive)))
        };
        let (before, after) = (of(&self.before), of(&self.after));
        (after.0 - before.0, after.1 - before.1)
    }
}

/// A finding in one of the commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedFinding {
    /// Full id of the rule.
    pub rule: String,
    /// How severe.
    pub severity: Severity,
    /// Kind of problem.
    pub category: Category,
    /// The file.
    pub path: String,
    /// First line, from 1.
    pub line: u32,
    /// For people.
    pub message: String,
    /// Enclosing classes and functions; may be empty.
    pub symbol: String,
}

/// The last comparisons, and whose turn it is to make one.
#[derive(Default)]
struct Recent {
    kept: Mutex<Vec<(Key, Arc<Comparison>)>>,
    turn: tokio::sync::Mutex<()>,
}

/// Plan, depot, shape of the measures, and the two commits.
type Key = (PlanId, DepotId, String, Oid, Oid);

impl Recent {
    fn find(&self, key: &Key) -> Option<Arc<Comparison>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, found)| Arc::clone(found))
    }

    fn keep(&self, key: Key, found: &Arc<Comparison>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= REMEMBERED {
            kept.remove(0);
        }
        kept.push((key, Arc::clone(found)));
    }
}

/// What changed from one commit of a depot to another. Each is a branch, a tag or
/// the name of a commit; `depot` may be left away where the plan has one. What
/// few files have not been analysed yet is analysed for it.
///
/// # Errors
/// `Invalid` on `old` or `new` where there is no such commit; `Conflict` where
/// one has not been analysed and is too large to do so on the way: scan it, or
/// start a back-fill; `NotFound` for a depot that the plan does not scan, or that
/// the caller may not read; `Unsupported` for plans that run a script.
pub async fn compare_commits<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    depot: Option<DepotId>,
    (old, new): (&str, &str),
) -> Result<Arc<Comparison>> {
    let source = source_of(plan, depot)?;
    let depot = depots::authorise::<Read>(call, DepotKey::Id(source.depot)).await?;
    let repository = depots::repository(&call.env, &depot)?;
    let stop = Stop::new();
    // Who goes away meanwhile wants no answer.
    let _stopped = stop.guard();
    let old = resolve(&repository, old, "old").await?;
    let new = resolve(&repository, new, "new").await?;
    let mut evaluator =
        Evaluator::new(&call.env, plan, repository.clone(), &source.branch, stop.clone()).await?;
    let key = (plan.id, depot.id, evaluator.shape()?, old, new);
    let recent = call.env.memory::<Recent>();
    if let Some(known) = recent.find(&key) {
        return Ok(known);
    }
    // Each holds the reports of a repository in memory.
    let _turn = recent.turn.lock().await;
    if let Some(known) = recent.find(&key) {
        return Ok(known);
    }
    let before = look(&mut evaluator, old).await?;
    let after = look(&mut evaluator, new).await?;
    let engine = Arc::clone(&evaluator.engine);
    let found = tokio::task::spawn_blocking(move || {
        let renames = renames(&repository, old, new);
        compare(&engine, (&old.to_string(), &before), (&new.to_string(), &after), &renames)
    })
    .await
    .map_err(Error::internal)?;
    let found = Arc::new(found);
    recent.keep(key, &found);
    Ok(found)
}

/// The commit that a name means.
pub(crate) async fn resolve(
    repository: &Repository,
    name: &str,
    field: &'static str,
) -> Result<Oid> {
    let (repository, name) = (repository.clone(), name.to_owned());
    tokio::task::spawn_blocking(move || repository.resolve(&name))
        .await
        .map_err(Error::internal)?
        .map_err(|_| Error::invalid(field, "is no commit of the depot"))
}

async fn look(evaluator: &mut Evaluator, commit: Oid) -> Result<Evaluated> {
    evaluator.at(commit, MOST_BLOBS).await.map_err(|error| match error {
        Error::Conflict { .. } => Error::conflict(format!(
            "the commit {} has too many files that have not been analysed; scan it, or measure \
             the history of its branch first",
            commit.short(10)
        )),
        other => other,
    })
}

/// Files that moved, the old path first.
fn renames(repository: &Repository, old: Oid, new: Oid) -> Vec<(String, String)> {
    let changes = repository.diff_trees(Some(old), new, true).unwrap_or_default();
    changes
        .into_iter()
        .filter(|change| change.kind == git::ChangeKind::Renamed)
        .filter_map(|change| Some((change.old?.path, change.new?.path)))
        .collect()
}

type Side<'a> = (&'a str, &'a Evaluated);

fn compare(
    engine: &Engine,
    (old, before): Side<'_>,
    (new, after): Side<'_>,
    renames: &[(String, String)],
) -> Comparison {
    let moved: HashMap<&str, &str> =
        renames.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    let (came, went) = findings(&before.report.findings, &after.report.findings, renames);
    let (duplicates_came, duplicates_went) =
        duplicates(&before.report.clones, &after.report.clones, &moved);
    Comparison {
        old: old.to_owned(),
        new: new.to_owned(),
        before: super::measures(engine, &before.report),
        after: super::measures(engine, &after.report),
        files: files(before, after, &moved),
        functions: functions(before, after, &moved),
        came,
        went,
        duplicates_came,
        duplicates_went,
    }
}

fn files(
    before: &Evaluated,
    after: &Evaluated,
    moved: &HashMap<&str, &str>,
) -> ComparedList<FileChange> {
    let mut sides: BTreeMap<&str, FileChange> = BTreeMap::new();
    let of = |path: &str| FileChange {
        path: path.to_owned(),
        moved_from: None,
        before: None,
        after: None,
    };
    for file in &before.report.files {
        let path = moved.get(file.path.as_str()).copied().unwrap_or(&file.path);
        let change = sides.entry(path).or_insert_with(|| of(path));
        change.before = Some(file.totals);
        change.moved_from = (path != file.path).then(|| file.path.clone());
    }
    for file in &after.report.files {
        let change = sides.entry(&file.path).or_insert_with(|| of(&file.path));
        change.after = Some(file.totals);
    }
    let mut changed: Vec<FileChange> = sides
        .into_values()
        .filter(|change| change.before != change.after || change.moved_from.is_some())
        .collect();
    changed.sort_by_cached_key(|change| {
        let lines = |side: &Option<Totals>| side.map_or(0, |one| i64::from(one.lines.total));
        (Reverse((lines(&change.after) - lines(&change.before)).abs()), change.path.clone())
    });
    ComparedList::of(changed)
}

fn functions(
    before: &Evaluated,
    after: &Evaluated,
    moved: &HashMap<&str, &str>,
) -> ComparedList<FunctionChange> {
    let none = HashMap::new();
    // What is the same file in both says nothing.
    let blobs = |evaluated: &'_ Evaluated| -> HashMap<String, String> {
        let files = evaluated.files.iter();
        files.map(|file| (file.path.clone(), file.blob.clone())).collect()
    };
    let (here, there) = (blobs(before), blobs(after));
    let stayed = |path: &str| {
        !moved.contains_key(path)
            && here.get(path).is_some_and(|blob| there.get(path) == Some(blob))
    };
    let side = |evaluated: &'_ Evaluated, moved: &HashMap<&str, &str>| {
        let mut all: HashMap<(String, String, u32), ComparedFunction> = HashMap::new();
        for file in evaluated.files.iter().filter(|file| !stayed(&file.path)) {
            let mut seen: HashMap<String, u32> = HashMap::new();
            for function in file.report.functions() {
                let ordinal = seen.entry(function.qualified_name.clone()).or_default();
                let path = moved.get(file.path.as_str()).copied().unwrap_or(&file.path);
                // Of several of one name in a file, the first is the first.
                let key = (path.to_owned(), function.qualified_name, *ordinal);
                *ordinal += 1;
                all.insert(
                    key,
                    ComparedFunction {
                        line: function.start_line,
                        lines: function.end_line.saturating_sub(function.start_line) + 1,
                        cyclomatic: function.cyclomatic,
                        cognitive: function.cognitive,
                    },
                );
            }
        }
        all
    };
    let mut old = side(before, moved);
    let new = side(after, &none);
    let mut changes: Vec<FunctionChange> = Vec::new();
    for ((path, name, ordinal), after) in new {
        let key = (path, name, ordinal);
        let before = old.remove(&key);
        let same = before.is_some_and(|before| {
            (before.cyclomatic, before.cognitive) == (after.cyclomatic, after.cognitive)
        });
        if !same {
            let (path, name, _) = key;
            changes.push(FunctionChange { path, name, before, after: Some(after) });
        }
    }
    changes.extend(old.into_iter().map(|((path, name, _), before)| FunctionChange {
        path,
        name,
        before: Some(before),
        after: None,
    }));
    changes.sort_by_cached_key(|change| {
        let (cyclomatic, cognitive) = change.rise();
        let line = change.after.or(change.before).map_or(0, |one| one.line);
        let size = (cyclomatic.abs(), cognitive.abs());
        (Reverse(size), change.path.clone(), line, change.name.clone())
    });
    ComparedList::of(changes)
}

fn findings(
    before: &[Finding],
    after: &[Finding],
    renames: &[(String, String)],
) -> (ComparedList<ComparedFinding>, ComparedList<ComparedFinding>) {
    let previous: Vec<Tracked> = before.iter().map(Tracked::from).collect();
    let matches = track(&previous, after, renames);
    let side = |all: &[Finding], indexes: &[usize]| {
        let mut found: Vec<ComparedFinding> =
            indexes.iter().filter_map(|index| all.get(*index)).map(compared).collect();
        found.sort_by(|one, other| {
            (other.severity, &one.path, one.line, &one.rule).cmp(&(
                one.severity,
                &other.path,
                other.line,
                &other.rule,
            ))
        });
        ComparedList::of(found)
    };
    (side(after, &matches.new), side(before, &matches.gone))
}

fn compared(finding: &Finding) -> ComparedFinding {
    ComparedFinding {
        rule: finding.rule.clone(),
        severity: finding.severity,
        category: finding.category,
        path: finding.path.clone(),
        line: finding.span.start_line,
        message: finding.message.clone(),
        symbol: finding.symbol.clone(),
    }
}

/// Pairs the duplicates of the same two files one to one: those of the same
/// length first, then what is nearly as long, in order of their place.
fn duplicates(
    before: &[ClonePair],
    after: &[ClonePair],
    moved: &HashMap<&str, &str>,
) -> (ComparedList<ClonePair>, ComparedList<ClonePair>) {
    type Both<'a> = (Vec<&'a ClonePair>, Vec<&'a ClonePair>);
    let mut groups: BTreeMap<(&str, &str), Both<'_>> = BTreeMap::new();
    let files = |pair: &'_ ClonePair, moved: &HashMap<&str, &'_ str>| {
        let path = |path: &str| moved.get(path).copied().unwrap_or(path).to_owned();
        let (first, second) = (path(&pair.first.path), path(&pair.second.path));
        if first <= second { (first, second) } else { (second, first) }
    };
    let none = HashMap::new();
    let old: Vec<(String, String)> = before.iter().map(|pair| files(pair, moved)).collect();
    let new: Vec<(String, String)> = after.iter().map(|pair| files(pair, &none)).collect();
    for (pair, (first, second)) in before.iter().zip(&old) {
        groups.entry((first, second)).or_default().0.push(pair);
    }
    for (pair, (first, second)) in after.iter().zip(&new) {
        groups.entry((first, second)).or_default().1.push(pair);
    }
    let (mut came, mut went) = (Vec::new(), Vec::new());
    for (mut old, mut new) in groups.into_values() {
        let place = |pair: &&ClonePair| (pair.first.start_line, pair.second.start_line);
        old.sort_by_key(place);
        new.sort_by_key(place);
        for tolerance in [0, 30] {
            old.retain(|one| {
                let near = |other: &&ClonePair| {
                    let most = one.tokens.max(other.tokens);
                    one.tokens.abs_diff(other.tokens) * 100 <= most * tolerance
                };
                match new.iter().position(near) {
                    Some(found) => {
                        new.remove(found);
                        false
                    }
                    None => true,
                }
            });
        }
        went.extend(old.into_iter().cloned());
        came.extend(new.into_iter().cloned());
    }
    let longest = |pair: &ClonePair| {
        let place = (pair.first.path.clone(), pair.first.start_line, pair.second.start_line);
        (Reverse(pair.tokens), place)
    };
    came.sort_by_cached_key(longest);
    went.sort_by_cached_key(longest);
    (ComparedList::of(came), ComparedList::of(went))
}
