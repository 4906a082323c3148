//! Housekeeping after pushes.

use std::time::Duration;

use base::{Error, Result};
use call::{Call, Env};
use db::Tx;
use serde::{Deserialize, Serialize};

use crate::{Depot, DepotId, health, place};

/// Whether many packs lie in the repository, or a clone would be slow for want of
/// a bitmap. Looks at the disk, so it is asked outside any unit of work.
pub(super) async fn is_due(env: &Env, depot: DepotId) -> bool {
    let env = env.clone();
    let look = move || place::open(&env, depot).ok()?.tidiness().ok();
    let tidiness = tokio::task::spawn_blocking(look).await.ok().flatten();
    tidiness.is_some_and(|tidiness| tidiness.is_due())
}

/// Has the repository tidied. Not at once: pushes come in bursts.
pub(super) async fn enqueue(call: &Call, tx: &Tx, depot: &Depot) -> Result<()> {
    let how = jobs::Enqueue {
        dedupe: Some(depot.id.to_string()),
        run_at: Some(call.clock.now().after(TIDY_DELAY)),
        label: format!("tidy {}", depot.path()),
        subject: Some(format!("depot:{}", depot.id)),
        ..Default::default()
    };
    call.jobs.enqueue_with(tx, &Tidy { depot: depot.id }, how).await.map(drop)
}

const TIDY_DELAY: Duration = Duration::from_secs(30);

/// Housekeeping after pushes: packs are joined once there are many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tidy {
    /// The depot.
    pub(crate) depot: DepotId,
}

impl jobs::Job for Tidy {
    const KIND: &'static str = "depots.tidy";
    const PRIORITY: i32 = -10;
}

pub(crate) async fn tidy(env: &Env, depot: DepotId, cancel: git::Cancel) -> Result<()> {
    let repository = place::open(env, depot)?;
    let done = tokio::task::spawn_blocking(move || repository.tidy(&cancel))
        .await
        .map_err(Error::internal)?;
    match &done {
        Ok(()) => health::tidied(env, depot, "").await?,
        Err(git::Error::Cancelled) => {}
        Err(error) => health::tidied(env, depot, &error.to_string()).await?,
    }
    done.map_err(Error::internal)
}
