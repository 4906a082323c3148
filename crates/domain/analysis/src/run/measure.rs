//! The measures of each part of the code: all of it, what is new, and the files
//! that changed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{Error, Result};
use depots::DepotId;
use git::Oid;
use scanner::{ClonePair, FileTotals, FunctionShape, PackedReport};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::Work;
use crate::changes::{self, Added};
use crate::coverage::{self, CoverageOf};
use crate::gate::{Baseline, Measures, Part};
use crate::lines::Lines;
use crate::scan::{Scan, ScanResult};
use crate::tables::scans;

/// What measures are taken from, by path of the result.
#[derive(Default)]
pub(crate) struct Shapes {
    pub(crate) files: Vec<FileTotals>,
    pub(crate) clones: Vec<ClonePair>,
    pub(crate) reports: HashMap<String, Arc<PackedReport>>,
}

/// The measures of a scan but for its findings, and how to find those.
pub(crate) struct Parts {
    pub(crate) measures: Measures,
    /// Which findings are new.
    pub(crate) since: Since,
    /// The files that changed, if that is known: the depot and the path in it.
    pub(crate) changed: Option<Vec<(DepotId, String)>>,
}

/// Since when a finding is new.
pub(crate) enum Since {
    /// Since this scan.
    Now,
    /// Since the scan after the one with this number.
    After(i64),
}

pub(crate) async fn measure(
    work: &Work,
    before: Option<&Scan>,
    result: &ScanResult,
    shapes: Option<Shapes>,
) -> Result<Parts> {
    let baseline = baseline(work, before).await?;
    let since = match (work.plan.definition.gate.baseline, &baseline) {
        (Baseline::Days { .. }, Some(scan)) if scan.lane == work.scan.lane => {
            Since::After(scan.number)
        }
        _ => Since::Now,
    };
    let Some(shapes) = shapes else {
        return Ok(Parts { measures: Measures::default(), since, changed: None });
    };
    let covered = coverage_of(work).await?;
    let overall = overall(result, &shapes, &covered);
    let Some(baseline) = baseline else {
        let measures = Measures {
            new: overall.clone(),
            changed: overall.clone(),
            overall,
            ..Measures::default()
        };
        return Ok(Parts { measures, since, changed: None });
    };
    let Some(lines) = added(work, &baseline).await? else {
        let measures = Measures { overall, ..Measures::default() };
        return Ok(Parts { measures, since, changed: None });
    };
    let changed = lines
        .keys()
        .filter_map(|path| {
            let (source, path) = work.locate(path)?;
            Some((source.scanned.depot, path.to_owned()))
        })
        .collect();
    let commits = work
        .sources
        .iter()
        .filter_map(|source| Some(baseline.source(source.scanned.depot)?.commit.clone()))
        .collect();
    let measures = tokio::task::spawn_blocking(move || Measures {
        baseline: commits,
        new: new_part(&shapes, &covered, &lines),
        changed: changed_part(&shapes, &covered, &lines),
        overall,
        new_after: None,
    })
    .await
    .map_err(Error::internal)?;
    Ok(Parts { measures, since, changed: Some(changed) })
}

/// The scan whose commits are old code.
async fn baseline(work: &Work, before: Option<&Scan>) -> Result<Option<Scan>> {
    let Baseline::Days { days } = work.plan.definition.gate.baseline else {
        return Ok(before.cloned());
    };
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    let then = work.env().clock.now().before(day * days);
    let of_lane = scans::Entity::find()
        .filter(scans::Column::PlanId.eq(work.plan.id))
        .filter(scans::Column::Lane.eq(&work.scan.lane))
        .filter(scans::Column::Id.ne(work.scan.id))
        .filter(scans::Column::Result.is_not_null());
    let connection = work.env().db.reader();
    let old = of_lane
        .clone()
        .filter(scans::Column::FinishedAt.lte(then))
        .order_by_desc(scans::Column::Number)
        .one(connection)
        .await?;
    // Where none is so old, the first one.
    let found = match old {
        Some(old) => Some(old),
        None => of_lane.order_by_asc(scans::Column::Number).one(connection).await?,
    };
    match found {
        Some(row) => Ok(Some(crate::scans::of_row(row)?)),
        None => Ok(before.cloned()),
    }
}

/// Coverage of the scanned commits, by path of the result.
async fn coverage_of(work: &Work) -> Result<HashMap<String, CoverageOf>> {
    let mut all = HashMap::new();
    for source in &work.sources {
        let connection = work.env().db.reader();
        let depot = source.scanned.depot;
        let found = coverage::of_commit(connection, depot, &source.scanned.commit).await?;
        for (path, file) in found.into_iter().flatten() {
            all.insert(format!("{}{path}", source.prefix), file);
        }
    }
    Ok(all)
}

/// The lines that are there and were not at the baseline, by path of the
/// result; `None` where that cannot be told.
async fn added(work: &Work, baseline: &Scan) -> Result<Option<Added>> {
    let mut all = Added::new();
    for source in &work.sources {
        let old = baseline.source(source.scanned.depot);
        let Some(old) = old.and_then(|old| Oid::from_hex(&old.commit).ok()) else {
            return Ok(None);
        };
        let repository = source.repository.clone();
        // The old commit may be gone after a forced push.
        let Some(lines) = changes::added(repository, Some(old), source.commit).await? else {
            return Ok(None);
        };
        all.extend(
            lines.into_iter().map(|(path, lines)| (format!("{}{path}", source.prefix), lines)),
        );
    }
    Ok(Some(all))
}

fn overall(result: &ScanResult, shapes: &Shapes, covered: &HashMap<String, CoverageOf>) -> Part {
    let functions = || shapes.reports.values().flat_map(|report| report.shapes());
    let totals = &result.totals;
    Part {
        lines: Some(totals.lines.total),
        prose: totals.prose,
        code: Some(totals.lines.code),
        comment: Some(totals.lines.comment.saturating_sub(totals.prose)),
        duplicated: Some(totals.duplicated_lines),
        functions: Some(totals.functions),
        max_cyclomatic: Some(functions().map(|one| one.cyclomatic).max().unwrap_or_default()),
        max_cognitive: Some(functions().map(|one| one.cognitive).max().unwrap_or_default()),
        complex_functions: Some(result.complex_functions),
        coverage: coverage::sum(covered.values().map(CoverageOf::totals)),
        vulnerable: Some(result.vulnerable_dependencies),
        unread: result.unread_manifests,
        unchecked: result.unchecked_dependencies,
        ..Part::default()
    }
}

fn new_part(shapes: &Shapes, covered: &HashMap<String, CoverageOf>, lines: &Added) -> Part {
    let (mut all, mut code, mut prose) = (0_u32, 0_u32, 0_u32);
    for file in &shapes.files {
        let Some(added) = lines.get(&file.path) else { continue };
        let (added, counts) = (added.count(), &file.totals.lines);
        all = all.saturating_add(added);
        // Which of a file's lines are code is not kept; its new ones are taken
        // to be like the others.
        let share = |of: u32| {
            let share = (u64::from(added) * u64::from(of)).checked_div(u64::from(counts.total));
            u32::try_from(share.unwrap_or_default()).unwrap_or(u32::MAX)
        };
        code = code.saturating_add(share(counts.code));
        prose = prose.saturating_add(share(file.totals.prose));
    }
    let functions: Vec<FunctionShape> = of_changed(shapes, lines)
        .flat_map(|(added, report)| {
            let shapes = report.shapes().into_iter();
            shapes.filter(|one| added.meets(one.start_line, one.end_line))
        })
        .collect();
    Part {
        lines: Some(all),
        prose,
        code: Some(code),
        duplicated: Some(duplicated(shapes, lines)),
        coverage: crate::regate::parts(covered, lines).0,
        ..of_functions(&functions)
    }
}

/// The reports of the files that have other lines than before, with these.
fn of_changed<'a>(
    shapes: &'a Shapes,
    lines: &'a Added,
) -> impl Iterator<Item = (&'a Lines, &'a PackedReport)> {
    lines.iter().filter_map(|(path, added)| Some((added, &**shapes.reports.get(path)?)))
}

fn of_functions(functions: &[FunctionShape]) -> Part {
    Part {
        functions: Some(u32::try_from(functions.len()).unwrap_or(u32::MAX)),
        max_cyclomatic: Some(functions.iter().map(|one| one.cyclomatic).max().unwrap_or(0)),
        max_cognitive: Some(functions.iter().map(|one| one.cognitive).max().unwrap_or(0)),
        ..Part::default()
    }
}

/// New lines that are in a duplicate.
fn duplicated(shapes: &Shapes, lines: &Added) -> u32 {
    let mut places: HashMap<&str, HashSet<u32>> = HashMap::new();
    for side in shapes.clones.iter().flat_map(|pair| [&pair.first, &pair.second]) {
        let Some(added) = lines.get(&side.path) else { continue };
        let place = places.entry(side.path.as_str()).or_default();
        place.extend(added.within(side.start_line, side.end_line));
    }
    places.values().map(|place| u32::try_from(place.len()).unwrap_or(u32::MAX)).sum()
}

fn changed_part(shapes: &Shapes, covered: &HashMap<String, CoverageOf>, lines: &Added) -> Part {
    let mut totals = scanner::Totals::default();
    for file in shapes.files.iter().filter(|file| lines.contains_key(&file.path)) {
        totals += file.totals;
    }
    let functions: Vec<FunctionShape> =
        of_changed(shapes, lines).flat_map(|(_, report)| report.shapes()).collect();
    Part {
        lines: Some(totals.lines.total),
        prose: totals.prose,
        code: Some(totals.lines.code),
        comment: Some(totals.lines.comment.saturating_sub(totals.prose)),
        duplicated: Some(totals.duplicated_lines),
        coverage: crate::regate::parts(covered, lines).1,
        ..of_functions(&functions)
    }
}
