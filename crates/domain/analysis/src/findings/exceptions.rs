//! Findings that may stay, those to come included: a rule in a file, below a
//! directory, or everywhere.

use std::collections::{BTreeMap, BTreeSet};

use base::{AtLeast, Error, Granted, Result, Right, Timestamp, UserId, Write};
use call::{Call, Env};
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::decide::{check_note, happened};
use super::read::below;
use crate::finding::{FindingEventKind, FindingId, FindingState, IgnoreReason};
use crate::plan::{PlanId, ScanPlan};
use crate::regate;
use crate::tables::{exceptions as table, findings as rows};

/// Findings of a rule that may stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its number.
    pub id: i64,
    /// Full rule id.
    pub rule: String,
    /// A file, or a directory with all below it; empty for everywhere.
    pub path: String,
    /// The kind of reason.
    pub reason: IgnoreReason,
    /// What was said about it.
    pub note: String,
    /// Until when; for ever where nothing is said.
    pub until: Option<Timestamp>,
    /// Who decided.
    pub by: Option<UserId>,
    /// His name at that time.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// An exception to be made.
#[derive(Debug, Clone)]
pub struct NewException {
    /// Full rule id.
    pub rule: String,
    /// See [`Exception::path`].
    pub path: String,
    /// The kind of reason.
    pub reason: IgnoreReason,
    /// What is to be said about it.
    pub note: String,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// The most exceptions of a plan.
const MOST: u64 = 500;
/// Findings that are written at once.
const AT_ONCE: usize = 500;

/// Decides that findings of a rule may stay, those to come included, on every
/// branch.
///
/// # Errors
/// `Missing`/`Invalid` on `rule`, `path`, `note` or `until`; `Limit` above 500
/// exceptions of a plan.
pub async fn except<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    new: NewException,
) -> Result<Exception> {
    let rule = new.rule.trim();
    if rule.is_empty() {
        return Err(Error::missing("rule"));
    }
    if rule.len() > 200 {
        return Err(Error::invalid("rule", "must have at most 200 characters"));
    }
    let path = new.path.trim().trim_matches('/');
    if path.len() > 4096 {
        return Err(Error::invalid("path", "must have at most 4096 characters"));
    }
    let now = call.clock.now();
    check_note(&new.note, new.until, now)?;
    let tx = call.db.begin().await?;
    let known = table::Entity::find().filter(table::Column::PlanId.eq(plan.id)).count(&*tx).await?;
    if known >= MOST {
        return Err(Error::limit("a plan can have at most 500 exceptions"));
    }
    let row = table::ActiveModel {
        id: NotSet,
        plan_id: Set(plan.id),
        rule: Set(rule.to_owned()),
        path: Set(path.to_owned()),
        reason: Set(new.reason.as_str().to_owned()),
        note: Set(new.note.clone()),
        until: Set(new.until),
        user_id: Set(call.actor.user_id()),
        user_name: Set(call.actor.name().to_owned()),
        created_at: Set(now),
    }
    .insert(&*tx)
    .await?;
    let found: Vec<(FindingId, String)> = rows::Entity::find()
        .select_only()
        .columns([rows::Column::Id, rows::Column::Lane])
        .filter(matching(plan.id, &row))
        .filter(rows::Column::State.is_in(FindingState::ACTIVE.map(FindingState::as_str)))
        .into_tuple()
        .all(&*tx)
        .await?;
    let (ids, lanes): (Vec<FindingId>, BTreeSet<String>) = found.into_iter().unzip();
    for some in ids.chunks(AT_ONCE) {
        rows::Entity::update_many()
            .col_expr(rows::Column::State, Expr::value(FindingState::Ignored.as_str()))
            .col_expr(rows::Column::IgnoreReason, Expr::value(row.reason.clone()))
            .col_expr(rows::Column::IgnoreNote, Expr::value(row.note.clone()))
            .col_expr(rows::Column::IgnoredBy, Expr::value(row.user_id))
            .col_expr(rows::Column::IgnoredByName, Expr::value(row.user_name.clone()))
            .col_expr(rows::Column::IgnoredAt, Expr::value(now))
            .col_expr(rows::Column::IgnoredUntil, Expr::value(row.until))
            .col_expr(rows::Column::ExceptionId, Expr::value(row.id))
            .filter(rows::Column::Id.is_in(some.iter().copied()))
            .exec(&*tx)
            .await?;
        happened(call, &tx, some, FindingEventKind::Ignored, &row.reason).await?;
    }
    let details =
        json!({ "plan": plan.id, "rule": row.rule, "path": row.path, "reason": row.reason });
    identity::audit::record(&tx, call, "finding.excepted", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    regate::decided(call, plan, lanes).await?;
    of_row(row)
}

/// Takes an exception back: what is there because of it counts again.
///
/// # Errors
/// `NotFound` when the plan has no such exception.
pub async fn lift<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    id: i64,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = table::Entity::find_by_id(id)
        .filter(table::Column::PlanId.eq(plan.id))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("exception"))?;
    table::Entity::delete_by_id(id).exec(&*tx).await?;
    let those = Condition::all().add(rows::Column::ExceptionId.eq(id));
    let mut lanes = restore_where(call, &tx, those, "").await?;
    let details = json!({ "plan": plan.id, "rule": row.rule, "path": row.path });
    identity::audit::record(
        &tx,
        call,
        "finding.exception_lifted",
        &format!("plan:{}", plan.id),
        details,
    )
    .await?;
    tx.commit().await?;
    regate::decided(call, plan, lanes.remove(&plan.id).unwrap_or_default()).await
}

/// The exceptions of a plan, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn exceptions<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
) -> Result<Vec<Exception>> {
    let found = table::Entity::find()
        .filter(table::Column::PlanId.eq(plan.id))
        .order_by_desc(table::Column::Id)
        .limit(MOST)
        .all(call.db.reader())
        .await?;
    found.into_iter().map(of_row).collect()
}

/// The exceptions that hold for what a scan finds now.
pub(crate) async fn holding(tx: &Tx, plan: PlanId, now: Timestamp) -> Result<Vec<table::Model>> {
    Ok(table::Entity::find()
        .filter(table::Column::PlanId.eq(plan))
        .filter(
            Condition::any().add(table::Column::Until.is_null()).add(table::Column::Until.gt(now)),
        )
        .order_by_asc(table::Column::Id)
        .all(&**tx)
        .await?)
}

/// Whether an exception is about a finding of this rule in this file.
pub(crate) fn covers(exception: &table::Model, rule: &str, path: &str) -> bool {
    exception.rule == rule
        && (exception.path.is_empty()
            || path
                .strip_prefix(exception.path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn matching(plan: PlanId, exception: &table::Model) -> Condition {
    use rows::Column;
    let all = Condition::all().add(Column::PlanId.eq(plan)).add(Column::Rule.eq(&exception.rule));
    if exception.path.is_empty() { all } else { all.add(below(&exception.path)) }
}

/// What was to be ignored until now counts again, also for the gates, and exceptions
/// that are over go.
pub(crate) async fn expire(env: &Env) -> Result<()> {
    let call = Call::system(env.clone());
    let now = env.clock.now();
    let tx = env.db.begin().await?;
    let over = Condition::all().add(rows::Column::IgnoredUntil.lte(now));
    let restored = restore_where(&call, &tx, over, "expired").await?;
    table::Entity::delete_many().filter(table::Column::Until.lte(now)).exec(&*tx).await?;
    tx.commit().await?;
    for (plan, lanes) in restored {
        if let Some(plan) = crate::plans::one(env.db.reader(), plan).await? {
            regate::decided(&call, &plan, lanes).await?;
        }
    }
    Ok(())
}

/// Has findings count again; says in which lanes of which plans.
pub(super) async fn restore_where(
    call: &Call,
    tx: &Tx,
    those: Condition,
    note: &str,
) -> Result<BTreeMap<PlanId, BTreeSet<String>>> {
    let found: Vec<(FindingId, PlanId, String)> = rows::Entity::find()
        .select_only()
        .columns([rows::Column::Id, rows::Column::PlanId, rows::Column::Lane])
        .filter(those)
        .into_tuple()
        .all(&**tx)
        .await?;
    for some in found.chunks(AT_ONCE) {
        let ids: Vec<FindingId> = some.iter().map(|(id, ..)| *id).collect();
        rows::Entity::update_many()
            .col_expr(rows::Column::State, Expr::value(FindingState::Open.as_str()))
            .filter(rows::Column::Id.is_in(ids.iter().copied()))
            .filter(rows::Column::State.eq(FindingState::Ignored.as_str()))
            .exec(&**tx)
            .await?;
        rows::Entity::update_many()
            .col_expr(rows::Column::IgnoreReason, Expr::value(Option::<String>::None))
            .col_expr(rows::Column::IgnoreNote, Expr::value(Option::<String>::None))
            .col_expr(rows::Column::IgnoredBy, Expr::value(Option::<i64>::None))
            .col_expr(rows::Column::IgnoredByName, Expr::value(Option::<String>::None))
            .col_expr(rows::Column::IgnoredAt, Expr::value(Option::<i64>::None))
            .col_expr(rows::Column::IgnoredUntil, Expr::value(Option::<i64>::None))
            .col_expr(rows::Column::ExceptionId, Expr::value(Option::<i64>::None))
            .filter(rows::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
        happened(call, tx, &ids, FindingEventKind::Restored, note).await?;
    }
    let mut lanes: BTreeMap<PlanId, BTreeSet<String>> = BTreeMap::new();
    for (_, plan, lane) in found {
        lanes.entry(plan).or_default().insert(lane);
    }
    Ok(lanes)
}

fn of_row(row: table::Model) -> Result<Exception> {
    Ok(Exception {
        id: row.id,
        rule: row.rule,
        path: row.path,
        reason: row.reason.parse()?,
        note: row.note,
        until: row.until,
        by: row.user_id,
        by_name: row.user_name,
        at: row.created_at,
    })
}
