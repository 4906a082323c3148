//! The regular check of every repository by `git fsck`.

use base::{Administer, Error, Granted, Result};
use call::{Call, Env};
use serde::{Deserialize, Serialize};

use crate::{Depot, DepotId, health, place};

/// Reads every object of a repository and looks whether one is damaged or
/// missing. [`health`] has what it found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Check {
    /// The depot.
    pub(crate) depot: DepotId,
}

impl jobs::Job for Check {
    const KIND: &'static str = "depots.check";
    const PRIORITY: i32 = -30;
    // What is damaged is so at the second look, too.
    const ATTEMPTS: u32 = 1;
}

/// How many days pass between two checks of a repository.
const DAYS: i64 = 7;
const DAY_IN_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;

/// Enqueues the checks of those depots whose day it is.
pub(crate) async fn enqueue_due(env: &Env, depots: impl Iterator<Item = DepotId>) -> Result<()> {
    let due: Vec<DepotId> = depots.filter(|depot| is_day_of(env, depot.0)).collect();
    if due.is_empty() {
        return Ok(());
    }
    let tx = env.db.begin().await?;
    for depot in due {
        env.jobs.enqueue_with(&tx, &Check { depot }, how(depot)).await?;
    }
    tx.commit().await
}

/// Whether today is the day of the week on which `number` has its turn.
pub(crate) fn is_day_of(env: &Env, number: i64) -> bool {
    let today = env.clock.now().0 / DAY_IN_MILLISECONDS;
    (number + today) % DAYS == 0
}

fn how(depot: DepotId) -> jobs::Enqueue {
    jobs::Enqueue {
        dedupe: Some(depot.to_string()),
        label: format!("check depot {depot}"),
        subject: Some(format!("depot:{depot}")),
        ..Default::default()
    }
}

/// Has a depot's repository checked as soon as there is time, besides the
/// regular check once a week.
///
/// # Errors
/// When the database cannot be reached.
pub async fn request(call: &Call, depot: &Granted<Depot, Administer>) -> Result<()> {
    let tx = call.db.begin().await?;
    call.jobs.enqueue_with(&tx, &Check { depot: depot.id }, how(depot.id)).await?;
    tx.commit().await
}

pub(crate) async fn run(env: &Env, depot: DepotId, cancel: git::Cancel) -> Result<()> {
    let repository = place::open(env, depot)?;
    let outcome = tokio::task::spawn_blocking(move || repository.fsck(&cancel))
        .await
        .map_err(Error::internal)?;
    match outcome {
        Err(git::Error::Process { stderr, .. }) => {
            health::checked(env, depot, stderr.trim()).await?;
            tracing::error!(depot = depot.0, %stderr, "a repository is damaged");
            Err(Error::unavailable(format!("the repository is damaged: {stderr}")))
        }
        Ok(()) => health::checked(env, depot, "").await,
        Err(other) => Err(Error::internal(other)),
    }
}
