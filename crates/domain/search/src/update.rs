//! Keeping a depot's index as new as its branches.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use base::{Error, Read, Result};
use call::{Call, Env};
use codesearch::{BlobId, Document, FileEntry, Index, LARGEST_TEXT, Writer};
use db::Tx;
use depots::{Depot, DepotId, DepotKey, DepotState};
use git::{Oid, Repository};
use jobs::{Enqueue, Job, JobContext};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use crate::place::{self, Shared};
use crate::tables::{branches, indexes};

/// The job that brings a depot's index up to date. It may run any number of
/// times: what is indexed already is left as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IndexDepot {
    /// The depot.
    pub depot: DepotId,
}

impl Job for IndexDepot {
    const KIND: &'static str = "search.index";
    const PRIORITY: i32 = -5;
    const QUEUE: &'static str = "search";
}

/// A branch that nobody has searched for so long is no longer indexed.
pub(crate) const FORGOTTEN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// At most so many branches beside the default one.
const MOST_BRANCHES: usize = 20;
/// How long a job waits for another one that writes to the same index.
const PATIENCE: Duration = Duration::from_secs(20);
/// Threads that read and parse blobs.
const THREADS: usize = 2;
/// Blobs between two looks at whether to stop.
const PORTION: usize = 500;

pub(crate) fn register(registry: jobs::Registry<Env>) -> jobs::Registry<Env> {
    registry.on::<IndexDepot, _, _>(|job: JobContext<Env>, wanted: IndexDepot| async move {
        update(&job, wanted.depot).await
    })
}

/// Has the index brought up to date; a job that is waiting already is enough.
pub(crate) async fn enqueue(env: &Env, tx: &Tx, depot: &Depot) -> Result<()> {
    let how = Enqueue {
        dedupe: Some(depot.id.to_string()),
        label: format!("index {}", depot.path()),
        subject: Some(format!("depot:{}", depot.id)),
        ..Enqueue::default()
    };
    env.jobs.enqueue_with(tx, &IndexDepot { depot: depot.id }, how).await?;
    Ok(())
}

async fn update(job: &JobContext<Env>, depot: DepotId) -> Result<()> {
    let env = &job.context;
    let index = place::index(env, depot);
    let call = Call::system(env.clone());
    let depot = match depots::authorise::<Read>(&call, DepotKey::Id(depot)).await {
        Ok(depot) => depot,
        Err(error) if error.is_not_found() => return remove(env, depot).await,
        Err(error) => return Err(error),
    };
    if depot.state == DepotState::Importing {
        // Its end is told as a push.
        return Ok(());
    }
    let Ok(repository) = depots::repository(env, &depot) else { return Ok(()) };
    let mut names = wanted(env, depot.id).await?;
    names.insert(0, depot.default_branch.clone());
    names.dedup();
    let (worker, index_of_job) = (job.clone(), index.clone());
    let size = tokio::task::spawn_blocking(move || {
        Updating { job: &worker, repository: &repository }.run(&index_of_job, &names)
    })
    .await
    .map_err(Error::internal)??;
    let row = indexes::ActiveModel {
        depot_id: Set(depot.id),
        version: Set(i64::from(codesearch::VERSION)),
        text_bytes: Set(number(size.text)),
        index_bytes: Set(number(size.index)),
        indexed_at: Set(env.clock.now()),
    };
    let columns = [
        indexes::Column::Version,
        indexes::Column::TextBytes,
        indexes::Column::IndexBytes,
        indexes::Column::IndexedAt,
    ];
    let tx = env.db.begin().await?;
    // It may have been deleted meanwhile; its row would have nothing to stand on.
    if depots::authorise::<Read>(&call, DepotKey::Id(depot.id)).await.is_err() {
        drop(tx);
        return remove(env, depot.id).await;
    }
    indexes::Entity::insert(row)
        .on_conflict(
            OnConflict::column(indexes::Column::DepotId).update_columns(columns).to_owned(),
        )
        .exec_without_returning(&*tx)
        .await?;
    job.finish_in(&tx).await?;
    tx.commit().await
}

fn number(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The branches that somebody searches, those searched last first.
async fn wanted(env: &Env, depot: DepotId) -> Result<Vec<String>> {
    let since = env.clock.now().before(FORGOTTEN);
    let mut rows = branches::Entity::find()
        .filter(branches::Column::DepotId.eq(depot))
        .filter(branches::Column::WantedAt.gt(since))
        .all(env.db.reader())
        .await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.wanted_at));
    Ok(rows.into_iter().take(MOST_BRANCHES).map(|row| row.branch).collect())
}

/// Removes a depot's index.
pub(crate) async fn remove(env: &Env, depot: DepotId) -> Result<()> {
    let (env, index) = (env.clone(), place::index(env, depot));
    tokio::task::spawn_blocking(move || {
        env.memory::<Shared>().cache.forget(&index);
        index.remove().map_err(Error::internal)
    })
    .await
    .map_err(Error::internal)?
}

struct Size {
    text: u64,
    index: u64,
}

/// One run of the job, on a thread that may block.
struct Updating<'j> {
    job: &'j JobContext<Env>,
    repository: &'j Repository,
}

impl Updating<'_> {
    fn run(&self, index: &Index, names: &[String]) -> Result<Size> {
        let stop = || self.job.is_cancelled();
        let mut writer = match index.write(PATIENCE, &stop) {
            Ok(writer) => writer,
            Err(codesearch::Error::Busy) => {
                return Err(Error::unavailable("another job writes to the same index"));
            }
            Err(error) => return Err(Error::internal(error)),
        };
        let known: Vec<String> = writer.state().branches.keys().cloned().collect();
        for name in known.iter().filter(|name| !names.contains(name)) {
            writer.remove_branch(name);
        }
        for name in names {
            let reference = format!("refs/heads/{name}");
            match self.repository.reference(&reference).map_err(Error::internal)? {
                Some(commit) => self.branch(&mut writer, name, commit)?,
                None => writer.remove_branch(name),
            }
        }
        writer.commit().map_err(Error::internal)?;
        self.job.progress(1, 1, "");
        // What can be searched is there; joining what is small can wait.
        while writer.merge(&stop).map_err(Error::internal)? {
            writer.commit().map_err(Error::internal)?;
        }
        writer.commit().map_err(Error::internal)?;
        Ok(Size { text: writer.state().text(), index: writer.state().size() })
    }

    fn branch(&self, writer: &mut Writer, name: &str, commit: Oid) -> Result<()> {
        let target = commit.to_string();
        if writer.state().branches.get(name).is_some_and(|known| known.commit == target) {
            return Ok(());
        }
        let files = entries(self.repository, commit)?;
        let mut seen = HashSet::new();
        let missing: Vec<usize> = (0..files.len())
            .filter(|at| files[*at].0.searched && seen.insert(files[*at].0.blob))
            .filter(|at| !writer.has(&files[*at].0.blob))
            .collect();
        let mut done = 0;
        for portion in missing.chunks(PORTION) {
            self.job.checkpoint()?;
            self.job.progress(done, missing.len() as u64, name);
            self.add(writer, &files, portion)?;
            writer.checkpoint().map_err(Error::internal)?;
            done += portion.len() as u64;
        }
        let files: Vec<FileEntry> = files.into_iter().map(|(file, _)| file).collect();
        writer.set_branch(name, &target, &files).map_err(Error::internal)
    }

    fn add(
        &self,
        writer: &mut Writer,
        files: &[(FileEntry, Oid)],
        portion: &[usize],
    ) -> Result<()> {
        let oids: Vec<Oid> = portion.iter().map(|at| files[*at].1).collect();
        let writer = Mutex::new((writer, None));
        self.repository.for_each_blob(&oids, LARGEST_TEXT as u64, THREADS, |at, content| {
            if self.job.is_cancelled() {
                return;
            }
            let file = &files[portion[at]].0;
            let document = match content {
                Ok(content) => Document::new(&file.path, content),
                Err(git::Error::TooLarge { .. }) => Document::too_large(),
                Err(error) => {
                    put_error(&writer, Error::internal(error));
                    return;
                }
            };
            let mut held = writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Err(error) = held.0.add(file.blob, &document) {
                held.1.get_or_insert(Error::internal(error));
            }
        });
        self.job.checkpoint()?;
        match writer.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).1 {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

fn put_error(writer: &Mutex<(&mut Writer, Option<Error>)>, error: Error) {
    let mut held = writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    held.1.get_or_insert(error);
}

/// The files of a commit in the order of their paths.
pub(crate) fn entries(repository: &Repository, commit: Oid) -> Result<Vec<(FileEntry, Oid)>> {
    let blobs = repository.all_blobs(commit).map_err(Error::internal)?;
    let mut files: Vec<_> = blobs
        .into_iter()
        .map(|blob| {
            let id = BlobId::from_bytes(blob.oid.as_bytes());
            let searched = blob.mode.is_file();
            (FileEntry { path: blob.path, blob: id, searched }, blob.oid)
        })
        .collect();
    files.sort_by(|(one, _), (two, _)| one.path.cmp(&two.path));
    Ok(files)
}
