//! The queue on both databases: in the foreground, with workers, and with a
//! process that is killed.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod crash;
mod queue;
mod worker;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{Clock, Error, ManualClock, Result, SeededRandom, Timestamp};
use db::{Db, Tx};
use jobs::{Enqueue, Job, JobContext, JobId, JobInfo, JobState, Jobs, Registry};
use serde::{Deserialize, Serialize};

/// Does what it is told.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
enum Act {
    Note(String),
    Fail(String),
    GiveUp,
    Panic,
    /// Ends only when told to.
    Wait,
    /// Does not listen.
    Ignore,
    Count(u64),
}

impl Job for Act {
    const KIND: &'static str = "test.act";
    const ATTEMPTS: u32 = 3;
}

/// What the handlers have done.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn act(context: JobContext<Log>, act: Act) -> Result<()> {
    match act {
        Act::Note(text) => context.context.add(text),
        Act::Fail(text) => {
            context.context.add(format!("attempt {}", context.attempt));
            return Err(Error::internal(text));
        }
        Act::GiveUp => return Err(Error::not_found("depot")),
        Act::Panic => panic!("the disk is on fire"),
        Act::Wait => {
            context.context.add("waiting");
            context.cancellation().cancelled().await;
            context.context.add("told to stop");
            context.checkpoint()?;
        }
        Act::Ignore => {
            context.context.add("ignoring");
            std::future::pending::<()>().await;
        }
        Act::Count(total) => {
            for done in 1..=total {
                context.progress(done, total, format!("item {done}"));
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
    }
    Ok(())
}

fn registry() -> Registry<Log> {
    Registry::new().on(act)
}

/// One process's view of the queue.
struct Stage {
    db: Db,
    clock: ManualClock,
    jobs: Jobs,
    log: Log,
}

impl Stage {
    fn new(db: &Db) -> Self {
        let clock = ManualClock::at(Timestamp(1_000_000_000));
        let jobs = Jobs::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(1)));
        Self { db: db.clone(), clock, jobs, log: Log::default() }
    }

    async fn add(&self, act: Act, how: Enqueue) -> JobId {
        let tx = self.db.begin().await.unwrap();
        let id = self.add_in(&tx, act, how).await;
        tx.commit().await.unwrap();
        id
    }

    async fn add_in(&self, tx: &Tx, act: Act, how: Enqueue) -> JobId {
        self.jobs.enqueue_with(tx, &act, how).await.unwrap()
    }

    async fn note(&self, text: &str, how: Enqueue) -> JobId {
        self.add(Act::Note(text.to_owned()), how).await
    }

    async fn drain(&self) -> Vec<jobs::Drained> {
        jobs::drain(&self.db, &self.jobs, &registry(), self.log.clone()).await.unwrap()
    }

    async fn get(&self, id: JobId) -> JobInfo {
        self.jobs.get(&self.db, id).await.unwrap()
    }

    /// Waits in real time until the job is as it should be.
    async fn until(&self, id: JobId, what: impl Fn(&JobInfo) -> bool) -> JobInfo {
        for _ in 0..2_400 {
            let info = self.get(id).await;
            if what(&info) {
                return info;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it did not come to that: {:?}", self.get(id).await);
    }

    async fn until_log(&self, text: &str) {
        for _ in 0..2_400 {
            if self.log.0.lock().unwrap().iter().any(|line| line == text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{text:?} was not logged: {:?}", self.log.take());
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn is(state: JobState) -> impl Fn(&JobInfo) -> bool {
    move |info| info.state == state
}
