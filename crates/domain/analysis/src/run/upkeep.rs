//! Now and then: scans whose job is gone, reports that nobody asks for, working
//! copies that a crash has left.

use std::time::Duration;

use base::{Error, Result};
use call::Env;
use jobs::{Job, JobContext};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use super::{cache, script};
use crate::scan::ScanState;
use crate::tables::{plans, scans as rows};

/// Ends or wakes scans that nobody is doing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mend;

impl Job for Mend {
    const KIND: &'static str = "analysis.mend";
    const ATTEMPTS: u32 = 1;
}

/// Drops what nobody needs any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Prune;

impl Job for Prune {
    const KIND: &'static str = "analysis.prune";
    const PRIORITY: i32 = -20;
    const ATTEMPTS: u32 = 1;
}

/// Looks at the clock: what is due, and what is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tick;

impl Job for Tick {
    const KIND: &'static str = "analysis.tick";
    const ATTEMPTS: u32 = 1;
}

const TICKING: Duration = Duration::from_secs(60);
const MENDING: Duration = Duration::from_secs(60);
/// Reports of coverage are large, and those of old commits are not asked for.
const COVERAGE_KEPT: Duration = Duration::from_secs(400 * 24 * 60 * 60);
const PRUNING: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn register(registry: jobs::Registry<Env>) -> Result<jobs::Registry<Env>> {
    registry
        .on::<Tick, _, _>(|job: JobContext<Env>, _| async move {
            // Schedules do not wait for what is over.
            let expired = crate::findings::expire(&job.context).await;
            crate::plans::tick(&job.context).await.and(expired)
        })
        .schedule("analysis.tick", TICKING, &Tick)?
        .on::<Mend, _, _>(|job: JobContext<Env>, _| async move {
            mend(&job.context).await?;
            super::warm::sweep(&job.context);
            crate::history::mend(&job.context).await
        })
        .on::<Prune, _, _>(|job: JobContext<Env>, _| async move {
            cache::prune(&job.context).await?;
            crate::coverage::prune(&job.context, COVERAGE_KEPT).await?;
            script::sweep(&job.context)
        })
        .schedule("analysis.mend", MENDING, &Mend)?
        .schedule("analysis.prune", PRUNING, &Prune)
}

/// A scan is written down as ended in the unit of work that ends its job. Where
/// the job has ended otherwise, its process was killed too often.
async fn mend(env: &Env) -> Result<()> {
    let unfinished = [ScanState::Waiting, ScanState::Queued, ScanState::Running];
    let found = rows::Entity::find()
        .filter(rows::Column::State.is_in(unfinished.map(ScanState::as_str)))
        .all(env.db.reader())
        .await?;
    for row in found {
        let Some(job) = row.job_id else { continue };
        let ended = match env.jobs.get(&env.db, job).await {
            Ok(info) if !info.state.is_final() => continue,
            Ok(info) => info.error.unwrap_or_default(),
            Err(Error::NotFound { .. }) => String::new(),
            Err(error) => return Err(error),
        };
        let tx = env.db.begin().await?;
        let Some(row) = rows::Entity::find_by_id(row.id).one(&*tx).await? else { continue };
        let state: ScanState = row.state.parse()?;
        if state.is_final() || row.job_id != Some(job) {
            continue;
        }
        let Some(plan) = crate::plans::one(&*tx, row.plan_id).await? else { continue };
        let busy = plans::Entity::find_by_id(plan.id).one(&*tx).await?;
        let holder = busy.and_then(|plan| plan.running_scan_id);
        let (id, number, cancelled) = (row.id, row.number, row.cancel_requested);
        let mut active: rows::ActiveModel = row.into();
        if state != ScanState::Running && !cancelled {
            // It stood aside for another, which will have it done.
            if holder.is_some() {
                continue;
            }
            let job = crate::scans::enqueue(env, &tx, &plan, id, number).await?;
            active.job_id = Set(Some(job));
            active.update(&*tx).await?;
        } else {
            tracing::warn!(scan = id.0, error = ended, "a scan was given up");
            let (state, why) = if cancelled {
                (ScanState::Cancelled, "it was cancelled")
            } else {
                (ScanState::Failed, "it was interrupted too often")
            };
            active.state = Set(state.as_str().to_owned());
            active.error = Set(why.to_owned());
            active.finished_at = Set(Some(env.clock.now()));
            active.update(&*tx).await?;
            crate::scans::release(env, &tx, plan.id, id).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
