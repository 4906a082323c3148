//! What people decide about findings.

use std::collections::BTreeSet;

use base::{AtLeast, Error, Granted, Result, Right, Timestamp, Write};
use call::Call;
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::exceptions::restore_where;
use crate::finding::{FindingEventKind, FindingId, FindingState, IgnoreReason};
use crate::plan::ScanPlan;
use crate::regate;
use crate::tables::{finding_events, findings as rows};

/// The most findings that are decided about at once.
const MOST: usize = 1_000;
const MAX_NOTE: usize = 2_000;

/// Decides that findings may stay: they are no longer counted, and no gate
/// minds them, until they are restored. The decision stays with a finding when
/// its code moves. Those that are gone keep their state.
///
/// # Errors
/// `NotFound` when one of them is not the plan's; then nothing is changed.
/// `Invalid` on `note`; `Limit` for more than 1000.
pub async fn ignore<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    ids: &[FindingId],
    reason: IgnoreReason,
    note: &str,
) -> Result<()> {
    ignore_until(call, plan, ids, reason, note, None).await
}

/// [`ignore`] until a moment, after which they count again by themselves.
///
/// # Errors
/// As [`ignore`]; `Invalid` on `until` for a moment that is over.
pub async fn ignore_until<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    ids: &[FindingId],
    reason: IgnoreReason,
    note: &str,
    until: Option<Timestamp>,
) -> Result<()> {
    check_note(note, until, call.clock.now())?;
    let tx = call.db.begin().await?;
    let found = those(&tx, plan, ids).await?;
    let lanes: BTreeSet<String> = found.iter().map(|row| row.lane.clone()).collect();
    let all: Vec<FindingId> = found.iter().map(|row| row.id).collect();
    let mut active = Vec::with_capacity(found.len());
    for row in &found {
        if row.state.parse::<FindingState>()?.is_active() {
            active.push(row.id);
        }
    }
    let decided = rows::ActiveModel {
        ignore_reason: Set(Some(reason.as_str().to_owned())),
        ignore_note: Set(Some(note.to_owned())),
        ignored_by: Set(call.actor.user_id()),
        ignored_by_name: Set(Some(call.actor.name().to_owned())),
        ignored_at: Set(Some(call.clock.now())),
        ignored_until: Set(until),
        exception_id: Set(None),
        ..Default::default()
    };
    change(&tx, &all, decided).await?;
    let state = Set(FindingState::Ignored.as_str().to_owned());
    change(&tx, &active, rows::ActiveModel { state, ..Default::default() }).await?;
    let said = if note.is_empty() {
        reason.as_str().to_owned()
    } else {
        format!("{}: {note}", reason.as_str())
    };
    happened(call, &tx, &all, FindingEventKind::Ignored, &said).await?;
    let details = json!({ "plan": plan.id, "findings": ids, "reason": reason, "note": note });
    identity::audit::record(&tx, call, "finding.ignored", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    regate::decided(call, plan, lanes).await
}

/// Takes back what was decided about findings: those that are there count
/// again.
///
/// # Errors
/// `NotFound` when one of them is not the plan's; `Conflict` when one is not
/// ignored. Then nothing is changed.
pub async fn restore<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    ids: &[FindingId],
) -> Result<()> {
    let tx = call.db.begin().await?;
    let rows = those(&tx, plan, ids).await?;
    if rows.iter().any(|row| row.ignore_reason.is_none()) {
        return Err(Error::conflict("the finding is not ignored"));
    }
    take_back(call, tx, plan, rows).await
}

/// [`restore`] for those of the findings that are ignored; the others stay as
/// they are.
///
/// # Errors
/// `NotFound` when one of them is not the plan's. Then nothing is changed.
pub async fn restore_ignored<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    ids: &[FindingId],
) -> Result<()> {
    let tx = call.db.begin().await?;
    let mut rows = those(&tx, plan, ids).await?;
    rows.retain(|row| row.ignore_reason.is_some());
    if rows.is_empty() {
        return Ok(());
    }
    take_back(call, tx, plan, rows).await
}

async fn take_back(call: &Call, tx: Tx, plan: &ScanPlan, rows: Vec<rows::Model>) -> Result<()> {
    let ids: Vec<FindingId> = rows.iter().map(|row| row.id).collect();
    let those = Condition::all().add(rows::Column::Id.is_in(ids.iter().copied()));
    let mut lanes = restore_where(call, &tx, those, "").await?;
    let details = json!({ "plan": plan.id, "findings": ids });
    identity::audit::record(&tx, call, "finding.restored", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    regate::decided(call, plan, lanes.remove(&plan.id).unwrap_or_default()).await
}

pub(crate) fn check_note(note: &str, until: Option<Timestamp>, now: Timestamp) -> Result<()> {
    if note.chars().count() > MAX_NOTE {
        return Err(Error::invalid("note", "must have at most 2000 characters"));
    }
    if until.is_some_and(|until| until <= now) {
        return Err(Error::invalid("until", "is over already"));
    }
    Ok(())
}

pub(super) async fn those(tx: &Tx, plan: &ScanPlan, ids: &[FindingId]) -> Result<Vec<rows::Model>> {
    if ids.is_empty() {
        return Err(Error::missing("findings"));
    }
    if ids.len() > MOST {
        return Err(Error::limit("at most 1000 findings can be decided about at once"));
    }
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let found = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Id.is_in(wanted.iter().copied()))
        .all(&**tx)
        .await?;
    if found.len() == wanted.len() { Ok(found) } else { Err(Error::not_found("finding")) }
}

/// Changes findings in one statement.
pub(super) async fn change(tx: &Tx, ids: &[FindingId], to: rows::ActiveModel) -> Result<()> {
    if !ids.is_empty() {
        rows::Entity::update_many()
            .set(to)
            .filter(rows::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes down what the caller did about findings, in one statement.
pub(super) async fn happened(
    call: &Call,
    tx: &Tx,
    findings: &[FindingId],
    kind: FindingEventKind,
    note: &str,
) -> Result<()> {
    let event = |finding: &FindingId| finding_events::ActiveModel {
        id: NotSet,
        finding_id: Set(*finding),
        kind: Set(kind.as_str().to_owned()),
        scan_number: Set(None),
        commit_id: Set(String::new()),
        user_id: Set(call.actor.user_id()),
        user_name: Set(match call.actor {
            base::Actor::System => String::new(),
            _ => call.actor.name().to_owned(),
        }),
        note: Set(note.to_owned()),
        at: Set(call.clock.now()),
    };
    if !findings.is_empty() {
        finding_events::Entity::insert_many(findings.iter().map(event))
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}
