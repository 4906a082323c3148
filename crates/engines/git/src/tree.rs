//! Trees and the blobs in them.
//!
//! Paths are text. Git allows any bytes; bytes that are no UTF-8 show as U+FFFD, and a look-up by
//! that name finds the entry again.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use gix::{
    bstr::{BStr, ByteSlice},
    objs::{Find, FindExt, TreeRefIter, tree::EntryKind},
};

use crate::{Error, Oid, Repository, Result, commit::lossy, error::from_gix, refs::find_by_prefix};

/// How deep trees may nest; deeper ones are an attack.
const DEPTH_LIMIT: usize = 1000;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A directory.
    Tree,
    /// A file.
    File,
    /// A file with the executable bit.
    Executable,
    /// A symbolic link; its content is the target.
    Symlink,
    /// A commit of another repository; it need not exist in this one.
    Submodule,
}

impl Mode {
    /// The six digits that git shows, such as `100644`.
    pub fn as_octal(self) -> &'static str {
        match self {
            Mode::Tree => "040000",
            Mode::File => "100644",
            Mode::Executable => "100755",
            Mode::Symlink => "120000",
            Mode::Submodule => "160000",
        }
    }

    /// Whether the object is a blob in this repository.
    pub fn is_blob(self) -> bool {
        matches!(self, Mode::File | Mode::Executable | Mode::Symlink)
    }

    /// Whether it is a file with content of its own, executable or not.
    pub fn is_file(self) -> bool {
        matches!(self, Mode::File | Mode::Executable)
    }
}

impl From<EntryKind> for Mode {
    fn from(kind: EntryKind) -> Mode {
        match kind {
            EntryKind::Tree => Mode::Tree,
            EntryKind::Blob => Mode::File,
            EntryKind::BlobExecutable => Mode::Executable,
            EntryKind::Link => Mode::Symlink,
            EntryKind::Commit => Mode::Submodule,
        }
    }
}

impl From<Mode> for EntryKind {
    fn from(mode: Mode) -> EntryKind {
        match mode {
            Mode::Tree => EntryKind::Tree,
            Mode::File => EntryKind::Blob,
            Mode::Executable => EntryKind::BlobExecutable,
            Mode::Symlink => EntryKind::Link,
            Mode::Submodule => EntryKind::Commit,
        }
    }
}

/// An entry of one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// The name within the directory.
    pub name: String,
    /// The path from the root of the tree, without a leading slash.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The object's name.
    pub oid: Oid,
    /// Bytes, for what [`Mode::is_blob`].
    pub size: Option<u64>,
}

/// A file (or link) somewhere below a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobEntry {
    /// The path from the root of the tree, without a leading slash.
    pub path: String,
    /// The blob's name.
    pub oid: Oid,
    /// What it is.
    pub mode: Mode,
}

/// A blob's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its name.
    pub oid: Oid,
    /// The bytes.
    pub data: Vec<u8>,
}

impl Blob {
    /// Whether this is no text, by git's rule: a NUL among the first 8,000 bytes.
    pub fn is_binary(&self) -> bool {
        is_binary(&self.data)
    }
}

/// Whether `data` is no text, by git's rule: a NUL among the first 8,000 bytes.
pub fn is_binary(data: &[u8]) -> bool {
    data[..data.len().min(8000)].contains(&0)
}

/// Reads blobs on one thread, reusing what can be reused between them: make one for each worker.
pub struct BlobReader {
    repo: gix::Repository,
    limit: u64,
}

impl BlobReader {
    /// The content of a blob, in `buffer`, whose old content is lost.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such blob, [`Error::TooLarge`] above the limit.
    pub fn read(&self, oid: Oid, buffer: &mut Vec<u8>) -> Result<()> {
        read_blob(&self.repo, oid, self.limit, buffer)
    }

    /// The size of a blob in bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such blob.
    pub fn size(&self, oid: Oid) -> Result<u64> {
        blob_size(&self.repo, oid)
    }
}

impl Repository {
    /// The entries of the directory at `path` (empty: the root) below a tree, or a commit's tree,
    /// in git's order. `Submodule` entries have no size.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no directory at `path`.
    pub fn tree(&self, treeish: Oid, path: &str) -> Result<Vec<TreeEntry>> {
        let repo = self.local();
        let path = path.trim_matches('/');
        let root = tree_of(&repo, treeish)?;
        let (mode, oid) = find_path(&repo, root, path)?.unwrap_or((Mode::Tree, root.into()));
        if mode != Mode::Tree {
            return Err(Error::not_found(format!("directory {path:?}")));
        }
        let tree = repo.find_tree(oid).map_err(from_gix)?;
        tree.iter()
            .map(|entry| {
                let entry = entry.map_err(from_gix)?;
                let mode = Mode::from(entry.mode().kind());
                let oid = Oid::from(entry.object_id());
                let name = lossy(entry.filename());
                Ok(TreeEntry {
                    path: join(path, &name),
                    name,
                    size: mode.is_blob().then(|| blob_size(&repo, oid).ok()).flatten(),
                    mode,
                    oid,
                })
            })
            .collect()
    }

    /// Everything below the directory at `path` (empty: the root), directories before what is in
    /// them, in git's order; and whether there is more than `limit`. No sizes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no directory at `path`.
    pub fn tree_below(
        &self,
        treeish: Oid,
        path: &str,
        limit: usize,
    ) -> Result<(Vec<TreeEntry>, bool)> {
        let repo = self.local();
        let path = path.trim_matches('/');
        let root = tree_of(&repo, treeish)?;
        let (mode, oid) = find_path(&repo, root, path)?.unwrap_or((Mode::Tree, root.into()));
        if mode != Mode::Tree {
            return Err(Error::not_found(format!("directory {path:?}")));
        }
        let mut found = Vec::new();
        let whole = list_below(&repo, oid.into(), path, 0, limit, &mut found)?;
        Ok((found, !whole))
    }

    /// What is at `path` below a tree or a commit's tree.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing is there.
    pub fn entry(&self, treeish: Oid, path: &str) -> Result<TreeEntry> {
        let repo = self.local();
        let path = path.trim_matches('/');
        let root = tree_of(&repo, treeish)?;
        let (mode, oid) = find_path(&repo, root, path)?.unwrap_or((Mode::Tree, root.into()));
        Ok(TreeEntry {
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path: path.to_owned(),
            mode,
            oid,
            size: mode.is_blob().then(|| blob_size(&repo, oid).ok()).flatten(),
        })
    }

    /// A blob's content, when it has at most `limit` bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such blob, [`Error::TooLarge`].
    pub fn blob(&self, oid: Oid, limit: u64) -> Result<Blob> {
        let mut data = Vec::new();
        read_blob(&self.local(), oid, limit, &mut data)?;
        Ok(Blob { oid, data })
    }

    /// The content of the file at `path` below a tree or a commit's tree, when it has at most
    /// `limit` bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no file at `path`, [`Error::TooLarge`].
    pub fn file(&self, treeish: Oid, path: &str, limit: u64) -> Result<Blob> {
        let repo = self.local();
        let root = tree_of(&repo, treeish)?;
        match find_path(&repo, root, path.trim_matches('/'))? {
            Some((mode, oid)) if mode.is_blob() => {
                let mut data = Vec::new();
                read_blob(&repo, oid, limit, &mut data)?;
                Ok(Blob { oid, data })
            }
            _ => Err(Error::not_found(format!("file {path:?}"))),
        }
    }

    /// The blob whose name starts with `prefix`, four or more hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such object, or several, or it is no blob.
    pub fn find_blob(&self, prefix: &str) -> Result<Oid> {
        let missing = || Error::not_found(format!("blob {prefix:?}"));
        let repo = self.local();
        let oid = match Oid::from_hex(prefix) {
            Ok(oid) if oid.format() == self.format() => oid,
            _ => find_by_prefix(&repo, prefix).ok_or_else(missing)?.into(),
        };
        blob_size(&repo, oid).map(|_| oid)
    }

    /// The size of a blob in bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such blob.
    pub fn blob_size(&self, oid: Oid) -> Result<u64> {
        blob_size(&self.local(), oid)
    }

    /// Whether an object of any kind is here.
    pub fn has_object(&self, oid: Oid) -> bool {
        let repo = self.local();
        oid.within(&repo).is_some_and(|id| repo.has_object(id))
    }

    /// Every file and link below a tree or a commit's tree, in git's order of paths; submodules
    /// are left out. 5,000 files take some ten milliseconds.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such tree, [`Error::Repository`] when one below is
    /// missing or absurdly deep, [`Error::TooLarge`] when there are more than two million entries:
    /// a few small trees that hold each other many times can have billions.
    pub fn all_blobs(&self, treeish: Oid) -> Result<Vec<BlobEntry>> {
        let repo = self.local();
        let root = tree_of(&repo, treeish)?;
        let mut found = Found { blobs: Vec::new(), seen: 0 };
        walk(&repo, root, &mut Vec::new(), 0, &mut found)?;
        Ok(found.blobs)
    }

    /// A reader of blobs of at most `limit` bytes, for one thread.
    pub fn blob_reader(&self, limit: u64) -> BlobReader {
        BlobReader { repo: self.local(), limit }
    }

    /// Calls `each` with every blob's index in `oids` and its content, or why it could not be
    /// read, on `threads` threads (at least one) in no particular order.
    pub fn for_each_blob(
        &self,
        oids: &[Oid],
        limit: u64,
        threads: usize,
        each: impl Fn(usize, Result<&[u8]>) + Sync,
    ) {
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..threads.clamp(1, oids.len().max(1)) {
                scope.spawn(|| {
                    let reader = self.blob_reader(limit);
                    let mut buffer = Vec::new();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(oid) = oids.get(index) else { break };
                        match reader.read(*oid, &mut buffer) {
                            Ok(()) => each(index, Ok(&buffer)),
                            Err(error) => each(index, Err(error)),
                        }
                    }
                });
            }
        });
    }
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// Refuses a tree with more than two million entries below it. Looks at each different tree once.
pub(crate) fn check_listable(repo: &gix::Repository, tree: gix::ObjectId) -> Result<()> {
    let size = count_entries(repo, tree, 0, &mut HashMap::new())?;
    if size <= ENTRIES_LIMIT {
        return Ok(());
    }
    Err(Error::TooLarge { what: "the tree".to_owned(), size, limit: ENTRIES_LIMIT })
}

fn count_entries(
    repo: &gix::Repository,
    tree: gix::ObjectId,
    depth: usize,
    known: &mut HashMap<gix::ObjectId, u64>,
) -> Result<u64> {
    if depth > DEPTH_LIMIT {
        return Err(Error::Repository(format!("trees nest deeper than {DEPTH_LIMIT}")));
    }
    if tree.is_empty_tree() {
        return Ok(0);
    }
    if let Some(count) = known.get(&tree) {
        return Ok(*count);
    }
    let mut buffer = Vec::new();
    let entries: TreeRefIter<'_> =
        repo.objects.find_tree_iter(&tree, &mut buffer).map_err(from_gix)?;
    let mut count = 0_u64;
    for entry in entries {
        let entry = entry.map_err(from_gix)?;
        count = count.saturating_add(1);
        if entry.mode.is_tree() {
            let below = count_entries(repo, entry.oid.to_owned(), depth + 1, known)?;
            count = count.saturating_add(below);
        }
    }
    known.insert(tree, count);
    Ok(count)
}

/// Entries below one tree, at most.
const ENTRIES_LIMIT: u64 = 2_000_000;

struct Found {
    blobs: Vec<BlobEntry>,
    /// How many entries of any kind were met.
    seen: u64,
}

fn walk(
    repo: &gix::Repository,
    tree: gix::ObjectId,
    path: &mut Vec<u8>,
    depth: usize,
    found: &mut Found,
) -> Result<()> {
    if depth > DEPTH_LIMIT {
        return Err(Error::Repository(format!("trees nest deeper than {DEPTH_LIMIT}")));
    }
    if tree.is_empty_tree() {
        return Ok(());
    }
    let mut buffer = Vec::new();
    let entries: TreeRefIter<'_> =
        repo.objects.find_tree_iter(&tree, &mut buffer).map_err(from_gix)?;
    for entry in entries {
        let entry = entry.map_err(from_gix)?;
        found.seen += 1;
        if found.seen > ENTRIES_LIMIT {
            let what = "the tree".to_owned();
            return Err(Error::TooLarge { what, size: found.seen, limit: ENTRIES_LIMIT });
        }
        let length = path.len();
        if length > 0 {
            path.push(b'/');
        }
        path.extend_from_slice(entry.filename);
        match Mode::from(entry.mode.kind()) {
            Mode::Tree => walk(repo, entry.oid.to_owned(), path, depth + 1, found)?,
            Mode::Submodule => {}
            mode => {
                let oid = entry.oid.to_owned().into();
                found.blobs.push(BlobEntry { path: lossy(path), oid, mode });
            }
        }
        path.truncate(length);
    }
    Ok(())
}

/// Whether everything had room below `limit`.
fn list_below(
    repo: &gix::Repository,
    tree: gix::ObjectId,
    path: &str,
    depth: usize,
    limit: usize,
    found: &mut Vec<TreeEntry>,
) -> Result<bool> {
    if depth > DEPTH_LIMIT {
        return Err(Error::Repository(format!("trees nest deeper than {DEPTH_LIMIT}")));
    }
    if tree.is_empty_tree() {
        return Ok(true);
    }
    let mut buffer = Vec::new();
    let entries = repo.objects.find_tree_iter(&tree, &mut buffer).map_err(from_gix)?;
    for entry in entries {
        let entry = entry.map_err(from_gix)?;
        if found.len() >= limit {
            return Ok(false);
        }
        let name = lossy(entry.filename);
        let path = join(path, &name);
        let mode = Mode::from(entry.mode.kind());
        let oid: gix::ObjectId = entry.oid.to_owned();
        found.push(TreeEntry { name, path: path.clone(), mode, oid: oid.into(), size: None });
        if mode == Mode::Tree && !list_below(repo, oid, &path, depth + 1, limit, found)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The tree that a tree's, a commit's or a tag's name leads to.
pub(crate) fn tree_of(repo: &gix::Repository, treeish: Oid) -> Result<gix::ObjectId> {
    let missing = || Error::not_found(format!("tree {treeish}"));
    let id = treeish.within(repo).ok_or_else(missing)?;
    let object = repo.find_object(id).map_err(|_| missing())?;
    Ok(object.peel_to_tree().map_err(|_| missing())?.id)
}

/// What is at `path`; `None` for the root itself.
fn find_path(
    repo: &gix::Repository,
    root: gix::ObjectId,
    path: &str,
) -> Result<Option<(Mode, Oid)>> {
    if path.is_empty() {
        return Ok(None);
    }
    find_bytes(repo, root, path).map(|(mode, oid, _)| Some((mode, oid)))
}

/// What is at `path`, and the path's true bytes.
pub(crate) fn find_bytes(
    repo: &gix::Repository,
    root: gix::ObjectId,
    path: &str,
) -> Result<(Mode, Oid, Vec<u8>)> {
    let missing = || Error::not_found(format!("path {path:?}"));
    let mut here = (Mode::Tree, root);
    let mut bytes = Vec::with_capacity(path.len());
    let mut buffer = Vec::new();
    for name in path.split('/') {
        if here.0 != Mode::Tree {
            return Err(missing());
        }
        if here.1.is_empty_tree() {
            return Err(missing());
        }
        let entries = repo.objects.find_tree_iter(&here.1, &mut buffer).map_err(from_gix)?;
        let mut match_so_far = None;
        for entry in entries {
            let entry = entry.map_err(from_gix)?;
            let exact = entry.filename == name;
            if exact || (match_so_far.is_none() && same_when_shown(entry.filename, name)) {
                match_so_far = Some((entry.mode, entry.oid.to_owned(), entry.filename));
            }
            if exact {
                break;
            }
        }
        let (mode, oid, filename) = match_so_far.ok_or_else(missing)?;
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(filename);
        here = (mode.kind().into(), oid);
    }
    Ok((here.0, here.1.into(), bytes))
}

fn same_when_shown(name: &BStr, wanted: &str) -> bool {
    wanted.contains(char::REPLACEMENT_CHARACTER)
        && name.to_str().is_err()
        && String::from_utf8_lossy(name) == wanted
}

fn blob_size(repo: &gix::Repository, oid: Oid) -> Result<u64> {
    let missing = || Error::not_found(format!("blob {oid}"));
    let id = oid.within(repo).ok_or_else(missing)?;
    let header = repo.try_find_header(id).map_err(from_gix)?.ok_or_else(missing)?;
    if header.kind() == gix::object::Kind::Blob { Ok(header.size()) } else { Err(missing()) }
}

/// Reads the header first, so that a huge blob is refused without unpacking it.
pub(crate) fn read_blob(
    repo: &gix::Repository,
    oid: Oid,
    limit: u64,
    buffer: &mut Vec<u8>,
) -> Result<()> {
    let size = blob_size(repo, oid)?;
    if size > limit {
        return Err(Error::TooLarge { what: format!("blob {oid}"), size, limit });
    }
    let found = repo.objects.try_find(&gix::ObjectId::from(oid), buffer).map_err(from_gix)?;
    match found.map(|data| data.kind) {
        Some(gix::object::Kind::Blob) => Ok(()),
        _ => Err(Error::not_found(format!("blob {oid}"))),
    }
}
