//! Housekeeping: keeps fetches fast and history questions cheap. Safe beside pushes and fetches.

use std::{
    fs,
    io::{self, Read as _, Seek as _},
    path::Path,
    time::{Duration, SystemTime},
};

use crate::{Cancel, Error, Repository, Result, serve::QUARANTINE};

/// Housekeeping of a large repository takes long and harms nobody.
const PATIENCE: Duration = Duration::from_secs(4 * 3600);

/// How untidy a repository is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tidiness {
    /// Packs; each push adds one.
    pub packs: usize,
    /// Loose objects, estimated from one of 256 directories.
    pub loose_objects: usize,
    /// What all packs have together, in bytes.
    pub pack_bytes: u64,
    /// Whether there is a bitmap, without which a clone walks the whole history.
    pub bitmap: bool,
}

impl Tidiness {
    /// Whether [`Repository::tidy`] would be worth its while: clones of a repository that has no
    /// bitmap, and is not small, take three times as long, and every look-up goes through all packs.
    pub fn is_due(&self) -> bool {
        self.packs >= 20
            || self.loose_objects >= 4096
            || (!self.bitmap && self.pack_bytes >= 1 << 20)
    }
}

impl Repository {
    /// How untidy the repository is; cheap enough to ask after every push.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn tidiness(&self) -> Result<Tidiness> {
        let objects = self.path().join("objects");
        let pack = objects.join("pack");
        let mut tidiness = Tidiness { packs: 0, loose_objects: 0, pack_bytes: 0, bitmap: false };
        for entry in fs::read_dir(&pack).map_err(Error::at("read", &pack))?.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".pack") {
                tidiness.packs += 1;
                tidiness.pack_bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            }
            tidiness.bitmap |= name.ends_with(".bitmap");
        }
        if let Ok(sample) = fs::read_dir(objects.join("17")) {
            tidiness.loose_objects = sample.count() * 256;
        }
        Ok(tidiness)
    }

    /// Folds small packs into larger ones so that their number stays logarithmic, packs the
    /// references and extends the commit-graph with changed-path filters: what a busy repository
    /// wants every few dozen pushes. Costs about as much as the pushes did, since a bitmap, whose
    /// cost follows the whole history, is only made anew when much has come: then everything is
    /// packed as by [`Repository::repack`].
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Timeout`] after four hours, [`Error::Cancelled`].
    pub fn tidy(&self, cancel: &Cancel) -> Result<()> {
        if !self.is_mostly_mapped()? {
            return self.repack(cancel);
        }
        // A bitmap over several packs would take the place of the one that there is.
        self.git("repack")
            .config("pack.writeReverseIndex=true")
            .args(["-d", "--geometric=2", "--quiet", "--no-write-bitmap-index"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()?;
        self.finish_tidying(cancel)
    }

    /// Whether a pack with a bitmap holds at least four fifths of the packed objects, leaving out
    /// what was set aside as garbage. Such a pack is larger than folding would ever touch.
    fn is_mostly_mapped(&self) -> Result<bool> {
        let directory = self.path().join("objects/pack");
        let (mut mapped, mut others) = (0, 0);
        for entry in fs::read_dir(&directory).map_err(Error::at("read", &directory))?.flatten() {
            let path = entry.path();
            let is_index = path.extension().is_some_and(|extension| extension == "idx");
            if !is_index || path.with_extension("mtimes").exists() {
                continue;
            }
            let Ok(objects) = object_count(&path) else { return Ok(false) };
            if path.with_extension("bitmap").exists() {
                mapped += u64::from(objects);
            } else {
                others += u64::from(objects);
            }
        }
        Ok(mapped > 0 && others <= mapped / 4)
    }

    /// Packs everything into one pack with a bitmap: what a repository wants once after an import
    /// or a large first push. Unreachable objects are kept, in a pack apart from the others; see
    /// [`Repository::collect`].
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Timeout`] after four hours, [`Error::Cancelled`].
    pub fn repack(&self, cancel: &Cancel) -> Result<()> {
        self.git("repack")
            .config("pack.writeReverseIndex=true")
            .args(["-d", "-q", "--write-bitmap-index", "--pack-kept-objects"])
            .args(["--cruft", "--cruft-expiration=never"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()?;
        self.finish_tidying(cancel)
    }

    fn finish_tidying(&self, cancel: &Cancel) -> Result<()> {
        cancel.check()?;
        self.pack_refs()?;
        self.write_commit_graph(cancel)
    }

    /// Extends the commit-graph with changed-path filters, which blame, path history and merge
    /// bases use.
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Timeout`] after four hours, [`Error::Cancelled`].
    pub fn write_commit_graph(&self, cancel: &Cancel) -> Result<()> {
        self.git("commit-graph")
            .args(["write", "--reachable", "--changed-paths", "--split", "--no-progress"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()
            .map(drop)
    }

    /// Checks that every object that a reference needs is there and whole, and as a push would
    /// have to bring it.
    ///
    /// # Errors
    /// [`Error::Process`] with git's complaint when not.
    pub fn fsck(&self, cancel: &Cancel) -> Result<()> {
        let tolerated = ["badTimezone", "missingSpaceBeforeDate", "zeroPaddedFilemode"];
        let command = tolerated
            .iter()
            .fold(self.git("fsck"), |command, what| command.config(format!("fsck.{what}=ignore")));
        command
            .args(["--full", "--no-dangling", "--no-progress"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()
            .map(drop)
    }

    /// Removes what killed processes have left and nobody has touched for `min_age`: locks of
    /// references, quarantined pushes, half-written packs. Returns how many. Call it with a short
    /// age when no git process can be at work (after a start), else with an hour or more.
    ///
    /// # Errors
    /// [`Error::Io`] when a directory cannot be read.
    pub fn remove_leftovers(&self, min_age: Duration) -> Result<usize> {
        let objects = self.path().join("objects");
        let mut removed = 0;
        let mut sweep = |directory: &Path, is_leftover: fn(&str) -> bool| -> Result<Vec<_>> {
            let mut below = Vec::new();
            let entries = match fs::read_dir(directory) {
                Ok(entries) => entries,
                // References come and go with their directories.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(below),
                Err(error) => return Err(Error::at("read", directory)(error)),
            };
            for entry in entries.flatten() {
                let path = entry.path();
                let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
                // Packs that were set aside are kept on purpose.
                let leftover = entry.file_name().to_str().is_some_and(is_leftover)
                    && !path.with_extension("mtimes").exists();
                if leftover && is_older(&path, min_age) {
                    let outcome = if is_directory {
                        fs::remove_dir_all(&path)
                    } else {
                        fs::remove_file(&path)
                    };
                    removed += usize::from(outcome.is_ok());
                } else if is_directory {
                    below.push(path);
                }
            }
            Ok(below)
        };
        sweep(self.path(), |name| name.ends_with(".lock"))?;
        let mut directories = vec![self.path().join("refs")];
        while let Some(directory) = directories.pop() {
            directories.extend(sweep(&directory, |name| name.ends_with(".lock"))?);
        }
        sweep(&objects, |name| name.starts_with("tmp_") || name.starts_with(QUARANTINE))?;
        sweep(&objects.join("pack"), |name| name.starts_with("tmp_") || name.ends_with(".keep"))?;
        sweep(&objects.join("info"), |name| name.ends_with(".lock"))?;
        Ok(removed)
    }
}

/// How many objects a pack has: the last entry of its index's fan-out table
/// (gitformat-pack, "Version 2 pack-*.idx files").
fn object_count(index: &Path) -> io::Result<u32> {
    const LAST: u64 = 8 + 255 * 4;
    let mut file = fs::File::open(index)?;
    file.seek(io::SeekFrom::Start(LAST))?;
    let mut count = [0; 4];
    file.read_exact(&mut count)?;
    Ok(u32::from_be_bytes(count))
}

/// Whether nothing has happened at `path` itself, or directly in it, for `age`.
pub(crate) fn is_older(path: &Path, age: Duration) -> bool {
    let untouched = |path: &Path| {
        let modified = path.symlink_metadata().and_then(|metadata| metadata.modified()).ok()?;
        // A clock that was set back makes things look new, never old.
        Some(SystemTime::now().duration_since(modified).unwrap_or_default() >= age)
    };
    // A pack in quarantine grows without touching the directory above it.
    let below = fs::read_dir(path.join("pack")).into_iter().flatten().flatten();
    untouched(path).unwrap_or(false)
        && below.map(|entry| entry.path()).all(|path| untouched(&path).unwrap_or(true))
}
