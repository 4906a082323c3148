//! Any metric at any commit, and its course over time.

use std::collections::HashMap;

use base::{Error, Granted, Read, Result, Right, Timestamp};
use call::Call;
use depots::{DepotId, DepotKey};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use super::fill::walk;
use super::{CommitMeasures, HistoryMetric, keep, source_of};
use crate::plan::{PlanId, ScanPlan};
use crate::run::stop::Stop;
use crate::tables::commit_measures as rows;

/// The most commits that are looked at.
const COMMITS: u64 = 1_000;
/// The most points of a series.
const POINTS: u64 = 500;
/// Rows asked for at once.
const ASKED: usize = 500;

/// What a series is to show.
#[derive(Debug, Clone)]
pub struct SeriesQuery {
    /// Which of the plan's depots; the first where none is named.
    pub depot: Option<DepotId>,
    /// Which branch (or tag, or commit); the plan's own where it is empty.
    pub branch: String,
    /// What is wanted of each commit.
    pub metrics: Vec<HistoryMetric>,
    /// A directory of the first two levels, without a slash at its end; empty
    /// for everything.
    pub directory: String,
    /// How many commits back, along first parents; at most 1,000.
    pub commits: u64,
    /// How many points at most, 2 to 500; of more commits than that, some are
    /// left out evenly.
    pub points: u64,
}

impl Default for SeriesQuery {
    fn default() -> Self {
        Self {
            depot: None,
            branch: String::new(),
            metrics: HistoryMetric::ALL.to_vec(),
            directory: String::new(),
            commits: COMMITS,
            points: 200,
        }
    }
}

/// The course of metrics along a branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetricSeries {
    /// The branch's commit now.
    pub tip: String,
    /// How many commits were looked at.
    pub commits: u64,
    /// How many of them are measured.
    pub measured: u64,
    /// Measured commits, the oldest first.
    pub points: Vec<MetricPoint>,
}

/// One commit of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricPoint {
    /// The commit.
    pub commit: String,
    /// When it was committed.
    pub at: Timestamp,
    /// The first line of its message.
    pub title: String,
    /// The name of its author.
    pub author: String,
    /// The values, one for each metric of the query; `None` where it is not
    /// known of the directory.
    pub values: Vec<Option<f64>>,
    /// Whether the plan measures by other rules now, so that this is not
    /// comparable with the others.
    pub outdated: bool,
}

/// The course of metrics along a branch. One walk of at most 1,000 commits, and
/// at most five queries.
///
/// # Errors
/// `Invalid` on `branch`; `NotFound` for a depot that the plan does not scan, or
/// that the caller may not read; `Unsupported` for plans that run a script.
pub async fn metric_series<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    query: &SeriesQuery,
) -> Result<MetricSeries> {
    let source = source_of(plan, query.depot)?;
    let branch = if query.branch.is_empty() { &source.branch } else { &query.branch };
    let depot = depots::authorise::<Read>(call, DepotKey::Id(source.depot)).await?;
    let repository = depots::repository(&call.env, &depot)?;
    let (resolver, name) = (repository.clone(), branch.clone());
    let tip = tokio::task::spawn_blocking(move || resolver.resolve(&name))
        .await
        .map_err(Error::internal)?
        .map_err(|_| Error::invalid("branch", "does not exist"))?
        .to_string();
    let stop = Stop::new();
    let _stopped = stop.guard();
    let limit = usize::try_from(query.commits.clamp(1, COMMITS)).unwrap_or(1);
    let mut commits = walk(&repository, &tip, limit, &stop).await?;
    let looked_at = commits.len() as u64;
    let names: Vec<String> = commits.iter().map(|commit| commit.id.to_string()).collect();
    let known = ids(call, plan.id, depot.id, &names).await?;
    commits.retain(|commit| known.contains_key(&commit.id.to_string()));
    commits.reverse();
    let measured = commits.len() as u64;
    let commits = sample(commits, query.points.clamp(2, POINTS));
    let ids: Vec<i64> =
        commits.iter().filter_map(|commit| known.get(&commit.id.to_string()).copied()).collect();
    let mut bodies = bodies(call, &ids).await?;
    let engine = crate::ruleset::chosen(call, plan).await?.engine;
    let shape = super::shape(&engine, &plan.definition)?;
    let directory = query.directory.trim_matches('/');
    let mut points = Vec::with_capacity(commits.len());
    for commit in commits {
        let name = commit.id.to_string();
        let Some(row) = bodies.remove(&name) else { continue };
        let measures = keep::unpack(&row.body)?;
        points.push(MetricPoint {
            commit: name,
            at: Timestamp::from_seconds(commit.committer.seconds),
            title: commit.message.trim_start().lines().next().unwrap_or_default().to_owned(),
            author: commit.author.name,
            values: query.metrics.iter().map(|one| one.of(&measures, directory)).collect(),
            outdated: row.shape != shape,
        });
    }
    Ok(MetricSeries { tip, commits: looked_at, measured, points })
}

/// What was measured of a commit, by its whole name; `None` where it has been
/// neither scanned nor back-filled.
///
/// # Errors
/// `NotFound` for a depot that the plan does not scan, or that the caller may not
/// read; `Unsupported` for plans that run a script.
pub async fn commit_measures<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    depot: Option<DepotId>,
    commit: &str,
) -> Result<Option<CommitMeasures>> {
    let source = source_of(plan, depot)?;
    let depot = depots::authorise::<Read>(call, DepotKey::Id(source.depot)).await?;
    let row = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::DepotId.eq(depot.id))
        .filter(rows::Column::Sha.eq(commit))
        .one(call.db.reader())
        .await?;
    row.map(|row| keep::unpack(&row.body)).transpose()
}

async fn ids(
    call: &Call,
    plan: PlanId,
    depot: DepotId,
    names: &[String],
) -> Result<HashMap<String, i64>> {
    let mut known = HashMap::new();
    for some in names.chunks(ASKED) {
        let found: Vec<(String, i64)> = rows::Entity::find()
            .select_only()
            .column(rows::Column::Sha)
            .column(rows::Column::Id)
            .filter(rows::Column::PlanId.eq(plan))
            .filter(rows::Column::DepotId.eq(depot))
            .filter(rows::Column::Sha.is_in(some.iter().map(String::as_str)))
            .into_tuple()
            .all(call.db.reader())
            .await?;
        known.extend(found);
    }
    Ok(known)
}

async fn bodies(call: &Call, ids: &[i64]) -> Result<HashMap<String, rows::Model>> {
    let mut known = HashMap::with_capacity(ids.len());
    for some in ids.chunks(ASKED) {
        let found = rows::Entity::find()
            .filter(rows::Column::Id.is_in(some.iter().copied()))
            .all(call.db.reader())
            .await?;
        known.extend(found.into_iter().map(|row| (row.sha.clone(), row)));
    }
    Ok(known)
}

/// At most `most` of the items, evenly, the first and the last among them.
fn sample<T>(items: Vec<T>, most: u64) -> Vec<T> {
    let (count, most) = (items.len() as u64, most.max(2));
    if count <= most {
        return items;
    }
    let mut next = 0;
    let mut taken = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        if index as u64 == next * (count - 1) / (most - 1) {
            taken.push(item);
            next += 1;
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_both_ends() {
        assert_eq!(sample((0..5).collect(), 9), [0, 1, 2, 3, 4]);
        assert_eq!(sample((0..10).collect(), 4), [0, 3, 6, 9]);
        assert_eq!(sample((0..1000).collect::<Vec<u32>>(), 2), [0, 999]);
        for most in 2..60 {
            let taken = sample((0..60).collect::<Vec<u32>>(), most);
            assert_eq!((taken.len() as u64, taken[0]), (most, 0));
            assert_eq!(taken.last(), Some(&59));
        }
    }
}
