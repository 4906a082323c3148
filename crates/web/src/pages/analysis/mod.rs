//! Code analysis: plans, scans, findings.

mod code_tab;
mod duplicates_tab;
mod finding;
mod findings_tab;
mod frame;
mod functions_tab;
mod plan;
mod plan_form;
mod plans;
mod running;
mod scan;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use call::Env;

pub(super) use plan::language_bars;
pub(super) use plans::{latest_scan_rows, standing};

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/p/{project}/analysis", get(plans::show))
        .route("/p/{project}/analysis/new", get(plan_form::show_new).post(plan_form::create))
        .route("/p/{project}/analysis/{plan}", get(plan::show))
        .route("/p/{project}/analysis/{plan}/scan", post(plan::start))
        .route("/p/{project}/analysis/{plan}/settings", get(plan_form::show).post(plan_form::save))
        .route("/p/{project}/analysis/{plan}/settings/delete", post(plan_form::delete))
        .route("/p/{project}/analysis/{plan}/scans/{number}", get(scan::show))
        .route("/p/{project}/analysis/{plan}/scans/{number}/cancel", post(scan::cancel))
        .route("/p/{project}/analysis/{plan}/findings/{id}", get(finding::show))
        .route("/p/{project}/analysis/{plan}/findings/{id}/ignore", post(finding::ignore))
        .route("/p/{project}/analysis/{plan}/findings/{id}/restore", post(finding::restore))
}
