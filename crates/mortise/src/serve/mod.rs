//! The server: from an open installation to a socket, and back.

mod address;
mod banner;
mod connections;
mod health;
mod layers;
mod metrics;
mod router;
mod signals;

use anyhow::{Context as _, Result};
use call::{Addresses, Env};
use db::DbOptions;
use jobs::{Worker, WorkerHandle, WorkerOptions};
use tokio::net::TcpListener;

use self::connections::PATIENCE;
use self::signals::Signals;
use crate::config::Config;
use crate::{data_dir, installation, logs, wiring};

/// Runs the server until it is told to stop.
///
/// # Errors
/// When it cannot start.
pub(crate) async fn run(config: Config) -> Result<()> {
    logs::start(&config)?;
    let signals = Signals::listen().context("cannot listen to signals")?;
    tokio::task::spawn_blocking(git::version).await??;
    data_dir::create(&config.data_dir)?;
    let _locks = data_dir::lock(&config)?;
    // Before anything is made: a port in use must not cost the one-time
    // password, which is printed once.
    let listener = TcpListener::bind(&config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let bound = listener.local_addr().context("the socket has no address")?;
    let addresses = Addresses {
        http: config.public_url.clone().unwrap_or_else(|| address::reachable(bound)),
        ssh: config.ssh_address.clone(),
    };
    let env = installation::open(&config, addresses).await?;
    let first = identity::install(&env, &config.team).await?;
    let cut_off = depots::push::recover(&env, env.clock.now()).await?;
    if cut_off > 0 {
        tracing::info!(cut_off, "pushes were cut off by a crash; their depots are looked at again");
    }
    search::start(&env).await?;
    let worker = start_worker(&config, &env).await?;
    let app = router::router(&config, &env)?;

    banner::print(&config, &env, first.as_ref());
    let grace = config.shutdown_grace;
    if !connections::serve(listener, app, signals.stop(), PATIENCE, grace).await {
        tracing::warn!("some requests did not end in time; they are broken off");
    }
    worker.shutdown(grace).await;
    env.db.clone().close().await?;
    tracing::info!("stopped");
    Ok(())
}

async fn start_worker(config: &Config, env: &Env) -> Result<WorkerHandle> {
    let registry = wiring::listeners().register(wiring::registry()?, config.keep_events)?;
    let options = WorkerOptions {
        default_concurrency: config.job_slots,
        is_alone: matches!(config.database, DbOptions::Sqlite(_)),
        ..WorkerOptions::default()
    };
    let (db, jobs) = (env.db.clone(), env.jobs.clone());
    Ok(Worker::start(db, jobs, registry, env.clone(), options).await?)
}
