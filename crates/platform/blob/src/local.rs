//! Landing a spooled file in the local directory.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base::Result;
use tempfile::NamedTempFile;

/// What a crash left in the spool is removed once it is this old.
const LEFT_OVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes `content` to a new file in `spool`.
pub(crate) fn spool(spool: &Path, content: &[u8]) -> Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(spool)?;
    file.write_all(content)?;
    Ok(file)
}

/// Makes the file durable and gives it its name; then the name is durable too.
pub(crate) fn land(file: NamedTempFile, target: &PathBuf) -> Result<()> {
    file.as_file().sync_all()?;
    let Some(directory) = target.parent() else {
        return Err(base::Error::internal("a blob has no directory"));
    };
    let is_new = !directory.exists();
    fs::create_dir_all(directory)?;
    file.persist(target).map_err(|error| error.error)?;
    File::open(directory)?.sync_all()?;
    if is_new {
        // The new directories' own entries: `sha256/ab` and `sha256`.
        for parent in directory.ancestors().skip(1).take(2) {
            File::open(parent)?.sync_all()?;
        }
    }
    Ok(())
}

/// Removes what an earlier process did not live to land.
pub(crate) fn sweep(spool: &Path) -> Result<()> {
    let now = SystemTime::now();
    for entry in fs::read_dir(spool)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?;
        if now.duration_since(age).is_ok_and(|age| age > LEFT_OVER) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
