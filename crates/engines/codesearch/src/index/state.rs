//! The one file of an index that changes: which segments and branches it has.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Error, Result, segment};

pub(super) const FILE: &str = "current";
const HEAD: &str = "mortise code search";

/// What an index holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Grows with each change.
    pub generation: u64,
    /// The segments; a blob is in one of them only.
    pub segments: Vec<SegmentInfo>,
    /// The branches that can be searched.
    pub branches: BTreeMap<String, BranchInfo>,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentInfo {
    /// Its file.
    pub file: String,
    /// Blobs in it.
    pub documents: u32,
    /// Bytes of text in it.
    pub text: u64,
    /// Bytes of the file.
    pub size: u64,
}

/// A branch as it was when it was last indexed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchInfo {
    /// The commit's name.
    pub commit: String,
    /// The manifest's file.
    pub manifest: String,
    /// How many files it has.
    pub files: u64,
}

impl State {
    /// Bytes of text in all segments.
    #[must_use]
    pub fn text(&self) -> u64 {
        self.segments.iter().map(|segment| segment.text).sum()
    }

    /// Bytes of all segments.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.segments.iter().map(|segment| segment.size).sum()
    }
}

/// The state of the index in `directory`; an empty one where there is none.
pub(super) fn read(directory: &Path) -> Result<State> {
    let path = directory.join(FILE);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
        Err(error) => return Err(Error::at("read", &path)(error)),
    };
    let corrupt = |why: &str| Error::corrupt(&path, why);
    let text = std::str::from_utf8(&bytes).map_err(|_| corrupt("it is damaged"))?;
    let (head, body) = text.split_once('\n').ok_or_else(|| corrupt("it is cut off"))?;
    let head = head.strip_prefix(HEAD).ok_or_else(|| corrupt("it is damaged"))?;
    let (version, sum) = head.trim().split_once(' ').ok_or_else(|| corrupt("it is damaged"))?;
    if version != segment::VERSION.to_string() {
        return Err(corrupt("it is of another version"));
    }
    if sum != format!("{:016x}", xxh3_64(body.as_bytes())) {
        return Err(corrupt("it is damaged"));
    }
    serde_json::from_str(body).map_err(|error| Error::corrupt(&path, error))
}

/// Makes `state` the index's state, at once or not at all.
pub(super) fn write(directory: &Path, state: &State) -> Result<()> {
    let path = directory.join(FILE);
    let body = serde_json::to_string(state).map_err(|error| Error::corrupt(&path, error))?;
    let sum = xxh3_64(body.as_bytes());
    let text = format!("{HEAD} {} {sum:016x}\n{body}", segment::VERSION);
    let new = directory.join("current.new");
    write_file(&new, text.as_bytes())?;
    fs::rename(&new, &path).map_err(Error::at("write", &path))?;
    sync_directory(directory)
}

/// Writes a file and waits until it is on disk.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::create(path).map_err(Error::at("create", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::at("write", path))
}

/// Waits until the names in a directory are on disk.
pub(super) fn sync_directory(directory: &Path) -> Result<()> {
    File::open(directory).and_then(|it| it.sync_all()).map_err(Error::at("write", directory))
}
