//! A branch as a search sees it: what the index knows, and what is read from the
//! repository.

use std::sync::Arc;
use std::time::Instant;

use base::{Error, Result};
use codesearch::{
    Cache, FileEntry, Found, Hit, Index, LARGEST_TEXT, Language, Limits, Loose, LooseFile,
    LooseText, Search, Shown, Snapshot, Wish,
};
use git::{Oid, Repository};

use crate::update;

/// Reads the blobs that the index does not know.
type Read = Box<dyn Fn(u32, &mut Vec<u8>) -> LooseText + Send + Sync>;

/// The files of one commit.
pub(crate) struct Source {
    indexed: Arc<Snapshot>,
    loose: Option<(Vec<LooseFile>, Loose<Read>)>,
}

/// A file of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Indexed(u32),
    Loose(u32),
}

/// What the index could give.
pub(crate) struct Opened {
    pub(crate) source: Source,
    /// The index is not up to date with the commit, or damaged.
    pub(crate) stale: bool,
}

/// The default branch as it was indexed last; nothing where it was not.
pub(crate) fn as_indexed(cache: &Cache, index: &Index, branch: &str) -> Result<Option<Source>> {
    let snapshot = cache.snapshot(index, branch).map_err(|error| unusable(cache, index, error))?;
    Ok(snapshot.map(|indexed| Source { indexed, loose: None }))
}

/// A commit, whether it was indexed or not.
pub(crate) fn of_commit(
    cache: &Cache,
    index: &Index,
    repository: &Repository,
    branch: &str,
    commit: Oid,
) -> Result<Opened> {
    let target = commit.to_string();
    match cache.snapshot(index, branch) {
        Ok(Some(indexed)) if indexed.commit() == target => {
            return Ok(Opened { source: Source { indexed, loose: None }, stale: false });
        }
        Ok(_) => {}
        Err(error) if error.is_corrupt() => cache.forget(index),
        Err(error) => return Err(Error::internal(error)),
    }
    let (files, oids): (Vec<FileEntry>, Vec<Oid>) =
        update::entries(repository, commit)?.into_iter().unzip();
    let (indexed, missing) = match cache.files(index, &target, &files) {
        Ok(found) => found,
        Err(error) if error.is_corrupt() => {
            cache.forget(index);
            // Without an index nothing is known of any of them.
            let nowhere = Index::at(index.directory().join("nowhere"));
            cache.files(&nowhere, &target, &files).map_err(Error::internal)?
        }
        Err(error) => return Err(Error::internal(error)),
    };
    let loose = missing
        .iter()
        .map(|at| LooseFile { path: files[*at].path.clone(), searched: files[*at].searched });
    let loose: Vec<LooseFile> = loose.collect();
    let oids: Vec<Oid> = missing.iter().map(|at| oids[*at]).collect();
    let repository = repository.clone();
    let read: Read = Box::new(move |file, text| {
        let Some(oid) = oids.get(file as usize) else { return LooseText::Unreadable };
        match repository.blob(*oid, LARGEST_TEXT as u64) {
            Ok(blob) => {
                *text = blob.data;
                LooseText::Read
            }
            Err(git::Error::TooLarge { .. }) => LooseText::TooLarge,
            Err(_) => LooseText::Unreadable,
        }
    });
    let loose = (loose.clone(), Loose::new(loose, read));
    let source = Source { indexed: Arc::new(indexed), loose: Some(loose) };
    Ok(Opened { source, stale: true })
}

fn unusable(cache: &Cache, index: &Index, error: codesearch::Error) -> Error {
    if error.is_corrupt() {
        cache.forget(index);
    }
    Error::internal(error)
}

impl Source {
    pub(crate) fn commit(&self) -> &str {
        self.indexed.commit()
    }

    /// Runs a search on all of it.
    pub(crate) fn run(
        &self,
        search: &Search,
        limits: Limits,
    ) -> codesearch::Result<(Found, Vec<(Place, Hit)>)> {
        let mut found = search.run(&self.indexed, limits)?;
        let mut hits: Vec<_> =
            found.hits.drain(..).map(|hit| (Place::Indexed(hit.file), hit)).collect();
        if let Some((_, loose)) = &self.loose {
            let more = search.run_loose(loose, limits)?;
            hits.extend(more.hits.into_iter().map(|hit| (Place::Loose(hit.file), hit)));
            found.files += more.files;
            found.lines += more.lines;
            found.incomplete |= more.incomplete;
            for (language, count) in more.languages {
                *found.languages.entry(language).or_default() += count;
            }
            for (directory, count) in more.directories {
                *found.directories.entry(directory).or_default() += count;
            }
            // As if all had been in the index.
            hits.sort_by(|(one, _), (two, _)| self.path(*one).cmp(self.path(*two)));
        }
        Ok((found, hits))
    }

    pub(crate) fn path(&self, place: Place) -> &str {
        match (place, &self.loose) {
            (Place::Indexed(file), _) => self.indexed.file_path(file),
            (Place::Loose(file), Some((files, _))) => {
                files.get(file as usize).map_or("", |file| &file.path)
            }
            (Place::Loose(_), None) => "",
        }
    }

    pub(crate) fn language(&self, place: Place) -> Option<Language> {
        match place {
            Place::Indexed(file) => self.indexed.file_language(file),
            Place::Loose(_) => Language::of_path(self.path(place)),
        }
    }

    pub(crate) fn show(
        &self,
        search: &Search,
        place: Place,
        wish: Wish,
    ) -> codesearch::Result<Shown> {
        match (place, &self.loose) {
            (Place::Indexed(file), _) => search.show(&self.indexed, file, wish),
            (Place::Loose(file), Some((_, loose))) => search.show_loose(loose, file, wish),
            (Place::Loose(_), None) => Ok(Shown::default()),
        }
    }
}

/// A moment so far from now.
pub(crate) fn within(time: std::time::Duration) -> Instant {
    Instant::now() + time
}
