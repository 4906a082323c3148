//! The door for programs that bring results or fetch them, below
//! `/api/analysis`: reports of coverage, findings as files, badges, measures of
//! commits.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST depots/{team}/{project}/{depot}/coverage?commit=&flag=&format=` | what was understood of the report in the body |
//! | `GET depots/{team}/{project}/{depot}/changes?old=&new=` | findings and coverage on the lines that are in `new` and not in `old` |
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

mod asked;
mod coverage;
mod files;
mod fix;
mod history;
mod leaks;
mod plans;
mod rules;

use analysis::{PlanKey, ScanPlan};
use axum::Router;
use axum::routing::{delete, get, post, put};
use base::{Granted, Read, Scope, Write};
use call::{Call, Env};
use door::Failure;

/// The routes of this door.
pub fn router() -> Router<Env> {
    Router::new()
        .route("/api/analysis/depots/{team}/{project}/{depot}/coverage", post(coverage::bring))
        .route("/api/analysis/depots/{team}/{project}/{depot}/changes", get(coverage::changes))
        .route("/api/analysis/plans/{uid}/scans", post(plans::start))
        .route("/api/analysis/plans/{uid}/scans/{number}", get(plans::scan))
        .route("/api/analysis/plans/{uid}/findings/{id}/fix", get(fix::show).post(fix::commit))
        .route("/api/analysis/plans/{uid}/history", get(history::list).post(history::start))
        .route("/api/analysis/plans/{uid}/history/{id}", delete(history::cancel))
        .route("/api/analysis/plans/{uid}/secrets", get(leaks::list).post(leaks::start))
        .route("/api/analysis/plans/{uid}/secrets/{id}", put(leaks::decide))
        .route("/api/analysis/plans/{uid}/series", get(history::series))
        .route("/api/analysis/plans/{uid}/commits/{commit}", get(history::commit))
        .route("/api/analysis/plans/{uid}/compare", get(history::compare))
        .route("/api/analysis/plans/{uid}/{file}", get(files::get))
        .route("/api/analysis/projects/{project}/plans", get(plans::list))
        .route("/api/analysis/projects/{project}/rules", get(rules::list).post(rules::create))
        .route("/api/analysis/projects/{project}/rules/import", post(rules::import))
        .route(
            "/api/analysis/projects/{project}/rules/{id}",
            get(rules::get).put(rules::change).delete(rules::remove),
        )
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
