//! `GET /healthz`.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use call::Env;

pub(super) fn router() -> Router<Env> {
    Router::new().route("/healthz", get(health))
}

/// 200 when requests can be answered.
async fn health(State(env): State<Env>) -> (StatusCode, &'static str) {
    match env.db.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
