//! The directory that holds everything, and its one server.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

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

/// Makes this process the directory's one server.
///
/// # Errors
/// When another one runs there.
pub(crate) fn lock(directory: &Path) -> Result<Lock> {
    let path = directory.join("mortise.lock");
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => bail!(
            "another server is running on {}; stop it first, or choose another --data-dir",
            directory.display()
        ),
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    file.set_permissions(fs::Permissions::from_mode(0o600))
        .with_context(|| format!("cannot use {}", path.display()))?;
    Ok(Lock(file))
}
