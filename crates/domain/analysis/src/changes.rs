//! What a commit or a comparison changed, and what is known of those lines:
//! findings and coverage.

use std::collections::{BTreeMap, HashMap};

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use depots::Depot;
use git::{Content, DiffLimits, LineKind, Oid, Repository};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::coverage::{self, CoverageOf};
use crate::finding::{Finding, FindingState};
use crate::gate::Covered;
use crate::lines::Lines;
use crate::tables::{findings as rows, scans};

/// New lines by path. A file of which lines only went is there with none.
pub(crate) type Added = HashMap<String, Lines>;

const LIMITS: DiffLimits = DiffLimits {
    context: 0,
    files: 2_000,
    file_bytes: 2 << 20,
    lines: 200_000,
    ignore_space: false,
};
/// Paths named at once.
const PATHS: usize = 300;
/// The most findings that are told of.
const MOST: u64 = 1_000;
/// Scans of a plan that are looked at for a commit.
const LOOKED_AT: u64 = 20;

/// The lines that are in `new` and not in `old`; `None` where there are too
/// many, or one of the commits is gone.
pub(crate) async fn added(
    repository: Repository,
    old: Option<Oid>,
    new: Oid,
) -> Result<Option<Added>> {
    tokio::task::spawn_blocking(move || {
        let Ok(files) = repository.diff(old, new, LIMITS) else { return None };
        let mut all = Added::new();
        for file in files {
            let Some(side) = file.change.new else { continue };
            let lines = match &file.content {
                Content::Text { hunks, .. } => hunks
                    .iter()
                    .flat_map(|hunk| &hunk.lines)
                    .filter(|line| line.kind == LineKind::Added)
                    .filter_map(|line| line.new)
                    .collect(),
                Content::Omitted => return None,
                _ => Lines::default(),
            };
            all.insert(side.path, lines);
        }
        Some(all)
    })
    .await
    .map_err(Error::internal)
}

/// What is known of the lines that a comparison changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnChanges {
    /// Files with new lines, by path.
    pub files: BTreeMap<String, OnFile>,
    /// Coverage of all new lines; `None` when no report came in for the newer
    /// commit.
    pub covered: Option<Covered>,
    /// Whether a scan has looked at the newer commit: without one there are no
    /// findings here, whatever the code is like.
    pub scanned: bool,
}

/// What is known of the new lines of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnFile {
    /// New lines that can be run, and how often each was.
    pub hits: Vec<(u32, u32)>,
    /// Findings that ask for work and begin on a new line, by line.
    pub findings: Vec<Finding>,
}

/// Findings and coverage on the lines that `new` has and `old` does not; `None`
/// compares a first commit with nothing. Both are whole names of commits.
///
/// # Errors
/// `Invalid` on `commit` when one is no name of a commit.
pub async fn on_changes<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    old: Option<&str>,
    new: &str,
) -> Result<OnChanges> {
    let oid = |text: &str| {
        Oid::from_hex(text).map_err(|_| Error::invalid("commit", "is not the name of a commit"))
    };
    let repository = depots::repository(&call.env, depot)?;
    let Some(lines) = added(repository, old.map(oid).transpose()?, oid(new)?).await? else {
        return Ok(OnChanges::default());
    };
    let mut found = OnChanges::default();
    let covered = coverage::of_commit(call.db.reader(), depot.id, new).await?;
    if let Some(covered) = &covered {
        for (path, added) in &lines {
            let Some(file) = covered.get(path) else { continue };
            cover(&mut found, path, file, added);
        }
        found.covered.get_or_insert_default();
    }
    let (scanned, findings) = findings_of(call, depot, new, &lines).await?;
    found.scanned = scanned;
    for finding in findings {
        found.files.entry(finding.path.clone()).or_default().findings.push(finding);
    }
    Ok(found)
}

fn cover(found: &mut OnChanges, path: &str, file: &CoverageOf, added: &Lines) {
    let hits: Vec<(u32, u32)> =
        file.lines().iter().copied().filter(|(line, _)| added.contains(*line)).collect();
    if hits.is_empty() {
        return;
    }
    *found.covered.get_or_insert_default() += file.totals_in(added);
    found.files.entry(path.to_owned()).or_default().hits = hits;
}

/// Whether a plan's latest scan of a lane looked at the commit, and the findings
/// that it left on these lines.
async fn findings_of(
    call: &Call,
    depot: &Depot,
    commit: &str,
    lines: &Added,
) -> Result<(bool, Vec<Finding>)> {
    let connection = call.db.reader();
    let mut scanned = false;
    let mut all: Vec<Finding> = Vec::new();
    for plan in crate::plans::of_depot(connection, depot.id).await? {
        let recent = scans::Entity::find()
            .filter(scans::Column::PlanId.eq(plan.id))
            .filter(scans::Column::Result.is_not_null())
            .order_by_desc(scans::Column::Number)
            .limit(LOOKED_AT)
            .all(connection)
            .await?;
        let mut lanes: HashMap<String, bool> = HashMap::new();
        for row in recent {
            // Findings stand where the latest scan of their lane saw them.
            if lanes.contains_key(&row.lane) {
                continue;
            }
            let scan = crate::scans::of_row(row)?;
            let here = scan.source(depot.id).is_some_and(|source| source.commit == commit);
            lanes.insert(scan.lane, here);
        }
        let Some((lane, _)) = lanes.into_iter().find(|(_, here)| *here) else { continue };
        scanned = true;
        let paths: Vec<&str> = lines.keys().map(String::as_str).collect();
        for some in paths.chunks(PATHS) {
            let found = rows::Entity::find()
                .filter(rows::Column::PlanId.eq(plan.id))
                .filter(rows::Column::Lane.eq(&lane))
                .filter(rows::Column::DepotId.eq(depot.id))
                .filter(rows::Column::State.is_in(FindingState::ACTIVE.map(FindingState::as_str)))
                .filter(rows::Column::Path.is_in(some.iter().copied()))
                .order_by_desc(rows::Column::Severity)
                .limit(MOST)
                .all(connection)
                .await?;
            for row in found {
                let line = u32::try_from(row.line).unwrap_or_default();
                if lines.get(&row.path).is_some_and(|added| added.contains(line)) {
                    all.push(crate::findings::of_row(row, None)?);
                }
            }
        }
    }
    all.sort_by(|a, b| (&a.path, a.line, a.id).cmp(&(&b.path, b.line, b.id)));
    // Two plans may say the same of the same line.
    all.dedup_by(|a, b| (&a.path, a.line, &a.rule) == (&b.path, b.line, &b.rule));
    Ok((scanned, all))
}
