//! Taking reports in.

use std::collections::BTreeMap;

use base::{AtLeast, Error, Granted, Read, Result, Right, Write};
use call::{Call, Env};
use depots::Depot;
use git::Oid;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde_json::json;

use super::{CoverageFormat, CoverageOf, MOST_BYTES, pack, paths, readers};
use crate::gate::Covered;
use crate::tables::coverage_reports::{self as rows, Column};

/// A report to be kept.
#[derive(Debug, Clone)]
pub struct NewCoverage {
    /// The commit, branch or tag that the tests ran on.
    pub commit: String,
    /// Which tests, where a commit has several kinds; may be empty. A report of
    /// the same kind replaces the one before.
    pub flag: String,
    /// Its format; `None` to be told from its beginning.
    pub format: Option<CoverageFormat>,
    /// The report.
    pub report: Vec<u8>,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The commit's whole name.
    pub commit: String,
    /// The format.
    pub format: CoverageFormat,
    /// Its sums.
    pub covered: Covered,
    /// Files of the commit that it speaks of.
    pub files: usize,
    /// Files that it names and the commit does not have, or that could be
    /// several.
    pub unknown: usize,
}

const MAX_FLAG: usize = 64;
/// The most kinds of tests of a commit.
const MOST_FLAGS: u64 = 50;

/// Keeps a report of coverage. Gates of scans of that commit are judged anew.
///
/// # Errors
/// `Missing`/`Invalid` naming `commit`, `flag` or `report`; `NotFound` when the
/// depot has no such commit; `Limit` when the report is too large, or the commit
/// has too many.
pub async fn upload_coverage(
    call: &Call,
    depot: &Granted<Depot, Write>,
    new: NewCoverage,
) -> Result<Uploaded> {
    let uploaded = keep(call, depot, new).await?;
    crate::regate::of_commit(call, depot.id, &uploaded.commit).await?;
    Ok(uploaded)
}

/// Keeps a report of what was done to the depot's code, a scan for instance.
pub(crate) async fn keep<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    new: NewCoverage,
) -> Result<Uploaded> {
    if new.commit.trim().is_empty() {
        return Err(Error::missing("commit"));
    }
    if new.flag.chars().count() > MAX_FLAG || new.flag.chars().any(char::is_control) {
        return Err(Error::invalid("flag", "must have at most 64 characters on one line"));
    }
    if new.report.len() > MOST_BYTES {
        return Err(Error::limit("a report of coverage can have at most 64 MiB"));
    }
    let repository = depots::repository(&call.env, depot)?;
    let (commit, format, files, unknown) = tokio::task::spawn_blocking(move || {
        let commit =
            repository.resolve(new.commit.trim()).map_err(|_| Error::not_found("commit"))?;
        let (format, reported) = readers::read(new.format, &new.report)?;
        let known = files_of(&repository, commit)?;
        let (files, unknown) = paths::settle(reported, &known);
        Ok::<_, Error>((commit, format, files, unknown))
    })
    .await
    .map_err(Error::internal)??;
    if files.is_empty() {
        return Err(Error::invalid("report", "names no file that the commit has"));
    }
    let mut covered = Covered::default();
    for file in files.values() {
        covered += file.totals();
    }
    let uploaded =
        Uploaded { commit: commit.to_string(), format, covered, files: files.len(), unknown };
    store(call, depot, &uploaded, new.flag, &files).await?;
    Ok(uploaded)
}

fn files_of(repository: &git::Repository, commit: Oid) -> Result<Vec<String>> {
    let blobs = repository.all_blobs(commit).map_err(Error::internal)?;
    Ok(blobs.into_iter().map(|entry| entry.path).collect())
}

async fn store(
    call: &Call,
    depot: &Depot,
    uploaded: &Uploaded,
    flag: String,
    files: &BTreeMap<String, CoverageOf>,
) -> Result<()> {
    let body = pack::pack(files);
    let tx = call.db.begin().await?;
    let of_commit = rows::Entity::find()
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.eq(&uploaded.commit));
    rows::Entity::delete_many()
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.eq(&uploaded.commit))
        .filter(Column::Flag.eq(&flag))
        .exec(&*tx)
        .await?;
    if of_commit.count(&*tx).await? >= MOST_FLAGS {
        return Err(Error::limit("a commit can have at most 50 reports of coverage"));
    }
    rows::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        sha: Set(uploaded.commit.clone()),
        flag: Set(flag.clone()),
        format: Set(uploaded.format.as_str().to_owned()),
        hit: Set(i64::from(uploaded.covered.hit)),
        lines: Set(i64::from(uploaded.covered.lines)),
        body: Set(body),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(call.clock.now()),
    }
    .insert(&*tx)
    .await?;
    let details = json!({ "commit": uploaded.commit, "flag": flag, "files": uploaded.files });
    identity::audit::record(
        &tx,
        call,
        "coverage.uploaded",
        &format!("depot:{}", depot.id),
        details,
    )
    .await?;
    tx.commit().await
}

/// Drops reports that nobody will ask for: those older than `kept`.
pub(crate) async fn prune(env: &Env, kept: std::time::Duration) -> Result<()> {
    let tx = env.db.begin().await?;
    rows::Entity::delete_many()
        .filter(Column::CreatedAt.lt(env.clock.now().before(kept)))
        .exec(&*tx)
        .await?;
    tx.commit().await
}
