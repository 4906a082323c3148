//! Stopping scans, and letting the next one of a plan begin.

use base::{AtLeast, Error, Granted, Result, Right, Write};
use call::{Call, Env};
use db::Tx;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use crate::plan::{PlanId, ScanPlan};
use crate::scan::{Scan, ScanId, ScanState};
use crate::tables::{plans, scans as rows};

/// Asks a scan to stop: one that has not begun never does, a running one ends
/// within a few seconds. One that has ended stays as it is.
///
/// # Errors
/// `NotFound` when the scan is not the plan's; `Conflict` when it has ended.
pub async fn cancel<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    number: i64,
) -> Result<Scan> {
    let tx = call.db.begin().await?;
    let row = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Number.eq(number))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("scan"))?;
    if row.state.parse::<ScanState>()?.is_final() {
        return Err(Error::conflict("the scan has ended already"));
    }
    let row = cancel_in(call, &tx, row).await?;
    let details = serde_json::json!({ "plan": plan.id, "scan": number });
    identity::audit::record(&tx, call, "scan.cancelled", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    super::of_row(row)
}

/// Asks all scans of a plan to stop.
pub(crate) async fn cancel_all_in(call: &Call, tx: &Tx, plan: PlanId) -> Result<()> {
    let unfinished = [ScanState::Waiting, ScanState::Queued, ScanState::Running];
    let found = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan))
        .filter(rows::Column::State.is_in(unfinished.map(ScanState::as_str)))
        .all(&**tx)
        .await?;
    for row in found {
        cancel_in(call, tx, row).await?;
    }
    Ok(())
}

async fn cancel_in(call: &Call, tx: &Tx, row: rows::Model) -> Result<rows::Model> {
    if let Some(job) = row.job_id {
        match call.jobs.cancel_in(tx, job).await {
            // It has ended; what it wrote down is what counts.
            Ok(()) | Err(Error::Conflict { .. } | Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let running = row.state == ScanState::Running.as_str();
    let (id, plan) = (row.id, row.plan_id);
    let mut active: rows::ActiveModel = row.into();
    active.cancel_requested = Set(true);
    if !running {
        active.state = Set(ScanState::Cancelled.as_str().to_owned());
        active.finished_at = Set(Some(call.clock.now()));
    }
    let row = active.update(&**tx).await?;
    if !running {
        release(call, tx, plan, id).await?;
    }
    Ok(row)
}

/// Gives up the right to work on the plan, if the scan has it, and has the next
/// scan of the plan done.
pub(crate) async fn release(env: &Env, tx: &Tx, plan: PlanId, scan: ScanId) -> Result<()> {
    let released = plans::Entity::update_many()
        .col_expr(plans::Column::RunningScanId, Expr::value(Option::<i64>::None))
        .filter(plans::Column::Id.eq(plan))
        .filter(plans::Column::RunningScanId.eq(scan))
        .exec(&**tx)
        .await?;
    if released.rows_affected == 0 {
        return Ok(());
    }
    let Some(plan) = crate::plans::one(&**tx, plan).await? else { return Ok(()) };
    let next = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::State.eq(ScanState::Waiting.as_str()))
        .order_by_asc(rows::Column::Number)
        .one(&**tx)
        .await?;
    if let Some(next) = next {
        let job = super::enqueue(env, tx, &plan, next.id, next.number).await?;
        let mut active: rows::ActiveModel = next.into();
        active.state = Set(ScanState::Queued.as_str().to_owned());
        active.job_id = Set(Some(job));
        active.update(&**tx).await?;
    }
    Ok(())
}
