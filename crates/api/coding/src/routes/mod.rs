//! The addresses of the API.

mod account;
mod oauth;
mod open_api;

use axum::Router;
use axum::routing::{get, post};
use base::Result;
use call::{Call, Env};
use http::request::Parts;

use crate::OpenApi;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Shared {
    env: Env,
    api: OpenApi,
}

/// `/open-api`, and the few addresses beside it: `/api/me`,
/// `/api/current_user` and `/api/oauth/access_token`.
pub fn router(env: Env, api: OpenApi) -> Router {
    Router::new()
        .route("/open-api", post(open_api::by_query_or_body))
        .route("/open-api/", post(open_api::by_query_or_body))
        .route("/open-api/{action}", post(open_api::by_path))
        .route("/api/me", get(account::me))
        .route("/api/current_user", get(account::current_user))
        .route("/api/oauth/access_token", post(oauth::access_token))
        .with_state(Shared { env, api })
}

/// The call by whomever the request shows.
async fn caller(env: &Env, parts: &Parts) -> Result<Call> {
    let call = door::anonymous(env, parts);
    let query = parts.uri.query();
    let actor = door::authenticate(env, &parts.headers, query, call.address).await?;
    Ok(call.by(actor))
}
