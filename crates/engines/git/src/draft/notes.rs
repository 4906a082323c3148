//! Notes on commits, as `git notes` keeps them: a branch of its own, whose tree has a blob for
//! each commit, fanned out into directories as there become many.

use gix::{note::plumbing::State, object::Kind};

use super::{CommitDraft, Draft, message::strip_space};
use crate::{
    Error, Oid, Repository, Result, Signature,
    commit::{lossy, read_commit},
    error::from_gix,
    refs::check_ref_name,
    tree::read_blob,
};

/// Where `git notes` looks when nothing else was said.
pub const DEFAULT_NOTES: &str = "refs/notes/commits";

/// The full name of a reference of notes: `x` and `notes/x` mean `refs/notes/x`, nothing means
/// [`DEFAULT_NOTES`].
///
/// # Errors
/// [`Error::Invalid`] for a name that Git would not take.
pub fn notes_ref(name: &str) -> Result<String> {
    let full = if name.is_empty() {
        DEFAULT_NOTES.to_owned()
    } else if name.starts_with("refs/notes/") {
        name.to_owned()
    } else if name.starts_with("refs/") {
        return Err(Error::Invalid(format!("{name:?} is not below refs/notes/")));
    } else {
        format!("refs/notes/{}", name.strip_prefix("notes/").unwrap_or(name))
    };
    check_ref_name(&full)?;
    Ok(full)
}

impl Draft {
    /// Puts `note` on `commit` in the place of one that may be there. `tip` is the commit of the
    /// notes as they are; what is returned is to be the next. Surplus white space goes, as `git
    /// notes add -m` has it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty note, [`Error::NotFound`] when there is no such commit.
    pub fn note(
        &mut self,
        tip: Option<Oid>,
        commit: Oid,
        note: &str,
        who: &Signature,
        message: &str,
    ) -> Result<Oid> {
        let note = strip_space(note);
        if note.is_empty() {
            return Err(Error::Invalid("the note must not be empty".to_owned()));
        }
        read_commit(&self.repo, commit)?;
        let root = match tip {
            Some(tip) => read_commit(&self.repo, tip)?.tree,
            None => {
                self.write(Kind::Tree, b"")?;
                self.repository.format().empty_tree()
            }
        };
        let blob = self.write(Kind::Blob, note.as_bytes())?;
        let mut notes = State::new(root.into(), &self.repo.objects).map_err(from_gix)?;
        let edit =
            notes.replace(commit.into(), blob.into(), &self.repo.objects).map_err(from_gix)?;
        if let (Some(tip), true) = (tip, Oid::from(edit.tree) == root) {
            return Ok(tip);
        }
        let usual = "Notes added by 'git notes add'";
        self.commit(&CommitDraft {
            tree: edit.tree.into(),
            parents: tip.as_slice(),
            author: who,
            committer: who,
            message: if message.trim().is_empty() { usual } else { message },
        })
    }
}

impl Repository {
    /// The notes on these commits, as many as the list, `None` where there is none. Larger ones
    /// than `limit` bytes are cut. `tip` is the commit of the notes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `tip` is no commit here, [`Error::Repository`].
    pub fn notes(&self, tip: Oid, commits: &[Oid], limit: u64) -> Result<Vec<Option<String>>> {
        let repo = self.local();
        let root = read_commit(&repo, tip)?.tree;
        if root.is_empty_tree() {
            return Ok(vec![None; commits.len()]);
        }
        let mut notes = State::new(root.into(), &repo.objects).map_err(from_gix)?;
        let mut found = Vec::with_capacity(commits.len());
        for commit in commits {
            let blob = match commit.within(&repo) {
                Some(id) => notes.get(&id, &repo.objects).map_err(from_gix)?,
                None => None,
            };
            found.push(match blob {
                Some(blob) => {
                    let mut data = Vec::new();
                    match read_blob(&repo, blob.into(), limit, &mut data) {
                        Ok(()) => Some(lossy(&data)),
                        Err(Error::TooLarge { size, .. }) => {
                            Some(format!("(a note of {size} bytes)"))
                        }
                        Err(other) => return Err(other),
                    }
                }
                None => None,
            });
        }
        Ok(found)
    }
}
