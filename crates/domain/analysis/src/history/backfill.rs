//! What a back-fill is, asking for one, and writing down how it ended.

use base::{AtLeast, Error, Granted, PageRequest, Paged, Read, Result, Right, Timestamp, Write};
use call::{Call, Env};
use db::Tx;
use depots::{DepotId, DepotKey};
use git::Repository;
use jobs::{Enqueue, JobContext};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use crate::plan::{PlanId, ScanPlan};
use crate::run::stop::Stop;
use crate::tables::backfills as rows;

base::typed_id! {
    /// A back-fill.
    pub struct BackfillId;
}

/// The most commits of one back-fill of measures.
const MOST: u64 = 1_000;

/// A back-fill: the measuring of a branch's last commits, or the search of a
/// history for secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Backfill {
    /// Its number, unique on the installation.
    pub id: BackfillId,
    /// What is done with the commits.
    pub kind: BackfillKind,
    /// The plan by whose rules it measures.
    pub plan: PlanId,
    /// The depot.
    pub depot: DepotId,
    /// The branch (or tag); for secrets several, separated by blanks.
    pub branch: String,
    /// The commit from which it goes backwards; empty where there are several.
    pub tip: String,
    /// Where it stands.
    pub state: BackfillState,
    /// Commits that it is about; 0 before it has begun.
    pub total: u64,
    /// Those of them that are measured, by it or before.
    pub done: u64,
    /// Those of them that could not be read.
    pub failed: u64,
    /// Of searches for secrets: how many were found that nobody knew and that ask
    /// for work.
    pub found: u64,
    /// Of searches for secrets: whether there were more than are kept of a depot, so
    /// that some are not told of.
    pub full: bool,
    /// Why it failed; empty when it did not.
    pub error: String,
    /// The name of who started it.
    pub creator_name: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What a back-fill does with commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BackfillKind {
    /// Measures each, along first parents.
    Measures,
    /// Looks for secrets in every file that any of them brought.
    Secrets,
}

impl BackfillKind {
    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measures => "measures",
            Self::Secrets => "secrets",
        }
    }

    fn of_stored(text: &str) -> Self {
        if text == Self::Secrets.as_str() { Self::Secrets } else { Self::Measures }
    }
}

/// Where a back-fill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BackfillState {
    /// Nobody has begun.
    Queued,
    /// It is being done.
    Running,
    /// Every commit is measured that could be.
    Done,
    /// It could not be done.
    Failed,
    /// Stopped on request; what was measured stays.
    Cancelled,
}

impl BackfillState {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    pub(crate) fn of_stored(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Failed)
    }

    pub(crate) fn unfinished() -> [&'static str; 2] {
        [Self::Queued.as_str(), Self::Running.as_str()]
    }
}

/// What is to be measured.
#[derive(Debug, Clone, Default)]
pub struct NewBackfill {
    /// Which of the plan's depots; the first where none is named.
    pub depot: Option<DepotId>,
    /// Which branch (or tag); the plan's own where it is empty.
    pub branch: String,
    /// How many commits, along first parents, the newest first: 1 to 1,000.
    pub commits: u64,
}

/// Measures the last commits of a branch: what the plan's rules say of each, as
/// [`metric_series`](crate::metric_series) reads it. Commits that are measured
/// already cost nothing.
///
/// # Errors
/// `Invalid` on `commits` or `branch`; `NotFound` for a depot that the plan does
/// not scan, or that the caller may not read; `Conflict` while another one of
/// the same depot is being done; `Unsupported` for plans that run a script.
pub async fn start_backfill(
    call: &Call,
    plan: &Granted<ScanPlan, Write>,
    new: NewBackfill,
) -> Result<Backfill> {
    if !(1..=MOST).contains(&new.commits) {
        return Err(Error::invalid("commits", "must be from 1 to 1000"));
    }
    let source = super::source_of(plan, new.depot)?;
    let branch = if new.branch.is_empty() { &source.branch } else { &new.branch };
    let depot = depots::authorise::<Read>(call, DepotKey::Id(source.depot)).await?;
    let (repository, name) = (depots::repository(&call.env, &depot)?, branch.clone());
    let tip = tokio::task::spawn_blocking(move || repository.resolve(&name))
        .await
        .map_err(Error::internal)?
        .map_err(|_| Error::invalid("branch", "does not exist"))?;
    let tx = call.db.begin().await?;
    let new = NewRow {
        kind: BackfillKind::Measures,
        depot: depot.id,
        branch: branch.clone(),
        tip: tip.to_string(),
        wanted: new.commits,
    };
    let row = begin(call, &tx, plan, new)
        .await?
        .ok_or_else(|| Error::conflict("the history of this depot is being measured already"))?;
    let details = serde_json::json!({ "depot": depot.id, "branch": branch, "commits": row.wanted });
    identity::audit::record(&tx, call, "history.started", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    Ok(of_row(row))
}

/// What a new row says.
pub(crate) struct NewRow {
    pub(crate) kind: BackfillKind,
    pub(crate) depot: DepotId,
    pub(crate) branch: String,
    pub(crate) tip: String,
    pub(crate) wanted: u64,
}

/// Writes a back-fill down and has it done; `None` while another one of its kind
/// and depot is being done.
pub(crate) async fn begin(
    call: &Call,
    tx: &Tx,
    plan: &ScanPlan,
    new: NewRow,
) -> Result<Option<rows::Model>> {
    db::lock_in_transaction(&**tx, &format!("analysis:plan:{}", plan.id)).await?;
    let busy = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::DepotId.eq(new.depot))
        .filter(rows::Column::Kind.eq(new.kind.as_str()))
        .filter(rows::Column::State.is_in(BackfillState::unfinished()))
        .count(&**tx)
        .await?;
    if busy > 0 {
        return Ok(None);
    }
    let row = rows::ActiveModel {
        id: NotSet,
        plan_id: Set(plan.id),
        depot_id: Set(new.depot),
        kind: Set(new.kind.as_str().to_owned()),
        branch: Set(new.branch),
        tip: Set(new.tip),
        tips: Set(String::new()),
        shape: Set(String::new()),
        wanted: Set(i64::try_from(new.wanted).unwrap_or(i64::MAX)),
        total: Set(0),
        done: Set(0),
        failed: Set(0),
        found: Set(0),
        full: Set(false),
        state: Set(BackfillState::Queued.as_str().to_owned()),
        error: Set(String::new()),
        job_id: Set(None),
        cancel_requested: Set(false),
        creator_id: Set(call.actor.user_id()),
        creator_name: Set(call.actor.name().to_owned()),
        created_at: Set(call.clock.now()),
        finished_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let label = match new.kind {
        BackfillKind::Measures => format!("history of {}", plan.name),
        BackfillKind::Secrets => format!("secrets in the history of {}", plan.name),
    };
    let how = Enqueue { label, subject: Some(format!("plan:{}", plan.id)), ..Enqueue::default() };
    let job = match new.kind {
        BackfillKind::Measures => {
            call.jobs.enqueue_with(tx, &super::fill::Fill { backfill: row.id }, how).await?
        }
        BackfillKind::Secrets => {
            call.jobs.enqueue_with(tx, &crate::leaks::Search { backfill: row.id }, how).await?
        }
    };
    let mut active: rows::ActiveModel = row.into();
    active.job_id = Set(Some(job));
    Ok(Some(active.update(&**tx).await?))
}

/// Asks a back-fill to stop. What it has measured stays.
///
/// # Errors
/// `NotFound` when it is not the plan's; `Conflict` when it has ended.
pub async fn cancel_backfill<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    id: BackfillId,
) -> Result<Backfill> {
    let tx = call.db.begin().await?;
    let row = rows::Entity::find_by_id(id)
        .filter(rows::Column::PlanId.eq(plan.id))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("back-fill"))?;
    if BackfillState::of_stored(&row.state).is_final() {
        return Err(Error::conflict("the back-fill has ended already"));
    }
    if let Some(job) = row.job_id {
        match call.jobs.cancel_in(&tx, job).await {
            Ok(()) | Err(Error::Conflict { .. } | Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let queued = row.state == BackfillState::Queued.as_str();
    let mut active: rows::ActiveModel = row.into();
    active.cancel_requested = Set(true);
    if queued {
        active.state = Set(BackfillState::Cancelled.as_str().to_owned());
        active.finished_at = Set(Some(call.clock.now()));
    }
    let row = active.update(&*tx).await?;
    let details = serde_json::json!({ "backfill": id });
    identity::audit::record(&tx, call, "history.cancelled", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    Ok(of_row(row))
}

/// The back-fills of a plan of one kind, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn backfills<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    kind: BackfillKind,
    page: PageRequest,
) -> Result<Paged<Backfill>> {
    let query = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Kind.eq(kind.as_str()));
    let connection = call.db.reader();
    let total = query.clone().count(connection).await?;
    let found = query
        .order_by_desc(rows::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    Ok(Paged { items: found.into_iter().map(of_row).collect(), total, page })
}

pub(crate) fn of_row(row: rows::Model) -> Backfill {
    let natural = |number: i64| u64::try_from(number).unwrap_or_default();
    let branch = if row.branch.is_empty() {
        let names = row.tips.lines().filter_map(|line| Some(line.split_once(' ')?.1));
        names.collect::<Vec<_>>().join(" ")
    } else {
        row.branch
    };
    Backfill {
        id: row.id,
        kind: BackfillKind::of_stored(&row.kind),
        plan: row.plan_id,
        depot: row.depot_id,
        branch,
        tip: row.tip,
        state: BackfillState::of_stored(&row.state),
        total: natural(row.total),
        done: natural(row.done),
        failed: natural(row.failed),
        found: natural(row.found),
        full: row.full,
        error: row.error,
        creator_name: row.creator_name,
        created_at: row.created_at,
        finished_at: row.finished_at,
    }
}

/// Does the work of a back-fill and writes down how it ended: cancelled on request,
/// failed, done, or to be tried again.
pub(crate) async fn work<F>(
    job: &JobContext<Env>,
    id: BackfillId,
    attempts: u32,
    go: impl FnOnce(rows::Model, Stop) -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let env = &job.context;
    let Some(row) = rows::Entity::find_by_id(id).one(env.db.reader()).await? else {
        return Ok(());
    };
    if BackfillState::of_stored(&row.state).is_final() {
        return Ok(());
    }
    let stop = Stop::new();
    let _stopped = stop.guard();
    let token = job.cancellation();
    let outcome = tokio::select! {
        outcome = go(row, stop.clone()) => outcome,
        () = token.cancelled() => {
            stop.throw();
            let now = rows::Entity::find_by_id(id).one(env.db.reader()).await?;
            if now.is_some_and(|row| row.cancel_requested) {
                return finish(job, id, BackfillState::Cancelled, "").await;
            }
            return Err(Error::unavailable("the back-fill was interrupted"));
        }
    };
    match outcome {
        Ok(()) => finish(job, id, BackfillState::Done, "").await,
        Err(error @ (Error::Internal { .. } | Error::Conflict { .. }))
            if job.attempt < attempts =>
        {
            Err(error)
        }
        Err(error) => finish(job, id, BackfillState::Failed, &error.to_string()).await,
    }
}

/// The plan of a back-fill, and the repository whose history it is about.
///
/// # Errors
/// `NotFound` when one of them is gone.
pub(crate) async fn subject(env: &Env, row: &rows::Model) -> Result<(ScanPlan, Repository)> {
    let plan = crate::plans::one(env.db.reader(), row.plan_id).await?;
    let plan = plan.ok_or_else(|| Error::not_found("scan plan"))?;
    let call = Call::system(env.clone());
    let depot = depots::authorise::<Read>(&call, DepotKey::Id(row.depot_id)).await?;
    Ok((plan, depots::repository(env, &depot)?))
}

async fn finish(
    job: &JobContext<Env>,
    id: BackfillId,
    state: BackfillState,
    why: &str,
) -> Result<()> {
    let tx = job.context.db.begin().await?;
    let ended = rows::ActiveModel {
        state: Set(state.as_str().to_owned()),
        error: Set(why.to_owned()),
        finished_at: Set(Some(job.now())),
        ..Default::default()
    };
    match change(&tx, id, ended).await {
        Ok(row) => follow_up(&job.context, &tx, &row).await?,
        // The plan may be deleted at any moment, and its back-fills with it.
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error),
    }
    job.finish_in(&tx).await?;
    tx.commit().await
}

/// Has done what follows from a back-fill that has ended.
async fn follow_up(env: &Env, tx: &Tx, row: &rows::Model) -> Result<()> {
    if row.kind == BackfillKind::Secrets.as_str() {
        let label = "what follows from a search for secrets".to_owned();
        let how =
            Enqueue { label, subject: Some(format!("plan:{}", row.plan_id)), ..Enqueue::default() };
        env.jobs.enqueue_with(tx, &crate::leaks::Searched { backfill: row.id }, how).await?;
    }
    Ok(())
}

/// How far a back-fill has come, of how many commits, and how many could not be read:
/// what [`change`] is to write.
pub(crate) fn progress((total, done, failed): (usize, usize, usize)) -> rows::ActiveModel {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    rows::ActiveModel {
        state: Set(BackfillState::Running.as_str().to_owned()),
        total: Set(number(total)),
        done: Set(number(done)),
        failed: Set(number(failed)),
        ..Default::default()
    }
}

/// Changes the row of a back-fill.
///
/// # Errors
/// `NotFound` when it is gone, with its plan.
pub(crate) async fn change(tx: &Tx, id: BackfillId, row: rows::ActiveModel) -> Result<rows::Model> {
    let row = rows::ActiveModel { id: Set(id), ..row };
    row.update(&**tx).await.map_err(|error| match error {
        sea_orm::DbErr::RecordNotUpdated => Error::not_found("back-fill"),
        other => other.into(),
    })
}

/// Ends back-fills whose job is gone: its process was killed too often, or it
/// was asked to stop after its process had died.
pub(crate) async fn mend(env: &Env) -> Result<()> {
    let found = rows::Entity::find()
        .filter(rows::Column::State.is_in(BackfillState::unfinished()))
        .all(env.db.reader())
        .await?;
    for row in found {
        let Some(job) = row.job_id else { continue };
        match env.jobs.get(&env.db, job).await {
            Ok(info) if !info.state.is_final() => continue,
            Ok(_) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        let tx = env.db.begin().await?;
        let Some(row) = rows::Entity::find_by_id(row.id).one(&*tx).await? else { continue };
        if BackfillState::of_stored(&row.state).is_final() {
            continue;
        }
        let (state, why) = if row.cancel_requested {
            (BackfillState::Cancelled, "")
        } else {
            (BackfillState::Failed, "it was interrupted too often")
        };
        let mut active: rows::ActiveModel = row.into();
        active.state = Set(state.as_str().to_owned());
        active.error = Set(why.to_owned());
        active.finished_at = Set(Some(env.clock.now()));
        let row = active.update(&*tx).await?;
        follow_up(env, &tx, &row).await?;
        tx.commit().await?;
    }
    Ok(())
}
