//! Code analysis: plans, scans, findings.

mod code_tab;
mod compare;
mod conditions;
mod coverage_tab;
mod dependencies_tab;
mod duplicates_tab;
mod finding;
mod findings_tab;
mod fix;
mod frame;
mod functions_tab;
mod gate;
mod history;
mod map;
mod notices;
mod plan;
mod plan_form;
mod plan_sources;
mod plan_starts;
mod plans;
mod ratings;
mod report;
mod rules;
mod ruleset_versions;
mod rulesets;
mod running;
mod scan;
mod secrets;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use call::Env;

pub(super) use plan::language_bars;
pub(super) use plans::{latest_scan_rows, standing};
pub(super) use words::{inline, message, severity};

pub(super) fn routes() -> Router<Env> {
    rules::routes()
        .route("/p/{project}/analysis", get(plans::show))
        .route("/p/{project}/analysis/new", get(plan_form::show_new).post(plan_form::create))
        .route("/p/{project}/analysis/rulesets", get(rulesets::show).post(rulesets::create))
        .route("/p/{project}/analysis/rulesets/{id}", get(rulesets::one).post(rulesets::save))
        .route("/p/{project}/analysis/rulesets/{id}/versions", get(ruleset_versions::show))
        .route("/p/{project}/analysis/rulesets/{id}/delete", post(rulesets::delete))
        .route("/p/{project}/analysis/rulesets/{id}/{act}", post(rulesets::act))
        .route("/p/{project}/analysis/{plan}", get(plan::show))
        .route("/p/{project}/analysis/{plan}/scan", post(plan::start))
        .route("/p/{project}/analysis/{plan}/gate", get(gate::show).post(gate::change))
        .route("/p/{project}/analysis/{plan}/settings", get(plan_form::show).post(plan_form::save))
        .route("/p/{project}/analysis/{plan}/settings/delete", post(plan_form::delete))
        .route("/p/{project}/analysis/{plan}/scans/{number}", get(scan::show))
        .route(
            "/p/{project}/analysis/{plan}/scans/{number}/bill/{format}",
            get(dependencies_tab::download),
        )
        .route("/p/{project}/analysis/{plan}/scans/{number}/cancel", post(scan::cancel))
        .route("/p/{project}/analysis/{plan}/findings", post(findings_tab::change))
        .route("/p/{project}/analysis/{plan}/export/{ending}", get(findings_tab::file))
        .route("/p/{project}/analysis/{plan}/history", get(history::show))
        .route("/p/{project}/analysis/{plan}/history/fill", post(history::start))
        .route("/p/{project}/analysis/{plan}/history/fill/{id}/cancel", post(history::cancel))
        .route("/p/{project}/analysis/{plan}/secrets", get(secrets::show).post(secrets::decide))
        .route("/p/{project}/analysis/{plan}/secrets/search", post(secrets::search))
        .route("/p/{project}/analysis/{plan}/secrets/search/{id}/cancel", post(secrets::cancel))
        .route("/p/{project}/analysis/{plan}/compare", get(compare::show))
        .route("/p/{project}/analysis/{plan}/report", get(report::show))
        .route("/p/{project}/analysis/{plan}/report.pdf", get(report::file))
        .route("/p/{project}/analysis/{plan}/notices", get(notices::show).post(notices::create))
        .route("/p/{project}/analysis/{plan}/notices/{id}/try", post(notices::try_it))
        .route("/p/{project}/analysis/{plan}/notices/{id}/delete", post(notices::delete))
        .route("/p/{project}/analysis/{plan}/exceptions/{id}/lift", post(notices::lift))
        .route("/p/{project}/analysis/{plan}/badge", post(notices::badge))
        .route("/p/{project}/analysis/{plan}/findings/{id}", get(finding::show))
        .route("/p/{project}/analysis/{plan}/findings/{id}/ignore", post(finding::ignore))
        .route("/p/{project}/analysis/{plan}/findings/{id}/restore", post(finding::restore))
        .route("/p/{project}/analysis/{plan}/findings/{id}/fix", post(fix::commit))
}
