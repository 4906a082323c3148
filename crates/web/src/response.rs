//! Pages as responses, with the headers that keep them safe.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use maud::Markup;

/// What a page may load and do. There is no inline script and no inline
/// style anywhere, so none is allowed.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// [`POLICY`] for pages with a text that people wrote: pictures from https.
const POLICY_PICTURES: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page as a response.
#[must_use]
pub fn page(status: StatusCode, markup: Markup) -> Response<Body> {
    with_policy(status, markup, HeaderValue::from_static(POLICY))
}

/// A page that shows Markdown of a repository.
#[must_use]
pub fn page_with_pictures(markup: Markup) -> Response<Body> {
    with_policy(StatusCode::OK, markup, HeaderValue::from_static(POLICY_PICTURES))
}

/// A page whose form leads on to another place, such as an application that
/// asked for consent. `origin` is a scheme and host, nothing else.
#[must_use]
pub fn page_leading_to(markup: Markup, origin: &str) -> Response<Body> {
    let clean = origin.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-_[]".contains(&b));
    let policy = if clean {
        POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}"))
    } else {
        POLICY.to_owned()
    };
    let value = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(POLICY));
    with_policy(StatusCode::OK, markup, value)
}

fn with_policy(status: StatusCode, markup: Markup, policy: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::from(markup.into_string()));
    *response.status_mut() = status;
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    set.insert(header::CONTENT_SECURITY_POLICY, policy);
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    set.insert(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    response
}

/// A file to be kept.
pub(crate) fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        set.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}

/// On to another page after a form was sent. `to` is a path of ours.
#[must_use]
pub fn see_other(to: &str) -> Response<Body> {
    leads(StatusCode::SEE_OTHER, to)
}

/// Where a page is now; it may be elsewhere again tomorrow.
pub(crate) fn found(to: &str) -> Response<Body> {
    leads(StatusCode::FOUND, to)
}

fn leads(status: StatusCode, to: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let value = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, value);
    response
}
