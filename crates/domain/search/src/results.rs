//! What a search answers.

use std::time::Duration;

use base::PageRequest;
use codesearch::{Language, Rank, Shown};
use depots::{Depot, DepotId};

/// One page of what a search found, the best files first.
#[derive(Debug, Clone)]
pub struct Results {
    /// The page's files.
    pub hits: Vec<FileHit>,
    /// How many files match.
    pub files: u64,
    /// How many lines match.
    pub lines: u64,
    /// How many of the files can be reached page by page: the best ones.
    pub reachable: u64,
    /// How many of the files are in each language, the most first.
    pub languages: Vec<(Language, u64)>,
    /// How many of the files are in each directory; only when one depot was
    /// searched.
    pub directories: Vec<(String, u64)>,
    /// How many of the files are in each depot, the most first.
    pub depots: Vec<(Depot, u64)>,
    /// How many depots were searched.
    pub searched: u64,
    /// How many depots could not be searched yet because they are being indexed.
    pub pending: u64,
    /// Time ran out before all was searched: there may be more.
    pub incomplete: bool,
    /// Files whose content is too large to be searched.
    pub too_large: u64,
    /// How long it took.
    pub took: Duration,
    /// Which page this is.
    pub page: PageRequest,
}

impl Results {
    /// Whether files follow after this page.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.page.skip() + (self.hits.len() as u64) < self.reachable
    }

    /// The number of files of one depot.
    #[must_use]
    pub fn files_of(&self, depot: DepotId) -> u64 {
        self.depots.iter().find(|(it, _)| it.id == depot).map_or(0, |(_, count)| *count)
    }
}

/// A file that was found.
#[derive(Debug, Clone)]
pub struct FileHit {
    /// Its depot.
    pub depot: Depot,
    /// The branch that was searched.
    pub branch: String,
    /// The commit that was searched, 40 or 64 hexadecimal characters.
    pub commit: String,
    /// From the root, without a leading slash.
    pub path: String,
    /// Its language, if it is known.
    pub language: Option<Language>,
    /// Why it stands where it stands.
    pub rank: Rank,
    /// Some of the lines that match; none where only the path does.
    pub shown: Shown,
    /// How many of its lines match.
    pub lines: u32,
}
