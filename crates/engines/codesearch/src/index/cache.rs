//! What was opened a short while ago.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::snapshot::Snapshot;
use super::{Index, State};
use crate::manifest::FileEntry;
use crate::segment::Segment;
use crate::{Error, Result};

/// Open segments and loaded branches, shared by all searches of a process. It
/// holds so many of each at most; those that were not used for longest go first.
#[derive(Debug)]
pub struct Cache {
    segments: Mutex<LruCache<PathBuf, Arc<Segment>>>,
    snapshots: Mutex<LruCache<(PathBuf, String), Loaded>>,
}

#[derive(Debug, Clone)]
struct Loaded {
    generation: u64,
    manifest: String,
    snapshot: Arc<Snapshot>,
}

/// Open files; each keeps about 1 % of its text in memory.
const SEGMENTS: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// Loaded branches; each takes about 100 bytes for a file.
const SNAPSHOTS: NonZeroUsize = NonZeroUsize::new(64).unwrap();

impl Default for Cache {
    fn default() -> Self {
        Self {
            segments: Mutex::new(LruCache::new(SEGMENTS)),
            snapshots: Mutex::new(LruCache::new(SNAPSHOTS)),
        }
    }
}

impl Cache {
    /// A branch of an index, ready to be searched; nothing where the index does
    /// not have it.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the index has to be built anew.
    pub fn snapshot(&self, index: &Index, branch: &str) -> Result<Option<Arc<Snapshot>>> {
        // Between reading what counts and opening it, a writer may have replaced
        // it; a second look finds what counts then.
        for _ in 0..8 {
            match self.try_snapshot(index, branch) {
                Err(error) if error.is_missing() => {}
                other => return other,
            }
        }
        Err(unsettled(index))
    }

    fn try_snapshot(&self, index: &Index, branch: &str) -> Result<Option<Arc<Snapshot>>> {
        let state = index.state()?;
        let Some(info) = state.branches.get(branch) else { return Ok(None) };
        let key = (index.directory().to_owned(), branch.to_owned());
        let known = lock(&self.snapshots).get(&key).cloned();
        if let Some(known) = known
            && known.generation == state.generation
            && known.manifest == info.manifest
        {
            return Ok(Some(known.snapshot));
        }
        let segments = self.segments(index.directory(), &state)?;
        let snapshot = Arc::new(Snapshot::load(index.directory(), info, segments)?);
        let loaded = Loaded {
            generation: state.generation,
            manifest: info.manifest.clone(),
            snapshot: Arc::clone(&snapshot),
        };
        lock(&self.snapshots).put(key, loaded);
        Ok(Some(snapshot))
    }

    /// Any files, each by what the index knows of its blob, and the numbers of
    /// those of which it knows nothing. So a commit can be searched that was not
    /// indexed: most of its blobs were, with another one.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the index has to be built anew.
    pub fn files(
        &self,
        index: &Index,
        commit: &str,
        files: &[FileEntry],
    ) -> Result<(Snapshot, Vec<usize>)> {
        for _ in 0..8 {
            match index.state().and_then(|state| self.segments(index.directory(), &state)) {
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error),
                Ok(segments) => {
                    let mut snapshot = Snapshot::empty(commit.to_owned(), segments);
                    let unknown = |(at, file): (usize, &FileEntry)| {
                        (!snapshot.put(&file.path, &file.blob, file.searched)).then_some(at)
                    };
                    let missing = files.iter().enumerate().filter_map(unknown).collect();
                    return Ok((snapshot, missing));
                }
            }
        }
        Err(unsettled(index))
    }

    fn segments(&self, directory: &Path, state: &State) -> Result<Vec<Arc<Segment>>> {
        let open = |file: &String| {
            let path = directory.join(file);
            if let Some(segment) = lock(&self.segments).get(&path) {
                return Ok(Arc::clone(segment));
            }
            let segment = Arc::new(Segment::open(&path)?);
            lock(&self.segments).put(path, Arc::clone(&segment));
            Ok(segment)
        };
        state.segments.iter().map(|segment| open(&segment.file)).collect()
    }

    /// Forgets an index, which is damaged or gone.
    pub fn forget(&self, index: &Index) {
        let below = |path: &Path| path.starts_with(index.directory());
        let mut segments = lock(&self.segments);
        let old: Vec<_> =
            segments.iter().map(|(path, _)| path).filter(|path| below(path)).cloned().collect();
        for path in old {
            segments.pop(&path);
        }
        let mut snapshots = lock(&self.snapshots);
        let old: Vec<_> =
            snapshots.iter().map(|(key, _)| key).filter(|key| below(&key.0)).cloned().collect();
        for key in old {
            snapshots.pop(&key);
        }
    }
}

fn unsettled(index: &Index) -> Error {
    let why = "it names files that are not there";
    Error::corrupt(&index.directory().join(super::state::FILE), why)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
