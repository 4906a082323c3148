//! A branch as it can be searched.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use scanner::Language;

use super::BranchInfo;
use crate::corpus::Corpus;
use crate::document::{self, BlobId, Symbol, flag};
use crate::manifest;
use crate::pattern::Condition;
use crate::segment::{Bits, Segment};
use crate::{Error, Result};

/// The files of a branch, each with the place of its blob.
#[derive(Debug)]
pub struct Snapshot {
    commit: String,
    segments: Vec<Arc<Segment>>,
    /// All paths, one after the other.
    paths: String,
    files: Vec<File>,
    too_large: u32,
}

#[derive(Debug, Clone, Copy)]
struct File {
    path: (u32, u32),
    segment: u16,
    document: u32,
    flags: u32,
    language: Option<Language>,
    searched: bool,
}

impl Snapshot {
    pub(super) fn load(
        directory: &Path,
        branch: &BranchInfo,
        segments: Vec<Arc<Segment>>,
    ) -> Result<Self> {
        let path = directory.join(&branch.manifest);
        let bytes = fs::read(&path).map_err(Error::at("read", &path))?;
        let mut snapshot = Self::empty(branch.commit.clone(), segments);
        let mut missing = 0;
        manifest::decode(&path, &bytes, |name, blob, searched| {
            missing += u32::from(!snapshot.put(name, &blob, searched));
        })?;
        if missing > 0 {
            return Err(Error::corrupt(&path, format!("{missing} of its blobs are in no segment")));
        }
        Ok(snapshot)
    }

    pub(super) fn empty(commit: String, segments: Vec<Arc<Segment>>) -> Self {
        Self { commit, segments, paths: String::new(), files: Vec::new(), too_large: 0 }
    }

    /// Adds a file; false where its content is needed and not here.
    pub(super) fn put(&mut self, name: &str, blob: &BlobId, searched: bool) -> bool {
        let find = |(at, segment): (usize, &Arc<Segment>)| Some((at, segment.find(blob)?));
        let (segment, document, flags) = match self.segments.iter().enumerate().find_map(find) {
            Some((segment, document)) => {
                (segment, document, self.segments[segment].rows()[document as usize].flags)
            }
            // Nothing is read of it.
            None if !searched => (0, 0, 0),
            None => return false,
        };
        self.files.push(File {
            path: (self.paths.len() as u32, name.len() as u32),
            segment: segment as u16,
            document,
            flags,
            language: document::language(name, flags),
            searched: searched && flags & (flag::BINARY | flag::TOO_LARGE) == 0,
        });
        self.paths.push_str(name);
        self.too_large += u32::from(flags & flag::TOO_LARGE != 0);
        true
    }

    /// The commit that was indexed.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    fn file(&self, file: u32) -> &File {
        &self.files[file as usize]
    }
}

impl Corpus for Snapshot {
    fn count(&self) -> u32 {
        self.files.len() as u32
    }

    fn path(&self, file: u32) -> &str {
        let (start, length) = self.file(file).path;
        &self.paths[start as usize..(start + length) as usize]
    }

    fn language(&self, file: u32) -> Option<Language> {
        self.file(file).language
    }

    fn is_generated(&self, file: u32) -> bool {
        self.file(file).flags & flag::GENERATED != 0
    }

    fn too_large(&self) -> u32 {
        self.too_large
    }

    fn narrow(&self, condition: &Condition, files: &mut Vec<u32>) -> Result<()> {
        let sets: Vec<Bits> = self
            .segments
            .iter()
            .map(|segment| segment.candidates(condition))
            .collect::<Result<_>>()?;
        files.retain(|file| {
            let file = self.file(*file);
            file.searched
                && sets.get(usize::from(file.segment)).is_some_and(|it| it.contains(file.document))
        });
        Ok(())
    }

    fn text(&self, file: u32, text: &mut Vec<u8>) -> Result<bool> {
        let file = self.file(file);
        if !file.searched {
            return Ok(false);
        }
        self.segments[usize::from(file.segment)].text(file.document, text)?;
        Ok(true)
    }

    fn symbols(&self, file: u32, _: &[u8]) -> Result<Vec<Symbol>> {
        let file = self.file(file);
        self.segments[usize::from(file.segment)].symbols(file.document)
    }
}

impl Snapshot {
    /// How many files the branch has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether the branch has no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The path of a file.
    #[must_use]
    pub fn file_path(&self, file: u32) -> &str {
        Corpus::path(self, file)
    }

    /// The language of a file.
    #[must_use]
    pub fn file_language(&self, file: u32) -> Option<Language> {
        Corpus::language(self, file)
    }
}
