//! Judging scans that have ended: anew when coverage comes in late or when
//! people decide about findings, and by other conditions to see what they would
//! have said.

use std::collections::{BTreeSet, HashMap};

use base::{Error, Granted, Read, Result, Right, Timestamp};
use call::Call;
use db::Tx;
use depots::{DepotId, DepotKey};
use git::Oid;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::changes::{self, Added};
use crate::coverage::{self, CoverageOf};
use crate::gate::{Covered, Gate, GateResult, Letter, Measures, Quality, Scope, Verdict};
use crate::plan::ScanPlan;
use crate::run::judge::{self, Those};
use crate::run::tell;
use crate::scan::{Scan, ScanId, ScanState};
use crate::tables::{scan_measures, scans};

/// How far back scans of a plan are looked at for a commit.
const LOOKED_AT: u64 = 20;
/// The most scans on which other conditions are tried.
const TRIED: u64 = 200;

/// A scan and what other conditions would have said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Its number in the plan.
    pub number: i64,
    /// When it ended.
    pub at: Timestamp,
    /// The commit of the first depot.
    pub commit: String,
    /// What its gate said.
    pub was: Verdict,
    /// What the other would have said, without offending findings.
    pub would: GateResult,
}

/// What a gate would have said of the last `count` (at most 200) scans of the
/// plan's own branches, the newest first. Scans from before measures were kept
/// are absent.
///
/// # Errors
/// `Invalid` on `gate`.
pub async fn what_if<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    gate: &Gate,
    count: u64,
) -> Result<Vec<Tried>> {
    gate.check()?;
    let connection = call.db.reader();
    let rows = scans::Entity::find()
        .filter(scans::Column::PlanId.eq(plan.id))
        .filter(scans::Column::Lane.eq(""))
        .filter(scans::Column::Result.is_not_null())
        .order_by_desc(scans::Column::Number)
        .limit(count.min(TRIED))
        .all(connection)
        .await?;
    let ids: Vec<ScanId> = rows.iter().map(|row| row.id).collect();
    let mut measures = bodies(call, ids).await?;
    let gate = Gate { enabled: true, ..gate.clone() };
    let mut tried = Vec::with_capacity(rows.len());
    for row in rows {
        let scan = crate::scans::of_row(row)?;
        let Some(body) = measures.remove(&scan.id) else { continue };
        let measures: Measures = serde_json::from_str(&body)?;
        tried.push(Tried {
            number: scan.number,
            at: scan.finished_at.unwrap_or(scan.created_at),
            commit: scan.sources.first().map(|source| source.commit.clone()).unwrap_or_default(),
            was: scan.result.map(|result| result.gate.verdict).unwrap_or_default(),
            would: gate.evaluate(&measures),
        });
    }
    Ok(tried)
}

/// What was measured at these scans, as it is kept.
async fn bodies(call: &Call, ids: Vec<ScanId>) -> Result<HashMap<ScanId, String>> {
    let rows = scan_measures::Entity::find()
        .filter(scan_measures::Column::ScanId.is_in(ids))
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(|row| (row.scan_id, row.body)).collect())
}

/// How good the code was at a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatedScan {
    /// The scan's number in its plan.
    pub number: i64,
    /// When it ended.
    pub at: Timestamp,
    /// The letters, in the order of [`Quality::ALL`].
    pub letters: [Letter; 3],
}

/// The ratings of the last `count` (at most 200) scans of the plan's own branches,
/// the oldest first. Scans from before measures were kept, and those without code
/// that could be rated, are absent.
///
/// # Errors
/// When the database cannot be read.
pub async fn ratings<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    count: u64,
) -> Result<Vec<RatedScan>> {
    let connection = call.db.reader();
    let found: Vec<(ScanId, i64, Option<Timestamp>, Timestamp)> = scans::Entity::find()
        .select_only()
        .columns([
            scans::Column::Id,
            scans::Column::Number,
            scans::Column::FinishedAt,
            scans::Column::CreatedAt,
        ])
        .filter(scans::Column::PlanId.eq(plan.id))
        .filter(scans::Column::Lane.eq(""))
        .filter(scans::Column::Result.is_not_null())
        .order_by_desc(scans::Column::Number)
        .limit(count.min(TRIED))
        .into_tuple()
        .all(connection)
        .await?;
    let ids: Vec<ScanId> = found.iter().map(|(id, ..)| *id).collect();
    let mut bodies = bodies(call, ids).await?;
    let mut rated = Vec::with_capacity(found.len());
    for (id, number, finished, created) in found.into_iter().rev() {
        let Some(body) = bodies.remove(&id) else { continue };
        let measures: Measures = serde_json::from_str(&body)?;
        if measures.overall.code.is_some() {
            let letters = Quality::ALL.map(|quality| measures.overall.rating(quality).letter);
            rated.push(RatedScan { number, at: finished.unwrap_or(created), letters });
        }
    }
    Ok(rated)
}

/// What the gate of a scan was evaluated on, if that was kept.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn measures<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
) -> Result<Option<Measures>> {
    if scan.plan != plan.id {
        return Err(Error::not_found("scan"));
    }
    let row = scan_measures::Entity::find()
        .filter(scan_measures::Column::ScanId.eq(scan.id))
        .one(call.db.reader())
        .await?;
    row.map(|row| Ok(serde_json::from_str(&row.body)?)).transpose()
}

/// Judges the last scans of a commit anew, by the coverage that is known now.
pub(crate) async fn of_commit(call: &Call, depot: DepotId, commit: &str) -> Result<()> {
    for plan in crate::plans::of_depot(call.db.reader(), depot).await? {
        let rows = scans::Entity::find()
            .filter(scans::Column::PlanId.eq(plan.id))
            .filter(scans::Column::Result.is_not_null())
            .order_by_desc(scans::Column::Number)
            .limit(LOOKED_AT)
            .all(call.db.reader())
            .await?;
        for row in rows {
            let scan = crate::scans::of_row(row)?;
            if scan.source(depot).is_some_and(|source| source.commit == commit) {
                again(call, &plan, &scan).await?;
            }
        }
    }
    Ok(())
}

/// Judges the last result of each of these lanes anew, by the findings that
/// count now. What the gate asks of changed files keeps what it had: which those
/// were is not kept.
pub(crate) async fn decided(
    call: &Call,
    plan: &ScanPlan,
    lanes: impl IntoIterator<Item = String>,
) -> Result<()> {
    if !plan.definition.gate.enabled {
        return Ok(());
    }
    let lanes: BTreeSet<String> = lanes.into_iter().collect();
    for lane in lanes {
        let tx = call.db.begin().await?;
        let Some((scan, kept)) = last_kept(&tx, plan, &lane).await? else { continue };
        let mut measures: Measures = serde_json::from_str(&kept.body)?;
        let Some(after) = measures.new_after else { continue };
        let those = Those::after(plan.id, &lane, after);
        for scope in [Scope::New, Scope::Overall] {
            judge::count(&tx, &mut measures, &those, scope).await?;
        }
        let mut gate = plan.definition.gate.evaluate(&measures);
        gate.offending = judge::offending(&tx, &gate, &those).await?;
        rewrite(call, tx, plan, &scan, (kept.id, &measures), gate).await?;
    }
    Ok(())
}

/// Judges the last results of a plan anew, by the secrets of its history that ask
/// for work now: that of its own branches, and those of the lanes that were scanned
/// of late.
pub(crate) async fn leaks_changed(call: &Call, plan: &ScanPlan) -> Result<()> {
    let late: Vec<String> = scans::Entity::find()
        .select_only()
        .column(scans::Column::Lane)
        .filter(scans::Column::PlanId.eq(plan.id))
        .filter(scans::Column::Result.is_not_null())
        .order_by_desc(scans::Column::Number)
        .limit(LOOKED_AT)
        .into_tuple()
        .all(call.db.reader())
        .await?;
    let lanes: BTreeSet<String> = late.into_iter().chain([String::new()]).collect();
    for lane in lanes {
        let tx = call.db.begin().await?;
        let Some((scan, kept)) = last_kept(&tx, plan, &lane).await? else { continue };
        let mut measures: Measures = serde_json::from_str(&kept.body)?;
        let Some(result) = &scan.result else { continue };
        let open = crate::leaks::open_of(&*tx, plan).await?;
        if measures.overall.leaks == open {
            continue;
        }
        measures.overall.leaks = open;
        // A gate that was switched off since says nothing of what it had said.
        let mut gate = result.gate.clone();
        if plan.definition.gate.enabled {
            gate = plan.definition.gate.evaluate(&measures);
            // No finding is blamed for it, so those that break the gate stay the same.
            if gate.verdict == Verdict::Failed {
                gate.offending.clone_from(&result.gate.offending);
            }
        }
        rewrite(call, tx, plan, &scan, (kept.id, &measures), gate).await?;
    }
    Ok(())
}

/// The last result of a lane, with what its gate was evaluated on.
async fn last_kept(
    tx: &Tx,
    plan: &ScanPlan,
    lane: &str,
) -> Result<Option<(Scan, scan_measures::Model)>> {
    let last = scans::Entity::find()
        .filter(scans::Column::PlanId.eq(plan.id))
        .filter(scans::Column::Lane.eq(lane))
        .filter(scans::Column::Result.is_not_null())
        .order_by_desc(scans::Column::Number)
        .one(&**tx)
        .await?;
    let Some(scan) = last.map(crate::scans::of_row).transpose()? else { return Ok(None) };
    let kept = scan_measures::Entity::find()
        .filter(scan_measures::Column::ScanId.eq(scan.id))
        .one(&**tx)
        .await?;
    Ok(kept.map(|kept| (scan, kept)))
}

async fn again(call: &Call, plan: &ScanPlan, scan: &Scan) -> Result<()> {
    let kept = scan_measures::Entity::find()
        .filter(scan_measures::Column::ScanId.eq(scan.id))
        .one(call.db.reader())
        .await?;
    let Some(kept) = kept else { return Ok(()) };
    let mut measures: Measures = serde_json::from_str(&kept.body)?;
    cover(call, scan, &mut measures).await?;
    let tx = call.db.begin().await?;
    let Some(row) = scans::Entity::find_by_id(scan.id).one(&*tx).await? else { return Ok(()) };
    let now = crate::scans::of_row(row)?;
    let Some(result) = &now.result else { return Ok(()) };
    // Coverage blames no finding, so those that break it stay the same.
    let offending = result.gate.offending.clone();
    let mut gate = plan.definition.gate.evaluate(&measures);
    if gate.verdict == Verdict::Failed {
        gate.offending = offending;
    }
    rewrite(call, tx, plan, &now, (kept.id, &measures), gate).await
}

/// Writes down what the gate says now, and tells it where it is another verdict.
async fn rewrite(
    call: &Call,
    tx: Tx,
    plan: &ScanPlan,
    scan: &Scan,
    (kept, measures): (i64, &Measures),
    gate: GateResult,
) -> Result<()> {
    let Some(mut result) = scan.result.clone() else { return Ok(()) };
    let was = result.gate.verdict;
    result.gate = gate;
    scan_measures::ActiveModel {
        id: Set(kept),
        body: Set(serde_json::to_string(measures)?),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    let mut active = scans::ActiveModel {
        id: Set(scan.id),
        result: Set(Some(serde_json::to_string(&result)?)),
        ..Default::default()
    };
    // A scan that a script failed stays failed.
    let judged = scan.state == ScanState::Passed
        || scan.state == ScanState::Failed && was == Verdict::Failed;
    if judged {
        let (state, error) = match result.gate.verdict {
            Verdict::Failed => {
                (ScanState::Failed, format!("the gate says no: {}", result.gate.summary()))
            }
            _ => (ScanState::Passed, String::new()),
        };
        active.state = Set(state.as_str().to_owned());
        active.error = Set(error);
    }
    active.update(&*tx).await?;
    if was != result.gate.verdict {
        tell::later(&call.env, &tx, plan.id, scan.id).await?;
    }
    tx.commit().await
}

/// Puts the coverage that is known now into a scan's measures.
async fn cover(call: &Call, scan: &Scan, measures: &mut Measures) -> Result<()> {
    let system = call.clone().by(base::Actor::System);
    let mut covered: HashMap<String, CoverageOf> = HashMap::new();
    let mut added = Some(Added::new());
    for (position, source) in scan.sources.iter().enumerate() {
        let prefix =
            if scan.sources.len() > 1 { format!("{}/", source.name) } else { String::new() };
        let known = coverage::of_commit(call.db.reader(), source.depot, &source.commit).await?;
        for (path, file) in known.into_iter().flatten() {
            covered.insert(format!("{prefix}{path}"), file);
        }
        let commits = measures.baseline.get(position).map(String::as_str).map(Oid::from_hex);
        let (Some(Ok(old)), Ok(new)) = (commits, Oid::from_hex(&source.commit)) else {
            added = None;
            continue;
        };
        let depot = depots::authorise::<Read>(&system, DepotKey::Id(source.depot)).await?;
        let repository = depots::repository(&call.env, &depot)?;
        let lines = changes::added(repository, Some(old), new).await?;
        match (&mut added, lines) {
            (Some(all), Some(lines)) => {
                all.extend(
                    lines.into_iter().map(|(path, lines)| (format!("{prefix}{path}"), lines)),
                );
            }
            _ => added = None,
        }
    }
    measures.overall.coverage = coverage::sum(covered.values().map(CoverageOf::totals));
    let (new, changed) = match &added {
        // Everything is new in a first scan.
        None if measures.baseline.is_empty() => {
            (measures.overall.coverage, measures.overall.coverage)
        }
        None => (None, None),
        Some(added) => parts(&covered, added),
    };
    measures.new.coverage = new;
    measures.changed.coverage = changed;
    Ok(())
}

/// Coverage of the lines that are new, and of the files that have some or lost
/// some.
pub(crate) fn parts(
    covered: &HashMap<String, CoverageOf>,
    added: &Added,
) -> (Option<Covered>, Option<Covered>) {
    let those = || covered.iter().filter_map(|(path, file)| Some((file, added.get(path)?)));
    (
        coverage::sum(those().map(|(file, lines)| file.totals_in(lines))),
        coverage::sum(those().map(|(file, _)| file.totals())),
    )
}
