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

async fn glance(
    db: &Db,
    jobs: &Jobs,
    running: &[Arc<Running>],
    renew: Option<Duration>,
) -> Result<()> {
    let select = Query::select()
        .columns(["id", "worker", "attempt", "cancel_requested", "state"])
        .from("jobs")
        .and_where(Expr::col("id").is_in(running.iter().map(|running| running.row.id.0)))
        .to_owned();
    let mut found = HashMap::new();
    for row in db.reader().query_all(&select).await? {
        let id: JobId = row.try_get("", "id")?;
        let holder: (Option<String>, i64) =
            (row.try_get("", "worker")?, row.try_get("", "attempt")?);
        let state: String = row.try_get("", "state")?;
        found.insert(id, (holder, row.try_get::<bool>("", "cancel_requested")?, state));
    }
    let mut news = Vec::new();
    for running in running {
        let row = &running.row;
        match found.get(&row.id) {
            Some(((worker, attempt), cancel, state))
                if *worker == row.worker && *attempt == row.attempt =>
            {
                // A handler that has ended its job itself may still be
                // tidying up.
                if state != JobState::Running.as_str() {
                    continue;
                }
                if *cancel {
                    running.stop(Stop::Cancelled);
                }
                news.push((running, running.new_progress()));
            }
            _ => running.stop(Stop::Lost),
        }
    }
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
