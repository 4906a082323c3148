//! What people decide about leaks.

use base::{AtLeast, Error, Granted, Result, Right, Write};
use call::Call;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{LeakId, LeakState};
use crate::finding::IgnoreReason;
use crate::findings::check_note;
use crate::plan::ScanPlan;
use crate::tables::leaks as rows;

/// The most leaks that are decided about at once.
const MOST: usize = 1_000;

/// What is decided about leaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeakDecision {
    /// They were withdrawn where they were issued.
    Revoked,
    /// They may stay.
    Ignored(IgnoreReason),
    /// Nothing any more: they ask for work again.
    Open,
}

impl LeakDecision {
    fn state(self) -> LeakState {
        match self {
            Self::Revoked => LeakState::Revoked,
            Self::Ignored(_) => LeakState::Ignored,
            Self::Open => LeakState::Open,
        }
    }
}

/// Decides about leaks. A decision stays whatever later searches find of the same
/// secret.
///
/// # Errors
/// `NotFound` when one of them is not the plan's; then nothing is changed.
/// `Invalid` on `note`; `Limit` for more than 1000.
pub async fn decide_leaks<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    ids: &[LeakId],
    decision: LeakDecision,
    note: &str,
) -> Result<()> {
    let now = call.clock.now();
    check_note(note, None, now)?;
    if ids.is_empty() {
        return Err(Error::missing("secrets"));
    }
    if ids.len() > MOST {
        return Err(Error::limit("at most 1000 secrets can be decided about at once"));
    }
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let tx = call.db.begin().await?;
    let reason = match decision {
        LeakDecision::Ignored(reason) => Some(reason.as_str().to_owned()),
        LeakDecision::Revoked | LeakDecision::Open => None,
    };
    let open = decision == LeakDecision::Open;
    let decided = rows::ActiveModel {
        state: Set(decision.state().as_str().to_owned()),
        reason: Set(reason.clone()),
        note: Set(note.to_owned()),
        decided_by: Set(if open { None } else { call.actor.user_id() }),
        decided_by_name: Set(if open { String::new() } else { call.actor.name().to_owned() }),
        decided_at: Set((!open).then_some(now)),
        ..Default::default()
    };
    let changed = rows::Entity::update_many()
        .set(decided)
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Id.is_in(wanted.iter().copied()))
        .exec(&*tx)
        .await?;
    if changed.rows_affected < wanted.len() as u64 {
        return Err(Error::not_found("secret in the history"));
    }
    let details = json!({ "leaks": wanted, "state": decision.state(), "reason": reason });
    identity::audit::record(&tx, call, "leak.decided", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    crate::regate::leaks_changed(call, plan).await
}
