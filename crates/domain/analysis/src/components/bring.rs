//! Bringing advisories to the installation: a zip file that somebody sends, or
//! what lies in the directory that the installation has for them. A job imports it.

use std::path::{Path, PathBuf};

use base::{Error, PageRequest, Result};
use blob::Blobs;
use call::{Call, Env};
use futures_util::TryStreamExt as _;
use jobs::{Enqueue, Job, JobContext, JobFilter, JobInfo, JobState};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::advisories::{import, may_import};

/// The largest file that can be sent, in bytes.
pub const MOST_ADVISORY_BYTES: u64 = 1 << 30;
/// Entries of the directory that are listed.
const LISTED: usize = 100;
/// Jobs that are shown: those that wait or run, and the last ones.
const SHOWN: u64 = 10;

/// The import of what somebody has brought.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bring {
    what: What,
    /// For people.
    name: String,
    /// Who brought it.
    by: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// A zip file among the blobs.
    Sent(String),
    /// An entry of the directory.
    Lying(String),
}

impl Job for Bring {
    const KIND: &'static str = "analysis.advisories";
    const ATTEMPTS: u32 = 3;
}

/// Takes a zip file of advisories and has it imported.
///
/// # Errors
/// `Denied` for whoever is not an admin; `Invalid` on `file` for what is no zip
/// file; `Limit` beyond [`MOST_ADVISORY_BYTES`].
pub async fn send_advisories(
    call: &Call,
    name: &str,
    source: impl AsyncRead + Send + Unpin,
) -> Result<()> {
    may_import(call)?;
    let blobs = area(&call.env)?;
    let sent = blobs.put_stream(source.take(MOST_ADVISORY_BYTES + 1)).await?;
    let wrong = if sent.size > MOST_ADVISORY_BYTES {
        Some(Error::limit("a file of advisories can have at most 1 GiB"))
    } else if sent.size < 4 || *blobs.get_range(&sent.sha256, 0..2).await? != *b"PK" {
        Some(Error::invalid("file", "must be a zip file"))
    } else {
        None
    };
    if let Some(error) = wrong {
        blobs.delete(&sent.sha256).await?;
        return Err(error);
    }
    enqueue(call, name, What::Sent(sent.sha256.clone()), sent.sha256).await
}

/// Has an entry of the directory imported.
///
/// # Errors
/// `Denied` for whoever is not an admin; `NotFound` when there is no such entry.
pub async fn take_advisories(call: &Call, name: &str) -> Result<()> {
    may_import(call)?;
    if !lying_advisories(call).await?.iter().any(|one| one == name) {
        return Err(Error::not_found("file of advisories"));
    }
    enqueue(call, name, What::Lying(name.to_owned()), name.to_owned()).await
}

/// What lies in the directory for advisories: zip files and directories, by name.
///
/// # Errors
/// `Denied` for whoever is not an admin; when it cannot be read.
pub async fn lying_advisories(call: &Call) -> Result<Vec<String>> {
    may_import(call)?;
    let directory = directory(&call.env);
    tokio::task::spawn_blocking(move || -> Result<Vec<String>> {
        let Ok(entries) = std::fs::read_dir(&directory) else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let zip = kind.is_file() && name.to_ascii_lowercase().ends_with(".zip");
            if (zip || kind.is_dir()) && !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        names.truncate(LISTED);
        Ok(names)
    })
    .await
    .map_err(Error::internal)?
}

/// Where the installation looks for files of advisories.
#[must_use]
pub fn advisories_directory(env: &Env) -> PathBuf {
    directory(env)
}

/// Imports that wait or run, and those of the last that failed; the newest first.
///
/// # Errors
/// `Denied` for whoever is not an admin.
pub async fn running_imports(call: &Call) -> Result<Vec<JobInfo>> {
    may_import(call)?;
    let filter = JobFilter {
        kind: Some(Bring::KIND.to_owned()),
        states: vec![JobState::Queued, JobState::Running, JobState::Failed, JobState::Cancelled],
        subject: None,
    };
    Ok(call.jobs.list(&call.db, &filter, PageRequest::first(SHOWN)).await?.items)
}

/// Stops an import; what it has written already stays.
///
/// # Errors
/// `Denied` for whoever is not an admin; `NotFound` for any other job.
pub async fn stop_import(call: &Call, id: jobs::JobId) -> Result<()> {
    may_import(call)?;
    let job = call.jobs.get(&call.db, id).await?;
    if job.kind != Bring::KIND {
        return Err(Error::not_found("import of advisories"));
    }
    call.jobs.cancel(&call.db, id).await?;
    match serde_json::from_value(job.payload) {
        Ok(Bring { what: What::Sent(sha256), .. }) => area(&call.env)?.delete(&sha256).await,
        _ => Ok(()),
    }
}

async fn enqueue(call: &Call, name: &str, what: What, key: String) -> Result<()> {
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let tx = call.db.begin().await?;
    let details = serde_json::json!({ "source": name });
    identity::audit::record(&tx, call, "advisories.brought", "advisories", details).await?;
    let how = Enqueue { dedupe: Some(key), label: name.clone(), ..Enqueue::default() };
    let job = Bring { what, name, by: call.actor.name().to_owned() };
    call.jobs.enqueue_with(&tx, &job, how).await?;
    tx.commit().await?;
    Ok(())
}

fn area(env: &Env) -> Result<Blobs> {
    env.blobs.area("advisories")
}

fn directory(env: &Env) -> PathBuf {
    env.data_dir.join("advisories")
}

pub(crate) fn register(registry: jobs::Registry<Env>) -> jobs::Registry<Env> {
    registry.on::<Bring, _, _>(|job: JobContext<Env>, bring: Bring| async move {
        run(&job, &bring).await
    })
}

async fn run(job: &JobContext<Env>, bring: &Bring) -> Result<()> {
    let env = &job.context;
    match &bring.what {
        What::Lying(name) => import_from(job, bring, &directory(env).join(name)).await,
        What::Sent(sha256) => {
            let blobs = area(env)?;
            // Whoever sent the same twice has it imported already.
            if !blobs.exists(sha256).await? {
                return Ok(());
            }
            let root = env.data_dir.join("work");
            tokio::fs::create_dir_all(&root).await?;
            let directory = tempfile::Builder::new().prefix("advisories-").tempdir_in(&root)?;
            let path = directory.path().join("all.zip");
            let mut file = tokio::fs::File::create(&path).await?;
            let mut pieces = blobs.get_stream(sha256, None).await?.pieces;
            while let Some(piece) = pieces.try_next().await? {
                file.write_all(&piece).await?;
            }
            file.flush().await?;
            drop(file);
            let done = import_from(job, bring, &path).await;
            // What cannot be read now cannot be read another time either.
            let over = match &done {
                Ok(()) | Err(Error::Invalid { .. }) => true,
                Err(_) => false,
            };
            if over {
                blobs.delete(sha256).await?;
            }
            done
        }
    }
}

async fn import_from(job: &JobContext<Env>, bring: &Bring, path: &Path) -> Result<()> {
    let call = Call::system(job.context.clone());
    let watch = |seen: u64| {
        job.progress(seen, 0, "advisories");
        job.checkpoint()
    };
    let done = import(&call, path, &bring.name, &bring.by, &watch).await;
    // Where the file lies is of no use to whoever brought it.
    done.map(drop).map_err(|error| match error {
        Error::Invalid { why, .. } => {
            Error::invalid("file", why.replace(path.to_string_lossy().as_ref(), &bring.name))
        }
        other => other,
    })
}
