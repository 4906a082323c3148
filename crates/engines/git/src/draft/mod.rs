//! Making objects without a working copy: trees edited in memory, commits, tags and notes, and
//! commits replayed elsewhere.
//!
//! A [`Draft`] holds every object it makes in memory, where later steps find it. Nothing reaches
//! the disk before [`Draft::keep`], so that whatever fails, or is refused, leaves no trace; and
//! what is kept is kept as a whole: few objects one by one, many in one pack.

mod keep;
mod merge;
mod message;
mod notes;
mod paths;
mod replay;
mod trees;

use gix::objs::Write as _;

use crate::{
    Error, Mode, Oid, Repository, Result, Signature, error::from_gix, refs::clean_identity,
};

pub use notes::{DEFAULT_NOTES, notes_ref};
pub use replay::{Picked, REBASE_LIMIT, Rebased};
pub use trees::EditProblem;

pub(crate) use message::clean_message;

/// A change of one file or directory. Several are done in their order: each sees what those
/// before it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileEdit {
    /// The file is to have this content and mode, whatever was there; missing directories are
    /// made.
    Write {
        /// The path from the root of the tree.
        path: String,
        /// The content; of a link, its target.
        data: Vec<u8>,
        /// `File`, `Executable` or `Symlink`.
        mode: Mode,
    },
    /// As `Write`, but nothing may be there yet.
    Create {
        /// The path from the root of the tree.
        path: String,
        /// The content.
        data: Vec<u8>,
        /// `File`, `Executable` or `Symlink`.
        mode: Mode,
    },
    /// The file is to have this content and keep its mode; one that is not there becomes a `File`.
    Put {
        /// The path from the root of the tree.
        path: String,
        /// The content.
        data: Vec<u8>,
    },
    /// As `Put`, but the file must be there.
    Modify {
        /// The path from the root of the tree.
        path: String,
        /// The content.
        data: Vec<u8>,
    },
    /// The file is to be at another path, where nothing may be, with its mode.
    Move {
        /// The path from the root of the tree.
        path: String,
        /// Where it is to be.
        to: String,
        /// What it is to hold from now on; `None`: what it holds.
        data: Option<Vec<u8>>,
    },
    /// The mode of a file is to change between `File` and `Executable`.
    SetMode {
        /// The path from the root of the tree.
        path: String,
        /// `File` or `Executable`.
        mode: Mode,
    },
    /// The file (or link, or submodule) is to be gone.
    DeleteFile {
        /// The path from the root of the tree.
        path: String,
    },
    /// The file or the directory with all that is in it is to be gone.
    Delete {
        /// The path from the root of the tree.
        path: String,
    },
}

/// A commit to be made of a tree.
#[derive(Clone, Debug)]
pub struct CommitDraft<'a> {
    /// Its tree.
    pub tree: Oid,
    /// None for the first commit of a history.
    pub parents: &'a [Oid],
    /// Who wrote the change.
    pub author: &'a Signature,
    /// Who makes the commit.
    pub committer: &'a Signature,
    /// The message. White space at line ends and surplus empty lines go, as `git commit -m` has it.
    pub message: &'a str,
}

/// Objects that are being made; see the module.
pub struct Draft {
    repository: Repository,
    repo: gix::Repository,
    /// A file was written whose content Git itself checks on push.
    delicate: bool,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let made = self.repo.objects.num_objects_in_memory();
        f.debug_struct("Draft").field("repository", &self.repository).field("made", &made).finish()
    }
}

impl Repository {
    /// A draft for new objects; it sees all that is in the repository.
    pub fn draft(&self) -> Draft {
        let mut repo = self.local().with_object_memory();
        repo.object_cache_size_if_unset(16 << 20);
        Draft { repository: self.clone(), repo, delicate: false }
    }
}

impl Draft {
    /// The tree that the edits make of `base` (a tree, a commit, or `None` for nothing).
    ///
    /// # Errors
    /// [`Error::Edit`] with the edit's place in the list; [`Error::NotFound`] when there is no
    /// `base`.
    pub fn tree(&mut self, base: Option<Oid>, edits: &[FileEdit]) -> Result<Oid> {
        trees::edit(self, base, edits)
    }

    /// Makes a commit.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a message that is empty or holds a NUL.
    pub fn commit(&mut self, new: &CommitDraft<'_>) -> Result<Oid> {
        let message = clean_message(new.message)?;
        self.write_commit(&RawCommit {
            tree: new.tree,
            parents: new.parents,
            author: identity(new.author).as_bytes(),
            committer: new.committer,
            encoding: None,
            message: message.as_bytes(),
        })
    }

    /// Makes an annotated tag of `object`, which may be of any kind; the reference that leads to
    /// it is the caller's to write.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or message that Git would not take, [`Error::NotFound`] when
    /// there is no such object.
    pub fn tag(&mut self, name: &str, object: Oid, tagger: &Signature, text: &str) -> Result<Oid> {
        if !crate::is_tag_name(name) {
            return Err(Error::Invalid(format!("{name:?} is not a tag's name")));
        }
        let message = clean_message(text)?;
        let missing = || Error::not_found(format!("object {object}"));
        let kind = self
            .repo
            .try_find_header(object.within(&self.repo).ok_or_else(missing)?)
            .map_err(from_gix)?
            .ok_or_else(missing)?
            .kind();
        let tagger = identity(tagger);
        let data =
            format!("object {object}\ntype {kind}\ntag {name}\ntagger {tagger}\n\n{message}");
        self.write(gix::object::Kind::Tag, data.as_bytes())
    }

    pub(crate) fn write(&self, kind: gix::object::Kind, data: &[u8]) -> Result<Oid> {
        Ok(self.repo.objects.write_buf(kind, data).map_err(from_gix)?.into())
    }

    fn write_commit(&self, new: &RawCommit<'_>) -> Result<Oid> {
        let mut data = format!("tree {}\n", new.tree).into_bytes();
        for parent in new.parents {
            data.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
        data.extend_from_slice(b"author ");
        data.extend_from_slice(new.author);
        data.extend_from_slice(format!("\ncommitter {}\n", identity(new.committer)).as_bytes());
        if let Some(encoding) = new.encoding {
            data.extend_from_slice(b"encoding ");
            data.extend_from_slice(encoding);
            data.push(b'\n');
        }
        data.push(b'\n');
        data.extend_from_slice(new.message);
        self.write(gix::object::Kind::Commit, &data)
    }
}

/// A commit as its bytes are.
struct RawCommit<'a> {
    tree: Oid,
    parents: &'a [Oid],
    author: &'a [u8],
    committer: &'a Signature,
    encoding: Option<&'a [u8]>,
    message: &'a [u8],
}

/// A person and a moment as they stand in commits and tags.
fn identity(who: &Signature) -> String {
    let minutes = who.offset_minutes.clamp(-1439, 1439);
    let (sign, distance) = if minutes < 0 { ('-', -minutes) } else { ('+', minutes) };
    format!(
        "{} <{}> {} {sign}{:02}{:02}",
        clean_identity(&who.name),
        clean_identity(&who.mail),
        who.seconds.max(0),
        distance / 60,
        distance % 60
    )
}

/// What makes a path unusable for a file; for tests with text of any kind.
pub(crate) fn path_trouble(path: &str) -> Option<&'static str> {
    paths::trouble(path, crate::Mode::File)
}
