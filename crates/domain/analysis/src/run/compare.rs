//! Which findings are those of the scan before, which are new, which are gone.
//!
//! Where rules and engine are the same as before, a file with the same blob has
//! the same findings: only those of files that changed are looked at, however
//! many the plan has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{Error, Result};
use depots::DepotId;
use git::Oid;
use scanner::{ContextHashes, FileTotals, PartlyParsed, SkipReason, Skipped, Step, Tracked, track};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::current::{Current, Observed};
use super::measure::measure;
use super::warm::Last;
use super::{Found, Work};
use crate::components::Source as ToldBy;
use crate::details::{self, Kind};
use crate::finding::FindingState;
use crate::findings::GivenFix;
use crate::scan::{Scan, ScanId};
use crate::tables::{findings as rows, scans};

/// What has to be written about findings.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) observed: Vec<Observed>,
    /// Still there, in a place that differs from what is written.
    pub(crate) carried: Vec<(rows::Model, usize)>,
    /// There again.
    pub(crate) reopened: Vec<(rows::Model, usize)>,
    /// Known from another lane, to be copied into this one.
    pub(crate) copied: Vec<(rows::Model, usize)>,
    /// Never seen before; indexes into `observed`.
    pub(crate) new: Vec<usize>,
    /// Not there any more.
    pub(crate) gone: Vec<rows::Model>,
    /// Whether findings that were new are now merely open.
    pub(crate) ages: bool,
}

/// The scan that this one is compared with.
struct Before {
    scan: Scan,
    same_lane: bool,
}

/// More changed files than this are not asked for one by one.
const MOST_PATHS: usize = 2_000;
/// Paths asked for at once.
const ASKED: usize = 300;

pub(crate) async fn compare(work: &Work, current: Current) -> Result<Found> {
    let before = before(work).await?;
    let base = before.as_ref().map(|before| before.scan.id);
    let Current {
        mut result,
        mut details,
        observed,
        given,
        blobs,
        uncertain,
        shapes,
        always,
        silent,
        measured,
        doubtful,
        before: remembered,
        marks,
        linked,
    } = current;
    let parts = measure(work, before.as_ref().map(|before| &before.scan), &result, shapes).await?;
    let mut stayed = false;
    let changed = match (&before, &blobs) {
        (Some(before), Some(blobs)) if is_comparable(before, &result) => {
            let last = match remembered.filter(|last| last.scan == before.scan.id) {
                Some(last) => Some(last),
                None => read_back(work, before.scan.id).await?,
            };
            stayed = last.as_ref().is_some_and(|last| all_stayed(last, blobs, &doubtful));
            last.and_then(|last| {
                changed_paths(&last, blobs, (&marks, &linked), [&uncertain, &always])
            })
        }
        _ => None,
    };
    let renames = match &before {
        Some(before) if !stayed => renames(work, &before.scan).await?,
        _ => Vec::new(),
    };
    let previous = match &before {
        Some(before) => load(work, &before.scan.lane, changed.as_ref()).await?,
        None => Vec::new(),
    };
    details.push(given_now(work, before.as_ref(), given, &silent).await?);
    let same_lane = before.as_ref().is_none_or(|before| before.same_lane);
    let prefixes =
        work.sources.iter().map(|source| (source.scanned.depot, source.prefix.clone())).collect();
    let matching = Matching { prefixes, changed, renames, uncertain, silent, same_lane };
    let changes = tokio::task::spawn_blocking(move || matching.run(previous, observed))
        .await
        .map_err(Error::internal)?;
    let was_active =
        |row: &&rows::Model| row.state.parse::<FindingState>().is_ok_and(FindingState::is_active);
    result.fixed =
        u32::try_from(changes.gone.iter().filter(was_active).count()).unwrap_or(u32::MAX);
    result.reopened = u32::try_from(changes.reopened.len()).unwrap_or(u32::MAX);
    Ok(Found { result, details, changes: Some(changes), base, parts: Some(parts), measured })
}

/// What external analysers would write instead. Of those of which nothing was heard
/// this time it is what they said before, as their findings are.
async fn given_now(
    work: &Work,
    before: Option<&Before>,
    mut given: Vec<GivenFix>,
    silent: &[String],
) -> Result<details::Kept> {
    if let Some(before) = before.filter(|_| !silent.is_empty()) {
        let old: Option<Vec<GivenFix>> =
            details::read(work.env().db.reader(), before.scan.id, Kind::Fixes).await?;
        let quiet = |fix: &GivenFix| silent.iter().any(|begin| fix.rule.starts_with(begin));
        given.extend(old.unwrap_or_default().into_iter().filter(quiet));
        crate::findings::bound(&mut given);
    }
    details::Kept::new(Kind::Fixes, &given)
}

/// The latest result of the scan's lane; of the first lane, if its own has none.
async fn before(work: &Work) -> Result<Option<Before>> {
    let own = work.scan.lane.as_str();
    for lane in if own.is_empty() { vec![""] } else { vec![own, ""] } {
        let row = scans::Entity::find()
            .filter(scans::Column::PlanId.eq(work.plan.id))
            .filter(scans::Column::Lane.eq(lane))
            .filter(scans::Column::Id.ne(work.scan.id))
            .filter(scans::Column::Result.is_not_null())
            .order_by_desc(scans::Column::Number)
            .one(work.env().db.reader())
            .await?;
        if let Some(row) = row {
            let scan = crate::scans::of_row(row)?;
            return Ok(Some(Before { same_lane: lane == own, scan }));
        }
    }
    Ok(None)
}

fn is_comparable(before: &Before, result: &crate::scan::ScanResult) -> bool {
    before.same_lane
        && before.scan.result.as_ref().is_some_and(|old| {
            old.ruleset_hash == result.ruleset_hash
                && old.engine_version == result.engine_version
                // Other programs may find other things in the same file.
                && old.adapters.is_empty()
                && result.adapters.is_empty()
        })
}

/// What was kept of a scan; `None` when it was not, or not all of it.
async fn read_back(work: &Work, scan: ScanId) -> Result<Option<Last>> {
    let connection = work.env().db.reader();
    let files: Option<Vec<FileTotals>> = details::read(connection, scan, Kind::Files).await?;
    let skipped: Option<Vec<Skipped>> = details::read(connection, scan, Kind::LeftOut).await?;
    let partly: Option<Vec<PartlyParsed>> =
        details::read(connection, scan, Kind::PartlyParsed).await?;
    let (Some(files), Some(skipped), Some(partly)) = (files, skipped, partly) else {
        return Ok(None);
    };
    let failed = |reason| matches!(reason, SkipReason::Failed | SkipReason::Timeout);
    let failed = skipped.into_iter().filter(|file| failed(file.reason)).map(|file| file.path);
    let cut = partly.into_iter().filter(|file| file.rules_skipped).map(|file| file.path);
    // What advisories say of a file changes without it; and one that is gone may
    // be of no language.
    let told: Vec<ToldBy> =
        details::read(connection, scan, Kind::Manifests).await?.unwrap_or_default();
    let doubtful = failed.chain(cut).chain(told.into_iter().map(|source| source.path)).collect();
    let blobs = files.into_iter().map(|file| (file.path, file.blob)).collect();
    Ok(Some(Last { scan, blobs: Arc::new(blobs), doubtful, marks: None }))
}

/// Paths whose findings may differ; `None` when there are too many.
fn changed_paths(
    last: &Last,
    now: &HashMap<String, String>,
    (marks, linked): (&HashMap<String, u64>, &HashSet<String>),
    certainly: [&HashSet<String>; 2],
) -> Option<HashSet<String>> {
    let old = &last.blobs;
    let mut changed: HashSet<String> = certainly.into_iter().flatten().cloned().collect();
    // Other files may have changed what is said of this one.
    match &last.marks {
        Some(before) => {
            let differs = |path: &&String| marks.get(*path) != before.get(*path);
            changed.extend(marks.keys().chain(before.keys()).filter(differs).cloned());
        }
        None => changed.extend(linked.iter().cloned()),
    }
    changed.extend(now.iter().filter(|(path, blob)| old.get(*path) != Some(blob)).map(key));
    changed.extend(old.iter().filter(|(path, _)| !now.contains_key(*path)).map(key));
    changed.extend(last.doubtful.iter().cloned());
    (changed.len() <= MOST_PATHS).then_some(changed)
}

/// Whether no file has gone, so that none can have moved.
fn all_stayed(last: &Last, now: &HashMap<String, String>, doubtful: &HashSet<String>) -> bool {
    let here = |path: &String| now.contains_key(path) || doubtful.contains(path);
    last.blobs.keys().chain(&last.doubtful).all(here)
}

fn key((path, _): (&String, &String)) -> String {
    path.clone()
}

/// Files that moved since then, as paths of the result.
async fn renames(work: &Work, before: &Scan) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for source in &work.sources {
        let Some(old) = before.source(source.scanned.depot) else { continue };
        let Ok(old) = Oid::from_hex(&old.commit) else { continue };
        let (repository, new) = (source.repository.clone(), source.commit);
        // The old commit may be gone after a forced push; then nothing is known.
        let found =
            tokio::task::spawn_blocking(move || repository.diff_trees(Some(old), new, true))
                .await
                .map_err(Error::internal)?;
        for change in found.unwrap_or_default() {
            if let (git::ChangeKind::Renamed, Some(old), Some(new)) =
                (change.kind, change.old, change.new)
            {
                let path = |path: &str| format!("{}{path}", source.prefix);
                pairs.push((path(&old.path), path(&new.path)));
            }
        }
    }
    Ok(pairs)
}

async fn load(
    work: &Work,
    lane: &str,
    changed: Option<&HashSet<String>>,
) -> Result<Vec<rows::Model>> {
    let of_lane = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(work.plan.id))
        .filter(rows::Column::Lane.eq(lane));
    let connection = work.env().db.reader();
    let Some(changed) = changed else { return Ok(of_lane.all(connection).await?) };
    let mut by_depot: HashMap<DepotId, Vec<&str>> = HashMap::new();
    for path in changed {
        if let Some((source, path)) = work.locate(path) {
            by_depot.entry(source.scanned.depot).or_default().push(path);
        }
    }
    let mut found = Vec::new();
    for (depot, paths) in by_depot {
        for some in paths.chunks(ASKED) {
            let these = Condition::all()
                .add(rows::Column::DepotId.eq(depot))
                .add(rows::Column::Path.is_in(some.iter().copied()));
            found.extend(of_lane.clone().filter(these).all(connection).await?);
        }
    }
    Ok(found)
}

/// The pure part.
struct Matching {
    prefixes: HashMap<DepotId, String>,
    changed: Option<HashSet<String>>,
    renames: Vec<(String, String)>,
    uncertain: HashSet<String>,
    silent: Vec<String>,
    same_lane: bool,
}

impl Matching {
    fn run(self, previous: Vec<rows::Model>, observed: Vec<Observed>) -> Changes {
        let looked_at: Vec<usize> = match &self.changed {
            Some(changed) => (0..observed.len())
                .filter(|index| changed.contains(&observed[*index].finding.path))
                .collect(),
            None => (0..observed.len()).collect(),
        };
        let (fixed, present): (Vec<_>, Vec<_>) = previous
            .into_iter()
            .filter(|row| !self.uncertain.contains(&self.path_now(row)))
            .filter(|row| !self.silent.iter().any(|begin| row.rule.starts_with(begin.as_str())))
            .partition(|row| row.state == FindingState::Fixed.as_str());
        let mut changes = Changes { ages: self.same_lane, ..Changes::default() };

        let current: Vec<&scanner::Finding> =
            looked_at.iter().map(|index| &observed[*index].finding).collect();
        let matches = track(&self.tracked(&present), &current, &self.renames);
        let mut present: Vec<Option<rows::Model>> = present.into_iter().map(Some).collect();
        for found in &matches.same {
            let Some(row) = present[found.previous].take() else { continue };
            let index = looked_at[found.current];
            if !self.same_lane {
                changes.copied.push((row, index));
            } else if differs(&row, &observed[index]) {
                changes.carried.push((row, index));
            }
        }
        if self.same_lane {
            changes.gone = present.into_iter().flatten().collect();
        }

        let left: Vec<usize> = matches.new.iter().map(|index| looked_at[*index]).collect();
        let current: Vec<&scanner::Finding> =
            left.iter().map(|index| &observed[*index].finding).collect();
        let again = track(&self.tracked(&fixed), &current, &self.renames);
        let mut fixed: Vec<Option<rows::Model>> = fixed.into_iter().map(Some).collect();
        let mut taken = HashSet::new();
        for found in again.same {
            // What only resembles something that was fixed is new.
            let certain = matches!(found.step, Step::Exact | Step::Symbol | Step::File);
            if !certain || !self.same_lane {
                continue;
            }
            if let Some(row) = fixed[found.previous].take() {
                taken.insert(left[found.current]);
                changes.reopened.push((row, left[found.current]));
            }
        }
        changes.new = left.into_iter().filter(|index| !taken.contains(index)).collect();
        changes.observed = observed;
        changes
    }

    /// The path in the result that the finding had.
    fn path(&self, row: &rows::Model) -> String {
        let prefix = self.prefixes.get(&row.depot_id).map_or("", String::as_str);
        format!("{prefix}{}", row.path)
    }

    /// The path that its file has now, if it moved.
    fn path_now(&self, row: &rows::Model) -> String {
        let path = self.path(row);
        match self.renames.iter().find(|(old, _)| *old == path) {
            Some((_, new)) => new.clone(),
            None => path,
        }
    }

    fn tracked(&self, known: &[rows::Model]) -> Vec<Tracked> {
        known
            .iter()
            .map(|row| Tracked {
                path: self.path(row),
                rule: row.rule.clone(),
                symbol: row.symbol.clone(),
                line: u32::try_from(row.line).unwrap_or_default(),
                context: unpack(&row.place),
            })
            .collect()
    }
}

fn differs(row: &rows::Model, observed: &Observed) -> bool {
    let finding = &observed.finding;
    let span = &finding.span;
    row.path != observed.path
        || row.line != i64::from(span.start_line)
        || row.column_from != i64::from(span.start_column)
        || row.end_line != i64::from(span.end_line)
        || row.end_column != i64::from(span.end_column)
        || row.message != finding.message
        || row.symbol != finding.symbol
        || row.severity != crate::findings::severity_number(finding.severity)
        || row.uncertain != finding.uncertain
        || row.place != pack(&finding.context)
}

/// The stored form of a place: 40 bytes.
pub(crate) fn pack(context: &ContextHashes) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(40);
    bytes.extend_from_slice(&context.line.to_le_bytes());
    bytes.extend_from_slice(&context.text.to_le_bytes());
    for hash in context.around {
        bytes.extend_from_slice(&hash.to_le_bytes());
    }
    bytes
}

/// From the stored form; what is damaged matches nothing.
pub(crate) fn unpack(bytes: &[u8]) -> ContextHashes {
    let eight = |at: usize| {
        let piece = bytes.get(at..at + 8).and_then(|piece| piece.try_into().ok());
        piece.map(u64::from_le_bytes).unwrap_or_default()
    };
    let four = |at: usize| {
        let piece = bytes.get(at..at + 4).and_then(|piece| piece.try_into().ok());
        piece.map(u32::from_le_bytes).unwrap_or_default()
    };
    ContextHashes {
        line: eight(0),
        text: eight(8),
        around: std::array::from_fn(|index| four(16 + 4 * index)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_being_stored() {
        let context =
            ContextHashes { line: u64::MAX - 1, text: 7, around: [1, 2, 3, 4, 5, u32::MAX] };
        assert_eq!(pack(&context).len(), 40);
        assert_eq!(unpack(&pack(&context)), context);
        assert_eq!(unpack(&[]), ContextHashes::default());
    }
}
