//! One attempt at one job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{Error, Result};
use db::Db;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::context::{Running, Stop};
use crate::{JobContext, JobState, Jobs, Registry, settle};

/// How long a handler that was told to stop may take before it is dropped.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything that an attempt needs beside the job.
#[derive(Debug, Clone)]
pub(crate) struct Bench<C> {
    pub(crate) db: Db,
    pub(crate) jobs: Jobs,
    pub(crate) registry: Arc<Registry<C>>,
    pub(crate) context: C,
}

/// How an attempt ended, and the error if there was one.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `Queued` when it will be tried again; `None` when the lease was lost.
    pub(crate) state: Option<JobState>,
    pub(crate) error: Option<String>,
}

impl<C: Clone + Send + Sync + 'static> Bench<C> {
    /// Runs the handler and writes down how it ended.
    pub(crate) async fn attempt(&self, running: &Arc<Running>) -> Result<Ended> {
        let row = &running.row;
        let started = Instant::now();
        let gauge = metrics::gauge!("mortise_jobs_running", "kind" => row.kind.clone());
        gauge.increment(1.0);
        let outcome = self.handle(running).await;
        gauge.decrement(1.0);
        let ended = self.settle_patiently(running, &outcome).await?;
        let name = match ended.state {
            Some(JobState::Queued) => "repeated",
            Some(state) => state.as_str(),
            None => "lost",
        };
        metrics::counter!("mortise_jobs_total", "kind" => row.kind.clone(), "outcome" => name)
            .increment(1);
        metrics::histogram!("mortise_job_seconds", "kind" => row.kind.clone())
            .record(started.elapsed().as_secs_f64());
        match &ended.error {
            Some(error) if ended.state != Some(JobState::Cancelled) => tracing::warn!(
                job = row.id.0,
                kind = row.kind,
                attempt = row.attempt,
                outcome = name,
                error,
                "a job did not succeed"
            ),
            _ => tracing::debug!(
                job = row.id.0,
                kind = row.kind,
                attempt = row.attempt,
                outcome = name,
                "a job ended"
            ),
        }
        Ok(ended)
    }

    async fn handle(&self, running: &Arc<Running>) -> Result<(), Failure> {
        let row = &running.row;
        let Some(handler) = self.registry.handlers.get(&row.kind) else {
            return Err(Failure::final_error("no handler for this kind"));
        };
        let payload = serde_json::from_str(&row.payload).map_err(|error| {
            Failure::final_error(format!("the parameters are no JSON: {error}"))
        })?;
        let context = JobContext {
            id: row.id,
            attempt: u32::try_from(row.attempt).unwrap_or(u32::MAX),
            context: self.context.clone(),
            running: Arc::clone(running),
            jobs: self.jobs.clone(),
            db: self.db.clone(),
        };
        let handler = Arc::clone(handler);
        // A task of its own, so that a panic ends the job and nothing else.
        let work = async move { handler(context, payload).await };
        let span =
            tracing::info_span!("job", id = row.id.0, kind = row.kind, attempt = row.attempt);
        let mut task = AbortOnDrop(tokio::spawn(work.instrument(span)));
        let ended = tokio::select! {
            ended = &mut task.0 => ended,
            () = patience(running) => {
                task.0.abort();
                (&mut task.0).await
            }
        };
        match ended {
            Ok(result) => result.map_err(|error| Failure {
                text: settle::text(&error),
                again: settle::is_worth_repeating(&error),
            }),
            Err(end) if end.is_panic() => {
                Err(Failure { text: panic_text(&*end.into_panic()), again: true })
            }
            Err(_) => Err(Failure { text: "did not stop when told to".to_owned(), again: true }),
        }
    }

    /// A database that is busy for a moment must not cost the job's result.
    async fn settle_patiently(
        &self,
        running: &Running,
        outcome: &Result<(), Failure>,
    ) -> Result<Ended> {
        let mut wait = Duration::from_millis(50);
        loop {
            match self.settle(running, outcome).await {
                Err(error) if wait < Duration::from_secs(4) => {
                    tracing::warn!(
                        job = running.row.id.0,
                        error = settle::text(&error),
                        "cannot write down how a job ended; trying again"
                    );
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                ended => return ended,
            }
        }
    }

    async fn settle(&self, running: &Running, outcome: &Result<(), Failure>) -> Result<Ended> {
        let (row, now) = (&running.row, self.jobs.now());
        let tx = self.db.begin().await?;
        let (state, held) = match (outcome, running.why_stopped()) {
            (Ok(()), _) => {
                let progress = running.progress();
                (JobState::Succeeded, settle::succeed(&*tx, row, &progress, now).await?)
            }
            (Err(_), Some(Stop::Interrupted)) => {
                (JobState::Queued, settle::interrupted(&*tx, row, now).await?)
            }
            (Err(_), Some(Stop::Cancelled)) => {
                (JobState::Cancelled, settle::cancelled(&*tx, row, now).await?)
            }
            (Err(failure), _) if failure.again && row.attempt < row.attempts => {
                let pause = settle::pause(row.attempt, self.jobs.random());
                let held = settle::again(&*tx, row, &failure.text, pause, now).await?;
                (JobState::Queued, held)
            }
            (Err(failure), _) => {
                (JobState::Failed, settle::failed(&*tx, row, &failure.text, now).await?)
            }
        };
        tx.commit().await?;
        let error = outcome.as_ref().err().map(|failure| failure.text.clone());
        if held {
            return Ok(Ended { state: Some(state), error });
        }
        // Ended by the handler itself in its own unit of work, or lost.
        let info = self.jobs.get(&self.db, row.id).await?;
        let own_end = info.state == JobState::Succeeded && i64::from(info.attempt) == row.attempt;
        Ok(Ended { state: own_end.then_some(JobState::Succeeded), error })
    }
}

/// Ends some time after the job was told to stop.
async fn patience(running: &Running) {
    running.cancellation.cancelled().await;
    tokio::time::sleep(PATIENCE).await;
}

#[derive(Debug)]
struct Failure {
    text: String,
    again: bool,
}

impl Failure {
    fn final_error(text: impl Into<String>) -> Self {
        Self { text: text.into(), again: false }
    }
}

struct AbortOnDrop(JoinHandle<Result<(), Error>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word");
    settle::shortened(format!("panicked: {text}"))
}
