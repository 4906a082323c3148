//! The directory that holds everything, and its one server.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use db::DbOptions;

use crate::config::Config;

/// Held while a server runs on the directory.
#[derive(Debug)]
pub(crate) struct Lock(
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")] File,
);

/// Makes the directory where it is missing, for nobody else to read.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn create(directory: &Path) -> Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .with_context(|| format!("cannot make {}", directory.display()))
}

/// Makes this process the one server of the directory, or of an embedded
/// database in another place. What it is of lies beside the lock.
///
/// # Errors
/// When another server runs there.
pub(crate) fn lock(config: &Config) -> Result<Vec<Lock>> {
    let DbOptions::Sqlite(database) = &config.database else {
        // Replicas share the directory; PostgreSQL keeps them apart.
        return Ok(Vec::new());
    };
    let mut locks = vec![lock_file(&config.data_dir.join("mortise.lock"))?];
    if database.parent() != Some(&config.data_dir) {
        locks.push(lock_file(&database.with_added_extension("lock"))?);
    }
    Ok(locks)
}

fn lock_file(path: &Path) -> Result<Lock> {
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => bail!(
            "another server is running on {}; stop it first, or choose another --data-dir",
            path.parent().unwrap_or(path).display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}
