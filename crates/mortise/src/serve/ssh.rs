//! Git over SSH beside HTTP.

use std::time::Duration;

use anyhow::{Context as _, Result};
use api_git::ssh::{HostKeys, Limits};
use call::Env;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;

/// The socket for SSH; none where SSH is switched off, or where nobody has
/// asked for the usual port and it is in use.
///
/// # Errors
/// When an address that was asked for cannot be used.
pub(super) async fn bind(config: &Config) -> Result<Option<TcpListener>> {
    let Some(listen) = &config.ssh_listen else { return Ok(None) };
    match TcpListener::bind(&listen.address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if listen.is_default => {
            tracing::warn!(%error, address = listen.address, "SSH is not served");
            Ok(None)
        }
        Err(error) => {
            Err(error).with_context(|| format!("cannot listen on {} for SSH", listen.address))
        }
    }
}

/// A server of SSH that is running.
pub(super) struct Running(JoinHandle<bool>);

/// Serves SSH until `stopped` says so, and then until the commands have ended
/// or `grace` is over.
///
/// # Errors
/// When the host's keys cannot be read or made.
pub(super) async fn start(
    env: &Env,
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
    grace: Duration,
) -> Result<Running> {
    let (data_dir, random) = (env.data_dir.clone(), env.random.clone());
    let keys = tokio::task::spawn_blocking(move || HostKeys::open_or_create(&data_dir, &*random))
        .await?
        .context("cannot use the host keys for SSH")?;
    identity::ssh_keys::announce_hosts(env, keys.public());
    let stop = async move {
        // That nobody can say so any more means the same.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let env = env.clone();
    let limits = Limits::default();
    let serving = api_git::ssh::serve(env, listener, keys, limits, stop, grace);
    Ok(Running(tokio::spawn(serving)))
}

impl Running {
    /// Waits for the end.
    pub(super) async fn end(self) {
        if !self.0.await.unwrap_or(false) {
            tracing::warn!("some SSH sessions did not end in time; they are broken off");
        }
    }
}
