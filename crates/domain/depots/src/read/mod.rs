//! Reading what is in a depot's repository.
//!
//! [`read`] runs any question on a thread that may block, stops it when nobody
//! waits for the answer any more, and turns Git's errors into ours. Answers
//! that are dear and never change are kept by [`last_commits`] and
//! [`contributors`].

mod kept;
mod people;

use std::time::Duration;

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use git::{Cancel, Oid, Repository};

pub use kept::{contributors, last_commits};
pub use people::people;

use crate::{Depot, repository};

/// A question that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks the repository of a depot. `work` may block; it should hand its
/// [`Cancel`] to whatever takes one.
///
/// # Errors
/// `Unavailable` when the repository is not on disk; `NotFound` with what is
/// not in it; `Limit` when something is too large or takes too long.
pub async fn read<T, R>(
    call: &Call,
    depot: &Granted<Depot, R>,
    work: impl FnOnce(&Repository, &Cancel) -> git::Result<T> + Send + 'static,
) -> Result<T>
where
    T: Send + 'static,
    R: Right + AtLeast<Read>,
{
    let repository = repository(&call.env, depot)?;
    blocking(repository, work).await
}

async fn blocking<T: Send + 'static>(
    repository: Repository,
    work: impl FnOnce(&Repository, &Cancel) -> git::Result<T> + Send + 'static,
) -> Result<T> {
    let waiting = Waiting(Cancel::new());
    let cancel = waiting.0.clone();
    let task = tokio::task::spawn_blocking(move || work(&repository, &cancel));
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(done) => done.map_err(Error::internal)?.map_err(trouble),
        Err(_) => Err(too_long()),
    }
}

/// Throws the switch when nobody waits any more.
struct Waiting(Cancel);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The commit that `revision` means: a branch, a tag, a commit's name, also
/// abbreviated; where it is empty, the default branch.
///
/// # Errors
/// `NotFound`.
pub fn resolve(repository: &Repository, revision: &str) -> git::Result<Oid> {
    match revision {
        "" => {
            let head = repository.head()?.commit;
            head.ok_or_else(|| git::Error::NotFound("the default branch".to_owned()))
        }
        revision => repository.resolve(revision),
    }
}

/// What Git says, as an error for people.
pub fn trouble(error: git::Error) -> Error {
    match error {
        git::Error::NotFound(what) => Error::not_found(what),
        git::Error::Invalid(why) => Error::conflict(why),
        git::Error::TooLarge { what, size, limit } => {
            Error::limit(format!("{what} has {size} bytes, more than the limit of {limit}"))
        }
        git::Error::Timeout { .. } | git::Error::Cancelled => too_long(),
        other => Error::internal(other),
    }
}

fn too_long() -> Error {
    Error::limit("the answer takes too long to find; ask for less of the history")
}
