//! One table of routes for everything that is served.

use std::sync::Arc;

use anyhow::Result;
use api_coding::OpenApi;
use axum::Router;
use call::Env;

use super::{health, layers, metrics};
use crate::config::Config;
use crate::wiring::Reference;

/// Every route of every door, with what surrounds them.
///
/// # Errors
/// When metrics cannot be collected.
pub(super) fn router(config: &Config, env: &Env) -> Result<Router> {
    let app = doors(config, env).merge(metrics::router(config.metrics_token.clone())?);
    Ok(layers::around(app, config, env))
}

/// Every door. Merging panics where two claim the same path, which a test
/// notices before anybody else.
fn doors(config: &Config, env: &Env) -> Router {
    let settings = api_coding::Settings {
        actions_per_second: config.actions_per_second,
        ..Default::default()
    };
    let open_api = OpenApi::new(&settings, env);
    let reference = Arc::new(Reference::new(open_api.clone()));
    Router::new()
        .merge(health::router())
        .merge(api_reports::router())
        .merge(api_tca::router())
        .merge(api_zadig::router(config.scan_names.clone()))
        .merge(api_codearts::router())
        .with_state(env.clone())
        .merge(api_coding::router(env.clone(), open_api))
        .merge(api_git::router(env.clone()))
        .merge(web::reference::router(env.clone(), reference))
        .merge(web::router(env.clone()))
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Flags};

    #[tokio::test]
    async fn no_two_doors_claim_the_same_path() {
        let test = call::testing::on_sqlite(&[], Default::default(), Default::default()).await;
        let config = Config::load(&Flags::default()).unwrap();
        let _ = super::doors(&config, &test.env);
    }
}
