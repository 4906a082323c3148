//! Reports of coverage that programs bring, and what is known of the lines that a
//! comparison changed.

use analysis::{CoverageFormat, LineFinding, Look, NewCoverage, OnFile};
use axum::Json;
use axum::extract::{Path, Request};
use base::{Error, Read, Scope, Write};
use depots::DepotKey;
use door::{Caller, Failure};
use serde_json::{Value, json};

use crate::asked::{Asked, one};

/// `POST depots/{team}/{project}/{depot}/coverage?commit=&flag=&format=`
pub(crate) async fn bring(
    Caller(call): Caller,
    Path((team, project, depot)): Path<(String, String, String)>,
    asked: Asked,
    request: Request,
) -> Result<Json<Value>, Failure> {
    call.actor.needs_scope(Scope::ProjectDepot)?;
    let key = DepotKey::Path(&team, &project, &depot);
    let depot = depots::authorise::<Write>(&call, key).await?;
    let format = match one(&asked, "format") {
        "" => None,
        word => Some(word.parse::<CoverageFormat>()?),
    };
    let report = door::body::bytes(request.into_body(), analysis::MOST_BYTES).await?;
    let new = NewCoverage {
        commit: one(&asked, "commit").to_owned(),
        flag: one(&asked, "flag").to_owned(),
        format,
        report: report.to_vec(),
    };
    let uploaded = analysis::upload_coverage(&call, &depot, new).await?;
    Ok(Json(json!({
        "commit": uploaded.commit,
        "format": uploaded.format.as_str(),
        "lines": uploaded.covered.lines,
        "hit": uploaded.covered.hit,
        "percent": uploaded.covered.percent(),
        "files": uploaded.files,
        "unknown_files": uploaded.unknown,
    })))
}

/// `GET depots/{team}/{project}/{depot}/changes?old=&new=`
pub(crate) async fn changes(
    Caller(call): Caller,
    Path((team, project, depot)): Path<(String, String, String)>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    call.actor.needs_scope_to_read(Scope::ProjectDepot)?;
    call.actor.needs_scope_to_read(Scope::ProjectAnalysis)?;
    let key = DepotKey::Path(&team, &project, &depot);
    let depot = depots::authorise::<Read>(&call, key).await?;
    let old = Some(one(&asked, "old")).filter(|old| !old.is_empty());
    let new = one(&asked, "new");
    if new.is_empty() {
        return Err(Error::missing("new").into());
    }
    let found = analysis::on_changes(&call, &depot, (old, new), Look::Anew).await?;
    Ok(Json(json!({
        "scanned": found.scanned,
        "covered": found.covered.map(|covered| json!({
            "hit": covered.hit,
            "lines": covered.lines,
            "percent": covered.percent(),
        })),
        "files": found.files.iter().map(|(path, on)| file(path, on)).collect::<Vec<_>>(),
    })))
}

fn file(path: &str, on: &OnFile) -> Value {
    json!({
        "path": path,
        "hits": on.hits.iter().map(|(line, hits)| json!([line, hits])).collect::<Vec<_>>(),
        "findings": on.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(one: &LineFinding) -> Value {
    json!({
        "id": one.finding,
        "line": one.line,
        "rule": one.rule,
        "severity": one.severity,
        "message": one.message,
    })
}
