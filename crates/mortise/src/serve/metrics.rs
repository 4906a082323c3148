//! `GET /metrics`, in Prometheus' text form.

use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the time histograms, in seconds.
const BUCKETS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 120.0, 600.0,
];

/// The route; asks for `token` where one is given.
///
/// # Errors
/// When metrics are being collected already in this process.
pub(super) fn router<S: Clone + Send + Sync + 'static>(token: Option<String>) -> Result<Router<S>> {
    let handle = PrometheusBuilder::new()
        .set_buckets(BUCKETS)
        .context("metrics")?
        .install_recorder()
        .context("metrics")?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            upkeep.run_upkeep();
        }
    });
    metrics::gauge!("mortise_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let answer = move |headers: HeaderMap| {
        let answer = answer(&handle, token.as_deref(), &headers);
        async move { answer }
    };
    Ok(Router::new().route("/metrics", get(answer)))
}

fn answer(handle: &PrometheusHandle, token: Option<&str>, headers: &HeaderMap) -> Response {
    if token.is_some_and(|token| !shows(headers, token)) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "")
            .into_response();
    }
    if let Some(bytes) = resident() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, handle.render()).into_response()
}

fn shows(headers: &HeaderMap, token: &str) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
    shown.is_some_and(|shown| identity::Secret::new(token).matches(shown))
}

/// Bytes of memory in use, as the kernel counts them.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}
