//! Putting references into `packed-refs` and taking them out, in this process.
//!
//! Git's protocol: `packed-refs.lock` is made exclusively, the new list is written to
//! `packed-refs.new` and renamed into place. Who deletes holds the lock until the loose files of the
//! same references are gone, too, or whoever packs references would bring them back.
//!
//! Git itself lets go of the lock between packing a reference and removing its loose file. One that
//! is deleted and made again with the same value in between is lost with that file, acknowledged or
//! not; so here the lock is held to the end.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{self, File},
    io::{self, Write},
    ops::Range,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use gix::ObjectId;

use crate::{Error, Repository, Result, refs::check_ref_name, repository::sync};

/// The packed references without some, ready to be put in place; the lock is held.
pub(crate) struct PackedEdit {
    lock: PathBuf,
    new: PathBuf,
    path: PathBuf,
    changes: bool,
}

impl Drop for PackedEdit {
    fn drop(&mut self) {
        if self.changes {
            // Not put in place.
            drop(fs::remove_file(&self.new));
        }
        drop(fs::remove_file(&self.lock));
    }
}

impl Repository {
    /// Locks the packed references and prepares the list without `names`.
    pub(crate) fn without_packed(&self, names: &HashSet<&str>) -> Result<PackedEdit> {
        let (mut edit, text) = self.lock_packed()?;
        if let Some(left) = without(&text, names) {
            edit.prepare(&left)?;
        }
        Ok(edit)
    }

    /// Packs every reference that is a file of its own, so that a repository of many needs one.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else holds the lock for seconds, [`Error::Io`].
    pub fn pack_refs(&self) -> Result<()> {
        let (mut edit, text) = self.lock_packed()?;
        let mut loose = BTreeMap::new();
        let repo = self.local();
        self.loose_below("refs", &mut loose);
        // What leads nowhere, or is symbolic, stays as it is.
        loose.retain(|_, id| repo.try_find_header(*id).is_ok_and(|found| found.is_some()));
        if loose.is_empty() {
            return Ok(());
        }
        let entries = loose.iter().map(|(name, id)| {
            let object = repo.find_object(*id).ok();
            let peeled = object
                .filter(|object| object.kind == gix::object::Kind::Tag)
                .and_then(|object| object.peel_tags_to_end().ok())
                .map(|object| object.id);
            let peeled = peeled.map(|id| format!("^{id}\n")).unwrap_or_default();
            (name.as_str(), format!("{id} {name}\n{peeled}"))
        });
        edit.prepare(&with(&text, &entries.collect()))?;
        edit.commit()?;
        sync(self.path())?;
        for (name, id) in &loose {
            let path = self.path().join(name);
            let lock = self.path().join(format!("{name}.lock"));
            // Who holds it now may want another value; the next time, then.
            if File::options().write(true).create_new(true).open(&lock).is_err() {
                continue;
            }
            if read_loose(&path) == Some(*id) {
                drop(fs::remove_file(&path));
            }
            drop(fs::remove_file(&lock));
            self.remove_empty_parents(&path, name);
        }
        Ok(())
    }

    fn lock_packed(&self) -> Result<(PackedEdit, Vec<u8>)> {
        let lock = self.path().join("packed-refs.lock");
        drop(self.create_lock(&lock, "packed-refs")?);
        let path = self.path().join("packed-refs");
        let new = self.path().join("packed-refs.new");
        let edit = PackedEdit { lock, new, path, changes: false };
        match fs::read(&edit.path) {
            Ok(text) => Ok((edit, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((edit, Vec::new())),
            Err(error) => Err(Error::at("read", &edit.path)(error)),
        }
    }

    fn loose_below(&self, directory: &str, found: &mut BTreeMap<String, ObjectId>) {
        let Ok(entries) = fs::read_dir(self.path().join(directory)) else { return };
        for entry in entries.flatten() {
            let Ok(file) = entry.file_name().into_string() else { continue };
            let name = format!("{directory}/{file}");
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.loose_below(&name, found);
            } else if check_ref_name(&name).is_ok()
                && let Some(id) = read_loose(&entry.path())
            {
                found.insert(name, id);
            }
        }
    }
}

fn read_loose(path: &Path) -> Option<ObjectId> {
    let text = fs::read(path).ok()?;
    ObjectId::from_hex(text.strip_suffix(b"\n").unwrap_or(&text)).ok()
}

impl PackedEdit {
    /// Writes the new list beside the old one.
    fn prepare(&mut self, text: &[u8]) -> Result<()> {
        let before = self.path.metadata().and_then(|it| it.modified());
        let before = before.unwrap_or(SystemTime::UNIX_EPOCH);
        // What a killed process has left is nobody's: the lock is ours.
        let mut file = File::create(&self.new).map_err(Error::at("create", &self.new))?;
        self.changes = true;
        let write = |file: &mut File| {
            file.write_all(text)?;
            // Readers know a new list by its time, and the clock of files is coarse.
            if file.metadata()?.modified()? <= before {
                file.set_modified(before + Duration::from_micros(1))?;
            }
            file.sync_all()
        };
        write(&mut file).map_err(Error::at("write", &self.new))
    }

    /// Puts the new list in place; the lock is held until this value goes. True when there was
    /// anything to take out: the repository's own directory has to be hardened then.
    pub(crate) fn commit(&mut self) -> Result<bool> {
        if !self.changes {
            return Ok(false);
        }
        fs::rename(&self.new, &self.path).map_err(Error::at("write", &self.path))?;
        self.changes = false;
        Ok(true)
    }
}

/// The references of a list, each with its name and where its lines are. A line `^…` says what the
/// reference before it peels to.
fn entries(text: &[u8]) -> Vec<(&[u8], Range<usize>)> {
    let mut found: Vec<(&[u8], Range<usize>)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        match line.first() {
            Some(b'^') => {
                if let Some((_, lines)) = found.last_mut() {
                    lines.end = end;
                }
            }
            None | Some(b'#') => {}
            Some(_) => {
                let line = line.strip_suffix(b"\n").unwrap_or(line);
                let name = line.splitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default();
                found.push((name, at..end));
            }
        }
        at = end;
    }
    found
}

/// As git begins its lists.
const HEAD: &str = "# pack-refs with: peeled fully-peeled sorted \n";

/// The list without those names; `None` when it has none of them.
fn without(text: &[u8], names: &HashSet<&str>) -> Option<Vec<u8>> {
    let all = entries(text);
    let is_gone = |name: &[u8]| std::str::from_utf8(name).is_ok_and(|name| names.contains(name));
    let mut left = text[..all.first()?.1.start].to_vec();
    let mut found = false;
    for (name, lines) in all {
        if is_gone(name) {
            found = true;
        } else {
            left.extend_from_slice(&text[lines]);
        }
    }
    found.then_some(left)
}

/// The list with those references, sorted by name.
fn with(text: &[u8], new: &BTreeMap<&str, String>) -> Vec<u8> {
    let mut all: BTreeMap<&[u8], &[u8]> =
        entries(text).into_iter().map(|(name, lines)| (name, &text[lines])).collect();
    all.extend(new.iter().map(|(name, lines)| (name.as_bytes(), lines.as_bytes())));
    let mut list = HEAD.as_bytes().to_vec();
    for lines in all.values() {
        list.extend_from_slice(lines);
        if !lines.ends_with(b"\n") {
            list.push(b'\n');
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_goes_with_what_it_peels_to() {
        let text = b"# pack-refs with: peeled fully-peeled sorted \n\
            aa refs/heads/a\nbb refs/tags/v1\n^cc\ndd refs/tags/v10\n^ee\nff refs/x";
        let left = |names: &[&str]| {
            let left = without(text, &names.iter().copied().collect());
            left.map(|left| String::from_utf8(left).unwrap())
        };
        assert_eq!(left(&["refs/heads", "refs/tags/v", "aa", "^cc"]), None);
        let head = "# pack-refs with: peeled fully-peeled sorted \n";
        assert_eq!(
            left(&["refs/tags/v1", "refs/none"]).unwrap(),
            format!("{head}aa refs/heads/a\ndd refs/tags/v10\n^ee\nff refs/x")
        );
        assert_eq!(
            left(&["refs/x", "refs/heads/a", "refs/tags/v10"]).unwrap(),
            format!("{head}bb refs/tags/v1\n^cc\n")
        );
    }
}
