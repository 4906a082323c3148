//! What surrounds every request: an id, a log span, numbers, the client's
//! address, and a net under panics.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use base::Random;
use call::Env;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use crate::config::Config;

/// The header by which a request is named, both ways. Doors find it set.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the layers around `app`, the last one here outermost.
pub(super) fn around(app: Router, config: &Config, env: &Env) -> Router {
    let mut app = app
        .layer(DefaultBodyLimit::max(config.body_limit))
        .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| panicked(&*panic)))
        .layer(from_fn(measure));
    if config.trust_proxy {
        app = app.layer(from_fn(forwarded));
    }
    app.layer(from_fn_with_state(Arc::clone(&env.random), name))
}

/// Gives the request an id, or takes the caller's, and logs under it.
async fn name(State(random): State<Arc<dyn Random>>, mut request: Request, next: Next) -> Response {
    let id = match request
        .headers()
        .get(&REQUEST_ID)
        .filter(|_| door::request_id(request.headers()).is_some())
    {
        Some(id) => id.clone(),
        None => HeaderValue::from_str(&random.uuid()).unwrap_or(HeaderValue::from_static("-")),
    };
    request.headers_mut().insert(REQUEST_ID, id.clone());
    // Only the path: a query may hold a token.
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
    );
    let mut response = next.run(request).instrument(span).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Counts and times requests by route.
async fn measure(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let took = begun.elapsed();
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    metrics::counter!(
        "mortise_http_requests_total",
        "method" => method.as_str().to_owned(),
        "route" => route.clone(),
        "status" => status.as_u16().to_string()
    )
    .increment(1);
    metrics::histogram!("mortise_http_request_seconds", "route" => route)
        .record(took.as_secs_f64());
    let ms = took.as_secs_f64() * 1e3;
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), ms, "answered");
    } else {
        tracing::debug!(status = status.as_u16(), ms, "answered");
    }
    response
}

/// Takes the client's address from the proxy in front of us.
async fn forwarded(mut request: Request, next: Next) -> Response {
    if let Some(address) = last_forwarded(request.headers()) {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    next.run(request).await
}

/// The last entry is the one that the proxy itself has seen; those before it
/// are the client's own words.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let value = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next()?.trim().parse().ok()
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let what = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word");
    tracing::error!(panic = what, "a request panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, "internal error\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxys_own_word_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(last_forwarded(&headers), None);
        headers.append("x-forwarded-for", HeaderValue::from_static("6.6.6.6"));
        headers.append("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 192.0.2.7"));
        assert_eq!(last_forwarded(&headers), "192.0.2.7".parse().ok());
    }
}
