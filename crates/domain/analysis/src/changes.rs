//! What a commit or a comparison changed, and what is known of those lines:
//! findings and coverage.

use std::collections::{BTreeMap, HashMap};

use base::{Actor, AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use depots::Depot;
use git::{Content, DiffLimits, LineKind, Oid, Repository};
use scanner::Severity;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::access::{PlanKey, authorise_plan};
use crate::coverage::{self, CoverageOf};
use crate::finding::{FindingId, FindingState};
use crate::gate::Covered;
use crate::history::{compare_commits, resolve};
use crate::lines::Lines;
use crate::plan::{PlanId, ScanPlan};
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
    /// Whether any plan that the caller may see scans the depot.
    pub planned: bool,
    /// Whether the newer commit was looked at: without that there are no
    /// findings here, whatever the code is like.
    pub scanned: bool,
}

/// What is known of the new lines of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnFile {
    /// New lines that can be run, and how often each was.
    pub hits: Vec<(u32, u32)>,
    /// Findings that ask for work and begin on a new line, by line.
    pub findings: Vec<LineFinding>,
}

/// A finding that begins on a line that a comparison changed.
#[derive(Debug, Clone, PartialEq)]
pub struct LineFinding {
    /// The finding with its life, where the latest scan of a branch has seen the
    /// commit; `None` where the commit was looked at for the comparison.
    pub finding: Option<FindingId>,
    /// The plan whose rules say so.
    pub plan: PlanId,
    /// Full rule id.
    pub rule: String,
    /// How bad it is under the plan's ruleset.
    pub severity: Severity,
    /// First line, from 1.
    pub line: u32,
    /// What is wrong, for people.
    pub message: String,
}

/// Where findings on the lines of a comparison are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// What the latest scan of a branch has found, if it saw the newer commit.
    Known,
    /// Where none did, both commits are looked at now, see
    /// [`compare_commits`](crate::compare_commits): findings are those that the
    /// older has not, decisions about them are not known.
    Anew,
}

/// Findings and coverage on the lines that `new` has and `old` does not; `None`
/// compares a first commit with nothing. Each is a branch, a tag or the name of a
/// commit. Of a comparison that is too large to read, nothing is known.
///
/// # Errors
/// `Invalid` on `old` or `new` where there is no such commit.
pub async fn on_changes<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    (old, new): (Option<&str>, &str),
    look: Look,
) -> Result<OnChanges> {
    let repository = depots::repository(&call.env, depot)?;
    let old = match old {
        Some(old) => Some(resolve(&repository, old, "old").await?),
        None => None,
    };
    let new = resolve(&repository, new, "new").await?;
    let Some(lines) = added(repository, old, new).await? else {
        return Ok(OnChanges::default());
    };
    let old = old.map(|old| old.to_string());
    on_lines(call, depot, (old.as_deref(), &new.to_string()), &lines, look).await
}

/// The same as [`on_changes`] for who has the new lines of a comparison, or some
/// of them, by path. The commits are named whole.
///
/// # Errors
/// When the database cannot be read.
pub async fn on_lines<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    (old, new): (Option<&str>, &str),
    lines: &HashMap<String, Lines>,
    look: Look,
) -> Result<OnChanges> {
    let mut found = OnChanges::default();
    let covered = coverage::of_commit(call.db.reader(), depot.id, new).await?;
    if let Some(covered) = &covered {
        for (path, added) in lines {
            let Some(file) = covered.get(path) else { continue };
            cover(&mut found, path, file, added);
        }
        found.covered.get_or_insert_default();
    }
    let plans = plans_of(call, depot).await?;
    found.planned = !plans.is_empty();
    let mut all = Vec::new();
    for plan in &plans {
        found.scanned |= known(call, plan, depot, new, lines, &mut all).await?;
    }
    if let (false, Some(old), Look::Anew) = (found.scanned, old, look) {
        for plan in &plans {
            if compared(call, plan, depot, (old, new), lines, &mut all).await? {
                found.scanned = true;
                break;
            }
        }
    }
    all.sort_by(|(a, one), (b, other)| {
        (a, one.line, one.finding, &one.rule).cmp(&(b, other.line, other.finding, &other.rule))
    });
    // Two plans may say the same of the same line.
    all.dedup_by(|(a, one), (b, other)| (a, one.line, &one.rule) == (b, other.line, &other.rule));
    for (path, finding) in all {
        found.files.entry(path).or_default().findings.push(finding);
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

/// The plans of the depot's own project that scan it, as far as the caller may
/// see them.
async fn plans_of(call: &Call, depot: &Depot) -> Result<Vec<Granted<ScanPlan, Read>>> {
    if matches!(call.actor, Actor::Nobody) {
        return Ok(Vec::new());
    }
    let mut plans = Vec::new();
    for plan in crate::plans::of_depot(call.db.reader(), depot.id).await? {
        if plan.project != depot.project {
            continue;
        }
        match authorise_plan::<Read>(call, PlanKey::Id(plan.id)).await {
            Ok(plan) => plans.push(plan),
            Err(Error::NotFound { .. } | Error::Denied { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(plans)
}

/// Adds the findings that the plan's latest scan of a lane left on these lines,
/// if it looked at the commit; whether one did.
async fn known(
    call: &Call,
    plan: &ScanPlan,
    depot: &Depot,
    commit: &str,
    lines: &Added,
    all: &mut Vec<(String, LineFinding)>,
) -> Result<bool> {
    let connection = call.db.reader();
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
    let Some((lane, _)) = lanes.into_iter().find(|(_, here)| *here) else { return Ok(false) };
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
            let finding = crate::findings::of_row(row, None)?;
            if lines.get(&finding.path).is_some_and(|added| added.contains(finding.line)) {
                let one = LineFinding {
                    finding: Some(finding.id),
                    plan: plan.id,
                    rule: finding.rule,
                    severity: finding.severity,
                    line: finding.line,
                    message: finding.message,
                };
                all.push((finding.path, one));
            }
        }
    }
    Ok(true)
}

/// Adds what the newer commit has on these lines and the older has not, if the
/// plan can say; whether it could.
async fn compared(
    call: &Call,
    plan: &Granted<ScanPlan, Read>,
    depot: &Depot,
    commits: (&str, &str),
    lines: &Added,
    all: &mut Vec<(String, LineFinding)>,
) -> Result<bool> {
    let found = match compare_commits(call, plan, Some(depot.id), commits).await {
        Ok(found) => found,
        // Scripts cannot be asked, and much that is new takes a scan.
        Err(Error::Conflict { .. } | Error::Unsupported { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    for one in &found.came.items {
        if lines.get(&one.path).is_some_and(|added| added.contains(one.line)) {
            let finding = LineFinding {
                finding: None,
                plan: plan.id,
                rule: one.rule.clone(),
                severity: one.severity,
                line: one.line,
                message: one.message.clone(),
            };
            all.push((one.path.clone(), finding));
        }
    }
    Ok(true)
}
