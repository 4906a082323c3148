//! Fixes of findings, for programs.

use analysis::{FindingId, FixRange, NewFix};
use axum::Json;
use axum::extract::{Path, Request};
use base::{Error, Scope, Write};
use depots::DepotKey;
use door::{Caller, Failure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::asked::{Asked, one};
use crate::readable;

/// The longest question, in bytes.
const LONGEST: usize = 128 * 1024;

fn range_of(word: &str) -> Result<FixRange, Error> {
    match word {
        "" | "finding" => Ok(FixRange::Finding),
        "file" => Ok(FixRange::File),
        _ => Err(Error::invalid("range", "must be finding or file")),
    }
}

/// `GET plans/{uid}/findings/{id}/fix?range=&branch=`
pub(crate) async fn show(
    Caller(call): Caller,
    Path((uid, id)): Path<(String, i64)>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    call.actor.needs_scope_to_read(Scope::ProjectDepot)?;
    let finding = analysis::finding(&call, &plan, FindingId(id)).await?;
    let range = range_of(one(&asked, "range"))?;
    let branch = one(&asked, "branch");
    let fix = analysis::proposed_fix(&call, &plan, &finding, branch, range).await?;
    Ok(Json(json!({
        "finding": finding.id,
        "rule": finding.rule,
        "branch": fix.branch,
        "commit": fix.commit,
        "blob": fix.blob,
        "path": fix.path,
        "line": fix.line,
        "findings": fix.findings,
        "findings_of_file": fix.of_file,
        "patch": fix.patch(),
    })))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    branch: String,
    message: String,
    language: String,
    range: String,
    blob: String,
}

/// `POST plans/{uid}/findings/{id}/fix` with `{"branch", "message", "range", "blob", "language"}`
pub(crate) async fn commit(
    Caller(call): Caller,
    Path((uid, id)): Path<(String, i64)>,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    call.actor.needs_scope(Scope::ProjectDepot)?;
    let finding = analysis::finding(&call, &plan, FindingId(id)).await?;
    let depot = depots::authorise::<Write>(&call, DepotKey::Id(finding.depot)).await?;
    let body = door::body::bytes(request.into_body(), LONGEST).await?;
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|error| Error::invalid("body", format!("is not what is expected: {error}")))?;
    let language = analysis::language(&wanted.language)?;
    let new = NewFix {
        range: range_of(&wanted.range)?,
        branch: wanted.branch,
        message: match wanted.message.trim() {
            "" => analysis::fix_message(language, &finding, &title(&finding.rule)),
            _ => wanted.message,
        },
        blob: wanted.blob,
    };
    let fixed = analysis::commit_fix(&call, &plan, &depot, &finding, new).await?;
    Ok(Json(json!({ "branch": fixed.branch, "commit": fixed.commit.id.to_string() })))
}

fn title(rule: &str) -> String {
    analysis::rule(rule).map_or_else(|| rule.to_owned(), |rule| rule.title.clone())
}
