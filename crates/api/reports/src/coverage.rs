//! Reports of coverage that programs bring.

use analysis::{CoverageFormat, NewCoverage};
use axum::Json;
use axum::extract::{Path, Request};
use base::{Scope, Write};
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
