//! Making commits without a working copy.

use std::path::PathBuf;

use gix::actor;

use crate::{
    Error, Mode, Oid, RefEdit, Repository, Result, Signature, commit::read_commit, error::from_gix,
    refs::clean_identity, repository::sync, tree::tree_of,
};

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileEdit {
    /// The file is to have this content; missing directories are made.
    Write {
        /// The path from the root of the tree.
        path: String,
        /// The content.
        data: Vec<u8>,
        /// `File`, `Executable` or `Symlink`.
        mode: Mode,
    },
    /// The file or directory is to be gone.
    Delete {
        /// The path from the root of the tree.
        path: String,
    },
}

/// A commit to be made.
#[derive(Clone, Debug)]
pub struct NewCommit<'a> {
    /// The branch it goes on, without `refs/heads/`.
    pub branch: &'a str,
    /// What the branch must be at now; `None`: it must not exist, and the commit has no parent.
    pub parent: Option<Oid>,
    /// The changes against the parent.
    pub edits: &'a [FileEdit],
    /// Who wrote the change.
    pub author: &'a Signature,
    /// Who makes the commit.
    pub committer: &'a Signature,
    /// The message.
    pub message: &'a str,
}

impl Repository {
    /// Makes a commit and moves its branch to it. On disk when this returns; when it fails the
    /// branch is where it was.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the branch is not at `parent` any more, [`Error::NotFound`] when
    /// a file to be deleted is not there, [`Error::Invalid`] for a path Git would not take.
    pub fn create_commit(&self, new: &NewCommit<'_>) -> Result<Oid> {
        let repo = self.local();
        let parent = new.parent.map(|id| read_commit(&repo, id)).transpose()?;
        let root = match &parent {
            Some(commit) => tree_of(&repo, commit.tree)?,
            None => Oid::EMPTY_TREE.into(),
        };
        let mut editor = repo.edit_tree(root).map_err(from_gix)?;
        for edit in new.edits {
            match edit {
                FileEdit::Write { path, data, mode } => {
                    check_path(path)?;
                    if !mode.is_blob() {
                        return Err(Error::Invalid(format!(
                            "{path:?} cannot be written as a file"
                        )));
                    }
                    let blob = repo.write_blob(data).map_err(from_gix)?;
                    self.harden(blob.detach().into())?;
                    editor
                        .upsert(path.as_str(), (*mode).into(), blob.detach())
                        .map_err(|error| Error::Invalid(from_gix(error).to_string()))?;
                }
                FileEdit::Delete { path } => {
                    check_path(path)?;
                    crate::tree::find_bytes(&repo, root, path)?;
                    editor.remove(path.as_str()).map_err(from_gix)?;
                }
            }
        }
        let tree: Oid = editor
            .write()
            .map_err(|error| Error::Invalid(from_gix(error).to_string()))?
            .detach()
            .into();
        self.harden_trees(&repo, tree, root.into())?;
        let commit = gix::objs::Commit {
            tree: tree.into(),
            parents: new.parent.map(Into::into).into_iter().collect(),
            author: identity(new.author),
            committer: identity(new.committer),
            encoding: None,
            message: message(new.message).into(),
            extra_headers: Vec::new(),
        };
        let commit: Oid = repo.write_object(&commit).map_err(from_gix)?.detach().into();
        self.harden(commit)?;
        let edit = RefEdit {
            name: format!("refs/heads/{}", new.branch),
            old: Some(new.parent.unwrap_or(Oid::ZERO)),
            new: commit,
        };
        let subject = new.message.lines().next().unwrap_or_default();
        let why = if new.parent.is_some() { "commit: " } else { "commit (initial): " };
        self.edit_refs(&[edit], new.committer, &format!("{why}{subject}"))?;
        Ok(commit)
    }

    /// gitoxide writes loose objects without hardening them; an object that is in a pack, or was
    /// there before, needs nothing.
    fn harden(&self, object: Oid) -> Result<()> {
        let path = self.loose_path(object);
        if !path.exists() {
            return Ok(());
        }
        sync(&path)?;
        path.parent().map_or(Ok(()), sync)?;
        sync(&self.path().join("objects"))
    }

    /// Hardens the trees below `new` that differ from those of `old`.
    fn harden_trees(&self, repo: &gix::Repository, new: Oid, old: Oid) -> Result<()> {
        if new == old || new == Oid::EMPTY_TREE {
            return Ok(());
        }
        self.harden(new)?;
        let subtrees = |tree: Oid| -> Result<Vec<(Vec<u8>, Oid)>> {
            let Some(tree) = repo.try_find_object(tree).map_err(from_gix)? else {
                return Ok(Vec::new());
            };
            let Ok(tree) = tree.try_into_tree() else { return Ok(Vec::new()) };
            tree.iter()
                .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.mode().is_tree()))
                .map(|entry| {
                    let entry = entry.map_err(from_gix)?;
                    Ok((entry.filename().to_vec(), entry.object_id().into()))
                })
                .collect()
        };
        let before = subtrees(old)?;
        for (name, tree) in subtrees(new)? {
            let old = before.iter().find(|(other, _)| *other == name);
            self.harden_trees(repo, tree, old.map_or(Oid::EMPTY_TREE, |(_, tree)| *tree))?;
        }
        Ok(())
    }

    fn loose_path(&self, object: Oid) -> PathBuf {
        let hex = object.to_string();
        self.path().join("objects").join(&hex[..2]).join(&hex[2..])
    }
}

/// Refuses paths that a checkout could not, or must not, create.
fn check_path(path: &str) -> Result<()> {
    let fine = !path.is_empty()
        && path.len() <= 4096
        && path.split('/').all(|name| {
            !name.is_empty()
                && name != "."
                && name != ".."
                && !name.eq_ignore_ascii_case(".git")
                && !name.contains('\0')
        });
    if fine { Ok(()) } else { Err(Error::Invalid(format!("{path:?} is not a path"))) }
}

fn identity(signature: &Signature) -> actor::Signature {
    actor::Signature {
        name: clean_identity(&signature.name).into(),
        email: clean_identity(&signature.mail).into(),
        time: gix::date::Time {
            seconds: signature.seconds,
            offset: signature.offset_minutes.clamp(-1439, 1439) * 60,
        },
    }
}

fn message(text: &str) -> String {
    let text = text.trim_end().replace(['\0', '\r'], "");
    format!("{text}\n")
}
