//! What a handler knows about the job that it does.

use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Result, Timestamp};
use db::{Db, Tx};
use tokio_util::sync::CancellationToken;

use crate::entity::Model;
use crate::{JobId, Jobs, Progress, settle};

/// Given to a handler. Cheap to clone.
#[derive(Debug, Clone)]
pub struct JobContext<C> {
    /// The job.
    pub id: JobId,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// What handlers work with.
    pub context: C,
    pub(crate) running: Arc<Running>,
    pub(crate) jobs: Jobs,
    pub(crate) db: Db,
}

/// A job in this process's hands.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) row: Model,
    pub(crate) cancellation: CancellationToken,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    why: Option<Stop>,
    progress: Progress,
    is_new: bool,
}

/// Why a job was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Somebody asked for it.
    Cancelled,
    /// The worker is being stopped.
    Interrupted,
    /// The lease ran out and the job is somebody else's now.
    Lost,
}

impl Running {
    pub(crate) fn new(row: Model) -> Arc<Self> {
        let cancellation = CancellationToken::new();
        Arc::new(Self { row, cancellation, state: Mutex::default() })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the handler to stop; the first reason stands.
    pub(crate) fn stop(&self, why: Stop) {
        self.state().why.get_or_insert(why);
        self.cancellation.cancel();
    }

    pub(crate) fn why_stopped(&self) -> Option<Stop> {
        self.state().why
    }

    /// The progress last told.
    pub(crate) fn progress(&self) -> Progress {
        self.state().progress.clone()
    }

    /// Progress that has not been written down yet.
    pub(crate) fn new_progress(&self) -> Option<Progress> {
        let mut state = self.state();
        std::mem::take(&mut state.is_new).then(|| state.progress.clone())
    }
}

impl<C> JobContext<C> {
    /// Says how far the job has come: `done` of `total` (0 when unknown).
    /// Cheap; it reaches the database about twice a second.
    pub fn progress(&self, done: u64, total: u64, message: impl Into<String>) {
        let mut state = self.running.state();
        state.progress = Progress { done, total, message: message.into() };
        state.is_new = true;
    }

    /// Fires when the job should stop, because somebody cancelled it or the
    /// process ends. A handler that then returns an error is put down as
    /// cancelled, or tried again later, accordingly; one that does not return
    /// within ten seconds is dropped at its next `await`.
    pub fn cancellation(&self) -> CancellationToken {
        self.running.cancellation.clone()
    }

    /// Whether the job should stop.
    pub fn is_cancelled(&self) -> bool {
        self.running.cancellation.is_cancelled()
    }

    /// An error to leave with where the job should stop.
    ///
    /// # Errors
    /// `Unavailable` when it should.
    pub fn checkpoint(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::unavailable("the job was stopped")) } else { Ok(()) }
    }

    /// Ends the job as a part of the unit of work that holds its effect, so
    /// that the effect happens once even if this process dies right after.
    /// The handler should return soon after committing.
    ///
    /// # Errors
    /// `Conflict` when the lease was lost and the job is somebody else's now;
    /// then the unit of work must be dropped.
    pub async fn finish_in(&self, tx: &Tx) -> Result<()> {
        let progress = self.running.progress();
        if settle::succeed(&**tx, &self.running.row, &progress, self.jobs.now()).await? {
            Ok(())
        } else {
            Err(Error::conflict("another worker has taken up the job"))
        }
    }

    /// The queue, to enqueue what follows.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.jobs.now()
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }
}
