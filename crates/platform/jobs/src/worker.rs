//! Taking jobs and running them until told to stop.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use base::Result;
use db::Db;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::claim::{Able, claim, queues_with_work};
use crate::context::{Running, Stop};
use crate::run::Bench;
use crate::watch::{InHand, watch};
use crate::{Jobs, Registry, settle, upkeep};

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// How many jobs of a queue run at a time in this process.
    pub concurrency: BTreeMap<String, usize>,
    /// The same for queues that are not named there.
    pub default_concurrency: usize,
    /// How long after its last sign of life a process counts as dead.
    pub lease: Duration,
    /// How often to look for jobs that nobody announced: due only now, or
    /// enqueued by another process.
    pub poll: Duration,
    /// How long jobs that succeeded or were cancelled are kept.
    pub keep: Duration,
    /// How long failed jobs are kept.
    pub keep_failed: Duration,
    /// Whether no other process can be running jobs on this database. Then
    /// whatever is marked as running at start is taken up again at once.
    pub is_alone: bool,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            concurrency: BTreeMap::new(),
            default_concurrency: 2,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            keep: 7 * DAY,
            keep_failed: 30 * DAY,
            is_alone: false,
        }
    }
}

/// Old jobs are looked for so often.
const PRUNING: Duration = Duration::from_secs(10 * 60);

/// Runs jobs in the background.
#[derive(Debug)]
pub struct Worker;

/// A running worker. Dropping it stops it at once, without grace.
#[derive(Debug)]
pub struct WorkerHandle {
    stop: CancellationToken,
    in_hand: InHand,
    main: JoinHandle<()>,
}

impl Worker {
    /// Starts taking jobs of every kind in `registry`, giving `context` to
    /// their handlers.
    ///
    /// # Errors
    /// When the schedules cannot be written down.
    pub async fn start<C: Clone + Send + Sync + 'static>(
        db: Db,
        jobs: Jobs,
        registry: Registry<C>,
        context: C,
        options: WorkerOptions,
    ) -> Result<WorkerHandle> {
        upkeep::reconcile(&db, &registry.schedules, jobs.now()).await?;
        if options.is_alone {
            upkeep::take_back(&db, jobs.now(), true).await?;
        }
        let name: Arc<str> = format!("{}-{}", std::process::id(), jobs.random().hex(6)).into();
        let stop = CancellationToken::new();
        let in_hand = InHand::default();
        let bench = Bench { db, jobs, registry: Arc::new(registry), context };
        let shift = Shift {
            bench,
            name,
            options,
            in_hand: in_hand.clone(),
            stop: stop.clone(),
            slots: BTreeMap::new(),
            tasks: JoinSet::new(),
            pruned: None,
        };
        let main = tokio::spawn(shift.work());
        Ok(WorkerHandle { stop, in_hand, main })
    }
}

impl WorkerHandle {
    /// Takes no further job, tells the running ones to stop and waits for
    /// them up to `grace`. What has not ended then is dropped. Jobs that did
    /// not succeed go back into the queue without counting an attempt.
    pub async fn shutdown(mut self, grace: Duration) {
        self.stop.cancel();
        self.in_hand.stop_all(Stop::Interrupted);
        if tokio::time::timeout(grace, &mut self.main).await.is_err() {
            tracing::warn!("some jobs did not stop in time; they will be taken up again");
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.main.abort();
    }
}

struct Shift<C> {
    bench: Bench<C>,
    name: Arc<str>,
    options: WorkerOptions,
    in_hand: InHand,
    stop: CancellationToken,
    slots: BTreeMap<String, Arc<Semaphore>>,
    tasks: JoinSet<()>,
    pruned: Option<Instant>,
}

impl<C: Clone + Send + Sync + 'static> Shift<C> {
    async fn work(mut self) {
        let mut watching = JoinSet::new();
        watching.spawn(watch(
            self.bench.db.clone(),
            self.bench.jobs.clone(),
            self.in_hand.clone(),
            self.options.lease,
        ));
        let stop = self.stop.clone();
        loop {
            if let Err(error) = self.round().await {
                tracing::warn!(error = settle::text(&error), "cannot take jobs");
            }
            let jobs = self.bench.jobs.clone();
            tokio::select! {
                () = stop.cancelled() => break,
                () = jobs.woken() => {}
                Some(_) = self.tasks.join_next(), if !self.tasks.is_empty() => {}
                () = tokio::time::sleep(self.options.poll) => {}
            }
        }
        // Jobs that were taken while the others were being told.
        self.in_hand.stop_all(Stop::Interrupted);
        while self.tasks.join_next().await.is_some() {}
    }

    async fn round(&mut self) -> Result<()> {
        let registry = Arc::clone(&self.bench.registry);
        let (db, jobs) = (self.bench.db.clone(), self.bench.jobs.clone());
        upkeep::take_back(&db, jobs.now(), false).await?;
        upkeep::run_schedules(&db, &jobs, &registry.schedules).await?;
        self.prune_now_and_then();

        let kinds: Vec<&str> = registry.kinds().collect();
        let able = Able { kinds: kinds.clone(), queue: None };
        let waiting: BTreeSet<String> =
            queues_with_work(&db, &able, jobs.now()).await?.into_iter().collect();
        for queue in waiting {
            let mut permits = self.free_slots(&queue);
            if permits.is_empty() {
                continue;
            }
            let able = Able { kinds: kinds.clone(), queue: Some(&queue) };
            let count = permits.len() as u64;
            let taken =
                claim(&db, &able, count, &self.name, jobs.now(), self.options.lease).await?;
            for row in taken {
                let Some(permit) = permits.pop() else { break };
                self.run(Running::new(row), permit);
            }
        }
        Ok(())
    }

    fn free_slots(&mut self, queue: &str) -> Vec<OwnedSemaphorePermit> {
        let size = self
            .options
            .concurrency
            .get(queue)
            .copied()
            .unwrap_or(self.options.default_concurrency);
        let slots = self
            .slots
            .entry(queue.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(size.max(1))));
        std::iter::from_fn(|| Arc::clone(slots).try_acquire_owned().ok()).collect()
    }

    fn run(&mut self, running: Arc<Running>, permit: OwnedSemaphorePermit) {
        let (bench, in_hand) = (self.bench.clone(), self.in_hand.clone());
        in_hand.add(Arc::clone(&running));
        self.tasks.spawn(async move {
            if let Err(error) = bench.attempt(&running).await {
                tracing::error!(
                    job = running.row.id.0,
                    kind = running.row.kind,
                    error = settle::text(&error),
                    "cannot write down how a job ended; it will be run again"
                );
            }
            in_hand.remove(&running);
            drop(permit);
        });
    }

    fn prune_now_and_then(&mut self) {
        if self.pruned.is_some_and(|at| at.elapsed() < PRUNING) {
            return;
        }
        self.pruned = Some(Instant::now());
        let (db, now) = (self.bench.db.clone(), self.bench.jobs.now());
        let (good, bad) = (now.before(self.options.keep), now.before(self.options.keep_failed));
        self.tasks.spawn(async move {
            if let Err(error) = upkeep::prune(&db, good, bad).await {
                tracing::warn!(error = settle::text(&error), "cannot prune old jobs");
            }
        });
    }
}
