//! Answers in the form that LFS clients expect.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base::Error;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// The type of everything but content.
const KIND: HeaderValue = HeaderValue::from_static("application/vnd.git-lfs+json");
/// No request about objects or locks is longer.
const LONGEST: usize = 4 * 1024 * 1024;

/// An answer.
pub(super) fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_vec(body).unwrap_or_default();
    let mut response = (status, text).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, KIND);
    response
}

/// A refusal.
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    request_id: String,
    wait: Option<u64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), request_id: String::new(), wait: None }
    }

    /// The same, under the id of the request.
    pub(super) fn of(self, parts: &http::request::Parts) -> Self {
        let request_id = door::request_id(&parts.headers).unwrap_or_default().to_owned();
        Self { request_id, ..self }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        door::log_internal(&error);
        let status = match &error {
            Error::Invalid { .. } | Error::Missing { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            other => door::status(other),
        };
        let wait = match &error {
            Error::Limit { retry_after: Some(wait), .. } => Some(wait.as_secs().max(1)),
            _ => None,
        };
        Self { status, message: error.to_string(), request_id: String::new(), wait }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "message": self.message,
            "documentation_url": "https://github.com/git-lfs/git-lfs/tree/main/docs/api",
            "request_id": self.request_id,
        });
        let mut response = answer(self.status, &body);
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"Mortise\", charset=\"UTF-8\"");
            headers.insert("lfs-authenticate", basic.clone());
            headers.insert(header::WWW_AUTHENTICATE, basic);
        }
        if let Some(seconds) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The body of a request as a value.
pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Refusal> {
    let bytes = axum::body::to_bytes(body, LONGEST).await.map_err(|_| {
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long or broke off")
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("the request cannot be read: {error}"),
        )
    })
}
