//! The door for programs that bring results or fetch them, below
//! `/api/analysis`: reports of coverage, findings as files, badges, measures of
//! commits.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST depots/{team}/{project}/{depot}/coverage?commit=&flag=&format=` | what was understood of the report in the body |
//! | `POST plans/{uid}/scans?branch=` | the number of the scan that was started |
//! | `GET plans/{uid}/scans/{number}` | how it stands, and what its gate says |
//! | `GET plans/{uid}/findings.{sarif,csv,xlsx}` | the findings that ask for work |
//! | `GET plans/{uid}/findings/{id}/fix?range=&branch=` | what the rule says to write instead, as a patch against the branch |
//! | `POST plans/{uid}/findings/{id}/fix` | commits it; JSON with `branch`, `message`, `range`, `blob` |
//! | `GET plans/{uid}/report.pdf?scan=&language=` | a scan, the latest with a result unless another is named, on paper |
//! | `GET plans/{uid}/badge.svg?of=&token=` | a picture |
//! | `POST plans/{uid}/history?commits=&branch=&depot=` | the back-fill that was started |
//! | `GET plans/{uid}/history` | the last back-fills |
//! | `DELETE plans/{uid}/history/{id}` | the back-fill or search that was asked to stop |
//! | `POST plans/{uid}/secrets?branch=&depot=` | the search of the history that was started |
//! | `GET plans/{uid}/secrets?state=&at_tip=&depot=&page=&size=` | secrets in the history, the last searches |
//! | `PUT plans/{uid}/secrets/{id}` | decides about one: `{"state": "revoked"}`, `"open"`, or `"ignored"` with a `"reason"` |
//! | `GET plans/{uid}/series?metric=&branch=&directory=&commits=&points=&depot=` | metrics along a branch |
//! | `GET plans/{uid}/commits/{commit}?depot=` | what was measured of a commit |
//! | `GET plans/{uid}/compare?old=&new=&depot=` | what changed between two commits |
//! | `GET projects/{project}/plans?page=` | the project's plans, a hundred at a time, with the uids of the addresses above |
//! | `GET projects/{project}/rules` | the rules that the team has written |
//! | `POST projects/{project}/rules` | makes the rule in the body (YAML) |
//! | `GET`, `PUT`, `DELETE projects/{project}/rules/{id}` | one of them |
//! | `POST projects/{project}/rules/import?look=` | imports the YAML or zip in the body; what became of each rule |
//!
//! All but badges want a token of somebody who may do it, as in
//! `Authorization: Bearer …`.

mod fix;
mod history;
mod leaks;
mod rules;

use std::collections::HashMap;

use analysis::{
    BadgeOf, CoverageFormat, ExportFormat, FindingFilter, NewCoverage, PlanFilter, PlanKey,
    ScanPlan, StartOptions, Trigger,
};
use axum::body::Body;
use axum::extract::{FromRequestParts as _, Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use base::{Error, Granted, PageRequest, Read, Scope, Write};
use call::{Call, Env};
use depots::DepotKey;
use door::{Caller, Failure};
use http::{HeaderValue, header};
use projects::ProjectKey;
use serde_json::{Value, json};

/// Plans that are told of at once.
const PLANS: u64 = 100;

type Asked = Query<HashMap<String, String>>;

/// The routes of this door.
pub fn router() -> Router<Env> {
    Router::new()
        .route("/api/analysis/depots/{team}/{project}/{depot}/coverage", post(coverage))
        .route("/api/analysis/plans/{uid}/scans", post(start))
        .route("/api/analysis/plans/{uid}/scans/{number}", get(scan))
        .route("/api/analysis/plans/{uid}/findings/{id}/fix", get(fix::show).post(fix::commit))
        .route("/api/analysis/plans/{uid}/history", get(history::list).post(history::start))
        .route("/api/analysis/plans/{uid}/history/{id}", delete(history::cancel))
        .route("/api/analysis/plans/{uid}/secrets", get(leaks::list).post(leaks::start))
        .route("/api/analysis/plans/{uid}/secrets/{id}", put(leaks::decide))
        .route("/api/analysis/plans/{uid}/series", get(history::series))
        .route("/api/analysis/plans/{uid}/commits/{commit}", get(history::commit))
        .route("/api/analysis/plans/{uid}/compare", get(history::compare))
        .route("/api/analysis/plans/{uid}/{file}", get(file))
        .route("/api/analysis/projects/{project}/plans", get(plans))
        .route("/api/analysis/projects/{project}/rules", get(rules::list).post(rules::create))
        .route("/api/analysis/projects/{project}/rules/import", post(rules::import))
        .route(
            "/api/analysis/projects/{project}/rules/{id}",
            get(rules::get).put(rules::change).delete(rules::remove),
        )
}

fn one<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.get(name).map_or("", |value| value.trim())
}

/// The plan of an address, for who reads.
async fn readable(call: &Call, uid: &str) -> Result<Granted<ScanPlan, Read>, Failure> {
    call.actor.needs_scope_to_read(Scope::ProjectAnalysis)?;
    Ok(analysis::authorise_plan(call, PlanKey::Uid(uid)).await?)
}

/// The plan of an address, for who changes something.
async fn writable(call: &Call, uid: &str) -> Result<Granted<ScanPlan, Write>, Failure> {
    call.actor.needs_scope(Scope::ProjectAnalysis)?;
    Ok(analysis::authorise_plan(call, PlanKey::Uid(uid)).await?)
}

async fn coverage(
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

/// `GET projects/{project}/plans?page=`
async fn plans(
    Caller(call): Caller,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    call.actor.needs_scope_to_read(Scope::ProjectAnalysis)?;
    let project = projects::authorise::<Read>(&call, ProjectKey::Name(&name)).await?;
    let filter = PlanFilter { project: Some(project.id), ..PlanFilter::default() };
    let number = history::number(&asked, "page")?.unwrap_or(1).clamp(1, 1_000_000);
    let page = PageRequest::offset((number - 1) * PLANS, PLANS);
    let found = analysis::plans(&call, &filter, page).await?;
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

async fn start(
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

async fn scan(
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

/// Badges and findings: addresses that end in the form of what they answer.
async fn file(
    State(env): State<Env>,
    Path((uid, name)): Path<(String, String)>,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, _) = request.into_parts();
    if name == "badge.svg" {
        let of = BadgeOf::of_word(one(&asked, "of"))
            .ok_or_else(|| Error::invalid("of", "is nothing that a badge says"))?;
        let picture = analysis::badge(&env, &uid, one(&asked, "token"), of).await?;
        let mut response = answer(picture.into_bytes(), "image/svg+xml", None);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, max-age=0"));
        let none = HeaderValue::from_static("default-src 'none'");
        headers.insert(header::CONTENT_SECURITY_POLICY, none);
        return Ok(response);
    }
    if name == "report.pdf" {
        let Caller(call) = Caller::from_request_parts(&mut parts, &env).await?;
        return report(&call, &uid, &asked).await;
    }
    let format = name.strip_prefix("findings.").and_then(ExportFormat::of_ending);
    let format = format.ok_or_else(|| Error::not_found("file"))?;
    let Caller(call) = Caller::from_request_parts(&mut parts, &env).await?;
    let plan = readable(&call, &uid).await?;
    let filter =
        FindingFilter { lane: one(&asked, "branch").to_owned(), ..FindingFilter::active() };
    let bytes = analysis::export(&call, &plan, &filter, format).await?;
    Ok(answer(bytes, format.media_type(), Some(&format!("findings.{}", format.ending()))))
}

/// A scan on paper.
async fn report(call: &Call, uid: &str, asked: &Asked) -> Result<Response, Failure> {
    let plan = readable(call, uid).await?;
    let scan = match (one(asked, "scan"), plan.latest_result) {
        ("", Some(id)) => analysis::scan_by_id(call, &plan, id).await?,
        ("", None) => return Err(Error::conflict("the plan has no scan with a result").into()),
        (number, _) => {
            let number = number.parse().map_err(|_| Error::invalid("scan", "must be a number"))?;
            analysis::scan(call, &plan, number).await?
        }
    };
    let language = analysis::language(one(asked, "language"))?;
    let bytes = analysis::report(call, &plan, &scan, language).await?;
    let name = format!("report-{}.pdf", scan.number);
    Ok(answer(bytes, "application/pdf", Some(&name)))
}

fn answer(bytes: Vec<u8>, kind: &'static str, file: Option<&str>) -> Response {
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let named = file.map(|name| format!("attachment; filename=\"{name}\""));
    if let Some(named) = named.and_then(|named| HeaderValue::from_str(&named).ok()) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}
