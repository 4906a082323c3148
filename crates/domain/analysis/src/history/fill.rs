//! Measuring the commits that a branch had before: a job that can be stopped
//! and that goes on where it was after a restart.

use std::collections::HashSet;

use base::{Error, Result};
use call::Env;
use git::{LogQuery, Oid, Repository};
use jobs::{Job, JobContext};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::{Deserialize, Serialize};

use super::backfill::{self, BackfillId};
use super::evaluate::Evaluator;
use crate::run::stop::Stop;
use crate::tables::{backfills as rows, commit_measures};

/// Rows written at once.
const ROWS: usize = 10;
/// Commits asked for at once.
const ASKED: usize = 500;

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
        let (it, id) = (&job, fill.backfill);
        backfill::work(it, id, Fill::ATTEMPTS, |row, stop| async move {
            self::fill(it, &row, &stop).await
        })
        .await
    })
}

async fn fill(job: &JobContext<Env>, row: &rows::Model, stop: &Stop) -> Result<()> {
    let env = &job.context;
    let (plan, repository) = backfill::subject(env, row).await?;
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
        let tx = env.db.begin().await?;
        let now = backfill::progress((self.total, self.done, self.failed));
        backfill::change(&tx, self.row.id, now).await?;
        let of = (self.row.plan_id, self.row.depot_id);
        super::keep(&tx, of, self.shape, env.clock.now(), &self.waiting).await?;
        tx.commit().await?;
        self.waiting.clear();
        let finished = self.done + self.failed;
        self.job.progress(finished as u64, self.total as u64, "history");
        Ok(())
    }
}
