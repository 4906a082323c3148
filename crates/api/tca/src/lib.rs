//! The door for clients of Tencent Cloud Code Analysis.
//!
//! An organisation is a team of ours, a project team is a project, a
//! repository is a depot, a scheme a ruleset, and a project of theirs a scan
//! plan on one branch. Answers come in the envelope
//! `{"data", "code", "msg", "status_code"}`.

mod caller;
mod envelope;
mod main_service;
mod paging;
mod time;

use axum::Router;
use call::Env;

/// The routes of this door.
pub fn router() -> Router<Env> {
    Router::new().nest("/server/main/api", main_service::router())
}
