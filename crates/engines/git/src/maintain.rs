//! Housekeeping: keeps fetches fast and history questions cheap. Safe beside pushes and fetches.

use std::{fs, time::Duration};

use crate::{Cancel, Error, Repository, Result};

/// Housekeeping of a large repository takes long and harms nobody.
const PATIENCE: Duration = Duration::from_secs(4 * 3600);

/// How untidy a repository is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tidiness {
    /// Packs; each push adds one.
    pub packs: usize,
    /// Loose objects, estimated from one of 256 directories.
    pub loose_objects: usize,
    /// Whether there is a bitmap, without which a clone walks the whole history.
    pub bitmap: bool,
}

impl Repository {
    /// How untidy the repository is; cheap enough to ask after every push.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn tidiness(&self) -> Result<Tidiness> {
        let objects = self.path().join("objects");
        let pack = objects.join("pack");
        let mut tidiness = Tidiness { packs: 0, loose_objects: 0, bitmap: false };
        for entry in fs::read_dir(&pack).map_err(Error::at("read", &pack))?.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            tidiness.packs += usize::from(name.ends_with(".pack"));
            tidiness.bitmap |= name.ends_with(".bitmap");
        }
        if let Ok(sample) = fs::read_dir(objects.join("17")) {
            tidiness.loose_objects = sample.count() * 256;
        }
        Ok(tidiness)
    }

    /// Folds small packs into larger ones so that their number stays logarithmic, packs the
    /// references and extends the commit-graph with changed-path filters: what a busy repository
    /// wants every few dozen pushes. Costs about as much as the pushes did.
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Timeout`] after four hours, [`Error::Cancelled`].
    pub fn tidy(&self, cancel: &Cancel) -> Result<()> {
        self.git("repack")
            .args(["-d", "--geometric=2", "--quiet", "--write-midx", "--write-bitmap-index"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()?;
        self.finish_tidying(cancel)
    }

    /// Packs everything into one pack with a bitmap: what a repository wants once after an import
    /// or a large first push. Unreachable objects are kept for two weeks.
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Timeout`] after four hours, [`Error::Cancelled`].
    pub fn repack(&self, cancel: &Cancel) -> Result<()> {
        self.git("repack")
            .args(["-d", "-A", "-q", "--write-bitmap-index", "--unpack-unreachable=2.weeks.ago"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()?;
        self.finish_tidying(cancel)
    }

    fn finish_tidying(&self, cancel: &Cancel) -> Result<()> {
        self.git("pack-refs").args(["--all", "--prune"]).cancel(cancel).output()?;
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

    /// Checks that every object that a reference needs is there and whole.
    ///
    /// # Errors
    /// [`Error::Process`] with git's complaint when not.
    pub fn fsck(&self, cancel: &Cancel) -> Result<()> {
        self.git("fsck")
            .args(["--full", "--no-dangling", "--no-progress"])
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()
            .map(drop)
    }
}
