//! The door for clients of Zadig's code scanning.
//!
//! A code scan is a scan plan, addressed by project and name; a task is a scan,
//! numbered from 1 in its plan. `sonarQube` plans run the built-in analysers,
//! `other` plans a script.

mod caller;
mod codescan;
mod error;
mod names;
mod repos;

use axum::Router;
use axum::routing::{get, post};
use call::Env;

pub use names::{CodeHost, Names};

/// The routes of this door. `names` are those by which requests speak of code
/// hosts, clusters, images and SonarQube systems.
pub fn router(names: Names) -> Router<Env> {
    Router::new()
        .route("/openapi/quality/codescan", post(codescan::create))
        .route("/openapi/quality/codescan/{scan_name}/task", post(codescan::execute))
        .route("/openapi/quality/codescan/{scan_name}/task/{task_id}", get(codescan::detail))
        .layer(axum::Extension(std::sync::Arc::new(names)))
}
