//! Removes repositories whose depot is gone.

use std::collections::HashSet;

use base::{Error, Result};
use call::Env;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::{Deserialize, Serialize};

use crate::check::{self, Check};
use crate::collect::{self, Collect};
use crate::push::tidy::Tidy;
use crate::tables::depots;
use crate::{DepotId, import, lfs, orphans, place, push, releases};

/// The daily job that compares the repositories on disk with the depots and
/// removes what a crash has left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sweep;

impl jobs::Job for Sweep {
    const KIND: &'static str = "depots.sweep";
    const PRIORITY: i32 = -20;
}

/// The job that removes one repository. It is enqueued in the unit of work
/// that deletes the depot, so it runs only once the deletion is durable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remove {
    /// The depot that is gone.
    pub depot: DepotId,
}

impl jobs::Job for Remove {
    const KIND: &'static str = "depots.remove";
    const PRIORITY: i32 = -20;
}

pub(crate) fn register(registry: jobs::Registry<Env>) -> Result<jobs::Registry<Env>> {
    registry
        .on::<Sweep, _, _>(|job: jobs::JobContext<Env>, _| async move { sweep(&job.context).await })
        .on::<Remove, _, _>(|job: jobs::JobContext<Env>, gone: Remove| async move {
            let env = job.context;
            tokio::task::spawn_blocking(move || place::remove(&env, gone.depot))
                .await
                .map_err(Error::internal)?
        })
        .on::<Tidy, _, _>(|job: jobs::JobContext<Env>, tidy: Tidy| async move {
            push::tidy::tidy(&job.context, tidy.depot, import::cancel_of(&job)).await
        })
        .on::<Check, _, _>(|job: jobs::JobContext<Env>, check: Check| async move {
            check::run(&job.context, check.depot, import::cancel_of(&job)).await
        })
        .on::<Collect, _, _>(|job: jobs::JobContext<Env>, collect: Collect| async move {
            collect::run(&job.context, collect.depot, import::cancel_of(&job)).await
        })
        .schedule("depots.sweep", DAILY, &Sweep)
}

const DAILY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

async fn sweep(env: &Env) -> Result<()> {
    orphans::sweep::<lfs::Objects>(env).await?;
    orphans::sweep::<releases::Attachments>(env).await?;
    let root = place::root(env);
    let on_disk = tokio::task::spawn_blocking(move || repositories_below(&root))
        .await
        .map_err(Error::internal)??;
    for page in on_disk.chunks(PAGE) {
        let known: HashSet<DepotId> = depots::Entity::find()
            .select_only()
            .column(depots::Column::Id)
            .filter(depots::Column::Id.is_in(page.iter().copied()))
            .into_tuple()
            .all(env.db.reader())
            .await?
            .into_iter()
            .collect();
        check::enqueue_due(env, known.iter().copied()).await?;
        collect::enqueue_due(env, known.iter().copied()).await?;
        let (env, page) = (env.clone(), page.to_vec());
        tokio::task::spawn_blocking(move || {
            for depot in page {
                if known.contains(&depot) {
                    remove_leftovers(&env, depot);
                } else {
                    place::remove(&env, depot)?;
                }
            }
            Ok::<(), Error>(())
        })
        .await
        .map_err(Error::internal)??;
    }
    Ok(())
}

/// How many repositories are compared with the depots at once.
const PAGE: usize = 200;

/// What a push that was cut off has left and the start after it has not found
/// old enough. No push lasts a day.
fn remove_leftovers(env: &Env, depot: DepotId) {
    let removed =
        place::open(env, depot).and_then(|it| it.remove_leftovers(DAILY).map_err(Error::internal));
    match removed {
        Ok(0) => {}
        Ok(count) => tracing::info!(depot = depot.0, count, "removed what pushes have left"),
        // One damaged repository must not keep the others from being swept.
        Err(error) => tracing::warn!(depot = depot.0, %error, "leftovers of pushes stay"),
    }
}

/// A directory younger than this may belong to a depot whose unit of work is
/// still open.
const GRACE: std::time::Duration = std::time::Duration::from_secs(60);

fn repositories_below(root: &std::path::Path) -> Result<Vec<DepotId>> {
    let mut found = Vec::new();
    let Ok(first) = std::fs::read_dir(root) else { return Ok(found) };
    for first in first {
        for second in std::fs::read_dir(first?.path())? {
            for entry in std::fs::read_dir(second?.path())? {
                let entry = entry?;
                let name = entry.file_name();
                let id = name.to_str().and_then(|name| name.strip_suffix(".git")?.parse().ok());
                let young = entry
                    .metadata()?
                    .created()
                    .ok()
                    .and_then(|made| made.elapsed().ok())
                    .is_some_and(|age| age < GRACE);
                if let (Some(id), false) = (id, young) {
                    found.push(DepotId(id));
                }
            }
        }
    }
    Ok(found)
}
