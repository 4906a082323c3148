//! One table of routes for everything that is served.

use anyhow::Result;
use axum::Router;
use axum::http::StatusCode;
use call::Env;

use super::{health, layers, metrics};
use crate::config::Config;

/// Every route of every door, with what surrounds them.
///
/// # Errors
/// When metrics cannot be collected.
pub(super) fn router(config: &Config, env: &Env) -> Result<Router> {
    let app = doors().merge(metrics::router(config.metrics_token.clone())?).with_state(env.clone());
    Ok(layers::around(app, config, env))
}

/// Every route. Merging panics where two doors claim the same path, which a
/// test notices before anybody else.
fn doors() -> Router<Env> {
    Router::new().merge(health::router()).fallback(async || (StatusCode::NOT_FOUND, "not found\n"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_doors_claim_the_same_path() {
        let _ = super::doors();
    }
}
