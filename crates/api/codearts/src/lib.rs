//! The door for clients of Huawei CodeArts Check, with the parts of IAM and of
//! the project list that they call on the way.
//!
//! A check task is a scan plan, known by its 32 hexadecimal characters. Who
//! calls is settled by a token in `X-Auth-Token` or by a signature.

mod caller;
mod error;
mod iam;
mod metrics;
mod projects_list;
mod query;
mod signature;
mod task;
mod time;

use axum::Router;
use axum::routing::{get, post};
use call::Env;

/// The routes of this door.
pub fn router() -> Router<Env> {
    Router::new()
        .route("/v3/auth/tokens", post(iam::create_token))
        .route("/v3/projects", get(iam::list_projects))
        .route("/v4/projects", get(projects_list::list))
        .route("/v3/task", post(task::create))
        .route("/v2/{project_id}/tasks", get(task::list))
        .route("/v2/tasks/{task_id}/run", post(task::run))
        .route("/v2/tasks/{task_id}/defects-summary", get(task::defects_summary))
        .route("/v2/{project_id}/tasks/{task_id}/metrics-summary", get(task::metrics_summary))
}
