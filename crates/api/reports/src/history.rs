//! Measures of commits over time, and what changed between two.

use analysis::{
    Backfill, BackfillId, BackfillKind, ClonePair, ComparedFinding, ComparedFunction, ComparedList,
    FileChange, FunctionChange, HistoryMetric, NewBackfill, SeriesQuery,
};
use axum::Json;
use axum::extract::Path;
use base::{Error, PageRequest};
use door::{Caller, Failure};
use serde_json::{Value, json};

use crate::asked::{Asked, depot, number, one};
use crate::{readable, writable};

/// Back-fills that are told of.
pub(crate) const TOLD: u64 = 20;

/// `POST plans/{uid}/history?commits=&branch=&depot=`
pub(crate) async fn start(
    Caller(call): Caller,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = writable(&call, &uid).await?;
    let new = NewBackfill {
        depot: depot(&asked)?,
        branch: one(&asked, "branch").to_owned(),
        commits: number(&asked, "commits")?.unwrap_or(1_000),
    };
    let started = analysis::start_backfill(&call, &plan, new).await?;
    Ok(Json(backfill(&started)))
}

/// `GET plans/{uid}/history`
pub(crate) async fn list(
    Caller(call): Caller,
    Path(uid): Path<String>,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    let kind = BackfillKind::Measures;
    let found = analysis::backfills(&call, &plan, kind, PageRequest::first(TOLD)).await?;
    let items: Vec<Value> = found.items.iter().map(backfill).collect();
    Ok(Json(json!({ "total": found.total, "backfills": items })))
}

/// `DELETE plans/{uid}/history/{id}`
pub(crate) async fn cancel(
    Caller(call): Caller,
    Path((uid, id)): Path<(String, i64)>,
) -> Result<Json<Value>, Failure> {
    let plan = writable(&call, &uid).await?;
    let cancelled = analysis::cancel_backfill(&call, &plan, BackfillId(id)).await?;
    Ok(Json(backfill(&cancelled)))
}

/// `GET plans/{uid}/series?metric=&branch=&directory=&commits=&points=&depot=`
pub(crate) async fn series(
    Caller(call): Caller,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    let words = one(&asked, "metric").split(',').map(str::trim).filter(|word| !word.is_empty());
    let metrics: Vec<HistoryMetric> = words.map(str::parse).collect::<Result<_, Error>>()?;
    let usual = SeriesQuery::default();
    let query = SeriesQuery {
        depot: depot(&asked)?,
        branch: one(&asked, "branch").to_owned(),
        metrics: if metrics.is_empty() { usual.metrics } else { metrics },
        directory: one(&asked, "directory").to_owned(),
        commits: number(&asked, "commits")?.unwrap_or(usual.commits),
        points: number(&asked, "points")?.unwrap_or(usual.points),
    };
    let found = analysis::metric_series(&call, &plan, &query).await?;
    let points: Vec<Value> = found
        .points
        .iter()
        .map(|point| {
            json!({
                "commit": point.commit,
                "at": point.at.seconds(),
                "title": point.title,
                "author": point.author,
                "values": point.values,
                "outdated": point.outdated,
            })
        })
        .collect();
    Ok(Json(json!({
        "tip": found.tip,
        "commits": found.commits,
        "measured": found.measured,
        "metrics": query.metrics,
        "points": points,
    })))
}

/// `GET plans/{uid}/commits/{commit}?depot=`
pub(crate) async fn commit(
    Caller(call): Caller,
    Path((uid, commit)): Path<(String, String)>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    let found = analysis::commit_measures(&call, &plan, depot(&asked)?, &commit).await?;
    let measures = found.ok_or_else(|| Error::not_found("measures of the commit"))?;
    Ok(Json(json!({ "commit": commit, "measures": measures })))
}

/// `GET plans/{uid}/compare?old=&new=&depot=`
pub(crate) async fn compare(
    Caller(call): Caller,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    let ends = (one(&asked, "old"), one(&asked, "new"));
    for (name, value) in [("old", ends.0), ("new", ends.1)] {
        if value.is_empty() {
            return Err(Error::missing(name).into());
        }
    }
    let found = analysis::compare_commits(&call, &plan, depot(&asked)?, ends).await?;
    Ok(Json(json!({
        "old": found.old,
        "new": found.new,
        "before": found.before,
        "after": found.after,
        "files": listed(&found.files, file),
        "functions": listed(&found.functions, function),
        "findings_came": listed(&found.came, finding),
        "findings_went": listed(&found.went, finding),
        "duplicates_came": listed(&found.duplicates_came, duplicate),
        "duplicates_went": listed(&found.duplicates_went, duplicate),
    })))
}

fn listed<T>(list: &ComparedList<T>, each: fn(&T) -> Value) -> Value {
    json!({ "total": list.total, "items": list.items.iter().map(each).collect::<Vec<_>>() })
}

fn file(change: &FileChange) -> Value {
    json!({
        "path": change.path,
        "moved_from": change.moved_from,
        "before": change.before,
        "after": change.after,
    })
}

fn function(change: &FunctionChange) -> Value {
    let side = |one: &Option<ComparedFunction>| {
        one.map(|one| {
            json!({
                "line": one.line,
                "lines": one.lines,
                "cyclomatic": one.cyclomatic,
                "cognitive": one.cognitive,
            })
        })
    };
    json!({
        "path": change.path,
        "name": change.name,
        "before": side(&change.before),
        "after": side(&change.after),
    })
}

fn finding(one: &ComparedFinding) -> Value {
    json!({
        "rule": one.rule,
        "severity": one.severity,
        "category": one.category,
        "path": one.path,
        "line": one.line,
        "message": one.message,
        "symbol": one.symbol,
    })
}

fn duplicate(pair: &ClonePair) -> Value {
    json!(pair)
}

pub(crate) fn backfill(one: &Backfill) -> Value {
    json!({
        "id": one.id,
        "kind": one.kind,
        "depot": one.depot,
        "branch": one.branch,
        "tip": one.tip,
        "state": one.state,
        "total": one.total,
        "done": one.done,
        "failed": one.failed,
        "found": one.found,
        "full": one.full,
        "error": one.error,
        "creator": one.creator_name,
        "created_at": one.created_at.seconds(),
        "finished_at": one.finished_at.map(base::Timestamp::seconds),
    })
}
