//! Which handler does which kind of job.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use base::{Error, Result};
use serde_json::Value;

use crate::{Job, JobContext, NewJob};

type Running = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
pub(crate) type Handler<C> = Arc<dyn Fn(JobContext<C>, Value) -> Running + Send + Sync>;

/// The handlers and schedules of an installation. `C` is what handlers are
/// given to work with.
#[derive(Clone)]
pub struct Registry<C> {
    pub(crate) handlers: HashMap<String, Handler<C>>,
    pub(crate) schedules: Vec<Schedule>,
}

#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) every: Duration,
    pub(crate) job: NewJob,
}

impl<C> Default for Registry<C> {
    fn default() -> Self {
        Self { handlers: HashMap::new(), schedules: Vec::new() }
    }
}

impl<C> std::fmt::Debug for Registry<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut kinds: Vec<_> = self.handlers.keys().collect();
        kinds.sort_unstable();
        f.debug_struct("Registry").field("kinds", &kinds).finish_non_exhaustive()
    }
}

impl<C: Clone + Send + Sync + 'static> Registry<C> {
    /// Without any handler.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has jobs `J` done by `handler`.
    ///
    /// The handler may run again after a failure or a crash. An error about
    /// the job itself (not found, invalid, denied) is final at once; others
    /// are repeated.
    #[must_use]
    pub fn on<J, H, F>(self, handler: H) -> Self
    where
        J: Job,
        H: Fn(JobContext<C>, J) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.on_kind(J::KIND, move |context, payload| {
            let job = serde_json::from_value(payload)
                .map_err(|error| Error::invalid("payload", format!("cannot be read: {error}")))
                .map(|job| handler(context, job));
            async move { job?.await }
        })
    }

    /// Has jobs of a kind that is known at run time only done by `handler`,
    /// which is given the parameters as they are.
    #[must_use]
    pub fn on_kind<H, F>(mut self, kind: impl Into<String>, handler: H) -> Self
    where
        H: Fn(JobContext<C>, Value) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let handler: Handler<C> =
            Arc::new(move |context, payload| Box::pin(handler(context, payload)));
        self.handlers.insert(kind.into(), handler);
        self
    }

    /// Has `job` enqueued every so often, on one replica only, the first time
    /// one interval after the schedule was first seen. A schedule that is no
    /// longer declared at start is forgotten.
    ///
    /// # Errors
    /// `Internal` when the job's parameters cannot be JSON.
    pub fn schedule<J: Job>(
        mut self,
        name: &'static str,
        every: Duration,
        job: &J,
    ) -> Result<Self> {
        self.schedules.push(Schedule { name, every, job: NewJob::of(job)? });
        Ok(self)
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.handlers.keys().map(String::as_str)
    }
}
