//! Content from elsewhere: a one-time import into a hosted depot, and outside
//! depots that are mirrored when something asks for their content.

use std::collections::BTreeMap;
use std::time::Duration;

use base::{Actor, Error, Granted, Read, Result, TeamRole, Write};
use call::{Call, Env};
use db::Tx;
use git::{AllowedSources, Cancel, Credentials, Oid, Repository, Source};
use jobs::JobContext;
use projects::Project;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _};
use serde::{Deserialize, Serialize};

use crate::push::{self, RefChange};
use crate::tables::depots;
use crate::{Depot, DepotId, NewDepot, change, list, place, reach};

const PURPOSE: &str = "depot.outside";

/// Where content comes from.
#[derive(Debug, Clone, Default)]
pub struct ImportSource {
    /// `http://`, `https://`, or, for admins of the team, `file://`.
    pub url: String,
    /// Account at the source; empty for none.
    pub user: String,
    /// Password or token at the source; empty for none.
    pub password: String,
}

#[derive(Serialize, Deserialize)]
struct Account {
    user: String,
    password: String,
}

impl ImportSource {
    /// Checks the address and that the caller may name it.
    fn check(&self, call: &Call) -> Result<()> {
        if self.url.is_empty() {
            return Err(Error::missing("url"));
        }
        let printable = self.url.chars().all(|c| c.is_ascii_graphic());
        if !printable || self.url.len() > 2_000 {
            return Err(Error::invalid("url", "is not an address"));
        }
        let lower = self.url.to_ascii_lowercase();
        let rest = if let Some(rest) = lower.strip_prefix("file://") {
            // The server's own disk: whoever runs the installation may read it
            // anyway, others must not.
            let trusted = match &call.actor {
                Actor::System => true,
                Actor::User(user) => user.role >= TeamRole::Admin,
                Actor::Nobody | Actor::DeployKey(_) => false,
            };
            if !trusted {
                return Err(Error::denied(
                    "to be an admin of the team to import from the server's disk",
                ));
            }
            rest
        } else {
            let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
            let rest = rest.ok_or_else(|| {
                Error::invalid("url", "must begin with https://, http:// or file://")
            })?;
            if rest.split('/').next().is_some_and(|host| host.contains('@')) {
                return Err(Error::invalid("url", "must not carry a password; give it apart"));
            }
            rest
        };
        if rest.trim_matches('/').is_empty() {
            return Err(Error::invalid("url", "names no repository"));
        }
        Ok(())
    }

    fn sealed(&self, env: &Env) -> Result<Option<Vec<u8>>> {
        if self.user.is_empty() && self.password.is_empty() {
            return Ok(None);
        }
        let account = Account { user: self.user.clone(), password: self.password.clone() };
        Ok(Some(env.vault.seal(&serde_json::to_vec(&account)?, PURPOSE)?))
    }
}

/// The job that brings the content of a depot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Import {
    /// The depot.
    pub depot: DepotId,
    /// Where from.
    pub url: String,
    /// Whether the depot stays a mirror.
    pub mirror: bool,
}

impl jobs::Job for Import {
    const KIND: &'static str = "depots.import";
    const ATTEMPTS: u32 = 2;
}

/// Makes a hosted depot and starts to fill it from elsewhere. Returns at once;
/// the depot is `Importing` until the job is done.
///
/// # Errors
/// `Missing`/`Invalid` on `url`, also where it leads to where nobody may fetch
/// from; `Denied` for `file://` by others than admins; and as
/// [`crate::create`].
pub async fn import(
    call: &Call,
    project: &Granted<Project, Write>,
    new: NewDepot,
    source: &ImportSource,
) -> Result<Depot> {
    start(call, project, new, source, false).await
}

/// Makes known a depot that lives elsewhere; the first mirroring starts.
///
/// # Errors
/// As [`import`].
pub async fn register_outside(
    call: &Call,
    project: &Granted<Project, Write>,
    new: NewDepot,
    source: &ImportSource,
) -> Result<Depot> {
    start(call, project, new, source, true).await
}

async fn start(
    call: &Call,
    project: &Granted<Project, Write>,
    new: NewDepot,
    source: &ImportSource,
    mirror: bool,
) -> Result<Depot> {
    source.check(call)?;
    match reach::check(&source.url, call.permits.reach).await {
        // The job tells of it, and tries again.
        Ok(_) | Err(Error::Unavailable { .. }) => {}
        Err(error) => return Err(error),
    }
    let sealed = source.sealed(&call.env)?;
    let tx = call.db.begin().await?;
    let mut depot = if mirror {
        change::insert(call, &tx, project, new, Some((source.url.clone(), sealed))).await?
    } else {
        let depot = change::insert(call, &tx, project, new, None).await?;
        depots::ActiveModel {
            id: Set(depot.id),
            outside_credential: Set(sealed),
            ..Default::default()
        }
        .update(&*tx)
        .await?;
        depot
    };
    set_state(&tx, depot.id, "importing", "").await?;
    depot.state = crate::DepotState::Importing;
    let job = Import { depot: depot.id, url: source.url.clone(), mirror };
    let how = jobs::Enqueue {
        label: format!("import {}", depot.path()),
        subject: Some(subject(depot.id)),
        ..Default::default()
    };
    call.jobs.enqueue_with(&tx, &job, how).await?;
    tx.commit().await?;
    Ok(depot)
}

/// What a depot's jobs are filed under.
fn subject(depot: DepotId) -> String {
    format!("depot:{depot}")
}

async fn set_state(tx: &Tx, depot: DepotId, state: &str, why: &str) -> Result<()> {
    depots::ActiveModel {
        id: Set(depot),
        state: Set(state.to_owned()),
        state_why: Set(why.to_owned()),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(())
}

/// How far the import of a depot is, if one is under way or has failed.
///
/// # Errors
/// When the database cannot be read.
pub async fn import_progress(
    call: &Call,
    depot: &Granted<Depot, Read>,
) -> Result<Option<jobs::JobInfo>> {
    let filter = jobs::JobFilter {
        kind: Some(<Import as jobs::Job>::KIND.to_owned()),
        subject: Some(subject(depot.id)),
        ..Default::default()
    };
    let jobs = call.jobs.list(&call.db, &filter, base::PageRequest::first(1)).await?;
    Ok(jobs.items.into_iter().next())
}

/// Brings an outside depot up to date and waits for it. Does nothing for one
/// that we host.
///
/// # Errors
/// `Unavailable` with Git's words when the source does not answer.
pub async fn fetch_outside(env: &Env, depot: &Granted<Depot, Read>, cancel: &Cancel) -> Result<()> {
    let crate::DepotKind::Outside { url } = &depot.kind else { return Ok(()) };
    fetch(env, depot.id, url, cancel, |_| {}).await.map(drop)
}

pub(crate) fn register(registry: jobs::Registry<Env>) -> jobs::Registry<Env> {
    registry.on::<Import, _, _>(|job: JobContext<Env>, import: Import| async move {
        run(&job, &import).await
    })
}

/// A cancellation that Git hears, tied to that of the job.
pub(crate) fn cancel_of(job: &JobContext<Env>) -> Cancel {
    let cancel = Cancel::new();
    let told = cancel.clone();
    let token = job.cancellation();
    tokio::spawn(async move {
        token.cancelled().await;
        told.cancel();
    });
    cancel
}

async fn run(job: &JobContext<Env>, import: &Import) -> Result<()> {
    let env = &job.context;
    let result = fetch(env, import.depot, &import.url, &cancel_of(job), |step| {
        job.progress(step.done, step.total.unwrap_or_default(), step.stage);
    })
    .await;
    let call = Call::system(env.clone());
    let tx = env.db.begin().await?;
    let Some(row) = depots::Entity::find_by_id(import.depot).one(&*tx).await? else {
        // Deleted meanwhile; what was fetched goes with the next sweep.
        return place::remove(env, import.depot);
    };
    match result {
        Ok(fetched) => {
            let mut active: depots::ActiveModel = row.into();
            if let Some(branch) = fetched.default_branch {
                active.default_branch = Set(branch);
            }
            if !import.mirror {
                active.outside_credential = Set(None);
            }
            active.state = Set("ready".to_owned());
            active.state_why = Set(String::new());
            let row = active.update(&*tx).await?;
            for depot in list::with_names(&*tx, vec![row]).await? {
                push::tell(&call, &tx, &depot, fetched.updates.clone()).await?;
            }
            tx.commit().await
        }
        Err(error) => {
            if job.attempt >= <Import as jobs::Job>::ATTEMPTS || job.is_cancelled() {
                set_state(&tx, import.depot, "failed", &error.to_string()).await?;
                tx.commit().await?;
            }
            Err(error)
        }
    }
}

struct Fetched {
    default_branch: Option<String>,
    updates: Vec<RefChange>,
}

/// A first import of a large history over a slow line takes its time.
const PATIENCE: Duration = Duration::from_secs(6 * 60 * 60);

async fn fetch(
    env: &Env,
    depot: DepotId,
    url: &str,
    cancel: &Cancel,
    report: impl FnMut(git::Progress),
) -> Result<Fetched> {
    let row = depots::Entity::find_by_id(depot).one(env.db.reader()).await?;
    let row = row.ok_or_else(|| Error::not_found("depot"))?;
    let credentials = match &row.outside_credential {
        Some(sealed) => {
            let account: Account = serde_json::from_slice(&env.vault.open(sealed, PURPOSE)?)?;
            Some(Credentials { user: account.user, password: account.password })
        }
        None => None,
    };
    let pinned = reach::check(url, env.permits.reach).await?;
    if row.state == "importing" {
        // What an import that was cut off has left may be damaged.
        let env = env.clone();
        blocking(move || place::remove(&env, depot)).await?;
    }
    let directory = place::directory(env, depot);
    let source = Source {
        url,
        credentials: credentials.as_ref(),
        // Who may name a file was checked when the address was given.
        allowed: AllowedSources { http: true, file: true },
        pinned: &pinned,
        timeout: PATIENCE,
    };
    let (here, branch) = (directory.clone(), row.default_branch.clone());
    let (mut repository, before) = blocking(move || {
        let repository =
            if here.exists() { Repository::open(&here) } else { Repository::init(&here, &branch) }
                .map_err(Error::internal)?;
        let before = refs(&repository)?;
        Ok((repository, before))
    })
    .await?;
    if before.is_empty() {
        let format = git::format_of(&source, cancel).await.map_err(|error| unavailable(&error))?;
        if format != repository.format() {
            // Nothing is in it, and nobody pushes to it yet.
            let env = env.clone();
            repository = blocking(move || {
                place::remove(&env, depot)?;
                Repository::init_as(&directory, &row.default_branch, format)
                    .map_err(Error::internal)
            })
            .await?;
        }
    }
    repository.fetch_from(&source, cancel, report).await.map_err(|error| unavailable(&error))?;
    blocking(move || {
        let default_branch = repository.head().map_err(Error::internal)?.branch;
        Ok(Fetched { default_branch, updates: changes(&before, &refs(&repository)?) })
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn refs(repository: &Repository) -> Result<BTreeMap<String, Oid>> {
    let references = repository.references().map_err(Error::internal)?;
    Ok(references.into_iter().map(|reference| (reference.name, reference.target)).collect())
}

fn changes(before: &BTreeMap<String, Oid>, after: &BTreeMap<String, Oid>) -> Vec<RefChange> {
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| {
        let of = |refs: &BTreeMap<String, Oid>| refs.get(name).copied().unwrap_or(Oid::ZERO);
        let (old, new) = (of(before), of(after));
        (old != new).then(|| RefChange {
            name: name.clone(),
            old: old.to_string(),
            new: new.to_string(),
        })
    };
    names.into_iter().filter_map(change).collect()
}

fn unavailable(error: &git::Error) -> Error {
    match error {
        git::Error::Cancelled => Error::unavailable("the import was cancelled"),
        git::Error::Process { stderr, .. } => {
            // Git's words help ("not found", "Authentication failed"); a line is enough.
            let line =
                stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            Error::unavailable(format!("the source cannot be read: {}", line.trim()))
        }
        other => Error::unavailable(format!("the source cannot be read: {other}")),
    }
}
