//! Housekeeping after pushes.

use std::time::Duration;

use base::{Error, Result};
use call::{Call, Env};
use db::Tx;
use serde::{Deserialize, Serialize};

use crate::{Depot, DepotId, health, place};

/// Has the repository tidied once many packs lie in it, or a clone would be
/// slow for want of a bitmap. Not at once: pushes come in bursts.
pub(super) async fn if_due(call: &Call, tx: &Tx, depot: &Depot) -> Result<()> {
    let tidiness =
        place::open(&call.env, depot.id).ok().and_then(|repository| repository.tidiness().ok());
    if tidiness.is_some_and(|tidiness| tidiness.is_due()) {
        let how = jobs::Enqueue {
            dedupe: Some(depot.id.to_string()),
            run_at: Some(call.clock.now().after(TIDY_DELAY)),
            label: format!("tidy {}", depot.path()),
            subject: Some(format!("depot:{}", depot.id)),
            ..Default::default()
        };
        call.jobs.enqueue_with(tx, &Tidy { depot: depot.id }, how).await?;
    }
    Ok(())
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
