//! A branch as it can be searched.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use scanner::Language;

use super::BranchInfo;
use crate::corpus::Corpus;
use crate::document::{self, Symbol, flag};
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
        let mut paths = String::new();
        let mut files = Vec::new();
        let mut missing = 0;
        manifest::decode(&path, &bytes, |name, blob, searched| {
            let place = segments
                .iter()
                .enumerate()
                .find_map(|(at, segment)| Some((at, segment.find(&blob)?)));
            let (segment, document, flags) = match place {
                Some((segment, document)) => {
                    (segment as u16, document, segments[segment].rows()[document as usize].flags)
                }
                // Nothing is read of it.
                None if !searched => (0, 0, 0),
                None => {
                    missing += 1;
                    return;
                }
            };
            files.push(File {
                path: (paths.len() as u32, name.len() as u32),
                segment,
                document,
                flags,
                language: document::language(name, flags),
                searched: searched && flags & (flag::BINARY | flag::TOO_LARGE) == 0,
            });
            paths.push_str(name);
        })?;
        if missing > 0 {
            return Err(Error::corrupt(&path, format!("{missing} of its blobs are in no segment")));
        }
        let too_large = files.iter().filter(|file| file.flags & flag::TOO_LARGE != 0).count();
        Ok(Self {
            commit: branch.commit.clone(),
            segments,
            paths,
            files,
            too_large: too_large as u32,
        })
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
