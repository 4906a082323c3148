//! Errors on their way out.

use axum::Json;
use axum::response::{IntoResponse, Response};
use base::Error;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// An error as an answer of doors that have no form of their own for it:
/// `{"error": {"message", "field"}}` with the status by [`status`].
#[derive(Debug)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        log_internal(&self.0);
        let mut error = json!({ "message": self.0.to_string() });
        if let (Error::Missing { field } | Error::Invalid { field, .. }, Some(error)) =
            (&self.0, error.as_object_mut())
        {
            error.insert("field".to_owned(), field.as_ref().into());
        }
        let status = status(&self.0);
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            let known = HeaderValue::from_static("Bearer, Basic realm=\"mortise\"");
            headers.insert(header::WWW_AUTHENTICATE, known);
        }
        if let Error::Limit { retry_after: Some(wait), .. } = &self.0 {
            // Whole seconds, and never too early.
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
                headers.insert(header::RETRY_AFTER, value);
            }
        }
        response
    }
}

/// The status of an error where a dialect has no rule of its own.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
        Error::Denied { .. } => StatusCode::FORBIDDEN,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Missing { .. } | Error::Invalid { .. } => StatusCode::BAD_REQUEST,
        Error::Conflict { .. } => StatusCode::CONFLICT,
        Error::Limit { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Unsupported { .. } => StatusCode::NOT_IMPLEMENTED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Writes the cause of an internal error to the log, for the operator; the
/// caller reads "internal error". Other errors are nobody's fault here.
pub fn log_internal(error: &Error) {
    if let Error::Internal { cause } = error {
        tracing::error!(?cause, "{cause}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn waiting_is_told_in_whole_seconds() {
        let wait = |millis| {
            let retry_after = Some(Duration::from_millis(millis));
            let response =
                Failure(Error::Limit { why: "slow".into(), retry_after }).into_response();
            assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
            response.headers()[header::RETRY_AFTER].to_str().unwrap().to_owned()
        };
        assert_eq!([wait(0), wait(1), wait(1000), wait(1001)], ["1", "1", "1", "2"]);
    }
}
