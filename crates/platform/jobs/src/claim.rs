//! Taking jobs, so that each has one worker.

use std::time::Duration;

use base::{Result, Timestamp};
use db::{Db, Tx};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, Order};

use crate::entity::Model;
use crate::{JobId, JobState};

/// What a worker can do.
pub(crate) struct Able<'a> {
    pub(crate) kinds: Vec<&'a str>,
    pub(crate) queue: Option<&'a str>,
}

fn due(able: &Able<'_>, now: Timestamp) -> SelectStatement {
    let mut select = Query::select();
    select
        .from("jobs")
        .and_where(Expr::col("state").eq(JobState::Queued.as_str()))
        .and_where(Expr::col("run_at").lte(now.0))
        .and_where(Expr::col("kind").is_in(able.kinds.iter().copied()));
    if let Some(queue) = able.queue {
        select.and_where(Expr::col("queue").eq(queue));
    }
    select
}

/// The queues in which something is due. Reads only, so that an idle worker
/// never makes writers wait.
pub(crate) async fn queues_with_work(
    db: &Db,
    able: &Able<'_>,
    now: Timestamp,
) -> Result<Vec<String>> {
    let select = due(able, now).distinct().column("queue").to_owned();
    let rows = db.reader().query_all(&select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "queue")).collect::<Result<_, _>>()?)
}

/// Takes up to `count` due jobs for `worker` until `now + lease`, the most
/// urgent first, then the oldest.
pub(crate) async fn claim(
    db: &Db,
    able: &Able<'_>,
    count: u64,
    worker: &str,
    now: Timestamp,
    lease: Duration,
) -> Result<Vec<Model>> {
    let tx = db.begin().await?;
    let ids = candidates(&tx, able, count, now).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let take = Query::update()
        .table("jobs")
        .value("state", JobState::Running.as_str())
        .value("attempt", Expr::col("attempt").add(1_i64))
        .value("worker", worker)
        .value("lease_until", now.after(lease).0)
        .value("started_at", now.0)
        .value("dedupe", Option::<String>::None)
        .value("progress_done", 0_i64)
        .value("progress_total", 0_i64)
        .value("progress_message", "")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.0)))
        .returning_all()
        .to_owned();
    let rows = tx.query_all(&take).await?;
    let mut taken: Vec<Model> =
        rows.iter().map(|row| Model::from_query_result(row, "")).collect::<Result<_, _>>()?;
    tx.commit().await?;
    taken.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(taken)
}

async fn candidates(tx: &Tx, able: &Able<'_>, count: u64, now: Timestamp) -> Result<Vec<JobId>> {
    let mut select = due(able, now)
        .column("id")
        .order_by("priority", Order::Desc)
        .order_by("run_at", Order::Asc)
        .order_by("id", Order::Asc)
        .limit(count)
        .to_owned();
    db::skip_locked(&**tx, &mut select);
    let rows = tx.query_all(&select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}
