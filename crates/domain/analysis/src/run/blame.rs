//! Who wrote what was found: after the result is there to be seen, and never in
//! its way.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use base::{Error, Read, Result, Timestamp};
use call::{Call, Env};
use depots::{DepotId, DepotKey};
use git::{BlameRange, Cancel, Oid, Repository};
use jobs::{Job, JobContext};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use super::stop::Stop;
use crate::finding::FindingId;
use crate::plan::PlanId;
use crate::scan::ScanId;
use crate::tables::{findings as rows, scans};

/// Finds the authors of what a scan saw first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Blame {
    pub(crate) plan: PlanId,
    pub(crate) scan: ScanId,
}

impl Job for Blame {
    const KIND: &'static str = "analysis.blame";
    const QUEUE: &'static str = "blame";
    const PRIORITY: i32 = -5;
    const ATTEMPTS: u32 = 2;
}

/// Files at a time.
const PARALLEL: usize = 2;

/// A file and its findings, each with its line.
type OfFile = (String, Vec<(FindingId, u32)>);
/// What was found out about a finding.
type Author = (FindingId, BlameRange);

pub(super) async fn run(job: &JobContext<Env>, blame: &Blame) -> Result<()> {
    let env = &job.context;
    let stop = Stop::new();
    let _stopped = stop.guard();
    let Some(scan) = scans::Entity::find_by_id(blame.scan).one(env.db.reader()).await? else {
        return Ok(());
    };
    let scan = crate::scans::of_row(scan)?;
    let found: Vec<(FindingId, DepotId, String, i64)> = rows::Entity::find()
        .select_only()
        .column(rows::Column::Id)
        .column(rows::Column::DepotId)
        .column(rows::Column::Path)
        .column(rows::Column::Line)
        .filter(rows::Column::PlanId.eq(blame.plan))
        .filter(rows::Column::FirstScanId.eq(blame.scan))
        .filter(rows::Column::AuthorName.is_null())
        .into_tuple()
        .all(env.db.reader())
        .await?;
    let mut files: BTreeMap<(DepotId, String), Vec<(FindingId, u32)>> = BTreeMap::new();
    for (id, depot, path, line) in found {
        let line = u32::try_from(line).unwrap_or(1);
        files.entry((depot, path)).or_default().push((id, line));
    }
    let total = files.len() as u64;
    let mut done = 0;
    let call = Call::system(env.clone());
    for source in &scan.sources {
        let Ok(commit) = Oid::from_hex(&source.commit) else { continue };
        let Ok(depot) = depots::authorise::<Read>(&call, DepotKey::Id(source.depot)).await else {
            continue;
        };
        let Ok(repository) = depots::repository(env, &depot) else { continue };
        let mut waiting: Vec<OfFile> = files
            .iter()
            .filter(|((depot, _), _)| *depot == source.depot)
            .map(|((_, path), findings)| (path.clone(), findings.clone()))
            .collect();
        while !waiting.is_empty() {
            job.checkpoint()?;
            job.progress(done, total, "blame");
            let some = waiting.split_off(waiting.len().saturating_sub(PARALLEL));
            done += some.len() as u64;
            let mut working = tokio::task::JoinSet::new();
            for file in some {
                let (repository, cancel) = (repository.clone(), stop.git());
                working.spawn_blocking(move || authors(&repository, commit, file, &cancel));
            }
            let mut known = Vec::new();
            while let Some(authors) = working.join_next().await {
                known.extend(authors.map_err(Error::internal)?);
            }
            write(env, known).await?;
        }
    }
    let Some(plan) = crate::plans::one(env.db.reader(), blame.plan).await? else { return Ok(()) };
    crate::findings::by_owners(env, plan.id, plan.project, &scan).await
}

/// The origins of some lines of a file. A file that cannot be blamed has none.
fn authors(
    repository: &Repository,
    commit: Oid,
    (path, findings): OfFile,
    cancel: &Cancel,
) -> Vec<Author> {
    let mut left = findings;
    let mut known = Vec::new();
    let outcome = repository.blame_each(commit, &path, cancel, |range| {
        let within = range.first_line..range.first_line.saturating_add(range.lines);
        left.retain(|(id, line)| {
            let here = within.contains(line);
            if here {
                known.push((*id, range.clone()));
            }
            !here
        });
        if left.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Err(error) = outcome {
        tracing::debug!(path, %error, "a file cannot be blamed");
    }
    known
}

async fn write(env: &Env, known: Vec<Author>) -> Result<()> {
    if known.is_empty() {
        return Ok(());
    }
    let tx = env.db.begin().await?;
    for (id, range) in known {
        let commit = &range.commit;
        let updated = rows::ActiveModel {
            id: Set(id),
            author_name: Set(Some(commit.author_name.clone())),
            author_mail: Set(Some(commit.author_mail.clone())),
            author_commit: Set(Some(commit.id.to_string())),
            authored_at: Set(Some(Timestamp::from_seconds(commit.author_seconds))),
            ..Default::default()
        }
        .update(&*tx)
        .await;
        match updated {
            // The plan may be deleted at any moment.
            Ok(_) | Err(sea_orm::DbErr::RecordNotUpdated) => {}
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await
}
