//! Answers in the form that git clients expect.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base::Error;
use depots::Depot;
use http::{HeaderValue, StatusCode, header};

/// A refusal; git clients show its text after `remote:`.
pub(crate) struct Refusal(StatusCode, String, Option<u64>);

impl Refusal {
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self(status, text.into(), None)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        door::log_internal(&error);
        let wait = match &error {
            Error::Limit { retry_after: Some(wait), .. } => Some(wait.as_secs().max(1)),
            _ => None,
        };
        Self(door::status(&error), error.to_string(), wait)
    }
}

impl From<git::Error> for Refusal {
    fn from(error: git::Error) -> Self {
        match error {
            git::Error::Protocol(why) => Self::new(StatusCode::BAD_REQUEST, why),
            error @ git::Error::TooLarge { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            // The client went away or sent what cannot be unpacked.
            git::Error::Io { ref source, .. } if is_of_the_client(source) => {
                Self::new(StatusCode::BAD_REQUEST, "the request cannot be read")
            }
            other => Error::internal(other).into(),
        }
    }
}

fn is_of_the_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::InvalidData
            | ErrorKind::InvalidInput
            | ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionAborted
    )
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, text, wait) = self;
        let mut response = (status, format!("{text}\n")).into_response();
        let headers = response.headers_mut();
        never_cached(headers);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"Mortise\", charset=\"UTF-8\""),
            );
        }
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Where a depot is now that was asked for by an address that it has left.
/// Relative, so that it holds by whichever name the server was reached; never
/// for good, because another depot may take the address.
pub(crate) fn moved(depot: &Depot, end: &str, query: Option<&str>) -> Response {
    let mut path = format!("/{}.git/{end}", depot.path());
    if let Some(query) = query {
        path = format!("{path}?{query}");
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let headers = response.headers_mut();
    // Slugs are plain, and the rest came in by an address.
    if let Ok(value) = HeaderValue::from_str(&path) {
        headers.insert(header::LOCATION, value);
    }
    never_cached(headers);
    response
}

/// An answer of a git service. `kind` is `advertisement` or `result`.
pub(crate) fn service(service: git::Service, kind: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    let content_type = format!("application/x-{}-{kind}", service.name());
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&content_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    never_cached(headers);
    response
}

fn never_cached(headers: &mut http::HeaderMap) {
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, max-age=0, must-revalidate"),
    );
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::EXPIRES, HeaderValue::from_static("Fri, 01 Jan 1980 00:00:00 GMT"));
}
