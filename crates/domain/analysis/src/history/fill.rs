//! Measuring the commits that a branch had before: a job that can be stopped
//! and that goes on where it was after a restart.

use std::collections::HashSet;

use base::{AtLeast, Error, Granted, PageRequest, Paged, Read, Result, Right, Timestamp, Write};
use call::{Call, Env};
use depots::{DepotId, DepotKey};
use git::{LogQuery, Oid, Repository};
use jobs::{Enqueue, Job, JobContext};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use super::evaluate::Evaluator;
use crate::plan::{PlanId, ScanPlan};
use crate::run::stop::Stop;
use crate::tables::{backfills as rows, commit_measures};

base::typed_id! {
    /// A back-fill.
    pub struct BackfillId;
}

/// The most commits of one back-fill.
const MOST: u64 = 1_000;
/// Rows written at once.
const ROWS: usize = 10;
/// Commits asked for at once.
const ASKED: usize = 500;

/// A back-fill: the measuring of a branch's last commits.
#[derive(Debug, Clone, PartialEq)]
pub struct Backfill {
    /// Its number, unique on the installation.
    pub id: BackfillId,
    /// The plan by whose rules it measures.
    pub plan: PlanId,
    /// The depot.
    pub depot: DepotId,
    /// The branch (or tag).
    pub branch: String,
    /// The commit from which it goes backwards.
    pub tip: String,
    /// Where it stands.
    pub state: BackfillState,
    /// Commits that it is about; 0 before it has begun.
    pub total: u64,
    /// Those of them that are measured, by it or before.
    pub done: u64,
    /// Those of them that could not be read.
    pub failed: u64,
    /// Why it failed; empty when it did not.
    pub error: String,
    /// The name of who started it.
    pub creator_name: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
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

    fn of_stored(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Failed)
    }

    fn unfinished() -> [&'static str; 2] {
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
    db::lock_in_transaction(&*tx, &format!("analysis:plan:{}", plan.id)).await?;
    let busy = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::DepotId.eq(depot.id))
        .filter(rows::Column::State.is_in(BackfillState::unfinished()))
        .count(&*tx)
        .await?;
    if busy > 0 {
        return Err(Error::conflict("the history of this depot is being measured already"));
    }
    let row = rows::ActiveModel {
        id: NotSet,
        plan_id: Set(plan.id),
        depot_id: Set(depot.id),
        branch: Set(branch.clone()),
        tip: Set(tip.to_string()),
        wanted: Set(i64::try_from(new.commits).unwrap_or(i64::MAX)),
        total: Set(0),
        done: Set(0),
        failed: Set(0),
        state: Set(BackfillState::Queued.as_str().to_owned()),
        error: Set(String::new()),
        job_id: Set(None),
        cancel_requested: Set(false),
        creator_id: Set(call.actor.user_id()),
        creator_name: Set(call.actor.name().to_owned()),
        created_at: Set(call.clock.now()),
        finished_at: Set(None),
    }
    .insert(&*tx)
    .await?;
    let how = Enqueue {
        label: format!("history of {}", plan.name),
        subject: Some(format!("plan:{}", plan.id)),
        ..Enqueue::default()
    };
    let job = call.jobs.enqueue_with(&tx, &Fill { backfill: row.id }, how).await?;
    let mut active: rows::ActiveModel = row.into();
    active.job_id = Set(Some(job));
    let row = active.update(&*tx).await?;
    let details =
        serde_json::json!({ "depot": depot.id, "branch": branch, "commits": new.commits });
    identity::audit::record(&tx, call, "history.started", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    Ok(of_row(row))
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

/// The back-fills of a plan, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn backfills<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    page: PageRequest,
) -> Result<Paged<Backfill>> {
    let query = rows::Entity::find().filter(rows::Column::PlanId.eq(plan.id));
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

fn of_row(row: rows::Model) -> Backfill {
    let natural = |number: i64| u64::try_from(number).unwrap_or_default();
    Backfill {
        id: row.id,
        plan: row.plan_id,
        depot: row.depot_id,
        branch: row.branch,
        tip: row.tip,
        state: BackfillState::of_stored(&row.state),
        total: natural(row.total),
        done: natural(row.done),
        failed: natural(row.failed),
        error: row.error,
        creator_name: row.creator_name,
        created_at: row.created_at,
        finished_at: row.finished_at,
    }
}

/// Does a back-fill.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fill {
    pub(crate) backfill: BackfillId,
}

impl Job for Fill {
    const KIND: &'static str = "analysis.history";
    const QUEUE: &'static str = "history";
    const PRIORITY: i32 = -10;
    const ATTEMPTS: u32 = 5;
}

pub(crate) fn register(registry: jobs::Registry<Env>) -> jobs::Registry<Env> {
    registry.on::<Fill, _, _>(|job: JobContext<Env>, fill: Fill| async move {
        run(&job, fill.backfill).await
    })
}

async fn run(job: &JobContext<Env>, id: BackfillId) -> Result<()> {
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
        outcome = fill(job, &row, &stop) => outcome,
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
            if job.attempt < Fill::ATTEMPTS =>
        {
            Err(error)
        }
        Err(error) => finish(job, id, BackfillState::Failed, &error.to_string()).await,
    }
}

async fn finish(
    job: &JobContext<Env>,
    id: BackfillId,
    state: BackfillState,
    why: &str,
) -> Result<()> {
    let tx = job.context.db.begin().await?;
    let ended = rows::ActiveModel {
        id: Set(id),
        state: Set(state.as_str().to_owned()),
        error: Set(why.to_owned()),
        finished_at: Set(Some(job.now())),
        ..Default::default()
    };
    ended.update(&*tx).await.map(drop).or_else(gone)?;
    job.finish_in(&tx).await?;
    tx.commit().await
}

/// The plan may be deleted at any moment, and its back-fills with it.
fn gone(error: sea_orm::DbErr) -> Result<()> {
    match error {
        sea_orm::DbErr::RecordNotUpdated => Ok(()),
        other => Err(other.into()),
    }
}

async fn fill(job: &JobContext<Env>, row: &rows::Model, stop: &Stop) -> Result<()> {
    let env = &job.context;
    let plan = crate::plans::one(env.db.reader(), row.plan_id).await?;
    let plan = plan.ok_or_else(|| Error::not_found("scan plan"))?;
    let call = Call::system(env.clone());
    let depot = depots::authorise::<Read>(&call, DepotKey::Id(row.depot_id)).await?;
    let repository = depots::repository(env, &depot)?;
    let limit = usize::try_from(row.wanted).unwrap_or(1);
    let commits = first_parents(&repository, &row.tip, limit, stop).await?;
    let mut evaluator = Evaluator::new(env, &plan, repository, &row.branch, stop.clone()).await?;
    let shape = evaluator.shape()?;
    let measured = measured(env, row, &shape, &commits).await?;
    let mut writing = Writing {
        job,
        row,
        shape: &shape,
        total: commits.len(),
        done: measured.len(),
        failed: 0,
        waiting: Vec::new(),
    };
    writing.flush().await?;
    for commit in commits {
        let name = commit.to_string();
        if measured.contains(&name) {
            continue;
        }
        match evaluator.at(commit, usize::MAX).await {
            Ok(found) => {
                let measures = super::measures(&evaluator.engine, &found.report);
                writing.waiting.push((name, super::pack(&measures)?));
                writing.done += 1;
            }
            Err(error) => {
                stop.check()?;
                tracing::warn!(
                    commit = name,
                    error = &error as &dyn std::error::Error,
                    "a commit cannot be measured"
                );
                writing.failed += 1;
            }
        }
        if writing.waiting.len() >= ROWS {
            writing.flush().await?;
        }
    }
    writing.flush().await
}

/// The commits of a branch along first parents, the newest first.
pub(super) async fn first_parents(
    repository: &Repository,
    tip: &str,
    limit: usize,
    stop: &Stop,
) -> Result<Vec<Oid>> {
    let commits = walk(repository, tip, limit, stop).await?;
    Ok(commits.into_iter().map(|commit| commit.id).collect())
}

/// The same with what they say.
pub(super) async fn walk(
    repository: &Repository,
    tip: &str,
    limit: usize,
    stop: &Stop,
) -> Result<Vec<git::Commit>> {
    let tip = Oid::from_hex(tip).map_err(Error::internal)?;
    let (repository, cancel) = (repository.clone(), stop.git());
    let query = LogQuery { first_parent: true, limit, ..LogQuery::default() };
    tokio::task::spawn_blocking(move || repository.history(tip, &query, &cancel))
        .await
        .map_err(Error::internal)?
        .map(|found| found.into_iter().map(|logged| logged.commit).collect())
        .map_err(|error| match error {
            git::Error::NotFound(_) => Error::unavailable("the commit is not there any more"),
            other => Error::internal(other),
        })
}

/// Those of the commits that are measured under the same rules.
async fn measured(
    env: &Env,
    row: &rows::Model,
    shape: &str,
    commits: &[Oid],
) -> Result<HashSet<String>> {
    let mut known = HashSet::new();
    for some in commits.chunks(ASKED) {
        let found: Vec<String> = commit_measures::Entity::find()
            .select_only()
            .column(commit_measures::Column::Sha)
            .filter(commit_measures::Column::PlanId.eq(row.plan_id))
            .filter(commit_measures::Column::DepotId.eq(row.depot_id))
            .filter(commit_measures::Column::Shape.eq(shape))
            .filter(commit_measures::Column::Sha.is_in(some.iter().map(ToString::to_string)))
            .into_tuple()
            .all(env.db.reader())
            .await?;
        known.extend(found);
    }
    Ok(known)
}

/// Writes measures down some at a time, with how far it has come.
struct Writing<'a> {
    job: &'a JobContext<Env>,
    row: &'a rows::Model,
    shape: &'a str,
    total: usize,
    done: usize,
    failed: usize,
    waiting: Vec<(String, String)>,
}

impl Writing<'_> {
    async fn flush(&mut self) -> Result<()> {
        let env = &self.job.context;
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let tx = env.db.begin().await?;
        rows::ActiveModel {
            id: Set(self.row.id),
            state: Set(BackfillState::Running.as_str().to_owned()),
            total: Set(number(self.total)),
            done: Set(number(self.done)),
            failed: Set(number(self.failed)),
            ..Default::default()
        }
        .update(&*tx)
        .await
        .map_err(|error| match error {
            sea_orm::DbErr::RecordNotUpdated => Error::not_found("back-fill"),
            other => other.into(),
        })?;
        let of = (self.row.plan_id, self.row.depot_id);
        super::keep(&tx, of, self.shape, env.clock.now(), &self.waiting).await?;
        tx.commit().await?;
        self.waiting.clear();
        let finished = self.done + self.failed;
        self.job.progress(finished as u64, self.total as u64, "history");
        Ok(())
    }
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
        active.update(&*tx).await?;
        tx.commit().await?;
    }
    Ok(())
}
