//! Reading scans.

use std::collections::HashMap;

use base::{Error, Granted, PageRequest, Paged, Result, Right, Timestamp};
use call::Call;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::plan::{PlanId, ScanPlan};
use crate::scan::{Scan, ScanId, ScanResult, ScanState, Trigger};
use crate::tables::scans as rows;

pub(crate) fn of_row(row: rows::Model) -> Result<Scan> {
    Ok(Scan {
        id: row.id,
        plan: row.plan_id,
        number: row.number,
        state: row.state.parse()?,
        progress: serde_json::from_str(&row.stage)?,
        trigger: Trigger::from_stored(&row.trigger_kind),
        creator: row.creator_id,
        creator_name: row.creator_name,
        sources: serde_json::from_str(&row.sources)?,
        lane: row.lane,
        base: row.base_id,
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        error: row.error,
        result: row.result.map(|result| serde_json::from_str(&result)).transpose()?,
        log: row.log,
        log_bytes: u64::try_from(row.log_bytes).unwrap_or_default(),
    })
}

/// Which scans of a plan are wanted; nothing given means all.
#[derive(Debug, Clone, Default)]
pub struct ScanFilter {
    /// Only those in one of these states.
    pub states: Vec<ScanState>,
    /// Only those of this lane; the empty one for the plan's own branches.
    pub lane: Option<String>,
}

/// The scans of a plan, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn scans<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    filter: &ScanFilter,
    page: PageRequest,
) -> Result<Paged<Scan>> {
    let mut query = rows::Entity::find().filter(rows::Column::PlanId.eq(plan.id));
    if !filter.states.is_empty() {
        let states = filter.states.iter().map(|state| state.as_str());
        query = query.filter(rows::Column::State.is_in(states));
    }
    if let Some(lane) = &filter.lane {
        query = query.filter(rows::Column::Lane.eq(lane));
    }
    let connection = call.db.reader();
    let total = query.clone().count(connection).await?;
    let found = query
        .order_by_desc(rows::Column::Number)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    let items = found.into_iter().map(of_row).collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
}

/// One scan by its number in the plan.
///
/// # Errors
/// `NotFound`.
pub async fn scan<R: Right>(call: &Call, plan: &Granted<ScanPlan, R>, number: i64) -> Result<Scan> {
    let row = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Number.eq(number))
        .one(call.db.reader())
        .await?;
    of_row(row.ok_or_else(|| Error::not_found("scan"))?)
}

/// One scan by its number on the installation.
///
/// # Errors
/// `NotFound`, also when it is not the plan's.
pub async fn scan_by_id<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    id: ScanId,
) -> Result<Scan> {
    let row = rows::Entity::find_by_id(id)
        .filter(rows::Column::PlanId.eq(plan.id))
        .one(call.db.reader())
        .await?;
    of_row(row.ok_or_else(|| Error::not_found("scan"))?)
}

/// For each of the plans, which the caller must have been given, the scan that
/// was started last. One query.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_scans(call: &Call, plans: &[ScanPlan]) -> Result<HashMap<PlanId, Scan>> {
    by_ids(call, plans.iter().filter_map(|plan| plan.latest_scan)).await
}

/// For each of the plans, which the caller must have been given, the last scan
/// of its own branches that has a result. One query.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_results(call: &Call, plans: &[ScanPlan]) -> Result<HashMap<PlanId, Scan>> {
    by_ids(call, plans.iter().filter_map(|plan| plan.latest_result)).await
}

async fn by_ids(call: &Call, ids: impl Iterator<Item = ScanId>) -> Result<HashMap<PlanId, Scan>> {
    let ids: Vec<ScanId> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found =
        rows::Entity::find().filter(rows::Column::Id.is_in(ids)).all(call.db.reader()).await?;
    found.into_iter().map(|row| Ok((row.plan_id, of_row(row)?))).collect()
}

/// One scan of a plan's trend.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// Its number in the plan.
    pub number: i64,
    /// When it ended.
    pub at: Timestamp,
    /// The commit of the first depot.
    pub commit: String,
    /// How it ended.
    pub state: ScanState,
    /// What it found.
    pub result: ScanResult,
}

/// The last `count` (at most 1000) scans of the plan's own branches that have a
/// result, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn trend<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    count: u64,
) -> Result<Vec<TrendPoint>> {
    let found = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Lane.eq(""))
        .filter(rows::Column::Result.is_not_null())
        .order_by_desc(rows::Column::Number)
        .limit(PageRequest::first(count).size())
        .all(call.db.reader())
        .await?;
    let mut points = Vec::with_capacity(found.len());
    for row in found.into_iter().rev() {
        let scan = of_row(row)?;
        let Some(result) = scan.result else { continue };
        points.push(TrendPoint {
            number: scan.number,
            at: scan.finished_at.unwrap_or(scan.created_at),
            commit: scan.sources.first().map(|source| source.commit.clone()).unwrap_or_default(),
            state: scan.state,
            result,
        });
    }
    Ok(points)
}

/// A part of a scan's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPart {
    /// The text from `offset` on, cut at the end of a line where there is one;
    /// each line begins with the seconds since the start.
    pub text: String,
    /// Where the next part begins, in bytes.
    pub next: u64,
    /// Bytes of the whole log.
    pub total: u64,
}

/// The most bytes of a log that are read at once.
const LOG_PART: u64 = 1 << 20;

/// The log of a scan from byte `offset` on; empty while the scan runs and for
/// scans without a log.
///
/// # Errors
/// When it cannot be read.
pub async fn log<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    offset: u64,
) -> Result<LogPart> {
    if scan.plan != plan.id {
        return Err(Error::not_found("scan"));
    }
    let total = scan.log_bytes;
    let Some(digest) = scan.log.as_deref().filter(|_| offset < total) else {
        return Ok(LogPart { text: String::new(), next: total.min(offset), total });
    };
    let end = total.min(offset.saturating_add(LOG_PART));
    let bytes = call.blobs.get_range(digest, offset..end).await?;
    let whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(last) if end < total => &bytes[..=last],
        _ => &bytes[..],
    };
    Ok(LogPart {
        text: String::from_utf8_lossy(whole).into_owned(),
        next: offset + whole.len() as u64,
        total,
    })
}
