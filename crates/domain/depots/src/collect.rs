//! The regular removal of what nothing in a repository leads to.

use std::time::Duration;

use base::{Error, Result};
use call::Env;
use serde::{Deserialize, Serialize};

use crate::{DepotId, check, place};

/// Packs a repository anew and removes what was not needed for two weeks, where
/// so much has come since the last time that it is worth its cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Collect {
    /// The depot.
    pub(crate) depot: DepotId,
}

impl jobs::Job for Collect {
    const KIND: &'static str = "depots.collect";
    const PRIORITY: i32 = -30;
    // There is another day.
    const ATTEMPTS: u32 = 1;
}

/// How long what nothing leads to is kept after that was found: nobody pushes
/// for so long, and whoever misses something has time to say so.
const GRACE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Enqueues the collections of those depots whose day it is: once a week, and
/// not on that of the check.
pub(crate) async fn enqueue_due(env: &Env, depots: impl Iterator<Item = DepotId>) -> Result<()> {
    let due: Vec<DepotId> = depots.filter(|depot| check::is_day_of(env, depot.0 + 3)).collect();
    if due.is_empty() {
        return Ok(());
    }
    let tx = env.db.begin().await?;
    for depot in due {
        let how = jobs::Enqueue {
            dedupe: Some(depot.to_string()),
            label: format!("collect garbage of depot {depot}"),
            subject: Some(format!("depot:{depot}")),
            ..Default::default()
        };
        env.jobs.enqueue_with(&tx, &Collect { depot }, how).await?;
    }
    tx.commit().await
}

pub(crate) async fn run(env: &Env, depot: DepotId, cancel: git::Cancel) -> Result<()> {
    let repository = place::open(env, depot)?;
    tokio::task::spawn_blocking(move || {
        if repository.is_collection_due()? {
            let removed = repository.collect(GRACE, &cancel)?;
            tracing::info!(depot = depot.0, removed, "a repository was packed anew");
        }
        Ok(())
    })
    .await
    .map_err(Error::internal)?
    .map_err(|error: git::Error| Error::internal(error))
}
