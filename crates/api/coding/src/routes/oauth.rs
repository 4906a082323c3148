//! `POST /api/oauth/access_token`: a code, or a refresh token, for tokens.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base::Result;
use http::{HeaderValue, header};
use identity::oauth::{Exchange, exchange};
use serde_json::{Value, json};

use super::{Shared, account};

const LONGEST_BODY: usize = 64 * 1024;

/// Takes its parameters from the query or from a form; the form counts where
/// both have one.
pub(super) async fn access_token(State(shared): State<Shared>, request: Request) -> Response {
    match issue(&shared, request).await {
        Ok(issued) => {
            let mut response = Json(issued).into_response();
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => account::refused(&error),
    }
}

async fn issue(shared: &Shared, request: Request) -> Result<Value> {
    let (parts, body) = request.into_parts();
    let wanted: Exchange = door::body::form(parts.uri.query(), body, LONGEST_BODY).await?;
    let issued = exchange(&shared.env, &wanted).await?;
    Ok(json!({
        "access_token": issued.access_token.expose(),
        "refresh_token": issued.refresh_token.expose(),
        "scope": issued.scope,
        "team": issued.team,
        "expires_in": issued.expires_in.as_secs().to_string(),
        "token_type": "bearer",
    }))
}
