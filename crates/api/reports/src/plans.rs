//! Plans, and scans of them.

use analysis::{PlanFilter, StartOptions, Trigger};
use axum::Json;
use axum::extract::Path;
use base::{Read, Scope};
use door::{Caller, Failure};
use projects::ProjectKey;
use serde_json::{Value, json};

use crate::asked::{Asked, one, page};
use crate::{readable, writable};

/// Plans that are told of at once.
const PLANS: u64 = 100;

/// `GET projects/{project}/plans?page=`
pub(crate) async fn list(
    Caller(call): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    call.actor.needs_scope_to_read(Scope::ProjectAnalysis)?;
    let project = projects::authorise::<Read>(&call, ProjectKey::Name(&name)).await?;
    let filter = PlanFilter { project: Some(project.id), ..PlanFilter::default() };
    let found = analysis::plans(&call, &filter, page(&asked, PLANS)?).await?;
    let plans: Vec<Value> = found
        .items
        .iter()
        .map(|plan| {
            json!({
                "uid": plan.uid,
                "name": plan.name,
                "kind": plan.kind,
                "enabled": plan.enabled,
                "sources": plan.sources,
            })
        })
        .collect();
    Ok(Json(json!({ "total": found.total, "plans": plans })))
}

/// `POST plans/{uid}/scans?branch=`
pub(crate) async fn start(
    Caller(call): Caller,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = writable(&call, &uid).await?;
    let mut options = StartOptions::of(Trigger::Api);
    let branch = one(&asked, "branch");
    if !branch.is_empty() {
        options.branches =
            plan.sources.iter().map(|source| (source.depot, branch.to_owned())).collect();
    }
    let scan = analysis::start(&call, &plan, options).await?;
    Ok(Json(json!({ "plan": plan.uid, "number": scan.number, "state": scan.state.as_str() })))
}

/// `GET plans/{uid}/scans/{number}`
pub(crate) async fn scan(
    Caller(call): Caller,
    Path((uid, number)): Path<(String, i64)>,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    let scan = analysis::scan(&call, &plan, number).await?;
    Ok(Json(json!({
        "number": scan.number,
        "state": scan.state.as_str(),
        "error": scan.error,
        "sources": scan.sources,
        "result": scan.result.map(|result| json!({
            "open": result.open,
            "new": result.new,
            "ignored": result.ignored,
            "fixed": result.fixed,
            "totals": result.totals,
            "gate": result.gate,
        })),
    })))
}
