//! The server: from an open installation to a socket, and back.

mod address;
mod banner;
mod connections;
mod health;
mod layers;
mod metrics;
mod router;
mod signals;
mod ssh;

use anyhow::{Context as _, Result};
use call::{Addresses, Env};
use db::DbOptions;
use jobs::{Worker, WorkerHandle, WorkerOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;

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
    let ssh_listener = ssh::bind(&config).await?;
    let ssh_bound = ssh_listener.as_ref().and_then(|listener| listener.local_addr().ok());
    let addresses = Addresses {
        http: config.public_url.clone().unwrap_or_else(|| address::reachable(bound)),
        ssh: match (&config.ssh_address, ssh_bound) {
            (Some(address), _) => address.clone(),
            (None, Some(bound)) => address::host_and_port(bound),
            (None, None) => String::new(),
        },
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

    let grace = config.shutdown_grace;
    let (tell, told) = watch::channel(false);
    let ssh = match ssh_listener {
        Some(listener) => Some(ssh::start(&env, listener, told, grace).await?),
        None => None,
    };
    banner::print(&config, &env, first.as_ref());
    let stop = async {
        signals.stop().await;
        tell.send_replace(true);
    };
    if !connections::serve(listener, app, stop, PATIENCE, grace).await {
        tracing::warn!("some requests did not end in time; they are broken off");
    }
    if let Some(ssh) = ssh {
        ssh.end().await;
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
    analysis::remember_at_most(env, config.scan_memory);
    let (db, jobs) = (env.db.clone(), env.jobs.clone());
    Ok(Worker::start(db, jobs, registry, env.clone(), options).await?)
}
