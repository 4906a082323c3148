//! Taking up a scan: at most one of a plan at a time, in their order.

use base::Result;
use call::Env;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};

use crate::plan::ScanPlan;
use crate::scan::{Scan, ScanId, ScanState};
use crate::scans::of_row;
use crate::tables::{plans, scans as rows};

/// The plan, the scan, and its own variables.
pub(super) type Claimed = (ScanPlan, Scan, Vec<(String, String)>);

/// Takes up the scan, unless it has ended, is gone, or has to wait; then
/// whoever it waits for will have it done.
pub(super) async fn claim(env: &Env, id: ScanId) -> Result<Option<Claimed>> {
    let tx = env.db.begin().await?;
    let Some(row) = rows::Entity::find_by_id(id).one(&*tx).await? else { return Ok(None) };
    if row.state.parse::<ScanState>()?.is_final() {
        return Ok(None);
    }
    let Some(plan) = crate::plans::one(&*tx, row.plan_id).await? else { return Ok(None) };
    let taken = plans::Entity::update_many()
        .col_expr(plans::Column::RunningScanId, Expr::value(id))
        .filter(plans::Column::Id.eq(plan.id))
        .filter(
            Condition::any()
                .add(plans::Column::RunningScanId.is_null())
                .add(plans::Column::RunningScanId.eq(id)),
        )
        .exec(&*tx)
        .await?;
    let running = row.state == ScanState::Running.as_str();
    let waiting = [ScanState::Waiting, ScanState::Queued].map(ScanState::as_str);
    let earlier = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Number.lt(row.number))
        .filter(rows::Column::State.is_in(waiting))
        .count(&*tx)
        .await?;
    let variables = serde_json::from_str(&row.variables)?;
    if taken.rows_affected == 0 || (earlier > 0 && !running) {
        let mut active: rows::ActiveModel = row.into();
        active.state = Set(ScanState::Waiting.as_str().to_owned());
        active.update(&*tx).await?;
        if taken.rows_affected > 0 {
            // Had the right, but others come first.
            crate::scans::release(env, &tx, plan.id, id).await?;
        }
        tx.commit().await?;
        return Ok(None);
    }
    let started = row.started_at.unwrap_or_else(|| env.clock.now());
    let mut active: rows::ActiveModel = row.into();
    active.state = Set(ScanState::Running.as_str().to_owned());
    active.started_at = Set(Some(started));
    let row = active.update(&*tx).await?;
    tx.commit().await?;
    Ok(Some((plan, of_row(row)?, variables)))
}

/// Whether somebody has asked for the scan to stop.
pub(super) async fn is_cancelled(env: &Env, id: ScanId) -> Result<bool> {
    let row = rows::Entity::find_by_id(id).one(env.db.reader()).await?;
    Ok(row.is_some_and(|row| row.cancel_requested))
}
