//! Where a depot's repository lies on disk.

use std::path::PathBuf;

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Env;
use git::{Pool, Repository};

use crate::{Depot, DepotId};

/// Open repositories of this installation.
struct Open(Pool);

impl Default for Open {
    fn default() -> Self {
        Self(Pool::new(256))
    }
}

/// The directory that holds all repositories.
pub(crate) fn root(env: &Env) -> PathBuf {
    env.data_dir.join("repositories")
}

/// The bare directory of a depot: two levels of 256, so that no directory
/// grows beyond what file systems handle well.
pub(crate) fn directory(env: &Env, depot: DepotId) -> PathBuf {
    let id = depot.0;
    root(env)
        .join(format!("{:02x}", id & 0xff))
        .join(format!("{:02x}", (id >> 8) & 0xff))
        .join(format!("{id}.git"))
}

/// Opens a depot's repository.
///
/// # Errors
/// `Unavailable` when it is not on disk, e.g. while it is being imported.
pub fn repository<R: Right + AtLeast<Read>>(
    env: &Env,
    depot: &Granted<Depot, R>,
) -> Result<Repository> {
    open(env, depot.id)
}

pub(crate) fn open(env: &Env, depot: DepotId) -> Result<Repository> {
    env.memory::<Open>().0.get(&directory(env, depot)).map_err(|error| {
        tracing::warn!(depot = depot.0, %error, "a repository cannot be opened");
        Error::unavailable("the repository is not on disk")
    })
}

/// Removes a repository from disk, if it is there.
pub(crate) fn remove(env: &Env, depot: DepotId) -> Result<()> {
    let directory = directory(env, depot);
    env.memory::<Open>().0.forget(&directory);
    match Repository::delete(&directory) {
        Ok(()) | Err(git::Error::NotFound(_)) => Ok(()),
        Err(error) => Err(Error::internal(error)),
    }
}
