//! The forms of refusals.
//!
//! Zadig has four: an empty 401, an empty 403, an empty 400 for a body that is
//! not the JSON that it should be, and JSON with `code`, `message` and
//! `description` for the rest.

use axum::response::{IntoResponse, Response};
use base::Error;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// What the original says of anything that it cannot find.
const NOTHING_FOUND: &str = "mongo: no documents in result";

/// A refusal.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The body cannot be decoded.
    Undecodable,
    /// A rule of the request that the original has too, in its words.
    BadRequest(String),
    /// A plan of that name exists, or cannot be made for another reason.
    CreateFailed(String),
    /// Any other.
    Other(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// An application error.
fn application(status: StatusCode, code: u16, message: &str, description: &str) -> Response {
    let body = json!({
        "type": "error",
        "message": message,
        "code": code,
        "description": description,
        "extra": {},
    });
    (status, axum::Json(body)).into_response()
}

/// Any other error of the original.
fn internal(status: StatusCode, description: &str) -> Response {
    let body = json!({
        "code": status.as_u16(),
        "message": "Internal Error: ",
        "description": description,
    });
    (status, axum::Json(body)).into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let bad = |why: &str| application(StatusCode::BAD_REQUEST, 400, "Bad Request", why);
        match self {
            Self::Undecodable => {
                let plain = HeaderValue::from_static("text/plain; charset=utf-8");
                (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, plain)]).into_response()
            }
            Self::BadRequest(why) => bad(&why),
            Self::CreateFailed(why) => {
                application(StatusCode::BAD_REQUEST, 6535, "新建扫描模块失败", &why)
            }
            Self::Other(error) => match error {
                Error::Unauthenticated { .. } => StatusCode::UNAUTHORIZED.into_response(),
                Error::Denied { .. } => StatusCode::FORBIDDEN.into_response(),
                Error::NotFound { .. } => {
                    internal(StatusCode::INTERNAL_SERVER_ERROR, NOTHING_FOUND)
                }
                error @ (Error::Missing { .. }
                | Error::Invalid { .. }
                | Error::Conflict { .. }
                | Error::Unsupported { .. }) => bad(&error.to_string()),
                error @ Error::Limit { .. } => application(
                    StatusCode::TOO_MANY_REQUESTS,
                    429,
                    "Too Many Requests",
                    &error.to_string(),
                ),
                error @ Error::Unavailable { .. } => {
                    internal(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
                }
                error => {
                    door::log_internal(&error);
                    internal(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
                }
            },
        }
    }
}
