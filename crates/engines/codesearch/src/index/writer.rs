//! The one who changes an index.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Index;
use super::state::{self, BranchInfo, SegmentInfo, State};
use crate::document::{BlobId, Document};
use crate::manifest::{self, FileEntry};
use crate::segment::{self, Segment, SegmentWriter};
use crate::{Error, Result};

/// A segment that is written ends at so many bytes of text, which bounds the
/// memory that its trigrams take.
const SEGMENT_TEXT: u64 = 64 << 20;
/// Segments with more text are joined with others no more.
const LARGEST_MERGE: u64 = 1 << 30;
/// So many small segments may lie beside each other.
const PATIENCE: usize = 4;

/// Holds the index's lock until it is dropped. Nothing that it does is seen
/// before [`Writer::commit`].
#[derive(Debug)]
pub struct Writer {
    directory: PathBuf,
    state: State,
    /// As `state.segments`.
    open: Vec<Segment>,
    new: Option<SegmentWriterBox>,
    /// Blobs in `new` and in the segments that were finished since the start.
    added: HashSet<BlobId>,
    changed: bool,
    _lock: File,
}

struct SegmentWriterBox(SegmentWriter);

impl std::fmt::Debug for SegmentWriterBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SegmentWriter")
    }
}

const UNFINISHED: &str = "unfinished.segment";

impl Index {
    /// Takes the index to change it; makes it where it does not exist. What is
    /// damaged is left out, so that it is found missing. Waits up to `patience`
    /// for another writer, unless `stop` says not to.
    ///
    /// # Errors
    /// [`Error::Busy`] when the other writer does not end.
    pub fn write(&self, patience: Duration, stop: &dyn Fn() -> bool) -> Result<Writer> {
        let directory = self.directory.clone();
        fs::create_dir_all(&directory).map_err(Error::at("create", &directory))?;
        let lock = lock(self, patience, stop)?;
        let (mut state, mut changed) = match self.state() {
            Ok(state) => (state, false),
            Err(error) if error.is_corrupt() => (State::default(), true),
            Err(error) => return Err(error),
        };
        let mut open = Vec::new();
        let before = state.segments.len();
        let mut sound = Vec::new();
        for info in std::mem::take(&mut state.segments) {
            match Segment::open(&directory.join(&info.file)) {
                Ok(segment) => {
                    open.push(segment);
                    sound.push(info);
                }
                Err(error) if error.is_corrupt() || error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        state.segments = sound;
        if state.segments.len() < before {
            changed = true;
            // Whatever it held is missing from the branches now.
            state.branches.clear();
        }
        let mut damaged = Vec::new();
        for (name, branch) in &state.branches {
            let path = directory.join(&branch.manifest);
            let whole = fs::read(&path)
                .is_ok_and(|bytes| manifest::decode(&path, &bytes, |_, _, _| ()).is_ok());
            if !whole {
                damaged.push(name.clone());
            }
        }
        changed |= !damaged.is_empty();
        state.branches.retain(|name, _| !damaged.contains(name));
        let writer = Writer {
            directory,
            state,
            open,
            new: None,
            added: HashSet::new(),
            changed,
            _lock: lock,
        };
        writer.remove_leftovers()?;
        Ok(writer)
    }
}

fn lock(index: &Index, patience: Duration, stop: &dyn Fn() -> bool) -> Result<File> {
    let path = index.directory.join("lock");
    let file = File::create(&path).map_err(Error::at("create", &path))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < patience && !stop() => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Error(error)) => return Err(Error::at("lock", &path)(error)),
        }
    }
}

impl Writer {
    /// What the index holds, with what was changed since.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether a blob is here already.
    #[must_use]
    pub fn has(&self, blob: &BlobId) -> bool {
        self.added.contains(blob) || self.open.iter().any(|it| it.find(blob).is_some())
    }

    /// Adds a blob; one that is here already is left as it is.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn add(&mut self, blob: BlobId, document: &Document) -> Result<()> {
        if self.has(&blob) {
            return Ok(());
        }
        let writer = match &mut self.new {
            Some(writer) => &mut writer.0,
            None => {
                let path = self.directory.join(UNFINISHED);
                &mut self.new.insert(SegmentWriterBox(SegmentWriter::create(&path)?)).0
            }
        };
        writer.add(blob, document)?;
        self.added.insert(blob);
        if writer.text() >= SEGMENT_TEXT {
            self.finish_segment()?;
        }
        Ok(())
    }

    fn finish_segment(&mut self) -> Result<()> {
        let Some(SegmentWriterBox(writer)) = self.new.take() else { return Ok(()) };
        let (documents, text) = (writer.count() as u32, writer.text());
        let (size, name) = writer.finish()?;
        self.take_in(name, |file| SegmentInfo { file, documents, text, size })
    }

    /// Gives the unfinished file its name and adds it to the segments.
    fn take_in(&mut self, name: u64, info: impl FnOnce(String) -> SegmentInfo) -> Result<()> {
        let file = format!("{name:016x}.segment");
        let path = self.directory.join(&file);
        let unfinished = self.directory.join(UNFINISHED);
        fs::rename(&unfinished, &path).map_err(Error::at("write", &path))?;
        self.open.push(Segment::open(&path)?);
        self.state.segments.push(info(file));
        self.changed = true;
        Ok(())
    }

    /// Says what a branch holds. `files` are in the order of their paths; every
    /// blob that is searched must have been added.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn set_branch(&mut self, branch: &str, commit: &str, files: &[FileEntry]) -> Result<()> {
        let encoded = manifest::encode(files);
        let manifest = manifest::name(&encoded);
        state::write_file(&self.directory.join(&manifest), &encoded)?;
        let info = BranchInfo { commit: commit.to_owned(), manifest, files: files.len() as u64 };
        self.state.branches.insert(branch.to_owned(), info);
        self.changed = true;
        Ok(())
    }

    /// Forgets a branch; its blobs go with the next merge.
    pub fn remove_branch(&mut self, branch: &str) {
        self.changed |= self.state.branches.remove(branch).is_some();
    }

    /// Makes what was done count, and durable. Does nothing where nothing was
    /// done.
    ///
    /// # Errors
    /// When the disk refuses; then the index is as it was before.
    pub fn commit(&mut self) -> Result<()> {
        self.finish_segment()?;
        if !self.changed {
            return Ok(());
        }
        state::sync_directory(&self.directory)?;
        self.state.generation += 1;
        state::write(&self.directory, &self.state)?;
        self.changed = false;
        self.remove_leftovers()
    }

    /// Makes the segments that are finished durable, so that a crash does not
    /// cost them; no branch has them yet.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn checkpoint(&mut self) -> Result<()> {
        if self.changed {
            state::sync_directory(&self.directory)?;
            self.state.generation += 1;
            state::write(&self.directory, &self.state)?;
            self.changed = false;
        }
        Ok(())
    }

    /// Joins small segments, and writes those anew that hold much that no branch
    /// needs, where that is due. Each text is written again only about as often
    /// as the index doubles. Returns whether something was done; it counts from
    /// the next [`Writer::commit`].
    ///
    /// # Errors
    /// When the disk refuses, or a segment is found damaged.
    pub fn merge(&mut self, stop: &dyn Fn() -> bool) -> Result<bool> {
        self.finish_segment()?;
        let wanted = self.wanted()?;
        let Some(chosen) = self.choose(&wanted) else { return Ok(false) };
        let parts: Vec<&Segment> = chosen.iter().map(|at| &self.open[*at]).collect();
        let unfinished = self.directory.join(UNFINISHED);
        let merged = segment::merge(&unfinished, &parts, |blob| wanted.contains(blob), stop)?;
        let Some(merged) = merged else { return Ok(false) };
        for at in chosen.iter().rev() {
            self.open.remove(*at);
            self.state.segments.remove(*at);
        }
        self.changed = true;
        if merged.count > 0 {
            let info = |file| SegmentInfo {
                file,
                documents: merged.count,
                text: merged.text,
                size: merged.size,
            };
            self.take_in(merged.name, info)?;
        }
        // Blobs may be gone now that were added before.
        self.added.clear();
        Ok(true)
    }

    /// The blobs that a branch needs.
    fn wanted(&self) -> Result<HashSet<BlobId>> {
        let mut wanted = HashSet::new();
        for branch in self.state.branches.values() {
            let path = self.directory.join(&branch.manifest);
            let bytes = fs::read(&path).map_err(Error::at("read", &path))?;
            manifest::decode(&path, &bytes, |_, blob, _| {
                wanted.insert(blob);
            })?;
        }
        Ok(wanted)
    }

    /// Which segments to write anew, in order; nothing where none is due.
    fn choose(&self, wanted: &HashSet<BlobId>) -> Option<Vec<usize>> {
        let mut sizes: Vec<(u64, usize)> = Vec::new();
        for (at, (info, segment)) in self.state.segments.iter().zip(&self.open).enumerate() {
            let needed = segment.rows().iter().filter(|row| wanted.contains(&row.id));
            let needed: u64 = needed.map(|row| u64::from(row.length) + 64).sum();
            let all = info.text + 64 * u64::from(info.documents);
            if needed * 2 < all {
                return Some(vec![at]);
            }
            if info.text < LARGEST_MERGE / 2 {
                sizes.push((needed, at));
            }
        }
        if sizes.len() <= PATIENCE {
            return None;
        }
        // Sizes that double from one to the next may stay; up to the largest that
        // is smaller than twice what lies below it, all are joined.
        sizes.sort_unstable();
        let (mut below, mut joined) = (0, 0);
        for (count, (size, _)) in sizes.iter().enumerate() {
            if count > 0 && *size < 2 * below && below + size <= LARGEST_MERGE {
                joined = count + 1;
            }
            below += size;
        }
        if joined < 2 {
            return None;
        }
        let mut chosen: Vec<usize> = sizes[..joined].iter().map(|(_, at)| *at).collect();
        chosen.sort_unstable();
        Some(chosen)
    }

    /// Removes files that nobody names.
    fn remove_leftovers(&self) -> Result<()> {
        let named: HashSet<&str> = self
            .state
            .segments
            .iter()
            .map(|segment| segment.file.as_str())
            .chain(self.state.branches.values().map(|branch| branch.manifest.as_str()))
            .chain([state::FILE, "lock"])
            .collect();
        let entries = fs::read_dir(&self.directory).map_err(Error::at("read", &self.directory))?;
        for entry in entries.flatten() {
            if entry.file_name().to_str().is_none_or(|name| !named.contains(name)) {
                let path = entry.path();
                fs::remove_file(&path).map_err(Error::at("remove", &path))?;
            }
        }
        Ok(())
    }
}
