//! What has to be done now and then: jobs of dead processes, schedules, old
//! rows.

use std::time::Duration;

use base::{Result, Timestamp};
use db::Db;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Query};

use crate::registry::Schedule;
use crate::{Enqueue, JobState, Jobs};

/// Rows removed in one unit of work, so that writers do not wait long.
const PRUNED_AT_ONCE: u64 = 500;

/// Gives back the jobs whose lease has run out, or every running job when
/// this is known to be the only process. The attempt counts.
pub(crate) async fn take_back(db: &Db, now: Timestamp, all: bool) -> Result<u64> {
    let mut lost = Condition::all().add(Expr::col("state").eq(JobState::Running.as_str()));
    if !all {
        lost = lost.add(Expr::col("lease_until").lt(now.0));
    }
    let peek =
        Query::select().column("id").from("jobs").cond_where(lost.clone()).limit(1).to_owned();
    if db.reader().query_one(&peek).await?.is_none() {
        return Ok(0);
    }
    let died = "the process that ran it died";
    let ended = |state: JobState| {
        Query::update()
            .table("jobs")
            .value("state", state.as_str())
            .value("finished_at", now.0)
            .value("lease_until", Option::<i64>::None)
            .value("error", died)
            .cond_where(lost.clone())
            .to_owned()
    };
    let cancelled =
        ended(JobState::Cancelled).and_where(Expr::col("cancel_requested").eq(true)).to_owned();
    let failed = ended(JobState::Failed)
        .and_where(Expr::col("attempt").gte(Expr::col("attempts")))
        .to_owned();
    let again = Query::update()
        .table("jobs")
        .value("state", JobState::Queued.as_str())
        .value("run_at", now.0)
        .value("worker", Option::<String>::None)
        .value("lease_until", Option::<i64>::None)
        .value("error", died)
        .cond_where(lost.clone())
        .to_owned();
    let tx = db.begin().await?;
    let mut count = 0;
    for update in [cancelled, failed, again] {
        count += tx.execute(&update).await?.rows_affected();
    }
    tx.commit().await?;
    tracing::info!(count, "took back jobs of a process that died");
    Ok(count)
}

/// Makes the stored schedules those that are declared.
pub(crate) async fn reconcile(db: &Db, schedules: &[Schedule], now: Timestamp) -> Result<()> {
    let tx = db.begin().await?;
    db::lock_in_transaction(&*tx, "job schedules").await?;
    let mut gone = Query::delete();
    gone.from_table("job_schedules");
    if !schedules.is_empty() {
        gone.and_where(Expr::col("name").is_not_in(schedules.iter().map(|one| one.name)));
    }
    tx.execute(&gone).await?;
    for schedule in schedules {
        let every = i64::try_from(schedule.every.as_millis()).unwrap_or(i64::MAX);
        let next = now.after(schedule.every).0;
        let known = OnConflict::column("name")
            .value("every", every)
            .value("next_at", next)
            // Only a changed interval starts anew; a restart does not.
            .action_and_where(Expr::col(("job_schedules", "every")).ne(every))
            .to_owned();
        let insert = Query::insert()
            .into_table("job_schedules")
            .columns(["name", "every", "next_at"])
            .values_panic([schedule.name.into(), every.into(), next.into()])
            .on_conflict(known)
            .to_owned();
        tx.execute(&insert).await?;
    }
    tx.commit().await
}

/// Enqueues what is due by schedule; of several replicas one does it.
pub(crate) async fn run_schedules(db: &Db, jobs: &Jobs, schedules: &[Schedule]) -> Result<()> {
    if schedules.is_empty() {
        return Ok(());
    }
    let now = jobs.now();
    let due = Query::select()
        .column("name")
        .from("job_schedules")
        .and_where(Expr::col("next_at").lte(now.0))
        .to_owned();
    for row in db.reader().query_all(&due).await? {
        let name: String = row.try_get("", "name")?;
        let Some(schedule) = schedules.iter().find(|schedule| schedule.name == name) else {
            continue;
        };
        let advance = Query::update()
            .table("job_schedules")
            .value("next_at", now.after(schedule.every).0)
            .and_where(Expr::col("name").eq(schedule.name))
            .and_where(Expr::col("next_at").lte(now.0))
            .to_owned();
        let tx = db.begin().await?;
        if tx.execute(&advance).await?.rows_affected() == 1 {
            let how = Enqueue {
                dedupe: Some(format!("schedule {name}")),
                label: name,
                ..Enqueue::default()
            };
            jobs.enqueue_new(&tx, schedule.job.clone(), how).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Removes jobs that ended before these moments.
pub(crate) async fn prune(db: &Db, good: Timestamp, bad: Timestamp) -> Result<u64> {
    let ended = |state: JobState, before: Timestamp| {
        Condition::all()
            .add(Expr::col("state").eq(state.as_str()))
            .add(Expr::col("finished_at").lt(before.0))
    };
    let old = Condition::any()
        .add(ended(JobState::Succeeded, good))
        .add(ended(JobState::Cancelled, good))
        .add(ended(JobState::Failed, bad));
    let mut total = 0;
    loop {
        let ids = Query::select()
            .column("id")
            .from("jobs")
            .cond_where(old.clone())
            .limit(PRUNED_AT_ONCE)
            .to_owned();
        if db.reader().query_one(&ids).await?.is_none() {
            return Ok(total);
        }
        let delete = Query::delete()
            .from_table("jobs")
            .and_where(Expr::col("id").in_subquery(ids))
            .to_owned();
        let tx = db.begin().await?;
        total += tx.execute(&delete).await?.rows_affected();
        tx.commit().await?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
