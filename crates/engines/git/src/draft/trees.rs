//! Editing trees: only the directories on the way to a change are read and written.

use std::collections::BTreeMap;

use gix::{
    ObjectId,
    bstr::{BString, ByteSlice as _},
    object::Kind,
    objs::{
        FindExt as _, WriteTo as _,
        tree::{Entry, EntryKind, EntryMode},
    },
};

use super::{Draft, FileEdit, paths};
use crate::{Error, Mode, Oid, Result, error::from_gix, tree::tree_of};

/// Why an edit cannot be done; reads after the path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditProblem {
    /// The path itself cannot be used.
    #[error("{0}")]
    Path(&'static str),
    /// The path to move to cannot be used, or something is there.
    #[error("cannot go to {to:?}: {problem}")]
    Target {
        /// Where the file was to go.
        to: String,
        /// Why it cannot.
        problem: Box<EditProblem>,
    },
    /// Something is there already.
    #[error("exists already")]
    Exists,
    /// Nothing is there.
    #[error("does not exist")]
    Missing,
    /// A directory is there.
    #[error("is a directory")]
    IsDirectory,
    /// A submodule is there, which has no content here.
    #[error("is a submodule")]
    IsSubmodule,
    /// What the path needs as a directory is a file.
    #[error("cannot be in {0:?}, which is a file")]
    InFile(String),
    /// A file cannot have that mode.
    #[error("cannot have the mode {}", .0.as_octal())]
    Mode(Mode),
}

/// A directory that was opened.
#[derive(Default)]
struct Node {
    entries: BTreeMap<BString, Slot>,
}

enum Slot {
    /// A file, a link or a submodule.
    Leaf(EntryMode, ObjectId),
    /// A directory that nobody has looked into.
    Closed(EntryMode, ObjectId),
    Open(Node),
}

impl Node {
    fn read(draft: &Draft, tree: ObjectId) -> Result<Node> {
        let mut node = Node::default();
        if tree.is_empty_tree() {
            return Ok(node);
        }
        let mut buffer = Vec::new();
        for entry in draft.repo.objects.find_tree_iter(&tree, &mut buffer).map_err(from_gix)? {
            let entry = entry.map_err(from_gix)?;
            let id = entry.oid.to_owned();
            let slot = if entry.mode.is_tree() {
                Slot::Closed(entry.mode, id)
            } else {
                Slot::Leaf(entry.mode, id)
            };
            node.entries.insert(entry.filename.to_owned(), slot);
        }
        Ok(node)
    }

    /// The entry's true name: that of what is there and looks like `name`, else `name` itself.
    fn key(&self, name: &str) -> BString {
        if name.contains(char::REPLACEMENT_CHARACTER) && !self.entries.contains_key(name.as_bytes())
        {
            let shown = |key: &&BString| key.to_str().is_err() && key.to_str_lossy() == name;
            if let Some(key) = self.entries.keys().find(shown) {
                return key.clone();
            }
        }
        name.into()
    }

    fn is_empty(&self) -> bool {
        self.entries.values().all(|slot| matches!(slot, Slot::Open(node) if node.is_empty()))
    }

    /// The directory that is to hold the last part of `path`, and that part's true name. Missing
    /// directories are made when `make` says so.
    fn parent<'a>(
        &'a mut self,
        draft: &Draft,
        path: &str,
        make: bool,
    ) -> Result<Result<(&'a mut Node, BString), EditProblem>> {
        let mut here = self;
        let mut done = 0;
        for name in path.split('/') {
            let key = here.key(name);
            if done + name.len() == path.len() {
                return Ok(Ok((here, key)));
            }
            done += name.len() + 1;
            let slot = match here.entries.entry(key) {
                std::collections::btree_map::Entry::Vacant(_) if !make => {
                    return Ok(Err(EditProblem::Missing));
                }
                slot => slot.or_insert_with(|| Slot::Open(Node::default())),
            };
            if let Slot::Closed(_, tree) = slot {
                *slot = Slot::Open(Node::read(draft, *tree)?);
            }
            here = match slot {
                Slot::Open(node) => node,
                Slot::Leaf(..) | Slot::Closed(..) => {
                    let file = path.get(..done - 1).unwrap_or(path).to_owned();
                    let problem =
                        if make { EditProblem::InFile(file) } else { EditProblem::Missing };
                    return Ok(Err(problem));
                }
            };
        }
        // Splitting yields at least one part, and the last one returns above.
        Ok(Err(EditProblem::Missing))
    }

    /// The tree of this directory; `None` for an empty one, which Git does not store.
    fn write(&self, draft: &Draft) -> Result<Option<ObjectId>> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (name, slot) in &self.entries {
            let (mode, oid) = match slot {
                Slot::Leaf(mode, oid) | Slot::Closed(mode, oid) => (*mode, *oid),
                Slot::Open(node) => match node.write(draft)? {
                    Some(oid) => (EntryKind::Tree.into(), oid),
                    None => continue,
                },
            };
            entries.push(Entry { mode, filename: name.clone(), oid });
        }
        if entries.is_empty() {
            return Ok(None);
        }
        entries.sort();
        let mut data = Vec::new();
        gix::objs::Tree { entries }
            .write_to(&mut data)
            .map_err(|error| Error::Invalid(format!("cannot write a tree: {error}")))?;
        Ok(Some(draft.write(Kind::Tree, &data)?.into()))
    }
}

/// What is at a path.
enum Found {
    Nothing,
    Directory,
    Leaf(EntryMode),
}

fn look(node: &Node, key: &BString) -> Found {
    match node.entries.get(key) {
        None => Found::Nothing,
        Some(Slot::Open(node)) if node.is_empty() => Found::Nothing,
        Some(Slot::Open(_) | Slot::Closed(..)) => Found::Directory,
        Some(Slot::Leaf(mode, _)) => Found::Leaf(*mode),
    }
}

pub(super) fn edit(draft: &mut Draft, base: Option<Oid>, edits: &[FileEdit]) -> Result<Oid> {
    let tree = match base {
        Some(base) => tree_of(&draft.repo, base)?,
        None => draft.repository.format().empty_tree().into(),
    };
    let mut root = Node::read(draft, tree)?;
    for (index, edit) in edits.iter().enumerate() {
        if let Err(problem) = apply(draft, &mut root, edit)? {
            return Err(Error::Edit { index, path: edit.path().to_owned(), problem });
        }
    }
    match root.write(draft)? {
        Some(tree) => Ok(tree.into()),
        None => {
            draft.write(Kind::Tree, b"")?;
            Ok(draft.repository.format().empty_tree())
        }
    }
}

type Applied = Result<Result<(), EditProblem>>;

fn apply(draft: &mut Draft, root: &mut Node, edit: &FileEdit) -> Applied {
    match edit {
        FileEdit::Write { path, data, mode } => {
            put(draft, root, path, data, |_| Ok(EntryKind::from(*mode).into()))
        }
        FileEdit::Create { path, data, mode } => put(draft, root, path, data, |there| {
            if there.is_some() {
                Err(EditProblem::Exists)
            } else {
                Ok(EntryKind::from(*mode).into())
            }
        }),
        FileEdit::Put { path, data } => {
            put(
                draft,
                root,
                path,
                data,
                |there| Ok(there.unwrap_or_else(|| EntryKind::Blob.into())),
            )
        }
        FileEdit::Modify { path, data } => {
            put(draft, root, path, data, |there| there.ok_or(EditProblem::Missing))
        }
        FileEdit::Move { path, to, data } => rename(draft, root, path, to, data.as_deref()),
        FileEdit::SetMode { path, mode } => set_mode(draft, root, path, *mode),
        FileEdit::DeleteFile { path } => remove(draft, root, path, false),
        FileEdit::Delete { path } => remove(draft, root, path, true),
    }
}

/// Writes a blob to `path` with the mode that `choose` makes of that of the file there.
fn put(
    draft: &mut Draft,
    root: &mut Node,
    path: &str,
    data: &[u8],
    choose: impl FnOnce(Option<EntryMode>) -> Result<EntryMode, EditProblem>,
) -> Applied {
    // What cannot be looked for cannot be written either.
    if let Some(trouble) = paths::trouble(path, Mode::File) {
        return Ok(Err(EditProblem::Path(trouble)));
    }
    let (node, key) = match root.parent(draft, path, true)? {
        Ok(parent) => parent,
        Err(problem) => return Ok(Err(problem)),
    };
    let there = match look(node, &key) {
        Found::Nothing => None,
        Found::Directory => return Ok(Err(EditProblem::IsDirectory)),
        Found::Leaf(mode) if mode.is_commit() => return Ok(Err(EditProblem::IsSubmodule)),
        Found::Leaf(mode) => Some(mode),
    };
    let mode = match choose(there) {
        Ok(mode) => mode,
        Err(problem) => return Ok(Err(problem)),
    };
    if !Mode::from(mode.kind()).is_blob() {
        return Ok(Err(EditProblem::Mode(mode.kind().into())));
    }
    if let Some(trouble) = paths::trouble(path, mode.kind().into()) {
        return Ok(Err(EditProblem::Path(trouble)));
    }
    let blob = draft.write(Kind::Blob, data)?;
    node.entries.insert(key, Slot::Leaf(mode, blob.into()));
    draft.delicate |= paths::is_delicate(path);
    Ok(Ok(()))
}

fn rename(
    draft: &mut Draft,
    root: &mut Node,
    path: &str,
    to: &str,
    data: Option<&[u8]>,
) -> Applied {
    let (node, key) = match root.parent(draft, path, false)? {
        Ok(parent) => parent,
        Err(problem) => return Ok(Err(problem)),
    };
    let (mode, mut blob) = match node.entries.get(&key) {
        Some(Slot::Leaf(mode, _)) if mode.is_commit() => {
            return Ok(Err(EditProblem::IsSubmodule));
        }
        Some(Slot::Leaf(mode, blob)) => (*mode, *blob),
        Some(Slot::Open(node)) if node.is_empty() => return Ok(Err(EditProblem::Missing)),
        Some(_) => return Ok(Err(EditProblem::IsDirectory)),
        None => return Ok(Err(EditProblem::Missing)),
    };
    node.entries.remove(&key);
    if let Some(data) = data {
        blob = draft.write(Kind::Blob, data)?.into();
    }
    let target = |problem| EditProblem::Target { to: to.to_owned(), problem: Box::new(problem) };
    if let Some(trouble) = paths::trouble(to, mode.kind().into()) {
        return Ok(Err(target(EditProblem::Path(trouble))));
    }
    let (node, key) = match root.parent(draft, to, true)? {
        Ok(parent) => parent,
        Err(problem) => return Ok(Err(target(problem))),
    };
    match look(node, &key) {
        Found::Nothing => {}
        Found::Directory => return Ok(Err(target(EditProblem::IsDirectory))),
        Found::Leaf(_) => return Ok(Err(target(EditProblem::Exists))),
    }
    node.entries.insert(key, Slot::Leaf(mode, blob));
    draft.delicate |= paths::is_delicate(to);
    Ok(Ok(()))
}

fn set_mode(draft: &Draft, root: &mut Node, path: &str, mode: Mode) -> Applied {
    if !mode.is_file() {
        return Ok(Err(EditProblem::Mode(mode)));
    }
    let (node, key) = match root.parent(draft, path, false)? {
        Ok(parent) => parent,
        Err(problem) => return Ok(Err(problem)),
    };
    match node.entries.get_mut(&key) {
        Some(Slot::Leaf(there, _)) if Mode::from(there.kind()).is_file() => {
            *there = EntryKind::from(mode).into();
            Ok(Ok(()))
        }
        Some(Slot::Leaf(there, _)) => Ok(Err(EditProblem::Mode(there.kind().into()))),
        Some(Slot::Open(node)) if node.is_empty() => Ok(Err(EditProblem::Missing)),
        Some(_) => Ok(Err(EditProblem::IsDirectory)),
        None => Ok(Err(EditProblem::Missing)),
    }
}

fn remove(draft: &Draft, root: &mut Node, path: &str, directories: bool) -> Applied {
    // Only the shape matters here: what is there by a bad name may go.
    if path.is_empty() || path.split('/').any(str::is_empty) {
        return Ok(Err(EditProblem::Path("must be the path of a file")));
    }
    let (node, key) = match root.parent(draft, path, false)? {
        Ok(parent) => parent,
        Err(problem) => return Ok(Err(problem)),
    };
    match look(node, &key) {
        Found::Nothing => return Ok(Err(EditProblem::Missing)),
        Found::Directory if !directories => return Ok(Err(EditProblem::IsDirectory)),
        Found::Directory | Found::Leaf(_) => {}
    }
    node.entries.remove(&key);
    Ok(Ok(()))
}

impl FileEdit {
    /// The path of what is changed.
    pub fn path(&self) -> &str {
        match self {
            FileEdit::Write { path, .. }
            | FileEdit::Create { path, .. }
            | FileEdit::Put { path, .. }
            | FileEdit::Modify { path, .. }
            | FileEdit::Move { path, .. }
            | FileEdit::SetMode { path, .. }
            | FileEdit::DeleteFile { path }
            | FileEdit::Delete { path } => path,
        }
    }
}
