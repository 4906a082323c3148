//! Keeping an eye on the jobs that run in this process: leases are renewed,
//! progress is written down, and a request to stop is passed on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Result;
use db::Db;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use tokio::time::Instant;

use crate::context::{Running, Stop};
use crate::{JobId, JobState, Jobs, settle};

/// How often a running job is looked at.
const GLANCE: Duration = Duration::from_millis(500);

/// The jobs that run in this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct InHand(Arc<Mutex<HashMap<JobId, Arc<Running>>>>);

impl InHand {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Arc<Running>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, running: Arc<Running>) {
        self.map().insert(running.row.id, running);
    }

    pub(crate) fn remove(&self, running: &Arc<Running>) {
        let mut map = self.map();
        // After a lost lease this process may have taken the job up anew.
        if map.get(&running.row.id).is_some_and(|held| Arc::ptr_eq(held, running)) {
            map.remove(&running.row.id);
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Running>> {
        self.map().values().cloned().collect()
    }

    pub(crate) fn stop_all(&self, why: Stop) {
        for running in self.all() {
            running.stop(why);
        }
    }
}

/// Watches until it is dropped.
pub(crate) async fn watch(db: Db, jobs: Jobs, in_hand: InHand, lease: Duration) {
    let mut renewed = Instant::now();
    loop {
        tokio::select! {
            () = jobs.attention() => {}
            () = tokio::time::sleep(GLANCE) => {}
        }
        let running = in_hand.all();
        if running.is_empty() {
            renewed = Instant::now();
            continue;
        }
        let renew = renewed.elapsed() >= lease / 3;
        match glance(&db, &jobs, &running, renew.then_some(lease)).await {
            Ok(()) if renew => renewed = Instant::now(),
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(error = settle::text(&error), "cannot look after the running jobs");
            }
        }
    }
}

/// Passes on requests to stop, then writes down what is new; with `renew` also
/// that the jobs are still in these hands.
async fn glance(
    db: &Db,
    jobs: &Jobs,
    running: &[Arc<Running>],
    renew: Option<Duration>,
) -> Result<()> {
    let held = held(db, running).await?;
    let mut news: Vec<_> =
        held.into_iter().map(|running| (running, running.new_progress())).collect();
    news.retain(|(_, progress)| renew.is_some() || progress.is_some());
    if news.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    for (running, progress) in news {
        let mut update = settle::held(&running.row);
        if let Some(lease) = renew {
            update.value("lease_until", jobs.now().after(lease).0);
        }
        if let Some(progress) = progress {
            settle::set_progress(&mut update, &progress);
        }
        tx.execute(&update).await?;
    }
    tx.commit().await
}

/// What the database says of a job that runs here.
struct Seen {
    worker: Option<String>,
    attempt: i64,
    cancel: bool,
    state: String,
}

/// Those of `running` that the database still gives to this process. The
/// others, and those that somebody wants to end, are told to stop.
async fn held<'a>(db: &Db, running: &'a [Arc<Running>]) -> Result<Vec<&'a Arc<Running>>> {
    let seen = look(db, running).await?;
    let mut held = Vec::with_capacity(running.len());
    for running in running {
        let row = &running.row;
        match seen.get(&row.id) {
            Some(seen) if seen.worker == row.worker && seen.attempt == row.attempt => {
                if seen.cancel {
                    running.stop(Stop::Cancelled);
                }
                // A handler that has ended its job itself may still be
                // tidying up.
                if seen.state == JobState::Running.as_str() {
                    held.push(running);
                }
            }
            _ => running.stop(Stop::Lost),
        }
    }
    Ok(held)
}

async fn look(db: &Db, running: &[Arc<Running>]) -> Result<HashMap<JobId, Seen>> {
    let select = Query::select()
        .columns(["id", "worker", "attempt", "cancel_requested", "state"])
        .from("jobs")
        .and_where(Expr::col("id").is_in(running.iter().map(|running| running.row.id.0)))
        .to_owned();
    let rows = db.reader().query_all(&select).await?;
    rows.iter()
        .map(|row| {
            let seen = Seen {
                worker: row.try_get("", "worker")?,
                attempt: row.try_get("", "attempt")?,
                cancel: row.try_get("", "cancel_requested")?,
                state: row.try_get("", "state")?,
            };
            Ok((row.try_get("", "id")?, seen))
        })
        .collect()
}
