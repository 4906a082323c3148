//! An index on disk: a directory with segments, manifests and the file
//! `current`, which names those that count.
//!
//! Readers need no lock: what `current` names is whole and never changes. One
//! writer at a time holds `lock`; what it writes has a name of its own until a
//! new `current` takes the place of the old one. After a crash the old one
//! stands, and the next writer removes what nobody names.

mod cache;
mod snapshot;
mod state;
mod writer;

use std::path::{Path, PathBuf};

pub use cache::Cache;
pub use snapshot::Snapshot;
pub use state::{BranchInfo, SegmentInfo, State};
pub use writer::Writer;

use crate::Result;

/// The index in a directory, which need not exist.
#[derive(Debug, Clone)]
pub struct Index {
    directory: PathBuf,
}

impl Index {
    /// The index in `directory`.
    #[must_use]
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Where it lies.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What it holds; nothing where it does not exist.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) when it has to be built anew.
    pub fn state(&self) -> Result<State> {
        state::read(&self.directory)
    }

    /// Removes all of it, if it is there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self) -> Result<()> {
        match std::fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(crate::Error::at("remove", &self.directory)(error))
            }
            _ => Ok(()),
        }
    }
}
