//! Putting jobs in, and asking for them to stop.

use std::sync::Arc;

use base::{Clock, Error, Random, Result, Timestamp};
use db::{Db, Tx};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use tokio::sync::Notify;

use crate::{Enqueue, Job, JobId, JobState, NewJob};

/// The queue, as seen by whoever needs work done. Cheap to clone; all clones
/// in a process wake the same workers.
#[derive(Debug, Clone)]
pub struct Jobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// A job may be due.
    work: Notify,
    /// A running job may have to stop.
    attention: Notify,
}

impl Jobs {
    /// A queue that tells the time by `clock` and spreads repetitions by
    /// `random`.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let inner = Inner { clock, random, work: Notify::new(), attention: Notify::new() };
        Self(Arc::new(inner))
    }

    /// Has `job` done once the unit of work is durable.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue<J: Job>(&self, tx: &Tx, job: &J) -> Result<JobId> {
        self.enqueue_with(tx, job, Enqueue::default()).await
    }

    /// The same with a priority, key, moment, label or subject of its own.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue_with<J: Job>(&self, tx: &Tx, job: &J, how: Enqueue) -> Result<JobId> {
        self.enqueue_new(tx, NewJob::of(job)?, how).await
    }

    /// The same for a job whose kind is known at run time only.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue_new(&self, tx: &Tx, job: NewJob, how: Enqueue) -> Result<JobId> {
        let now = self.now();
        let key = how.dedupe.map(|key| format!("{} {key}", job.kind));
        let mut insert = Query::insert()
            .into_table("jobs")
            .columns([
                "kind",
                "queue",
                "label",
                "subject",
                "dedupe",
                "payload",
                "state",
                "priority",
                "attempt",
                "attempts",
                "created_at",
                "run_at",
                "cancel_requested",
                "progress_done",
                "progress_total",
                "progress_message",
            ])
            .values_panic([
                job.kind.into(),
                job.queue.into(),
                how.label.into(),
                how.subject.into(),
                key.into(),
                job.payload.to_string().into(),
                JobState::Queued.as_str().into(),
                i64::from(how.priority.unwrap_or(job.priority)).into(),
                0_i64.into(),
                i64::from(Ord::max(job.attempts, 1)).into(),
                now.0.into(),
                how.run_at.unwrap_or(now).0.into(),
                false.into(),
                0_i64.into(),
                0_i64.into(),
                "".into(),
            ])
            .to_owned();
        // The update matters even where it changes nothing: it locks the
        // waiting job, so that no worker takes it before this unit of work is
        // there to be seen.
        let larger = |column: &'static str| {
            let (old, new) = (Expr::col(("jobs", column)), Expr::col(("excluded", column)));
            Expr::case(new.clone().gt(old.clone()), new).finally(old)
        };
        let smaller = |column: &'static str| {
            let (old, new) = (Expr::col(("jobs", column)), Expr::col(("excluded", column)));
            Expr::case(new.clone().lt(old.clone()), new).finally(old)
        };
        insert.on_conflict(
            OnConflict::column("dedupe")
                .value("priority", larger("priority"))
                .value("run_at", smaller("run_at"))
                .to_owned(),
        );
        let row = tx
            .query_one(&insert.returning_col("id").to_owned())
            .await?
            .ok_or_else(|| Error::internal("a job got no id"))?;
        let jobs = self.clone();
        tx.after_commit(move || jobs.wake());
        Ok(row.try_get("", "id")?)
    }

    /// Asks the job to stop: a waiting one never starts, a running one sees
    /// its cancellation within a second, whichever process runs it.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it has ended already.
    pub async fn cancel(&self, db: &Db, id: JobId) -> Result<()> {
        let tx = db.begin().await?;
        self.cancel_in(&tx, id).await?;
        tx.commit().await
    }

    /// The same as a part of a unit of work.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it has ended already.
    pub async fn cancel_in(&self, tx: &Tx, id: JobId) -> Result<()> {
        let waiting = Query::update()
            .table("jobs")
            .value("state", JobState::Cancelled.as_str())
            .value("finished_at", self.now().0)
            .value("dedupe", Option::<String>::None)
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("state").eq(JobState::Queued.as_str()))
            .to_owned();
        if tx.execute(&waiting).await?.rows_affected() == 1 {
            return Ok(());
        }
        let running = Query::update()
            .table("jobs")
            .value("cancel_requested", true)
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("state").eq(JobState::Running.as_str()))
            .to_owned();
        if tx.execute(&running).await?.rows_affected() == 0 {
            let known = Query::select()
                .column("id")
                .from("jobs")
                .and_where(Expr::col("id").eq(id.0))
                .to_owned();
            return Err(match tx.query_one(&known).await? {
                Some(_) => Error::conflict("the job has ended already"),
                None => Error::not_found("job"),
            });
        }
        let jobs = self.clone();
        tx.after_commit(move || jobs.0.attention.notify_one());
        Ok(())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    pub(crate) fn wake(&self) {
        self.0.work.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.0.work.notified().await;
    }

    pub(crate) async fn attention(&self) {
        self.0.attention.notified().await;
    }
}
